// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests, dumps and batches: which answer belongs to what, and when it is over.
//!
//! | file | |
//! |---|---|
//! | `replies` | the reader of replies: whose a message is, and what it says. No I/O |
//! | `reference` | what tests and fuzzing compare that reader with |
//! | `receive` | sending and receiving within the deadline, for the reader |
//! | `start` | what every exchange begins with |
//! | `request` | one message, its answers, its ack |
//! | `dump` | one message, a table, its end |
//! | `batch` | many messages, a status for each |

mod batch;
mod dump;
mod receive;
#[cfg(any(test, fuzzing))]
pub mod reference;
mod replies;
mod request;
mod start;
#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchCallbacks, BatchMode, ProgressFn, ReplyFn};
pub use dump::{Dump, Request, dump, dump_consistent};
pub use request::{Ending, request, request_oneway};

use crate::error::{Code, ErrorRecord, Origin, Result};
use crate::family;
use crate::wire::extack::{self, Status};
use crate::wire::message::Header;
use core::ops::ControlFlow;

/// Why an exchange failed, and its origin; None: that of a code which the socket has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failure {
    code: Code,
    origin: Origin,
}

impl Failure {
    const fn new(code: Code, origin: Origin) -> Failure {
        Failure { code, origin }
    }

    /// The same of a call that cannot be continued later: what is not there is not there in time.
    fn of_last_wait(self) -> Failure {
        if self.code == Code::EAGAIN { Failure { code: Code::TIMEDOUT, ..self } } else { self }
    }

    /// Who said so: the library, of its own codes, or else a system call.
    fn origin(self) -> Origin {
        match self.origin {
            Origin::None if self.code.raw() < -0xffff || self.code == Code::EAGAIN => Origin::Library,
            Origin::None => Origin::System,
            origin => origin,
        }
    }
}

/// What a step of an exchange comes to.
type Outcome<T> = core::result::Result<T, Failure>;

impl From<Code> for Failure {
    #[inline(always)]
    fn from(code: Code) -> Failure {
        Failure { code, origin: Origin::None }
    }
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

/// Notes how an exchange ended.
#[inline]
fn end_report(report: &mut Report<'_>, result: Outcome<()>) -> Result<()> {
    match result {
        Ok(()) => Ok(()),
        Err(failure) => Err(note_failure(report, failure)),
    }
}

#[cold]
#[inline(never)]
fn note_failure(report: &mut Report<'_>, failure: Failure) -> Code {
    if let Some(record) = report {
        record.set(failure.code, failure.origin());
    }
    failure.code
}

/// Notes what the kernel said of `request`, and turns it into a result.
fn note_status(report: &mut Report<'_>, status: &Status<'_>, request: &[u8], protocol: i32) -> Outcome<()> {
    if let Some(record) = report {
        let ty = Header::read(request).map_or(0, |header| header.ty);
        extack::explain(status, request, family::header_len(protocol, ty), record);
        record.protocol = Some(protocol);
        if status.code < 0 || !record.text().is_empty() {
            record.origin = Origin::Kernel;
        }
    }
    if status.code < 0 { Err(Failure::new(Code::of(status.code), Origin::Kernel)) } else { Ok(()) }
}

/// What a callback has decided by the number that it returned: 0 continues, a positive one ends with success, a negative one is the
/// code to fail with.
#[inline(always)]
fn decision(returned: i32) -> ControlFlow<Outcome<()>> {
    match returned {
        0 => ControlFlow::Continue(()),
        1.. => ControlFlow::Break(Ok(())),
        _ => ControlFlow::Break(Err(Failure::new(Code::of(returned), Origin::Callback))),
    }
}
