// SPDX-License-Identifier: MIT OR Apache-2.0
//! libnlrs: netlink messages, sockets, requests, dumps, batches and monitors, as a C library and as a Rust crate.
//!
//! Calls go one way: `ffi` -> [`monitor`], [`exchange`] -> [`socket`] -> `sys`, and all of them use [`wire`].
//!
//! | module | what it is for |
//! |---|---|
//! | `ffi` | every `extern "C"` function; one file for each section of the header |
//! | [`monitor`] | multicast events, overflow, tables kept in step |
//! | [`exchange`] | request -> ack, dump, batch: matching, deadlines, errors |
//! | [`socket`] | one netlink socket: open, options, addresses, send, receive |
//! | [`wire`] | bytes <-> messages; safe, no I/O |
//! | [`error`] | codes and the error record |
//! | `constants` | the header's constants by name |
//! | [`uapi`] | the kernel's numbers that the libc crate lacks |
//! | `handle` | a socket for Rust, and what is asked through it |
//! | `text` | text into a buffer of given size |
//! | [`trace`] | what goes over the wire, as text and as pcap |
//! | `sys` | the only module that makes system calls or touches raw memory |
//! | `rt` | allocator and panic handler of the C build |
//!
//! **Threads.** What takes `&self` may run at the same time on one object, what takes `&mut self` needs it to itself. A
//! [`socket::Socket`] locks inside. Different objects are independent; there is no global mutable state.
//!
//! # From Rust
//!
//! `nlrs = { version = "0.1", default-features = false }`: without the C functions, without std, and with nothing unsafe for you
//! to write. A [`Handle`] is a socket; a [`wire::build::Builder`] makes requests of any family; what comes back are
//! [`wire::message::Message`]s, whose attributes [`wire::attribute::Attributes`] walks over; [`exchange::Batch`] sends many at
//! once; a [`monitor::Monitor`] follows events.
//!
//! ```
//! use nlrs::error::{Code, ErrorRecord};
//! use nlrs::wire::{attribute, build::Builder, message::Message};
//!
//! const RTM_GETLINK: u32 = 18;
//! const IFINFOMSG: usize = 16; // struct ifinfomsg
//! const IFLA_IFNAME: u32 = 3;
//!
//! fn names() -> Result<Vec<String>, Code> {
//!     let handle = nlrs::Handle::open(nlrs::uapi::NETLINK_ROUTE, &Default::default())?;
//!     let mut request = Builder::growing(64)?;
//!     request.begin(RTM_GETLINK, 0)?;
//!     request.put_header(&[0; IFINFOMSG])?;
//!     request.end()?;
//!
//!     let mut names = Vec::new();
//!     let mut dump = handle.dump(&request)?;
//!     while let Some(bytes) = dump.next()? {
//!         let link = Message::read(bytes)?;
//!         let attributes = link.payload().get(IFINFOMSG..).ok_or(Code::EBADMSG)?;
//!         if let Some(name) = attribute::find(attributes, IFLA_IFNAME)? {
//!             let text = nlrs::wire::value::text(name.payload());
//!             names.push(String::from_utf8_lossy(text).into_owned());
//!         }
//!     }
//!     let mut details = ErrorRecord::new();
//!     dump.end(Some(&mut details))?;
//!     Ok(names)
//! }
//!
//! assert!(names().expect("links").iter().any(|name| name == "lo"));
//! ```
#![cfg_attr(not(test), no_std)]
// Part of what is crate-private is reached by the C functions alone.
#![cfg_attr(not(feature = "capi"), allow(dead_code))]

extern crate alloc;
// Where rt is not compiled in, allocator and panic handler are std's: in a build that unwinds (cargo test makes one) and in a
// Rust program that takes the crate without default features, for which cargo makes the C libraries too.
#[cfg(not(all(feature = "rt", panic = "abort")))]
extern crate std;

#[cfg(feature = "capi")]
mod constants;
pub mod error;
pub mod exchange;
pub mod family;
#[cfg(feature = "capi")]
#[allow(unsafe_code)]
pub mod ffi;
mod handle;
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

pub use handle::{Handle, ScriptedPeer};
