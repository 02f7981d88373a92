// SPDX-License-Identifier: MIT OR Apache-2.0
//! The only module that makes system calls or touches raw memory. What it offers is safe to call.

pub(crate) mod clock;
pub(crate) mod datagram;
pub mod fd;
pub(crate) mod file;
pub(crate) mod lock;
pub(crate) mod netns;
pub(crate) mod poller;
pub(crate) mod timer;

use crate::error::Code;

/// The calling thread's errno.
pub(crate) fn errno() -> i32 {
    // SAFETY: __errno_location always returns the address of the calling thread's errno.
    unsafe { *libc::__errno_location() }
}

/// Sets the calling thread's errno: a signal handler leaves it as it was.
pub(crate) fn set_errno(value: i32) {
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = value }
}

/// What a failed system call said.
pub(crate) fn last_error() -> Code {
    Code::of(errno().saturating_neg())
}

/// A number that no other living thread has, at the cost of no system call: where its errno lives.
pub(crate) fn thread_token() -> usize {
    // SAFETY: as above; the address is not followed.
    unsafe { libc::__errno_location() as usize }
}
