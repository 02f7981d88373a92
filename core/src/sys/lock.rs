// SPDX-License-Identifier: MIT OR Apache-2.0
//! A lock whose wait has an end and that knows its owner: what pthread's mutex cannot do on every libc.

use super::clock::Budget;
use super::thread_token;
use crate::error::{Code, Result};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

/// Who has it. Apart from the value, so that the code for it exists once.
#[derive(Debug)]
struct Word {
    state: AtomicU32,
    /// The owner's [`thread_token`], 0 when free.
    owner: AtomicUsize,
}

impl Word {
    #[inline(always)]
    fn try_take(&self) -> bool {
        let free = self.state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok();
        if free {
            self.owner.store(thread_token(), Ordering::Relaxed);
        }
        free
    }

    #[cold]
    #[inline(never)]
    fn take_slow(&self, budget: &mut Budget, give_up: &dyn Fn() -> Result<()>) -> Result<()> {
        if self.owner.load(Ordering::Relaxed) == thread_token() || budget.is_zero() {
            return Err(Code::BUSY);
        }
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            give_up()?;
            let left = budget.left_ns();
            if left == Some(0) {
                return Err(Code::TIMEDOUT);
            }
            futex_wait(&self.state, CONTENDED, left);
        }
        self.owner.store(thread_token(), Ordering::Relaxed);
        Ok(())
    }

    #[inline(never)]
    fn take_any(&self) -> Result<()> {
        if self.try_take() { Ok(()) } else { self.take_slow(&mut Budget::new(-1), &|| Ok(())) }
    }

    #[inline(always)]
    fn give_back(&self) {
        self.owner.store(0, Ordering::Relaxed);
        if self.state.swap(FREE, Ordering::Release) == CONTENDED {
            futex_wake(&self.state, 1);
        }
    }
}

/// A value that one thread at a time may use.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    word: Word,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached through a Guard alone, of which there is at most one.
unsafe impl<T: Send> Sync for Lock<T> {}

/// The right to use the value; gives it back on drop.
pub(crate) struct Guard<'a, T> {
    lock: &'a Lock<T>,
}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Lock<T> {
        let word = Word { state: AtomicU32::new(FREE), owner: AtomicUsize::new(0) };
        Lock { word, value: UnsafeCell::new(value) }
    }

    /// The value, if nobody has it.
    #[inline(always)]
    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        if self.word.try_take() { Some(Guard { lock: self }) } else { None }
    }

    /// The value, within `budget`. NLRS_EBUSY when the caller holds it already or nothing may be waited for; NLRS_ETIMEDOUT;
    /// or what `give_up` says when it was woken by [`Lock::wake_all`].
    pub(crate) fn lock(&self, budget: &mut Budget, give_up: &dyn Fn() -> Result<()>) -> Result<Guard<'_, T>> {
        if !self.word.try_take() {
            self.word.take_slow(budget, give_up)?;
        }
        Ok(Guard { lock: self })
    }

    /// The value, however long its present user takes. NLRS_EBUSY when that is the caller.
    pub(crate) fn lock_any(&self) -> Result<Guard<'_, T>> {
        self.word.take_any()?;
        Ok(Guard { lock: self })
    }

    /// Makes every waiting thread look at its `give_up` again. Async-signal-safe.
    pub(crate) fn wake_all(&self) {
        futex_wake(&self.word.state, i32::MAX);
    }
}

impl<T> core::ops::Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the only Guard of this lock.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> core::ops::DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the only Guard of this lock, borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.lock.word.give_back();
    }
}

/// What the futex system call takes, whatever the size of the C library's time_t.
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

/// Sleeps while `word` is `expected`, for `left` nanoseconds at most (None: for ever). May wake for no reason.
fn futex_wait(word: &AtomicU32, expected: u32, left: Option<i64>) {
    let timeout = left.map(KernelTimespec::new);
    let timeout_ptr = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let op = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: `word` and the timespec live through the call; the kernel reads both only.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, expected, timeout_ptr) };
}

/// Wakes `count` sleepers. The word may be gone by then: only its address counts.
fn futex_wake(word: &AtomicU32, count: i32) {
    let op = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: FUTEX_WAKE does not follow the address of a private futex beyond looking it up.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, count) };
}
