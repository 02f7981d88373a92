// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory of a boxed value, kept for the next value.

use super::try_box;
use crate::error::Result;
use alloc::alloc::{Layout, dealloc};
use alloc::boxed::Box;
use core::ptr::NonNull;

/// The memory of a boxed value that was moved out, for the next value of the same size.
#[derive(Debug)]
pub struct Block {
    memory: NonNull<u8>,
    layout: Layout,
}

// SAFETY: a Block is the only user of its memory, in which there is no value.
unsafe impl Send for Block {}

impl Block {
    /// Moves a value out of its box and keeps the memory.
    pub fn empty<T>(boxed: Box<T>) -> (T, Block) {
        const { assert!(size_of::<T>() > 0) };
        let memory = NonNull::from(Box::leak(boxed));
        // SAFETY: a live value, which is read once and from then on only its memory is used.
        let value = unsafe { memory.read() };
        (value, Block { memory: memory.cast(), layout: Layout::new::<T>() })
    }

    /// Boxes a value: in this memory when the layouts are equal, else in new memory, or -ENOMEM.
    pub fn fill<T>(self, value: T) -> Result<Box<T>> {
        if self.layout != Layout::new::<T>() {
            return try_box(value);
        }
        let memory = self.memory.cast::<T>();
        core::mem::forget(self);
        // SAFETY: memory of T's layout, which the forgotten Block no longer frees.
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
