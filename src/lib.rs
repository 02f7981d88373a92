// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every `extern "C"` function of libnlrs.so, one file for each section of the header.
//!
//! A function here checks its pointers, calls the safe function of the Rust library (`core/`) and translates the
//! result; nothing else. Its comment is the manual. For all of them: a NULL pointer is -EINVAL, or does nothing in free
//! and close; outputs are not written on failure. Conversions of pointers are in `pointers`.

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

pub mod addr;
pub mod address;
pub mod attribute;
pub mod audit;
pub mod batch;
pub mod build;
pub mod connector;
pub mod conntrack;
mod constants;
pub mod copy;
pub mod datagram;
pub mod error;
pub mod ethtool;
pub mod event;
pub mod exchange;
pub mod filter;
pub mod genl;
pub mod link;
pub mod lookup;
pub mod macros;
pub mod message;
pub mod monitor;
pub mod neighbour;
pub mod nest;
pub mod nexthop;
pub mod nfnetlink;
pub mod peer;
pub mod policy;
pub mod put;
mod record;
pub mod records;
pub mod reply;
pub mod route;
#[cfg(all(panic = "abort", not(test)))]
mod rt;
pub mod rule;
pub mod setting;
pub mod sock_diag;
pub mod socket;
pub mod socket_options;
pub mod status;
pub mod table;
pub mod trace;
pub mod uevent;
pub mod value;
pub mod version;
