// SPDX-License-Identifier: MIT OR Apache-2.0
//! Generic netlink.

use super::Answering;
use crate::uapi::GENL_ID_CTRL;
use crate::wire::message::Header;

/// Bytes of `struct genlmsghdr` of linux/genetlink.h.
pub(super) const HEADER_LEN: usize = 4;

/// Of other families than the controller it is not known.
pub(super) fn answering(request: &Header) -> Answering {
    if request.ty == GENL_ID_CTRL { Answering::One } else { Answering::Ack }
}
