// SPDX-License-Identifier: MIT OR Apache-2.0
//! One descriptor that is readable when one of several is.

use super::fd::Fd;
use super::last_error;
use crate::error::Result;

/// An epoll.
#[derive(Debug)]
pub(crate) struct Poller(Fd);

impl Poller {
    /// One that watches nothing.
    pub(crate) fn new() -> Result<Poller> {
        // SAFETY: epoll_create1 takes any flags.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 { Err(last_error()) } else { Ok(Poller(Fd::from_raw(fd))) }
    }

    /// The descriptor, readable when one of those watched is.
    pub(crate) fn fd(&self) -> i32 {
        self.0.raw()
    }

    /// Watches `fd`, until it is closed.
    pub(crate) fn watch(&self, fd: i32) -> Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: 0 };
        // SAFETY: a live event, which the kernel copies.
        let code = unsafe { libc::epoll_ctl(self.0.raw(), libc::EPOLL_CTL_ADD, fd, &mut event) };
        if code < 0 { Err(last_error()) } else { Ok(()) }
    }
}
