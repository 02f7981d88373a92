// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every `extern "C"` function, one file for each section of the header.
//!
//! A function here checks its pointers, calls the safe function of the same name and translates the result; nothing else.
//! Its comment is the manual. Rules that hold for all: NULL where a pointer goes is -EINVAL, or nothing for free and close;
//! outputs are untouched on failure.

/// Early return of `$ret` when a pointer is NULL.
macro_rules! not_null {
    ($($pointer:expr),+ => $ret:expr) => {
        $(if $pointer.is_null() { return $ret; })+
    };
}
#[allow(unused_imports)] // files of this folder reach it by its textual scope
pub(crate) use not_null;

pub mod attribute;
pub mod message;
pub mod reading;
pub mod macros;
