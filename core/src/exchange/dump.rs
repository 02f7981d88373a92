// SPDX-License-Identifier: MIT OR Apache-2.0
//! One message, a table, its end.
//!
//! The iterator owns its buffer and takes the socket's lock only to receive; between two datagrams it costs nothing but
//! the walk. The callback form keeps the lock from beginning to end, so that other threads wait instead of being refused.

use super::intake::{Intake, send};
use super::request::{empty, open, start};
use super::{Answer, Kind, Report, answer, begin_report, conclude, fail, kind_of, note_overrun, note_stale, origin_of};
use crate::error::{Code, Origin, Result};
use crate::mem::{Block, Buf, Shared, try_box};
use crate::socket::{Call, Session, Socket};
use crate::sys::clock::Budget;
use crate::uapi::{
    NETLINK_ROUTE, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_FILTERED, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_ERROR, RTM_GETLINK,
};
use crate::wire::message::{Cursor, Header, Message};
use crate::wire::{align, copy};
use alloc::boxed::Box;

/// The receive length of a link dump: the kernel makes a piece as large as the largest link, which with hundreds of
/// virtual functions is more than its usual 32 KiB. Pages that it does not fill cost nothing.
const LINK_RECV_LEN: usize = 256 * 1024;

/// The state of a dump apart from the socket that it runs on.
#[derive(Debug)]
struct Engine {
    replies: Buf,
    request: Buf,
    request_len: usize,
    seq: u32,
    intake: Intake,
    interrupted: bool,
    filtered: bool,
    overrun: bool,
    needed: usize,
    /// How it ended.
    end: Option<Result<()>>,
    /// Who said so, for an end that is no verdict of the kernel.
    origin: Origin,
    /// Offset of the verdict in `replies`, for the error object.
    verdict_at: Option<usize>,
}

/// What a step of the engine found.
enum Step {
    /// A message, from its offset in the buffer on.
    Message { at: usize, len: usize },
    /// The end, which `Engine::end` tells.
    End,
    /// The datagram is read.
    Empty,
}

impl Engine {
    /// Sends the request; the memory that it needs is the session's.
    fn begin(socket: &Socket, session: &mut Session, call: &mut Call, message: &Message<'_>) -> Result<Engine> {
        if session.orphan_dump.is_some() {
            finish_orphan(socket, session, call)?;
        }
        if socket.protocol() == NETLINK_ROUTE && message.header.ty == RTM_GETLINK {
            session.want_recv_len(LINK_RECV_LEN);
        }
        // While the dump lasts nothing else is received: its buffer is the session's.
        let mut replies = core::mem::replace(&mut session.buf, Buf::empty());
        let mut request = core::mem::replace(&mut session.spare, Buf::empty());
        replies.grow(session.recv_len())?;
        request.grow(message.bytes.len())?;
        let seq = session.next_seq();
        let header = Header {
            flags: message.header.flags | NLM_F_REQUEST | NLM_F_DUMP | NLM_F_ACK,
            seq,
            portid: socket.portid(),
            ..message.header
        };
        let bytes = header.to_bytes().into_iter().chain(message.payload().iter().copied());
        for (to, from) in request.as_mut_slice().iter_mut().zip(bytes) {
            *to = from;
        }
        let mut engine = Engine {
            replies,
            request,
            request_len: message.bytes.len(),
            seq,
            intake: Intake::default(),
            interrupted: false,
            filtered: false,
            overrun: false,
            needed: 0,
            end: None,
            origin: Origin::None,
            verdict_at: None,
        };
        match send(socket, call, &[engine.request()]) {
            Ok(()) => Ok(engine),
            Err(code) => {
                engine.give_back(session);
                Err(code)
            }
        }
    }

    fn request(&self) -> &[u8] {
        self.request.as_slice().get(..self.request_len).unwrap_or(&[])
    }

    /// The memory for the next dump.
    fn give_back(&mut self, session: &mut Session) {
        session.buf = core::mem::replace(&mut self.replies, Buf::empty());
        session.spare = core::mem::replace(&mut self.request, Buf::empty());
    }

    /// Hands the objects that come next to `each` until it gives another number than 0: that number.
    #[inline(always)]
    fn objects(&mut self, each: &mut dyn FnMut(&Message<'_>) -> i32) -> i32 {
        let mut flags = 0;
        let mut answer = 0;
        while let Some(message) = self.intake.object(self.replies.as_slice(), self.seq) {
            flags |= message.header.flags;
            answer = each(&message);
            if answer != 0 {
                break;
            }
        }
        self.note_flags(flags);
        answer
    }

    /// The object that comes next: where it stands in the buffer, and its length.
    #[inline(always)]
    fn object(&mut self) -> Option<(usize, usize)> {
        let message = self.intake.object(self.replies.as_slice(), self.seq)?;
        let (flags, len) = (message.header.flags, message.bytes.len());
        self.note_flags(flags);
        Some((self.intake.offset_of_last(), len))
    }

    /// Notes the flags of objects.
    #[inline(always)]
    fn note_flags(&mut self, flags: u16) {
        self.interrupted |= flags & NLM_F_DUMP_INTR != 0;
        self.filtered |= flags & NLM_F_DUMP_FILTERED != 0;
    }

    /// The next message in the datagram that is there.
    #[inline(never)]
    fn step(&mut self, protocol: i32) -> Step {
        loop {
            let message = match self.intake.next(self.replies.as_slice()) {
                Ok(Some(message)) => message,
                Ok(None) => return Step::Empty,
                Err(code) => {
                    self.finish(Err(code), Origin::Library);
                    return Step::End;
                }
            };
            let header = message.header;
            if header.seq == self.seq {
                self.interrupted |= header.flags & NLM_F_DUMP_INTR != 0;
                let (at, len) = (self.intake.offset_of_last(), message.bytes.len());
                match kind_of(&message, protocol) {
                    Kind::Data => {
                        self.filtered |= header.flags & NLM_F_DUMP_FILTERED != 0;
                        return Step::Message { at, len };
                    }
                    Kind::Verdict(verdict) => {
                        // An error carries the flag NLM_F_CAPPED and NLM_F_ACK_TLVS where a DONE has the dump's own.
                        if header.ty != NLMSG_ERROR {
                            self.filtered |= header.flags & NLM_F_DUMP_FILTERED != 0;
                        }
                        self.verdict_at = Some(at);
                        let result = if verdict.code < 0 { Err(Code::of(verdict.code)) } else { self.losses() };
                        let origin = if verdict.code < 0 { Origin::Kernel } else { Origin::Library };
                        self.finish(result, origin);
                        return Step::End;
                    }
                    Kind::Noop => {}
                    Kind::Overrun => self.overrun = true,
                    Kind::Malformed => {
                        self.finish(Err(Code::EBADMSG), Origin::Library);
                        return Step::End;
                    }
                }
            }
        }
    }

    /// What a dump that came to its end has lost on the way.
    fn losses(&self) -> Result<()> {
        if self.overrun {
            Err(Code::OVERRUN)
        } else if self.needed != 0 {
            Err(Code::TRUNC)
        } else if self.interrupted {
            Err(Code::INTR_DUMP)
        } else {
            Ok(())
        }
    }

    #[cold]
    fn finish(&mut self, result: Result<()>, origin: Origin) {
        self.end = Some(result);
        self.origin = origin;
    }

    /// The next datagram, or the end when there will be none. -EAGAIN is the only code that is not the end.
    fn fill(&mut self, socket: &Socket, session: &mut Session, call: &mut Call) -> Result<()> {
        loop {
            match self.intake.fill(socket, call, self.replies.as_mut_slice()) {
                Ok(()) if self.intake.group != 0 => {
                    self.intake.set_apart(&mut session.strays, self.replies.as_slice());
                }
                Ok(()) => {
                    if self.intake.needed != 0 {
                        self.needed = self.needed.max(self.intake.needed);
                        session.want_recv_len(self.needed);
                    }
                    return Ok(());
                }
                Err(Code::OVERRUN) => {
                    // The kernel makes the next piece when the one before is received: with an empty queue the end was lost.
                    call.budget = Budget::new(0);
                    note_overrun(session);
                    self.overrun = true;
                }
                Err(Code::EAGAIN) if !self.overrun => return Err(Code::EAGAIN),
                Err(code) => {
                    // After an overflow the end of the dump may be among what was lost.
                    let code = if self.overrun && matches!(code, Code::EAGAIN | Code::TIMEDOUT) {
                        Code::OVERRUN
                    } else {
                        code
                    };
                    self.finish(Err(code), origin_of(code));
                    return Ok(());
                }
            }
        }
    }

    /// True when the kernel may still be at it.
    fn is_running(&self) -> bool {
        match self.end {
            None => true,
            Some(_) => self.verdict_at.is_none(),
        }
    }

    /// Tells `report` how it ended.
    fn conclude(&self, socket: &Socket, report: &mut Report<'_>) -> Result<()> {
        let end = self.end.unwrap_or(Ok(()));
        let Some(record) = report.as_deref_mut() else { return end };
        record.seq = self.seq;
        let verdict = self.verdict_at.and_then(|at| Message::read(self.replies.as_slice().get(at..)?).ok());
        if let Some(Kind::Verdict(verdict)) = verdict.as_ref().map(|message| kind_of(message, socket.protocol())) {
            // Its code is the end, or less than what was lost on the way, which is told below.
            let _ = conclude(report, &verdict, self.request(), socket.protocol(), self.seq);
        }
        if let (Err(code), true) = (end, self.origin != Origin::Kernel) {
            fail(report, code, self.origin);
            if let Some(record) = report {
                record.needed = self.needed;
            }
        }
        end
    }
}

/// Reads an abandoned dump to its end: the kernel runs one at a time on a socket.
///
/// It makes the next piece when the one before is received: with nothing to receive there is nothing more to come, even
/// if the end was lost in an overflow.
fn finish_orphan(socket: &Socket, session: &mut Session, call: &mut Call) -> Result<()> {
    let mut intake = Intake::default();
    let mut here_and_now = *call;
    here_and_now.budget = Budget::new(0);
    while session.orphan_dump.is_some() {
        if !call.budget.is_zero() && call.budget.is_over() {
            return Err(Code::TIMEDOUT);
        }
        match intake.fill(socket, &mut here_and_now, session.buf.as_mut_slice()) {
            Err(Code::EAGAIN) => session.orphan_dump = None,
            Ok(()) if intake.group != 0 => intake.set_apart(&mut session.strays, session.buf.as_slice()),
            Ok(()) => {}
            Err(Code::OVERRUN) => {
                session.strays.note_lost();
                continue;
            }
            Err(code) => return Err(code),
        }
        while let Ok(Some(message)) = intake.next(session.buf.as_slice()) {
            let header = message.header;
            note_stale(session, &header);
        }
    }
    Ok(())
}

/// Sends a dump request and hands every object to `each` until the end.
///
/// `each` returns 0 to go on, a positive number to end with success, a negative code to end with that.
pub fn dump(
    socket: &Socket,
    message: &[u8],
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    mut report: Report<'_>,
) -> Result<()> {
    let report = &mut report;
    let (message, mut call, mut session) = open(socket, message, report)?;
    let mut engine =
        Engine::begin(socket, &mut session, &mut call, &message).map_err(|code| fail(report, code, origin_of(code)))?;
    let result = run(socket, &mut session, &mut call, &mut engine, each, report);
    if engine.is_running() {
        session.orphan_dump = Some(engine.seq);
    }
    engine.give_back(&mut session);
    result
}

fn run(
    socket: &Socket,
    session: &mut Session,
    call: &mut Call,
    engine: &mut Engine,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    report: &mut Report<'_>,
) -> Result<()> {
    loop {
        match answer(engine.objects(each)) {
            Answer::GoOn => {}
            Answer::Stop => return Ok(()),
            Answer::Fail(code) => return Err(fail(report, code, Origin::Callback)),
        }
        match engine.step(socket.protocol()) {
            // An object of a type where others have none, or behind what is none.
            Step::Message { at, len } => {
                let Ok(message) =
                    Message::read(engine.replies.as_slice().get(at..at.saturating_add(len)).unwrap_or(&[]))
                else {
                    continue;
                };
                match answer(each(&message)) {
                    Answer::GoOn => {}
                    Answer::Stop => return Ok(()),
                    Answer::Fail(code) => return Err(fail(report, code, Origin::Callback)),
                }
            }
            Step::End => return engine.conclude(socket, report),
            Step::Empty => {
                if engine.fill(socket, session, call).is_err() {
                    // -EAGAIN: nothing may be waited for, and a callback has no way to say "later".
                    engine.finish(Err(Code::TIMEDOUT), Origin::Library);
                }
                if engine.end.is_some() {
                    return engine.conclude(socket, report);
                }
            }
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
    let (message, mut call, mut session) = open(socket, message, report)?;
    let mut table = Table { bytes: Buf::empty(), len: 0 };
    let mut left = retries;
    let result = loop {
        let mut engine = Engine::begin(socket, &mut session, &mut call, &message)
            .map_err(|code| fail(report, code, origin_of(code)))?;
        table.len = 0;
        let mut keep = |message: &Message<'_>| Code::of_result(&table.keep(message));
        let result = run(socket, &mut session, &mut call, &mut engine, &mut keep, report);
        if engine.is_running() {
            session.orphan_dump = Some(engine.seq);
        }
        engine.give_back(&mut session);
        let again = matches!(result, Err(Code::INTR_DUMP | Code::TRUNC | Code::OVERRUN));
        match left.checked_sub(1) {
            Some(fewer) if again => left = fewer,
            _ => break result,
        }
        begin_report(report, &message.header);
        if session.overrun {
            empty(socket, &mut call, &mut session).map_err(|code| fail(report, code, origin_of(code)))?;
        }
    };
    if matches!(result, Ok(()) | Err(Code::INTR_DUMP | Code::TRUNC | Code::OVERRUN)) {
        let mut cursor = Cursor::new(table.len);
        while let Ok(Some(message)) = cursor.next(table.bytes.as_slice()) {
            match answer(each(&message)) {
                Answer::GoOn => {}
                Answer::Stop => return Ok(()),
                Answer::Fail(code) => return Err(fail(report, code, Origin::Callback)),
            }
        }
    }
    result
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
    /// What is left of the time for the whole dump; the time between two calls does not count.
    budget: Budget,
}

impl Dump {
    /// Sends the request. NLRS_EBUSY while another dump is open on the socket.
    pub(crate) fn begin(socket: &Shared<Socket>, message: &[u8]) -> Result<Dump> {
        let message = Message::read(message).map_err(|_| Code::EINVAL)?;
        let mut call = socket.call()?;
        let mut session = start(socket, &mut call)?;
        let engine = Engine::begin(socket, &mut session, &mut call, &message)?;
        session.open_dump = Some(engine.seq);
        call.budget.pause();
        Ok(Dump { socket: socket.clone(), engine, budget: call.budget })
    }

    /// As [`Dump::begin`], on the heap: in the place of the socket's last ended dump, if that was there too.
    #[doc(hidden)]
    pub fn begin_boxed(socket: &Shared<Socket>, message: &[u8]) -> Result<Box<Dump>> {
        let dump = Dump::begin(socket, message)?;
        let place = socket.session_for_cleanup().and_then(|mut session| session.handle.take());
        match place {
            Some(place) => place.fill(dump),
            None => try_box(dump),
        }
    }

    /// As [`Dump::end`]; the memory is kept for the socket's next dump.
    #[doc(hidden)]
    pub fn end_boxed(dump: Box<Dump>, report: Report<'_>) -> Result<()> {
        let (dump, place) = Block::empty(dump);
        let socket = dump.socket.clone();
        let result = dump.end(report);
        if let Some(mut session) = socket.session_for_cleanup() {
            session.handle = Some(place);
        }
        result
    }

    /// True when it has ended with what the kernel said against it, which it will say again.
    pub(crate) fn is_refused(&self) -> bool {
        let is_want = matches!(self.engine.end, Some(Err(Code::ENOMEM | Code::ENOBUFS)));
        self.engine.origin == Origin::Kernel && !is_want
    }

    /// The next object; None at the end. -EAGAIN: not yet. Any other code is how the dump failed, and stays.
    #[inline(always)]
    #[allow(clippy::should_implement_trait)] // an item borrows from the dump, which an iterator's cannot
    pub fn next(&mut self) -> Result<Option<&[u8]>> {
        match self.next_object() {
            Some((at, len)) => Ok(self.engine.replies.as_slice().get(at..at.saturating_add(len))),
            None => self.next_slow(),
        }
    }

    /// Where the next object stands and its length, if it has been received and is the usual one.
    #[inline(always)]
    fn next_object(&mut self) -> Option<(usize, usize)> {
        if self.engine.end.is_some() { None } else { self.engine.object() }
    }

    /// As [`Dump::next`], told to `give`, whose result is returned; 0 at the end.
    ///
    /// The usual object's way has no call, so that it saves no registers.
    #[inline(always)]
    #[doc(hidden)]
    pub fn next_given(&mut self, give: impl Fn(&[u8]) -> i32) -> i32 {
        match self.next_object() {
            Some((at, len)) => self.engine.replies.as_slice().get(at..at.saturating_add(len)).map_or(0, give),
            None => self.next_slow_given(give),
        }
    }

    #[inline(never)]
    fn next_slow_given(&mut self, give: impl Fn(&[u8]) -> i32) -> i32 {
        match self.next_slow() {
            Ok(Some(message)) => give(message),
            Ok(None) => 0,
            Err(code) => code.raw(),
        }
    }

    /// As [`Dump::next`], where the next message is not the usual one.
    #[inline(never)]
    fn next_slow(&mut self) -> Result<Option<&[u8]>> {
        loop {
            if let Some(end) = self.engine.end {
                return end.map(|()| None);
            }
            match self.engine.step(self.socket.protocol()) {
                Step::Message { at, len } => {
                    return Ok(self.engine.replies.as_slice().get(at..at.saturating_add(len)));
                }
                Step::End => {}
                Step::Empty => self.fill()?,
            }
        }
    }

    /// The object that next gave last.
    pub(crate) fn last(&self) -> &[u8] {
        let rest = self.engine.replies.as_slice().get(self.engine.intake.offset_of_last()..).unwrap_or(&[]);
        Message::read(rest).map_or(&[], |message| message.bytes)
    }

    fn fill(&mut self) -> Result<()> {
        let mut call = match self.socket.call() {
            Ok(call) => call,
            Err(code) => {
                self.engine.finish(Err(code), Origin::Library);
                return Ok(());
            }
        };
        call.budget = self.budget;
        let mut session = self.socket.session(&mut call)?;
        let result = self.engine.fill(&self.socket, &mut session, &mut call);
        call.budget.pause();
        self.budget = call.budget;
        result
    }

    /// True when the kernel said that it filtered as the request asked (NLM_F_DUMP_FILTERED).
    pub fn is_filtered(&self) -> bool {
        self.engine.filtered
    }

    /// How it ended; Ok when it was left early. Never waits: what is left is discarded by the next call on the socket.
    pub fn end(self, mut report: Report<'_>) -> Result<()> {
        let report = &mut report;
        if let Some(header) = Header::read(self.engine.request()) {
            begin_report(report, &header);
        }
        self.engine.conclude(&self.socket, report)
    }
}

impl Drop for Dump {
    fn drop(&mut self) {
        if let Some(mut session) = self.socket.session_for_cleanup() {
            session.open_dump = None;
            if self.engine.is_running() {
                session.orphan_dump = Some(self.engine.seq);
            }
            self.engine.give_back(&mut session);
        }
    }
}
