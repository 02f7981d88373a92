// SPDX-License-Identifier: MIT OR Apache-2.0
//! libmnl's functions, one file for each section of the header.
//!
//! The contract is libmnl's: a pointer points to an object of its type and is not NULL, a message's length is true as far as the
//! function writes, and what has no limit argument trusts the caller that there is room. Within that, what can be known
//! is checked. Nothing here can panic.

pub mod attribute;
pub mod batch;
pub mod callback;
pub mod message;
pub mod socket;

use core::ffi::c_int;

/// What a callback returns to end with an error.
pub(crate) const MNL_CB_ERROR: c_int = -1;
/// What a callback returns to end.
pub(crate) const MNL_CB_STOP: c_int = 0;
/// What a callback returns to continue.
pub(crate) const MNL_CB_OK: c_int = 1;

/// Sets errno, by which libmnl reports why.
pub(crate) fn set_errno(code: c_int) {
    // SAFETY: __errno_location always returns the address of the calling thread's errno.
    unsafe { *libc::__errno_location() = code }
}

/// -1, with `code` in errno.
#[cold]
pub(crate) fn fail(code: c_int) -> c_int {
    set_errno(code);
    -1
}

/// `bytes` bytes behind `pointer`; not followed.
#[inline(always)]
pub(crate) fn behind<T, U>(pointer: *const T, bytes: usize) -> *mut U {
    pointer.cast::<u8>().wrapping_add(bytes).cast_mut().cast()
}
