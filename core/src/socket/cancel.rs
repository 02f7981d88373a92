// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waits that end early: by a cancellation, by the close of the socket, at the deadline.

use crate::budget::Budget;
use crate::error::{Code, Result};
use crate::sys::descriptor::Fd;
use crate::sys::{event, poll};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// One call on a socket: how long it may wait, and how many cancellations preceded it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) budget: Budget,
    cancels: u32,
}

impl Call {
    /// Returns NLRS_ETIMEDOUT if the deadline has passed. For loops that continue as long as datagrams arrive and never
    /// wait. A call with a timeout of 0 reads all that has arrived.
    #[inline(never)]
    pub(crate) fn check_deadline(&mut self) -> Result<()> {
        if !self.budget.is_zero() && self.budget.is_over() { Err(Code::TIMEDOUT) } else { Ok(()) }
    }
}

/// What ends the calls on a socket early.
#[derive(Debug)]
pub(super) struct Cancellation {
    /// Wakes a blocked call; None: calls cannot be cancelled.
    wake: Option<Fd>,
    /// Number of cancellations, and the number that calls have returned for.
    cancels: AtomicU32,
    seen: AtomicU32,
    closed: AtomicBool,
    /// Number of calls that are in poll.
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

    /// Returns the descriptor that wakes blocked calls.
    pub(super) fn wake(&self) -> Option<&Fd> {
        self.wake.as_ref()
    }

    /// Cancels the calls in progress, or the next one. -EOPNOTSUPP: calls cannot be cancelled. Async-signal-safe.
    pub(super) fn cancel(&self) -> Result<()> {
        let wake = self.wake.as_ref().ok_or(Code::EOPNOTSUPP)?;
        self.cancels.fetch_add(1, Ordering::SeqCst);
        event::set(wake);
        Ok(())
    }

    /// Ends every call, also later ones.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        if let Some(wake) = &self.wake {
            event::set(wake);
        }
    }

    /// Begins a call with a timeout in milliseconds. NLRS_ECLOSED, or NLRS_ECANCELED if the next call was cancelled.
    pub(super) fn begin(&self, timeout: i64) -> Result<Call> {
        let cancels = self.seen.load(Ordering::Relaxed);
        let call = Call { budget: Budget::new(timeout), cancels };
        self.check(&call)?;
        Ok(call)
    }

    /// Returns NLRS_ECLOSED or NLRS_ECANCELED if the socket was closed or this call cancelled.
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

    /// Returns whether this call was ended, sequentially consistent with the thread that ends it. Does not count as
    /// seen.
    pub(super) fn is_over(&self, call: &Call) -> bool {
        self.cancels.load(Ordering::SeqCst) != call.cancels || self.closed.load(Ordering::SeqCst)
    }

    /// Waits for `events` of a descriptor. -EAGAIN if the timeout is 0, NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED.
    /// With `most` it returns after at most so many nanoseconds.
    pub(super) fn wait(&self, call: &mut Call, fd: &Fd, events: i16, most: Option<i64>) -> Result<()> {
        if call.budget.is_zero() {
            return Err(Code::EAGAIN);
        }
        self.waiters.fetch_add(1, Ordering::SeqCst);
        let result = self.wait_counted(call, fd, events, most);
        self.waiters.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn wait_counted(&self, call: &mut Call, fd: &Fd, events: i16, most: Option<i64>) -> Result<()> {
        /// While another call has to see a wake-up that is not for this one, the wake-up event is ignored for this
        /// long.
        const OTHERS_NS: i64 = 5_000_000;
        let wake = self.wake.as_ref();
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
            let watch = if stale_wake { None } else { wake };
            if stale_wake {
                left = Some(left.map_or(OTHERS_NS, |left| left.min(OTHERS_NS)));
            }
            stale_wake = false;
            match poll::poll(fd.borrow(), events, watch, left) {
                Err(Code::EINTR) => {}
                Err(code) => return Err(code),
                Ok(ready) if ready.fd => return self.check(call),
                Ok(ready) if ready.wake => {
                    self.check(call)?;
                    // A wake-up from before this call. If no other call waits, it can be cleared.
                    match wake {
                        Some(wake) if self.waiters.load(Ordering::SeqCst) == 1 => event::clear(wake),
                        _ => stale_wake = true,
                    }
                }
                Ok(_) if most.is_some() => return self.check(call),
                Ok(_) => {}
            }
        }
    }
}
