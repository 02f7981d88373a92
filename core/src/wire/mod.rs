// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes <-> messages. Safe, no I/O, no panic.
//!
//! | file | |
//! |---|---|
//! | `align` | the arithmetic of the kernel's macros |
//! | `message` | headers, and the walk over the messages of a datagram |
//! | `attribute` | reading, walking, finding and writing attributes |
//! | `build/` | messages under construction |
//! | `path` | from the offset of an attribute to its path of types |
//! | `extack` | acks, errors and ends of dumps, with extended acks |
//! | `policy` | checks of received attributes |
//! | `value` | payloads as values |

pub mod align;
pub mod attribute;
pub mod build;
pub mod extack;
pub mod message;
pub mod path;
pub mod policy;
pub mod value;

/// Returns the `N` bytes of `bytes` at `offset`; None when there are fewer.
#[inline(always)]
pub(crate) fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk::<N>().copied()
}

/// The largest length that is copied without a call.
pub(crate) const SHORT: usize = 16;

/// Copies `from` to `to`, which are equally long. Not inlined: it is used in many places.
#[inline(never)]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    copy_here(to, from);
}

/// As [`copy`], inlined: for places where a call is too slow, or where the length is known.
#[inline(always)]
pub(crate) fn copy_here(to: &mut [u8], from: &[u8]) {
    if from.len() <= SHORT {
        copy_short(to, from);
    } else if to.len() == from.len() {
        to.copy_from_slice(from);
    }
}

/// Copies up to SHORT bytes by two overlapping moves, which cost less than a call. `to` is as long as `from`.
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

/// Copies the first and the last `N` bytes, which may overlap; nothing when there are fewer.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk::<N>()) {
        *to = *from;
    }
}
