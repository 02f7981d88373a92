// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sleeping until another thread changes a word of memory.

use core::sync::atomic::AtomicU32;

/// The timespec of the futex system call, which does not depend on the C library's time_t.
#[repr(C)]
struct KernelTimespec {
    seconds: libc::c_long,
    nanoseconds: libc::c_long,
}

impl KernelTimespec {
    fn new(ns: i64) -> KernelTimespec {
        let seconds = libc::c_long::try_from(ns / 1_000_000_000).unwrap_or(libc::c_long::MAX);
        let nanoseconds = libc::c_long::try_from(ns % 1_000_000_000).unwrap_or(0);
        KernelTimespec { seconds, nanoseconds }
    }
}

/// Sleeps while `word` is `expected`, for at most `left` nanoseconds (None: no limit). May return early.
pub(crate) fn wait(word: &AtomicU32, expected: u32, left: Option<i64>) {
    let timeout = left.map(KernelTimespec::new);
    let timeout_ptr = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let op = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: `word` and the timespec live through the call; the kernel reads both only.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, expected, timeout_ptr) };
}

/// Wakes `count` sleepers. The word may have been freed: only its address is used.
pub(crate) fn wake(word: &AtomicU32, count: i32) {
    let op = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: FUTEX_WAKE does not follow the address of a private futex beyond looking it up.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, count) };
}
