// SPDX-License-Identifier: MIT OR Apache-2.0
//! libnlrs: netlink messages, sockets, requests, dumps, batches and monitors.
//!
//! Calls go one way: [`monitor`], [`exchange`] -> [`socket`] -> `sys`, and all of them use [`wire`].
//!
//! | module | what it is for |
//! |---|---|
//! | [`monitor`] | multicast events, overflow, tables kept in step |
//! | [`exchange`] | request -> ack, dump, batch: matching, deadlines, errors |
//! | [`socket`] | one netlink socket: open, options, addresses, send, receive |
//! | [`wire`] | bytes <-> messages; safe, no I/O |
//! | `family` | what one family needs on top of plain netlink; no I/O |
//! | [`error`] | codes and the error record |
//! | [`uapi`] | the kernel's numbers that the libc crate lacks |
//! | `handle` | a socket for Rust, and what is asked through it |
//! | `text` | text into a buffer of given size |
//! | [`trace`] | what goes over the wire, as text and as pcap |
//! | `budget` | how long an operation may wait |
//! | `mem` | memory whose allocation may fail, locks, counted references |
//! | `sys` | system calls |
//!
//! **Threads.** What takes `&self` may run at the same time on one object, what takes `&mut self` needs it to itself. A
//! [`socket::Socket`] locks inside. Different objects are independent; there is no global mutable state.
//!
//! # From Rust
//!
//! `libnlrs = "0.1"` in Cargo.toml, `use nlrs::…` in the program: without std, and with nothing unsafe for you to write. A [`Handle`] is a socket; a [`wire::build::Builder`] makes requests of any family; what comes back are
//! [`wire::message::Message`]s, whose attributes [`wire::attribute::Attributes`] walks over; [`exchange::Batch`] sends many at
//! once; a [`monitor::Monitor`] follows events.
//!
//! ```
//! use nlrs::wire::build::Builder;
//!
//! const RTM_GETLINK: u32 = 18;
//! const IFINFOMSG: usize = 16; // struct ifinfomsg
//! const IFLA_IFNAME: u16 = 3;
//!
//! fn names() -> nlrs::Result<Vec<String>> {
//!     let handle = nlrs::Handle::open(nlrs::uapi::NETLINK_ROUTE, &Default::default())?;
//!     let mut request = Builder::growing(64)?;
//!     request.begin(RTM_GETLINK, 0)?;
//!     request.put_header(&[0; IFINFOMSG])?;
//!     request.end()?;
//!
//!     let mut names = Vec::new();
//!     let mut dump = handle.dump(&request)?;
//!     while let Some(link) = dump.next()? {
//!         for attribute in link.attributes(IFINFOMSG)? {
//!             let attribute = attribute?;
//!             if attribute.ty() == IFLA_IFNAME {
//!                 names.push(attribute.str()?.to_owned());
//!             }
//!         }
//!     }
//!     dump.end()?;
//!     Ok(names)
//! }
//!
//! assert!(names().expect("links").iter().any(|name| name == "lo"));
//! ```
#![cfg_attr(not(test), no_std)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod budget;
pub mod error;
pub mod exchange;
pub mod family;
mod handle;
pub mod lookup;
pub mod monitor;
pub mod socket;
// Public for the C libraries built on this crate; not part of what it promises.
#[allow(unsafe_code)]
#[doc(hidden)]
pub mod mem;
mod names;
#[allow(unsafe_code)]
mod sys;
mod text;
pub mod trace;
pub mod uapi;
pub mod wire;
#[cfg(feature = "std")]
mod with_std;

pub use error::Error;
pub use handle::{Dump, Handle, PendingRequest, Result};
