// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datagrams in, one after the other, within the deadline.

use crate::error::{Code, Result};
use crate::socket::{Call, Socket, Strays};
use crate::uapi::NLMSG_MIN_TYPE;
use crate::wire::message::{Cursor, Message};

/// The datagram that is being read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Intake {
    cursor: Cursor,
    last: usize,
    /// The group that it was sent to; 0: it is an answer.
    pub(super) group: u32,
    /// Namespace ID of its sender; -1: the socket's own.
    pub(super) nsid: i32,
    /// The true length of the datagram when it was longer than the buffer, else 0.
    pub(super) needed: usize,
    /// Datagrams so far.
    count: u32,
}

/// The clock is looked at once in so many datagrams even if none of them had to be waited for.
const CLOCK_EVERY: u32 = 64;

impl Intake {
    /// Where the message that [`Intake::next`] gave last stands in the buffer.
    #[inline(always)]
    pub(super) fn offset_of_last(&self) -> usize {
        self.last
    }

    /// The next message of the datagram; None at its end. -EBADMSG where it is malformed, and the rest of it is given up.
    #[inline(never)]
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<Message<'a>>> {
        self.last = self.cursor.at;
        match self.cursor.next(bytes) {
            Ok(message) => Ok(message),
            // What a truncated datagram ends with is no surprise.
            Err(_) if self.needed != 0 => Ok(None),
            Err(code) => {
                self.cursor = Cursor::default();
                Err(code)
            }
        }
    }

    /// The next message, if it is an object of the exchange `seq`; None, and nothing is taken, if it is something else.
    ///
    /// What a table consists of, by the shortest way: a million times through [`Intake::next`] and what follows would be felt.
    #[inline(always)]
    pub(super) fn object<'a>(&mut self, bytes: &'a [u8], seq: u32) -> Option<Message<'a>> {
        let mut cursor = self.cursor;
        let message = cursor.next(bytes).ok()??;
        if message.header.seq != seq || message.header.ty < NLMSG_MIN_TYPE || self.group != 0 {
            return None;
        }
        self.last = self.cursor.at;
        self.cursor = cursor;
        Some(message)
    }

    /// Keeps the events of a datagram that was sent to a group for whoever follows it on this socket.
    #[cold]
    #[inline(never)]
    pub(super) fn set_apart(&mut self, strays: &mut Strays, datagram: &[u8]) {
        // A malformed event ends the walk, as it would at its receiver.
        while let Ok(Some(message)) = self.next(datagram) {
            strays.keep(self.group, self.nsid, &message);
        }
        if self.needed != 0 {
            strays.note_lost();
        }
    }

    /// The next datagram. NLRS_EOVERRUN when the receive buffer has overflowed; -EAGAIN, NLRS_ETIMEDOUT, NLRS_ECANCELED,
    /// NLRS_ECLOSED; or what the system call says.
    #[inline(never)]
    pub(super) fn fill(&mut self, socket: &Socket, call: &mut Call, into: &mut [u8]) -> Result<()> {
        loop {
            socket.check(call)?;
            match socket.recv_now(into) {
                Ok(Some(arrival)) => {
                    let room = into.len();
                    self.cursor = Cursor::new(arrival.len.min(room));
                    self.needed = if arrival.len > room { arrival.len } else { 0 };
                    self.group = arrival.group;
                    self.nsid = arrival.nsid;
                    self.count = self.count.wrapping_add(1);
                    if self.count % CLOCK_EVERY == 0 {
                        on_time(call)?;
                    }
                    return Ok(());
                }
                Ok(None) => on_time(call)?,
                Err(Code::EAGAIN) => socket.wait(call, libc::POLLIN)?,
                Err(Code::ENOBUFS) => return Err(Code::OVERRUN),
                Err(code) => {
                    // A socket that is closed meanwhile fails in ways of its own.
                    socket.check(call)?;
                    return Err(code);
                }
            }
        }
    }
}

fn on_time(call: &mut Call) -> Result<()> {
    if !call.budget.is_zero() && call.budget.is_over() { Err(Code::TIMEDOUT) } else { Ok(()) }
}

/// Sends within the deadline. -EAGAIN when there is no room and nothing may be waited for.
#[inline(never)]
pub(super) fn send(socket: &Socket, call: &mut Call, pieces: &[&[u8]]) -> Result<()> {
    let mut tries = 0;
    loop {
        match socket.send_now(pieces) {
            Err(Code::EAGAIN) => socket.wait_for_room(call, &mut tries)?,
            Err(code) => {
                socket.check(call)?;
                return Err(code);
            }
            Ok(()) => return Ok(()),
        }
    }
}
