// SPDX-License-Identifier: MIT OR Apache-2.0
//! A lock with a deadline that knows its owner, which not every libc's mutex offers.

use crate::error::{Code, Result};
use crate::sys::{futex, thread_token};
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
    fn lock_slow(&self, left: &mut dyn FnMut() -> Result<Option<i64>>) -> Result<()> {
        if self.owner.load(Ordering::Relaxed) == thread_token() {
            return Err(Code::BUSY);
        }
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            futex::wait(&self.state, CONTENDED, left()?);
        }
        self.owner.store(thread_token(), Ordering::Relaxed);
        Ok(())
    }

    #[inline(never)]
    fn lock_any(&self) -> Result<()> {
        if self.try_lock() { Ok(()) } else { self.lock_slow(&mut || Ok(None)) }
    }

    #[inline(always)]
    fn unlock(&self) {
        self.owner.store(0, Ordering::Relaxed);
        if self.state.swap(FREE, Ordering::Release) == CONTENDED {
            futex::wake(&self.state, 1);
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

    /// Locks. Before each wait `left` is called: it returns how many nanoseconds the wait may take at most (None: no limit), or
    /// an error that ends the attempt. NLRS_EBUSY: the calling thread has locked it.
    pub(crate) fn lock(&self, left: &mut dyn FnMut() -> Result<Option<i64>>) -> Result<Guard<'_, T>> {
        if !self.word.try_lock() {
            self.word.lock_slow(left)?;
        }
        Ok(Guard { lock: self })
    }

    /// Locks without a time limit. NLRS_EBUSY: the calling thread has locked it.
    pub(crate) fn lock_any(&self) -> Result<Guard<'_, T>> {
        self.word.lock_any()?;
        Ok(Guard { lock: self })
    }

    /// Wakes every waiting thread, which calls its `left`. Async-signal-safe.
    pub(crate) fn wake_all(&self) {
        futex::wake(&self.word.state, i32::MAX);
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
