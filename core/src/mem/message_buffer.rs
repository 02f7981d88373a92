// SPDX-License-Identifier: MIT OR Apache-2.0
//! What messages are built in: a caller's buffer, or memory that grows. One comparison with a limit checks each access.

use crate::error::{Code, Result};
use alloc::alloc::{Layout, alloc_zeroed, dealloc, realloc};
use core::ptr::{self, NonNull};

/// Alignment of memory that grows.
const ALIGN: usize = 8;

/// The largest capacity. Offsets, and their sums with a few header bytes, fit into an `int`.
const MAX_CAPACITY: u32 = 0x7fff_fff0;

/// Bytes to build messages in. Zeroed memory is a valid MessageBuffer of no bytes.
///
/// Invariants: `memory` has `capacity` bytes (or is NULL and `capacity` is 0) that nothing else uses, and `limit <=
/// capacity <= MAX_CAPACITY`. Memory that grows is initialised; of a caller's buffer only bytes that were written are
/// read.
#[derive(Debug)]
#[repr(C)]
pub struct MessageBuffer {
    memory: *mut u8,
    limit: u32,
    capacity: u32,
    /// 1 for memory from our allocator, which can grow; 0 for the caller's.
    owned: u32,
}

// SAFETY: a MessageBuffer is the only user of its memory.
unsafe impl Send for MessageBuffer {}
// SAFETY: through a shared reference it is only read.
unsafe impl Sync for MessageBuffer {}

impl MessageBuffer {
    /// A caller's buffer, of which a multiple of 4 bytes is used. A pointer that is NULL or not aligned to 4 counts as
    /// a buffer of no bytes.
    ///
    /// # Safety
    /// `memory` is NULL or has `len` bytes, which nothing else uses while the MessageBuffer exists.
    pub unsafe fn borrowed(memory: *mut u8, len: usize) -> MessageBuffer {
        let capacity = if memory.is_null() || memory.addr() & 3 != 0 { 0 } else { clamp(len) & !3 };
        MessageBuffer { memory, limit: 0, capacity, owned: 0 }
    }

    /// Memory that grows, with `capacity` bytes at first; -ENOMEM.
    pub fn growing(capacity: usize) -> Result<MessageBuffer> {
        let mut buffer = MessageBuffer { memory: ptr::null_mut(), limit: 0, capacity: 0, owned: 1 };
        if capacity > MAX_CAPACITY as usize {
            return Err(Code::ENOMEM);
        }
        buffer.grow(clamp(capacity).max(64))?;
        Ok(buffer)
    }

    /// Size in bytes.
    #[inline(always)]
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Whether it can grow.
    #[inline(always)]
    pub fn is_owned(&self) -> bool {
        self.owned != 0
    }

    /// Offset at which the writable bytes end.
    #[inline(always)]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Sets the limit, at most the capacity.
    #[inline(always)]
    pub fn set_limit(&mut self, limit: u32) {
        self.limit = limit.min(self.capacity);
    }

    /// Lowers the limit; a higher value than the present one changes nothing.
    #[inline(always)]
    pub fn lower_limit(&mut self, limit: u32) {
        self.limit = self.limit.min(limit);
    }

    /// Grows to at least `len` bytes and keeps the contents: -ENOSPC for a caller's buffer, -ENOMEM.
    #[cold]
    pub fn grow(&mut self, len: u32) -> Result<()> {
        if len <= self.capacity {
            return Ok(());
        }
        if self.owned == 0 {
            return Err(Code::ENOSPC);
        }
        // Doubling limits the copies to one per byte on average.
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

    /// Returns the `N` bytes at `at`, to be written; None when they end after the limit.
    #[inline(always)]
    pub fn chunk_mut<const N: usize>(&mut self, at: u32) -> Option<&mut [u8; N]> {
        // Cannot wrap: N is small.
        if u64::from(at) + N as u64 > u64::from(self.limit) {
            return None;
        }
        const { assert!(N > 0) };
        // SAFETY: memory is not NULL, since the limit is not 0. (The compiler would check it otherwise.)
        let memory = unsafe { NonNull::new_unchecked(self.memory) };
        // SAFETY: `at + N <= limit <= capacity`.
        let mut first = unsafe { memory.add(at as usize) }.cast::<[u8; N]>();
        // SAFETY: the MessageBuffer owns the bytes, and self is borrowed mutably.
        Some(unsafe { first.as_mut() })
    }

    /// Returns the `MIN + more` bytes at `at`, to be written; None when they end after the limit.
    #[inline(always)]
    pub fn slice_mut<const MIN: usize>(&mut self, at: u32, more: u32) -> Option<&mut [u8]> {
        // Cannot wrap: MIN is small.
        let end = u64::from(at) + u64::from(more) + MIN as u64;
        if end > u64::from(self.limit) || (MIN == 0 && self.limit == 0) {
            return None;
        }
        // SAFETY: memory is not NULL, since the limit is not 0. (The compiler would check it otherwise.)
        let memory = unsafe { NonNull::new_unchecked(self.memory) };
        // SAFETY: `at <= end <= limit <= capacity`.
        let first = unsafe { memory.add(at as usize) };
        // SAFETY: `end <= limit <= capacity`, so the MessageBuffer owns the bytes.
        Some(unsafe { NonNull::slice_from_raw_parts(first, more as usize + MIN).as_mut() })
    }

    /// Returns the first `len` bytes, which have been written.
    #[inline(always)]
    pub fn written(&self, len: u32) -> &[u8] {
        if len == 0 || len > self.capacity {
            return &[];
        }
        // SAFETY: `len <= capacity`, and memory is not NULL, since the capacity is not 0.
        unsafe { core::slice::from_raw_parts(self.memory, len as usize) }
    }

    /// Returns the first `len` bytes, which have been written.
    #[inline(always)]
    pub fn written_mut(&mut self, len: u32) -> &mut [u8] {
        if len == 0 || len > self.capacity {
            return &mut [];
        }
        // SAFETY: as above, and self is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.memory, len as usize) }
    }
}

/// `len`, at most the largest capacity.
#[allow(clippy::cast_possible_truncation)]
fn clamp(len: usize) -> u32 {
    len.min(MAX_CAPACITY as usize) as u32
}

impl Drop for MessageBuffer {
    fn drop(&mut self) {
        if self.owned != 0 && self.capacity != 0 {
            if let Ok(layout) = Layout::from_size_align(self.capacity as usize, ALIGN) {
                // SAFETY: from the global allocator with this layout.
                unsafe { dealloc(self.memory, layout) };
            }
        }
    }
}
