// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules of the reader of replies once more, plainly, and random datagrams by which the two are compared. No socket.
//!
//! Each input is a schedule: the requests in flight, and datagrams of answers, echoes, twins with the port ID 0, events, leftovers,
//! truncated and malformed ones.
#![allow(clippy::panic, clippy::indexing_slicing, clippy::cast_possible_truncation)]

use super::replies::{Purpose, Replies, Reply};
use crate::error::Code;
use crate::socket::{Arrival, Backlog};
use crate::wire::message::Header;
use alloc::vec::Vec;

const PORT: u32 = 77;
const GROUP: u32 = 7;

const ROUTE: i32 = 0;
const USERSOCK: i32 = 2;
const AUDIT: i32 = 9;
const CONNECTOR: i32 = 11;
const NETFILTER: i32 = 12;
const GENERIC: i32 = 16;

const NOOP: u16 = 1;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const OVERRUN: u16 = 4;

const MULTI: u16 = 2;
const ECHO: u16 = 8;
const DUMP: u16 = 0x300;

const AUDIT_GET: u16 = 1000;
const AUDIT_SET: u16 = 1001;
const AUDIT_LIST_RULES: u16 = 1013;
const CT_GET: u16 = 0x101;
const IPSET_LIST: u16 = 0x607;
const GETLINK: u16 = 18;

/// Takes the input apart; zeros behind its end.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// True once in `times`, and never behind the end.
    fn seldom(&mut self, times: u8) -> bool {
        self.byte() % times == 1
    }
}

/// The requests in flight.
#[derive(Debug)]
struct Setup {
    protocol: i32,
    purpose: Purpose,
    first: u32,
    requests: Vec<Header>,
}

#[derive(Clone, Copy, Debug)]
struct Spoken {
    header: Header,
    /// Of data: what it carries, no two the same. Of a status: its code, as far as it can be read.
    number: i32,
    /// Its length is wrong.
    is_broken: bool,
    /// A status of which nothing can be read.
    is_unreadable: bool,
}

#[derive(Clone, Debug)]
struct Datagram {
    group: u32,
    is_truncated: bool,
    /// Where it is truncated its last message is cut.
    is_cut: bool,
    messages: Vec<Spoken>,
}

/// What the reader says.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Data { number: i32, index: usize, ends: bool },
    Status { code: i32, index: usize },
    Failure,
}

/// Everything that is compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    seen: Vec<Seen>,
    events: Vec<i32>,
    has_lost_events: bool,
    has_lost_answers: bool,
    longest: usize,
    needed: usize,
    dump: Option<u32>,
    orphan: Option<u32>,
}

fn setup(input: &mut Input<'_>) -> Setup {
    let protocol = input.one_of(&[ROUTE, GENERIC, AUDIT, NETFILTER, CONNECTOR, USERSOCK]);
    let purpose = input.one_of(&[Purpose::Statuses, Purpose::OneAnswer, Purpose::Dump, Purpose::Statuses]);
    let count = if purpose == Purpose::Statuses { 1 + input.byte() % 4 } else { 1 };
    let first = input.one_of(&[2u32, 1000, u32::MAX - 4]);
    let types: &[u16] = match protocol {
        AUDIT => &[AUDIT_GET, AUDIT_LIST_RULES, AUDIT_SET],
        NETFILTER => &[CT_GET, IPSET_LIST, 0xa01],
        _ => &[GETLINK, 24],
    };
    let requests = (0..u32::from(count)).map(|index| {
        let echo = if purpose == Purpose::Dump { 0 } else { input.one_of(&[0, ECHO]) };
        let flags = echo | input.one_of(&[0, DUMP, 0]);
        Header { len: 16, ty: input.one_of(types), flags, seq: first.wrapping_add(index), portid: PORT }
    });
    Setup { protocol, purpose, first, requests: requests.collect() }
}

fn datagram(input: &mut Input<'_>, setup: &Setup, numbers: &mut i32) -> Datagram {
    let group = if input.seldom(4) { GROUP } else { 0 };
    let is_truncated = input.seldom(8);
    let is_cut = is_truncated && input.seldom(2);
    let messages = (0..=input.byte() % 3).map(|_| {
        *numbers += 1;
        let ty = input.one_of(&[24u16, ERROR, DONE, 24, AUDIT_GET, ERROR, NOOP, OVERRUN, 16, 8]);
        let in_flight = setup.first.wrapping_add(u32::from(input.byte()) % setup.requests.len() as u32);
        let before = setup.first.wrapping_sub(1);
        let seq = input.one_of(&[in_flight, in_flight, in_flight, in_flight, 0, before, in_flight ^ 0x4000_0000]);
        let portid = input.one_of(&[PORT, PORT, PORT, 0, 4711]);
        // What audit answers with never has the port.
        let portid = if setup.protocol == AUDIT && ty >= 8 && portid == PORT { 0 } else { portid };
        let flags = input.one_of(&[0, MULTI]);
        let header = Header { len: 0, ty, flags, seq, portid };
        let number = match ty {
            ERROR | DONE => input.one_of(&[0, 0, -1, -17]),
            _ => *numbers,
        };
        let is_unreadable = matches!(ty, ERROR | DONE) && input.seldom(8);
        Spoken { header, number, is_broken: input.seldom(16), is_unreadable }
    });
    Datagram { group, is_truncated, is_cut, messages: messages.collect() }
}

/// As the kernel would send it.
fn bytes_of(datagram: &Datagram) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in &datagram.messages {
        let payload: &[u8] = if message.is_unreadable { &[1, 2] } else { &message.number.to_ne_bytes() };
        let len = 16 + payload.len() as u32;
        let len = if message.is_broken { [3, 1000][(message.number & 1) as usize] } else { len };
        bytes.extend(Header { len, ..message.header }.to_bytes());
        bytes.extend_from_slice(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

enum Owner {
    Request(usize),
    Event,
    Leftover,
}

impl Setup {
    fn is_control(&self, ty: u16) -> bool {
        (1..=4).contains(&ty) && !(self.protocol == CONNECTOR && ty == DONE)
    }

    fn owner(&self, group: u32, header: &Header) -> Owner {
        let index = self.requests.iter().position(|request| request.seq == header.seq);
        let is_control = self.is_control(header.ty);
        match (group, index) {
            (1.., Some(index)) if header.portid == PORT && !is_control && self.requests[index].flags & ECHO != 0 => {
                return Owner::Request(index);
            }
            (1.., _) => return Owner::Event,
            _ => {}
        }
        let without_port = matches!(self.protocol, AUDIT | CONNECTOR | USERSOCK) || is_control && header.ty != DONE;
        let is_addressed = header.portid == PORT || header.portid == 0 && without_port;
        match index {
            Some(index) if is_addressed => Owner::Request(index),
            _ if is_control => Owner::Leftover,
            _ if is_addressed && header.seq != 0 => Owner::Leftover,
            _ => Owner::Event,
        }
    }

    /// Whether nothing more is read behind it.
    fn is_over(&self, seen: &Seen) -> bool {
        let is_end = matches!(seen, Seen::Status { .. } | Seen::Data { ends: true, .. });
        *seen == Seen::Failure || is_end && self.purpose == Purpose::Dump
    }

    /// Whether audit acknowledges it before it answers, and whether it answers with one message.
    fn audit_answer(&self, index: usize) -> (bool, bool) {
        let ty = self.requests[index].ty;
        let is_audit = self.protocol == AUDIT;
        (is_audit && matches!(ty, AUDIT_GET | AUDIT_LIST_RULES), is_audit && ty == AUDIT_GET)
    }

    fn expect(&self, outcome: &mut Outcome, datagram: &Datagram, len: usize) {
        let whole = self.owner(datagram.group, &datagram.messages[0].header);
        if datagram.is_truncated {
            outcome.longest = outcome.longest.max(len);
            match whole {
                Owner::Request(_) => outcome.needed = outcome.needed.max(len),
                Owner::Event => outcome.has_lost_events = true,
                Owner::Leftover => {}
            }
        }
        let count = datagram.messages.len() - usize::from(datagram.is_cut);
        for message in &datagram.messages[..count] {
            let header = &message.header;
            if message.is_broken {
                match whole {
                    _ if datagram.is_truncated => {}
                    Owner::Request(_) => outcome.seen.push(Seen::Failure),
                    Owner::Event => outcome.has_lost_events = true,
                    Owner::Leftover => {}
                }
                return;
            }
            match self.owner(datagram.group, header) {
                Owner::Request(index) => {
                    let seen = self.answer(outcome, message, index);
                    let is_over = seen.as_ref().is_some_and(|seen| self.is_over(seen));
                    outcome.seen.extend(seen);
                    if is_over {
                        return;
                    }
                }
                Owner::Event => outcome.events.push(if message.is_unreadable { -99 } else { message.number }),
                Owner::Leftover if matches!(header.ty, ERROR | DONE) && outcome.orphan == Some(header.seq) => {
                    outcome.orphan = None;
                }
                Owner::Leftover => {}
            }
        }
    }

    fn answer(&self, outcome: &mut Outcome, message: &Spoken, index: usize) -> Option<Seen> {
        let Header { ty, flags, seq, portid, .. } = message.header;
        let request = &self.requests[index];
        let (acks_first, has_one_answer) = self.audit_answer(index);
        if !self.is_control(ty) {
            let has_end = self.protocol != NETFILTER || request.ty == IPSET_LIST || request.flags & DUMP != 0;
            let is_part = flags & MULTI != 0 && has_end;
            // Of a dump the usual object is not looked at further.
            let is_plain = self.purpose == Purpose::Dump && portid == PORT && ty >= 16;
            let mut ends = false;
            if !is_plain && is_part {
                outcome.dump = Some(seq);
            } else if !is_plain && acks_first {
                outcome.dump = None;
                ends = has_one_answer;
            } else if !is_plain {
                ends = self.purpose == Purpose::OneAnswer && outcome.dump.is_none();
            }
            let number = if message.is_unreadable { -99 } else { message.number };
            return Some(Seen::Data { number, index, ends });
        }
        match ty {
            NOOP => None,
            OVERRUN => {
                outcome.has_lost_answers = true;
                None
            }
            _ if message.is_unreadable => Some(Seen::Failure),
            ERROR if message.number == 0 && acks_first => None,
            _ => {
                outcome.dump = outcome.dump.filter(|dump| *dump != seq);
                Some(Seen::Status { code: message.number, index })
            }
        }
    }
}

/// Reads a datagram as the exchanges do.
fn read(
    replies: &mut Replies,
    setup: &Setup,
    buf: &[u8],
    backlog: &mut Backlog,
    requests: &dyn Fn(usize) -> Header,
    seen: &mut Vec<Seen>,
) {
    let number = |bytes: &[u8]| match bytes.get(16..20) {
        Some(number) => i32::from_ne_bytes([number[0], number[1], number[2], number[3]]),
        None => -99,
    };
    for _ in 0..=buf.len() {
        if setup.purpose == Purpose::Dump {
            while let Some(message) = replies.object(buf) {
                seen.push(Seen::Data { number: number(message.bytes), index: 0, ends: false });
            }
        }
        let plain =
            if setup.requests.len() == 1 && setup.purpose != Purpose::Dump { replies.plain_answer(buf) } else { None };
        let reply = match plain {
            Some((message, ends)) => Reply::Data { message, index: 0, ends },
            None => replies.next(buf, backlog, requests),
        };
        let next = match reply {
            Reply::Data { message, index, ends } => Seen::Data { number: number(message.bytes), index, ends },
            Reply::Status { status, index, .. } => Seen::Status { code: status.code, index },
            Reply::Empty => return,
            Reply::Failure(failure) => {
                assert_eq!(failure.code, Code::EBADMSG);
                Seen::Failure
            }
        };
        let is_over = setup.is_over(&next);
        seen.push(next);
        if is_over {
            replies.stop();
            return;
        }
    }
    panic!("no end of {buf:?}");
}

/// Reads a schedule of datagrams and compares what the reader says with what the rules say.
pub fn compare(data: &[u8]) {
    let mut input = Input(data);
    let setup = setup(&mut input);
    let requests = &|index: usize| setup.requests[index];
    let mut replies = Replies::new((setup.protocol, PORT), setup.first, setup.requests.len() as u32, setup.purpose);
    let mut backlog = Backlog::new();
    let orphan = Some(setup.first.wrapping_sub(1));
    backlog.orphan_dump = orphan;
    let dump = if setup.purpose == Purpose::Dump { Some(setup.first) } else { None };
    let mut expected = Outcome { dump, orphan, ..Outcome::default() };
    let mut outcome = Outcome::default();
    let mut numbers = 0;
    let mut schedule = Vec::new();
    for _ in 0..16 {
        if input.0.is_empty() || setup.purpose == Purpose::Dump && expected.dump.is_none() {
            break;
        }
        if input.seldom(32) {
            replies.note_overflow(&mut backlog);
            expected.has_lost_answers = true;
            expected.has_lost_events = true;
        }
        let datagram = datagram(&mut input, &setup, &mut numbers);
        let mut buf = bytes_of(&datagram);
        let len = buf.len();
        if datagram.is_cut {
            buf.truncate(len - 4);
        }
        // A buffer is as long as what it truncates, and else longer.
        buf.extend(if datagram.is_truncated { &[][..] } else { &[0xff; 20] });
        let len = if datagram.is_truncated { len + 100 } else { len };
        setup.expect(&mut expected, &datagram, len);
        schedule.push(datagram.clone());
        let arrival = Arrival { group: datagram.group, ..Arrival::new(len) };
        replies.feed(&arrival, &buf, &mut backlog, requests);
        read(&mut replies, &setup, &buf, &mut backlog, requests, &mut outcome.seen);
    }
    outcome.has_lost_answers = replies.has_overflowed();
    outcome.longest = replies.longest();
    outcome.needed = replies.needed();
    let code = replies.losses().err().map(|failure| failure.code);
    let expected_code = match (expected.has_lost_answers, expected.needed) {
        (true, _) => Some(Code::OVERRUN),
        (false, 1..) => Some(Code::TRUNC),
        (false, 0) => None,
    };
    assert_eq!(code, expected_code);
    // What is running is left to those who come next.
    replies.finish(&mut backlog, &mut None);
    outcome.orphan = backlog.orphan_dump;
    outcome.dump = expected.dump;
    expected.orphan = expected.dump.or(expected.orphan);
    loop {
        match backlog.events.next() {
            Ok(Some(event)) => {
                let payload = event.message.payload();
                outcome.events.push(payload.first_chunk().map_or(-99, |number| i32::from_ne_bytes(*number)));
            }
            Ok(None) => break,
            Err(_) => outcome.has_lost_events = true,
        }
    }
    assert_eq!(outcome, expected, "{setup:?} {schedule:?}");
}

/// Reads anything: nothing is read outside the datagram, and every datagram has an end.
pub fn read_anything(data: &[u8]) {
    let mut input = Input(data);
    let setup = setup(&mut input);
    let requests = &|index: usize| setup.requests[index];
    let mut replies = Replies::new((setup.protocol, PORT), setup.first, setup.requests.len() as u32, setup.purpose);
    let mut backlog = Backlog::new();
    let arrival = Arrival { group: u32::from(input.byte() % 2), ..Arrival::new(input.0.len()) };
    let room = usize::from(input.byte());
    let buf = input.0.get(..room).unwrap_or(input.0);
    replies.feed(&arrival, buf, &mut backlog, requests);
    let mut seen = Vec::new();
    read(&mut replies, &setup, buf, &mut backlog, requests, &mut seen);
    for seen in seen {
        let (Seen::Data { index, .. } | Seen::Status { index, .. }) = seen else { continue };
        assert!(index < setup.requests.len());
    }
}
