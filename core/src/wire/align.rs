// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arithmetic of NLMSG_ALIGN and the macros built on it. Saturates where the macros wrap.

use crate::uapi::{NLA_HDRLEN, NLMSG_HDRLEN};

/// The largest aligned length.
const MAX_ALIGNED: usize = usize::MAX & !3;

/// Returns `len` rounded up to a multiple of 4; saturates at the largest such multiple.
#[inline(always)]
pub const fn align(len: usize) -> usize {
    if len > MAX_ALIGNED { MAX_ALIGNED } else { (len + 3) & !3 }
}

/// Returns the length of a message with `payload` bytes of payload.
#[inline(always)]
pub const fn message_length(payload: usize) -> usize {
    payload.saturating_add(NLMSG_HDRLEN)
}

/// Returns the space of a message, padding included, with `payload` bytes of payload.
#[inline(always)]
pub const fn message_space(payload: usize) -> usize {
    align(message_length(payload))
}

/// Returns the length of an attribute with `payload` bytes of payload.
#[inline(always)]
pub const fn attribute_length(payload: usize) -> usize {
    payload.saturating_add(NLA_HDRLEN)
}

/// Returns the space of an attribute, padding included, with `payload` bytes of payload.
#[inline(always)]
pub const fn attribute_space(payload: usize) -> usize {
    align(attribute_length(payload))
}
