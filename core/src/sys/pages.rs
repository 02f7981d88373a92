// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory for datagrams of any size: address space that the kernel backs page by page, when it is first written to.

use super::last_error;
use crate::error::{Code, Result};
use core::ptr::NonNull;

/// An anonymous mapping of zeros.
///
/// malloc gives no such promise: memory that has been used before is filled with zeros by calloc, which makes all of it
/// resident.
#[derive(Debug)]
pub(crate) struct Pages {
    memory: NonNull<u8>,
    len: usize,
}

// SAFETY: a Pages is the only user of its memory.
unsafe impl Send for Pages {}
// SAFETY: through a shared reference it is only read.
unsafe impl Sync for Pages {}

impl Pages {
    /// Maps `len` bytes; -EINVAL for 0, -ENOMEM.
    pub(crate) fn new(len: usize) -> Result<Pages> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new mapping, wherever the kernel likes.
        let memory = unsafe { libc::mmap(core::ptr::null_mut(), len, protection, flags, -1, 0) };
        // MAP_FAILED.
        if memory.addr() == usize::MAX {
            return Err(last_error());
        }
        let memory: NonNull<u8> = NonNull::new(memory.cast()).ok_or(Code::ENOMEM)?;
        // Huge pages would make all of it resident. Where the kernel has none, it says so, and nothing is to be done.
        // SAFETY: the mapping just made.
        unsafe { libc::madvise(memory.as_ptr().cast(), len, libc::MADV_NOHUGEPAGE) };
        Ok(Pages { memory, len })
    }

    /// Returns the bytes.
    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes that are mapped as long as self is borrowed, and zero until they are written.
        unsafe { core::slice::from_raw_parts(self.memory.as_ptr(), self.len) }
    }

    /// Returns the bytes.
    #[inline(always)]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as above, and self is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.memory.as_ptr(), self.len) }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: a mapping of ours of that length, which nobody uses any more.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), self.len) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_zero_and_can_be_written() {
        let mut pages = Pages::new(100_000).expect("memory");
        assert!(pages.as_slice().iter().all(|&byte| byte == 0));
        pages.as_mut_slice().fill(7);
        assert_eq!(pages.as_slice(), &[7; 100_000][..]);
        assert_eq!(Pages::new(0).map(drop), Err(Code::EINVAL));
        assert_eq!(Pages::new(usize::MAX - 0xffff).map(drop), Err(Code::ENOMEM), "more than any address space");
    }
}
