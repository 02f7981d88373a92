// SPDX-License-Identifier: MIT OR Apache-2.0
//! epoll: one descriptor that is readable when one of several is.

use super::descriptor::Fd;
use super::last_error;
use crate::error::Result;

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
