// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables kept in step: a snapshot, then the events, and a snapshot again when what is known is in doubt.
//!
//! Groups are joined before a dump is asked for, and its objects are handed over before any event that came meanwhile: nothing
//! is missed between them. An event from just before the snapshot may be told after it; the events of an object come in their order,
//! so that the last of them is how it stands.
//!
//! Not everything that vanishes from a table is told. When a link goes down or an address goes away, the kernel removes routes of IPv4
//! without a word, and marks hops as dead. So the events of links, addresses and nexthops are heard along with those of routes, and
//! what may have changed a table in silence puts it in doubt. They are sent before the kernel gets to the routes, but under the
//! same lock: a request that takes the lock comes back when the routes are done.

use super::key;
use super::store::Store;
use super::table::{Change, Keys, Table, rtnl_request};
use super::{Found, Monitor};
use crate::error::{Code, ErrorRecord, Origin, Result};
use crate::exchange::{Dump, Ending, request};
use crate::mem::try_push;
use crate::socket::{Call, Socket};
use crate::sys::clock::now_ns;
use crate::sys::poller::Poller;
use crate::sys::timer::Timer;
use crate::uapi::{NETLINK_ROUTE, NLMSG_HDRLEN, RTM_GETLINK};
use crate::wire::array_at;
use crate::wire::attribute::find;
use crate::wire::message::Message;
use alloc::vec::Vec;

/// Time between the end of a snapshot and the next one of the same table, unless the caller says otherwise.
const INTERVAL_NS: i64 = 100_000_000;

/// A snapshot that took long is followed by so many times as long without one, up to a second.
const REST: i64 = 9;
const MAX_REST_NS: i64 = 1_000_000_000;

/// Events are set aside once in so many objects of a dump.
const STASH_EVERY: u32 = 64;

/// A call that never waits gives up for now after so many objects that were nothing new.
const QUANTUM: u32 = 4096;

/// The most tables of a monitor.
const MAX_TABLES: usize = 250;

/// The pseudo-table of what is remembered of links.
const LINK_MEMORY: u8 = 255;

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

/// What the monitor is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Events,
    /// The table's dump is being read.
    Dumping(u8),
    /// What the dump did not have is being removed; from this slot on.
    Sweeping(u8, u32),
}

/// The tables of a monitor and what is known of them.
#[derive(Debug)]
pub(super) struct Sync {
    pub(super) tables: Vec<Table>,
    pub(super) store: Store,
    difference: bool,
    stage: Stage,
    dump: Option<Dump>,
    began: i64,
    /// Objects of the dump so far.
    objects: u64,
    interval: i64,
    wait: Option<Wait>,
    /// Groups up to 63 that the caller joined, and that the tables need.
    pub(super) asked: u64,
    pub(super) needed: u64,
}

/// What wakes a monitor with tables.
#[derive(Debug)]
struct Wait {
    poller: Poller,
    timer: Timer,
    armed: Option<i64>,
}

impl Wait {
    fn new(events: &Socket, requests: &Socket) -> Result<Wait> {
        let wait = Wait { poller: Poller::new()?, timer: Timer::new()?, armed: None };
        for fd in [events.fd(), requests.fd(), wait.timer.fd()] {
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
            objects: 0,
            interval: INTERVAL_NS,
            wait: None,
            asked: 0,
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

    pub(super) fn is_wanted(&self) -> bool {
        self.tables.iter().any(|table| table.wanted)
    }

    pub(super) fn fd(&self) -> Option<i32> {
        self.wait.as_ref().map(|wait| wait.poller.fd())
    }

    /// True when the events of a group are for the library alone.
    pub(super) fn is_silent(&self, group: u32) -> bool {
        self.needed & !self.asked & bit(group) != 0
    }

    /// Everything is in doubt.
    pub(super) fn doubt_all(&mut self) {
        let now = now_ns();
        for table in &mut self.tables {
            table.doubt(now);
            // What got lost may have been about links and addresses.
            table.barrier = true;
        }
        // An event that was lost may have been a link's.
        while let Some(id) = self.store.first(LINK_MEMORY, 0) {
            self.store.remove(id);
        }
    }

    fn doubt(&mut self, base: u16) {
        let now = now_ns();
        for table in self.tables.iter_mut().filter(|table| table.is_of(base)) {
            table.doubt(now);
            table.barrier = true;
        }
    }

    /// Looks whether an event may have changed a table in silence.
    pub(super) fn note(&mut self, message: &Message<'_>) -> Result<()> {
        let ty = message.header.ty;
        match (ty & !3, ty & 3) {
            (key::LINK, 0 | 1) => self.note_link(message, ty & 3 == 1),
            (key::ADDRESS, 0) => {
                // Hops come back with the address.
                if self.tables.iter().any(|table| table.is_of(key::ROUTE) && table.has_dead_hop()) {
                    self.doubt(key::ROUTE);
                }
                Ok(())
            }
            (key::ADDRESS, 1) | (key::NEXTHOP, 1) => {
                self.doubt(key::ROUTE);
                Ok(())
            }
            (key::NEXTHOP, 0) if message.header.flags & 0x100 != 0 => {
                self.doubt(key::ROUTE);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn note_link(&mut self, message: &Message<'_>, gone: bool) -> Result<()> {
        if self.needed & bit(GROUP_LINK) == 0 || key::family_of(message) != 0 {
            return Ok(());
        }
        let payload = message.payload();
        let attrs = payload.get(16..).unwrap_or(&[]);
        let index: [u8; 4] = array_at(payload, 4).unwrap_or_default();
        let flags = array_at(payload, 8).map_or(0, u32::from_ne_bytes) & LINK_STATE;
        let is_new = array_at(payload, 12).map_or(0, u32::from_ne_bytes) == u32::MAX;
        let known = self.store.find(LINK_MEMORY, &index, 4);
        if gone {
            if let Some(id) = known {
                self.store.remove(id);
            }
            self.doubt(key::ROUTE);
            self.doubt(key::RULE);
            return Ok(());
        }
        // State, MTU, master and name: what routes and rules follow.
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
                self.doubt(key::ROUTE);
                if renamed {
                    self.doubt(key::RULE);
                }
            }
            None => {
                self.store.insert(LINK_MEMORY, &index, 4, &state, 0)?;
                if !is_new {
                    self.doubt(key::ROUTE);
                }
                self.doubt(key::RULE);
            }
        }
        Ok(())
    }

    /// Does to the tables what an event says. None: it is about none of them; Some(None): nothing has changed.
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
                    // What the event says is not in the table now.
                    table.doubt(now_ns());
                    return Err(code);
                }
            }
        }
        Ok(None)
    }

    /// The object that the dump gave last.
    pub(super) fn dumped(&self) -> &[u8] {
        self.dump.as_ref().map_or(&[], Dump::last)
    }
}

pub(super) fn bit(group: u32) -> u64 {
    1u64.checked_shl(group).unwrap_or(0)
}

/// A change as what was found.
pub(super) fn found(table: u8, change: Change, from_dump: bool) -> Found {
    match change {
        Change::Added(id) => Found::Added { table, id, from_dump },
        Change::Changed(id, old) => Found::Changed { table, id, old, from_dump },
        Change::Removed(old) => Found::Removed { table, old, from_dump },
    }
}

impl Monitor {
    /// Follows a table: what the request dumps, and the events of the groups joined. Its number.
    pub fn add_table(&mut self, request: &[u8], keys: Keys) -> Result<u32> {
        let requests = self.requests.as_deref().ok_or(Code::EOPNOTSUPP)?;
        if self.sync.tables.len() >= MAX_TABLES {
            return Err(Code::ENOSPC);
        }
        let table = Table::new(self.socket.protocol(), request, keys)?;
        if self.sync.wait.is_none() {
            self.sync.wait = Some(Wait::new(&self.socket, requests)?);
        }
        let needed: &[u32] = match table.base {
            key::ROUTE => &[GROUP_LINK, GROUP_IPV4_ADDRESS, GROUP_IPV6_ADDRESS, GROUP_NEXTHOP],
            key::RULE => &[GROUP_LINK],
            _ => &[],
        };
        let number = self.sync.tables.len();
        try_push(&mut self.sync.tables, table)?;
        for &group in needed {
            // Old kernels lack nexthops, and peers in memory lack groups.
            if self.socket.join(group).is_ok() {
                self.sync.needed |= bit(group);
            }
        }
        u32::try_from(number).map_err(|_| Code::ENOSPC)
    }

    /// Follows one of the tables of rtnetlink: joins its groups, and asks for it with the GET type `get` for `family` (0: all).
    pub fn follow(&mut self, get: u16, family: u8) -> Result<u32> {
        if self.socket.protocol() != NETLINK_ROUTE {
            return Err(Code::EOPNOTSUPP);
        }
        let mut buf = [0; 64];
        let request = rtnl_request(get, family, &mut buf).filter(|_| get & 3 == 2).ok_or(Code::EINVAL)?;
        let groups: &[u32] = match (get & !3, family) {
            (key::LINK, _) => &[GROUP_LINK],
            (key::NEIGHBOUR, _) => &[GROUP_NEIGHBOUR],
            (key::ADDRESS, key::AF_INET) => &[GROUP_IPV4_ADDRESS],
            (key::ADDRESS, key::AF_INET6) => &[GROUP_IPV6_ADDRESS],
            (key::ADDRESS, 0) => &[GROUP_IPV4_ADDRESS, GROUP_IPV6_ADDRESS],
            (key::ROUTE, key::AF_INET) => &[GROUP_IPV4_ROUTE],
            (key::ROUTE, key::AF_INET6) => &[GROUP_IPV6_ROUTE],
            (key::ROUTE, 0) => &[GROUP_IPV4_ROUTE, GROUP_IPV6_ROUTE],
            (key::RULE, key::AF_INET) => &[GROUP_IPV4_RULE],
            (key::RULE, key::AF_INET6) => &[GROUP_IPV6_RULE],
            (key::RULE, 0) => &[GROUP_IPV4_RULE, GROUP_IPV6_RULE],
            _ => return Err(Code::EINVAL),
        };
        for &group in groups {
            self.join(group)?;
        }
        self.add_table(request, Keys::Rtnl)
    }

    /// Tells differences instead of snapshots. NLRS_EBUSY once events have been read.
    pub fn set_difference(&mut self, on: bool) -> Result<()> {
        if self.sync.tables.iter().any(|table| table.round != 0) {
            return Err(Code::BUSY);
        }
        self.sync.difference = on;
        Ok(())
    }

    /// Milliseconds that pass between two snapshots of a table at least.
    pub fn set_interval(&mut self, milliseconds: i64) {
        self.sync.interval = milliseconds.max(0).saturating_mul(1_000_000);
    }

    /// Takes snapshots of all tables again.
    pub fn resync(&mut self) {
        self.sync.doubt_all();
    }

    /// True when the caller has been told all that is known of the tables, and nothing of that is in doubt.
    pub fn is_current(&self) -> bool {
        let Sync { tables, stage, .. } = &self.sync;
        let settled = tables.iter().all(|table| table.complete && !table.wanted);
        settled && *stage == Stage::Events && !self.stream.is_losing() && !self.stream.has_more()
    }

    /// The object of a table at or behind a position, and the position behind it. Only with differences.
    pub fn object(&self, table: u32, at: u32) -> Option<(&[u8], u32)> {
        let table = u8::try_from(table).ok()?;
        let id = self.sync.store.first(table, at)?;
        Some((self.sync.store.object(id), id.checked_add(1)?))
    }

    pub(super) fn wait(&self, call: &mut Call) -> Result<()> {
        match self.sync.fd() {
            Some(fd) => self.socket.wait_on(call, fd, libc::POLLIN),
            None => self.socket.wait(call, libc::POLLIN),
        }
    }

    /// Begins a snapshot if one is due; `quiet`: no event is there to be read.
    pub(super) fn begin_snapshot(&mut self, quiet: bool) -> Result<Option<Found>> {
        let now = now_ns();
        let Sync { tables, interval, wait, .. } = &mut self.sync;
        let (Some(wait), Some(requests)) = (wait, &self.requests) else { return Ok(None) };
        // While events keep coming it does not wait for ever for the last of them.
        let is_due =
            |table: &Table| table.not_before <= now && (quiet || table.doubted_at.saturating_add(*interval) <= now);
        let Some((number, table)) = (0u8..).zip(tables.iter_mut()).find(|(_, table)| table.wanted && is_due(table))
        else {
            let next = tables.iter().filter(|table| table.wanted).map(|table| table.not_before).min();
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
                table.round = table.round.wrapping_add(1).max(1);
                table.wanted = false;
                table.forget_dead_hops();
                if table.complete {
                    self.counters.resyncs = self.counters.resyncs.wrapping_add(1);
                }
                self.sync.dump = Some(dump);
                self.sync.began = now;
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
                // The leftover of an abandoned dump has to end first.
                wait.arm(Some(table.not_before));
                Ok(None)
            }
        }
    }

    /// Goes on with a snapshot; None: nothing that the caller is to hear of.
    pub(super) fn advance(&mut self, call: &mut Call) -> Result<Option<Found>> {
        match self.sync.stage {
            Stage::Events => Ok(None),
            Stage::Dumping(number) => self.read_dump(number, call),
            Stage::Sweeping(number, from) => {
                let Some(table) = self.sync.tables.get(usize::from(number)) else { return Ok(None) };
                if let Some(stale) = self.sync.store.stale(number, table.round, from) {
                    self.sync.stage = Stage::Sweeping(number, stale);
                    let old = self.sync.store.remove(stale);
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
            if self.sync.objects % u64::from(STASH_EVERY) == 0 {
                self.stash(call)?;
            }
            let Sync { tables, store, dump, difference, objects, .. } = &mut self.sync;
            let (Some(dump), Some(table)) = (dump, tables.get_mut(usize::from(number))) else { return Ok(None) };
            let bytes = match dump.next() {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Ok(self.end_dump(number)),
                Err(Code::EAGAIN) => {
                    self.stash(call)?;
                    self.wait(call)?;
                    continue;
                }
                Err(code) => {
                    let refused = dump.is_refused();
                    return self.fail_dump(number, code, refused).map(|()| None);
                }
            };
            *objects = objects.saturating_add(1);
            let Ok(message) = Message::read(bytes) else { continue };
            if !*difference || !table.has_keys() {
                return Ok(Some(Found::Object(number)));
            }
            match table.apply(number, store, &message, true, &now_ns) {
                Ok(Some(Some(change))) => return Ok(Some(found(number, change, true))),
                Ok(_) => {}
                Err(code) => return self.fail_dump(number, code, false).and(Err(code)),
            }
            quantum = quantum.saturating_sub(1);
            if quantum == 0 {
                quantum = QUANTUM;
                self.on_time(call)?;
                if call.budget.is_zero() {
                    // What has been received already does not make a descriptor readable.
                    if let Some(wait) = &mut self.sync.wait {
                        wait.arm(Some(1));
                    }
                    return Err(Code::EAGAIN);
                }
            }
        }
    }

    /// Sets the events aside that came during the dump.
    fn stash(&mut self, call: &Call) -> Result<()> {
        self.socket.check(call)?;
        self.stream.stash(&self.socket).map_err(|code| self.socket.check(call).err().unwrap_or(code))
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
        self.sync.interval.max(took.saturating_mul(REST).min(MAX_REST_NS))
    }

    /// The dump failed: it is tried again after a while, unless the kernel refuses it.
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
        table.doubt(now);
        match code {
            Code::INTR_DUMP | Code::OVERRUN | Code::TRUNC => Ok(()),
            _ => Err(code),
        }
    }
}

/// Comes back when whoever has the kernel's lock on links, addresses and routes just now has let go of it. Err: the kernel could not
/// be asked, so nobody knows.
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
        // What the kernel says, or that it is somebody who says nothing, does not matter.
        Err(code) if record.origin == Origin::System => Err(code),
        _ => Ok(()),
    }
}
