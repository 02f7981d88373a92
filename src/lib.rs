// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every `extern "C"` function of libnlrs.so, one file for each section of the header.
//!
//! A function here checks its pointers, calls the safe function of the same name in the Rust library (`core/`) and translates the
//! result; nothing else. Its comment is the manual. Rules that hold for all: NULL where a pointer goes is -EINVAL, or nothing for
//! free and close; outputs are untouched on failure.

#![cfg_attr(not(test), no_std)]
// The comments here are C's manual: brackets in them are indices.
#![allow(rustdoc::broken_intra_doc_links)]
// Every function of this crate takes C's pointers.
#![allow(unsafe_code)]

extern crate alloc;
// Where rt is not compiled in, allocator and panic handler are std's: in a build that unwinds, as cargo test makes it.
#[cfg(not(panic = "abort"))]
extern crate std;

#[macro_use]
mod pointers;

pub mod attribute;
pub mod batch;
mod constants;
pub mod datagram;
pub mod error;
pub mod exchange;
pub mod filter;
pub mod macros;
pub mod message;
pub mod monitor;
pub mod peer;
pub mod policy;
pub mod reading;
#[cfg(all(panic = "abort", not(test)))]
mod rt;
pub mod setting;
pub mod socket;
pub mod socket_options;
pub mod status;
pub mod trace;
pub mod version;
