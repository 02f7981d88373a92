// SPDX-License-Identifier: MIT OR Apache-2.0
//! One message, its answers, its ack.

use super::intake::{Intake, send};
use super::{Answer, Kind, Report, answer, begin_report, conclude, fail, kind_of, note_overrun, note_stale, origin_of};
use crate::error::{Code, Origin, Result};
use crate::socket::{Call, Session, Socket};
use crate::sys::clock::Budget;
use crate::sys::lock::Guard;
use crate::uapi::{
    GENL_ID_CTRL, NETLINK_GENERIC, NETLINK_ROUTE, NLM_F_ACK, NLM_F_DUMP, NLM_F_MULTI, NLM_F_REQUEST, NLMSG_HDRLEN,
    RTM_GETLINK,
};
use crate::wire::message::{Header, Message};

/// What a request ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The ack, or the one answer where the kernel is known to give exactly one.
    Known,
    /// The ack.
    Ack,
    /// The first answer; no ack is asked for.
    Answer,
}

/// True for requests to which every kernel gives exactly one message, or an error.
fn has_one_answer(protocol: i32, header: &Header) -> bool {
    if header.flags & (NLM_F_ACK | NLM_F_DUMP) != 0 {
        return false;
    }
    match protocol {
        NETLINK_ROUTE => header.ty == RTM_GETLINK,
        NETLINK_GENERIC => header.ty == GENL_ID_CTRL,
        _ => false,
    }
}

/// The largest request that is copied beside its header rather than sent in two pieces.
const COPY_MAX: usize = 1024;

/// Takes the session for an exchange: nobody else's dump is open, and after an overflow the queue is emptied first.
#[inline(never)]
pub(super) fn start<'a>(socket: &'a Socket, call: &mut Call) -> Result<Guard<'a, Session>> {
    let mut session = socket.session(call)?;
    if session.open_dump.is_some() {
        return Err(Code::BUSY);
    }
    session.prepare()?;
    if session.overrun {
        empty(socket, call, &mut session)?;
    }
    Ok(session)
}

/// What every exchange of one message begins with: the message checked, the error object cleared, the session taken.
#[inline(never)]
pub(super) fn open<'s, 'm>(
    socket: &'s Socket,
    message: &'m [u8],
    report: &mut Report<'_>,
) -> Result<(Message<'m>, Call, Guard<'s, Session>)> {
    let Ok(message) = Message::read(message) else {
        return Err(fail(report, Code::EINVAL, Origin::Argument));
    };
    begin_report(report, &message.header);
    let mut call = socket.call().map_err(|code| fail(report, code, Origin::Library))?;
    let session = start(socket, &mut call).map_err(|code| fail(report, code, origin_of(code)))?;
    Ok((message, call, session))
}

/// Throws away what an overflow has left behind.
#[cold]
pub(super) fn empty(socket: &Socket, call: &mut Call, session: &mut Session) -> Result<()> {
    loop {
        socket.check(call)?;
        match socket.recv_now(session.buf.as_mut_slice()) {
            Ok(arrival) => {
                if arrival.is_some_and(|arrival| arrival.group != 0) {
                    session.strays.note_lost();
                }
                if !call.budget.is_zero() && call.budget.is_over() {
                    return Err(Code::TIMEDOUT);
                }
            }
            Err(Code::ENOBUFS) => {
                session.strays.note_lost();
                if !call.budget.is_zero() && call.budget.is_over() {
                    return Err(Code::TIMEDOUT);
                }
            }
            Err(Code::EAGAIN) => {
                session.overrun = false;
                session.orphan_dump = None;
                return Ok(());
            }
            Err(code) => return Err(code),
        }
    }
}

/// Sends one message and hands every answer to `each` until the kernel's verdict.
///
/// `message` is not changed: sequence number, port ID and NLM_F_REQUEST are put into a copy of its header.
/// `each` returns 0 to go on, a positive number to end with success, a negative code to end with that.
pub fn request(
    socket: &Socket,
    message: &[u8],
    ending: Ending,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    mut report: Report<'_>,
) -> Result<()> {
    let report = &mut report;
    let (message, mut call, mut session) = open(socket, message, report)?;
    let one_answer = match ending {
        Ending::Known => has_one_answer(socket.protocol(), &message.header),
        Ending::Ack => false,
        Ending::Answer => message.header.flags & NLM_F_ACK == 0,
    };
    // A truncated answer costs nothing but a second round where asking again changes nothing.
    let may_repeat = ending == Ending::Known && one_answer;
    loop {
        let mut round = Round { socket, session: &mut session, call: &mut call, report, needed: 0, delivered: false };
        let result = round.run(&message, one_answer, each);
        let (needed, delivered) = (round.needed, round.delivered);
        if session.want_recv_len(needed) {
            session.prepare().map_err(|code| fail(report, code, Origin::System))?;
            if may_repeat && !delivered && result == Err(Code::TRUNC) {
                begin_report(report, &message.header);
                continue;
            }
        }
        return result;
    }
}

/// Sends one message and waits for nothing: NLM_F_ACK is taken off, and what the kernel has to say at once is told.
///
/// The kernel reports a refusal before the sending returns where it handles requests on the sender's thread, as all common
/// families do.
pub fn request_oneway(socket: &Socket, message: &[u8], mut report: Report<'_>) -> Result<()> {
    let report = &mut report;
    let (message, mut call, mut session) = open(socket, message, report)?;
    let mut round = Round { socket, session: &mut session, call: &mut call, report, needed: 0, delivered: false };
    let seq = round.session.next_seq();
    let flags = (message.header.flags | NLM_F_REQUEST) & !NLM_F_ACK;
    let header = Header { flags, seq, portid: socket.portid(), ..message.header };
    round.send(&header, &message).map_err(|code| round.fail(code, seq))?;
    round.call.budget = Budget::new(0);
    match round.receive(&message, seq, false, &mut |_| 0) {
        // Nothing more is there: it was not refused.
        Err(Code::TIMEDOUT) => {
            begin_report(round.report, &message.header);
            Ok(())
        }
        other => other,
    }
}

/// One sending of a request.
struct Round<'a, 'r> {
    socket: &'a Socket,
    session: &'a mut Session,
    call: &'a mut Call,
    report: &'a mut Report<'r>,
    /// The longest datagram that was truncated.
    needed: usize,
    /// Something was handed to the caller.
    delivered: bool,
}

impl Round<'_, '_> {
    fn run(
        &mut self,
        message: &Message<'_>,
        one_answer: bool,
        each: &mut dyn FnMut(&Message<'_>) -> i32,
    ) -> Result<()> {
        let seq = self.session.next_seq();
        let ack = if one_answer { 0 } else { NLM_F_ACK };
        let header = Header {
            flags: message.header.flags | NLM_F_REQUEST | ack,
            seq,
            portid: self.socket.portid(),
            ..message.header
        };
        self.send(&header, message).map_err(|code| self.fail(code, seq))?;
        self.receive(message, seq, one_answer, each)
    }

    fn receive(
        &mut self,
        message: &Message<'_>,
        seq: u32,
        one_answer: bool,
        each: &mut dyn FnMut(&Message<'_>) -> i32,
    ) -> Result<()> {
        let mut intake = Intake::default();
        let mut overrun = false;
        let mut multi = false;
        loop {
            match intake.fill(self.socket, self.call, self.session.buf.as_mut_slice()) {
                Ok(()) => self.needed = self.needed.max(intake.needed),
                Err(Code::OVERRUN) => {
                    // The kernel answers before the sending returns: what is not in the queue now was lost.
                    self.call.budget = Budget::new(0);
                    note_overrun(self.session);
                    overrun = true;
                    continue;
                }
                Err(code) => {
                    self.abandon(seq, multi);
                    // Nothing can be waited for: the answer is not there in time.
                    let code = if code == Code::EAGAIN { Code::TIMEDOUT } else { code };
                    let code = if code == Code::TIMEDOUT && overrun { Code::OVERRUN } else { code };
                    return Err(self.fail(code, seq));
                }
            }
            if intake.group != 0 {
                intake.set_apart(&mut self.session.strays, self.session.buf.as_slice());
                continue;
            }
            loop {
                let next = match intake.next(self.session.buf.as_slice()) {
                    Ok(Some(next)) => next,
                    Ok(None) => break,
                    Err(code) => {
                        self.abandon(seq, multi);
                        return Err(fail(self.report, code, Origin::Library));
                    }
                };
                if next.header.seq != seq {
                    let stale = next.header;
                    note_stale(self.session, &stale);
                    continue;
                }
                match kind_of(&next, self.socket.protocol()) {
                    Kind::Data => {
                        self.delivered = true;
                        let is_multi = next.header.flags & NLM_F_MULTI != 0;
                        let returned = each(&next);
                        multi |= is_multi;
                        match answer(returned) {
                            Answer::GoOn if one_answer && !is_multi => return self.end(seq, overrun),
                            Answer::GoOn => {}
                            Answer::Stop => {
                                self.abandon(seq, multi);
                                return Ok(());
                            }
                            Answer::Fail(code) => {
                                self.abandon(seq, multi);
                                return Err(fail(self.report, code, Origin::Callback));
                            }
                        }
                    }
                    Kind::Verdict(verdict) => {
                        conclude(self.report, &verdict, message.bytes, self.socket.protocol(), seq)?;
                        return self.end(seq, overrun);
                    }
                    Kind::Noop => {}
                    Kind::Overrun => overrun = true,
                    Kind::Malformed => {
                        self.abandon(seq, multi);
                        return Err(fail(self.report, Code::EBADMSG, Origin::Library));
                    }
                }
            }
            if self.needed != 0 && one_answer && !multi {
                return self.end(seq, overrun);
            }
        }
    }

    fn send(&mut self, header: &Header, message: &Message<'_>) -> Result<()> {
        let bytes = header.to_bytes();
        let payload = message.payload();
        let len = message.bytes.len();
        // One contiguous datagram is cheaper for the kernel to take, and the receive buffer is free just now.
        if len <= COPY_MAX {
            if let Some((head, tail)) =
                self.session.buf.as_mut_slice().get_mut(..len).and_then(|b| b.split_at_mut_checked(NLMSG_HDRLEN))
            {
                for (to, from) in head.iter_mut().zip(bytes) {
                    *to = from;
                }
                for (to, from) in tail.iter_mut().zip(payload) {
                    *to = *from;
                }
            }
            let whole = self.session.buf.as_slice().get(..len).unwrap_or(&[]);
            return send(self.socket, self.call, &[whole]);
        }
        send(self.socket, self.call, &[&bytes, payload])
    }

    /// The kernel is done with it, and all is well, unless something was lost on the way.
    fn end(&mut self, seq: u32, overrun: bool) -> Result<()> {
        if overrun {
            return Err(self.fail(Code::OVERRUN, seq));
        }
        if self.needed != 0 {
            return Err(self.fail(Code::TRUNC, seq));
        }
        Ok(())
    }

    /// Answers may still come. If it turned out to be a dump, the kernel is busy with it.
    fn abandon(&mut self, seq: u32, multi: bool) {
        if multi {
            self.session.orphan_dump = Some(seq);
        }
    }

    fn fail(&mut self, code: Code, seq: u32) -> Code {
        if let Some(record) = self.report {
            record.set(code, origin_of(code));
            record.seq = seq;
            record.needed = self.needed;
        }
        code
    }
}
