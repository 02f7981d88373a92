// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lookups: short questions to the kernel about a family, by one request each.
//!
//! | file | |
//! |---|---|
//! | `genetlink` | families by name, all families, policies |
//! | `link` | the index of a link's name, the name of an index |

mod genetlink;
mod link;

pub use genetlink::{families, family, policies};
pub use link::{LinkName, link_index, link_name};
