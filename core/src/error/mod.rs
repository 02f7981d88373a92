// SPDX-License-Identifier: MIT OR Apache-2.0
//! Codes, and the record with the details of an error.

mod code;
mod display;
mod failure;
mod inline;
mod record;
mod text;

pub use code::*;
pub use failure::Error;
pub use record::{ErrorRecord, MAX_DEPTH, Origin, Path, Policy};
pub use text::{code_name, strerror};
