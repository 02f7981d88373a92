// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conversion of the pointers that C passes to references and slices, and of results to what C receives.

use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::slice;
use libc::{nlattr, nlmsghdr};
use nlrs_core::error::{Code, Result};
use nlrs_core::uapi::{NLA_HDRLEN, NLMSG_HDRLEN};
use nlrs_core::wire::message::{Header, Message};

pub(crate) const EINVAL: c_int = Code::EINVAL.raw();
pub(crate) const ENOENT: c_int = Code::ENOENT.raw();

/// Returns `$ret`, or nothing, when a pointer is NULL.
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

/// The Builder that an nlrs_msg is; returns -EINVAL for NULL.
macro_rules! builder {
    ($m:expr) => {{
        not_null!($m => $crate::pointers::EINVAL);
        // SAFETY: not NULL, and by the function's contract an initialised nlrs_msg, which is a Builder, that nothing
        // else uses now.
        unsafe { &mut *$m.cast::<nlrs_core::wire::build::Builder>() }
    }};
}

/// As [`builder`], to be read; returns `$ret` for NULL.
macro_rules! builder_ref {
    ($m:expr => $ret:expr) => {{
        not_null!($m => $ret);
        // SAFETY: not NULL, and by the function's contract an initialised nlrs_msg, which is a Builder, that nothing
        // changes now.
        unsafe { &*$m.cast::<nlrs_core::wire::build::Builder>() }
    }};
}

/// The `len` bytes at a pointer, which may be NULL only for 0 bytes; returns -EINVAL otherwise. Of a longer payload
/// than `$most`, which is refused anyway, no slice is made.
macro_rules! payload {
    ($data:expr, $len:expr, at most $most:expr) => {
        if $len == 0 {
            &[][..]
        } else {
            not_null!($data => $crate::pointers::EINVAL);
            // SAFETY: not NULL, and by the function's contract `len` bytes, which nothing changes now.
            unsafe { core::slice::from_raw_parts($data.cast::<u8>(), $len.min($most)) }
        }
    };
}

/// A caller's buffer of `len` bytes; None for NULL with a length.
///
/// # Safety
/// `start` is NULL or has `len` bytes, which nothing else uses meanwhile.
pub(crate) unsafe fn bytes_mut<'a>(start: *mut u8, len: usize) -> Option<&'a mut [u8]> {
    // SAFETY: the contract.
    unsafe { items_mut(start, len) }
}

/// A caller's `len` bytes; None for NULL with a length.
///
/// # Safety
/// `start` is NULL or has `len` bytes, which nothing changes meanwhile.
pub(crate) unsafe fn bytes<'a>(start: *const c_void, len: usize) -> Option<&'a [u8]> {
    // SAFETY: the contract.
    unsafe { items(start.cast(), len) }
}

/// A caller's array of `count` items; None for NULL with a count, and for more items than memory can have.
///
/// # Safety
/// `start` is NULL or aligned, and has `count` items, which nothing changes meanwhile.
pub(crate) unsafe fn items<'a, T>(start: *const T, count: usize) -> Option<&'a [T]> {
    if count == 0 {
        return Some(&[]);
    }
    if start.is_null() || !is_size(size_of::<T>(), count) {
        return None;
    }
    // SAFETY: not NULL, and `count` items by the contract.
    Some(unsafe { slice::from_raw_parts(start, count) })
}

/// As [`items`], to be written.
///
/// # Safety
/// `start` is NULL or aligned, and has `count` items, which nothing else uses meanwhile.
pub(crate) unsafe fn items_mut<'a, T>(start: *mut T, count: usize) -> Option<&'a mut [T]> {
    if count == 0 {
        return Some(&mut []);
    }
    if start.is_null() || !is_size(size_of::<T>(), count) {
        return None;
    }
    // SAFETY: not NULL, and `count` items by the contract.
    Some(unsafe { slice::from_raw_parts_mut(start, count) })
}

/// Whether memory can have `count` items of `size` bytes.
fn is_size(size: usize, count: usize) -> bool {
    size.checked_mul(count).is_some_and(|bytes| isize::try_from(bytes).is_ok())
}

/// A switch: 0 is off, 1 is on; None for any other number.
pub(crate) fn switch(on: c_int) -> Option<bool> {
    match on {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// The bytes at a pointer that is not NULL. A length that no memory has is cut.
///
/// # Safety
/// `start` is not NULL and has `len` bytes that nothing changes meanwhile.
#[inline(always)]
pub(crate) unsafe fn slice_of<'a>(start: *const c_void, len: usize) -> &'a [u8] {
    // SAFETY: the contract; memory of more than isize::MAX bytes does not exist.
    unsafe { slice::from_raw_parts(start.cast::<u8>(), len.min(isize::MAX as usize)) }
}

/// The `N` bytes at a pointer that is not NULL and needs no alignment.
///
/// # Safety
/// `start` is not NULL and has `N` bytes that nothing changes meanwhile.
#[inline(always)]
pub(crate) unsafe fn array_of<'a, const N: usize>(start: *const c_void) -> &'a [u8; N] {
    // SAFETY: the contract; a byte array needs no alignment.
    unsafe { &*start.cast::<[u8; N]>() }
}

/// The fields of a header at a pointer that is not NULL.
///
/// # Safety
/// `nlh` is not NULL and has a header's 16 bytes that nothing changes meanwhile.
#[inline(always)]
pub(crate) unsafe fn header_of(nlh: *const nlmsghdr) -> Header {
    // SAFETY: the contract.
    Header::of_bytes(unsafe { array_of::<NLMSG_HDRLEN>(nlh.cast()) })
}

/// A message whose length was checked when it was found.
///
/// # Safety
/// `nlh` is not NULL and has nlmsg_len bytes, at least a header's, that nothing changes meanwhile.
#[inline(always)]
pub(crate) unsafe fn message_of<'a>(nlh: *const nlmsghdr) -> Message<'a> {
    // SAFETY: the contract.
    let header = unsafe { header_of(nlh) };
    let len = (header.len as usize).max(NLMSG_HDRLEN);
    // SAFETY: the contract.
    let bytes = unsafe { slice_of(nlh.cast(), len) };
    // SAFETY: the contract: a whole message.
    unsafe { Message::from_checked(header, bytes) }
}

/// The bytes of a caller's message; None for NULL and for a length below a header's.
///
/// # Safety
/// `nlh` is NULL or has nlmsg_len bytes that nothing changes meanwhile.
pub(crate) unsafe fn message_at<'a>(nlh: *const nlmsghdr) -> Option<&'a [u8]> {
    not_null!(nlh => None);
    // SAFETY: not NULL, and a header by the contract; it may have any alignment.
    let len = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    let len = usize::try_from(len).ok().filter(|&len| len >= NLMSG_HDRLEN && isize::try_from(len).is_ok())?;
    // SAFETY: the contract.
    Some(unsafe { slice::from_raw_parts(nlh.cast(), len) })
}

/// The payload of an attribute whose length was checked when it was found.
///
/// # Safety
/// `attr` is not NULL and has nla_len bytes, at least a header's, that nothing changes meanwhile.
#[inline(always)]
pub(crate) unsafe fn payload_of<'a>(attr: *const nlattr) -> &'a [u8] {
    // SAFETY: two bytes of the header; a byte array needs no alignment.
    let len = usize::from(u16::from_ne_bytes(unsafe { attr.cast::<[u8; 2]>().read() }));
    // SAFETY: the header has four bytes.
    let data = unsafe { attr.cast::<u8>().add(NLA_HDRLEN) };
    // SAFETY: nla_len bytes by the contract.
    unsafe { slice::from_raw_parts(data, len.saturating_sub(NLA_HDRLEN)) }
}

/// The type of an attribute with its flag bits.
///
/// # Safety
/// `attr` is not NULL and has a header's 4 bytes that nothing changes meanwhile.
#[inline(always)]
pub(crate) unsafe fn raw_type_of(attr: *const nlattr) -> u16 {
    // SAFETY: the header has four bytes; a byte array needs no alignment.
    let [_, _, t0, t1] = unsafe { attr.cast::<[u8; NLA_HDRLEN]>().read() };
    u16::from_ne_bytes([t0, t1])
}

/// A slot of a caller's table of attributes, which may be uninitialised.
pub(crate) type Slot = MaybeUninit<*const nlattr>;

/// A caller's table of attributes.
///
/// # Safety
/// `table` is not NULL and has `max` + 1 slots that nothing else uses meanwhile.
#[inline(always)]
pub(crate) unsafe fn slots_of<'a>(table: *mut *const nlattr, max: u32) -> &'a mut [Slot] {
    // SAFETY: the contract; this type may be uninitialised.
    unsafe { slice::from_raw_parts_mut(table.cast::<Slot>(), (max as usize).saturating_add(1)) }
}

/// Writes a value and returns 0, or returns the code and writes nothing.
///
/// # Safety
/// `to` is not NULL and writable.
#[inline(always)]
pub(crate) unsafe fn write_result<T>(to: *mut T, result: Result<T>) -> c_int {
    match result {
        Ok(value) => {
            // SAFETY: the contract; it may have any alignment.
            unsafe { to.write_unaligned(value) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Writes two values and returns 0, or returns the code and writes nothing.
///
/// # Safety
/// Neither pointer is NULL, and both are writable.
#[inline(always)]
pub(crate) unsafe fn write_pair<A, B>(first: *mut A, second: *mut B, result: Result<(A, B)>) -> c_int {
    match result {
        Ok((a, b)) => {
            // SAFETY: the contract; it may have any alignment.
            unsafe { first.write_unaligned(a) };
            // SAFETY: as above.
            unsafe { second.write_unaligned(b) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// C's text without its NUL; None for NULL.
///
/// # Safety
/// `text` is NULL or ends with a NUL.
pub(crate) unsafe fn text_at<'a>(text: *const core::ffi::c_char) -> Option<&'a [u8]> {
    not_null!(text => None);
    // SAFETY: not NULL, and the caller's promise.
    Some(unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes())
}
