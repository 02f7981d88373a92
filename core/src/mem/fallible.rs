// SPDX-License-Identifier: MIT OR Apache-2.0
//! Boxes and vectors whose allocation may fail.

use crate::error::{Code, Result};
use alloc::alloc::{Layout, alloc};
use alloc::boxed::Box;
use alloc::vec::Vec;

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
    // Not Vec::push: it has a path that aborts, and only the optimizer could remove it.
    let len = vec.len();
    vec.spare_capacity_mut().first_mut().ok_or(Code::ENOMEM)?.write(value);
    // SAFETY: there was capacity for one more value after the first `len`, and it has been written.
    unsafe { vec.set_len(len + 1) };
    Ok(())
}

/// A vector of `len` times `value`, or -ENOMEM where vec![value; len] would abort.
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
