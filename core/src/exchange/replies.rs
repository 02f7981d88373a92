// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one reader of replies. It receives nothing itself: it is fed datagrams, and says of each message what it is.
//!
//! An answer carries the sequence number of a request in flight and this socket's port ID. A group may be attached to it: an echo carries
//! that of the notification. So does the notification of a change that was made without NLM_F_ECHO, which everybody who has joined the
//! group gets, the requester too: that is an event. Everything else is an event or a leftover. A leftover is a control message, or an answer
//! of a former request; it is dropped, and the end of an abandoned dump is noted. An event goes to the event queue.
//!
//! A datagram that is truncated or malformed belongs to whom its first message belongs: what concerns an event does not spoil an answer.

use super::{Failure, Outcome, Report};
use crate::error::{Code, Origin};
use crate::family::{self, Answering};
use crate::socket::{Arrival, Backlog};
use crate::uapi::{NLM_F_ECHO, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLMSG_NOOP, NLMSG_OVERRUN};
use crate::wire::array_at;
use crate::wire::extack::{self, Status};
use crate::wire::message::{Cursor, Header, Message};

/// The header of a request in flight, by its index.
pub(super) type Requests<'a> = &'a dyn Fn(usize) -> Header;

/// What comes next.
#[derive(Debug)]
pub(super) enum Reply<'a> {
    /// An answer to the request of that index. `ends`: it is all that the request is answered with.
    Data { message: Message<'a>, index: usize, ends: bool },
    /// The ack, the error or the end of the dump.
    Status { message: Message<'a>, status: Status<'a>, index: usize },
    /// The datagram is read: feed the next one.
    Empty,
    /// A malformed message. The rest of its datagram is skipped.
    Failure(Failure),
}

/// Whose a message is.
enum Owner {
    /// An answer to the request of that index.
    Request(usize),
    /// An event.
    Event,
    /// Nobody's any more.
    Leftover,
}

/// Reads the replies to the requests in flight.
#[derive(Debug)]
pub(super) struct Replies {
    cursor: Cursor,
    /// Where the message that was read last stands.
    last: usize,
    /// Sequence number and port ID of the first request, as they stand in the header of its answers.
    first_address: u64,
    /// Sequence number of the first request in flight, and how many are.
    first: u32,
    count: u32,
    portid: u32,
    protocol: i32,
    purpose: Purpose,
    /// Group, namespace and sender of the datagram.
    arrival: Arrival,
    /// The datagram was longer than the buffer.
    is_truncated: bool,
    /// Datagrams so far.
    datagrams: u32,
    /// The longest datagram that was truncated; and the longest of those that were answers.
    longest: usize,
    needed: usize,
    /// Answers may be lost.
    overflow: bool,
    /// An answer has been passed to the caller.
    has_passed: bool,
    /// Sequence number of a dump that the kernel has not ended yet.
    dump: Option<u32>,
}

/// What is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Requests that statuses are reported of.
    Statuses,
    /// A request that one message answers, for which no ack was asked.
    OneAnswer,
    /// A dump.
    Dump,
}

impl Replies {
    /// Reads the replies to `count` requests from sequence number `first` on.
    pub(super) fn new(socket: (i32, u32), first: u32, count: u32, purpose: Purpose) -> Replies {
        let (protocol, portid) = socket;
        Replies {
            cursor: Cursor::default(),
            last: 0,
            first_address: address(first, portid),
            first,
            count,
            portid,
            protocol,
            purpose,
            arrival: Arrival::new(0),
            is_truncated: false,
            datagrams: 0,
            longest: 0,
            needed: 0,
            overflow: false,
            has_passed: false,
            dump: if purpose == Purpose::Dump { Some(first) } else { None },
        }
    }

    /// Sequence number of the first request.
    pub(super) fn seq(&self) -> u32 {
        self.first
    }

    /// Where the message that was read last stands in the datagram.
    #[inline(always)]
    pub(super) fn offset_of_last(&self) -> usize {
        self.last
    }

    /// How many datagrams have been fed.
    pub(super) fn datagrams(&self) -> u32 {
        self.datagrams
    }

    /// The length of the longest datagram that was truncated; 0 when none was.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// The length of the longest truncated answer; 0 when none was.
    pub(super) fn needed(&self) -> usize {
        self.needed
    }

    /// Whether answers may have been lost in an overflow.
    pub(super) fn has_overflowed(&self) -> bool {
        self.overflow
    }

    /// Whether the kernel has begun a dump and not ended it.
    pub(super) fn has_dump(&self) -> bool {
        self.dump.is_some()
    }

    /// Notes that an answer is passed to the caller.
    #[inline(always)]
    pub(super) fn note_passed(&mut self) {
        self.has_passed = true;
    }

    /// Whether an answer has been passed to the caller.
    pub(super) fn has_passed(&self) -> bool {
        self.has_passed
    }

    /// Whether the one answer has come and was truncated.
    pub(super) fn has_lost_answer(&self) -> bool {
        self.needed != 0 && self.purpose == Purpose::OneAnswer && self.dump.is_none()
    }

    /// The receive buffer has overflowed: answers may be lost, and events.
    #[cold]
    pub(super) fn note_overflow(&mut self, backlog: &mut Backlog) {
        self.overflow = true;
        backlog.overflow = true;
        backlog.events.note_lost();
    }

    /// What has been lost of the answers; an answer that was lost is a failure of the library's.
    pub(super) fn losses(&self) -> Outcome<()> {
        let code = match (self.overflow, self.needed) {
            (true, _) => Code::OVERRUN,
            (false, 0) => return Ok(()),
            (false, _) => Code::TRUNC,
        };
        Err(Failure::new(code, Origin::Library))
    }

    /// Reads nothing more of the datagram.
    pub(super) fn stop(&mut self) {
        self.cursor = Cursor::default();
    }

    /// Ends the reading, whatever the reason: a dump that is running is left to those who come next.
    pub(super) fn finish(&mut self, backlog: &mut Backlog, report: &mut Report<'_>) {
        if self.dump.is_some() {
            backlog.orphan_dump = self.dump.take();
        }
        if let (1.., Some(record)) = (self.needed, report) {
            record.needed = self.needed;
        }
    }

    /// Feeds a datagram that was received into `buf`. The one before must have been read.
    #[inline]
    pub(super) fn feed(&mut self, arrival: &Arrival, buf: &[u8], backlog: &mut Backlog, requests: Requests<'_>) {
        self.cursor = Cursor::new(arrival.len.min(buf.len()));
        self.arrival = *arrival;
        self.is_truncated = arrival.len > buf.len();
        self.datagrams = self.datagrams.wrapping_add(1);
        if self.is_truncated {
            self.longest = self.longest.max(arrival.len);
            if self.is_damage_ours(buf, backlog, requests) {
                self.needed = self.needed.max(arrival.len);
            }
        }
        if arrival.group != 0 && self.purpose == Purpose::Dump {
            // All of it goes to the event queue, before anything is taken for an object.
            while !matches!(self.next(buf, backlog, requests), Reply::Empty) {}
        }
    }

    /// Whether a truncated or malformed datagram concerns a request, since its first message does, or since nothing can be read of it.
    /// An event is noted as lost.
    #[cold]
    #[inline(never)]
    fn is_damage_ours(&self, buf: &[u8], backlog: &mut Backlog, requests: Requests<'_>) -> bool {
        let owner = match buf.get(..self.arrival.len.min(buf.len())).and_then(Header::read) {
            Some(header) => self.owner(&header, requests),
            None if self.arrival.group != 0 => Owner::Event,
            None => Owner::Request(0),
        };
        if let Owner::Event = owner {
            backlog.events.note_lost();
        }
        matches!(owner, Owner::Request(_))
    }

    /// Returns the next message, if it is an object of a dump; None, and nothing is read, if it is something else.
    ///
    /// What a table consists of, by the shortest way: a million times through [`Replies::next`] would be felt.
    #[inline(always)]
    pub(super) fn object<'a>(&mut self, buf: &'a [u8]) -> Option<Message<'a>> {
        let mut cursor = self.cursor;
        let message = cursor.next(buf).ok()??;
        if u64::from_ne_bytes(array_at(message.bytes, 8)?) != self.first_address || message.header.ty < NLMSG_MIN_TYPE {
            return None;
        }
        self.last = self.cursor.at;
        self.cursor = cursor;
        Some(message)
    }

    /// As [`Replies::object`], for the answer to a request that is neither a dump's nor needs to be looked at for another reason; and
    /// whether it is all that the request is answered with.
    #[inline(always)]
    pub(super) fn plain_answer<'a>(&mut self, buf: &'a [u8]) -> Option<(Message<'a>, bool)> {
        if self.arrival.group != 0 || family::acks_some_first(self.protocol) {
            return None;
        }
        let at = self.cursor;
        let message = self.object(buf)?;
        if message.header.flags & NLM_F_MULTI != 0 {
            self.cursor = at;
            return None;
        }
        Some((message, self.is_one_answer()))
    }

    /// Returns what comes next in the datagram.
    #[inline(always)]
    pub(super) fn next<'a>(&mut self, buf: &'a [u8], backlog: &mut Backlog, requests: Requests<'_>) -> Reply<'a> {
        if self.cursor.at >= self.cursor.end { Reply::Empty } else { self.next_message(buf, backlog, requests) }
    }

    #[inline(never)]
    fn next_message<'a>(&mut self, buf: &'a [u8], backlog: &mut Backlog, requests: Requests<'_>) -> Reply<'a> {
        loop {
            self.last = self.cursor.at;
            let message = match self.cursor.next(buf) {
                Ok(Some(message)) => message,
                Ok(None) => return Reply::Empty,
                Err(code) => {
                    self.cursor = Cursor::default();
                    // What a truncated datagram ends with is no surprise.
                    if self.is_truncated || !self.is_damage_ours(buf, backlog, requests) {
                        return Reply::Empty;
                    }
                    return Reply::Failure(Failure::new(code, Origin::Library));
                }
            };
            let index = message.header.seq.wrapping_sub(self.first);
            let is_usual = self.arrival.group == 0 && message.header.portid == self.portid && index < self.count;
            let owner = if is_usual { Owner::Request(index as usize) } else { self.owner(&message.header, requests) };
            let index = match owner {
                Owner::Request(index) => index,
                Owner::Event => {
                    backlog.events.push(&self.arrival, &message);
                    continue;
                }
                Owner::Leftover => {
                    backlog.note_leftover(&message.header);
                    continue;
                }
            };
            let Header { ty, flags, .. } = message.header;
            if !family::is_control(self.protocol, ty) {
                let is_usual = flags & NLM_F_MULTI == 0 && !family::acks_some_first(self.protocol);
                let ends =
                    if is_usual { self.is_one_answer() } else { self.note_data(&message.header, index, requests) };
                return Reply::Data { message, index, ends };
            }
            if ty == NLMSG_NOOP {
                continue;
            }
            if ty == NLMSG_OVERRUN {
                self.overflow = true;
                continue;
            }
            let status = match extack::status(&message) {
                Ok(status) => status,
                Err(code) => return Reply::Failure(Failure::new(code, Origin::Library)),
            };
            // Of some requests the ack comes before the answer: that is still to come.
            if ty == NLMSG_ERROR && status.code == 0 && self.acks_first(index, requests) {
                continue;
            }
            if self.dump == Some(message.header.seq) {
                self.dump = None;
            }
            return Reply::Status { message, status, index };
        }
    }

    /// Whose a message is. Sequence numbers of requests are never 0: data without one was not asked for.
    #[inline(never)]
    fn owner(&self, header: &Header, requests: Requests<'_>) -> Owner {
        let index = header.seq.wrapping_sub(self.first);
        let is_ours = header.portid == self.portid;
        let is_in_flight = index < self.count;
        let index = index as usize;
        let is_control = family::is_control(self.protocol, header.ty);
        if self.arrival.group != 0 {
            let is_echo = is_ours && is_in_flight && !is_control && requests(index).flags & NLM_F_ECHO != 0;
            return if is_echo { Owner::Request(index) } else { Owner::Event };
        }
        let is_addressed = is_ours || header.portid == 0 && self.answers_with_port_0(header.ty, is_control);
        match (is_addressed, is_in_flight) {
            (true, true) => Owner::Request(index),
            _ if is_control || is_addressed && header.seq != 0 => Owner::Leftover,
            _ => Owner::Event,
        }
    }

    /// Whether an answer of that type may have the port ID 0: an error always.
    #[cold]
    fn answers_with_port_0(&self, ty: u16, is_control: bool) -> bool {
        is_control && ty != NLMSG_DONE || family::answers_with_port_0(self.protocol)
    }

    fn acks_first(&self, index: usize, requests: Requests<'_>) -> bool {
        family::acks_some_first(self.protocol) && family::acks_first(self.protocol, &requests(index))
    }

    fn is_one_answer(&self) -> bool {
        self.purpose == Purpose::OneAnswer && self.dump.is_none()
    }

    /// Notes that data has come that may be part of a dump; whether it is all that the request is answered with.
    #[inline(never)]
    fn note_data(&mut self, header: &Header, index: usize, requests: Requests<'_>) -> bool {
        let request = requests(index);
        if header.flags & NLM_F_MULTI != 0 && family::is_part_of_dump(self.protocol, &request) {
            self.dump = Some(header.seq);
            return false;
        }
        if family::acks_first(self.protocol, &request) {
            self.dump = None;
            return family::answering(self.protocol, &request) == Answering::One;
        }
        self.is_one_answer()
    }
}

/// Sequence number and port ID as they stand in a header, one behind the other.
#[inline(always)]
pub(super) fn address(seq: u32, portid: u32) -> u64 {
    let [s0, s1, s2, s3] = seq.to_ne_bytes();
    let [p0, p1, p2, p3] = portid.to_ne_bytes();
    u64::from_ne_bytes([s0, s1, s2, s3, p0, p1, p2, p3])
}
