// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory whose allocation may fail.

pub mod room;

use crate::error::{Code, Result};
use alloc::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};

/// What every buffer is aligned to. A netlink header needs 4, a 64-bit value 8; the rest is for the kernel, whose copy to user memory
/// (`rep movsb`) is slower by half where it begins within a page's first cache line, but not at its start. Large blocks of malloc
/// begin just there: 16 bytes into a page. Measured on 2,000 links in pieces of 32 KiB: 5500 ns a link, and 5000 when aligned.
const ALIGN: usize = 64;

/// What calloc aligns to at the least; it hands out fresh pages without touching them, as posix_memalign and a memset would not.
const BASE_ALIGN: usize = 8;

/// A value on the heap, or -ENOMEM where Box::new would abort.
pub fn try_box<T>(value: T) -> Result<Box<T>> {
    const { assert!(size_of::<T>() > 0) };
    // SAFETY: the layout of T, which is not of size 0.
    let memory = unsafe { alloc(Layout::new::<T>()) }.cast::<T>();
    if memory.is_null() {
        return Err(Code::ENOMEM);
    }
    // SAFETY: fresh memory of T's layout.
    unsafe { memory.write(value) };
    // SAFETY: from the global allocator with T's layout, and initialised.
    Ok(unsafe { Box::from_raw(memory) })
}

/// Appends `value`, or -ENOMEM where Vec::push would abort.
pub fn try_push<T>(vec: &mut Vec<T>, value: T) -> Result<()> {
    vec.try_reserve(1).map_err(|_| Code::ENOMEM)?;
    // Not by push, which has a path that aborts: whether it goes would be the optimizer's choice.
    let len = vec.len();
    vec.spare_capacity_mut().first_mut().ok_or(Code::ENOMEM)?.write(value);
    // SAFETY: there was room for one more behind the first `len`, and it has been written.
    unsafe { vec.set_len(len + 1) };
    Ok(())
}

/// `len` times `value`, or -ENOMEM where Vec's own way would abort.
pub fn try_filled(value: u32, len: usize) -> Result<Vec<u32>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len).map_err(|_| Code::ENOMEM)?;
    for slot in vec.spare_capacity_mut().get_mut(..len).ok_or(Code::ENOMEM)? {
        slot.write(value);
    }
    // SAFETY: the first `len` have been written.
    unsafe { vec.set_len(len) };
    Ok(vec)
}

/// Bytes that can grow. Always initialised, and aligned to 64.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Buf {
    /// The first aligned byte of the block.
    memory: NonNull<u8>,
    len: usize,
    /// Where in the block that is.
    pad: usize,
}

// SAFETY: a Buf is the only user of its memory.
unsafe impl Send for Buf {}
// SAFETY: through a shared reference it is only read.
unsafe impl Sync for Buf {}

impl Buf {
    /// No bytes; can grow.
    pub(crate) const fn empty() -> Buf {
        Buf { memory: NonNull::dangling(), len: 0, pad: 0 }
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The bytes.
    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes, ours as long as self is borrowed.
        unsafe { core::slice::from_raw_parts(self.memory.as_ptr(), self.len) }
    }

    /// The bytes.
    #[inline(always)]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as above, and self is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.memory.as_ptr(), self.len) }
    }

    /// At least `len` bytes, what was there kept and the new ones zero; -ENOMEM.
    #[cold]
    #[inline(never)]
    pub(crate) fn grow(&mut self, len: usize) -> Result<()> {
        if len <= self.len {
            return Ok(());
        }
        let layout = block(len)?;
        // SAFETY: the layout's size is not 0.
        let base = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or(Code::ENOMEM)?;
        let pad = base.addr().get().wrapping_neg() & (ALIGN - 1);
        // SAFETY: the block is longer than `len` by ALIGN - 1, and pad is at most that.
        let memory = unsafe { base.add(pad) };
        let mut grown = Buf { memory, len, pad };
        if let Some(to) = grown.as_mut_slice().get_mut(..self.len) {
            to.copy_from_slice(self.as_slice());
        }
        *self = grown;
        Ok(())
    }
}

/// The block for `len` bytes, of which the first few are left out so that the others are aligned.
fn block(len: usize) -> Result<Layout> {
    let size = len.checked_add(ALIGN - 1).ok_or(Code::ENOMEM)?;
    Layout::from_size_align(size, BASE_ALIGN).map_err(|_| Code::ENOMEM)
}

impl Drop for Buf {
    fn drop(&mut self) {
        if self.len != 0 {
            if let Ok(layout) = block(self.len) {
                // SAFETY: the block begins `pad` bytes before.
                let base = unsafe { self.memory.as_ptr().sub(self.pad) };
                // SAFETY: from the global allocator with this layout.
                unsafe { dealloc(base, layout) };
            }
        }
    }
}

/// The memory of a boxed value that is gone, for the next of its kind.
#[derive(Debug)]
pub struct Block {
    memory: NonNull<u8>,
    layout: Layout,
}

// SAFETY: a Block is the only user of its memory, in which there is no value.
unsafe impl Send for Block {}

impl Block {
    /// Takes a value out of its box and keeps the memory.
    pub fn empty<T>(boxed: Box<T>) -> (T, Block) {
        const { assert!(size_of::<T>() > 0) };
        let memory = NonNull::from(Box::leak(boxed));
        // SAFETY: a live value, which is read once and from then on only its memory is used.
        let value = unsafe { memory.read() };
        (value, Block { memory: memory.cast(), layout: Layout::new::<T>() })
    }

    /// Boxes a value: in this memory where it is of that kind's size, else in new memory, or -ENOMEM.
    pub fn fill<T>(self, value: T) -> Result<Box<T>> {
        if self.layout != Layout::new::<T>() {
            return try_box(value);
        }
        let memory = self.memory.cast::<T>();
        core::mem::forget(self);
        // SAFETY: memory of T's layout, which the Block has given up.
        unsafe { memory.write(value) };
        // SAFETY: from the global allocator with T's layout, and initialised.
        Ok(unsafe { Box::from_raw(memory.as_ptr()) })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: from the global allocator with this layout.
        unsafe { dealloc(self.memory.as_ptr(), self.layout) };
    }
}

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

    /// The reference back.
    ///
    /// # Safety
    /// `raw` is from into_raw, and each is taken back once.
    pub unsafe fn from_raw(raw: *mut T) -> Shared<T> {
        // SAFETY: into_raw's pointer is not NULL, and the value stands at the start of its Counted.
        Shared { inner: unsafe { NonNull::new_unchecked(raw.cast()) } }
    }

    /// Another reference beside the one that C holds as a pointer.
    ///
    /// # Safety
    /// `raw` is from into_raw and not yet taken back.
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
            // Orders what every other thread did with the value before its drop; a load that ThreadSanitizer understands, where a fence is not.
            // SAFETY: as above.
            unsafe { self.inner.as_ref() }.count.load(Ordering::Acquire);
            // SAFETY: the last reference; from try_box's Box.
            drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
        }
    }
}
