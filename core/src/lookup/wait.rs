// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waiting for an object of rtnetlink.

use crate::error::{Code, Result};
use crate::monitor::{Kind, Monitor};
use crate::socket::SocketOptions;
use crate::sys::clock::now_ns;
use crate::uapi::NETLINK_ROUTE;
use crate::wire::message::Message;

/// Nanoseconds of a millisecond.
const MILLISECOND: i64 = 1_000_000;

/// RTM_DEL… is the second of the four message types of each object.
const DELETE: u16 = 1;

/// Waits until `each` accepts an object of a table: its GET type is `get`, its address family `family` (0: all).
///
/// The groups are joined before the table is read, so that an object is seen whether it is there already, comes later, or changes.
/// `each` is called with every object and every change until it returns a positive number: success; or a negative code, which is
/// returned. `milliseconds` is for the whole; below 0: without limit; NLRS_ETIMEDOUT when they are over.
pub fn wait(
    get: u16,
    family: u8,
    milliseconds: i64,
    options: &SocketOptions,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
) -> Result<()> {
    let end = now_ns().saturating_add(milliseconds.saturating_mul(MILLISECOND));
    let mut monitor = Monitor::open(NETLINK_ROUTE, &[], options)?;
    monitor.follow(get, family)?;
    loop {
        if milliseconds >= 0 {
            let left = end.saturating_sub(now_ns());
            if left <= 0 {
                return Err(Code::TIMEDOUT);
            }
            monitor.socket().set_timeout(left / MILLISECOND + 1);
        } else {
            monitor.socket().set_timeout(-1);
        }
        let event = match monitor.next() {
            Ok(event) => event,
            // The deadline is looked at above. A malformed datagram is skipped.
            Err(Code::TIMEDOUT | Code::EBADMSG) => continue,
            Err(code) => return Err(code),
        };
        let (Kind::Message | Kind::Object | Kind::Added | Kind::Changed) = event.kind else { continue };
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
