// SPDX-License-Identifier: MIT OR Apache-2.0
//! libnetlink's functions on libnlrs, for programs that were written for the library inside iproute2.
//!
//! | module | what it is for |
//! |---|---|
//! | `ffi` | the functions, one file for each section of the header |
//! | `wire` | every use of libnlrs's core: messages, attributes, extended acks |
//! | `receive` | one datagram from a socket, and the memory for it |
//! | `stderr` | the texts that libnetlink writes to stderr |
//! | `json` | iproute2's JSON functions, where the program has them |
//!
//! How messages and attributes are laid out, checked, walked and written is nlrs_core::wire's alone. What is here is what libnetlink
//! does and libnlrs does not: return values, errno, text. The programs in tests/ hold the facts, established with the stock
//! library, and tests/differences what is different on purpose.
#![cfg_attr(not(test), no_std)]

// Where rt is not compiled in, allocator and panic handler are std's: in a build that unwinds, as cargo test makes it.
#[cfg(not(panic = "abort"))]
extern crate std;

#[allow(unsafe_code)]
pub mod ffi;
#[allow(unsafe_code)]
mod json;
#[allow(unsafe_code)]
mod receive;
#[cfg(all(panic = "abort", not(test)))]
#[allow(unsafe_code)]
#[path = "../../../src/rt.rs"]
mod rt;
#[allow(unsafe_code)]
mod stderr;
mod wire;
