// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arithmetic of NLMSG_ALIGN and its relatives. Saturates where the macros wrap.

use crate::uapi::{NLA_HDRLEN, NLMSG_HDRLEN};

/// The largest length that is aligned.
const MAX_ALIGNED: usize = usize::MAX & !3;

/// `len` rounded up to a multiple of 4; saturates at the largest such multiple.
#[inline(always)]
pub const fn align(len: usize) -> usize {
    if len > MAX_ALIGNED { MAX_ALIGNED } else { (len + 3) & !3 }
}

/// Length of a message with `payload` bytes of payload.
#[inline(always)]
pub const fn message_length(payload: usize) -> usize {
    payload.saturating_add(NLMSG_HDRLEN)
}

/// Space of a message with `payload` bytes of payload.
#[inline(always)]
pub const fn message_space(payload: usize) -> usize {
    align(message_length(payload))
}

/// Length of an attribute with `payload` bytes of payload.
#[inline(always)]
pub const fn attribute_length(payload: usize) -> usize {
    payload.saturating_add(NLA_HDRLEN)
}

/// Space of an attribute with `payload` bytes of payload.
#[inline(always)]
pub const fn attribute_space(payload: usize) -> usize {
    align(attribute_length(payload))
}
