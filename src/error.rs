// SPDX-License-Identifier: MIT OR Apache-2.0
//! Errors: what a code means, and the object that says more.

use alloc::boxed::Box;
use core::ffi::{c_char, c_int, c_void};
use nlrs_core::error::{self, ErrorRecord, Origin};
use nlrs_core::mem::try_box;

/// nlrs_error_origin: there was no error.
pub const NLRS_ORIGIN_NONE: c_int = 0;
/// nlrs_error_origin: the library, of an argument; the code is an errno.
pub const NLRS_ORIGIN_ARGUMENT: c_int = 1;
/// nlrs_error_origin: a system call; the code is its errno.
pub const NLRS_ORIGIN_SYSTEM: c_int = 2;
/// nlrs_error_origin: the kernel's answer; the code is the kernel's, unchanged.
pub const NLRS_ORIGIN_KERNEL: c_int = 3;
/// nlrs_error_origin: the caller's callback; the code is what it returned.
pub const NLRS_ORIGIN_CALLBACK: c_int = 4;
/// nlrs_error_origin: the library, of what happened; the code is NLRS_E… or -EBADMSG.
pub const NLRS_ORIGIN_LIBRARY: c_int = 5;

/// Make an error object.
///
/// It has a fixed size inside and never allocates again; one serves for any number of calls, each of which clears it
/// on entry. Every function that takes one also takes NULL.
///
/// @return the object, to be freed with nlrs_error_free; NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_error_new() -> *mut ErrorRecord {
    try_box(ErrorRecord::new()).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Free an error object. NULL is allowed.
///
/// # Safety
/// `err` is NULL or from nlrs_error_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_free(err: *mut ErrorRecord) {
    not_null!(err);
    // SAFETY: from Box::into_raw in nlrs_error_new, freed once.
    drop(unsafe { Box::from_raw(err) });
}

/// Set an error object back to "no error". NULL is allowed.
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_clear(err: *mut ErrorRecord) {
    // SAFETY: the caller's promise.
    if let Some(record) = unsafe { err.as_mut() } {
        record.clear();
    }
}

/// Ask for the code.
///
/// @return 0: no error (there may be a warning); else the negative code that the call returned, or for a batch the code
///         of the first message that was refused; -EINVAL if err is NULL
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_code(err: *const ErrorRecord) -> c_int {
    not_null!(err => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*err }.code
}

/// Ask who said so.
///
/// @return one of NLRS_ORIGIN_…; -EINVAL if err is NULL
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_origin(err: *const ErrorRecord) -> c_int {
    not_null!(err => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    match unsafe { &*err }.origin {
        Origin::None => NLRS_ORIGIN_NONE,
        Origin::Argument => NLRS_ORIGIN_ARGUMENT,
        Origin::System => NLRS_ORIGIN_SYSTEM,
        Origin::Kernel => NLRS_ORIGIN_KERNEL,
        Origin::Callback => NLRS_ORIGIN_CALLBACK,
        Origin::Library => NLRS_ORIGIN_LIBRARY,
    }
}

/// Ask whether the kernel said something about a success.
///
/// @return 1: the call succeeded and nlrs_error_message has the kernel's warning; 0: no; -EINVAL if err is NULL
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_is_warning(err: *const ErrorRecord) -> c_int {
    not_null!(err => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let record = unsafe { &*err };
    c_int::from(record.code == 0 && !record.text().is_empty())
}

/// Ask for the kernel's words.
///
/// @return a string, at most 255 bytes; "" if the kernel said nothing (older than 4.12, or no text for this error) or err
///         is NULL. It lives until the object's next use. Never NULL.
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_message(err: *const ErrorRecord) -> *const c_char {
    not_null!(err => c"".as_ptr());
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*err }.text_with_nul().as_ptr().cast()
}

/// Copies as many of `types` as there is room for; how many there are.
///
/// # Safety
/// `into` is NULL or has room for `max` numbers.
unsafe fn copy_path(types: &[u16], into: *mut u32, max: usize) -> c_int {
    if !into.is_null() {
        for (index, &ty) in types.iter().take(max).enumerate() {
            // SAFETY: index < max, and there is room for max numbers.
            let place = unsafe { into.add(index) };
            // SAFETY: as above.
            unsafe { place.write(u32::from(ty)) };
        }
    }
    c_int::try_from(types.len()).unwrap_or(c_int::MAX)
}

/// Ask which attribute of the request was at fault, as attribute types from the root.
///
/// 18, 2, 4 says: attribute 4 in the nest 2 in the nest 18. Flag bits are not part of a type.
///
/// @param types gets the first max types; may be NULL if max is 0
/// @return the depth, which may be more than max; 0 when the kernel named no attribute (before 4.12 it never does) or the
///         length of the family header of this request is not known (then see nlrs_error_offset); -EINVAL if err is NULL,
///         or types is NULL and max is not 0
///
/// # Safety
/// `err` is NULL or a live error object; `types` has room for `max` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_path(err: *const ErrorRecord, types: *mut u32, max: usize) -> c_int {
    not_null!(err => -libc::EINVAL);
    if types.is_null() && max != 0 {
        return -libc::EINVAL;
    }
    // SAFETY: not NULL, and the caller's promise.
    let record = unsafe { &*err };
    // SAFETY: the caller's promise.
    unsafe { copy_path(record.path.types(), types, max) }
}

/// Writes a number that may not be there.
///
/// # Safety
/// `ret` has room for a `T`.
unsafe fn give<T>(value: Option<T>, ret: *mut T) -> c_int {
    match value {
        Some(value) => {
            // SAFETY: the caller's promise.
            unsafe { ret.write(value) };
            0
        }
        None => -libc::ENOENT,
    }
}

/// Ask for the offset of the attribute at fault, in bytes from the start of the request's header.
///
/// @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; `ret_offset` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_offset(err: *const ErrorRecord, ret_offset: *mut u32) -> c_int {
    not_null!(err, ret_offset => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give((*err).offset, ret_offset) }
}

/// Ask for the type of an attribute that the kernel misses in the request (since 6.1).
///
/// @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; `ret_type` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_missing_type(err: *const ErrorRecord, ret_type: *mut u32) -> c_int {
    not_null!(err, ret_type => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give((*err).missing_type, ret_type) }
}

/// Ask for the offset of the nest in which the attribute is missing, in bytes from the start of the request's header.
///
/// @return 0; -ENOENT if the kernel told none: it is missing at the root; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; `ret_offset` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_missing_nest(err: *const ErrorRecord, ret_offset: *mut u32) -> c_int {
    not_null!(err, ret_offset => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give((*err).missing_nest, ret_offset) }
}

/// Ask for the nest in which the attribute is missing, as attribute types from the root.
///
/// @param types gets the first max types; may be NULL if max is 0
/// @return as nlrs_error_path; 0 also when it is missing at the root
///
/// # Safety
/// `err` is NULL or a live error object; `types` has room for `max` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_missing_path(err: *const ErrorRecord, types: *mut u32, max: usize) -> c_int {
    not_null!(err => -libc::EINVAL);
    if types.is_null() && max != 0 {
        return -libc::EINVAL;
    }
    // SAFETY: not NULL, and the caller's promise.
    let record = unsafe { &*err };
    // SAFETY: the caller's promise.
    unsafe { copy_path(record.missing_path.types(), types, max) }
}

/// Ask which kind of attribute the violated policy wants (kernels since 5.8).
///
/// @param ret_kind gets one of the kernel's NL_ATTR_TYPE_… (linux/netlink.h)
/// @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; `ret_kind` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_kind(err: *const ErrorRecord, ret_kind: *mut u32) -> c_int {
    not_null!(err, ret_kind => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give((*err).policy.and_then(|policy| policy.ty), ret_kind) }
}

/// Ask for the smallest and largest signed value that the violated policy allows.
///
/// @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_range_s(
    err: *const ErrorRecord,
    ret_min: *mut i64,
    ret_max: *mut i64,
) -> c_int {
    not_null!(err, ret_min, ret_max => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give_both((*err).policy.and_then(|policy| policy.range_s), ret_min, ret_max) }
}

/// Ask for the smallest and largest unsigned value that the violated policy allows.
///
/// @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_range_u(
    err: *const ErrorRecord,
    ret_min: *mut u64,
    ret_max: *mut u64,
) -> c_int {
    not_null!(err, ret_min, ret_max => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give_both((*err).policy.and_then(|policy| policy.range_u), ret_min, ret_max) }
}

/// Ask for the smallest and largest length that the violated policy allows, in bytes.
///
/// @param ret_min gets 0 where the policy has no lower limit
/// @param ret_max gets UINT32_MAX where it has no upper limit
/// @return 0; -ENOENT if the kernel told neither; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_length(
    err: *const ErrorRecord,
    ret_min: *mut u32,
    ret_max: *mut u32,
) -> c_int {
    not_null!(err, ret_min, ret_max => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let length = match unsafe { (*err).policy }.map(|policy| policy.length) {
        None | Some((None, None)) => None,
        Some((min, max)) => Some((min.unwrap_or(0), max.unwrap_or(u32::MAX))),
    };
    // SAFETY: the caller's promise.
    unsafe { give_both(length, ret_min, ret_max) }
}

/// Ask for the bits that the violated policy allows.
///
/// @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; `ret_mask` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_policy_mask(err: *const ErrorRecord, ret_mask: *mut u64) -> c_int {
    not_null!(err, ret_mask => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give((*err).policy.and_then(|policy| policy.mask), ret_mask) }
}

/// Writes two numbers that may not be there.
///
/// # Safety
/// Both have room for a `T`.
unsafe fn give_both<T>(values: Option<(T, T)>, ret_first: *mut T, ret_second: *mut T) -> c_int {
    match values {
        Some((first, second)) => {
            // SAFETY: the caller's promise.
            unsafe { ret_first.write(first) };
            // SAFETY: the caller's promise.
            unsafe { ret_second.write(second) };
            0
        }
        None => -libc::ENOENT,
    }
}

/// Ask for the cookie that the kernel sent with an ack.
///
/// @param ret_cookie gets where it stands, at most 20 bytes; it lives until the object's next use
/// @param ret_len    gets its length in bytes
/// @return 0; -ENOENT if there was none; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_cookie(
    err: *const ErrorRecord,
    ret_cookie: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    not_null!(err, ret_cookie, ret_len => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let cookie = unsafe { &*err }.cookie();
    let found = if cookie.is_empty() { None } else { Some((cookie.as_ptr().cast::<c_void>(), cookie.len())) };
    let Some((start, len)) = found else { return -libc::ENOENT };
    // SAFETY: the caller's promise.
    unsafe { ret_cookie.write(start) };
    // SAFETY: the caller's promise.
    unsafe { ret_len.write(len) };
    0
}

/// Ask for the message type of the request that the error is about.
///
/// @return 0; -ENOENT if there was no request; -EINVAL if a pointer is NULL
///
/// # Safety
/// `err` is NULL or a live error object; `ret_type` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_request_type(err: *const ErrorRecord, ret_type: *mut u32) -> c_int {
    not_null!(err, ret_type => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give((*err).request_type.map(u32::from), ret_type) }
}

/// Ask for the sequence number of the request that the error is about.
///
/// @return the number, which is never 0; 0: it was not sent, or err is NULL
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_seq(err: *const ErrorRecord) -> u32 {
    not_null!(err => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*err }.seq
}

/// Ask how large the datagram was that did not fit (NLRS_ETRUNC).
///
/// The next call on the same socket has a buffer for that.
///
/// @return bytes; 0: nothing was truncated, or err is NULL
///
/// # Safety
/// `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_needed(err: *const ErrorRecord) -> usize {
    not_null!(err => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*err }.needed
}

/// Write an error as one line for a person, without a newline.
///
/// For instance: request type 16: Attribute failed policy validation (ERANGE) at attribute 18/2/4, a u32 was wanted
///
/// @param buf gets the text, cut to what fits, always with a NUL if len is not 0; may be NULL if len is 0
/// @return the length of the whole text without its NUL, as snprintf; -EINVAL if err is NULL, or buf is NULL and len is
///         not 0
///
/// # Safety
/// `err` is NULL or a live error object; `buf` has room for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_error_format(err: *const ErrorRecord, buf: *mut c_char, len: usize) -> c_int {
    not_null!(err => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let record = unsafe { &*err };
    // SAFETY: the caller's promise.
    match unsafe { super::pointers::bytes_mut(buf.cast(), len) } {
        Some(buf) => c_int::try_from(record.format(buf)).unwrap_or(c_int::MAX),
        None => -libc::EINVAL,
    }
}

/// Say what a code means, in a few words.
///
/// Knows every errno of this platform and every code of this library, also those that only exist in the kernel.
///
/// @param code what a function returned; 0 and positive numbers are "success"
/// @return a constant string; never NULL
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_strerror(code: c_int) -> *const c_char {
    error::strerror(code).as_ptr().cast()
}

/// Ask whether a code says that something is not there: ENOENT, ESRCH, ENODEV, ENXIO.
///
/// @param code what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_not_found(code: c_int) -> c_int {
    is_one_of(code, &[libc::ENOENT, libc::ESRCH, libc::ENODEV, libc::ENXIO])
}

/// Ask whether a code says that something exists already: EEXIST.
///
/// @param code what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_exists(code: c_int) -> c_int {
    is_one_of(code, &[libc::EEXIST])
}

/// Ask whether a code says that the caller may not: EPERM, EACCES.
///
/// @param code what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_permission(code: c_int) -> c_int {
    is_one_of(code, &[libc::EPERM, libc::EACCES])
}

/// Ask whether the same call may succeed a little later: EAGAIN, EBUSY, ENOMEM, ENOBUFS, NLRS_EINTR_DUMP, NLRS_EOVERRUN,
/// NLRS_ETRUNC (the buffer has grown), NLRS_EBUSY.
///
/// @param code what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_temporary(code: c_int) -> c_int {
    let own = [error::NLRS_EINTR_DUMP, error::NLRS_EOVERRUN, error::NLRS_ETRUNC, error::NLRS_EBUSY];
    c_int::from(own.contains(&code)) | is_one_of(code, &[libc::EAGAIN, libc::EBUSY, libc::ENOMEM, libc::ENOBUFS])
}

/// Ask whether a code says that time ran out: NLRS_ETIMEDOUT, ETIMEDOUT, ETIME.
///
/// @param code what a function returned
/// @return 1 or 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_code_is_timeout(code: c_int) -> c_int {
    c_int::from(code == error::NLRS_ETIMEDOUT) | is_one_of(code, &[libc::ETIMEDOUT, libc::ETIME])
}

fn is_one_of(code: c_int, errnos: &[c_int]) -> c_int {
    c_int::from(errnos.iter().any(|&errno| code == -errno))
}
