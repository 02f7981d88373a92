// SPDX-License-Identifier: MIT OR Apache-2.0
//! What C passes by pointer, checked: bytes with a length, and messages.

/// Early return of `$ret`, or of nothing, when a pointer is NULL.
macro_rules! not_null {
    ($pointer:expr) => {
        if $pointer.is_null() {
            return;
        }
    };
    ($($pointer:expr),+ => $ret:expr) => {
        $(if $pointer.is_null() { return $ret; })+
    };
}

use nlrs_core::uapi::NLMSG_HDRLEN;

/// The caller's room of `len` bytes; None for NULL with a length.
///
/// # Safety
/// `start` is NULL or has `len` bytes, which nobody else uses meanwhile.
pub(crate) unsafe fn bytes_mut<'a>(start: *mut u8, len: usize) -> Option<&'a mut [u8]> {
    if len == 0 {
        return Some(&mut []);
    }
    if start.is_null() || isize::try_from(len).is_err() {
        return None;
    }
    // SAFETY: not NULL, and the caller's promise.
    Some(unsafe { core::slice::from_raw_parts_mut(start, len) })
}

/// The caller's `len` bytes; None for NULL with a length.
///
/// # Safety
/// `start` is NULL or has `len` bytes, which nobody changes meanwhile.
pub(crate) unsafe fn bytes<'a>(start: *const core::ffi::c_void, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    if start.is_null() || isize::try_from(len).is_err() {
        return None;
    }
    // SAFETY: not NULL, and the caller's promise.
    Some(unsafe { core::slice::from_raw_parts(start.cast(), len) })
}

/// The message at `nlh`; None for NULL and for a length below a header's.
///
/// # Safety
/// `nlh` is NULL or has nlmsg_len bytes.
pub(crate) unsafe fn message_at<'a>(nlh: *const libc::nlmsghdr) -> Option<&'a [u8]> {
    not_null!(nlh => None);
    // SAFETY: not NULL, and the caller's promise; a caller's header may stand anywhere.
    let len = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    let len = usize::try_from(len).ok().filter(|&len| len >= NLMSG_HDRLEN && isize::try_from(len).is_ok())?;
    // SAFETY: the caller's promise.
    Some(unsafe { core::slice::from_raw_parts(nlh.cast(), len) })
}
