// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory that messages are built in: the caller's or our own, with a limit that one comparison checks.

use crate::error::{Code, Result};
use alloc::alloc::{Layout, alloc_zeroed, dealloc, realloc};
use core::ptr::{self, NonNull};

/// Alignment of memory of our own.
const ALIGN: usize = 8;

/// The most bytes that a Room has. Offsets and their sums with a few header bytes fit into an `int`.
const MAX_CAPACITY: u32 = 0x7fff_fff0;

/// Bytes to build messages in. Zeroed memory is a valid Room without any.
///
/// Invariants: `memory` has `capacity` bytes (or is NULL and `capacity` is 0) that belong to the Room alone, and
/// `limit <= capacity <= MAX_CAPACITY`. Memory of our own is initialised; the caller's is read no further than it was
/// written.
#[derive(Debug)]
#[repr(C)]
pub struct Room {
    memory: *mut u8,
    limit: u32,
    capacity: u32,
    /// 1 for memory from our allocator, which can grow; 0 for the caller's.
    owned: u32,
}

// SAFETY: a Room is the only user of its memory.
unsafe impl Send for Room {}
// SAFETY: through a shared reference it is only read.
unsafe impl Sync for Room {}

impl Room {
    /// The caller's memory, of which a multiple of 4 bytes is used. What is NULL or not aligned to 4 counts as no
    /// memory.
    ///
    /// # Safety
    /// `memory` is NULL or has `len` bytes, which nobody else uses while the Room lives.
    pub unsafe fn borrowed(memory: *mut u8, len: usize) -> Room {
        let capacity = if memory.is_null() || memory.addr() & 3 != 0 { 0 } else { clamp(len) & !3 };
        Room { memory, limit: 0, capacity, owned: 0 }
    }

    /// Memory of our own: `capacity` bytes to begin with.
    pub fn growing(capacity: usize) -> Result<Room> {
        let mut room = Room { memory: ptr::null_mut(), limit: 0, capacity: 0, owned: 1 };
        if capacity > MAX_CAPACITY as usize {
            return Err(Code::ENOMEM);
        }
        room.grow(clamp(capacity).max(64))?;
        Ok(room)
    }

    /// How many bytes there are.
    #[inline(always)]
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Whether it can grow.
    #[inline(always)]
    pub fn is_owned(&self) -> bool {
        self.owned != 0
    }

    /// Offset before which everything that is handed out to be written ends.
    #[inline(always)]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Another limit; the capacity bounds it.
    #[inline(always)]
    pub fn set_limit(&mut self, limit: u32) {
        self.limit = limit.min(self.capacity);
    }

    /// A limit that is not beyond the present one.
    #[inline(always)]
    pub fn lower_limit(&mut self, limit: u32) {
        self.limit = self.limit.min(limit);
    }

    /// At least `len` bytes, what was there kept: -ENOSPC for the caller's memory, -ENOMEM.
    #[cold]
    pub fn grow(&mut self, len: u32) -> Result<()> {
        if len <= self.capacity {
            return Ok(());
        }
        if self.owned == 0 {
            return Err(Code::ENOSPC);
        }
        // Doubling keeps the copies of a growing buffer to one each byte on average.
        let target = (len.max(self.capacity.saturating_mul(2)).saturating_add(7) & !7).min(MAX_CAPACITY);
        if target < len {
            return Err(Code::ENOMEM);
        }
        let layout = Layout::from_size_align(target as usize, ALIGN).map_err(|_| Code::ENOMEM)?;
        let memory = if self.capacity == 0 {
            // SAFETY: the layout's size is not 0: it is more than the capacity.
            unsafe { alloc_zeroed(layout) }
        } else {
            let old = Layout::from_size_align(self.capacity as usize, ALIGN).map_err(|_| Code::ENOMEM)?;
            // SAFETY: `memory` is from the global allocator with this layout, and the new size is not 0.
            let grown = unsafe { realloc(self.memory, old, layout.size()) };
            if !grown.is_null() {
                // SAFETY: the block has `target` bytes, which is more than the capacity.
                let tail = unsafe { grown.add(self.capacity as usize) };
                // SAFETY: the last `target - capacity` bytes of the block.
                unsafe { tail.write_bytes(0, (target - self.capacity) as usize) };
            }
            grown
        };
        if memory.is_null() {
            return Err(Code::ENOMEM);
        }
        self.memory = memory;
        self.capacity = target;
        Ok(())
    }

    /// The `N` bytes at `at`, to be written, if they end within the limit.
    #[inline(always)]
    pub fn chunk_mut<const N: usize>(&mut self, at: u32) -> Option<&mut [u8; N]> {
        // Cannot wrap: N is a handful.
        if u64::from(at) + N as u64 > u64::from(self.limit) {
            return None;
        }
        const { assert!(N > 0) };
        // SAFETY: memory is not NULL, since the limit is not 0. (To say so spares a check that the compiler would
        // make.)
        let memory = unsafe { NonNull::new_unchecked(self.memory) };
        // SAFETY: `at + N <= limit <= capacity`.
        let mut first = unsafe { memory.add(at as usize) }.cast::<[u8; N]>();
        // SAFETY: the bytes are the Room's, and self is borrowed mutably.
        Some(unsafe { first.as_mut() })
    }

    /// The `MIN + more` bytes at `at`, to be written, if they end within the limit.
    #[inline(always)]
    pub fn slice_mut<const MIN: usize>(&mut self, at: u32, more: u32) -> Option<&mut [u8]> {
        // Cannot wrap: MIN is a handful.
        let end = u64::from(at) + u64::from(more) + MIN as u64;
        if end > u64::from(self.limit) || (MIN == 0 && self.limit == 0) {
            return None;
        }
        // SAFETY: memory is not NULL, since the limit is not 0. (To say so spares a check that the compiler would
        // make.)
        let memory = unsafe { NonNull::new_unchecked(self.memory) };
        // SAFETY: `at <= end <= limit <= capacity`.
        let first = unsafe { memory.add(at as usize) };
        // SAFETY: `end <= limit <= capacity`, so the bytes are the Room's.
        Some(unsafe { NonNull::slice_from_raw_parts(first, more as usize + MIN).as_mut() })
    }

    /// The first `len` bytes, which have been written.
    #[inline(always)]
    pub fn written(&self, len: u32) -> &[u8] {
        if len == 0 || len > self.capacity {
            return &[];
        }
        // SAFETY: `len <= capacity`, and memory is not NULL, since the capacity is not 0.
        unsafe { core::slice::from_raw_parts(self.memory, len as usize) }
    }

    /// The first `len` bytes, which have been written.
    #[inline(always)]
    pub fn written_mut(&mut self, len: u32) -> &mut [u8] {
        if len == 0 || len > self.capacity {
            return &mut [];
        }
        // SAFETY: as above, and self is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.memory, len as usize) }
    }
}

/// `len`, or the most that a Room has.
#[allow(clippy::cast_possible_truncation)]
fn clamp(len: usize) -> u32 {
    len.min(MAX_CAPACITY as usize) as u32
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.owned != 0 && self.capacity != 0 {
            if let Ok(layout) = Layout::from_size_align(self.capacity as usize, ALIGN) {
                // SAFETY: from the global allocator with this layout.
                unsafe { dealloc(self.memory, layout) };
            }
        }
    }
}
