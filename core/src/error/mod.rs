// SPDX-License-Identifier: MIT OR Apache-2.0
//! Codes, and the record that says what went wrong.

mod code;
mod display;
mod failure;
mod record;
mod text;

pub use code::*;
pub use failure::Error;
pub use record::{ErrorRecord, MAX_DEPTH, Origin, Path, Policy};
pub use text::strerror;
