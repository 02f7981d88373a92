// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a socket sends to and receives from.

pub(crate) mod peer;
pub(crate) mod replay;
