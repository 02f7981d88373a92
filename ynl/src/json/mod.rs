// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON: text to values, and bytes to text without a value in between.

pub(crate) mod read;
pub(crate) mod write;
