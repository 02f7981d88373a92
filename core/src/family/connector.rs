// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel connector: process events and others.

use crate::uapi::NLMSG_DONE;

/// The kernel gives every message of the connector the type NLMSG_DONE, which ends nothing there.
pub(super) fn is_control(ty: u16) -> bool {
    ty != NLMSG_DONE
}
