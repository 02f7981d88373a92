// SPDX-License-Identifier: MIT OR Apache-2.0
//! Clocks.

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

/// Returns the time of CLOCK_MONOTONIC in nanoseconds; None if it cannot be read.
pub(crate) fn monotonic_ns() -> Option<i64> {
    read(libc::CLOCK_MONOTONIC)
}

/// Returns the time of CLOCK_MONOTONIC in nanoseconds; 0 if it cannot be read.
pub(crate) fn now_ns() -> i64 {
    monotonic_ns().unwrap_or(0)
}

/// Returns the time of CLOCK_REALTIME in nanoseconds, for time stamps.
pub(crate) fn wall_ns() -> i64 {
    read(libc::CLOCK_REALTIME).unwrap_or(0)
}
