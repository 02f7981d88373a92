// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waiting for descriptors: poll, and epoll.

use super::descriptor::{Fd, FdRef};
use super::last_error;
use crate::error::Result;
use core::mem::zeroed;

/// Result of [`poll`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    /// The descriptor can be read or written, or has an error.
    pub(crate) fd: bool,
    /// The wake-up event is set.
    pub(crate) wake: bool,
}

/// Waits for `events` on `fd` or for `wake` to be readable, for at most `left` nanoseconds (None: no limit). -EINTR on
/// a signal.
pub(crate) fn poll(fd: FdRef<'_>, events: i16, wake: Option<&Fd>, left: Option<i64>) -> Result<Ready> {
    // A negative number is ignored.
    let wake = wake.map_or(-1, Fd::raw);
    let mut fds = [
        libc::pollfd { fd: fd.raw(), events, revents: 0 },
        libc::pollfd { fd: wake, events: libc::POLLIN, revents: 0 },
    ];
    let timeout = left.map(timespec);
    let timeout_ptr = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: two live pollfds, a live timespec or NULL; no signal mask.
    if unsafe { libc::ppoll(fds.as_mut_ptr(), 2, timeout_ptr, core::ptr::null()) } < 0 {
        return Err(last_error());
    }
    let [fd, wake] = fds;
    Ok(Ready { fd: fd.revents != 0, wake: wake.revents != 0 })
}

/// Returns nanoseconds as a timespec.
pub(super) fn timespec(ns: i64) -> libc::timespec {
    // SAFETY: plain numbers; some targets have padding fields that cannot be named.
    let mut time: libc::timespec = unsafe { zeroed() };
    // time_t has 32 bits on some targets, and on musl no name that is not deprecated. What does not fit waits 68 years.
    #[allow(clippy::useless_conversion)] // it is one on some targets
    let seconds = (ns / 1_000_000_000).try_into().unwrap_or(i32::MAX.into());
    time.tv_sec = seconds;
    time.tv_nsec = (ns % 1_000_000_000) as _;
    time
}

/// An epoll instance.
#[derive(Debug)]
pub(crate) struct Poller(Fd);

impl Poller {
    /// Creates one that watches no descriptor.
    pub(crate) fn new() -> Result<Poller> {
        // SAFETY: epoll_create1 takes any flags.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(last_error());
        }
        // SAFETY: just opened.
        Ok(Poller(unsafe { Fd::from_raw(fd) }))
    }

    /// Returns the descriptor, which is readable when one of those watched is.
    pub(crate) fn fd(&self) -> &Fd {
        &self.0
    }

    /// Watches `fd` for reading until it is closed.
    pub(crate) fn watch(&self, fd: &Fd) -> Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: 0 };
        // SAFETY: a live event, which the kernel copies.
        let code = unsafe { libc::epoll_ctl(self.0.raw(), libc::EPOLL_CTL_ADD, fd.raw(), &mut event) };
        if code < 0 { Err(last_error()) } else { Ok(()) }
    }
}
