// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counted references.

use super::try_box;
use crate::error::Result;
use alloc::boxed::Box;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};

/// A counted reference to a `T` on the heap: what Arc is, but -ENOMEM where Arc::new would abort.
#[derive(Debug)]
pub struct Shared<T> {
    inner: NonNull<Counted<T>>,
}

#[derive(Debug)]
#[repr(C)]
struct Counted<T> {
    /// First, so that a pointer to the value is a pointer to the whole.
    value: T,
    count: AtomicUsize,
}

// SAFETY: as for Arc: the value may be reached and dropped from any thread.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as for Arc.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// The first reference.
    pub fn new(value: T) -> Result<Shared<T>> {
        let counted = try_box(Counted { value, count: AtomicUsize::new(1) })?;
        Ok(Shared { inner: NonNull::from(Box::leak(counted)) })
    }

    /// This reference as a pointer for C.
    pub fn into_raw(self) -> *mut T {
        let raw = self.inner.as_ptr().cast::<T>();
        core::mem::forget(self);
        raw
    }

    /// Converts a pointer of `into_raw` back to its reference.
    ///
    /// # Safety
    /// `raw` is from into_raw, and each is converted back once.
    pub unsafe fn from_raw(raw: *mut T) -> Shared<T> {
        // SAFETY: into_raw's pointer is not NULL, and the value is at the start of its Counted.
        Shared { inner: unsafe { NonNull::new_unchecked(raw.cast()) } }
    }

    /// Another reference, beside the one that C holds as a pointer.
    ///
    /// # Safety
    /// `raw` is from into_raw and was not converted back.
    pub unsafe fn of_raw(raw: *const T) -> Shared<T> {
        // SAFETY: the caller's promise.
        let shared = unsafe { Shared::from_raw(raw.cast_mut()) };
        let another = shared.clone();
        core::mem::forget(shared);
        another
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        // SAFETY: a reference keeps its Counted alive.
        unsafe { self.inner.as_ref() }.count.fetch_add(1, Ordering::Relaxed);
        Shared { inner: self.inner }
    }
}

impl<T> core::ops::Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: as above.
        &unsafe { self.inner.as_ref() }.value
    }
}

impl<T> Drop for Shared<T> {
    #[inline(never)]
    fn drop(&mut self) {
        // SAFETY: as above.
        if unsafe { self.inner.as_ref() }.count.fetch_sub(1, Ordering::Release) == 1 {
            // Everything that other threads did with the value happens before its drop. A load, since ThreadSanitizer
            // does not understand fences. SAFETY: as above.
            unsafe { self.inner.as_ref() }.count.load(Ordering::Acquire);
            // SAFETY: the last reference; from try_box's Box.
            drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
        }
    }
}
