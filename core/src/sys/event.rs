// SPDX-License-Identifier: MIT OR Apache-2.0
//! eventfd: a descriptor that another thread or a signal handler makes readable, to wake a thread that polls it.

use super::descriptor::Fd;
use super::{errno, last_error, set_errno};
use crate::error::Result;

/// Creates an event, which is not set.
pub(crate) fn new() -> Result<Fd> {
    // SAFETY: eventfd takes any flags.
    let raw = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
    if raw < 0 {
        return Err(last_error());
    }
    // SAFETY: just opened.
    Ok(unsafe { Fd::from_raw(raw) })
}

/// Sets the event: it is readable. Async-signal-safe; errno is preserved.
pub(crate) fn set(event: &Fd) {
    let before = errno();
    let one = 1u64.to_ne_bytes();
    // SAFETY: eight live bytes. EAGAIN means that it is set 2^64 - 2 times already.
    unsafe { libc::write(event.raw(), one.as_ptr().cast(), one.len()) };
    set_errno(before);
}

/// Clears the event: it is not readable.
pub(crate) fn clear(event: &Fd) {
    let mut count = [0; 8];
    // SAFETY: eight live bytes. EAGAIN means that it is clear already.
    unsafe { libc::read(event.raw(), count.as_mut_ptr().cast(), count.len()) };
}
