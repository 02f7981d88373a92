// SPDX-License-Identifier: MIT OR Apache-2.0
//! What one family needs on top of plain netlink, one file each. No I/O.
//!
//! | file | |
//! |---|---|
//! | `record` | reads and writes the records of all families, by tables |
//! | `addr` | network and link-layer addresses |
//! | `rtnetlink` | links, addresses, routes, rules, neighbours, nexthops, traffic control |
//! | `genetlink` | generic netlink and its controller: families, operations, groups, policies |
//! | `conntrack` | the tuple of a connection |
//! | `ethtool` | ethtool netlink: headers and sets of bits |
//! | `uevent` | events of devices |
//! | `sock_diag` | sockets of IPv4, IPv6 and AF_UNIX |
//! | `nfnetlink` | netfilter: transactions, answers that look like parts of a dump |
//! | `audit` | the ack comes before the answer; records whose length is not the datagram's |
//! | `connector` | every message has the type NLMSG_DONE |
//!
//! This file dispatches by protocol. A family that is not mentioned in a function follows the rule of its comment.

pub mod addr;
pub mod audit;
pub mod connector;
pub mod conntrack;
pub mod ethtool;
pub mod genetlink;
pub mod nfnetlink;
pub mod record;
pub mod rtnetlink;
pub mod sock_diag;
pub mod uevent;

use crate::uapi::{
    NETLINK_AUDIT, NETLINK_CONNECTOR, NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_USERSOCK,
    NLMSG_MIN_TYPE, NLMSG_NOOP, NLMSG_OVERRUN,
};
use crate::wire::message::Header;

/// What a request is answered with when it is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answering {
    /// Any number of messages, and then the ack if one is asked for. The rule.
    Ack,
    /// Exactly one message, for which no ack is needed.
    One,
    /// Several messages that NLMSG_DONE ends, for which no ack is needed, although the request is no dump.
    Parts,
}

/// What `request` is answered with.
pub(crate) fn answering(protocol: i32, request: &Header) -> Answering {
    match protocol {
        NETLINK_ROUTE => rtnetlink::answering(request),
        NETLINK_GENERIC => genetlink::answering(request),
        NETLINK_NETFILTER => nfnetlink::answering(request),
        NETLINK_AUDIT => audit::answering(request),
        _ => Answering::Ack,
    }
}

/// True when a family acknowledges some requests before it answers them. The rule is that the ack comes last.
#[inline(always)]
pub(crate) fn acks_some_first(protocol: i32) -> bool {
    protocol == NETLINK_AUDIT
}

/// True when the ack of `request` comes before its answer.
pub(crate) fn acks_first(protocol: i32, request: &Header) -> bool {
    acks_some_first(protocol) && audit::answering(request) != Answering::Ack
}

/// True when answers may carry the port ID 0. The rule is that they carry the port of the socket that asked.
pub(crate) fn answers_with_port_0(protocol: i32) -> bool {
    // Of programs that talk to each other by NETLINK_USERSOCK not all fill in the port.
    matches!(protocol, NETLINK_AUDIT | NETLINK_CONNECTOR | NETLINK_USERSOCK)
}

/// True when an answer with NLM_F_MULTI belongs to a dump, which NLMSG_DONE ends. The rule.
pub(crate) fn is_part_of_dump(protocol: i32, request: &Header) -> bool {
    protocol != NETLINK_NETFILTER || nfnetlink::dumps(request)
}

/// True for a control message: nothing, an ack or an error, the end of a dump, or data lost.
#[inline]
pub(crate) fn is_control(protocol: i32, ty: u16) -> bool {
    matches!(ty, NLMSG_NOOP..=NLMSG_OVERRUN) && (protocol != NETLINK_CONNECTOR || connector::is_control(ty))
}

/// Bytes of family header behind the message header, by protocol and message type; None where it is not known.
#[inline(never)]
pub(crate) fn header_len(protocol: i32, ty: u16) -> Option<usize> {
    if ty < NLMSG_MIN_TYPE {
        return None;
    }
    match protocol {
        NETLINK_ROUTE => rtnetlink::header_len(ty),
        NETLINK_GENERIC => Some(genetlink::HEADER_LEN),
        NETLINK_NETFILTER => Some(nfnetlink::HEADER_LEN),
        _ => None,
    }
}

/// Returns the length of the message that a received datagram consists of, where its header says another. The rule is
/// that the header is right: None.
#[inline(always)]
pub(crate) fn message_len(protocol: i32, datagram: &[u8]) -> Option<u32> {
    if protocol == NETLINK_AUDIT { audit::record_len(datagram) } else { None }
}
