// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes <-> messages. Safe, no I/O, no panic.
//!
//! | file | |
//! |---|---|
//! | `align` | the arithmetic of the kernel's macros |
//! | `message` | headers, and the walk over the messages of a datagram |
//! | `attribute` | the walk over attributes |
//! | `build` | messages under construction |
//! | `path` | from an offset to the attribute that stands there |
//! | `extack` | what an ack, an error or the end of a dump says |
//! | `policy` | what received attributes must look like |
//! | `value` | payloads as values |

pub mod align;
pub mod attribute;
pub mod build;
pub mod extack;
pub mod message;
pub mod path;
pub mod policy;
pub mod value;

/// The `N` bytes of `bytes` at `offset`, if they are there.
#[inline(always)]
pub(crate) fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk::<N>().copied()
}

/// What is copied without a call.
pub(crate) const SHORT: usize = 16;

/// Copies `from` to `to`, which are equally long. Called, and not repeated at every place that copies.
#[inline(never)]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    copy_here(to, from);
}

/// The same where the call would be felt, or where the length is known.
#[inline(always)]
pub(crate) fn copy_here(to: &mut [u8], from: &[u8]) {
    if from.len() <= SHORT {
        copy_short(to, from);
    } else if to.len() == from.len() {
        to.copy_from_slice(from);
    }
}

/// Copies up to SHORT bytes by two overlapping moves, since a call costs more than they do. `to` is as long as `from`.
#[inline(always)]
pub(crate) fn copy_short(to: &mut [u8], from: &[u8]) {
    let len = from.len();
    if len >= 8 {
        copy_ends::<8>(to, from);
    } else if len >= 4 {
        copy_ends::<4>(to, from);
    } else if len >= 2 {
        copy_ends::<2>(to, from);
    } else {
        copy_ends::<1>(to, from);
    }
}

/// The first and the last `N` bytes, which may overlap; nothing where there are fewer.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk::<N>()) {
        *to = *from;
    }
}
