// SPDX-License-Identifier: MIT OR Apache-2.0
//! libnlrs: netlink messages, sockets, requests, dumps, batches and monitors, as a C library and as a Rust crate.
//!
//! Calls go one way: [`ffi`] -> [`monitor`], [`exchange`] -> [`socket`] -> `sys`, and all of them use [`wire`].
//!
//! | module | what it is for |
//! |---|---|
//! | `ffi` | every `extern "C"` function; one file for each section of the header |
//! | [`monitor`] | multicast events, overflow, tables kept in step |
//! | [`exchange`] | request -> ack, dump, batch: matching, deadlines, errors |
//! | [`socket`] | one netlink socket: open, options, addresses, send, receive |
//! | [`wire`] | bytes <-> messages; safe, no I/O |
//! | [`error`] | codes and the error record |
//! | [`uapi`] | the kernel's numbers that the libc crate lacks |
//! | `text` | text into a buffer of given size |
//! | [`trace`] | what goes over the wire, as text and as pcap |
//! | `sys` | the only module that makes system calls or touches raw memory |
//! | `rt` | allocator and panic handler of the C build |
//!
//! **Threads.** What takes `&self` may run at the same time on one object, what takes `&mut self` needs it to itself. A
//! [`socket::Socket`] locks inside. Different objects are independent; there is no global mutable state.
#![cfg_attr(not(test), no_std)]
// Part of what is crate-private is reached by the C functions alone.
#![cfg_attr(not(feature = "capi"), allow(dead_code))]

extern crate alloc;
// Where rt is not compiled in, allocator and panic handler are std's: in a build that unwinds (cargo test makes one) and in a
// Rust program that takes the crate without default features, for which cargo makes the C libraries too.
#[cfg(not(all(feature = "rt", panic = "abort")))]
extern crate std;

pub mod error;
pub mod exchange;
#[cfg(feature = "capi")]
#[allow(unsafe_code)]
pub mod ffi;
pub mod monitor;
#[cfg(all(feature = "rt", panic = "abort", not(test)))]
#[allow(unsafe_code)]
mod rt;
pub mod socket;
#[allow(unsafe_code)]
mod sys;
mod text;
pub mod trace;
pub mod uapi;
pub mod wire;
