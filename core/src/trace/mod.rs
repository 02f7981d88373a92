// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes over the wire, as text and as pcap.
//!
//! | file | |
//! |---|---|
//! | `names` | numbers of the common protocols as words |
//! | `text` | messages as lines, attributes as a tree |
//! | `pcap` | the capture format: written by a trace, read by a replay |
//! | `debug` | where NLRS_DEBUG wants it |

pub(crate) mod debug;
mod names;
pub(crate) mod pcap;
mod text;

pub use debug::{Direction, TraceFn};
pub use text::format;
