// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sending and receiving within the deadline, for the reader of replies.

use super::replies::{Purpose, Replies, Requests};
use super::{Failure, Outcome};
use crate::budget::Budget;
use crate::error::{Code, Result};
use crate::socket::{Arrival, Backlog, Call, Session, Socket};
use crate::wire::message::Header;

/// The clock is looked at once in so many datagrams even if none of them had to be waited for.
const CLOCK_EVERY: u32 = 64;

/// Receives the next datagram into `buf`, and feeds it to `replies`. -EAGAIN when nothing may be waited for, NLRS_ETIMEDOUT,
/// NLRS_ECANCELED, NLRS_ECLOSED, or what the system call says; NLRS_EOVERRUN in place of the first two after an overflow, in which the
/// answer may have been lost.
#[inline(never)]
pub(super) fn receive(
    socket: &Socket,
    call: &mut Call,
    buf: &mut [u8],
    replies: &mut Replies,
    backlog: &mut Backlog,
    requests: Requests<'_>,
) -> Outcome<()> {
    loop {
        match datagram(socket, call, buf) {
            Ok(arrival) => {
                replies.feed(&arrival, buf, backlog, requests);
                if replies.datagrams() % CLOCK_EVERY == 0 {
                    call.check_deadline()?;
                }
                return Ok(());
            }
            Err(Code::ENOBUFS) => {
                // The kernel answers before the sending returns, and makes the next piece of a dump when the one before is received:
                // what is not in the queue now was lost.
                call.budget = Budget::new(0);
                replies.note_overflow(backlog);
            }
            Err(Code::EAGAIN | Code::TIMEDOUT) if replies.has_overflowed() => {
                return Err(Code::OVERRUN.into());
            }
            Err(code) => return Err(code.into()),
        }
    }
}

/// Receives a datagram, waiting for it. -ENOBUFS when the receive buffer has overflowed.
#[inline(always)]
fn datagram(socket: &Socket, call: &mut Call, buf: &mut [u8]) -> Result<Arrival> {
    loop {
        socket.check(call)?;
        match socket.recv_now(buf) {
            Ok(Some(arrival)) => return Ok(arrival),
            Ok(None) => call.check_deadline()?,
            Err(Code::EAGAIN) => socket.wait(call, libc::POLLIN)?,
            Err(code) => {
                // A socket that is closed meanwhile fails in ways of its own.
                socket.check(call)?;
                return Err(code);
            }
        }
    }
}

/// Reads what earlier exchanges have left: after an overflow all of it, else up to the end of the abandoned dump, since the kernel runs
/// one at a time on a socket. It makes the next piece when the one before is received: with nothing to receive there is nothing more to
/// come, even if the end was lost. Events are kept.
#[cold]
#[inline(never)]
pub(super) fn drain(socket: &Socket, call: &mut Call, session: &mut Session) -> Outcome<()> {
    let Session { buf, backlog, .. } = session;
    let mut replies = Replies::new(socket.identity(), 0, 0, Purpose::Statuses);
    let nothing_asked = &|_| Header::default();
    let mut without_waiting = *call;
    without_waiting.budget = Budget::new(0);
    while backlog.overflow || backlog.orphan_dump.is_some() {
        call.check_deadline()?;
        match receive(socket, &mut without_waiting, buf.as_mut_slice(), &mut replies, backlog, nothing_asked) {
            Ok(()) => {
                // With no request in flight every message is an event or a leftover.
                let _datagram_is_read = replies.next(buf.as_slice(), backlog, nothing_asked);
            }
            Err(Failure { code: Code::EAGAIN | Code::OVERRUN, .. }) => {
                backlog.overflow = false;
                backlog.orphan_dump = None;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Sends the pieces as one datagram. -EAGAIN when there is no room and nothing may be waited for.
#[inline(never)]
pub(super) fn send(socket: &Socket, call: &mut Call, pieces: &[&[u8]]) -> Outcome<()> {
    let mut tries = 0;
    loop {
        let result = match socket.send_now(pieces) {
            Ok(()) => return Ok(()),
            Err(Code::EAGAIN) => socket.wait_for_room(call, &mut tries),
            Err(code) => socket.check(call).and(Err(code)),
        };
        result?;
    }
}
