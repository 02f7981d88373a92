// SPDX-License-Identifier: MIT OR Apache-2.0
//! One message, a table, its end.
//!
//! The iterator owns its buffer and takes the socket's lock only to receive; between two datagrams it costs nothing but
//! the walk. The callback form keeps the lock from beginning to end, so that other threads wait instead of being refused.

use super::receive::{drain, receive, send};
use super::replies::{Purpose, Replies, Reply};
use super::request::{Ending, how};
use super::start::{Start, check, header, start, with_header};
use super::{Failure, Outcome, Report, begin_report, decision, end_report, note_status};
use crate::budget::Budget;
use crate::error::{Code, Origin, Result};
use crate::mem::{Buf, Shared};
use crate::socket::{Backlog, Call, Session, Socket};
use crate::uapi::{
    NETLINK_ROUTE, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_FILTERED, NLM_F_DUMP_INTR, NLM_F_ECHO, NLMSG_ERROR, RTM_GETLINK,
};
use crate::wire::extack;
use crate::wire::message::{Cursor, Header, Message};
use crate::wire::{align, copy};
use core::ops::ControlFlow;

/// The receive length of a link dump: the kernel makes a piece as large as the largest link, which with hundreds of
/// virtual functions is more than its usual 32 KiB. Pages that it does not fill cost nothing.
const LINK_RECV_LEN: usize = 256 * 1024;

/// The flags that a dump adds to its request, and what is read for.
const DUMP: (u16, Purpose) = (NLM_F_DUMP | NLM_F_ACK, Purpose::Dump);

/// The state of a dump apart from the socket that it runs on.
#[derive(Debug)]
struct Engine {
    /// What is received into, and read by `replies`.
    buf: Buf,
    replies: Replies,
    request: Buf,
    request_len: usize,
    /// The header of the request; that of a dump without NLM_F_ECHO: what a dump is answered with is no echo.
    header: Header,
    /// NLM_F_… of all objects so far, and of the end.
    flags: u16,
    /// How it ended.
    end: Option<Outcome<()>>,
    /// Offset in `buf` of the message that ended it, for the error object.
    status_at: Option<usize>,
}

/// What a step of the engine found.
enum Step {
    /// A message, from its offset in the buffer on.
    Message { at: usize, len: usize },
    /// The end, which `Engine::end` has.
    End,
    /// The datagram is read.
    Empty,
}

impl Engine {
    /// Sends the request; the memory that it needs is the session's.
    fn begin(
        socket: &Socket,
        start: &mut Start<'_>,
        message: &Message<'_>,
        (flags, purpose): (u16, Purpose),
        report: &mut Report<'_>,
    ) -> Outcome<Engine> {
        let Start { call, session } = start;
        if session.backlog.orphan_dump.is_some() {
            drain(socket, call, session)?;
        }
        if socket.protocol() == NETLINK_ROUTE && message.header.ty == RTM_GETLINK {
            session.want_recv_len(LINK_RECV_LEN);
        }
        // While the dump lasts nothing else is received: its buffer is the session's.
        let buf = core::mem::replace(&mut session.buf, Buf::empty());
        let request = core::mem::replace(&mut session.spare, Buf::empty());
        let header = header(socket, session, message, message.header.flags | flags);
        let mut engine = Engine {
            buf,
            replies: Replies::new(socket.identity(), header.seq, 1, purpose),
            request,
            request_len: message.bytes.len(),
            header: if purpose == Purpose::Dump {
                Header { flags: header.flags & !NLM_F_ECHO, ..header }
            } else {
                header
            },
            flags: 0,
            end: None,
            status_at: None,
        };
        match engine.send(socket, session.recv_len(), call, &header, message) {
            Ok(()) => {
                if let Some(record) = report {
                    record.seq = header.seq;
                }
                Ok(engine)
            }
            Err(failure) => {
                engine.return_memory(session);
                Err(failure)
            }
        }
    }

    fn send(
        &mut self,
        socket: &Socket,
        recv_len: usize,
        call: &mut Call,
        header: &Header,
        message: &Message<'_>,
    ) -> Outcome<()> {
        self.buf.grow(recv_len)?;
        self.request.grow(message.bytes.len())?;
        let request = with_header(self.request.as_mut_slice(), header, message);
        send(socket, call, &[request])
    }

    fn request(&self) -> &[u8] {
        self.request.as_slice().get(..self.request_len).unwrap_or(&[])
    }

    /// Returns the memory, for the next dump.
    fn return_memory(&mut self, session: &mut Session) {
        core::mem::swap(&mut session.buf, &mut self.buf);
        core::mem::swap(&mut session.spare, &mut self.request);
    }

    /// Ends the dump on the socket, whether it has come to its end or not.
    fn leave(&mut self, session: &mut Session, report: &mut Report<'_>) {
        self.replies.finish(&mut session.backlog, report);
        self.return_memory(session);
    }

    /// Passes the objects that come next to `each` until it returns another number than 0: that number.
    #[inline(always)]
    fn objects(&mut self, each: &mut dyn FnMut(&Message<'_>) -> i32) -> i32 {
        let mut flags = 0;
        let mut returned = 0;
        while let Some(message) = self.replies.object(self.buf.as_slice()) {
            flags |= message.header.flags;
            returned = each(&message);
            if returned != 0 {
                break;
            }
        }
        self.flags |= flags;
        returned
    }

    /// The object that comes next.
    #[inline(always)]
    fn object(&mut self) -> Option<&[u8]> {
        let message = self.replies.object(self.buf.as_slice())?;
        self.flags |= message.header.flags;
        Some(message.bytes)
    }

    /// The next message in the datagram that is there.
    #[inline(never)]
    fn step(&mut self, backlog: &mut Backlog) -> Step {
        let request = self.header;
        match self.replies.next(self.buf.as_slice(), backlog, &|_| request) {
            Reply::Data { message, ends, .. } => {
                self.flags |= message.header.flags;
                let len = message.bytes.len();
                let at = self.replies.offset_of_last();
                if ends {
                    self.finish(self.losses());
                }
                Step::Message { at, len }
            }
            Reply::Status { message, status, .. } => {
                // An error carries the flags NLM_F_CAPPED and NLM_F_ACK_TLVS where a DONE has the dump's own.
                if message.header.ty != NLMSG_ERROR {
                    self.flags |= message.header.flags;
                }
                self.status_at = Some(self.replies.offset_of_last());
                let refusal = Failure::new(Code::of(status.code), Origin::Kernel);
                self.finish(if status.code < 0 { Err(refusal) } else { self.losses() });
                Step::End
            }
            Reply::Failure(failure) => {
                self.finish(Err(failure));
                Step::End
            }
            // The one answer was truncated: nothing more comes.
            Reply::Empty if self.replies.has_lost_answer() => {
                self.finish(self.losses());
                Step::End
            }
            Reply::Empty => Step::Empty,
        }
    }

    /// What a dump that came to its end has lost on the way.
    fn losses(&self) -> Outcome<()> {
        self.replies.losses()?;
        if self.flags & NLM_F_DUMP_INTR != 0 {
            return Err(Failure::new(Code::INTR_DUMP, Origin::Library));
        }
        Ok(())
    }

    /// Notes how it ended; nothing more is read.
    #[cold]
    fn finish(&mut self, result: Outcome<()>) {
        self.end = Some(result);
        self.replies.stop();
    }

    /// Receives the next datagram, or notes the end when there will be none. -EAGAIN is the only code that is not the end.
    fn fill(&mut self, socket: &Socket, session: &mut Session, call: &mut Call) -> Result<()> {
        let request = self.header;
        let buf = self.buf.as_mut_slice();
        match receive(socket, call, buf, &mut self.replies, &mut session.backlog, &|_| request) {
            Ok(()) => {
                session.want_recv_len(self.replies.longest());
            }
            Err(Failure { code: Code::EAGAIN, .. }) => return Err(Code::EAGAIN),
            Err(failure) => self.finish(Err(failure)),
        }
        Ok(())
    }

    /// Notes in `report` how it ended.
    fn conclude(&self, socket: &Socket, report: &mut Report<'_>) -> Outcome<()> {
        let end = self.end.unwrap_or(Ok(()));
        if let Some(record) = report {
            record.seq = self.replies.seq();
            record.needed = if end.is_err() { self.replies.needed() } else { 0 };
        }
        let message = self.status_at.and_then(|at| Message::read(self.buf.as_slice().get(at..)?).ok());
        if let Some(status) = message.and_then(|message| extack::status(&message).ok()) {
            // Its code is the end, or less than what was lost on the way.
            let _code = note_status(report, &status, self.request(), socket.protocol());
        }
        end
    }
}

/// Sends a dump request and passes every object to `each` until the end.
///
/// `each` returns 0 to continue, a positive number to end with success, a negative code to end with that.
pub fn dump(
    socket: &Socket,
    message: &[u8],
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    mut report: Report<'_>,
) -> Result<()> {
    let report = &mut report;
    let result = check(message, report).and_then(|message| run(socket, &mut start(socket)?, &message, each, report));
    end_report(report, result)
}

/// One dump from beginning to end.
fn run(
    socket: &Socket,
    start: &mut Start<'_>,
    message: &Message<'_>,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    report: &mut Report<'_>,
) -> Outcome<()> {
    let mut engine = Engine::begin(socket, start, message, DUMP, report)?;
    let result = read(socket, start, &mut engine, each, report);
    engine.leave(&mut start.session, report);
    result
}

fn read(
    socket: &Socket,
    Start { call, session }: &mut Start<'_>,
    engine: &mut Engine,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    report: &mut Report<'_>,
) -> Outcome<()> {
    loop {
        let mut returned = engine.objects(each);
        if returned == 0 {
            match engine.step(&mut session.backlog) {
                // An object of a type where others have none, or behind what is none.
                Step::Message { at, len } => {
                    let bytes = engine.buf.as_slice().get(at..at.saturating_add(len)).unwrap_or(&[]);
                    returned = Message::read(bytes).map_or(0, |message| each(&message));
                }
                Step::End => {}
                // -EAGAIN: nothing may be waited for, and a callback has no way to say "later".
                Step::Empty => {
                    if engine.fill(socket, session, call).is_err() {
                        engine.finish(Err(Failure::new(Code::TIMEDOUT, Origin::Library)));
                    }
                }
            }
        }
        if let ControlFlow::Break(result) = decision(returned) {
            return result;
        }
        if engine.end.is_some() {
            return engine.conclude(socket, report);
        }
    }
}

/// As [`dump`], but nothing is handed over before all of it is there, and an inconsistent table is asked for again, `retries`
/// times at the most and within the one deadline. What could not be had in one piece is handed over with its code.
pub fn dump_consistent(
    socket: &Socket,
    message: &[u8],
    retries: u32,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    mut report: Report<'_>,
) -> Result<()> {
    let report = &mut report;
    let result = collect(socket, message, retries, each, report);
    end_report(report, result)
}

fn collect(
    socket: &Socket,
    message: &[u8],
    retries: u32,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    report: &mut Report<'_>,
) -> Outcome<()> {
    let message = check(message, report)?;
    let mut start = start(socket)?;
    let mut table = Table { bytes: Buf::empty(), len: 0 };
    let mut left = retries;
    let result = loop {
        table.len = 0;
        let mut keep = |message: &Message<'_>| Code::of_result(&table.keep(message));
        let result = run(socket, &mut start, &message, &mut keep, report);
        match left.checked_sub(1) {
            Some(fewer) if result.is_err_and(is_incomplete) => left = fewer,
            _ => break result,
        }
        begin_report(report, &message.header);
        if start.session.backlog.overflow {
            drain(socket, &mut start.call, &mut start.session)?;
        }
    };
    if result.is_ok() || result.is_err_and(is_incomplete) {
        let mut cursor = Cursor::new(table.len);
        while let Ok(Some(message)) = cursor.next(table.bytes.as_slice()) {
            if let ControlFlow::Break(result) = decision(each(&message)) {
                return result;
            }
        }
    }
    result
}

/// True when a dump came to its end and may lack something.
fn is_incomplete(failure: Failure) -> bool {
    matches!(failure.code, Code::INTR_DUMP | Code::TRUNC | Code::OVERRUN)
}

/// The objects of a dump, one after the other.
struct Table {
    bytes: Buf,
    len: usize,
}

impl Table {
    fn keep(&mut self, message: &Message<'_>) -> Result<()> {
        let end = self.len.saturating_add(message.bytes.len());
        let aligned = align::align(end);
        if aligned > self.bytes.len() {
            self.bytes.grow(aligned.max(self.bytes.len().saturating_mul(2)).max(LINK_RECV_LEN))?;
        }
        copy(self.bytes.as_mut_slice().get_mut(self.len..end).unwrap_or(&mut []), message.bytes);
        self.len = aligned;
        Ok(())
    }
}

/// A dump in progress, read message by message.
#[derive(Debug)]
pub struct Dump {
    socket: Shared<Socket>,
    engine: Engine,
    /// Events that stood between the objects, which the socket gets with the next datagram: until then nobody locks it.
    backlog: Backlog,
    /// What is left of the time for the whole dump; the time between two calls does not count.
    budget: Budget,
}

impl Dump {
    /// Sends the request. NLRS_EBUSY while another dump is open on the socket.
    pub fn begin(socket: &Shared<Socket>, message: &[u8]) -> Result<Dump> {
        Dump::begin_with(socket, message, DUMP)
    }

    /// Sends a message with these flags beside its own, whose replies [`Dump::next`] returns.
    fn begin_with(socket: &Shared<Socket>, message: &[u8], how: (u16, Purpose)) -> Result<Dump> {
        let message = Message::read(message).map_err(|_| Code::EINVAL)?;
        let begun = start(socket).and_then(|mut start| {
            let engine = Engine::begin(socket, &mut start, &message, how, &mut None)?;
            start.session.open_dump = Some(engine.replies.seq());
            start.call.budget.pause();
            Ok((engine, start.call.budget))
        });
        let (engine, budget) = begun.map_err(|failure| failure.code)?;
        Ok(Dump { socket: socket.clone(), engine, backlog: Backlog::new(), budget })
    }

    /// True when it has ended with what the kernel said against it, which it will say again.
    pub(crate) fn is_refused(&self) -> bool {
        let failure = self.engine.end.and_then(core::result::Result::err);
        failure.is_some_and(|Failure { code, origin }| {
            origin == Origin::Kernel && !matches!(code, Code::ENOMEM | Code::ENOBUFS)
        })
    }

    /// Returns the next object; None at the end. -EAGAIN: not yet. Any other code is how the dump failed, and stays.
    #[inline(always)]
    #[allow(clippy::should_implement_trait)] // an item borrows from the dump, which an iterator's cannot
    pub fn next(&mut self) -> Result<Option<&[u8]>> {
        match self.engine.object().map(<[u8]>::len) {
            Some(len) => {
                let at = self.engine.replies.offset_of_last();
                Ok(self.engine.buf.as_slice().get(at..at.saturating_add(len)))
            }
            None => self.next_slow(),
        }
    }

    /// As [`Dump::next`], and returns what `each` returns for the object, or `end` for the end and for a failure.
    ///
    /// The usual object takes a path without a call, so that no registers are saved.
    #[inline(always)]
    pub fn next_with<R>(&mut self, each: impl Fn(&[u8]) -> R, end: impl Fn(Result<()>) -> R) -> R {
        match self.engine.object() {
            Some(message) => each(message),
            None => self.next_slow_with(each, end),
        }
    }

    #[inline(never)]
    fn next_slow_with<R>(&mut self, each: impl Fn(&[u8]) -> R, end: impl Fn(Result<()>) -> R) -> R {
        match self.next_slow() {
            Ok(Some(message)) => each(message),
            Ok(None) => end(Ok(())),
            Err(code) => end(Err(code)),
        }
    }

    /// As [`Dump::next`], where the next message is not the usual one.
    #[inline(never)]
    fn next_slow(&mut self) -> Result<Option<&[u8]>> {
        loop {
            if let Some(end) = self.engine.end {
                return end.map(|()| None).map_err(|failure| failure.code);
            }
            match self.engine.step(&mut self.backlog) {
                Step::Message { at, len } => {
                    return Ok(self.engine.buf.as_slice().get(at..at.saturating_add(len)));
                }
                Step::End => {}
                Step::Empty => self.fill()?,
            }
        }
    }

    /// The object that next returned last.
    pub(crate) fn last(&self) -> &[u8] {
        let rest = self.engine.buf.as_slice().get(self.engine.replies.offset_of_last()..).unwrap_or(&[]);
        Message::read(rest).map_or(&[], |message| message.bytes)
    }

    fn fill(&mut self) -> Result<()> {
        let mut call = match self.socket.call() {
            Ok(call) => call,
            Err(code) => {
                self.engine.finish(Err(code.into()));
                return Ok(());
            }
        };
        call.budget = self.budget;
        let mut session = self.socket.session(&mut call)?;
        session.backlog.events.absorb(&mut self.backlog.events);
        let result = self.engine.fill(&self.socket, &mut session, &mut call);
        call.budget.pause();
        self.budget = call.budget;
        result
    }

    /// True when the kernel said that it filtered as the request asked (NLM_F_DUMP_FILTERED).
    pub fn is_filtered(&self) -> bool {
        self.engine.flags & NLM_F_DUMP_FILTERED != 0
    }

    /// Returns how it ended; Ok when it was left early. Never waits: what is left is discarded by the next call on the socket.
    pub fn end(self, mut report: Report<'_>) -> Result<()> {
        let report = &mut report;
        if let Some(header) = Header::read(self.engine.request()) {
            begin_report(report, &header);
        }
        let result = self.engine.conclude(&self.socket, report);
        end_report(report, result)
    }
}

/// A request in progress, whose answers are read one by one: the form of [`super::request`] for event loops.
///
/// It is a dump but for its flags and its end. What a plain request is answered with may be anything, so that each message goes
/// the long way through the reader.
#[derive(Debug)]
#[repr(transparent)]
pub struct Request(Dump);

impl Request {
    /// Sends the request. NLRS_EBUSY while a dump or another such request is open on the socket.
    pub fn begin(socket: &Shared<Socket>, message: &[u8]) -> Result<Request> {
        let header = Message::read(message).map_err(|_| Code::EINVAL)?.header;
        let how = how(Ending::Known, socket.protocol(), &header);
        Dump::begin_with(socket, message, how).map(Request)
    }

    /// Returns the next answer; None when the request was acknowledged or its one answer has been returned. -EAGAIN: not yet. Any
    /// other code is how the request failed, and stays.
    #[allow(clippy::should_implement_trait)] // an item borrows from the request, which an iterator's cannot
    pub fn next(&mut self) -> Result<Option<&[u8]>> {
        self.0.next_slow()
    }

    /// Returns how it ended; Ok when it was left early. Never waits: what is left is discarded by the next call on the socket.
    pub fn end(self, report: Report<'_>) -> Result<()> {
        self.0.end(report)
    }
}

impl Drop for Dump {
    fn drop(&mut self) {
        if let Some(mut session) = self.socket.session_for_cleanup() {
            session.open_dump = None;
            session.backlog.events.absorb(&mut self.backlog.events);
            self.engine.leave(&mut session, &mut None);
        }
    }
}
