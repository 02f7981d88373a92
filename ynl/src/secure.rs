// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether the environment variables can be trusted.

/// Whether the program runs with more rights than its caller (set-user-ID, file capabilities).
pub(crate) fn has_more_rights() -> bool {
    // SAFETY: it takes a number and reads what the kernel has given the process.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}
