// SPDX-License-Identifier: MIT OR Apache-2.0
//! Errors: codes, and the error object with the details

use super::pointers::{EINVAL, bytes_mut, write_pair, write_result};
use alloc::boxed::Box;
use core::ffi::{c_char, c_int, c_void};
use nlrs_core::error::{self, Code, ErrorRecord, Origin, Path, Policy};
use nlrs_core::mem::try_box;

/// nlrs_error_origin: there was no error.
pub const NLRS_ORIGIN_NONE: c_int = 0;
/// nlrs_error_origin: the library, because of an argument; the code is an errno.
pub const NLRS_ORIGIN_ARGUMENT: c_int = 1;
/// nlrs_error_origin: a system call; the code is its errno.
pub const NLRS_ORIGIN_SYSTEM: c_int = 2;
/// nlrs_error_origin: the kernel's answer; the code is the kernel's, unchanged.
pub const NLRS_ORIGIN_KERNEL: c_int = 3;
/// nlrs_error_origin: the caller's callback; the code is what it returned.
pub const NLRS_ORIGIN_CALLBACK: c_int = 4;
/// nlrs_error_origin: the library, because of what happened; the code is NLRS_E…, -EAGAIN or -EBADMSG.
pub const NLRS_ORIGIN_LIBRARY: c_int = 5;

/// Makes an error object.
///
/// It has a fixed size and does not allocate later. One object serves for any number of calls, each of which clears it
/// at its start. Every function that takes one also takes NULL.
///
/// @return the object, to be freed with nlrs_error_free(); NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_error_new() -> *mut ErrorRecord {
    try_box(ErrorRecord::new()).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Frees an error object. NULL is allowed.
///
/// # Safety
/// `err` is NULL or from nlrs_error_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_free(err: *mut ErrorRecord) {
    not_null!(err);
    // SAFETY: from Box::into_raw in nlrs_error_new, freed once.
    drop(unsafe { Box::from_raw(err) });
}

/// Clears an error object: it has no error then. NULL is allowed.
///
/// # Safety
/// `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_clear(err: *mut ErrorRecord) {
    // SAFETY: the contract.
    if let Some(record) = unsafe { err.as_mut() } {
        record.clear();
    }
}

/// Returns the code.
///
/// @return 0: no error (there may be a warning); the negative code that the call returned, or after a batch the code of
///         the first message that was refused; -EINVAL: err is NULL
///
/// # Safety
/// `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_code(err: *const ErrorRecord) -> c_int {
    not_null!(err => EINVAL);
    // SAFETY: not NULL, and the contract.
    unsafe { &*err }.code
}

/// Returns the origin of the code.
///
/// @return one of NLRS_ORIGIN_…; -EINVAL: err is NULL
///
/// # Safety
/// `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_origin(err: *const ErrorRecord) -> c_int {
    not_null!(err => EINVAL);
    // SAFETY: not NULL, and the contract.
    match unsafe { &*err }.origin {
        Origin::None => NLRS_ORIGIN_NONE,
        Origin::Argument => NLRS_ORIGIN_ARGUMENT,
        Origin::System => NLRS_ORIGIN_SYSTEM,
        Origin::Kernel => NLRS_ORIGIN_KERNEL,
        Origin::Callback => NLRS_ORIGIN_CALLBACK,
        Origin::Library => NLRS_ORIGIN_LIBRARY,
    }
}

/// Whether the call succeeded with a warning of the kernel, which nlrs_error_message() returns.
///
/// @return 1 or 0; 0 for NULL
///
/// # Safety
/// `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_is_warning(err: *const ErrorRecord) -> c_int {
    not_null!(err => 0);
    // SAFETY: not NULL, and the contract.
    let record = unsafe { &*err };
    c_int::from(record.code == 0 && !record.text().is_empty())
}

/// Returns the kernel's extended ack message.
///
/// @return a string of at most 255 bytes, valid until the object is used again; "" when the kernel sent none (before
///         Linux 4.12 it never does) or err is NULL; never NULL
///
/// # Safety
/// `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_message(err: *const ErrorRecord) -> *const c_char {
    not_null!(err => c"".as_ptr());
    // SAFETY: not NULL, and the contract.
    unsafe { &*err }.text_with_nul().as_ptr().cast()
}

/// Writes the first `max` types of a path and returns its depth.
///
/// # Safety
/// `err` is NULL or an error object; `to` is NULL or has `max` writable numbers.
unsafe fn copy_path(
    err: *const ErrorRecord,
    to: *mut u32,
    max: usize,
    path: impl FnOnce(&ErrorRecord) -> &Path,
) -> c_int {
    not_null!(err => EINVAL);
    if to.is_null() && max != 0 {
        return EINVAL;
    }
    // SAFETY: not NULL, and the contract.
    let types = path(unsafe { &*err }).types();
    for (index, &ty) in types.iter().take(max).enumerate() {
        // SAFETY: index < max, and there are max numbers.
        let place = unsafe { to.add(index) };
        // SAFETY: as above.
        unsafe { place.write(u32::from(ty)) };
    }
    c_int::try_from(types.len()).unwrap_or(c_int::MAX)
}

/// Writes a value that may be absent: 0, or -ENOENT.
///
/// # Safety
/// `err` is NULL or an error object; `ret` is NULL or writable.
unsafe fn get<T>(err: *const ErrorRecord, ret: *mut T, value: impl FnOnce(&ErrorRecord) -> Option<T>) -> c_int {
    not_null!(err, ret => EINVAL);
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret, value(&*err).ok_or(Code::ENOENT)) }
}

/// As [`get`], for two values.
///
/// # Safety
/// As [`get`].
unsafe fn get_pair<A, B>(
    err: *const ErrorRecord,
    ret_first: *mut A,
    ret_second: *mut B,
    values: impl FnOnce(&ErrorRecord) -> Option<(A, B)>,
) -> c_int {
    not_null!(err, ret_first, ret_second => EINVAL);
    // SAFETY: not NULL, and the contract.
    unsafe { write_pair(ret_first, ret_second, values(&*err).ok_or(Code::ENOENT)) }
}

/// Returns the path to the attribute that the kernel refused, as attribute types from the outermost nest on.
///
/// 18, 2, 4 is attribute 4 in the nest 2 in the nest 18. Flag bits are not part of a type.
///
/// @param ret_types  gets the first max types; may be NULL when max is 0
/// @param max        number of types that ret_types can hold
/// @return the depth, which may be above max; 0: the kernel named no attribute (before Linux 4.12 it never does), or
///         the length of the family's header of this request is not known (nlrs_error_offset() has the offset then);
///         -EINVAL: err is NULL, or ret_types is NULL and max is not 0
///
/// # Safety
/// `err` is NULL or an error object; `ret_types` is NULL or has `max` writable numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_path(err: *const ErrorRecord, ret_types: *mut u32, max: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { copy_path(err, ret_types, max, |record| &record.path) }
}

/// Returns the offset of the attribute that the kernel refused, in bytes from the start of the request's header.
///
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_offset` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_offset(err: *const ErrorRecord, ret_offset: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_offset, |record| record.offset) }
}

/// Returns the type of an attribute that is missing in the request (since Linux 6.1).
///
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_type` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_missing_type(err: *const ErrorRecord, ret_type: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_type, |record| record.missing_type) }
}

/// Returns the offset of the nest in which the attribute is missing, in bytes from the start of the request's header.
///
/// @return 0; -ENOENT: the kernel sent none, since the attribute is missing outside of all nests; -EINVAL: a pointer is
///         NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_offset` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_missing_nest(err: *const ErrorRecord, ret_offset: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_offset, |record| record.missing_nest) }
}

/// Returns the path to the nest in which the attribute is missing, as attribute types from the outermost nest on.
///
/// @param ret_types  gets the first max types; may be NULL when max is 0
/// @param max        number of types that ret_types can hold
/// @return as nlrs_error_path(); 0 also when the attribute is missing outside of all nests
///
/// # Safety
/// `err` is NULL or an error object; `ret_types` is NULL or has `max` writable numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_missing_path(err: *const ErrorRecord, ret_types: *mut u32, max: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { copy_path(err, ret_types, max, |record| &record.missing_path) }
}

/// A value of the policy that was violated.
fn of_policy<T>(record: &ErrorRecord, value: impl FnOnce(&Policy) -> Option<T>) -> Option<T> {
    record.policy.as_ref().and_then(value)
}

/// Returns the kind of attribute that the violated policy requires (since Linux 5.8).
///
/// @param ret_kind  one of the kernel's NL_ATTR_TYPE_… (linux/netlink.h)
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_kind` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_kind(err: *const ErrorRecord, ret_kind: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_kind, |record| of_policy(record, |policy| policy.ty)) }
}

/// Returns the smallest and largest signed value that the violated policy allows.
///
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_range_s(
    err: *const ErrorRecord,
    ret_min: *mut i64,
    ret_max: *mut i64,
) -> c_int {
    // SAFETY: the contract.
    unsafe { get_pair(err, ret_min, ret_max, |record| of_policy(record, |policy| policy.range_s)) }
}

/// Returns the smallest and largest unsigned value that the violated policy allows.
///
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_range_u(
    err: *const ErrorRecord,
    ret_min: *mut u64,
    ret_max: *mut u64,
) -> c_int {
    // SAFETY: the contract.
    unsafe { get_pair(err, ret_min, ret_max, |record| of_policy(record, |policy| policy.range_u)) }
}

/// Returns the smallest and largest length that the violated policy allows, in bytes.
///
/// @param ret_min  0 when the policy has no lower limit
/// @param ret_max  UINT32_MAX when the policy has no upper limit
/// @return 0; -ENOENT: the kernel sent neither; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_length(
    err: *const ErrorRecord,
    ret_min: *mut u32,
    ret_max: *mut u32,
) -> c_int {
    let limits = |policy: &Policy| match policy.length {
        (None, None) => None,
        (min, max) => Some((min.unwrap_or(0), max.unwrap_or(u32::MAX))),
    };
    // SAFETY: the contract.
    unsafe { get_pair(err, ret_min, ret_max, |record| of_policy(record, limits)) }
}

/// Returns the bits that the violated policy allows.
///
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_mask` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_mask(err: *const ErrorRecord, ret_mask: *mut u64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_mask, |record| of_policy(record, |policy| policy.mask)) }
}

/// Returns the cookie of an ack.
///
/// @param ret_cookie  its first byte, valid until the object is used again
/// @param ret_len     its length in bytes, at most 20
/// @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_cookie(
    err: *const ErrorRecord,
    ret_cookie: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    let cookie = |record: &ErrorRecord| match record.cookie() {
        [] => None,
        cookie => Some((cookie.as_ptr().cast(), cookie.len())),
    };
    // SAFETY: the contract.
    unsafe { get_pair(err, ret_cookie, ret_len, cookie) }
}

/// Returns the message type of the request that failed.
///
/// @return 0; -ENOENT: there was no request; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_type` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_request_type(err: *const ErrorRecord, ret_type: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_type, |record| record.request_type.map(u32::from)) }
}

/// Returns the sequence number of the request that failed.
///
/// @return 0; -ENOENT: no request was sent; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_seq` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_seq(err: *const ErrorRecord, ret_seq: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_seq, |record| Some(record.seq).filter(|&seq| seq != 0)) }
}

/// Returns the size of the datagram that was truncated (NLRS_ETRUNC). The next call on the same socket has a buffer of
/// that size.
///
/// @param ret_size  bytes
/// @return 0; -ENOENT: nothing was truncated; -EINVAL: a pointer is NULL
///
/// # Safety
/// `err` is NULL or an error object; `ret_size` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_needed(err: *const ErrorRecord, ret_size: *mut usize) -> c_int {
    // SAFETY: the contract.
    unsafe { get(err, ret_size, |record| Some(record.needed).filter(|&size| size != 0)) }
}

/// Writes an error as one line of text without a newline.
///
/// For example: request RTM_NEWLINK(16): Attribute failed policy validation (ERANGE) at attribute 18/2/4, a u32 was
/// expected
///
/// @param buf   gets the text and a NUL, cut to the size; may be NULL when size is 0
/// @param size  bytes of buf
/// @return length of the whole text without its NUL, as snprintf(3); -EINVAL: err is NULL, or buf is NULL and size is
///         not 0
///
/// # Safety
/// `err` is NULL or an error object; `buf` is NULL or has `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_format(err: *const ErrorRecord, buf: *mut c_char, size: usize) -> c_int {
    not_null!(err => EINVAL);
    // SAFETY: not NULL, and the contract.
    let record = unsafe { &*err };
    // SAFETY: the contract.
    match unsafe { bytes_mut(buf.cast(), size) } {
        Some(buf) => c_int::try_from(record.format(buf)).unwrap_or(c_int::MAX),
        None => EINVAL,
    }
}

/// Returns the meaning of a code in a few words.
///
/// It has every errno of this platform and every code of this library, and the codes that only the kernel has.
///
/// @param code  what a function returned; 0 and positive numbers are "success"
/// @return a constant string; "unknown code" for a code without a meaning; never NULL
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_strerror(code: c_int) -> *const c_char {
    error::strerror(code).as_ptr().cast()
}

/// Returns the name of a code, such as "ENODEV" for -ENODEV and "NLRS_EPARTIAL" for NLRS_EPARTIAL.
///
/// @param code  what a function returned
/// @return a constant string; "" for a code without a name and for 0 and positive numbers; never NULL
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_name(code: c_int) -> *const c_char {
    error::code_name(code).as_ptr().cast()
}

/// Whether a code means that something does not exist: ENOENT, ESRCH, ENODEV, ENXIO.
///
/// @param code  what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_not_found(code: c_int) -> c_int {
    is_one_of(code, &[libc::ENOENT, libc::ESRCH, libc::ENODEV, libc::ENXIO])
}

/// Whether a code means that something exists already: EEXIST.
///
/// @param code  what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_exists(code: c_int) -> c_int {
    is_one_of(code, &[libc::EEXIST])
}

/// Whether a code means that the caller lacks a permission: EPERM, EACCES.
///
/// @param code  what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_permission(code: c_int) -> c_int {
    is_one_of(code, &[libc::EPERM, libc::EACCES])
}

/// Whether the same call may succeed later: EAGAIN, EBUSY, ENOMEM, ENOBUFS, NLRS_EINTR_DUMP, NLRS_EOVERRUN, NLRS_ETRUNC
/// (the buffer has grown), NLRS_EBUSY.
///
/// @param code  what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_temporary(code: c_int) -> c_int {
    let own = [error::NLRS_EINTR_DUMP, error::NLRS_EOVERRUN, error::NLRS_ETRUNC, error::NLRS_EBUSY];
    c_int::from(own.contains(&code)) | is_one_of(code, &[libc::EAGAIN, libc::EBUSY, libc::ENOMEM, libc::ENOBUFS])
}

/// Whether a code means that a time limit was reached: NLRS_ETIMEDOUT, ETIMEDOUT, ETIME.
///
/// @param code  what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_timeout(code: c_int) -> c_int {
    c_int::from(code == error::NLRS_ETIMEDOUT) | is_one_of(code, &[libc::ETIMEDOUT, libc::ETIME])
}

fn is_one_of(code: c_int, errnos: &[c_int]) -> c_int {
    c_int::from(errnos.iter().any(|&errno| code == -errno))
}
