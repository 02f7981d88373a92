// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests, dumps and batches: which answer belongs to what, and when it is over.
//!
//! | file | |
//! |---|---|
//! | `intake` | datagrams in, one after the other, within the deadline |
//! | `request` | one message, its answers, its ack |
//! | `dump` | one message, a table, its end |
//! | `batch` | many messages, a verdict for each |
//!
//! An answer belongs to a request by its sequence number. Everything else that is met on the way is the leftover of an
//! abandoned exchange and is dropped; the end of an abandoned dump is noted, since the kernel runs one dump a socket.

mod batch;
mod dump;
mod intake;
mod request;
#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchEars, BatchMode, ProgressFn, ReplyFn};
pub use dump::{Dump, dump, dump_consistent};
pub use request::{Ending, request, request_oneway};

use crate::error::{Code, ErrorRecord, Origin};
use crate::socket::Session;
use crate::uapi::{NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLMSG_NOOP, NLMSG_OVERRUN};
use crate::wire::extack;
use crate::wire::message::{Header, Message};
use crate::wire::path::family_header;

/// Protocol whose messages have the type NLMSG_DONE without being an end.
const NETLINK_CONNECTOR: i32 = 11;

/// What a message of our sequence number is.
enum Kind<'a> {
    /// An object.
    Data,
    /// The ack, the error or the end.
    Verdict(extack::Status<'a>),
    /// Nothing.
    Noop,
    /// Data lost.
    Overrun,
    /// A verdict that cannot be read.
    Malformed,
}

fn kind_of<'a>(message: &Message<'a>, protocol: i32) -> Kind<'a> {
    match message.header.ty {
        NLMSG_MIN_TYPE.. => Kind::Data,
        NLMSG_DONE if protocol == NETLINK_CONNECTOR => Kind::Data,
        NLMSG_ERROR | NLMSG_DONE => match extack::status(message) {
            Ok(verdict) => Kind::Verdict(verdict),
            Err(_) => Kind::Malformed,
        },
        NLMSG_NOOP => Kind::Noop,
        NLMSG_OVERRUN => Kind::Overrun,
        _ => Kind::Data,
    }
}

/// A message that belongs to nothing of ours any more.
#[inline(never)]
fn note_stale(session: &mut Session, header: &Header) {
    if (header.ty == NLMSG_DONE || header.ty == NLMSG_ERROR) && session.orphan_dump == Some(header.seq) {
        session.orphan_dump = None;
    }
}

/// The receive buffer has overflowed: what is in it belongs to the past, and events may be among what is lost.
#[cold]
fn note_overrun(session: &mut Session) {
    session.overrun = true;
    session.strays.note_lost();
}

/// The caller's error object, if there is one.
type Report<'a> = Option<&'a mut ErrorRecord>;

/// Clears the error object and notes the request that it will be about.
fn begin_report(report: &mut Report<'_>, request: &Header) {
    if let Some(record) = report {
        record.clear();
        record.request_type = Some(request.ty);
    }
}

/// Notes a failure that no message of the kernel told.
#[cold]
#[inline(never)]
fn fail(report: &mut Report<'_>, code: Code, origin: Origin) -> Code {
    if let Some(record) = report {
        record.set(code, origin);
    }
    code
}

/// Who it was, for a code that the socket layer returned.
fn origin_of(code: Code) -> Origin {
    if code.raw() < -0xffff || code == Code::EAGAIN { Origin::Library } else { Origin::System }
}

/// Notes what the kernel said of `request`, and turns it into a result.
fn conclude(
    report: &mut Report<'_>,
    verdict: &extack::Status<'_>,
    request: &[u8],
    protocol: i32,
    seq: u32,
) -> Result<(), Code> {
    if let Some(record) = report {
        let ty = Header::read(request).map_or(0, |header| header.ty);
        extack::explain(verdict, request, family_header(protocol, ty), record);
        record.seq = seq;
        if verdict.code < 0 || !record.text().is_empty() {
            record.origin = Origin::Kernel;
        }
    }
    if verdict.code < 0 { Err(Code::of(verdict.code)) } else { Ok(()) }
}

/// What a callback's return means.
enum Answer {
    GoOn,
    Stop,
    Fail(Code),
}

fn answer(returned: i32) -> Answer {
    match returned {
        0 => Answer::GoOn,
        1.. => Answer::Stop,
        _ => Answer::Fail(Code::of(returned)),
    }
}
