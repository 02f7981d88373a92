// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links, addresses, routes, rules, neighbours, traffic control.
//!
//! Records:
//!
//! | file | |
//! |---|---|
//! | `link` | network interfaces, their statistics and names |
//! | `address` | addresses of interfaces |
//! | `route` | routes and their next hops |
//! | `rule` | rules that choose a routing table |
//! | `neighbour` | neighbours, proxies, entries of a bridge's forwarding table |
//! | `nexthop` | nexthop objects and groups |
//! | `records` | arrays of any of these |

pub mod address;
pub mod link;
pub mod neighbour;
pub mod nexthop;
pub mod records;
pub mod route;
pub mod rule;

use super::Answering;
use crate::uapi::RTM_GETLINK;
use crate::wire::message::Header;

/// Message types come in groups of four: new, delete, get, set.
pub(crate) const GET: u32 = 2;

/// Only RTM_GETLINK: of the other requests for one object some kernels answer none.
pub(super) fn answering(request: &Header) -> Answering {
    if request.ty == RTM_GETLINK { Answering::One } else { Answering::Ack }
}

/// By the first type of each group of four (new, delete, get, set); the struct of linux/rtnetlink.h and its relatives
/// in the comment.
pub(super) fn header_len(ty: u16) -> Option<usize> {
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
