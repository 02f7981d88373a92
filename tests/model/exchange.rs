// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests, dumps and batches on one socket: answers of other requests, forged ones, events, overflows, changes under a dump, ends and
//! verdicts that do not come or come twice, sends that fail.

use crate::kernel::*;
use crate::wire::{ACK, Mouth, Wire, message, u32_at};
use core::ffi::{c_int, c_void};
use core::ptr::{from_mut, null, null_mut};
use nlrs::batch::*;
use nlrs::build::{nlrs_msg_begin, nlrs_msg_end};
use nlrs::error::{nlrs_error_code, nlrs_error_free, nlrs_error_new};
use nlrs::exchange::*;
use nlrs::put::{nlrs_msg_put_bytes, nlrs_msg_put_header};
use nlrs_core::error::{NLRS_EINTR_DUMP, NLRS_ENOTSENT, NLRS_EOVERRUN, NLRS_EPARTIAL, NLRS_ETIMEDOUT, NLRS_EUNKNOWN};
use nlrs_core::socket::Socket;
use proptest::prelude::*;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Request,
    Dump,
    /// A dump that is read message by message.
    Iterate,
    Batch {
        stops: bool,
    },
}

/// What the kernel says before a call, the call, and what comes of each message that it sends.
type Step = (Vec<Said>, Form, Vec<Fate>);

fn refusal() -> impl Strategy<Value = c_int> {
    prop_oneof![
        30 => Just(0),
        1 => prop::sample::select(vec![-libc::EMSGSIZE, -libc::ENOBUFS, -libc::EPERM, -libc::ENOMEM]),
    ]
}

fn single() -> impl Strategy<Value = (Form, Vec<Fate>)> {
    let form = prop_oneof![Just(Form::Request), Just(Form::Dump), Just(Form::Iterate)];
    let fate = (prop::collection::vec(said(), 0..8), refusal()).prop_map(|(said, refused)| Fate {
        said,
        refused,
        ..Fate::default()
    });
    (form, fate).prop_map(|(form, fate)| (form, vec![fate]))
}

/// What the kernel says of one message of a batch: nothing, as a rule.
fn outcome() -> impl Strategy<Value = (Vec<Said>, Vec<Said>)> {
    let own = Whose::Own;
    let ack = move |code, has_text| Said::Ack { whose: own, code, has_text };
    let data = move |multi| Said::Data { whose: own, multi, interrupted: false };
    let twice = (code(), code(), any::<bool>(), any::<bool>()).prop_map(move |(one, two, late, has_text)| {
        let (first, second) = (ack(one, false), ack(two, has_text));
        if late { (vec![first], vec![second]) } else { (vec![first, second], vec![]) }
    });
    let dump = (0..3usize, 0..3usize, code(), prop::bool::weighted(0.7)).prop_map(move |(early, later, code, ends)| {
        let end = ends.then_some(Said::Done { whose: own, code, interrupted: false });
        (vec![data(true); early], vec![data(true); later].into_iter().chain(end).collect())
    });
    prop_oneof![
        8 => Just((vec![], vec![])),
        4 => (-40..-11, any::<bool>()).prop_map(move |(code, has_text)| (vec![ack(code, has_text)], vec![])),
        1 => any::<bool>().prop_map(move |has_text| (vec![ack(0, has_text)], vec![])),
        1 => Just((vec![data(false)], vec![])),
        1 => twice,
        2 => dump,
    ]
}

fn batch() -> impl Strategy<Value = (Form, Vec<Fate>)> {
    let other = prop_oneof![4 => noise(), 1 => said()];
    let noises =
        prop_oneof![4 => Just(vec![]), 1 => prop::collection::vec((any::<prop::sample::Index>(), other), 1..3)];
    let fate = (
        outcome(),
        noises,
        prop::bool::weighted(0.97),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.05),
        refusal(),
    )
        .prop_map(|((mut said, late), noises, acks, asks, long, refused)| {
            for (at, noise) in noises {
                said.insert(at.index(said.len() + 1), noise);
            }
            Fate { said, late, acks, asks, long, refused }
        });
    (any::<bool>(), prop::collection::vec(fate, 0..7)).prop_map(|(stops, fates)| (Form::Batch { stops }, fates))
}

fn step() -> impl Strategy<Value = Step> {
    let before = prop_oneof![Just(vec![]), prop::collection::vec(prop_oneof![said(), noise()], 1..4)];
    (before, prop_oneof![single(), batch()]).prop_map(|(before, (form, fates))| (before, form, fates))
}

/// What came of a call.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    end: c_int,
    /// The numbers of what was handed over, and of a batch the message that it belongs to.
    heard: Vec<(u32, usize)>,
    /// Of a batch: what became of each message, how many were refused, and the code in the error object.
    results: Vec<c_int>,
    failed: usize,
    reported: c_int,
}

/// What the header promises of a socket, in a few lines.
#[derive(Default)]
struct Model {
    queue: VecDeque<Item>,
    overrun: bool,
    orphan: Option<u32>,
    /// Events between the answers, and whether some are lost.
    events: Vec<u32>,
    events_lost: bool,
}

impl Model {
    /// After an overflow a call begins with an empty queue, and a dump behind the end of an abandoned one.
    fn begin(&mut self, is_dump: bool) {
        while self.overrun || is_dump && self.orphan.is_some() {
            match self.queue.pop_front() {
                Some(item) => self.note(&item),
                // The kernel makes the next piece when the one before is received: there is nothing more to come.
                None => {
                    self.overrun = false;
                    self.orphan = None;
                }
            }
        }
    }

    fn single(&mut self, is_dump: bool, sent: &Datagram) -> Outcome {
        if sent.refused != 0 {
            return Outcome { end: sent.refused, ..Outcome::default() };
        }
        let own = sent.seqs[0];
        self.queue.extend(&sent.items);
        let (mut heard, mut overrun, mut interrupted, mut multi) = (Vec::new(), false, false, is_dump);
        let end = loop {
            let Some(item) = self.queue.pop_front() else {
                if multi {
                    self.orphan = Some(own);
                }
                break if overrun { NLRS_EOVERRUN } else { NLRS_ETIMEDOUT };
            };
            match item.said {
                Said::Data { interrupted: now, .. } if item.seq == own => {
                    interrupted |= now;
                    multi = true;
                    heard.push((item.number, 0));
                }
                Said::Ack { code, .. } | Said::Done { code, .. } if item.seq == own => {
                    interrupted |= matches!(item.said, Said::Done { interrupted: true, .. });
                    break match (code, overrun, is_dump && interrupted) {
                        (..0, ..) => code,
                        (_, true, _) => NLRS_EOVERRUN,
                        (_, false, true) => NLRS_EINTR_DUMP,
                        (_, false, false) => 0,
                    };
                }
                _ => {
                    overrun |= matches!(item.said, Said::Overflow);
                    self.note(&item);
                }
            }
        };
        Outcome { end, heard, ..Outcome::default() }
    }

    /// A batch of `count` messages that went out as these datagrams.
    fn batch(&mut self, stops: bool, count: usize, sent: &mut VecDeque<Datagram>) -> Outcome {
        let mut outcome = Outcome { results: vec![NLRS_ENOTSENT; count], ..Outcome::default() };
        let mut seqs = Vec::new();
        while outcome.end == 0 && seqs.len() < count && !(stops && outcome.results.iter().any(is_refusal)) {
            let datagram = sent.pop_front().expect("a message that was to be sent was not");
            let first = seqs.len();
            match datagram.refused {
                0 => {
                    seqs.extend(datagram.seqs);
                    outcome.results[first..seqs.len()].fill(NLRS_EUNKNOWN);
                    self.queue.extend(datagram.items);
                    outcome.end = self.collect(&seqs, &mut outcome);
                }
                // One that is too long is refused itself.
                code if code == -libc::EMSGSIZE && datagram.seqs.len() == 1 => {
                    seqs.extend(datagram.seqs);
                    outcome.results[first] = code;
                }
                code => outcome.end = code,
            }
        }
        let refused: Vec<c_int> = outcome.results.iter().copied().filter(is_refusal).collect();
        outcome.failed = refused.len();
        outcome.reported = if outcome.end == 0 { refused.first().copied().unwrap_or(0) } else { outcome.end };
        if outcome.end == 0 && !refused.is_empty() {
            outcome.end = NLRS_EPARTIAL;
        }
        outcome
    }

    /// The verdicts of a datagram: what nothing was said of when the last message's has come was accepted.
    fn collect(&mut self, seqs: &[u32], outcome: &mut Outcome) -> c_int {
        let (mut overrun, mut is_last_known, mut dump) = (false, false, None);
        while !is_last_known || dump.is_some() {
            let Some(item) = self.queue.pop_front() else {
                self.orphan = dump.or(self.orphan);
                return if overrun { NLRS_EOVERRUN } else { NLRS_ETIMEDOUT };
            };
            let index = seqs.iter().position(|&seq| seq == item.seq);
            match (item.said, index) {
                (Said::Data { multi, .. }, Some(index)) => {
                    dump = if multi { Some(item.seq) } else { dump };
                    outcome.heard.push((item.number, index));
                }
                (Said::Ack { code, .. } | Said::Done { code, .. }, Some(index)) => {
                    // Refused is refused, and once.
                    if !is_refusal(&outcome.results[index]) {
                        outcome.results[index] = code;
                    }
                    dump = dump.filter(|&seq| seq != item.seq);
                    is_last_known |= index + 1 == seqs.len();
                }
                _ => {
                    overrun |= matches!(item.said, Said::Overflow);
                    self.note(&item);
                }
            }
        }
        if overrun {
            return NLRS_EOVERRUN;
        }
        outcome.results.iter_mut().filter(|code| **code == NLRS_EUNKNOWN).for_each(|code| *code = 0);
        0
    }

    /// What belongs to no message that an answer is waited for; the end of an abandoned dump is what another one waits for.
    fn note(&mut self, item: &Item) {
        match item.said {
            Said::Ack { .. } | Said::Done { .. } if self.orphan == Some(item.seq) => self.orphan = None,
            Said::Overflow => {
                self.overrun = true;
                self.events_lost = true;
            }
            Said::Event => self.events.push(item.number),
            _ => {}
        }
    }
}

fn is_refusal(code: &c_int) -> bool {
    (-0xffff..0).contains(code)
}

/// The number of an answer.
///
/// # Safety
/// `nlh` is a message of its length.
unsafe fn number_of(nlh: *const libc::nlmsghdr) -> u32 {
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(nlh.cast::<u8>(), (*nlh).nlmsg_len as usize) };
    assert_eq!(bytes.len(), 20);
    u32_at(bytes, 16)
}

extern "C" fn hear(nlh: *const libc::nlmsghdr, arg: *mut c_void) -> c_int {
    hear_of(nlh, 0, arg)
}

extern "C" fn hear_of(nlh: *const libc::nlmsghdr, index: usize, arg: *mut c_void) -> c_int {
    // SAFETY: a message of the library, and the Vec that went in.
    unsafe { (*arg.cast::<Vec<(u32, usize)>>()).push((number_of(nlh), index)) };
    0
}

/// -EAGAIN is what a call that may not wait says before there is a request to time out.
fn same(code: c_int) -> c_int {
    if code == -libc::EAGAIN { NLRS_ETIMEDOUT } else { code }
}

/// # Safety
/// An open socket.
unsafe fn call(socket: *mut Socket, form: Form, fates: &[Fate], first: usize) -> Outcome {
    let request = message(GETROUTE, 0, 0, &payload_of(first));
    let req = request.as_ptr().cast();
    let mut heard = Vec::new();
    let arg = from_mut(&mut heard).cast();
    // SAFETY: the caller's promise; a message of its length; the Vec lives longer than the calls.
    let end = unsafe {
        match form {
            Form::Request => nlrs_request(socket, req, Some(hear), arg, null_mut()),
            Form::Dump => nlrs_dump(socket, req, Some(hear), arg, null_mut()),
            Form::Iterate => iterate(socket, req, arg),
            Form::Batch { stops } => return send_batch(socket, stops, fates, first),
        }
    };
    Outcome { end: same(end), heard, ..Outcome::default() }
}

/// # Safety
/// As nlrs_dump_begin; `arg` as of [`hear`].
unsafe fn iterate(socket: *mut Socket, req: *const libc::nlmsghdr, arg: *mut c_void) -> c_int {
    // SAFETY: the caller's promise; the dump lives until its end.
    unsafe {
        let mut dump = null_mut();
        let code = nlrs_dump_begin(socket, req, &mut dump);
        if code < 0 {
            return code;
        }
        let mut nlh = null();
        let last = loop {
            match nlrs_dump_next(dump, &mut nlh) {
                1 => drop(hear(nlh, arg)),
                code => break code,
            }
        };
        nlrs_dump_end(dump, null_mut());
        last
    }
}

/// # Safety
/// An open socket.
unsafe fn send_batch(socket: *mut Socket, stops: bool, fates: &[Fate], first: usize) -> Outcome {
    let mut heard: Vec<(u32, usize)> = Vec::new();
    // SAFETY: the caller's promise; batch and error object live until they are freed.
    unsafe {
        let (batch, err) = (nlrs_batch_new(), nlrs_error_new());
        nlrs_batch_set_mode(batch, if stops { NLRS_BATCH_STOP_AT_FAILURE } else { NLRS_BATCH_CONTINUE });
        nlrs_batch_set_reply_fn(batch, Some(hear_of), from_mut(&mut heard).cast());
        let m = nlrs_batch_msg(batch);
        for (fate, number) in fates.iter().zip(first..) {
            let header = payload_of(number);
            nlrs_msg_begin(m, u32::from(GETROUTE), if fate.asks { u32::from(ACK) } else { 0 });
            nlrs_msg_put_header(m, header.as_ptr().cast(), header.len());
            if fate.long {
                nlrs_msg_put_bytes(m, 1, [0u8; 30_000].as_ptr().cast(), 30_000);
            }
            assert_eq!(nlrs_msg_end(m), 0);
        }
        let end = nlrs_batch_send(socket, batch, err);
        let results = (0..nlrs_batch_count(batch)).map(|index| nlrs_batch_result(batch, index, null_mut())).collect();
        let outcome = Outcome { end, heard, results, failed: nlrs_batch_failed(batch), reported: nlrs_error_code(err) };
        nlrs_error_free(err);
        nlrs_batch_free(batch);
        outcome
    }
}

/// The events that were set apart, and how that ended.
///
/// # Safety
/// An open socket.
unsafe fn events(socket: *mut Socket) -> (Vec<u32>, c_int) {
    let mut numbers = Vec::new();
    let mut nlh = null();
    let mut group = 0;
    loop {
        // SAFETY: the caller's promise.
        let code = unsafe { nlrs_socket_next_event(socket, &mut nlh, null_mut(), &mut group, null_mut()) };
        if code != 1 {
            return (numbers, code);
        }
        assert_eq!(group, 7);
        // SAFETY: a message of the library.
        numbers.push(unsafe { number_of(nlh) });
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut kernel = Kernel::default();
    let kernel: *mut Kernel = &mut kernel;
    let wire = Wire::new(0, Some(answer), kernel.cast());
    let mut model = Model::default();
    let mut all = Vec::new();
    for (i, (before, form, fates)) in steps.iter().enumerate() {
        // SAFETY: the kernel lives as long as the wire, and no call is in progress.
        let first = unsafe {
            let kernel = &mut *kernel;
            model.queue.extend(kernel.go_on(Mouth(wire.peer), before));
            let first = kernel.fates.len();
            kernel.fates.extend(fates.iter().cloned());
            first
        };
        wire.release();
        // SAFETY: the socket is open until the wire is dropped.
        let outcome = unsafe { call(wire.socket, *form, fates, first) };
        // SAFETY: as above.
        let mut came = VecDeque::from(core::mem::take(unsafe { &mut (*kernel).came }));
        model.begin(matches!(form, Form::Dump | Form::Iterate));
        let expected = match form {
            Form::Batch { stops } => model.batch(*stops, fates.len(), &mut came),
            _ => model.single(*form != Form::Request, &came.pop_front().expect("a request is sent")),
        };
        prop_assert_eq!(&outcome, &expected, "call {} of {:?}", i, steps);
        prop_assert!(came.is_empty(), "call {} sent more than it should: {:?}", i, steps);
        all.extend(outcome.heard.iter().map(|heard| heard.0));
        if i % 2 == 1 || i + 1 == steps.len() {
            let lost = if core::mem::take(&mut model.events_lost) { NLRS_EOVERRUN } else { 0 };
            // SAFETY: as above.
            let events = unsafe { events(wire.socket) };
            prop_assert_eq!(events, (core::mem::take(&mut model.events), lost), "after call {} of {:?}", i, steps);
        }
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    prop_assert_eq!(all.len(), count, "something came twice");
    Ok(())
}

proptest! {
    #![proptest_config(crate::config())]
    #[test]
    fn calls_do_what_the_model_does(steps in prop::collection::vec(step(), 1..10)) {
        run(&steps)?;
    }
}
