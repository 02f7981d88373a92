// SPDX-License-Identifier: MIT OR Apache-2.0
//! System calls, each as a function that is safe to call. No other module makes any.

pub(crate) mod clock;
pub(crate) mod datagram;
pub(crate) mod descriptor;
pub(crate) mod event;
pub(crate) mod file;
pub(crate) mod futex;
pub(crate) mod inet;
pub(crate) mod net;
pub(crate) mod netns;
pub(crate) mod pages;
pub(crate) mod poll;
pub(crate) mod timer;

use crate::error::Code;

/// Returns the calling thread's errno.
pub(crate) fn errno() -> i32 {
    // SAFETY: __errno_location always returns the address of the calling thread's errno.
    unsafe { *libc::__errno_location() }
}

/// Sets the calling thread's errno: a signal handler must preserve it.
pub(crate) fn set_errno(value: i32) {
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = value }
}

/// Returns the error of a failed system call.
pub(crate) fn last_error() -> Code {
    Code::of(errno().saturating_neg())
}

/// Returns a number that no other running thread has, without a system call: the address of its errno.
pub(crate) fn thread_token() -> usize {
    // SAFETY: as above; the address is not followed.
    unsafe { libc::__errno_location() as usize }
}
