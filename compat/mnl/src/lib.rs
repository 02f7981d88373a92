// SPDX-License-Identifier: MIT OR Apache-2.0
//! libmnl's 68 functions on libnlrs, for programs that were built for libmnl.so.0.
//!
//! | module | what it is for |
//! |---|---|
//! | `ffi` | the functions, one file for each section of the header; the only unsafe code |
//! | `validate` | what makes a payload valid for libmnl's types |
//! | `text` | a message as the text of mnl_nlmsg_fprintf |
//!
//! How messages and attributes are laid out, checked, walked and written is nlrs_core::wire's alone. What is here is
//! what libmnl does and libnlrs does not: return values, errno, text. The programs in tests/ hold the facts,
//! established with the stock library, and tests/differences what is otherwise on purpose.
#![cfg_attr(not(test), no_std)]

// Where rt is not compiled in, allocator and panic handler are std's: in a build that unwinds, as cargo test makes it.
#[cfg(not(panic = "abort"))]
extern crate std;

#[allow(unsafe_code)]
pub mod ffi;
#[cfg(all(panic = "abort", not(test)))]
#[allow(unsafe_code)]
#[path = "../../../src/rt.rs"]
mod rt;
mod text;
mod validate;
