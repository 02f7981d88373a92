// SPDX-License-Identifier: MIT OR Apache-2.0
//! From an offset in a message to the attribute that stands there.

use super::align;
use super::attribute::Attributes;
use crate::error::Path;
use crate::uapi::{NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE, NLMSG_HDRLEN, NLMSG_MIN_TYPE};

/// The types from the root to the attribute whose header stands at `offset` of `message`, where attributes begin after
/// `family_header` bytes of payload. As deep as it can be followed; empty when no attribute covers the offset.
#[inline(never)]
pub fn to(message: &[u8], family_header: usize, offset: usize) -> Path {
    let mut path = Path::EMPTY;
    let mut start = align::align(NLMSG_HDRLEN.saturating_add(family_header));
    let mut end = message.len();
    'level: loop {
        let mut attributes = Attributes::new(message.get(start..end).unwrap_or(&[]));
        let mut at = start;
        while let Ok(Some(attribute)) = attributes.next() {
            let len = attribute.bytes.len();
            if offset < at {
                break;
            }
            if offset < at.saturating_add(len) {
                if !path.push(attribute.ty()) || offset == at {
                    return path;
                }
                start = at.saturating_add(crate::uapi::NLA_HDRLEN);
                end = at.saturating_add(len);
                continue 'level;
            }
            at = at.saturating_add(align::align(len));
        }
        return path;
    }
}

/// Bytes of family header behind the message header, by protocol and message type; None where it is not known.
///
/// For NETLINK_ROUTE the types come in groups of four (new, delete, get, set), and each group has one header.
#[inline(never)]
pub fn family_header(protocol: i32, ty: u16) -> Option<usize> {
    if ty < NLMSG_MIN_TYPE {
        return None;
    }
    match protocol {
        NETLINK_ROUTE => route_header(ty),
        NETLINK_GENERIC | NETLINK_NETFILTER => Some(4),
        _ => None,
    }
}

/// By the first type of each group; the struct of linux/rtnetlink.h and its relatives in the comment.
fn route_header(ty: u16) -> Option<usize> {
    Some(match ty & !3 {
        16 | 108 => 16,             // ifinfomsg: link, link property
        20 => 8,                    // ifaddrmsg
        24 => 12,                   // rtmsg
        28 => 12,                   // ndmsg
        32 => 12,                   // fib_rule_hdr
        36 | 40 | 44 | 100 => 20,   // tcmsg: qdisc, class, filter, chain
        48 => 4,                    // tcamsg
        52 => 12,                   // prefixmsg
        64 => 4,                    // ndtmsg
        68 => 16,                   // nduseroptmsg
        72 => 12,                   // ifaddrlblmsg
        76 => 4,                    // dcbmsg
        80 => 4,                    // netconfmsg, with padding
        84 => 8,                    // br_port_msg
        88 | 96 => 4,               // rtgenmsg, with padding: namespace ID, cache report
        92 => 12,                   // if_stats_msg
        104 | 112 | 116 | 120 => 8, // nhmsg, br_vlan_msg, nhmsg for buckets, tunnel_msg
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: &[&[u8]]) -> Vec<u8> {
        [&[0; 16][..], &[0; 16]].into_iter().chain(parts.iter().copied()).flatten().copied().collect()
    }

    fn attribute(ty: u16, payload: &[u8]) -> Vec<u8> {
        let len = u16::try_from(4 + payload.len()).expect("short");
        let mut bytes = [len.to_ne_bytes(), ty.to_ne_bytes()].concat();
        bytes.extend_from_slice(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn offsets_become_paths() {
        let leaf = attribute(4, &[1, 2]);
        let inner = [attribute(9, &[]), leaf].concat();
        let nest = attribute(2 | 0x8000, &inner);
        let root = attribute(18, &nest);
        let bytes = message(&[&attribute(3, b"abc"), &root]);
        for (offset, expected) in [
            (32, &[3][..]),
            (40, &[18]),
            (44, &[18, 2]),
            (48, &[18, 2, 9]),
            (52, &[18, 2, 4]),
            (0, &[]),
            (31, &[]),
            (60, &[]),
            (usize::MAX, &[]),
        ] {
            assert_eq!(to(&bytes, 16, offset).types(), expected, "offset {offset}");
        }
        assert_eq!(to(&bytes, usize::MAX, 40).types(), &[] as &[u16]);
        assert_eq!(to(&[], 0, 16).types(), &[] as &[u16]);
    }

    #[test]
    fn deep_nests_end() {
        let mut bytes = attribute(1, &[]);
        for _ in 0..100 {
            bytes = attribute(1, &bytes);
        }
        let bytes = message(&[&bytes]);
        assert_eq!(to(&bytes, 16, bytes.len() - 4).types().len(), crate::error::MAX_DEPTH);
    }
}
