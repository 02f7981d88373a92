// SPDX-License-Identifier: MIT OR Apache-2.0
//! A descriptor that becomes readable at a given time.

use super::fd::Fd;
use super::last_error;
use crate::error::Result;
use core::mem::zeroed;

/// A timerfd of CLOCK_MONOTONIC.
#[derive(Debug)]
pub(crate) struct Timer(Fd);

impl Timer {
    /// One that is not set.
    pub(crate) fn new() -> Result<Timer> {
        // SAFETY: timerfd_create takes any numbers.
        let fd = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_CLOEXEC | libc::TFD_NONBLOCK) };
        if fd < 0 { Err(last_error()) } else { Ok(Timer(Fd::from_raw(fd))) }
    }

    /// The descriptor, readable from the time set on.
    pub(crate) fn fd(&self) -> i32 {
        self.0.raw()
    }

    /// Readable from `at` on, in nanoseconds of CLOCK_MONOTONIC, which may be past; None: not any more.
    pub(crate) fn set(&self, at: Option<i64>) {
        // SAFETY: plain numbers; zero is "not set".
        let mut time: libc::itimerspec = unsafe { zeroed() };
        if let Some(at) = at.map(|at| at.max(1)) {
            time.it_value = super::fd::timespec(at);
        }
        // SAFETY: a live descriptor and a live time that is valid by construction.
        unsafe { libc::timerfd_settime(self.0.raw(), libc::TFD_TIMER_ABSTIME, &time, core::ptr::null_mut()) };
    }
}
