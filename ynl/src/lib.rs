// SPDX-License-Identifier: MIT OR Apache-2.0
//! libnlrs-ynl: any netlink family by name. Specifications are loaded at run time; requests and replies are JSON.
//!
//! | module | what it is for |
//! |---|---|
//! | [`ffi`] | every `extern "C"` function; the contract of `nlrs-ynl.h` |
//! | [`family`] | a family that was opened: requests, dumps, batches, events, encoding, decoding |
//! | [`describe`] | what a specification contains, as JSON |
//! | `search` | where specifications are |
//! | `spec` | YAML text, checked against its schema and compiled into tables |
//! | `decode`, `encode` | bytes to JSON text, JSON to bytes |
//! | `display` | addresses, hexadecimal text and the like |
//! | `path` | names for the offsets that the kernel sends with an error |
//! | `json` | reading and writing JSON |
//! | [`error`] | why something failed, as JSON |
//! | `wire` | the layout of attributes |
//! | `secure` | whether the environment variables can be trusted |
//! | `socket` | all that libnlrs does for this library |
//!
//! ```
//! let links = nlrs_ynl::Family::open("rt-link")?;
//! let mut dump = links.dump("getlink", b"", 0)?;
//! while let Some(link) = dump.next()? {
//!     println!("{}", String::from_utf8_lossy(link));
//! }
//! dump.end()?;
//! # Ok::<(), Box<nlrs_ynl::Error>>(())
//! ```

mod decode;
pub mod describe;
mod display;
mod encode;
pub mod error;
pub mod family;
#[allow(unsafe_code)]
pub mod ffi;
mod json;
mod path;
mod search;
#[allow(unsafe_code)]
mod secure;
mod socket;
mod spec;
mod wire;

pub use error::{Error, Result};
pub use family::{Dump, Events, EventsControl, Family, OpenOptions, flags};
pub use search::PATH_VARIABLE;
