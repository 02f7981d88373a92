// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's audit: its ack comes before the answer, which a kernel thread sends, with the port ID 0.

use super::Answering;
use crate::uapi::NLMSG_HDRLEN;
use crate::wire::message::Header;

/// The first type of a record: AUDIT_FIRST_USER_MSG of linux/audit.h. Types below it are requests and their answers.
const FIRST_RECORD: u16 = 1100;

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

/// Returns the length of a record that the kernel sends to the registered audit daemon, which is the datagram's; None
/// for anything else. There nlmsg_len is 16 bytes less, as if it did not count the header; it is right in what the
/// members of AUDIT_NLGRP_READLOG get, and in answers (seen on 6.18). The kernel never puts two of these into one
/// datagram.
pub(super) fn record_len(datagram: &[u8]) -> Option<u32> {
    let header = Header::read(datagram)?;
    let says = header.len as usize;
    let is_short = header.ty >= FIRST_RECORD && says.checked_add(NLMSG_HDRLEN) == Some(datagram.len());
    if is_short { u32::try_from(datagram.len()).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_record_that_is_16_bytes_short_is_corrected() {
        for (ty, says, has, expected) in [
            (1107u16, 124u32, 140usize, 140),
            (1300, 0, 16, 16),
            (1300, 3, 19, 19),
            (1300, 140, 140, 140),
            (1300, 132, 140, 132),
            (1000, 124, 140, 124),
            (2, 20, 36, 20),
        ] {
            let mut datagram = Header { len: says, ty, ..Header::default() }.to_bytes().to_vec();
            datagram.resize(has, 0);
            let len = record_len(&datagram).unwrap_or(says);
            assert_eq!(len, expected, "{ty} {says} {has}");
        }
        assert_eq!(record_len(&[0; 15]), None);
    }
}
