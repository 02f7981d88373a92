// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading attributes.

use crate::error::{Code, Result};
use crate::uapi::NLA_HDRLEN;
use crate::wire::{attribute, value};
use core::ffi::{c_char, c_int, c_void};
use libc::nlattr;

const EINVAL: c_int = Code::EINVAL.raw();
const ENOENT: c_int = Code::ENOENT.raw();

/// The payload of an attribute whose length was checked when it was found.
///
/// # Safety
/// `attr` is not NULL, and from an index, a find or a walk over bytes that still stand.
#[inline(always)]
unsafe fn payload<'a>(attr: *const nlattr) -> &'a [u8] {
    // SAFETY: two bytes of the header; a byte array needs no alignment.
    let len = usize::from(u16::from_ne_bytes(unsafe { attr.cast::<[u8; 2]>().read() }));
    // SAFETY: the header has four bytes.
    let data = unsafe { attr.cast::<u8>().add(NLA_HDRLEN) };
    // SAFETY: the length was checked to be that of the header or more, and not more than there is.
    unsafe { core::slice::from_raw_parts(data, len.saturating_sub(NLA_HDRLEN)) }
}

/// Gives C `result`: through `to` and 0, or its code.
///
/// # Safety
/// `to` is not NULL and may be written.
#[inline(always)]
unsafe fn give<T>(to: *mut T, result: Result<T>) -> c_int {
    match result {
        Ok(value) => {
            // SAFETY: the caller's promise; C's values may stand anywhere, so it is not taken to be aligned.
            unsafe { to.write_unaligned(value) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// The attributes of a payload or a nest, by type.
///
/// table[t] becomes the first attribute of type t (flag bits aside), or NULL; types above max are skipped. An attribute longer than it says does not occur: its length is
/// checked, and the pointers stay valid as long as the bytes. One to three bytes behind the last attribute are ignored. No callback, no allocation.
///
/// @param attrs  the bytes; need no alignment
/// @param len    how many
/// @param table  max + 1 pointers, all of which are written; all NULL on failure
/// @param max    the largest type wanted
/// @return how many slots were filled; -EBADMSG: malformed bytes; -EINVAL: attrs or table is NULL
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `table` is NULL or has room for `max` + 1 pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index(
    attrs: *const c_void,
    len: usize,
    table: *mut *const nlattr,
    max: u32,
) -> c_int {
    not_null!(table => EINVAL);
    // SAFETY: the caller's promise on `table`, and it is not NULL.
    let slots = unsafe { clear(table, max) };
    not_null!(attrs => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(attrs.cast::<u8>(), len.min(isize::MAX as usize)) };
    fill(bytes, slots)
}

/// The attributes inside a nest, by type: nlrs_attr_index() of its payload.
///
/// @param attr   the nest; NLA_F_NESTED need not be set
/// @param table  max + 1 pointers, all of which are written; all NULL on failure
/// @param max    the largest type wanted
/// @return how many slots were filled; -ENOENT: attr is NULL (as from an index where there is none); -EBADMSG: malformed bytes; -EINVAL: table is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `table` is NULL or has room for `max` + 1 pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index_nested(attr: *const nlattr, table: *mut *const nlattr, max: u32) -> c_int {
    not_null!(table => EINVAL);
    // SAFETY: the caller's promise on `table`, and it is not NULL.
    let slots = unsafe { clear(table, max) };
    not_null!(attr => ENOENT);
    // SAFETY: not NULL, and the caller's promise.
    fill(unsafe { payload(attr) }, slots)
}

/// The table, all NULL.
///
/// # Safety
/// `table` is not NULL and has room for `max` + 1 pointers.
#[inline(always)]
unsafe fn clear<'a>(table: *mut *const nlattr, max: u32) -> &'a mut [*const nlattr] {
    let slots = (max as usize).saturating_add(1);
    // SAFETY: room for that many pointers; all bits 0 is NULL.
    unsafe { table.write_bytes(0, slots) };
    // SAFETY: as above, and just initialised.
    unsafe { core::slice::from_raw_parts_mut(table, slots) }
}

/// Fills a cleared table with the attributes in `bytes`.
#[inline(always)]
fn fill(bytes: &[u8], slots: &mut [*const nlattr]) -> c_int {
    let mut filled = 0;
    let walked = attribute::walk(bytes, |ty, offset| {
        if let Some(slot) = slots.get_mut(usize::from(ty)) {
            if slot.is_null() {
                *slot = bytes.as_ptr().wrapping_add(offset).cast();
                filled += 1;
            }
        }
    });
    match walked {
        Ok(()) => filled,
        Err(code) => {
            slots.fill(core::ptr::null());
            code.raw()
        }
    }
}

/// Reads an 8-bit unsigned value.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 1 byte; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u8(attr: *const nlattr, ret_value: *mut u8) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u8::from_ne_bytes)) }
}

/// Reads a 16-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u16::from_ne_bytes)) }
}

/// Reads a 32-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u32::from_ne_bytes)) }
}

/// Reads a 64-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u64::from_ne_bytes)) }
}

/// Reads an 8-bit signed value.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 1 byte; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s8(attr: *const nlattr, ret_value: *mut i8) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i8::from_ne_bytes)) }
}

/// Reads a 16-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s16(attr: *const nlattr, ret_value: *mut i16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i16::from_ne_bytes)) }
}

/// Reads a 32-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s32(attr: *const nlattr, ret_value: *mut i32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i32::from_ne_bytes)) }
}

/// Reads a 64-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s64(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i64::from_ne_bytes)) }
}

/// Reads a 16-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u16::from_be_bytes)) }
}

/// Reads a 32-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u32::from_be_bytes)) }
}

/// Reads a 64-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u64::from_be_bytes)) }
}

/// Reads a 16-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u16::from_le_bytes)) }
}

/// Reads a 32-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u32::from_le_bytes)) }
}

/// Reads a 64-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u64::from_le_bytes)) }
}

/// Reads an unsigned value of 1, 2, 4 or 8 bytes in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_uint(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::uint(payload)) }
}

/// Reads a signed value of 1, 2, 4 or 8 bytes in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_sint(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::sint(payload)) }
}

/// Reads a string that is NUL-terminated inside the attribute.
///
/// For one without a NUL there is nlrs_attr_get_strn().
///
/// @param attr     the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_str  the string, as long as the attribute's bytes stand; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -EBADMSG: there is no NUL in it; -EINVAL: ret_str is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_str` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_str(attr: *const nlattr, ret_str: *mut *const c_char) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_str => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_str, value::terminated(payload).map(|()| payload.as_ptr().cast())) }
}
