// SPDX-License-Identifier: MIT OR Apache-2.0
//! A socket of its own that receives multicast events, and tables that its events keep in step.
//!
//! | file | |
//! |---|---|
//! | `stream` | datagrams in, several per system call; losses |
//! | `sync` | snapshots of tables, and when they are due |
//! | `table` | one table: what a message changes in it |
//! | `key` | keys of the objects of NETLINK_ROUTE |
//! | `store` | the objects by key |
//! | `wait` | waiting for the first object that a function accepts |

mod key;
mod store;
mod stream;
mod sync;
mod table;
mod wait;

pub use key::{Key, MAX_LEN as MAX_KEY_LEN, Presence, rtnl_key};
pub use sync::Objects;
pub use table::{KeyFn, Keys};
pub use wait::wait;

use crate::error::{Code, Result};
use crate::lookup;
use crate::mem::Shared;
use crate::socket::{Arrival, Call, Socket, SocketOptions};
use crate::sys::clock::now_ns;
use crate::sys::descriptor::Fd;
use crate::uapi::{NETLINK_GENERIC, NETLINK_LISTEN_ALL_NSID, NETLINK_PKTINFO, NLMSG_NOOP, NLMSG_OVERRUN};
use crate::wire::message::Message;
use store::OldObject;
use stream::{Input, Span, Stream};
use sync::Sync;

/// Events of devices, whose payload is text and not netlink messages.
const NETLINK_KOBJECT_UEVENT: i32 = 15;

/// The deadline is checked once in so many datagrams even if none of them had to be waited for.
const CLOCK_EVERY: u32 = 64;

/// No limit of time.
const NO_TIMEOUT: i64 = -1;

/// Milliseconds for a request by a monitor that itself waits without limit.
const REQUEST_TIMEOUT: i64 = 30_000;

/// What an event reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum EventKind {
    /// A message was received.
    Message = 1,
    /// A datagram was received, where the payload is not netlink messages.
    Datagram = 2,
    /// Events were lost.
    Overrun = 3,
    /// A snapshot of a table begins.
    SnapshotBegin = 4,
    /// An object of the snapshot.
    Object = 5,
    /// The snapshot is complete.
    SnapshotEnd = 6,
    /// An object was added to a table.
    Added = 7,
    /// An object has changed.
    Changed = 8,
    /// An object was removed from a table.
    Removed = 9,
}

/// An event. What it points to is valid until the next call on the monitor.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What it reports.
    pub kind: EventKind,
    /// The message, the datagram, the object.
    pub bytes: &'a [u8],
    /// The previous state of a changed object.
    pub old: &'a [u8],
    /// The sender, the multicast group and the namespace of the datagram. Of an event that no datagram has caused: the
    /// kernel, none, and the monitor's own namespace.
    pub arrival: Arrival,
    /// Number of the table that it is about, which is at least 1; 0: it is about none.
    pub table: u32,
    /// Of an overrun the number of lost datagrams, 0: not known; of the end of a snapshot the number of objects.
    pub count: u64,
}

impl Event<'_> {
    /// An event of no meaning.
    pub const NONE: Event<'static> =
        Event { kind: EventKind::Overrun, bytes: &[], old: &[], arrival: NO_ARRIVAL, table: 0, count: 0 };
}

const NO_ARRIVAL: Arrival = Arrival::new(0);

/// The next event, before its bytes are borrowed.
#[derive(Clone, Copy, Debug)]
enum Found {
    Message(Span),
    Datagram(Span),
    Overrun(u64),
    SnapshotBegin(u8),
    Object(u8),
    SnapshotEnd(u8, u64),
    Added { table: u8, id: u32, from_dump: bool },
    Changed { table: u8, id: u32, old: OldObject, from_dump: bool },
    Removed { table: u8, old: OldObject, from_dump: bool },
}

/// Counters of a monitor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Datagrams received.
    pub received: u64,
    /// Events delivered to the caller.
    pub delivered: u64,
    /// Messages read and not delivered to the caller.
    pub filtered: u64,
    /// Overflows.
    pub overflows: u64,
    /// Datagrams known to be lost.
    pub lost: u64,
    /// Snapshots after the first of a table.
    pub resyncs: u64,
    /// Datagrams of foreign senders that were skipped.
    pub foreign: u64,
}

/// A monitor.
#[derive(Debug)]
pub struct Monitor {
    socket: Shared<Socket>,
    requests: Option<Shared<Socket>>,
    stream: Stream,
    sync: Sync,
    /// Datagrams are delivered as a whole.
    raw: bool,
    /// When each call ends at the latest, in nanoseconds of CLOCK_MONOTONIC.
    deadline: Option<i64>,
    counters: Counters,
    fills: u32,
}

impl Monitor {
    /// Opens a monitor for `protocol`, with a second socket for requests. Without a timeout in the options it waits
    /// without limit.
    pub fn open(protocol: i32, groups: &[u32], options: &SocketOptions) -> Result<Monitor> {
        let events = Shared::new(Socket::open(protocol, options)?)?;
        events.probe_blocking_receive();
        let requests = if protocol == NETLINK_KOBJECT_UEVENT {
            None
        } else {
            Some(Shared::new(Socket::open_beside(protocol, options)?)?)
        };
        let mut monitor = Monitor::on(events, requests)?;
        monitor.set_timeout(options.timeout.map_or(NO_TIMEOUT, i64::from));
        for &group in groups {
            monitor.join(group)?;
        }
        Ok(monitor)
    }

    /// Makes a monitor of open sockets, one for events and one for requests. It waits without limit.
    pub fn on(events: Shared<Socket>, requests: Option<Shared<Socket>>) -> Result<Monitor> {
        // A peer in memory or at the other end of a stream has no options.
        const NO_SOCKET: Code = Code::of(-libc::ENOTSOCK);
        match events.set_flag(NETLINK_PKTINFO, true) {
            Err(Code::EOPNOTSUPP | NO_SOCKET) => {}
            // Neither has every kernel or sandbox; of groups up to 32 the sender's address has the number.
            Err(Code::ENOPROTOOPT | Code::ENOSYS | Code::EPERM) => {}
            other => other?,
        }
        let mut sync = Sync::new();
        // Groups that were joined before. A kernel that cannot list them is older than those above 32.
        let mut groups = [0; 64];
        match events.memberships(&mut groups) {
            Err(Code::EOPNOTSUPP | Code::ENOPROTOOPT | NO_SOCKET) => {}
            other => drop(other?),
        }
        for group in groups.into_iter().filter(|&group| group != 0) {
            sync.joined |= sync::bit(group);
        }
        if let Some(requests) = &requests {
            requests.set_timeout(0);
        }
        events.set_timeout(NO_TIMEOUT);
        Ok(Monitor {
            raw: events.protocol() == NETLINK_KOBJECT_UEVENT,
            socket: events,
            requests,
            stream: Stream::new()?,
            sync,
            deadline: None,
            counters: Counters::default(),
            fills: 0,
        })
    }

    /// Returns the socket that receives the events.
    pub fn socket(&self) -> &Shared<Socket> {
        &self.socket
    }

    /// Returns the number of the descriptor to poll for reading.
    pub fn fd(&self) -> i32 {
        self.descriptor().raw()
    }

    /// Returns the descriptor to poll for reading.
    pub fn descriptor(&self) -> &Fd {
        self.sync.fd().unwrap_or(self.socket.descriptor())
    }

    /// Sets how long a call waits for an event, in milliseconds; < 0: without limit; 0: not at all.
    pub fn set_timeout(&mut self, milliseconds: i64) {
        self.socket.set_timeout(milliseconds);
    }

    /// Returns how long a call waits for an event, in milliseconds; -1: without limit.
    pub fn timeout(&self) -> i64 {
        self.socket.timeout()
    }

    /// Sets when each call ends at the latest, also while events keep coming: in nanoseconds of CLOCK_MONOTONIC; None:
    /// never.
    pub fn set_deadline(&mut self, at_ns: Option<i64>) {
        self.deadline = at_ns;
    }

    /// Joins a group.
    pub fn join(&mut self, group: u32) -> Result<()> {
        self.socket.join(group)?;
        self.socket.omit_known_group();
        self.sync.joined |= sync::bit(group);
        Ok(())
    }

    /// Leaves a group. The monitor keeps receiving one that a table needs, without delivering its events.
    pub fn leave(&mut self, group: u32) -> Result<()> {
        if self.sync.needed & sync::bit(group) == 0 {
            self.socket.leave(group)?;
        }
        self.sync.joined &= !sync::bit(group);
        Ok(())
    }

    /// Returns the number of a group of generic netlink.
    pub fn group_number(&self, family: &[u8], group: &[u8]) -> Result<u32> {
        if self.socket.protocol() != NETLINK_GENERIC {
            return Err(Code::EOPNOTSUPP);
        }
        let requests = self.requests.as_deref().ok_or(Code::EOPNOTSUPP)?;
        let timeout = self.socket.timeout();
        requests.set_timeout(if timeout < 0 { REQUEST_TIMEOUT } else { timeout });
        let found = lookup::family(requests, family, None).and_then(|family| family.group(group));
        requests.set_timeout(0);
        found
    }

    /// Receives the events of every namespace that has an ID in the monitor's own, or not.
    pub fn set_all_namespaces(&self, on: bool) -> Result<()> {
        self.socket.set_flag(NETLINK_LISTEN_ALL_NSID, on)
    }

    /// Delivers datagrams as a whole instead of message by message, or not.
    pub fn set_raw(&mut self, on: bool) {
        self.raw = on;
    }

    /// Returns the counters.
    pub fn counters(&self) -> Counters {
        let foreign = self.socket.skipped_count() as u64;
        Counters { received: self.stream.received, foreign, ..self.counters }
    }

    /// Returns the next event. -EAGAIN, NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED; -EBADMSG for a malformed
    /// datagram, the rest of which is skipped; or the code of a system call. The monitor can be used again after each
    /// of them.
    #[inline]
    #[allow(clippy::should_implement_trait)] // an event borrows from the monitor, which an iterator's cannot
    pub fn next(&mut self) -> Result<Event<'_>> {
        let found = self.find()?;
        self.counters.delivered = self.counters.delivered.wrapping_add(1);
        Ok(self.event(found))
    }

    fn event(&self, found: Found) -> Event<'_> {
        let event =
            Event { kind: EventKind::Message, bytes: &[], old: &[], arrival: self.stream.current, table: 0, count: 0 };
        let internal = Event { arrival: NO_ARRIVAL, ..event };
        match found {
            Found::Message(span) => Event { bytes: self.stream.bytes(span), ..event },
            Found::Datagram(span) => Event { kind: EventKind::Datagram, bytes: self.stream.bytes(span), ..event },
            Found::Overrun(count) => Event { kind: EventKind::Overrun, count, ..internal },
            _ => self.table_event(found, event, internal),
        }
    }

    fn table_event<'a>(&'a self, found: Found, event: Event<'a>, internal: Event<'a>) -> Event<'a> {
        let store = &self.sync.store;
        let base = |from_dump, table: u8| Event {
            table: u32::from(table).saturating_add(1),
            ..if from_dump { internal } else { event }
        };
        match found {
            Found::SnapshotBegin(table) => Event { kind: EventKind::SnapshotBegin, ..base(true, table) },
            Found::SnapshotEnd(table, count) => Event { kind: EventKind::SnapshotEnd, count, ..base(true, table) },
            Found::Object(table) => Event { kind: EventKind::Object, bytes: self.sync.dumped(), ..base(true, table) },
            Found::Added { table, id, from_dump } => {
                Event { kind: EventKind::Added, bytes: store.object(id), ..base(from_dump, table) }
            }
            Found::Changed { table, id, old, from_dump } => {
                let old = store.old_object(old);
                Event { kind: EventKind::Changed, bytes: store.object(id), old, ..base(from_dump, table) }
            }
            Found::Removed { table, old, from_dump } => {
                Event { kind: EventKind::Removed, bytes: store.old_object(old), ..base(from_dump, table) }
            }
            Found::Message(_) | Found::Datagram(_) | Found::Overrun(_) => internal,
        }
    }

    #[inline]
    fn find(&mut self) -> Result<Found> {
        let mut call = self.socket.call()?;
        if let Some(deadline) = self.deadline {
            limit(&mut call, deadline)?;
        }
        loop {
            let found = if self.stream.is_reading() {
                self.read()?
            } else if self.sync.is_used() {
                self.receive_synced(&mut call)?
            } else {
                self.receive(&mut call)?
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
    }

    /// Reads the next message of the current datagram.
    #[inline(always)]
    fn read(&mut self) -> Result<Option<Found>> {
        if self.socket.has_pending_wakeups() && self.stream.skip_wakeup_ack(&self.socket) {
            return Ok(None);
        }
        if self.raw {
            return Ok(self.stream.datagram().map(Found::Datagram));
        }
        let (span, ty) = match self.stream.message() {
            Ok(Some(next)) => next,
            Ok(None) => return Ok(None),
            Err(code) => {
                self.sync.mark_all_stale();
                return Err(code);
            }
        };
        match ty {
            NLMSG_NOOP => {
                self.counters.filtered = self.counters.filtered.wrapping_add(1);
                Ok(None)
            }
            NLMSG_OVERRUN => Ok(Some(self.overrun(0))),
            // Tables have objects of the monitor's own namespace.
            _ if self.sync.is_used() && self.stream.current.nsid == -1 => self.read_synced(span),
            _ => Ok(Some(Found::Message(span))),
        }
    }

    fn read_synced(&mut self, span: Span) -> Result<Option<Found>> {
        let Ok(message) = Message::read(self.stream.bytes(span)) else { return Ok(None) };
        self.sync.note_event(&message)?;
        let is_internal = self.sync.is_internal(self.stream.current.group);
        let change = if is_internal { Some(None) } else { self.sync.apply(&message)? };
        match change {
            None => Ok(Some(Found::Message(span))),
            Some(Some((table, change))) => Ok(Some(sync::found(table, change, false))),
            Some(None) => {
                self.counters.filtered = self.counters.filtered.wrapping_add(1);
                Ok(None)
            }
        }
    }

    #[cold]
    fn overrun(&mut self, lost: u64) -> Found {
        self.counters.overflows = self.counters.overflows.wrapping_add(1);
        self.counters.lost = self.counters.lost.wrapping_add(lost);
        self.sync.mark_all_stale();
        Found::Overrun(lost)
    }

    /// Continues a snapshot, or gets the next datagram, waiting for it if there is none.
    fn receive_synced(&mut self, call: &mut Call) -> Result<Option<Found>> {
        if self.sync.is_busy() {
            return self.continue_snapshot(call);
        }
        if self.sync.is_resync_pending() {
            if let Some(found) = self.begin_snapshot(false)? {
                return Ok(Some(found));
            }
        }
        self.receive(call)
    }

    /// Gets the next datagram, waiting for it if there is none.
    fn receive(&mut self, call: &mut Call) -> Result<Option<Found>> {
        // A snapshot that is due begins when no event is queued.
        let waiting = if self.sync.is_resync_pending() { None } else { Some(&mut *call) };
        match self.stream.fill(&self.socket, waiting) {
            Ok(Input::Datagram | Input::Nothing) => {
                self.fills = self.fills.wrapping_add(1);
                if self.fills % CLOCK_EVERY == 0 {
                    self.check_deadline(call)?;
                }
                Ok(None)
            }
            Ok(Input::Lost(count)) => Ok(Some(self.overrun(count))),
            Err(Code::EAGAIN) => {
                if self.sync.is_resync_pending() {
                    if let Some(found) = self.begin_snapshot(true)? {
                        return Ok(Some(found));
                    }
                }
                self.wait(call).map(|()| None)
            }
            Err(code) => {
                // A receive on a socket that is closed meanwhile fails with codes of its own.
                self.socket.check(call)?;
                Err(code)
            }
        }
    }

    fn check_deadline(&self, call: &mut Call) -> Result<()> {
        self.socket.check(call)?;
        if !call.budget.is_zero() && call.budget.is_over() { Err(Code::TIMEDOUT) } else { Ok(()) }
    }
}

/// Limits the waits of a call to those before the deadline. NLRS_ETIMEDOUT when it has passed.
#[cold]
fn limit(call: &mut Call, deadline: i64) -> Result<()> {
    let left = deadline.saturating_sub(now_ns());
    if left <= 0 {
        return Err(Code::TIMEDOUT);
    }
    call.budget.limit(left);
    Ok(())
}
