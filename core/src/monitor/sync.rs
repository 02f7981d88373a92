// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables kept in step: a snapshot, then the events, and another snapshot when the table has become stale.
//!
//! Groups are joined before a dump is requested, and its objects are delivered before any event that came meanwhile:
//! nothing is missed between them. An event from just before the snapshot may be delivered after it; the events of an
//! object come in their order, so that the last of them is the object's state.
//!
//! The kernel does not report everything that it removes. When a link goes down or an address is deleted, it removes
//! IPv4 routes without an event, and marks hops as dead. So the events of links, addresses and nexthops are received
//! along with those of routes, and one that may have changed a table without an event of its own makes the table stale.
//! It is sent before the kernel gets to the routes, but under the same lock: a request that takes the lock returns when
//! the routes are done.

use super::key;
use super::store::Store;
use super::stream::SLOT_LEN;
use super::table::{Change, Keys, Table, rtnl_request};
use super::{Found, Monitor};
use crate::error::{Code, ErrorRecord, Origin, Result};
use crate::exchange::{Dump, Ending, request};
use crate::mem::try_push;
use crate::socket::{Call, Socket};
use crate::sys::clock::now_ns;
use crate::sys::descriptor::Fd;
use crate::sys::poll::Poller;
use crate::sys::timer::Timer;
use crate::uapi::{NETLINK_ROUTE, NLMSG_HDRLEN, RTM_GETLINK};
use crate::wire::array_at;
use crate::wire::attribute::find;
use crate::wire::message::Message;
use alloc::vec::Vec;

/// Time between the end of a snapshot and the next one of the same table, unless the caller says otherwise.
const INTERVAL_NS: i64 = 100_000_000;

/// A snapshot that took long is followed by a pause of so many times its duration, up to a second.
const PAUSE: i64 = 9;
const MAX_PAUSE_NS: i64 = 1_000_000_000;

/// The backlog is filled once in so many objects of a dump.
const BACKLOG_EVERY: u32 = 64;

/// A call that never waits returns after so many objects that changed nothing.
const QUANTUM: u32 = 4096;

/// The largest number of tables of a monitor.
const MAX_TABLES: usize = 250;

/// The internal table of the states of links.
const LINK_STATES: u8 = 255;

/// The third message type of each group of four.
const GET: u16 = 2;

const IFLA_IFNAME: u32 = 3;
const IFLA_MTU: u32 = 4;
const IFLA_MASTER: u32 = 10;
/// IFF_UP, IFF_RUNNING, IFF_LOWER_UP.
const LINK_STATE: u32 = 1 | 0x40 | 0x10000;

const GROUP_LINK: u32 = 1;
const GROUP_NEIGHBOUR: u32 = 3;
const GROUP_IPV4_ADDRESS: u32 = 5;
const GROUP_IPV4_ROUTE: u32 = 7;
const GROUP_IPV4_RULE: u32 = 8;
const GROUP_IPV6_ADDRESS: u32 = 9;
const GROUP_IPV6_ROUTE: u32 = 11;
const GROUP_IPV6_RULE: u32 = 19;
const GROUP_NEXTHOP: u32 = 32;

/// Objects of NETLINK_ROUTE that a monitor can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objects {
    /// Links.
    Links,
    /// Addresses.
    Addresses,
    /// Routes.
    Routes,
    /// Neighbours; those of bridges for the family AF_BRIDGE.
    Neighbours,
    /// Routing policy rules.
    Rules,
}

/// What the next call continues with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Events,
    /// The table's dump is being read.
    Dumping(u8),
    /// The objects that the dump did not have are being removed; from this slot on.
    Sweeping(u8, u32),
}

/// The tables of a monitor and their state.
#[derive(Debug)]
pub(super) struct Sync {
    pub(super) tables: Vec<Table>,
    pub(super) store: Store,
    difference: bool,
    stage: Stage,
    dump: Option<Dump>,
    /// When the dump began.
    began: i64,
    /// Messages of the dump so far, and objects of the table among them.
    read: u32,
    objects: u64,
    interval: i64,
    wait: Option<Wait>,
    /// Groups up to 63 that the caller has joined, and those that the tables need, as bits.
    pub(super) joined: u64,
    pub(super) needed: u64,
}

/// What a monitor with tables waits for.
#[derive(Debug)]
struct Wait {
    poller: Poller,
    timer: Timer,
    armed: Option<i64>,
}

impl Wait {
    fn new(events: &Socket, requests: &Socket) -> Result<Wait> {
        let wait = Wait { poller: Poller::new()?, timer: Timer::new()?, armed: None };
        for fd in [events.descriptor(), requests.descriptor(), wait.timer.fd()] {
            wait.poller.watch(fd)?;
        }
        Ok(wait)
    }

    fn arm(&mut self, at: Option<i64>) {
        if self.armed != at {
            self.timer.set(at);
            self.armed = at;
        }
    }
}

impl Sync {
    pub(super) const fn new() -> Sync {
        Sync {
            tables: Vec::new(),
            store: Store::new(),
            difference: false,
            stage: Stage::Events,
            dump: None,
            began: 0,
            read: 0,
            objects: 0,
            interval: INTERVAL_NS,
            wait: None,
            joined: 0,
            needed: 0,
        }
    }

    #[inline(always)]
    pub(super) fn is_used(&self) -> bool {
        !self.tables.is_empty()
    }

    #[inline(always)]
    pub(super) fn is_busy(&self) -> bool {
        self.stage != Stage::Events
    }

    /// True when a table is stale, so that a snapshot has to be taken.
    pub(super) fn is_resync_pending(&self) -> bool {
        self.tables.iter().any(|table| table.is_stale)
    }

    pub(super) fn fd(&self) -> Option<&Fd> {
        self.wait.as_ref().map(|wait| wait.poller.fd())
    }

    /// True when only the tables need the events of a group, so that the caller does not get them.
    pub(super) fn is_internal(&self, group: u32) -> bool {
        self.needed & !self.joined & bit(group) != 0
    }

    /// Marks all tables stale.
    pub(super) fn mark_all_stale(&mut self) {
        let now = now_ns();
        for table in &mut self.tables {
            table.mark_stale(now);
            // The lost events may have been about links and addresses.
            table.barrier = true;
        }
        // An event that was lost may have been a link's.
        while let Some(id) = self.store.first(LINK_STATES, 0) {
            self.store.remove(id);
        }
    }

    /// Marks the tables of a NEW type stale, whose change the kernel may not have finished.
    fn mark_stale(&mut self, base: u16) {
        let now = now_ns();
        for table in self.tables.iter_mut().filter(|table| table.is_of(base)) {
            table.mark_stale(now);
            table.barrier = true;
        }
    }

    /// Marks the tables stale that an event may have changed without events of their own.
    pub(super) fn note_event(&mut self, message: &Message<'_>) -> Result<()> {
        let ty = message.header.ty;
        match (ty & !3, ty & 3) {
            (key::LINK, 0 | 1) => self.note_link(message, ty & 3 == 1),
            (key::ADDRESS, 0) => {
                // The kernel uses hops again when their address is there.
                if self.tables.iter().any(|table| table.is_of(key::ROUTE) && table.has_dead_hop()) {
                    self.mark_stale(key::ROUTE);
                }
                Ok(())
            }
            (key::ADDRESS, 1) | (key::NEXTHOP, 1) => {
                self.mark_stale(key::ROUTE);
                Ok(())
            }
            (key::NEXTHOP, 0) if message.header.flags & 0x100 != 0 => {
                self.mark_stale(key::ROUTE);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn note_link(&mut self, message: &Message<'_>, is_deleted: bool) -> Result<()> {
        if self.needed & bit(GROUP_LINK) == 0 || key::family_of(message) != 0 {
            return Ok(());
        }
        let payload = message.payload();
        let attrs = payload.get(16..).unwrap_or(&[]);
        let index: [u8; 4] = array_at(payload, 4).unwrap_or_default();
        let flags = array_at(payload, 8).map_or(0, u32::from_ne_bytes) & LINK_STATE;
        let is_new = array_at(payload, 12).map_or(0, u32::from_ne_bytes) == u32::MAX;
        let known = self.store.find(LINK_STATES, &index, 4);
        if is_deleted {
            if let Some(id) = known {
                self.store.remove(id);
            }
            self.mark_stale(key::ROUTE);
            self.mark_stale(key::RULE);
            return Ok(());
        }
        // State, MTU, master and name: what routes and rules depend on.
        let mut state = [0; 28];
        for (to, from) in state.iter_mut().zip(flags.to_ne_bytes()) {
            *to = from;
        }
        for (at, len, ty) in [(4, 4, IFLA_MTU), (8, 4, IFLA_MASTER), (12, 16, IFLA_IFNAME)] {
            if let Ok(Some(attr)) = find(attrs, ty) {
                for (to, from) in state.iter_mut().skip(at).take(len).zip(attr.payload()) {
                    *to = *from;
                }
            }
        }
        let name = |state: &[u8]| array_at::<16>(state, 12);
        match known {
            Some(id) if self.store.object(id) == state => {}
            Some(id) => {
                let renamed = name(self.store.object(id)) != name(&state);
                self.store.replace(id, &index, &state)?;
                self.mark_stale(key::ROUTE);
                if renamed {
                    self.mark_stale(key::RULE);
                }
            }
            None => {
                self.store.insert(LINK_STATES, &index, 4, &state, 0)?;
                if !is_new {
                    self.mark_stale(key::ROUTE);
                }
                self.mark_stale(key::RULE);
            }
        }
        Ok(())
    }

    /// Changes the tables as an event reports. None: it is about none of them; Some(None): nothing has changed.
    pub(super) fn apply(&mut self, message: &Message<'_>) -> Result<Option<Option<(u8, Change)>>> {
        if !self.difference {
            return Ok(None);
        }
        let Sync { tables, store, .. } = self;
        for (number, table) in (0u8..).zip(tables.iter_mut()) {
            match table.apply(number, store, message, false, &now_ns) {
                Ok(None) => {}
                Ok(Some(change)) => return Ok(Some(change.map(|change| (number, change)))),
                Err(code) => {
                    // The table lacks this change now.
                    table.mark_stale(now_ns());
                    return Err(code);
                }
            }
        }
        Ok(None)
    }

    /// Returns the object that the dump returned last.
    pub(super) fn dumped(&self) -> &[u8] {
        self.dump.as_ref().map_or(&[], Dump::last)
    }
}

pub(super) fn bit(group: u32) -> u64 {
    1u64.checked_shl(group).unwrap_or(0)
}

/// Returns the event for a change.
pub(super) fn found(table: u8, change: Change, from_dump: bool) -> Found {
    match change {
        Change::Added(id) => Found::Added { table, id, from_dump },
        Change::Changed(id, old) => Found::Changed { table, id, old, from_dump },
        Change::Removed(old) => Found::Removed { table, old, from_dump },
    }
}

impl Monitor {
    /// Adds a table: what the request dumps, kept in step by the events of the groups joined. Returns its number, which
    /// is at least 1.
    pub fn add_table(&mut self, request: &[u8], keys: Keys) -> Result<u32> {
        let requests = self.requests.as_deref().ok_or(Code::EOPNOTSUPP)?;
        if self.sync.tables.len() >= MAX_TABLES {
            return Err(Code::ENOSPC);
        }
        let table = Table::new(self.socket.protocol(), request, keys)?;
        // An object of a dump is as long as its event.
        if let Some(mut session) = requests.session_for_cleanup() {
            session.want_recv_len(SLOT_LEN);
        }
        if self.sync.wait.is_none() {
            self.sync.wait = Some(Wait::new(&self.socket, requests)?);
        }
        let needed: &[u32] = match table.base {
            key::ROUTE => &[GROUP_LINK, GROUP_IPV4_ADDRESS, GROUP_IPV6_ADDRESS, GROUP_NEXTHOP],
            key::RULE => &[GROUP_LINK],
            _ => &[],
        };
        try_push(&mut self.sync.tables, table)?;
        for &group in needed {
            // Old kernels lack nexthops, and peers in memory lack groups.
            if self.socket.join(group).is_ok() {
                self.sync.needed |= bit(group);
            }
        }
        u32::try_from(self.sync.tables.len()).map_err(|_| Code::ENOSPC)
    }

    /// Adds a table of objects of NETLINK_ROUTE, of one family or of IPv4 and IPv6 (0), and joins its groups. Returns
    /// its number, which is at least 1.
    pub fn follow(&mut self, objects: Objects, family: u8) -> Result<u32> {
        if self.socket.protocol() != NETLINK_ROUTE {
            return Err(Code::EOPNOTSUPP);
        }
        let (base, groups): (u16, &[u32]) = match (objects, family) {
            (Objects::Links, _) => (key::LINK, &[GROUP_LINK]),
            (Objects::Neighbours, _) => (key::NEIGHBOUR, &[GROUP_NEIGHBOUR]),
            (Objects::Addresses, key::AF_INET) => (key::ADDRESS, &[GROUP_IPV4_ADDRESS]),
            (Objects::Addresses, key::AF_INET6) => (key::ADDRESS, &[GROUP_IPV6_ADDRESS]),
            (Objects::Addresses, 0) => (key::ADDRESS, &[GROUP_IPV4_ADDRESS, GROUP_IPV6_ADDRESS]),
            (Objects::Routes, key::AF_INET) => (key::ROUTE, &[GROUP_IPV4_ROUTE]),
            (Objects::Routes, key::AF_INET6) => (key::ROUTE, &[GROUP_IPV6_ROUTE]),
            (Objects::Routes, 0) => (key::ROUTE, &[GROUP_IPV4_ROUTE, GROUP_IPV6_ROUTE]),
            (Objects::Rules, key::AF_INET) => (key::RULE, &[GROUP_IPV4_RULE]),
            (Objects::Rules, key::AF_INET6) => (key::RULE, &[GROUP_IPV6_RULE]),
            (Objects::Rules, 0) => (key::RULE, &[GROUP_IPV4_RULE, GROUP_IPV6_RULE]),
            _ => return Err(Code::EINVAL),
        };
        let mut buf = [0; 64];
        let request = rtnl_request(base | GET, family, &mut buf).ok_or(Code::EINVAL)?;
        for &group in groups {
            self.join(group)?;
        }
        self.add_table(request, Keys::Rtnl)
    }

    /// Reports differences instead of snapshots, or not. NLRS_EBUSY once events have been read.
    pub fn set_difference(&mut self, on: bool) -> Result<()> {
        if self.sync.tables.iter().any(|table| table.snapshot != 0) {
            return Err(Code::BUSY);
        }
        self.sync.difference = on;
        Ok(())
    }

    /// Sets the least time between two snapshots of a table, in milliseconds.
    pub fn set_interval(&mut self, milliseconds: i64) {
        self.sync.interval = milliseconds.max(0).saturating_mul(1_000_000);
    }

    /// Takes another snapshot of each table.
    pub fn resync(&mut self) {
        self.sync.mark_all_stale();
    }

    /// True when everything known about the tables has been delivered, and no table is stale.
    pub fn is_current(&self) -> bool {
        let Sync { tables, stage, .. } = &self.sync;
        let settled = tables.iter().all(|table| table.complete && !table.is_stale);
        settled && *stage == Stage::Events && !self.stream.is_loss_pending() && !self.stream.has_more()
    }

    /// Returns the object of a table at or behind a position, and the position behind it; None at the end. -EINVAL:
    /// there is no table of that number. -EOPNOTSUPP: the monitor keeps no objects of it, since it reports snapshots.
    pub fn object(&self, table: u32, at: u32) -> Result<Option<(&[u8], u32)>> {
        let number = table.checked_sub(1).and_then(|number| u8::try_from(number).ok()).ok_or(Code::EINVAL)?;
        let table = self.sync.tables.get(usize::from(number)).ok_or(Code::EINVAL)?;
        if !self.sync.difference || !table.has_keys() {
            return Err(Code::EOPNOTSUPP);
        }
        let id = self.sync.store.first(number, at);
        Ok(id.and_then(|id| Some((self.sync.store.object(id), id.checked_add(1)?))))
    }

    pub(super) fn wait(&self, call: &mut Call) -> Result<()> {
        match self.sync.fd() {
            Some(fd) => self.socket.wait_on(call, fd, libc::POLLIN),
            None => self.socket.wait(call, libc::POLLIN),
        }
    }

    /// Begins a snapshot if one is due; `is_idle`: no event is waiting to be read.
    pub(super) fn begin_snapshot(&mut self, is_idle: bool) -> Result<Option<Found>> {
        let now = now_ns();
        let Sync { tables, interval, wait, .. } = &mut self.sync;
        let (Some(wait), Some(requests)) = (wait, &self.requests) else { return Ok(None) };
        // While events keep coming, the snapshot does not wait for the last of them.
        let is_due =
            |table: &Table| table.not_before <= now && (is_idle || table.stale_since.saturating_add(*interval) <= now);
        let Some((number, table)) = (0u8..).zip(tables.iter_mut()).find(|(_, table)| table.is_stale && is_due(table))
        else {
            let next = tables.iter().filter(|table| table.is_stale).map(|table| table.not_before).min();
            wait.arm(next);
            return Ok(None);
        };
        wait.arm(None);
        let passed = if core::mem::take(&mut table.barrier) && self.socket.protocol() == NETLINK_ROUTE {
            barrier(requests)
        } else {
            Ok(())
        };
        match passed.and_then(|()| Dump::begin(requests, table.request())) {
            Ok(dump) => {
                table.snapshot = table.snapshot.wrapping_add(1).max(1);
                table.is_stale = false;
                table.forget_dead_hops();
                if table.complete {
                    self.counters.resyncs = self.counters.resyncs.wrapping_add(1);
                }
                self.sync.dump = Some(dump);
                self.sync.began = now;
                self.sync.read = 0;
                self.sync.objects = 0;
                self.sync.stage = Stage::Dumping(number);
                Ok(Some(Found::SnapshotBegin(number)))
            }
            Err(code) => {
                table.not_before = now.saturating_add(*interval);
                table.barrier = true;
                if code != Code::EAGAIN {
                    return Err(code);
                }
                // An abandoned dump has to end first.
                wait.arm(Some(table.not_before));
                Ok(None)
            }
        }
    }

    /// Continues a snapshot; None: nothing to be delivered.
    pub(super) fn continue_snapshot(&mut self, call: &mut Call) -> Result<Option<Found>> {
        match self.sync.stage {
            Stage::Events => Ok(None),
            Stage::Dumping(number) => self.read_dump(number, call),
            Stage::Sweeping(number, from) => {
                let Some(table) = self.sync.tables.get(usize::from(number)) else { return Ok(None) };
                if let Some(missing) = self.sync.store.first_missing(number, table.snapshot, from) {
                    self.sync.stage = Stage::Sweeping(number, missing);
                    let old = self.sync.store.remove(missing);
                    return Ok(Some(Found::Removed { table: number, old, from_dump: true }));
                }
                self.sync.stage = Stage::Events;
                Ok(Some(Found::SnapshotEnd(number, self.sync.objects)))
            }
        }
    }

    fn read_dump(&mut self, number: u8, call: &mut Call) -> Result<Option<Found>> {
        let mut quantum = QUANTUM;
        loop {
            if self.sync.read % BACKLOG_EVERY == 0 {
                self.fill_backlog(call)?;
            }
            let Sync { tables, store, dump, difference, objects, read, .. } = &mut self.sync;
            let (Some(dump), Some(table)) = (dump, tables.get_mut(usize::from(number))) else { return Ok(None) };
            let bytes = match dump.next() {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Ok(self.end_dump(number)),
                Err(Code::EAGAIN) => {
                    self.fill_backlog(call)?;
                    self.wait(call)?;
                    continue;
                }
                Err(code) => {
                    let refused = dump.is_refused();
                    return self.fail_dump(number, code, refused).map(|()| None);
                }
            };
            *read = read.wrapping_add(1);
            let Ok(message) = Message::read(bytes) else { continue };
            if !table.leaves_out(&message, *difference) {
                *objects = objects.saturating_add(1);
                if !*difference || !table.has_keys() {
                    return Ok(Some(Found::Object(number)));
                }
                match table.apply(number, store, &message, true, &now_ns) {
                    Ok(Some(Some(change))) => return Ok(Some(found(number, change, true))),
                    Ok(_) => {}
                    Err(code) => return self.fail_dump(number, code, false).and(Err(code)),
                }
            }
            quantum = quantum.saturating_sub(1);
            if quantum == 0 {
                quantum = QUANTUM;
                self.check_deadline(call)?;
                if call.budget.is_zero() {
                    // What has been received does not make the descriptor readable again.
                    if let Some(wait) = &mut self.sync.wait {
                        wait.arm(Some(1));
                    }
                    return Err(Code::EAGAIN);
                }
            }
        }
    }

    /// Moves the events that came during the dump to the backlog.
    fn fill_backlog(&mut self, call: &Call) -> Result<()> {
        self.socket.check(call)?;
        self.stream.fill_backlog(&self.socket).map_err(|code| self.socket.check(call).err().unwrap_or(code))
    }

    fn end_dump(&mut self, number: u8) -> Option<Found> {
        let now = now_ns();
        self.sync.dump = None;
        let pause = self.pause(now);
        let table = self.sync.tables.get_mut(usize::from(number))?;
        table.complete = true;
        table.not_before = now.saturating_add(pause);
        if self.sync.difference && table.has_keys() {
            self.sync.stage = Stage::Sweeping(number, 0);
            return None;
        }
        self.sync.stage = Stage::Events;
        Some(Found::SnapshotEnd(number, self.sync.objects))
    }

    fn pause(&self, now: i64) -> i64 {
        let took = now.saturating_sub(self.sync.began);
        self.sync.interval.max(took.saturating_mul(PAUSE).min(MAX_PAUSE_NS))
    }

    /// Notes that the dump failed: it is repeated after the interval, unless the kernel refuses it.
    fn fail_dump(&mut self, number: u8, code: Code, refused: bool) -> Result<()> {
        let now = now_ns();
        self.sync.dump = None;
        self.sync.stage = Stage::Events;
        let pause = self.pause(now);
        let Some(table) = self.sync.tables.get_mut(usize::from(number)) else { return Err(code) };
        table.not_before = now.saturating_add(pause);
        table.barrier = true;
        if refused {
            table.complete = false;
            return Err(code);
        }
        table.mark_stale(now);
        match code {
            Code::INTR_DUMP | Code::OVERRUN | Code::TRUNC => Ok(()),
            _ => Err(code),
        }
    }
}

/// Returns when the kernel's lock on links, addresses and routes has been free once. Err: the request could not be
/// sent, so that this is not known.
fn barrier(requests: &Socket) -> Result<()> {
    let mut buf = [0; 64];
    let Some(len) = rtnl_request(RTM_GETLINK, 0, &mut buf).map(<[u8]>::len) else { return Ok(()) };
    // The loopback device.
    for (to, from) in buf.iter_mut().skip(NLMSG_HDRLEN + 4).zip(1u32.to_ne_bytes()) {
        *to = from;
    }
    let message = buf.get(..len).unwrap_or(&[]);
    let mut record = ErrorRecord::new();
    match request(requests, message, Ending::Known, &mut |_| 0, Some(&mut record)) {
        // What the kernel answers does not matter, nor does a peer that never answers.
        Err(code) if record.origin == Origin::System => Err(code),
        _ => Ok(()),
    }
}
