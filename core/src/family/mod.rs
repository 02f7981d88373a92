// SPDX-License-Identifier: MIT OR Apache-2.0
//! What one family needs on top of plain netlink, one file each. No I/O.
//!
//! | file | |
//! |---|---|
//! | `audit` | records whose length is not the datagram's |
//!
//! This file dispatches by protocol. A family that is not mentioned in a function follows the rule of its comment.

mod audit;

use crate::uapi::NETLINK_AUDIT;

/// Returns the length of the message that a received datagram consists of, where its header says another. The rule is
/// that the header is right: None.
#[inline(always)]
pub(crate) fn message_len(protocol: i32, datagram: &[u8]) -> Option<u32> {
    if protocol == NETLINK_AUDIT { audit::record_len(datagram) } else { None }
}
