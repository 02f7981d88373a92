// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers of the kernel that the libc crate does not define, or defines with another type.
//!
//! A test compares each with the kernel's headers.

/// Bytes of `struct nlmsghdr`.
pub const NLMSG_HDRLEN: usize = 16;
/// Bytes of `struct nlattr` and `struct rtattr`.
pub const NLA_HDRLEN: usize = 4;
/// Alignment of messages and attributes.
pub const NLMSG_ALIGNTO: usize = 4;
/// Bytes of `struct nlmsgerr`: the code and the header of the request.
pub const NLMSGERR_LEN: usize = 20;

/// Message types below this are control messages.
pub const NLMSG_MIN_TYPE: u16 = 0x10;
/// A message without meaning, to be skipped.
pub const NLMSG_NOOP: u16 = 1;
/// An ack or an error.
pub const NLMSG_ERROR: u16 = 2;
/// The end of a dump.
pub const NLMSG_DONE: u16 = 3;
/// Messages were lost.
pub const NLMSG_OVERRUN: u16 = 4;

/// The message is a request.
pub const NLM_F_REQUEST: u16 = 0x01;
/// The message is one of several, which NLMSG_DONE ends.
pub const NLM_F_MULTI: u16 = 0x02;
/// An ack is requested.
pub const NLM_F_ACK: u16 = 0x04;
/// An echo is requested.
pub const NLM_F_ECHO: u16 = 0x08;
/// The dump is inconsistent: the table changed meanwhile.
pub const NLM_F_DUMP_INTR: u16 = 0x10;
/// The dump was filtered as requested.
pub const NLM_F_DUMP_FILTERED: u16 = 0x20;
/// A dump of the whole table: ROOT and MATCH.
pub const NLM_F_DUMP: u16 = 0x300;
/// On an error: the message does not contain the payload of the request.
pub const NLM_F_CAPPED: u16 = 0x100;
/// On an error or a DONE: extended-ack attributes follow.
pub const NLM_F_ACK_TLVS: u16 = 0x200;

/// Flag of an attribute type: the attribute is a nest.
pub const NLA_F_NESTED: u16 = 0x8000;
/// Flag of an attribute type: the payload is in network byte order.
pub const NLA_F_NET_BYTEORDER: u16 = 0x4000;
/// The bits of an attribute type that are no flags.
pub const NLA_TYPE_MASK: u16 = 0x3fff;

/// Extended ack: message.
pub const NLMSGERR_ATTR_MSG: u16 = 1;
/// Extended ack: offset in the request of the attribute that was refused.
pub const NLMSGERR_ATTR_OFFS: u16 = 2;
/// Extended ack: cookie of an ack.
pub const NLMSGERR_ATTR_COOKIE: u16 = 3;
/// Extended ack: the policy that was violated.
pub const NLMSGERR_ATTR_POLICY: u16 = 4;
/// Extended ack: type of a missing attribute.
pub const NLMSGERR_ATTR_MISS_TYPE: u16 = 5;
/// Extended ack: offset of the nest in which it is missing.
pub const NLMSGERR_ATTR_MISS_NEST: u16 = 6;

/// Socket option level of netlink.
pub const SOL_NETLINK: i32 = 270;
/// Joins a group.
pub const NETLINK_ADD_MEMBERSHIP: i32 = 1;
/// Leaves a group.
pub const NETLINK_DROP_MEMBERSHIP: i32 = 2;
/// Group of each datagram as ancillary data.
pub const NETLINK_PKTINFO: i32 = 3;
/// A multicast send that fails for one receiver is an error.
pub const NETLINK_BROADCAST_ERROR: i32 = 4;
/// Overflows are not reported.
pub const NETLINK_NO_ENOBUFS: i32 = 5;
/// Receive ring of memory-mapped netlink, which kernels since 4.6 lack.
pub const NETLINK_RX_RING: i32 = 6;
/// Transmit ring of memory-mapped netlink, which kernels since 4.6 lack.
pub const NETLINK_TX_RING: i32 = 7;
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
/// Family of the kernel's audit.
pub const NETLINK_AUDIT: i32 = 9;
/// Family of the kernel connector, whose messages all have the type NLMSG_DONE.
pub const NETLINK_CONNECTOR: i32 = 11;
/// Family of netfilter.
pub const NETLINK_NETFILTER: i32 = 12;
/// Family of generic netlink.
pub const NETLINK_GENERIC: i32 = 16;

/// Request for a link.
pub const RTM_GETLINK: u16 = 18;
/// Request for a route.
pub const RTM_GETROUTE: u16 = 26;
/// Message type of the generic netlink controller.
pub const GENL_ID_CTRL: u16 = 0x10;
/// Start of a batch of nfnetlink messages.
pub const NFNL_MSG_BATCH_BEGIN: u16 = 0x10;
/// End of a batch of nfnetlink messages.
pub const NFNL_MSG_BATCH_END: u16 = 0x11;
