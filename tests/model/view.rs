// SPDX-License-Identifier: MIT OR Apache-2.0
//! A monitor that keeps tables in step with a kernel: changes are told or lost, dumps are answered from the kernel's state at that time, with
//! changes between their pieces, interrupted, refused or cut off.
//!
//! Whenever the library says that what it told is all that is known and nothing of it in doubt, what its caller knows is
//! the kernel's table. Nothing is added that is there and nothing removed that is not, and every loss is told.

use crate::object::{Object, Protocol, TABLES};
use crate::wire::{DONE, DUMP_INTR, MULTI, Mouth, NOOP, OVERRUN, Wire, message, u16_at, u32_at, verdict};
use core::ffi::{c_int, c_void};
use core::ptr::{from_mut, null, null_mut};
use nlrs::event::*;
use nlrs::monitor::*;
use nlrs::table::*;
use nlrs_core::error::NLRS_ETIMEDOUT;
use nlrs_core::socket::Peer;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

/// The group that events come by.
const GROUP: u32 = 3;

#[derive(Clone, Copy, Debug)]
enum Step {
    Change(Object),
    /// The receive buffer is full: so many more events find room in it, and then none until it has been emptied.
    Overflow(u8),
    /// A change that is told by bytes that are no message, by a datagram that is cut, or by a word that something is lost.
    Malformed(Object),
    Cut(Object),
    Word(Object),
    /// No change: somebody else says so, or the kernel of another namespace.
    Forged(Object),
    Elsewhere(Object),
    Noop,
    Resync,
    /// So many events are read, or until there is none.
    Read(u8),
    /// The caller waits for a moment.
    Await,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Done,
    /// The dump fails behind its objects, or at once.
    Fails(c_int),
    Refused(c_int),
    /// The receive buffer overflows behind so many pieces: the others are lost.
    Overflow(usize),
    /// The request cannot be sent.
    NotSent(c_int),
}

/// How the next dump is answered.
#[derive(Clone, Debug)]
struct Plan {
    /// How many objects each piece has, and what changes behind it.
    pieces: Vec<(usize, Option<Object>)>,
    /// The kernel notices a change, and has lost its place by it: it leaves an object out.
    interrupted: bool,
    end: End,
}

fn object() -> impl Strategy<Value = Object> {
    (0..TABLES, 0u8..8, prop::option::weighted(0.6, 0u8..3)).prop_map(|(table, key, value)| Object {
        table,
        key,
        value,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => object().prop_map(Step::Change),
        2 => (0u8..3).prop_map(Step::Overflow),
        1 => object().prop_map(Step::Malformed),
        1 => object().prop_map(Step::Cut),
        1 => object().prop_map(Step::Word),
        1 => object().prop_map(Step::Forged),
        1 => object().prop_map(Step::Elsewhere),
        1 => Just(Step::Noop),
        1 => Just(Step::Resync),
        12 => (1u8..10).prop_map(Step::Read),
        3 => Just(Step::Await),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let code = prop::sample::select(vec![-libc::EPERM, -libc::EBUSY, -libc::ENOMEM, -libc::ENOBUFS]);
    let end = prop_oneof![
        6 => Just(End::Done),
        1 => code.clone().prop_map(End::Fails),
        1 => code.clone().prop_map(End::Refused),
        1 => (0usize..3).prop_map(End::Overflow),
        1 => code.prop_map(End::NotSent),
    ];
    let piece = (1usize..3, prop::option::weighted(0.5, object()));
    (prop::collection::vec(piece, 0..4), prop::bool::weighted(0.4), end).prop_map(|(pieces, interrupted, end)| Plan {
        pieces,
        interrupted,
        end,
    })
}

type Table = BTreeMap<u8, u8>;

/// The kernel, and what it has promised by what it said.
struct Kernel {
    protocol: Protocol,
    tables: [Table; TABLES],
    events: Wire,
    plans: VecDeque<Plan>,
    /// The receive buffer is full but for so many events.
    full: Option<u8>,
    /// A loss that has not been told, and malformed datagrams that have not been.
    is_losing: bool,
    malformed: usize,
    /// Codes that the caller has to see.
    codes: VecDeque<c_int>,
    /// The dump of a table was refused: nobody asks again until there is a reason to.
    refused: [bool; TABLES],
    /// How many objects the latest dump of each table had.
    objects: [u64; TABLES],
    /// What nobody should have asked for.
    wrong: Option<&'static str>,
    /// Counts what was said.
    age: u32,
}

/// A peer's function; `arg` is the [`Kernel`].
extern "C" fn answer(peer: *mut Peer, data: *const c_void, len: usize, arg: *mut c_void) -> c_int {
    // SAFETY: the kernel outlives the peer, and nobody else uses it during the call that sends; bytes with their length.
    let (kernel, bytes) = unsafe { (&mut *arg.cast::<Kernel>(), core::slice::from_raw_parts(data.cast::<u8>(), len)) };
    kernel.hear(Mouth(peer), bytes)
}

impl Kernel {
    fn new(protocol: Protocol, plans: &[Plan]) -> Kernel {
        Kernel {
            protocol,
            tables: Default::default(),
            events: Wire::new(protocol.number(), None, null_mut()),
            plans: plans.iter().cloned().collect(),
            full: None,
            is_losing: false,
            malformed: 0,
            codes: VecDeque::new(),
            refused: [false; TABLES],
            objects: [0; TABLES],
            wrong: None,
            age: 0,
        }
    }

    fn write(&mut self, object: Object, flags: u16, seq: u32) -> Vec<u8> {
        self.age += 1;
        self.protocol.write(object, flags, seq, self.age)
    }

    /// True when something has changed, which is to be told.
    fn apply(&mut self, object: Object) -> bool {
        let table = &mut self.tables[object.table];
        match object.value {
            Some(value) => {
                table.insert(object.key, value);
                true
            }
            None => table.remove(&object.key).is_some(),
        }
    }

    /// Sends an event, if there is room for it.
    fn send(&mut self, send: impl FnOnce(&Wire)) -> bool {
        let has_room = self.full != Some(0);
        if has_room {
            send(&self.events);
            self.full = self.full.map(|room| room - 1);
        }
        has_room
    }

    fn tell(&mut self, bytes: &[u8], portid: u32, nsid: i32) -> bool {
        self.send(|events| Mouth(events.peer).by(portid, GROUP, nsid, |mouth| mouth.event(bytes)))
    }

    fn change(&mut self, object: Object) {
        if self.apply(object) {
            let bytes = self.write(object, 0, 0);
            self.tell(&bytes, 0, -1);
        }
    }

    fn act(&mut self, step: Step) {
        match step {
            Step::Change(object) => self.change(object),
            Step::Overflow(room) => {
                if self.full.is_none() {
                    self.events.receive_fails(-libc::ENOBUFS);
                    self.full = Some(room);
                    self.is_losing = true;
                }
            }
            Step::Malformed(object) => {
                if self.apply(object) {
                    let bytes = self.write(object, 0, 0);
                    self.malformed += usize::from(self.tell(&bytes[..20], 0, -1));
                }
            }
            Step::Cut(object) => {
                if self.apply(object) {
                    let bytes = self.write(object, 0, 1);
                    self.is_losing |= self.send(|events| events.receive_cut(&bytes[..20]));
                }
            }
            Step::Word(object) => {
                if self.apply(object) {
                    self.is_losing |= self.tell(&message(OVERRUN, 0, 0, &[]), 0, -1);
                }
            }
            Step::Forged(object) | Step::Elsewhere(object) => {
                let (portid, nsid) = if matches!(step, Step::Forged(_)) { (4711, -1) } else { (0, 5) };
                let bytes = self.write(object, 0, 0);
                self.tell(&bytes, portid, nsid);
            }
            Step::Noop => drop(self.tell(&message(NOOP, 0, 0, &[]), 0, -1)),
            Step::Resync | Step::Read(_) | Step::Await => {}
        }
    }

    fn hear(&mut self, mouth: Mouth, request: &[u8]) -> c_int {
        let seq = u32_at(request, 8);
        let Some(table) = self.protocol.asked(request) else {
            // The library waits for the kernel's lock.
            mouth.reply(&verdict(u16_at(request, 4), seq, 0, false));
            return 0;
        };
        if self.refused[table] {
            self.wrong = Some("what was refused is asked for again");
        }
        let plan = self.plans.pop_front().unwrap_or(Plan { pieces: vec![], interrupted: false, end: End::Done });
        self.objects[table] = 0;
        let mut after = Bound::Unbounded;
        let mut flags = MULTI;
        let everything = (usize::MAX, None);
        for (i, (len, change)) in plan.pieces.iter().copied().chain([everything]).enumerate() {
            match plan.end {
                End::NotSent(code) => {
                    self.codes.push_back(code);
                    return code;
                }
                End::Refused(code) => {
                    mouth.reply(&verdict(u16_at(request, 4), seq, code, false));
                    self.fail(table, code);
                    return 0;
                }
                End::Overflow(at) if i == at => {
                    mouth.fail(-libc::ENOBUFS);
                    return 0;
                }
                _ => {}
            }
            let left_out = usize::from(flags & DUMP_INTR != 0);
            let rest = self.tables[table].range((after, Bound::Unbounded)).skip(left_out);
            let piece: Vec<(u8, u8)> = rest.take(len).map(|(&key, &value)| (key, value)).collect();
            let mut bytes = Vec::new();
            let last = piece.last().map(|&(key, _)| key);
            for (key, value) in piece {
                let flags = if Some(key) == last { flags } else { MULTI };
                bytes.extend(self.write(Object { table, key, value: Some(value) }, flags, seq));
                bytes.resize(bytes.len().next_multiple_of(4), 0);
                after = Bound::Excluded(key);
                self.objects[table] += 1;
            }
            if !bytes.is_empty() {
                mouth.reply(&bytes);
                // It is said once, by what comes next.
                flags = MULTI;
            }
            if let Some(change) = change {
                self.change(change);
                flags |= if plan.interrupted { DUMP_INTR } else { 0 };
            }
        }
        let code = if let End::Fails(code) = plan.end { code } else { 0 };
        if code != 0 {
            self.fail(table, code);
        } else if let End::Overflow(_) = plan.end {
            mouth.fail(-libc::ENOBUFS);
            return 0;
        }
        mouth.reply(&message(DONE, flags, seq, &code.to_ne_bytes()));
        0
    }

    /// A dump ends with a code, which the caller sees; where there may be memory later, it is tried again.
    fn fail(&mut self, table: usize, code: c_int) {
        self.codes.push_back(code);
        self.refused[table] = !matches!(-code, libc::ENOMEM | libc::ENOBUFS);
    }

    /// There is a reason to ask for everything again.
    fn doubt(&mut self) {
        self.refused = [false; TABLES];
    }
}

/// What came of reading.
#[derive(PartialEq)]
enum Read {
    Something,
    Nothing,
    TimedOut,
}

/// What a caller knows.
struct Caller {
    m: *mut MonitorHandle,
    kernel: *mut Kernel,
    difference: bool,
    view: [Table; TABLES],
    /// The snapshot that is being told.
    fresh: [Option<Table>; TABLES],
    objects: [u64; TABLES],
}

/// # Safety
/// `nlh` is a message of its length.
unsafe fn bytes_of<'a>(nlh: *const libc::nlmsghdr) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(nlh.cast::<u8>(), (*nlh).nlmsg_len as usize) }
}

/// As nlrs_msg_fn says; `arg` are the messages.
extern "C" fn collect(nlh: *const libc::nlmsghdr, arg: *mut c_void) -> c_int {
    // SAFETY: a message of the library's, and the Vec that went in.
    unsafe { (*arg.cast::<Vec<Vec<u8>>>()).push(bytes_of(nlh).to_vec()) };
    0
}

impl Caller {
    /// The kernel, as long as no call is in progress.
    fn kernel(&mut self) -> &mut Kernel {
        // SAFETY: it outlives the caller, and what is borrowed is given back before the next call.
        unsafe { &mut *self.kernel }
    }

    fn is_current(&self) -> bool {
        // SAFETY: an open monitor.
        unsafe { nlrs_monitor_is_current(self.m) == 1 }
    }

    fn resync(&mut self) {
        // SAFETY: an open monitor.
        unsafe { nlrs_monitor_resync(self.m) };
        self.kernel().doubt();
    }

    /// One event, waited for so many milliseconds.
    fn read(&mut self, timeout: i64) -> Result<Read, String> {
        let mut event = null();
        // SAFETY: an open monitor.
        let code = unsafe {
            nlrs_monitor_set_timeout(self.m, timeout);
            nlrs_monitor_next(self.m, &mut event)
        };
        let kernel = self.kernel();
        if let Some(wrong) = kernel.wrong {
            return Err(wrong.into());
        }
        match code {
            1 => self.hear(event)?,
            NLRS_ETIMEDOUT => return Ok(Read::TimedOut),
            code if code == -libc::EAGAIN => return self.rest().map(|()| Read::Nothing),
            code if code == -libc::EBADMSG && kernel.malformed > 0 => {
                kernel.malformed -= 1;
                kernel.doubt();
            }
            code if kernel.codes.pop_front() == Some(code) => {}
            code => return Err(format!("{code} out of nothing")),
        }
        Ok(Read::Something)
    }

    /// There is nothing to be read: all that was said has been told.
    fn rest(&mut self) -> Result<(), String> {
        let is_current = self.is_current();
        // SAFETY: as of kernel.
        let kernel = unsafe { &*self.kernel };
        let Kernel { is_losing, malformed, codes, .. } = kernel;
        if *is_losing || *malformed > 0 || !codes.is_empty() {
            return Err(format!("not told: losses {is_losing}, malformed {malformed}, codes {codes:?}"));
        }
        if is_current && kernel.refused.contains(&true) {
            return Err("current without a dump".into());
        }
        if is_current && self.view != kernel.tables {
            return Err(format!("current, but {:?} is known of {:?}", self.view, kernel.tables));
        }
        Ok(())
    }

    fn hear(&mut self, event: *const EventView) -> Result<(), String> {
        let protocol = self.kernel().protocol;
        // SAFETY: the event lives until the next call.
        let (kind, table, nlh, old, count, group, nsid) = unsafe {
            (
                nlrs_event_kind(event),
                (nlrs_event_table(event) as usize).wrapping_sub(1),
                nlrs_event_message(event),
                nlrs_event_old(event),
                nlrs_event_count(event),
                nlrs_event_group(event),
                nlrs_event_nsid(event),
            )
        };
        // SAFETY: messages of the library, which live as long.
        let read = |nlh: *const libc::nlmsghdr| (!nlh.is_null()).then(|| protocol.read(unsafe { bytes_of(nlh) }));
        let (object, old) = (read(nlh), read(old));
        let what = format!("event {kind}, table {table}, {object:?} was {old:?}, group {group}, nsid {nsid}");
        let wrong = |why: &str| Err(format!("{what}: {why}"));
        if !matches!((group, nsid), (0, -1) | (GROUP, -1)) && (kind, group, nsid) != (NLRS_EVENT_MESSAGE, GROUP, 5) {
            return wrong("from elsewhere");
        }
        match (kind, object) {
            (NLRS_EVENT_OVERRUN, None) => {
                let kernel = self.kernel();
                kernel.is_losing = false;
                kernel.full = None;
                kernel.doubt();
            }
            (NLRS_EVENT_MESSAGE, Some(_)) if nsid == 5 => {}
            (NLRS_EVENT_MESSAGE, Some(object)) if !self.difference => {
                // A snapshot that was being told has failed.
                self.fresh = Default::default();
                let view = &mut self.view[object.table];
                match object.value {
                    Some(value) => drop(view.insert(object.key, value)),
                    None => drop(view.remove(&object.key)),
                }
            }
            (NLRS_EVENT_SNAPSHOT_BEGIN, None) => {
                self.fresh[table] = Some(Table::new());
                self.objects[table] = self.kernel().objects[table];
            }
            (NLRS_EVENT_SNAPSHOT_END, None) => {
                let Some(fresh) = self.fresh[table].take() else { return wrong("no snapshot has begun") };
                if count != self.objects[table] {
                    return wrong(&format!("{count} objects in place of {}", self.objects[table]));
                }
                if !self.difference {
                    self.view[table] = fresh;
                }
            }
            (NLRS_EVENT_OBJECT, Some(Object { key, value: Some(value), .. })) if !self.difference => {
                let Some(fresh) = &mut self.fresh[table] else { return wrong("outside of a snapshot") };
                if fresh.insert(key, value).is_some() {
                    return wrong("a second time");
                }
            }
            (NLRS_EVENT_ADDED | NLRS_EVENT_CHANGED, Some(Object { key, value: Some(value), .. }))
                if self.difference =>
            {
                let before = self.view[table].insert(key, value);
                let is_change = kind == NLRS_EVENT_CHANGED;
                if before != old.and_then(|old| old.value) || before.is_some() != is_change || before == Some(value) {
                    return wrong(&format!("{before:?} is known"));
                }
            }
            // It is told as it was known last.
            (NLRS_EVENT_REMOVED, Some(Object { key, value: Some(value), .. })) if self.difference => {
                if self.view[table].remove(&key) != Some(value) {
                    return wrong("that is not what was known");
                }
            }
            _ => return wrong("unexpected"),
        }
        if object.is_some_and(|object| kind != NLRS_EVENT_MESSAGE && object.table != table) {
            return wrong("of another table");
        }
        self.compare()
    }

    /// With differences the library keeps the same view.
    fn compare(&mut self) -> Result<(), String> {
        if !self.difference {
            return Ok(());
        }
        let protocol = self.kernel().protocol;
        for (number, table) in (1u32..).zip(&self.view) {
            let mut messages: Vec<Vec<u8>> = Vec::new();
            // SAFETY: an open monitor, and the Vec for the function.
            unsafe { nlrs_monitor_objects(self.m, number, Some(collect), from_mut(&mut messages).cast()) };
            let kept = messages.iter().map(|bytes| protocol.read(bytes));
            let mut kept: Vec<(u8, Option<u8>)> = kept.map(|object| (object.key, object.value)).collect();
            kept.sort_unstable();
            if !kept.iter().copied().eq(table.iter().map(|(&key, &value)| (key, Some(value)))) {
                return Err(format!("{kept:?} is kept, and {table:?} was told"));
            }
        }
        Ok(())
    }

    fn act(&mut self, step: Step) -> Result<(), String> {
        self.kernel().act(step);
        match step {
            Step::Resync => self.resync(),
            Step::Read(count) => {
                for _ in 0..count {
                    if self.read(0)? != Read::Something {
                        break;
                    }
                }
            }
            Step::Await if !self.is_current() => {
                self.read(2)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The faults are over: before long the caller knows everything.
    fn settle(&mut self) -> Result<(), String> {
        self.kernel().plans.clear();
        for _ in 0..1000 {
            if self.read(0)? == Read::Nothing {
                if self.is_current() {
                    return Ok(());
                }
                if self.kernel().refused.contains(&true) {
                    self.resync();
                }
                if self.read(3000)? == Read::TimedOut {
                    return Err("nothing comes any more, and it is not current".into());
                }
            }
        }
        Err("it does not come to an end".into())
    }
}

fn run(protocol: Protocol, difference: bool, there: &[Object], steps: &[Step], plans: &[Plan]) -> Result<(), String> {
    let mut kernel = Kernel::new(protocol, plans);
    for &object in there {
        kernel.apply(object);
    }
    let kernel: *mut Kernel = &mut kernel;
    let requests = Wire::new(protocol.number(), Some(answer), kernel.cast());
    let mut m = null_mut();
    // SAFETY: kernel and sockets live longer than the monitor; requests are messages of their length.
    unsafe {
        assert_eq!(nlrs_monitor_open_on((*kernel).events.socket, requests.socket, &mut m), 0);
        nlrs_monitor_set_timeout(m, 0);
        nlrs_monitor_set_interval(m, 0);
        nlrs_monitor_set_difference(m, c_int::from(difference));
        for table in 0..TABLES {
            let request = protocol.request(table);
            let number = nlrs_monitor_add_table(m, request.as_ptr().cast(), protocol.key_fn(table), null_mut(), None);
            assert_eq!(number, c_int::try_from(table + 1).unwrap());
        }
    }
    let (view, fresh) = Default::default();
    let mut caller = Caller { m, kernel, difference, view, fresh, objects: [0; TABLES] };
    let result = steps.iter().try_for_each(|step| caller.act(*step)).and_then(|()| caller.settle());
    // SAFETY: closed once.
    unsafe { nlrs_monitor_close(m) };
    result
}

proptest! {
    #![proptest_config(crate::config())]
    #[test]
    fn a_view_is_the_kernels(
        is_route: bool,
        difference: bool,
        there in prop::collection::vec(object(), 0..24),
        steps in prop::collection::vec(step(), 1..50),
        plans in prop::collection::vec(plan(), 0..8),
    ) {
        let protocol = if is_route { Protocol::Route } else { Protocol::MadeUp };
        prop_assert_eq!(run(protocol, difference, &there, &steps, &plans), Ok(()));
    }
}
