// SPDX-License-Identifier: MIT OR Apache-2.0
//! A lock with a deadline that knows its owner, which not every libc's mutex offers.

use super::clock::Budget;
use super::thread_token;
use crate::error::{Code, Result};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

/// The state of a lock. Separate from the value so that its code is not generated for each type.
#[derive(Debug)]
struct Word {
    state: AtomicU32,
    /// [`thread_token`] of the owner; 0: not locked.
    owner: AtomicUsize,
}

impl Word {
    #[inline(always)]
    fn try_lock(&self) -> bool {
        let free = self.state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok();
        if free {
            self.owner.store(thread_token(), Ordering::Relaxed);
        }
        free
    }

    #[cold]
    #[inline(never)]
    fn lock_slow(&self, budget: &mut Budget, interrupted: &dyn Fn() -> Result<()>) -> Result<()> {
        if self.owner.load(Ordering::Relaxed) == thread_token() || budget.is_zero() {
            return Err(Code::BUSY);
        }
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            interrupted()?;
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
    fn lock_any(&self) -> Result<()> {
        if self.try_lock() { Ok(()) } else { self.lock_slow(&mut Budget::new(-1), &|| Ok(())) }
    }

    #[inline(always)]
    fn unlock(&self) {
        self.owner.store(0, Ordering::Relaxed);
        if self.state.swap(FREE, Ordering::Release) == CONTENDED {
            futex_wake(&self.state, 1);
        }
    }
}

/// A value that one thread at a time uses.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    word: Word,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached through a Guard alone, of which there is at most one.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Access to the value of a lock, which is unlocked on drop.
#[derive(Debug)]
pub(crate) struct Guard<'a, T> {
    lock: &'a Lock<T>,
}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Lock<T> {
        let word = Word { state: AtomicU32::new(FREE), owner: AtomicUsize::new(0) };
        Lock { word, value: UnsafeCell::new(value) }
    }

    /// Locks if it is not locked.
    #[inline(always)]
    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        if self.word.try_lock() { Some(Guard { lock: self }) } else { None }
    }

    /// Locks within `budget`. NLRS_EBUSY: the calling thread has locked it, or it is locked and the budget is 0; NLRS_ETIMEDOUT;
    /// or the error of `interrupted`, which is called after each wake-up ([`Lock::wake_all`]).
    pub(crate) fn lock(&self, budget: &mut Budget, interrupted: &dyn Fn() -> Result<()>) -> Result<Guard<'_, T>> {
        if !self.word.try_lock() {
            self.word.lock_slow(budget, interrupted)?;
        }
        Ok(Guard { lock: self })
    }

    /// Locks without a time limit. NLRS_EBUSY: the calling thread has locked it.
    pub(crate) fn lock_any(&self) -> Result<Guard<'_, T>> {
        self.word.lock_any()?;
        Ok(Guard { lock: self })
    }

    /// Makes every waiting thread call its `interrupted`. Async-signal-safe.
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
        self.lock.word.unlock();
    }
}

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
fn futex_wait(word: &AtomicU32, expected: u32, left: Option<i64>) {
    let timeout = left.map(KernelTimespec::new);
    let timeout_ptr = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let op = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: `word` and the timespec live through the call; the kernel reads both only.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, expected, timeout_ptr) };
}

/// Wakes `count` sleepers. The word may have been freed: only its address is used.
fn futex_wake(word: &AtomicU32, count: i32) {
    let op = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: FUTEX_WAKE does not follow the address of a private futex beyond looking it up.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, count) };
}
