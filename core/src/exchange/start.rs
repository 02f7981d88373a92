// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every exchange begins with.

use super::receive::{drain, send};
use super::{Failure, Outcome, Report, begin_report};
use crate::error::{Code, Origin};
use crate::mem::Guard;
use crate::socket::{Call, Session, Socket};
use crate::uapi::NLM_F_REQUEST;
use crate::wire::copy;
use crate::wire::message::{Header, Message};

/// What an exchange works with.
pub(super) struct Start<'s> {
    pub(super) call: Call,
    pub(super) session: Guard<'s, Session>,
}

/// Locks the session for an exchange: nobody's dump is open, and after an overflow the queue is emptied first.
#[inline(never)]
pub(super) fn start(socket: &Socket) -> Outcome<Start<'_>> {
    let mut call = socket.call()?;
    let mut session = socket.session(&mut call)?;
    if session.open_dump.is_some() {
        return Err(Code::BUSY.into());
    }
    session.prepare()?;
    if session.backlog.overflow {
        drain(socket, &mut call, &mut session)?;
    }
    Ok(Start { call, session })
}

/// Checks the message of an exchange of one, and clears the error object for it.
#[inline]
pub(super) fn check<'m>(message: &'m [u8], report: &mut Report<'_>) -> Outcome<Message<'m>> {
    let message = Message::read(message).map_err(|_| Failure::new(Code::EINVAL, Origin::Argument))?;
    begin_report(report, &message.header);
    Ok(message)
}

/// The header that a message is sent with: the next sequence number, the socket's port ID, NLM_F_REQUEST, and these flags in place of
/// the caller's.
pub(super) fn header(socket: &Socket, session: &mut Session, message: &Message<'_>, flags: u16) -> Header {
    Header { flags: flags | NLM_F_REQUEST, seq: session.next_seq(), portid: socket.portid(), ..message.header }
}

/// Writes a message with another header to the beginning of `to`, which has room, and returns it.
#[inline(never)]
pub(super) fn with_header<'a>(to: &'a mut [u8], header: &Header, message: &Message<'_>) -> &'a [u8] {
    let place = to.get_mut(..message.bytes.len()).unwrap_or(&mut []);
    if let Some((head, tail)) = place.split_first_chunk_mut() {
        *head = header.to_bytes();
        copy(tail, message.payload());
    }
    place
}

/// The largest request that is copied beside its header rather than sent in two pieces.
const COPY_MAX: usize = 1024;

/// Sends a message with another header, whose sequence number is noted once it is sent.
#[inline(never)]
pub(super) fn send_with(
    socket: &Socket,
    start: &mut Start<'_>,
    header: &Header,
    message: &Message<'_>,
    report: &mut Report<'_>,
) -> Outcome<()> {
    let Start { call, session } = start;
    if message.bytes.len() > COPY_MAX {
        send(socket, call, &[&header.to_bytes(), message.payload()])?;
    } else {
        // One contiguous datagram is cheaper for the kernel to take, and the receive buffer is free just now.
        send(socket, call, &[with_header(session.buf.as_mut_slice(), header, message)])?;
    }
    if let Some(record) = report {
        record.seq = header.seq;
    }
    Ok(())
}
