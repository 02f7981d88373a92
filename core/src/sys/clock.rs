// SPDX-License-Identifier: MIT OR Apache-2.0
//! CLOCK_MONOTONIC, and a budget of waiting time.

/// Nanoseconds of a clock; None where it cannot be read: a sandbox may refuse it.
fn read(clock: libc::clockid_t) -> Option<i64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a live timespec.
    if unsafe { libc::clock_gettime(clock, &mut now) } != 0 {
        return None;
    }
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion)] // time_t and long differ between targets
    Some(i64::from(now.tv_sec).saturating_mul(1_000_000_000).saturating_add(i64::from(now.tv_nsec)))
}

/// Nanoseconds of CLOCK_MONOTONIC.
pub(crate) fn now_ns() -> i64 {
    read(libc::CLOCK_MONOTONIC).unwrap_or(0)
}

/// Nanoseconds of CLOCK_REALTIME, for time stamps.
pub(crate) fn wall_ns() -> i64 {
    read(libc::CLOCK_REALTIME).unwrap_or(0)
}

/// How long an operation may still wait.
///
/// The clock is read only once there is something to wait for: an operation whose answer is there already costs no
/// clock. Between [`Budget::pause`] and the next use the caller's own time is not counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Nanoseconds left; < 0: for ever.
    left: i64,
    /// When the clock was started, if it runs.
    since: Option<i64>,
}

impl Budget {
    /// `milliseconds` < 0: for ever.
    pub(crate) fn new(milliseconds: i64) -> Budget {
        let left = if milliseconds < 0 { -1 } else { milliseconds.saturating_mul(1_000_000) };
        Budget { left, since: None }
    }

    /// Nothing may be waited for at all.
    pub(crate) fn is_zero(&self) -> bool {
        self.left == 0
    }

    /// Nothing of it has been used, nor has the clock been started.
    pub(crate) fn is_fresh(&self) -> bool {
        self.since.is_none()
    }

    /// Starts the clock if it does not run, and says what is left: None for ever, Some(0) when the time is over.
    pub(crate) fn left_ns(&mut self) -> Option<i64> {
        if self.left < 0 {
            return None;
        }
        // Without a clock no wait would ever end: the time is over.
        let Some(now) = read(libc::CLOCK_MONOTONIC) else { return Some(0) };
        let since = *self.since.get_or_insert(now);
        Some(self.left.saturating_sub(now.saturating_sub(since)).max(0))
    }

    /// True when the time is over. Starts the clock.
    pub(crate) fn is_over(&mut self) -> bool {
        self.left_ns() == Some(0)
    }

    /// Stops the clock, if it runs, and keeps what is left for a later call of the same operation.
    pub(crate) fn pause(&mut self) {
        if self.since.is_some() {
            // Never 0, which would mean that there was nothing to wait for from the beginning.
            self.left = self.left_ns().map_or(-1, |left| left.max(1));
            self.since = None;
        }
    }
}
