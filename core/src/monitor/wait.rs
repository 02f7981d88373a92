// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waiting for an object of rtnetlink.

use super::{EventKind, Monitor, Objects};
use crate::error::{Code, Result};
use crate::socket::SocketOptions;
use crate::sys::clock::now_ns;
use crate::uapi::NETLINK_ROUTE;
use crate::wire::message::Message;

/// Nanoseconds of a millisecond.
const MILLISECOND: i64 = 1_000_000;

/// RTM_DEL… is the second of the four message types of each object.
const DELETE: u16 = 1;

/// Waits until `each` accepts one of these objects, of the address family `family` (0: all).
///
/// The groups are joined before the table is read, so that an object is seen whether it is there already, is added
/// later, or changes.
/// `each` is called with every object and every change until it returns a positive number: success; or a negative code,
/// which is
/// returned. `milliseconds` is for the whole; below 0: without limit; NLRS_ETIMEDOUT when they are over.
pub fn wait(
    objects: Objects,
    family: u8,
    milliseconds: i64,
    options: &SocketOptions,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
) -> Result<()> {
    let end = now_ns().saturating_add(milliseconds.saturating_mul(MILLISECOND));
    let mut monitor = Monitor::open(NETLINK_ROUTE, &[], options)?;
    monitor.set_timeout(-1);
    monitor.set_deadline((milliseconds >= 0).then_some(end));
    monitor.follow(objects, family)?;
    loop {
        let event = match monitor.next() {
            Ok(event) => event,
            // A malformed datagram is skipped.
            Err(Code::EBADMSG) => continue,
            Err(code) => return Err(code),
        };
        let (EventKind::Message | EventKind::Object | EventKind::Added | EventKind::Changed) = event.kind else {
            continue;
        };
        let message = Message::read(event.bytes)?;
        if message.header.ty & 3 == DELETE {
            continue;
        }
        match each(&message) {
            0 => {}
            1.. => return Ok(()),
            code => return Err(Code::of(code)),
        }
    }
}
