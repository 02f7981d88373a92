// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's numbers that the libc crate lacks or types otherwise than we use them.
//!
//! A C program in c-tests asserts each against the kernel's headers.

/// Bytes of `struct nlmsghdr`.
pub const NLMSG_HDRLEN: usize = 16;
/// Bytes of `struct nlattr` and `struct rtattr`.
pub const NLA_HDRLEN: usize = 4;
/// What messages and attributes are aligned to.
pub const NLMSG_ALIGNTO: usize = 4;
/// Bytes of `struct nlmsgerr`: the code and the header of the request.
pub const NLMSGERR_LEN: usize = 20;

/// Message types below this are control messages.
pub const NLMSG_MIN_TYPE: u16 = 0x10;
/// Nothing; to be skipped.
pub const NLMSG_NOOP: u16 = 1;
/// An ack or an error.
pub const NLMSG_ERROR: u16 = 2;
/// The end of a dump.
pub const NLMSG_DONE: u16 = 3;
/// Data lost.
pub const NLMSG_OVERRUN: u16 = 4;

/// It is a request.
pub const NLM_F_REQUEST: u16 = 0x01;
/// One of several messages that NLMSG_DONE ends.
pub const NLM_F_MULTI: u16 = 0x02;
/// Ack wanted.
pub const NLM_F_ACK: u16 = 0x04;
/// Echo wanted.
pub const NLM_F_ECHO: u16 = 0x08;
/// A dump was inconsistent, since something changed meanwhile.
pub const NLM_F_DUMP_INTR: u16 = 0x10;
/// A dump was filtered as asked.
pub const NLM_F_DUMP_FILTERED: u16 = 0x20;
/// The whole table: ROOT and MATCH.
pub const NLM_F_DUMP: u16 = 0x300;
/// On an error: the request's payload is not echoed.
pub const NLM_F_CAPPED: u16 = 0x100;
/// On an error or a DONE: extended-ack attributes follow.
pub const NLM_F_ACK_TLVS: u16 = 0x200;

/// Attribute type flag: attributes inside.
pub const NLA_F_NESTED: u16 = 0x8000;
/// Attribute type flag: payload in network byte order.
pub const NLA_F_NET_BYTEORDER: u16 = 0x4000;
/// The type without the flags.
pub const NLA_TYPE_MASK: u16 = 0x3fff;

/// Extended ack: text.
pub const NLMSGERR_ATTR_MSG: u16 = 1;
/// Extended ack: offset of the culprit in the request.
pub const NLMSGERR_ATTR_OFFS: u16 = 2;
/// Extended ack: cookie of a success.
pub const NLMSGERR_ATTR_COOKIE: u16 = 3;
/// Extended ack: the policy that was violated.
pub const NLMSGERR_ATTR_POLICY: u16 = 4;
/// Extended ack: type of a missing attribute.
pub const NLMSGERR_ATTR_MISS_TYPE: u16 = 5;
/// Extended ack: offset of the nest where it is missing.
pub const NLMSGERR_ATTR_MISS_NEST: u16 = 6;

/// Socket option level of netlink.
pub const SOL_NETLINK: i32 = 270;
/// Join a group.
pub const NETLINK_ADD_MEMBERSHIP: i32 = 1;
/// Leave a group.
pub const NETLINK_DROP_MEMBERSHIP: i32 = 2;
/// Group of each datagram as ancillary data.
pub const NETLINK_PKTINFO: i32 = 3;
/// Failed multicast sends are an error.
pub const NETLINK_BROADCAST_ERROR: i32 = 4;
/// Overflows are not reported.
pub const NETLINK_NO_ENOBUFS: i32 = 5;
/// Events of all namespaces that have an ID here.
pub const NETLINK_LISTEN_ALL_NSID: i32 = 8;
/// Bitmap of the groups joined.
pub const NETLINK_LIST_MEMBERSHIPS: i32 = 9;
/// Acks and errors without the request's payload.
pub const NETLINK_CAP_ACK: i32 = 10;
/// Extended acks.
pub const NETLINK_EXT_ACK: i32 = 11;
/// Strict checking of dump requests.
pub const NETLINK_GET_STRICT_CHK: i32 = 12;

/// Family of routes, links, addresses, neighbours, rules and traffic control.
pub const NETLINK_ROUTE: i32 = 0;
/// Messages between programs.
pub const NETLINK_USERSOCK: i32 = 2;
/// Family of netfilter.
pub const NETLINK_NETFILTER: i32 = 12;
/// Family of generic netlink.
pub const NETLINK_GENERIC: i32 = 16;

/// Ask for one link.
pub const RTM_GETLINK: u16 = 18;
/// Ask for a route.
pub const RTM_GETROUTE: u16 = 26;
/// Message type of the generic netlink controller.
pub const GENL_ID_CTRL: u16 = 0x10;
/// Start of a batch of nfnetlink messages.
pub const NFNL_MSG_BATCH_BEGIN: u16 = 0x10;
/// End of a batch of nfnetlink messages.
pub const NFNL_MSG_BATCH_END: u16 = 0x11;
