// SPDX-License-Identifier: MIT OR Apache-2.0
//! timerfd: a descriptor that becomes readable at a given time.

use super::descriptor::Fd;
use super::last_error;
use crate::error::Result;
use core::mem::zeroed;

/// A timerfd of CLOCK_MONOTONIC.
#[derive(Debug)]
pub(crate) struct Timer(Fd);

impl Timer {
    /// Creates one that is not set.
    pub(crate) fn new() -> Result<Timer> {
        // SAFETY: timerfd_create takes any numbers.
        let fd = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_CLOEXEC | libc::TFD_NONBLOCK) };
        if fd < 0 {
            return Err(last_error());
        }
        // SAFETY: just opened.
        Ok(Timer(unsafe { Fd::from_raw(fd) }))
    }

    /// Returns the descriptor, which is readable from the set time on.
    pub(crate) fn fd(&self) -> &Fd {
        &self.0
    }

    /// Sets the time from which it is readable, in nanoseconds of CLOCK_MONOTONIC, which may be in the past; None:
    /// never.
    pub(crate) fn set(&self, at: Option<i64>) {
        // SAFETY: plain numbers; zero is "not set".
        let mut time: libc::itimerspec = unsafe { zeroed() };
        if let Some(at) = at.map(|at| at.max(1)) {
            time.it_value = super::poll::timespec(at);
        }
        // SAFETY: a live descriptor and a live time that is valid by construction.
        unsafe { libc::timerfd_settime(self.0.raw(), libc::TFD_TIMER_ABSTIME, &time, core::ptr::null_mut()) };
    }
}
