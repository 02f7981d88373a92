// SPDX-License-Identifier: MIT OR Apache-2.0
//! A socket of its own that follows multicast groups, and the tables that its events are about.
//!
//! | file | |
//! |---|---|
//! | `stream` | datagrams in, several a system call; what got lost |
//! | `group` | groups of generic netlink by name |
//! | `sync` | snapshots of tables, and when they are due |
//! | `table` | one table: what a message does to it |
//! | `key` | what makes an object of rtnetlink the same object |
//! | `store` | the objects by key |

mod group;
mod key;
mod store;
mod stream;
mod sync;
mod table;

pub use key::{Key, MAX_LEN as MAX_KEY_LEN, Presence, rtnl_key};
pub use table::{KeyFn, Keys};

use crate::error::{Code, Result};
use crate::mem::Shared;
use crate::socket::{Call, Socket, SocketOptions};
use crate::uapi::{NETLINK_GENERIC, NETLINK_LISTEN_ALL_NSID, NETLINK_PKTINFO, NLMSG_NOOP, NLMSG_OVERRUN};
use crate::wire::message::Message;
use store::Parted;
use stream::{Span, Step, Stream};
use sync::Sync;

/// Events of devices, whose payload is text and no netlink messages.
const NETLINK_KOBJECT_UEVENT: i32 = 15;

/// The clock is looked at once in so many datagrams even if none of them had to be waited for.
const CLOCK_EVERY: u32 = 64;

/// What an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// A message that came.
    Message = 1,
    /// A datagram that came, where the payload is no messages.
    Datagram = 2,
    /// Something is lost.
    Overrun = 3,
    /// A snapshot of a table begins.
    SnapshotBegin = 4,
    /// An object of the snapshot.
    Object = 5,
    /// The snapshot is complete.
    SnapshotEnd = 6,
    /// There is an object that was not there.
    Added = 7,
    /// An object is not as it was.
    Changed = 8,
    /// An object is gone.
    Removed = 9,
}

/// One event. What it points to stands until the next call on the monitor.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What it tells.
    pub kind: Kind,
    /// The message, the datagram, the object.
    pub bytes: &'a [u8],
    /// Of a changed object what it was before.
    pub old: &'a [u8],
    /// Multicast group that it came by; 0: none.
    pub group: u32,
    /// Namespace that it came from; -1: the monitor's own.
    pub nsid: i32,
    /// Number of the table that it is about.
    pub table: u32,
    /// Of an overrun how many datagrams are lost, 0: not known; of the end of a snapshot how many objects there are.
    pub count: u64,
}

impl Event<'_> {
    /// None yet.
    #[doc(hidden)]
    pub const NONE: Event<'static> =
        Event { kind: Kind::Overrun, bytes: &[], old: &[], group: 0, nsid: -1, table: 0, count: 0 };
}

/// What `find` found; the bytes are looked up when nothing is borrowed any more.
#[derive(Clone, Copy, Debug)]
enum Found {
    Message(Span),
    Datagram(Span),
    Overrun(u64),
    SnapshotBegin(u8),
    Object(u8),
    SnapshotEnd(u8, u64),
    Added { table: u8, id: u32, from_dump: bool },
    Changed { table: u8, id: u32, old: Parted, from_dump: bool },
    Removed { table: u8, old: Parted, from_dump: bool },
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Datagrams received.
    pub received: u64,
    /// Events given to the caller.
    pub delivered: u64,
    /// Messages read and not given to the caller.
    pub filtered: u64,
    /// Overflows.
    pub overflows: u64,
    /// Datagrams known to be lost.
    pub lost: u64,
    /// Snapshots taken again.
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
    /// Datagrams are handed over as they are.
    raw: bool,
    counters: Counters,
    fills: u32,
}

impl Monitor {
    /// Opens one for `protocol`, and a second socket beside it for requests.
    pub fn open(protocol: i32, groups: &[u32], options: &SocketOptions) -> Result<Monitor> {
        let events = Shared::new(Socket::open(protocol, options)?)?;
        if options.has_no_groups() {
            events.try_direct();
        }
        let requests = if protocol == NETLINK_KOBJECT_UEVENT {
            None
        } else {
            Some(Shared::new(Socket::open_beside(protocol, options)?)?)
        };
        let mut monitor = Monitor::on(events, requests)?;
        for &group in groups {
            monitor.join(group)?;
        }
        Ok(monitor)
    }

    /// A monitor on sockets that are open already: events come by the one, requests go by the other.
    #[doc(hidden)]
    pub fn on(events: Shared<Socket>, requests: Option<Shared<Socket>>) -> Result<Monitor> {
        // A peer in memory or at the other end of a stream has no options.
        const NO_SOCKET: Code = Code::of(-libc::ENOTSOCK);
        match events.set_flag(NETLINK_PKTINFO, true) {
            Err(Code::EOPNOTSUPP | NO_SOCKET) => {}
            other => other?,
        }
        let mut sync = Sync::new();
        // Bit 0 of that mask is group 1.
        let mask = match events.group_mask() {
            Err(Code::EOPNOTSUPP | NO_SOCKET) => 0,
            other => other?,
        };
        sync.asked = u64::from(mask) << 1;
        if let Some(requests) = &requests {
            requests.set_timeout(0);
        }
        Ok(Monitor {
            raw: events.protocol() == NETLINK_KOBJECT_UEVENT,
            socket: events,
            requests,
            stream: Stream::new()?,
            sync,
            counters: Counters::default(),
            fills: 0,
        })
    }

    /// The socket that events come by.
    #[doc(hidden)]
    pub fn socket(&self) -> &Shared<Socket> {
        &self.socket
    }

    /// What to poll for reading.
    pub fn fd(&self) -> i32 {
        self.sync.fd().unwrap_or(self.socket.fd())
    }

    /// Joins a group.
    pub fn join(&mut self, group: u32) -> Result<()> {
        self.socket.join(group)?;
        self.socket.spare_group();
        self.sync.asked |= sync::bit(group);
        Ok(())
    }

    /// Leaves a group. One that a table needs is heard on, in silence.
    pub fn leave(&mut self, group: u32) -> Result<()> {
        if self.sync.needed & sync::bit(group) == 0 {
            self.socket.leave(group)?;
        }
        self.sync.asked &= !sync::bit(group);
        Ok(())
    }

    /// The number of a group of generic netlink.
    pub fn group_number(&self, family: &[u8], group: &[u8]) -> Result<u32> {
        if self.socket.protocol() != NETLINK_GENERIC {
            return Err(Code::EOPNOTSUPP);
        }
        let requests = self.requests.as_deref().ok_or(Code::EOPNOTSUPP)?;
        requests.set_timeout(self.socket.timeout());
        let found = group::resolve(requests, family, group);
        requests.set_timeout(0);
        found
    }

    /// Hears every namespace that has an ID in the monitor's own.
    pub fn set_all_namespaces(&self, on: bool) -> Result<()> {
        self.socket.set_flag(NETLINK_LISTEN_ALL_NSID, on)
    }

    /// Hands datagrams over as they are instead of message by message.
    pub fn set_raw(&mut self, on: bool) {
        self.raw = on;
    }

    /// What was counted so far.
    pub fn counters(&self) -> Counters {
        let foreign = self.socket.foreign_count() as u64;
        Counters { received: self.stream.received, foreign, ..self.counters }
    }

    /// The next event, within the socket's timeout: -EAGAIN, NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED; -EBADMSG for a
    /// malformed datagram, which is skipped; or what the system call says. The monitor can be used on after each of them.
    #[inline]
    #[allow(clippy::should_implement_trait)] // an event borrows from the monitor, which an iterator's cannot
    pub fn next(&mut self) -> Result<Event<'_>> {
        let found = self.find()?;
        self.counters.delivered = self.counters.delivered.wrapping_add(1);
        Ok(self.event(found))
    }

    fn event(&self, found: Found) -> Event<'_> {
        let Stream { group, nsid, .. } = self.stream;
        let event = Event { kind: Kind::Message, bytes: &[], old: &[], group, nsid, table: 0, count: 0 };
        let own = Event { group: 0, nsid: -1, ..event };
        match found {
            Found::Message(span) => Event { bytes: self.stream.bytes(span), ..event },
            Found::Datagram(span) => Event { kind: Kind::Datagram, bytes: self.stream.bytes(span), ..event },
            Found::Overrun(count) => Event { kind: Kind::Overrun, count, ..own },
            _ => self.table_event(found, event, own),
        }
    }

    fn table_event<'a>(&'a self, found: Found, event: Event<'a>, own: Event<'a>) -> Event<'a> {
        let store = &self.sync.store;
        let base = |from_dump, table: u8| Event { table: u32::from(table), ..if from_dump { own } else { event } };
        match found {
            Found::SnapshotBegin(table) => Event { kind: Kind::SnapshotBegin, ..base(true, table) },
            Found::SnapshotEnd(table, count) => Event { kind: Kind::SnapshotEnd, count, ..base(true, table) },
            Found::Object(table) => Event { kind: Kind::Object, bytes: self.sync.dumped(), ..base(true, table) },
            Found::Added { table, id, from_dump } => {
                Event { kind: Kind::Added, bytes: store.object(id), ..base(from_dump, table) }
            }
            Found::Changed { table, id, old, from_dump } => {
                Event { kind: Kind::Changed, bytes: store.object(id), old: store.parted(old), ..base(from_dump, table) }
            }
            Found::Removed { table, old, from_dump } => {
                Event { kind: Kind::Removed, bytes: store.parted(old), ..base(from_dump, table) }
            }
            Found::Message(_) | Found::Datagram(_) | Found::Overrun(_) => own,
        }
    }

    #[inline]
    fn find(&mut self) -> Result<Found> {
        let mut call = self.socket.call()?;
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

    /// What the datagram that is being read says next.
    #[inline(always)]
    fn read(&mut self) -> Result<Option<Found>> {
        if self.socket.has_nudges() && self.stream.skip_ack(&self.socket) {
            return Ok(None);
        }
        if self.raw {
            return Ok(self.stream.datagram().map(Found::Datagram));
        }
        let (span, ty) = match self.stream.message() {
            Ok(Some(next)) => next,
            Ok(None) => return Ok(None),
            Err(code) => {
                self.sync.doubt_all();
                return Err(code);
            }
        };
        match ty {
            NLMSG_NOOP => {
                self.counters.filtered = self.counters.filtered.wrapping_add(1);
                Ok(None)
            }
            NLMSG_OVERRUN => Ok(Some(self.overrun(0))),
            // Tables are the monitor's own namespace's.
            _ if self.sync.is_used() && self.stream.nsid == -1 => self.read_synced(span),
            _ => Ok(Some(Found::Message(span))),
        }
    }

    fn read_synced(&mut self, span: Span) -> Result<Option<Found>> {
        let Ok(message) = Message::read(self.stream.bytes(span)) else { return Ok(None) };
        self.sync.note(&message)?;
        let change = if self.sync.is_silent(self.stream.group) { Some(None) } else { self.sync.apply(&message)? };
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
        self.sync.doubt_all();
        Found::Overrun(lost)
    }

    /// Gets the next datagram, or what a snapshot gives before it, waiting for it if need be.
    fn receive_synced(&mut self, call: &mut Call) -> Result<Option<Found>> {
        if self.sync.is_busy() {
            return self.advance(call);
        }
        if self.sync.is_wanted() {
            if let Some(found) = self.begin_snapshot(false)? {
                return Ok(Some(found));
            }
        }
        self.receive(call)
    }

    /// Gets the next datagram, waiting for it if need be.
    fn receive(&mut self, call: &mut Call) -> Result<Option<Found>> {
        // A snapshot that is due wants to know when nothing is there.
        let waiting = if self.sync.is_wanted() { None } else { Some(&mut *call) };
        match self.stream.fill(&self.socket, waiting) {
            Ok(Step::Datagram | Step::Skipped) => {
                self.fills = self.fills.wrapping_add(1);
                if self.fills % CLOCK_EVERY == 0 {
                    self.on_time(call)?;
                }
                Ok(None)
            }
            Ok(Step::Lost(count)) => Ok(Some(self.overrun(count))),
            Err(Code::EAGAIN) => {
                if self.sync.is_wanted() {
                    if let Some(found) = self.begin_snapshot(true)? {
                        return Ok(Some(found));
                    }
                }
                self.wait(call).map(|()| None)
            }
            Err(code) => {
                // A socket that is closed meanwhile fails in ways of its own.
                self.socket.check(call)?;
                Err(code)
            }
        }
    }

    fn on_time(&self, call: &mut Call) -> Result<()> {
        self.socket.check(call)?;
        if !call.budget.is_zero() && call.budget.is_over() { Err(Code::TIMEDOUT) } else { Ok(()) }
    }
}
