// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records of rtnetlink.
//!
//! | file | |
//! |---|---|
//! | `link` | network interfaces, their statistics and names |
//! | `address` | addresses of interfaces |
//! | `route` | routes and their next hops |
//! | `rule` | rules that choose a routing table |
//! | `neighbour` | neighbours, proxies, entries of a bridge's forwarding table |
//! | `nexthop` | nexthop objects and groups |

pub mod address;
pub mod link;
pub mod neighbour;
pub mod nexthop;
pub mod route;
pub mod rule;

/// Message types come in groups of four: new, delete, get, set.
pub(crate) const GET: u32 = 2;
