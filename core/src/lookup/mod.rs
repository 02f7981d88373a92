// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lookups: short questions to the kernel about a family, by one request each, and waiting for an answer to change.
//!
//! | file | |
//! |---|---|
//! | `genetlink` | families by name, all families, policies |
//! | `link` | the index of a link's name, the name of an index |
//! | `wait` | the first object that is as it is wanted |

mod genetlink;
mod link;
mod wait;

pub use genetlink::{families, family, policies};
pub use link::{LinkName, link_index, link_name};
pub use wait::wait;

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
