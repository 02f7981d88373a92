// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes <-> messages. Safe, no I/O, no panic.
//!
//! | file | |
//! |---|---|
//! | `align` | the arithmetic of the kernel's macros |
//! | `message` | headers, and the walk over the messages of a datagram |
//! | `attribute` | the walk over attributes |
//! | `extack` | what an ack, an error or the end of a dump says |

pub mod align;
pub mod attribute;
pub mod extack;
pub mod message;

/// The `N` bytes of `bytes` at `offset`, if they are there.
#[inline(always)]
pub(crate) fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk::<N>().copied()
}
