// SPDX-License-Identifier: MIT OR Apache-2.0
//! One message, its answers, its ack.

use super::receive::receive;
use super::replies::{Purpose, Replies, Reply};
use super::start::{Start, check, header, send_with, start};
use super::{Failure, Outcome, Report, begin_report, decision, end_report, note_status};
use crate::budget::Budget;
use crate::error::{Code, Result};
use crate::family::{self, Answering};
use crate::socket::{Session, Socket};
use crate::uapi::{NLM_F_ACK, NLM_F_DUMP};
use crate::wire::message::{Header, Message};
use core::ops::ControlFlow;

/// What a request ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What its family is known to answer with, and the ack where that is not known.
    Known,
    /// The ack.
    Ack,
    /// The first answer; no ack is asked for.
    Answer,
}

/// What is waited for by a request without an ack, from what the caller wants and from what the family does.
fn answering(ending: Ending, protocol: i32, request: &Header) -> Answering {
    match ending {
        Ending::Ack => Answering::Ack,
        _ if request.flags & NLM_F_ACK != 0 => Answering::Ack,
        Ending::Answer => Answering::One,
        Ending::Known if request.flags & NLM_F_DUMP != 0 => Answering::Ack,
        Ending::Known => family::answering(protocol, request),
    }
}

/// Returns the flag that a request is sent with beside its own, and what is read for.
pub(super) fn how(ending: Ending, protocol: i32, request: &Header) -> (u16, Purpose) {
    match answering(ending, protocol, request) {
        Answering::Ack => (NLM_F_ACK, Purpose::Statuses),
        Answering::One => (0, Purpose::OneAnswer),
        Answering::Parts => (0, Purpose::Statuses),
    }
}

/// Sends one message and passes every answer to `each` until its status is known.
///
/// `message` is not changed: sequence number, port ID and NLM_F_REQUEST are put into a copy of its header.
/// `each` returns 0 to continue, a positive number to end with success, a negative code to end with that.
pub fn request(
    socket: &Socket,
    message: &[u8],
    ending: Ending,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    mut report: Report<'_>,
) -> Result<()> {
    let result = ask(socket, message, ending, each, &mut report);
    end_report(&mut report, result)
}

fn ask(
    socket: &Socket,
    message: &[u8],
    ending: Ending,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    report: &mut Report<'_>,
) -> Outcome<()> {
    let message = check(message, report)?;
    let mut start = start(socket)?;
    let (ack, purpose) = how(ending, socket.protocol(), &message.header);
    // A truncated answer costs nothing but a second round where asking again changes nothing.
    let may_repeat = ending == Ending::Known && purpose == Purpose::OneAnswer;
    loop {
        let flags = message.header.flags | ack;
        let round = Round::run(socket, &mut start, &message, (flags, purpose, true), each, report);
        if start.session.want_recv_len(round.longest) {
            start.session.prepare()?;
            if may_repeat && !round.has_passed && round.result.is_err_and(|failure| failure.code == Code::TRUNC) {
                begin_report(report, &message.header);
                continue;
            }
        }
        return round.result;
    }
}

/// Sends one message and waits for nothing: NLM_F_ACK is taken off, and what the kernel reports at once is returned.
///
/// The kernel reports a refusal before the sending returns where it handles requests on the sender's thread, as all common
/// families do.
pub fn request_oneway(socket: &Socket, message: &[u8], mut report: Report<'_>) -> Result<()> {
    let result = ask_oneway(socket, message, &mut report);
    end_report(&mut report, result)
}

fn ask_oneway(socket: &Socket, message: &[u8], report: &mut Report<'_>) -> Outcome<()> {
    let message = check(message, report)?;
    let mut start = start(socket)?;
    let flags = message.header.flags & !NLM_F_ACK;
    let round = Round::run(socket, &mut start, &message, (flags, Purpose::Statuses, false), &mut |_| 0, report);
    match round.result {
        // Nothing more is there: it was not refused.
        Err(Failure { code: Code::TIMEDOUT, .. }) => Ok(()),
        other => other,
    }
}

/// What came of sending a message once.
struct Round {
    result: Outcome<()>,
    /// The longest datagram that was truncated.
    longest: usize,
    /// An answer was passed to the caller.
    has_passed: bool,
}

impl Round {
    /// Sends a message with these flags and reads the replies; if it is not to be waited for, those that are there.
    #[inline(never)]
    fn run(
        socket: &Socket,
        start: &mut Start<'_>,
        message: &Message<'_>,
        (flags, purpose, waits): (u16, Purpose, bool),
        each: &mut dyn FnMut(&Message<'_>) -> i32,
        report: &mut Report<'_>,
    ) -> Round {
        let header = header(socket, &mut start.session, message, flags);
        if let Err(failure) = send_with(socket, start, &header, message, report) {
            return Round { result: Err(failure), longest: 0, has_passed: false };
        }
        if !waits {
            start.call.budget = Budget::new(0);
        }
        let mut replies = Replies::new(socket.identity(), header.seq, 1, purpose);
        let result = read(socket, start, &header, message, &mut replies, each, report);
        replies.finish(&mut start.session.backlog, report);
        Round { result, longest: replies.longest(), has_passed: replies.has_passed() }
    }
}

/// Reads the replies until the status is known, or whatever else ends the request.
#[inline(always)]
fn read(
    socket: &Socket,
    start: &mut Start<'_>,
    header: &Header,
    message: &Message<'_>,
    replies: &mut Replies,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
    report: &mut Report<'_>,
) -> Outcome<()> {
    let Start { call, session } = start;
    let Session { buf, backlog, .. } = &mut **session;
    let request = &|_| *header;
    loop {
        let reply = match replies.plain_answer(buf.as_slice()) {
            Some((message, ends)) => Reply::Data { message, index: 0, ends },
            None => replies.next(buf.as_slice(), backlog, request),
        };
        match reply {
            Reply::Data { message, ends, .. } => {
                replies.note_passed();
                match decision(each(&message)) {
                    ControlFlow::Break(result) => return result,
                    ControlFlow::Continue(()) if ends => return replies.losses(),
                    ControlFlow::Continue(()) => {}
                }
            }
            Reply::Status { status, .. } => {
                note_status(report, &status, message.bytes, socket.protocol())?;
                return replies.losses();
            }
            Reply::Failure(failure) => return Err(failure),
            // The one answer was truncated: nothing more comes.
            Reply::Empty if replies.has_lost_answer() => return replies.losses(),
            Reply::Empty => {
                receive(socket, call, buf.as_mut_slice(), replies, backlog, request).map_err(Failure::of_last_wait)?;
            }
        }
    }
}
