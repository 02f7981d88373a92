// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datagrams as text and as pcap.
//!
//! | file | |
//! |---|---|
//! | `text` | messages as lines, attributes as a tree |
//! | `pcap` | the capture format: written by a trace, read by a replay |
//! | `debug` | callbacks, and files named by NLRS_DEBUG |

pub(crate) mod debug;
pub(crate) mod pcap;
mod text;

pub use debug::{Direction, TraceFn};
pub use text::format;
