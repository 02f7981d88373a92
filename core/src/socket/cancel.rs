// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waiting that can be ended early: by a cancellation, by the close of the socket, by the deadline.

use crate::budget::Budget;
use crate::error::{Code, Result};
use crate::sys::fd::{self, Fd};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// One call of the library on a socket: how long it may wait, and which cancellations were before its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) budget: Budget,
    cancels: u32,
}

impl Call {
    /// NLRS_ETIMEDOUT when the deadline has passed. For loops that go on as long as something comes: one that waits learns it from
    /// the wait. A call that may not wait at all reads what is there.
    #[inline(never)]
    pub(crate) fn check_deadline(&mut self) -> Result<()> {
        if !self.budget.is_zero() && self.budget.is_over() { Err(Code::TIMEDOUT) } else { Ok(()) }
    }
}

/// What ends the calls on a socket early.
#[derive(Debug)]
pub(super) struct Cancellation {
    /// What wakes a blocked call; None when the socket was opened without the means to cancel.
    wake: Option<Fd>,
    /// How often cancel was called, and how much of that some call has already returned for.
    cancels: AtomicU32,
    seen: AtomicU32,
    closed: AtomicBool,
    /// Calls that are in poll just now.
    waiters: AtomicU32,
}

impl Cancellation {
    pub(super) fn new(wake: Option<Fd>) -> Cancellation {
        Cancellation {
            wake,
            cancels: AtomicU32::new(0),
            seen: AtomicU32::new(0),
            closed: AtomicBool::new(false),
            waiters: AtomicU32::new(0),
        }
    }

    /// The descriptor that wakes blocked calls.
    pub(super) fn wake(&self) -> Option<&Fd> {
        self.wake.as_ref()
    }

    /// Cancels the calls in progress, or the next one. -EOPNOTSUPP without the means. Async-signal-safe.
    pub(super) fn cancel(&self) -> Result<()> {
        let wake = self.wake.as_ref().ok_or(Code::EOPNOTSUPP)?;
        self.cancels.fetch_add(1, Ordering::SeqCst);
        fd::set_event(wake.raw());
        Ok(())
    }

    /// Ends every call, those to come too.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        if let Some(wake) = &self.wake {
            fd::set_event(wake.raw());
        }
    }

    /// Starts a call that may wait so many milliseconds: NLRS_ECLOSED, or the cancellation that waited for it.
    pub(super) fn begin(&self, timeout: i64) -> Result<Call> {
        let cancels = self.seen.load(Ordering::Relaxed);
        let call = Call { budget: Budget::new(timeout), cancels };
        self.check(&call)?;
        Ok(call)
    }

    /// NLRS_ECLOSED or NLRS_ECANCELED when one of them has come over this call.
    #[inline(never)]
    pub(super) fn check(&self, call: &Call) -> Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Code::CLOSED);
        }
        let cancels = self.cancels.load(Ordering::Relaxed);
        if cancels != call.cancels {
            self.seen.store(cancels, Ordering::Relaxed);
            return Err(Code::CANCELED);
        }
        Ok(())
    }

    /// Whether this call has been ended, in the one order with all that others do. Notes nothing.
    pub(super) fn is_over(&self, call: &Call) -> bool {
        self.cancels.load(Ordering::SeqCst) != call.cancels || self.closed.load(Ordering::SeqCst)
    }

    /// Waits for `events` of a descriptor. -EAGAIN when nothing may be waited for, NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED. With
    /// `most` it returns after so many nanoseconds whatever has happened.
    pub(super) fn wait(&self, call: &mut Call, fd: i32, events: i16, most: Option<i64>) -> Result<()> {
        if call.budget.is_zero() {
            return Err(Code::EAGAIN);
        }
        self.waiters.fetch_add(1, Ordering::SeqCst);
        let result = self.wait_counted(call, fd, events, most);
        self.waiters.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn wait_counted(&self, call: &mut Call, fd: i32, events: i16, most: Option<i64>) -> Result<()> {
        /// While another call has to see a wake-up that is not ours, look again after this long.
        const OTHERS_NS: i64 = 5_000_000;
        let wake = self.wake.as_ref().map_or(-1, Fd::raw);
        let mut stale_wake = false;
        loop {
            self.check(call)?;
            let mut left = call.budget.left_ns();
            if left == Some(0) {
                return Err(Code::TIMEDOUT);
            }
            if let Some(most) = most {
                left = Some(left.map_or(most, |left| left.min(most)));
            }
            let watch = if stale_wake { -1 } else { wake };
            if stale_wake {
                left = Some(left.map_or(OTHERS_NS, |left| left.min(OTHERS_NS)));
            }
            stale_wake = false;
            match fd::poll(fd, events, watch, left) {
                Err(Code::EINTR) => {}
                Err(code) => return Err(code),
                Ok(ready) if ready.fd => return self.check(call),
                Ok(ready) if ready.wake => {
                    self.check(call)?;
                    // A wake-up that came before this call's time. With nobody else waiting it can be taken back.
                    if self.waiters.load(Ordering::SeqCst) == 1 {
                        fd::clear_event(wake);
                    } else {
                        stale_wake = true;
                    }
                }
                Ok(_) if most.is_some() => return self.check(call),
                Ok(_) => {}
            }
        }
    }
}
