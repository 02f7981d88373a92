// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's audit: its ack comes before the answer, which a kernel thread sends, with the port ID 0.

use super::Answering;
use crate::wire::message::Header;

/// Message types of linux/audit.h that are answered.
const AUDIT_GET: u16 = 1000;
const AUDIT_SIGNAL_INFO: u16 = 1010;
const AUDIT_LIST_RULES: u16 = 1013;
const AUDIT_TTY_GET: u16 = 1016;
const AUDIT_GET_FEATURE: u16 = 1019;

pub(super) fn answering(request: &Header) -> Answering {
    match request.ty {
        AUDIT_GET | AUDIT_SIGNAL_INFO | AUDIT_TTY_GET | AUDIT_GET_FEATURE => Answering::One,
        AUDIT_LIST_RULES => Answering::Parts,
        _ => Answering::Ack,
    }
}
