// SPDX-License-Identifier: MIT OR Apache-2.0
//! socket

pub(crate) mod filter;
pub(crate) mod netns;
pub(crate) mod transport;
