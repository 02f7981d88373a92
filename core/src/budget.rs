// SPDX-License-Identifier: MIT OR Apache-2.0
//! How long an operation may wait, all its waits together.

use crate::sys::clock::monotonic_ns;

/// How long an operation may still wait.
///
/// The clock is not read before the first wait: an operation whose answer has arrived already needs none. The time between
/// [`Budget::pause`] and the next use, the caller's own, is not counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Nanoseconds left; negative: no limit.
    left: i64,
    /// Time at which the clock was started; None: it is stopped.
    since: Option<i64>,
}

impl Budget {
    /// Returns a budget of `milliseconds`; negative: no limit.
    pub(crate) fn new(milliseconds: i64) -> Budget {
        let left = if milliseconds < 0 { -1 } else { milliseconds.saturating_mul(1_000_000) };
        Budget { left, since: None }
    }

    /// Returns whether there was no time to wait from the beginning.
    pub(crate) fn is_zero(&self) -> bool {
        self.left == 0
    }

    /// Returns whether the clock has not been started.
    pub(crate) fn is_fresh(&self) -> bool {
        self.since.is_none()
    }

    /// Starts the clock if it is stopped, and returns the nanoseconds left; None: no limit.
    pub(crate) fn left_ns(&mut self) -> Option<i64> {
        if self.left < 0 {
            return None;
        }
        // Without a clock no wait would end: there is no time left.
        let Some(now) = monotonic_ns() else { return Some(0) };
        let since = *self.since.get_or_insert(now);
        Some(self.left.saturating_sub(now.saturating_sub(since)).max(0))
    }

    /// Shortens the time to at most so many nanoseconds, and starts the clock. A budget of 0 stays as it is.
    pub(crate) fn limit(&mut self, ns: i64) {
        if self.left != 0 {
            self.left = if self.left < 0 { ns } else { self.left.min(ns) }.max(1);
            self.left_ns();
        }
    }

    /// Returns whether no time is left. Starts the clock if it is stopped.
    pub(crate) fn is_over(&mut self) -> bool {
        self.left_ns() == Some(0)
    }

    /// Stops the clock and keeps what is left for a later call of the same operation.
    pub(crate) fn pause(&mut self) {
        if self.since.is_some() {
            // Not 0, which means that there was no time to wait from the beginning.
            self.left = self.left_ns().map_or(-1, |left| left.max(1));
            self.since = None;
        }
    }
}
