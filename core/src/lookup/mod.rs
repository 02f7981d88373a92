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

use crate::error::{Code, ErrorRecord, Origin, Result};
use crate::socket::Socket;
use crate::wire::build::Builder;

/// A request on a socket of `protocol`: -EOPNOTSUPP on another. Why there is none is noted in `record`.
fn prepare(
    socket: &Socket,
    protocol: i32,
    make: impl FnOnce() -> Result<Builder>,
    record: Option<&mut ErrorRecord>,
) -> Result<Builder> {
    let request = if socket.protocol() == protocol { make() } else { Err(Code::EOPNOTSUPP) };
    if let (Err(code), Some(record)) = (&request, record) {
        record.clear();
        record.set(*code, Origin::Argument);
    }
    request
}
