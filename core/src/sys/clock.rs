// SPDX-License-Identifier: MIT OR Apache-2.0
//! Clocks, and how long an operation may wait.

/// Returns the time of a clock in nanoseconds; None if it cannot be read, as in some sandboxes.
fn read(clock: libc::clockid_t) -> Option<i64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a live timespec.
    if unsafe { libc::clock_gettime(clock, &mut now) } != 0 {
        return None;
    }
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion)] // time_t and long differ between targets
    Some(i64::from(now.tv_sec).saturating_mul(1_000_000_000).saturating_add(i64::from(now.tv_nsec)))
}

/// Returns the time of CLOCK_MONOTONIC in nanoseconds.
pub(crate) fn now_ns() -> i64 {
    read(libc::CLOCK_MONOTONIC).unwrap_or(0)
}

/// Returns the time of CLOCK_REALTIME in nanoseconds, for time stamps.
pub(crate) fn wall_ns() -> i64 {
    read(libc::CLOCK_REALTIME).unwrap_or(0)
}

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
        let Some(now) = read(libc::CLOCK_MONOTONIC) else { return Some(0) };
        let since = *self.since.get_or_insert(now);
        Some(self.left.saturating_sub(now.saturating_sub(since)).max(0))
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
