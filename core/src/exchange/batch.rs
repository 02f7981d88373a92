// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many messages, a status for each.
//!
//! The kernel reports every failure by itself; so only the last message of a datagram asks for an ack, and what was not
//! reported when that comes has succeeded. A datagram is no larger than that the reports of all its messages fit the
//! receive buffer, whatever fails: an overflow is ruled out by arithmetic.
//!
//! A transaction of nfnetlink is one datagram, whether the library puts the messages around it or the caller has. Its last
//! message before the end asks for the ack, since not every kernel acknowledges the end; what is wrong with the transaction as a
//! whole is reported of its beginning.

use super::receive::{receive, send};
use super::replies::{Purpose, Replies, Reply};
use super::start::{Start, start};
use super::{Failure, Outcome, Report, decision, end_report, note_failure, note_status};
use crate::error::{Code, Origin, Result};
use crate::family::nfnetlink;
use crate::mem::{Buf, try_push};
use crate::socket::{Session, Socket};
use crate::sys::descriptor::Fd;
use crate::sys::net;
use crate::uapi::{NETLINK_NETFILTER, NLM_F_ACK, NLM_F_ECHO, NLM_F_REQUEST, NLMSG_HDRLEN};
use crate::wire::build::Builder;
use crate::wire::message::{Header, Message};
use crate::wire::{align, copy, extack};
use alloc::vec::Vec;
use core::cell::Cell;
use core::ops::{ControlFlow, Range};

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
    Continue,
    /// Send nothing after the first message that was refused. Each message is a datagram of its own.
    StopAtFirst,
    /// A transaction of nfnetlink: all or nothing, between BATCH_BEGIN and BATCH_END for this subsystem.
    Transaction {
        /// NFNL_SUBSYS_…
        subsystem: u16,
        /// The generation of the subsystem's tables that it is for; any other is -ERESTART.
        generation: Option<u32>,
    },
}

/// Of a batch of which some messages have no status, the offset of every so many-th is kept, so that each is found soon.
const MILESTONE: usize = 64;

/// The index of a transaction as a whole, where the library has put the messages around it.
const WHOLE: usize = usize::MAX;

/// The status of a message: that it was refused, a warning, or an ack that does not follow from the last one.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Which message, or [`WHOLE`].
    index: usize,
    /// Where the message stands in the builder.
    request_at: usize,
    /// Where the kernel's message stands in `statuses`, and its length; 0 where there is none.
    at: usize,
    len: usize,
    code: i32,
}

/// Messages to be sent together.
#[derive(Debug)]
pub struct Batch {
    pub(crate) builder: Builder,
    mode: BatchMode,
    /// Statuses as the kernel sent them, one after the other.
    statuses: Buf,
    statuses_len: usize,
    /// By index.
    entries: Vec<Entry>,
    /// Messages of transactions that were refused.
    aborted: Vec<Range<usize>>,
    /// Messages that were sent.
    sent: usize,
    /// Messages whose status is known: all before this index, and those with an entry.
    known: usize,
    failed: usize,
    first_seq: u32,
    protocol: i32,
    /// It was sent, or tried to be.
    done: bool,
    /// A message of the datagram in flight and where it stands: reports come in order.
    walk: (usize, usize),
    /// Where every so many-th message stands.
    milestones: Vec<usize>,
}

/// Receives an answer and the index of the message that it belongs to.
pub type ReplyFn<'a> = dyn FnMut(&Message<'_>, usize) -> i32 + 'a;

/// Receives how many statuses are known, and of how many.
pub type ProgressFn<'a> = dyn FnMut(usize, usize) -> i32 + 'a;

/// What is called while a batch is being sent.
pub struct BatchCallbacks<'a> {
    /// For an answer (of an echo, a GET …) and the index of the message that it belongs to. Returns as request's callback.
    pub reply: Option<&'a mut ReplyFn<'a>>,
    /// For how many statuses are known, and of how many. Returns as request's callback.
    pub progress: Option<&'a mut ProgressFn<'a>>,
}

/// A piece of the batch that goes out as one datagram.
#[derive(Debug)]
struct Piece {
    /// Bytes in the builder.
    bytes: Range<usize>,
    /// Indices of the messages.
    messages: Range<usize>,
    /// The message that asks for the ack, and where it starts.
    asks: usize,
    asks_at: usize,
    /// The message that reports of a transaction as a whole come of.
    begin: Option<usize>,
}

impl Batch {
    /// No messages yet.
    pub fn new() -> Result<Batch> {
        Ok(Batch {
            builder: Builder::growing(0)?,
            mode: BatchMode::Continue,
            statuses: Buf::empty(),
            statuses_len: 0,
            entries: Vec::new(),
            aborted: Vec::new(),
            sent: 0,
            known: 0,
            failed: 0,
            first_seq: 0,
            protocol: 0,
            done: false,
            walk: (0, 0),
            milestones: Vec::new(),
        })
    }

    /// Empty again, with the memory kept.
    pub fn reset(&mut self) {
        self.builder.reset();
        self.statuses_len = 0;
        self.entries.clear();
        self.aborted.clear();
        self.milestones.clear();
        self.sent = 0;
        self.known = 0;
        self.failed = 0;
        self.done = false;
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

    /// Makes the transaction one for this generation of the subsystem's tables. -EINVAL when the batch is none; NLRS_EBUSY when it was
    /// sent already.
    pub fn set_generation(&mut self, number: u32) -> Result<()> {
        match self.mode {
            BatchMode::Transaction { subsystem, .. } => {
                self.set_mode(BatchMode::Transaction { subsystem, generation: Some(number) })
            }
            _ => Err(Code::EINVAL),
        }
    }

    /// What became of message `index`. The record gets the details.
    pub fn result(&self, index: usize, mut report: Report<'_>) -> Result<()> {
        if let Some(record) = &mut report {
            record.clear();
        }
        let report = &mut report;
        let result = self.result_of(index, report);
        end_report(report, result)
    }

    #[inline]
    fn result_of(&self, index: usize, report: &mut Report<'_>) -> Outcome<()> {
        if index >= self.count() {
            return Err(Failure::new(Code::INDEX, Origin::Argument));
        }
        if let Some(record) = report {
            record.seq = if index < self.sent { self.seq_of(index) } else { 0 };
        }
        let entry = self.entry(index);
        if let Some(entry) = entry {
            self.explain(entry, report)?;
        }
        if (index < self.known || entry.is_some()) && self.aborted.is_empty() {
            return Ok(());
        }
        self.result_without_status(index, entry.is_some(), report)
    }

    /// What became of a message of which the kernel has said nothing, or nothing against it.
    #[cold]
    #[inline(never)]
    fn result_without_status(&self, index: usize, has_status: bool, report: &mut Report<'_>) -> Outcome<()> {
        let code = if index >= self.sent {
            Code::NOTSENT
        } else if self.aborted.as_slice().iter().any(|messages| messages.contains(&index)) {
            Code::ABORTED
        } else if index >= self.known && !has_status {
            Code::UNKNOWN
        } else {
            return Ok(());
        };
        if let Some(record) = report {
            let milestone = self.milestones.get(index / MILESTONE).map_or((0, 0), |&at| (index & !(MILESTONE - 1), at));
            record.request_type = self.header_of(index, &Cell::new(milestone)).map(|header| header.ty);
        }
        Err(Failure::new(code, Origin::Library))
    }

    /// The status of a message, if it has one of its own.
    fn entry(&self, index: usize) -> Option<&Entry> {
        let entries = self.entries.as_slice();
        let behind = entries.partition_point(|entry| entry.index <= index);
        entries.get(behind.checked_sub(1)?).filter(|entry| entry.index == index)
    }

    /// Notes which message `report` is about.
    fn note_request(&self, index: usize, header: Option<Header>, report: &mut Report<'_>) {
        if let Some(record) = report {
            record.request_type = header.map(|header| header.ty);
            record.seq = if index < self.sent { self.seq_of(index) } else { 0 };
        }
    }

    fn explain(&self, entry: &Entry, report: &mut Report<'_>) -> Outcome<()> {
        let request = self.builder.bytes().get(entry.request_at..).and_then(|bytes| Message::read(bytes).ok());
        self.note_request(entry.index, request.map(|request| request.header), report);
        let request = request.map_or(&[][..], |request| request.bytes);
        let bytes = entry.at..entry.at.saturating_add(entry.len);
        let message = self.statuses.as_slice().get(bytes).and_then(|bytes| Message::read(bytes).ok());
        match message.and_then(|message| extack::status(&message).ok()) {
            Some(status) => note_status(report, &status, request, self.protocol),
            None if entry.code < 0 => Err(Failure::new(Code::of(entry.code), Origin::System)),
            None => Ok(()),
        }
    }

    pub(super) fn seq_of(&self, index: usize) -> u32 {
        match u32::try_from(index) {
            Ok(index) if self.done => self.first_seq.wrapping_add(index),
            _ => 0,
        }
    }

    /// Sends everything and collects the statuses. NLRS_EPARTIAL when some messages were refused; `report` gets the first.
    pub fn send(&mut self, socket: &Socket, mut callbacks: BatchCallbacks<'_>, mut report: Report<'_>) -> Result<()> {
        if let Some(record) = &mut report {
            record.clear();
        }
        let report = &mut report;
        if self.done {
            return Err(note_failure(report, Failure::new(Code::BUSY, Origin::Argument)));
        }
        if self.builder.is_open() {
            return Err(note_failure(report, Failure::new(Code::EINVAL, Origin::Argument)));
        }
        let result = self.send_all(socket, &mut callbacks, report);
        if result.is_ok() {
            return self.settle(report);
        }
        end_report(report, result)
    }

    fn send_all(
        &mut self,
        socket: &Socket,
        callbacks: &mut BatchCallbacks<'_>,
        report: &mut Report<'_>,
    ) -> Outcome<()> {
        let mut start = start(socket)?;
        self.protocol = socket.protocol();
        let too_many = Failure::new(Code::EMSGSIZE, Origin::Argument);
        let count = u32::try_from(self.count()).map_err(|_| too_many)?;
        self.done = true;
        self.builder.seal();
        let marks = if matches!(self.mode, BatchMode::Transaction { .. }) { 2 } else { 0 };
        let first = start.session.next_seqs(count.saturating_add(marks));
        self.first_seq = if marks == 0 { first } else { first.wrapping_add(1) };
        self.number(socket.portid());
        let mut sending = Sending { socket, start, stop: Stop::default() };
        let result = match self.mode {
            BatchMode::Transaction { subsystem, generation } => {
                self.transact(&mut sending, callbacks, subsystem, generation)
            }
            _ => self.send_pieces(&mut sending, callbacks),
        };
        if result.is_err() {
            // What it failed with concerns the message that a callback or a reply was about, or else the first whose status is not known.
            let index = sending.stop.index.unwrap_or(self.known);
            self.note_request(index, self.header_of(index, &Cell::new(self.walk)), report);
        }
        if self.known < self.count() || !self.aborted.is_empty() {
            self.keep_milestones();
        }
        result
    }

    /// What a batch that was sent ends with. `report` gets what the kernel said first: of a transaction as a whole, or of a message.
    fn settle(&self, report: &mut Report<'_>) -> Result<()> {
        let Some(first) = self.entries.as_slice().iter().find(|entry| entry.code < 0) else { return Ok(()) };
        let refusal = self.explain(first, report);
        let _its_code_is_in_the_report = end_report(report, refusal);
        let is_transaction = matches!(self.mode, BatchMode::Transaction { .. });
        Err(if is_transaction { Code::ABORTED } else { Code::PARTIAL })
    }

    /// Sequence numbers, port ID and NLM_F_REQUEST for every message.
    fn number(&mut self, portid: u32) {
        let mut seq = self.first_seq;
        self.walk = (0, 0);
        let mut rest = self.builder.bytes_mut();
        while let Some(header) = rest.first_chunk_mut::<NLMSG_HDRLEN>() {
            let [l0, l1, l2, l3, _, _, f0, f1, address @ ..] = header;
            [*f0, *f1] = (u16::from_ne_bytes([*f0, *f1]) | NLM_F_REQUEST).to_ne_bytes();
            *address = super::replies::address(seq, portid).to_ne_bytes();
            let space = align::align(u32::from_ne_bytes([*l0, *l1, *l2, *l3]) as usize);
            seq = seq.wrapping_add(1);
            let Some(next) = rest.get_mut(space..) else { return };
            rest = next;
        }
    }

    /// Keeps the offsets of some messages where others have no status. Without memory for them each is looked for from the first.
    #[cold]
    fn keep_milestones(&mut self) {
        self.milestones.clear();
        let mut at = 0;
        for index in 0..self.count() {
            if index % MILESTONE == 0 && try_push(&mut self.milestones, at).is_err() {
                return;
            }
            (_, at) = self.walk_to(index + 1, (index, at));
        }
    }

    /// The next datagram from offset `start` and message `first` on.
    fn piece(&self, start: usize, first: usize, limits: &Limits) -> Option<Piece> {
        if start == limits.transaction {
            return self.transaction_piece(start, first);
        }
        let bytes = self.builder.bytes().get(..limits.transaction)?;
        let (mut end, mut last, mut last_at) = (start, first, start);
        let max_end = start.saturating_add(limits.datagram);
        let mut cost = 0usize;
        while let Some(header) = bytes.get(end..).and_then(Header::read) {
            let space = align::align(header.len as usize);
            cost = cost.saturating_add(if header.flags & NLM_F_ECHO != 0 { ECHO_COST } else { 0 });
            cost = cost.saturating_add(limits.report_cost(space));
            let next = end.saturating_add(space);
            if (next > max_end || cost > limits.reports) && last != first {
                break;
            }
            (last_at, end) = (end, next);
            last += 1;
        }
        let asks = last.checked_sub(1).filter(|_| last != first)?;
        Some(Piece { bytes: start..end, messages: first..last, asks, asks_at: last_at, begin: None })
    }

    /// Where the next transaction of the caller's own begins, from offset `at` on; the end where there is none.
    fn next_transaction(&self, mut at: usize) -> usize {
        let bytes = self.builder.bytes();
        if self.protocol != NETLINK_NETFILTER {
            return bytes.len();
        }
        while let Some(header) = bytes.get(at..).and_then(Header::read) {
            if header.ty == nfnetlink::BEGIN {
                return at;
            }
            at = at.saturating_add(align::align(header.len as usize));
        }
        bytes.len()
    }

    /// As [`Batch::piece`], for a transaction that begins there. The kernel wants it in one datagram, and reads nothing behind its end.
    #[cold]
    #[inline(never)]
    fn transaction_piece(&self, start: usize, first: usize) -> Option<Piece> {
        let bytes = self.builder.bytes();
        let mut piece =
            Piece { bytes: start..start, messages: first..first, asks: first, asks_at: start, begin: Some(first) };
        let mut is_over = false;
        while !is_over {
            let Some(header) = bytes.get(piece.bytes.end..).and_then(Header::read) else { break };
            is_over = header.ty == nfnetlink::END;
            if !is_over {
                (piece.asks, piece.asks_at) = (piece.messages.end, piece.bytes.end);
            }
            piece.bytes.end = piece.bytes.end.saturating_add(align::align(header.len as usize));
            piece.messages.end = piece.messages.end.saturating_add(1);
        }
        (!piece.messages.is_empty()).then_some(piece)
    }

    fn send_pieces(&mut self, sending: &mut Sending<'_>, callbacks: &mut BatchCallbacks<'_>) -> Outcome<()> {
        let mut limits = Limits::read(sending.socket, self.mode == BatchMode::StopAtFirst)?;
        let (mut at, mut first) = (0, 0);
        limits.transaction = self.next_transaction(at);
        while let Some(piece) = self.piece(at, first, &limits) {
            if let Some(result) = sending.stop.result {
                return result;
            }
            if piece.begin.is_some() {
                limits.make_room(sending.socket, piece.messages.len(), piece.bytes.len());
            }
            self.ask_for_ack(piece.asks_at);
            let bytes = self.builder.bytes().get(piece.bytes.clone()).unwrap_or(&[]);
            match send(sending.socket, &mut sending.start.call, &[bytes]) {
                // A message longer than the send buffer: its own failure, and the next may do.
                Err(Failure { code: Code::EMSGSIZE, .. }) if piece.messages.len() == 1 => {
                    self.note(piece.messages.start, Code::EMSGSIZE.raw(), &[])?;
                    self.sent = piece.messages.end;
                }
                other => {
                    other?;
                    self.sent = piece.messages.end;
                    self.collect(sending, callbacks, &piece)?;
                }
            }
            self.known = piece.messages.end;
            if self.mode == BatchMode::StopAtFirst && self.failed > 0 {
                return Ok(());
            }
            if let Some(progress) = &mut callbacks.progress {
                sending.stop.note(progress(self.known, self.count()), None);
            }
            (at, first) = (piece.bytes.end, piece.messages.end);
            if at > limits.transaction {
                limits.transaction = self.next_transaction(at);
            }
        }
        sending.stop.result.unwrap_or(Ok(()))
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
        callbacks: &mut BatchCallbacks<'_>,
        subsystem: u16,
        generation: Option<u32>,
    ) -> Outcome<()> {
        let limits = Limits::read(sending.socket, false)?;
        // The messages are not looked at: they are not to have marks of their own.
        let whole =
            Limits { datagram: usize::MAX, reports: usize::MAX, transaction: self.builder.bytes().len(), ..limits };
        let Some(piece) = self.piece(0, 0, &whole) else { return Ok(()) };
        let piece = Piece { begin: Some(WHOLE), ..piece };
        let count = piece.messages.len();
        limits.make_room(sending.socket, count.saturating_add(2), piece.bytes.len());
        self.ask_for_ack(piece.asks_at);
        let portid = sending.socket.portid();
        let end_seq = self.first_seq.wrapping_add(u32::try_from(count).unwrap_or(0));
        let (begin, begin_len) = nfnetlink::begin(subsystem, generation, self.first_seq.wrapping_sub(1), portid);
        let (end, end_len) = nfnetlink::end(subsystem, end_seq, portid);
        let begin = begin.get(..begin_len).unwrap_or(&[]);
        let end = end.get(..end_len).unwrap_or(&[]);
        send(sending.socket, &mut sending.start.call, &[begin, self.builder.bytes(), end])?;
        self.sent = count;
        self.collect(sending, callbacks, &piece)?;
        self.known = count;
        sending.stop.result.unwrap_or(Ok(()))
    }

    /// Reads the replies until the message that asks for the ack has its status, and every dump that the batch started is over.
    fn collect(&mut self, sending: &mut Sending<'_>, callbacks: &mut BatchCallbacks<'_>, piece: &Piece) -> Outcome<()> {
        // The beginning of a transaction that the library has put there has the number before the first message's.
        let offset = u32::from(piece.begin == Some(WHOLE));
        let count = u32::try_from(self.sent).unwrap_or(u32::MAX).saturating_add(offset);
        let first = self.first_seq.wrapping_sub(offset);
        let mut replies = Replies::new(sending.socket.identity(), first, count, Purpose::Statuses);
        let mut result = self.read(sending, callbacks, piece, offset as usize, &mut replies);
        let session = &mut sending.start.session;
        replies.finish(&mut session.backlog, &mut None);
        if session.want_recv_len(replies.longest()) {
            result = result.and(session.prepare().map_err(Failure::from));
        }
        if result.is_ok() && self.is_refused(piece) {
            try_push(&mut self.aborted, piece.messages.clone())?;
        }
        result
    }

    fn read(
        &mut self,
        sending: &mut Sending<'_>,
        callbacks: &mut BatchCallbacks<'_>,
        piece: &Piece,
        offset: usize,
        replies: &mut Replies,
    ) -> Outcome<()> {
        let mut is_answered = false;
        self.walk = (piece.messages.start, piece.bytes.start);
        // Answers come in order too: each is looked for from the last one on.
        let answered = Cell::new(self.walk);
        while !is_answered || replies.has_dump() {
            let Sending { socket, start: Start { call, session }, stop } = &mut *sending;
            let Session { buf, backlog, .. } = &mut **session;
            let requests = &|index: usize| {
                index.checked_sub(offset).and_then(|index| self.header_of(index, &answered)).unwrap_or_default()
            };
            let reply = replies.next(buf.as_slice(), backlog, requests);
            match reply {
                Reply::Data { message, index, ends } => {
                    let index = index.wrapping_sub(offset);
                    is_answered |= ends && index == piece.asks;
                    if let (Some(reply), true) = (&mut callbacks.reply, index < self.sent) {
                        stop.note(reply(&message, index), Some(index));
                    }
                }
                Reply::Status { message, status, index } => {
                    let index = index.wrapping_sub(offset);
                    let is_whole = piece.begin == Some(index);
                    is_answered |= index == piece.asks || is_whole && status.code < 0;
                    // The ack that was asked for speaks for every message without a report, unless something was lost.
                    let is_implied = index == piece.asks && replies.losses().is_ok() && !replies.has_dump();
                    if status.code < 0 || !status.attributes.is_empty() {
                        self.note(index, status.code, message.bytes)?;
                    } else if !is_implied && !is_whole {
                        self.note(index, 0, &[])?;
                    }
                }
                Reply::Failure(failure) => return Err(failure),
                Reply::Empty => {
                    receive(socket, call, buf.as_mut_slice(), replies, backlog, requests)
                        .map_err(|failure| replies.losses().err().unwrap_or(failure.of_last_wait()))?;
                }
            }
        }
        replies.losses()
    }

    /// Whether the transaction of a piece was refused: as a whole, or for one of its messages.
    fn is_refused(&self, piece: &Piece) -> bool {
        let is_of_piece = |entry: &Entry| entry.index == WHOLE || piece.messages.contains(&entry.index);
        piece.begin.is_some() && self.entries.as_slice().iter().any(|entry| entry.code < 0 && is_of_piece(entry))
    }

    /// The header of a message, looked for from the one at `from` on, if that is not behind it.
    fn header_of(&self, index: usize, from: &Cell<(usize, usize)>) -> Option<Header> {
        let found = self.walk_to(index, from.get());
        from.set(found);
        self.builder.bytes().get(found.1..).and_then(Header::read)
    }

    /// Keeps a status; -ENOMEM. What is refused stays so, and counts once, whatever is said of it later.
    fn note(&mut self, index: usize, code: i32, bytes: &[u8]) -> Result<()> {
        if self.entry(index).is_some_and(|entry| entry.code < 0) {
            return Ok(());
        }
        let at = self.statuses_len;
        let end = at.saturating_add(align::align(bytes.len()));
        if end > self.statuses.len() {
            let len = end.max(self.statuses.len().saturating_mul(2)).max(4096);
            self.statuses.grow(len)?;
        }
        let place = at..at.saturating_add(bytes.len());
        copy(self.statuses.as_mut_slice().get_mut(place).unwrap_or(&mut []), bytes);
        let mut request_at = usize::MAX;
        if index != WHOLE {
            self.walk = self.walk_to(index, self.walk);
            request_at = self.walk.1;
        }
        // Reports come in order, but for the end of a dump, whose entry takes its place among the others.
        let behind = self.entries.as_slice().partition_point(|other| other.index <= index);
        let mut moved = Entry { index, request_at, at, len: bytes.len(), code };
        for entry in self.entries.as_mut_slice().iter_mut().skip(behind) {
            core::mem::swap(entry, &mut moved);
        }
        try_push(&mut self.entries, moved)?;
        self.statuses_len = end;
        if code < 0 {
            self.failed += 1;
        }
        Ok(())
    }

    /// A message and its offset, from another one and its offset on.
    fn walk_to(&self, index: usize, from: (usize, usize)) -> (usize, usize) {
        let (mut walked, mut at) = if index >= from.0 { from } else { (0, 0) };
        while walked < index {
            let Some(header) = self.builder.bytes().get(at..).and_then(Header::read) else { break };
            at = at.saturating_add(align::align(header.len as usize));
            walked += 1;
        }
        (walked, at)
    }
}

/// What a sending goes by.
struct Limits {
    /// Bytes of a datagram; 0: one message each.
    datagram: usize,
    /// Bytes of the receive buffer that reports may take.
    reports: usize,
    /// The kernel does not echo refused messages.
    capped: bool,
    /// Where in the builder the next transaction of the caller's own begins.
    transaction: usize,
}

impl Limits {
    fn read(socket: &Socket, one_each: bool) -> Result<Limits> {
        let fd = socket.descriptor();
        let size = |name| match net::get_int(fd, libc::SOL_SOCKET, name) {
            Ok(size) => Ok(usize::try_from(size).unwrap_or(0)),
            // A peer in memory, which loses nothing.
            Err(Code::ENOTSOCK) => Ok(MAX_DATAGRAM),
            Err(code) => Err(code),
        };
        let capped = net::get_int(fd, crate::uapi::SOL_NETLINK, crate::uapi::NETLINK_CAP_ACK);
        Ok(Limits {
            datagram: if one_each { 0 } else { size(libc::SO_SNDBUF)?.saturating_sub(1024).min(MAX_DATAGRAM) },
            reports: size(libc::SO_RCVBUF)?,
            capped: capped.unwrap_or(0) != 0,
            transaction: 0,
        })
    }

    fn report_cost(&self, space: usize) -> usize {
        if self.capped { REPORT_COST } else { REPORT_COST.saturating_add(space.saturating_mul(2)) }
    }

    /// Tries to have buffers for a transaction of `count` messages in `len` bytes, which goes out as one datagram.
    fn make_room(&self, socket: &Socket, count: usize, len: usize) {
        let fd = socket.descriptor();
        let reports = count.saturating_mul(self.report_cost(0)).saturating_add(len);
        want_buffer(fd, libc::SO_RCVBUF, libc::SO_RCVBUFFORCE, reports);
        want_buffer(fd, libc::SO_SNDBUF, libc::SO_SNDBUFFORCE, len.saturating_add(4096));
    }
}

/// The state of a sending apart from the batch.
struct Sending<'a> {
    socket: &'a Socket,
    start: Start<'a>,
    stop: Stop,
}

/// What a callback has decided first: to end after what is in flight.
#[derive(Default)]
struct Stop {
    result: Option<Outcome<()>>,
    /// The message whose answer it was called for.
    index: Option<usize>,
}

impl Stop {
    /// Notes what a callback has returned, and for the answer to which message.
    fn note(&mut self, returned: i32, index: Option<usize>) {
        if let (None, ControlFlow::Break(result)) = (self.result, decision(returned)) {
            *self = Stop { result: Some(result), index };
        }
    }
}

fn write_header(bytes: &mut [u8], header: Header) {
    if let Some(place) = bytes.first_chunk_mut::<NLMSG_HDRLEN>() {
        *place = header.to_bytes();
    }
}

/// Tries to have a socket buffer of `wanted` bytes. What cannot be had shows itself as -EMSGSIZE or NLRS_EOVERRUN.
fn want_buffer(fd: &Fd, name: i32, force: i32, wanted: usize) {
    let size = net::get_int(fd, libc::SOL_SOCKET, name).unwrap_or(0);
    let wanted = i32::try_from(wanted).unwrap_or(i32::MAX);
    // The kernel doubles what it is asked for.
    if size < wanted && net::set_int(fd, libc::SOL_SOCKET, force, wanted / 2 + 1).is_err() {
        let _clamped = net::set_int(fd, libc::SOL_SOCKET, name, wanted / 2 + 1);
    }
}
