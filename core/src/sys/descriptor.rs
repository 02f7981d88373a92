// SPDX-License-Identifier: MIT OR Apache-2.0
//! Descriptors: owned, and borrowed from their owner.

use super::last_error;
use crate::error::Result;
use core::marker::PhantomData;

/// A descriptor that is closed on drop.
#[derive(Debug)]
pub struct Fd(i32);

/// A descriptor whose owner keeps it open for `'a`.
#[derive(Clone, Copy, Debug)]
pub struct FdRef<'a> {
    raw: i32,
    owner: PhantomData<&'a Fd>,
}

impl Fd {
    /// Takes over a descriptor.
    ///
    /// # Safety
    /// `raw` is open, and is used and closed by nothing else from now on.
    pub unsafe fn from_raw(raw: i32) -> Fd {
        Fd(raw)
    }

    /// Returns the descriptor, which the caller closes.
    pub fn into_raw(self) -> i32 {
        let raw = self.0;
        core::mem::forget(self);
        raw
    }

    /// Returns the number.
    pub fn raw(&self) -> i32 {
        self.0
    }

    /// Borrows the descriptor.
    pub fn borrow(&self) -> FdRef<'_> {
        FdRef { raw: self.0, owner: PhantomData }
    }

    /// Closes what the descriptor refers to while its number remains in use: it refers to `replacement` from now on.
    pub(crate) fn replace_by(&self, replacement: &Fd) {
        // SAFETY: dup3 takes any numbers; both are open, and this one remains so until the drop.
        unsafe { libc::dup3(replacement.0, self.0, libc::O_CLOEXEC) };
    }
}

impl Drop for Fd {
    fn drop(&mut self) {
        // SAFETY: this object's own. Linux frees the descriptor also when close fails with EINTR.
        unsafe { libc::close(self.0) };
    }
}

impl FdRef<'static> {
    /// Borrows standard error from the process.
    pub(crate) fn standard_error() -> FdRef<'static> {
        FdRef { raw: libc::STDERR_FILENO, owner: PhantomData }
    }
}

impl FdRef<'_> {
    /// Borrows a descriptor by its number. One that is not open makes system calls fail with -EBADF.
    ///
    /// # Safety
    /// The caller may use `raw`, and it is not closed during `'a`.
    pub unsafe fn from_raw(raw: i32) -> Self {
        FdRef { raw, owner: PhantomData }
    }

    pub(super) fn raw(self) -> i32 {
        self.raw
    }

    /// Duplicates the descriptor, close-on-exec.
    pub fn duplicate(self) -> Result<Fd> {
        // SAFETY: fcntl takes any number.
        let raw = unsafe { libc::fcntl(self.raw, libc::F_DUPFD_CLOEXEC, 0) };
        if raw < 0 { Err(last_error()) } else { Ok(Fd(raw)) }
    }
}

/// Conversions from and to the types of std.
#[cfg(feature = "std")]
mod with_std {
    use super::{Fd, FdRef};
    use core::marker::PhantomData;
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};

    impl From<OwnedFd> for Fd {
        fn from(fd: OwnedFd) -> Fd {
            Fd(fd.into_raw_fd())
        }
    }

    impl From<Fd> for OwnedFd {
        fn from(fd: Fd) -> OwnedFd {
            // SAFETY: an open descriptor, whose ownership passes on.
            unsafe { OwnedFd::from_raw_fd(fd.into_raw()) }
        }
    }

    impl AsFd for Fd {
        fn as_fd(&self) -> BorrowedFd<'_> {
            // SAFETY: open until the drop, which the borrow excludes.
            unsafe { BorrowedFd::borrow_raw(self.0) }
        }
    }

    impl<'a> From<BorrowedFd<'a>> for FdRef<'a> {
        fn from(fd: BorrowedFd<'a>) -> FdRef<'a> {
            FdRef { raw: fd.as_raw_fd(), owner: PhantomData }
        }
    }
}
