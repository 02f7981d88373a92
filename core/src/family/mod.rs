// SPDX-License-Identifier: MIT OR Apache-2.0
//! What one netlink family needs on top of plain netlink. Pure bytes, no I/O.
//!
//! | file | |
//! |---|---|
//! | `record` | reads and writes the records of all families, by tables |
//! | `addr` | network and link-layer addresses |
//! | `genetlink` | generic netlink: families, operations, groups, policies |
//! | `rtnetlink` | links, addresses, routes, rules, neighbours, nexthops |
//! | `sock_diag` | sockets of IPv4, IPv6 and AF_UNIX |

pub mod addr;
pub mod genetlink;
pub mod record;
pub mod rtnetlink;
pub mod sock_diag;
