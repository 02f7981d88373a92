// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many messages, a verdict for each.
//!
//! The kernel reports every failure by itself; so only the last message of a datagram asks for an ack, and what was not
//! reported when that comes has succeeded. A datagram is no larger than that the reports of all its messages fit the
//! receive buffer, whatever fails: an overflow is ruled out by arithmetic.

use super::intake::{Intake, send};
use super::request::start;
use super::{Answer, Kind, Report, answer, conclude, fail, kind_of, note_overrun, note_stale, origin_of};
use crate::error::{Code, Origin, Result};
use crate::mem::{Buf, try_push};
use crate::socket::{Call, Session, Socket};
use crate::sys::clock::Budget;
use crate::sys::fd;
use crate::uapi::{
    NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END, NLM_F_ACK, NLM_F_ECHO, NLM_F_MULTI, NLM_F_REQUEST, NLMSG_HDRLEN,
};
use crate::wire::align;
use crate::wire::build::Builder;
use crate::wire::message::{Header, Message};
use alloc::vec::Vec;

/// What one report may take of the receive buffer: the kernel's bookkeeping (sk_buff and shared info) and data in a
/// block of 1024 bytes. Measured on 6.18: 768 for a report with a short text, 1280 for the longest.
const REPORT_COST: usize = 1280;

/// What the answer to an echo request may take: a page and the bookkeeping.
const ECHO_COST: usize = 4096 + 1280;

/// The largest datagram. More in one does not make it faster.
const MAX_DATAGRAM: usize = 64 * 1024;

/// How a batch goes on after a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchMode {
    /// Send everything.
    #[default]
    GoOn,
    /// Send nothing after the first message that was refused. Each message is a datagram of its own.
    StopAtFirst,
    /// A transaction of nfnetlink: all or nothing, between BATCH_BEGIN and BATCH_END for this subsystem.
    Transaction(u16),
}

/// The index of what is said of a transaction as a whole.
const WHOLE: usize = usize::MAX;

/// What was said of a message: that it was refused, a warning, or an ack that does not follow from the last one.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Which message, or [`WHOLE`].
    index: usize,
    /// Where the message stands in the builder.
    request_at: usize,
    /// Where its verdict stands in `verdicts`, and its length; 0 where no message of the kernel told it.
    at: usize,
    len: usize,
    code: i32,
}

/// Messages to be sent together.
#[derive(Debug)]
pub struct Batch {
    pub(crate) builder: Builder,
    mode: BatchMode,
    /// Verdicts as the kernel sent them, one after the other.
    verdicts: Buf,
    verdicts_len: usize,
    /// By index.
    entries: Vec<Entry>,
    /// Messages that were sent.
    sent: usize,
    /// Messages whose verdict is known: all before this index, and those with an entry.
    known: usize,
    failed: usize,
    first_seq: u32,
    protocol: i32,
    /// It was sent, or tried to be.
    done: bool,
    /// A transaction that was refused.
    aborted: bool,
    /// A message of the datagram in flight and where it stands: reports come in order.
    walk: (usize, usize),
}

/// Hears an answer and the index of the message that it belongs to.
pub type ReplyFn<'a> = dyn FnMut(&Message<'_>, usize) -> i32 + 'a;

/// Hears how many verdicts are known, and of how many.
pub type ProgressFn<'a> = dyn FnMut(usize, usize) -> i32 + 'a;

/// Hears of answers and of progress while a batch is being sent.
pub struct BatchEars<'a> {
    /// An answer (of an echo, a GET …) and the index of the message that it belongs to. Returns as request's callback.
    pub reply: Option<&'a mut ReplyFn<'a>>,
    /// How many verdicts are known, and of how many. Returns as request's callback.
    pub progress: Option<&'a mut ProgressFn<'a>>,
}

/// A piece of the batch that goes out as one datagram.
struct Piece {
    /// Bytes in the builder.
    start: usize,
    end: usize,
    /// Index of the first message, and behind the last.
    first: usize,
    last: usize,
    /// Where the last message starts.
    last_at: usize,
}

impl Batch {
    /// No messages yet.
    pub fn new() -> Result<Batch> {
        Ok(Batch {
            builder: Builder::growing(0)?,
            mode: BatchMode::GoOn,
            verdicts: Buf::empty(),
            verdicts_len: 0,
            entries: Vec::new(),
            sent: 0,
            known: 0,
            failed: 0,
            first_seq: 0,
            protocol: 0,
            done: false,
            aborted: false,
            walk: (0, 0),
        })
    }

    /// Empty again, with the memory kept.
    pub fn reset(&mut self) {
        self.builder.reset();
        self.verdicts_len = 0;
        self.entries.clear();
        self.sent = 0;
        self.known = 0;
        self.failed = 0;
        self.done = false;
        self.aborted = false;
    }

    /// How it is to be sent. NLRS_EBUSY when it was sent already.
    pub fn set_mode(&mut self, mode: BatchMode) -> Result<()> {
        if self.done {
            return Err(Code::BUSY);
        }
        self.mode = mode;
        Ok(())
    }

    /// The builder to put messages into.
    pub fn builder(&mut self) -> &mut Builder {
        &mut self.builder
    }

    /// How many messages there are.
    pub fn count(&self) -> usize {
        self.builder.count()
    }

    /// How many of them were refused.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// What became of message `index`. The record gets the details.
    pub fn result(&self, index: usize, mut report: Report<'_>) -> Result<()> {
        if let Some(record) = &mut report {
            record.clear();
        }
        let report = &mut report;
        if index >= self.count() {
            return Err(fail(report, Code::INDEX, Origin::Argument));
        }
        if let Some(record) = report {
            record.seq = self.seq_of(index);
        }
        let entry = self.entry(index);
        if let Some(entry) = entry {
            self.explain(entry, report)?;
        }
        let code = if index >= self.sent {
            Code::NOTSENT
        } else if self.aborted {
            Code::ABORTED
        } else if index >= self.known && entry.is_none() {
            Code::UNKNOWN
        } else {
            return Ok(());
        };
        Err(fail(report, code, Origin::Library))
    }

    /// What was said of a message last.
    fn entry(&self, index: usize) -> Option<&Entry> {
        let entries = self.entries.as_slice();
        let behind = entries.partition_point(|entry| entry.index <= index);
        entries.get(behind.checked_sub(1)?).filter(|entry| entry.index == index)
    }

    fn explain(&self, entry: &Entry, report: &mut Report<'_>) -> Result<()> {
        let request = self.builder.bytes().get(entry.request_at..).and_then(|bytes| Message::read(bytes).ok());
        if let (Some(record), Some(request)) = (report.as_deref_mut(), request) {
            record.request_type = Some(request.header.ty);
        }
        let request = request.map_or(&[][..], |request| request.bytes);
        let told = entry.at..entry.at.saturating_add(entry.len);
        let told = self.verdicts.as_slice().get(told).and_then(|bytes| Message::read(bytes).ok());
        match told.as_ref().map(|message| kind_of(message, self.protocol)) {
            Some(Kind::Verdict(verdict)) => {
                conclude(report, &verdict, request, self.protocol, self.seq_of(entry.index))
            }
            _ if entry.code < 0 => Err(fail(report, Code::of(entry.code), Origin::System)),
            _ => Ok(()),
        }
    }

    pub(super) fn seq_of(&self, index: usize) -> u32 {
        match u32::try_from(index) {
            Ok(index) if self.done => self.first_seq.wrapping_add(index),
            _ => 0,
        }
    }

    /// Sends everything and collects the verdicts. NLRS_EPARTIAL when some messages were refused; `report` tells the first.
    pub fn send(&mut self, socket: &Socket, mut ears: BatchEars<'_>, mut report: Report<'_>) -> Result<()> {
        if let Some(record) = &mut report {
            record.clear();
        }
        let report = &mut report;
        if self.done {
            return Err(fail(report, Code::BUSY, Origin::Argument));
        }
        if self.builder.is_open() {
            return Err(fail(report, Code::EINVAL, Origin::Argument));
        }
        let mut call = socket.call().map_err(|code| fail(report, code, Origin::Library))?;
        let mut session = start(socket, &mut call).map_err(|code| fail(report, code, origin_of(code)))?;
        self.protocol = socket.protocol();
        let count = u32::try_from(self.count()).map_err(|_| fail(report, Code::EMSGSIZE, Origin::Argument))?;
        self.done = true;
        self.builder.seal();
        let extra = if matches!(self.mode, BatchMode::Transaction(_)) { 2 } else { 0 };
        let first = session.next_seqs(count.saturating_add(extra));
        self.first_seq = if extra == 0 { first } else { first.wrapping_add(1) };
        self.number(socket.portid());
        let mut sending = Sending { socket, session: &mut session, call: &mut call, dump: None, stop: None };
        let result = match self.mode {
            BatchMode::Transaction(subsystem) => self.transact(&mut sending, &mut ears, subsystem, first),
            _ => self.send_pieces(&mut sending, &mut ears),
        };
        let by_callback = result.is_err() && sending.stop == Some(result);
        self.settle(result, by_callback, report)
    }

    fn settle(&mut self, result: Result<()>, by_callback: bool, report: &mut Report<'_>) -> Result<()> {
        match result {
            Ok(()) if self.failed == 0 && !self.aborted => Ok(()),
            Ok(()) => {
                if let Some(first) = self.entries.as_slice().iter().find(|entry| entry.code < 0) {
                    let _its_code_is_in_the_report = self.explain(first, report);
                }
                Err(if self.aborted { Code::ABORTED } else { Code::PARTIAL })
            }
            Err(code) if by_callback => Err(fail(report, code, Origin::Callback)),
            Err(code) => Err(fail(report, code, origin_of(code))),
        }
    }

    /// Sequence numbers, port ID and NLM_F_REQUEST for every message.
    fn number(&mut self, portid: u32) {
        let mut seq = self.first_seq;
        let mut rest = self.builder.bytes_mut();
        while let Some(mut header) = Header::read(rest) {
            header.seq = seq;
            header.portid = portid;
            header.flags |= NLM_F_REQUEST;
            write_header(rest, header);
            seq = seq.wrapping_add(1);
            let Some(next) = rest.get_mut(align::align(header.len as usize)..) else { break };
            rest = next;
        }
    }

    /// The next datagram from offset `start` and message `first` on.
    fn piece(&self, start: usize, first: usize, limits: &Limits) -> Option<Piece> {
        let bytes = self.builder.bytes();
        let mut piece = Piece { start, end: start, first, last: first, last_at: start };
        let mut cost = 0usize;
        while let Some(header) = bytes.get(piece.end..).and_then(Header::read) {
            let space = align::align(header.len as usize);
            cost = cost.saturating_add(if header.flags & NLM_F_ECHO != 0 { ECHO_COST } else { 0 });
            cost = cost.saturating_add(limits.report_cost(space));
            let len = piece.end.saturating_add(space).saturating_sub(start);
            let is_first = piece.last == first;
            if !is_first && (len > limits.datagram || cost > limits.reports || limits.one_each) {
                break;
            }
            piece.last_at = piece.end;
            piece.end = piece.end.saturating_add(space);
            piece.last += 1;
        }
        if piece.last == first { None } else { Some(piece) }
    }

    fn send_pieces(&mut self, sending: &mut Sending<'_>, ears: &mut BatchEars<'_>) -> Result<()> {
        let limits = Limits::read(sending.socket, self.mode == BatchMode::StopAtFirst)?;
        let (mut at, mut first) = (0, 0);
        while let Some(piece) = self.piece(at, first, &limits) {
            if let Some(stop) = sending.stop {
                return stop;
            }
            self.walk = (piece.first, piece.start);
            self.ask_for_ack(piece.last_at);
            let bytes = self.builder.bytes().get(piece.start..piece.end).unwrap_or(&[]);
            match send(sending.socket, sending.call, &[bytes]) {
                // A message longer than the send buffer: its own failure, and the next may do.
                Err(Code::EMSGSIZE) if piece.last - piece.first == 1 => {
                    self.note(piece.first, Code::EMSGSIZE.raw(), &[])?;
                }
                other => {
                    other?;
                    self.sent = piece.last;
                    let last_seq = self.seq_of(piece.last - 1);
                    self.collect(sending, ears, None, last_seq)?;
                }
            }
            self.sent = piece.last;
            self.known = piece.last;
            if self.mode == BatchMode::StopAtFirst && self.failed > 0 {
                return Ok(());
            }
            if let Some(progress) = &mut ears.progress {
                sending.hear(progress(self.known, self.count()));
            }
            at = piece.end;
            first = piece.last;
        }
        sending.stop.unwrap_or(Ok(()))
    }

    fn ask_for_ack(&mut self, at: usize) {
        if let Some(bytes) = self.builder.bytes_mut().get_mut(at..) {
            if let Some(mut header) = Header::read(bytes) {
                header.flags |= NLM_F_ACK;
                write_header(bytes, header);
            }
        }
    }

    fn transact(
        &mut self,
        sending: &mut Sending<'_>,
        ears: &mut BatchEars<'_>,
        subsystem: u16,
        begin_seq: u32,
    ) -> Result<()> {
        let bytes = self.builder.bytes();
        let Some(last) = self.count().checked_sub(1) else { return Ok(()) };
        let limits = Limits::read(sending.socket, false)?;
        let reports = self.count().saturating_add(2).saturating_mul(limits.report_cost(0)).saturating_add(bytes.len());
        let raw = sending.socket.fd();
        want_buffer(raw, libc::SO_RCVBUF, libc::SO_RCVBUFFORCE, reports);
        want_buffer(raw, libc::SO_SNDBUF, libc::SO_SNDBUFFORCE, bytes.len().saturating_add(4096));
        let whole = Limits { datagram: usize::MAX, reports: usize::MAX, ..limits };
        let Some(piece) = self.piece(0, 0, &whole) else { return Ok(()) };
        self.walk = (0, 0);
        self.ask_for_ack(piece.last_at);
        let portid = sending.socket.portid();
        let end_seq = begin_seq.wrapping_add(1).wrapping_add(u32::try_from(self.count()).unwrap_or(0));
        let begin = batch_mark(NFNL_MSG_BATCH_BEGIN, subsystem, begin_seq, portid);
        let end = batch_mark(NFNL_MSG_BATCH_END, subsystem, end_seq, portid);
        send(sending.socket, sending.call, &[&begin, self.builder.bytes(), &end])?;
        self.sent = self.count();
        self.collect(sending, ears, Some(begin_seq), self.seq_of(last))?;
        self.known = self.sent;
        self.aborted |= self.failed > 0;
        sending.stop.unwrap_or(Ok(()))
    }

    /// Receives until the verdict of `last_seq` is there and no dump that the batch started is running.
    fn collect(
        &mut self,
        sending: &mut Sending<'_>,
        ears: &mut BatchEars<'_>,
        begin_seq: Option<u32>,
        last_seq: u32,
    ) -> Result<()> {
        let mut intake = Intake::default();
        let mut is_last_known = false;
        let mut lost = None;
        while !is_last_known || sending.dump.is_some() {
            match intake.fill(sending.socket, sending.call, sending.session.buf.as_mut_slice()) {
                Ok(()) if intake.needed != 0 => lost = Some(Code::TRUNC),
                Ok(()) => {}
                Err(Code::OVERRUN) => {
                    // The kernel answers before the sending returns: what is not in the queue now was lost.
                    sending.call.budget = Budget::new(0);
                    note_overrun(sending.session);
                    lost = Some(Code::OVERRUN);
                    continue;
                }
                Err(code) => {
                    if let Some(seq) = sending.dump {
                        sending.session.orphan_dump = Some(seq);
                    }
                    let timed_out = matches!(code, Code::EAGAIN | Code::TIMEDOUT);
                    return Err(if timed_out { lost.unwrap_or(Code::TIMEDOUT) } else { code });
                }
            }
            if intake.needed != 0 {
                sending.session.want_recv_len(intake.needed);
            }
            if intake.group != 0 {
                intake.set_apart(&mut sending.session.strays, sending.session.buf.as_slice());
                continue;
            }
            while let Some(message) = intake.next(sending.session.buf.as_slice())? {
                let header = message.header;
                let index = header.seq.wrapping_sub(self.first_seq) as usize;
                if index >= self.sent {
                    if begin_seq == Some(header.seq) && begin_seq != Some(0) {
                        if let Kind::Verdict(verdict) = kind_of(&message, self.protocol) {
                            if verdict.code < 0 {
                                self.aborted = true;
                                self.note(WHOLE, verdict.code, message.bytes)?;
                                is_last_known = true;
                            }
                        }
                    } else {
                        note_stale(sending.session, &header);
                    }
                    continue;
                }
                match kind_of(&message, self.protocol) {
                    Kind::Data => {
                        if header.flags & NLM_F_MULTI != 0 {
                            sending.dump = Some(header.seq);
                        }
                        if let Some(reply) = &mut ears.reply {
                            let returned = reply(&message, index);
                            sending.hear(returned);
                        }
                    }
                    Kind::Verdict(verdict) => {
                        // The last ack speaks for every message of which nothing was said, unless something was lost.
                        let is_implied = header.seq == last_seq && lost.is_none() && sending.dump.is_none();
                        if verdict.code < 0 || !verdict.attributes.is_empty() {
                            self.note(index, verdict.code, message.bytes)?;
                        } else if !is_implied {
                            self.note(index, 0, &[])?;
                        }
                        if sending.dump == Some(header.seq) {
                            sending.dump = None;
                        }
                        is_last_known |= header.seq == last_seq;
                    }
                    Kind::Noop => {}
                    Kind::Overrun => lost = Some(Code::OVERRUN),
                    Kind::Malformed => return Err(Code::EBADMSG),
                }
            }
        }
        sending.session.prepare()?;
        match lost {
            Some(code) => Err(code),
            None => Ok(()),
        }
    }

    /// Keeps a verdict; -ENOMEM. What is refused stays so, and counts once, whatever is said of it later.
    fn note(&mut self, index: usize, code: i32, bytes: &[u8]) -> Result<()> {
        if self.entry(index).is_some_and(|entry| entry.code < 0) {
            return Ok(());
        }
        let at = self.verdicts_len;
        let end = at.saturating_add(align::align(bytes.len()));
        if end > self.verdicts.len() {
            self.verdicts.grow(end.max(self.verdicts.len().saturating_mul(2)).max(4096))?;
        }
        if let Some(room) = self.verdicts.as_mut_slice().get_mut(at..end) {
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
        }
        let request_at = self.request_at(index);
        // Reports come in order, but for the end of a dump, whose entry takes its place among the others.
        let behind = self.entries.as_slice().partition_point(|other| other.index <= index);
        let mut moved = Entry { index, request_at, at, len: bytes.len(), code };
        for entry in self.entries.as_mut_slice().iter_mut().skip(behind) {
            core::mem::swap(entry, &mut moved);
        }
        try_push(&mut self.entries, moved)?;
        self.verdicts_len = end;
        if code < 0 {
            self.failed += 1;
        }
        Ok(())
    }

    /// Where a message of the datagram in flight stands.
    fn request_at(&mut self, index: usize) -> usize {
        if index == WHOLE {
            return usize::MAX;
        }
        let (mut walked, mut at) = if index >= self.walk.0 { self.walk } else { (0, 0) };
        while walked < index {
            let Some(header) = self.builder.bytes().get(at..).and_then(Header::read) else { break };
            at = at.saturating_add(align::align(header.len as usize));
            walked += 1;
        }
        self.walk = (walked, at);
        at
    }
}

/// What a sending goes by.
struct Limits {
    /// Bytes of a datagram.
    datagram: usize,
    /// Bytes of the receive buffer that reports may take.
    reports: usize,
    /// The kernel does not echo refused messages.
    capped: bool,
    one_each: bool,
}

impl Limits {
    fn read(socket: &Socket, one_each: bool) -> Result<Limits> {
        let raw = socket.fd();
        let size = |name| match fd::get_int(raw, libc::SOL_SOCKET, name) {
            Ok(size) => Ok(usize::try_from(size).unwrap_or(0)),
            // A peer in memory, which loses nothing.
            Err(Code::ENOTSOCK) => Ok(MAX_DATAGRAM),
            Err(code) => Err(code),
        };
        let capped = fd::get_int(raw, crate::uapi::SOL_NETLINK, crate::uapi::NETLINK_CAP_ACK);
        Ok(Limits {
            datagram: size(libc::SO_SNDBUF)?.saturating_sub(1024).min(MAX_DATAGRAM),
            reports: size(libc::SO_RCVBUF)?,
            capped: capped.unwrap_or(0) != 0,
            one_each,
        })
    }

    fn report_cost(&self, space: usize) -> usize {
        if self.capped { REPORT_COST } else { REPORT_COST.saturating_add(space.saturating_mul(2)) }
    }
}

/// The state of a sending apart from the batch.
struct Sending<'a> {
    socket: &'a Socket,
    session: &'a mut Session,
    call: &'a mut Call,
    /// A dump that a message of the batch started.
    dump: Option<u32>,
    /// What a callback said: end after what is in flight.
    stop: Option<Result<()>>,
}

impl Sending<'_> {
    fn hear(&mut self, returned: i32) {
        match answer(returned) {
            Answer::GoOn => {}
            Answer::Stop => self.stop = self.stop.or(Some(Ok(()))),
            Answer::Fail(code) => self.stop = self.stop.or(Some(Err(code))),
        }
    }
}

fn write_header(bytes: &mut [u8], header: Header) {
    if let Some(place) = bytes.first_chunk_mut::<NLMSG_HDRLEN>() {
        *place = header.to_bytes();
    }
}

/// BATCH_BEGIN or BATCH_END of linux/netfilter/nfnetlink.h: a header and a struct nfgenmsg whose res_id, in network byte
/// order, is the subsystem.
fn batch_mark(ty: u16, subsystem: u16, seq: u32, portid: u32) -> [u8; NLMSG_HDRLEN + 4] {
    let mut bytes = [0; NLMSG_HDRLEN + 4];
    write_header(&mut bytes, Header { len: 20, ty, flags: NLM_F_REQUEST, seq, portid });
    if let Some(place) = bytes.last_chunk_mut::<2>() {
        *place = subsystem.to_be_bytes();
    }
    bytes
}

/// Tries to have a socket buffer of `wanted` bytes. What cannot be had shows itself as -EMSGSIZE or NLRS_EOVERRUN.
fn want_buffer(raw: i32, name: i32, force: i32, wanted: usize) {
    let size = fd::get_int(raw, libc::SOL_SOCKET, name).unwrap_or(0);
    let wanted = i32::try_from(wanted).unwrap_or(i32::MAX);
    // The kernel doubles what it is asked for.
    if size < wanted && fd::set_int(raw, libc::SOL_SOCKET, force, wanted / 2 + 1).is_err() {
        let _clamped = fd::set_int(raw, libc::SOL_SOCKET, name, wanted / 2 + 1);
    }
}
