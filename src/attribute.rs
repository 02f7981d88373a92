// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading attributes.

use core::ffi::{c_char, c_int, c_void};
use core::mem::MaybeUninit;
use core::slice;
use libc::nlattr;
use nlrs_core::error::{Code, Result};
use nlrs_core::uapi::NLA_HDRLEN;
use nlrs_core::wire::attribute::{self, Attribute, Attributes};
use nlrs_core::wire::value;

const EINVAL: c_int = Code::EINVAL.raw();
const ENOENT: c_int = Code::ENOENT.raw();

/// The payload of an attribute whose length was checked when it was found.
///
/// # Safety
/// `attr` is not NULL, and from an index, a find or a walk over bytes that still stand.
#[inline(always)]
pub(super) unsafe fn payload<'a>(attr: *const nlattr) -> &'a [u8] {
    // SAFETY: two bytes of the header; a byte array needs no alignment.
    let len = usize::from(u16::from_ne_bytes(unsafe { attr.cast::<[u8; 2]>().read() }));
    // SAFETY: the header has four bytes.
    let data = unsafe { attr.cast::<u8>().add(NLA_HDRLEN) };
    // SAFETY: the length was checked to be that of the header or more, and not more than there is.
    unsafe { core::slice::from_raw_parts(data, len.saturating_sub(NLA_HDRLEN)) }
}

/// The type of an attribute with its flag bits.
///
/// # Safety
/// As for payload.
#[inline(always)]
pub(super) unsafe fn raw_type(attr: *const nlattr) -> u32 {
    // SAFETY: the header has four bytes; a byte array needs no alignment.
    let [_, _, t0, t1] = unsafe { attr.cast::<[u8; NLA_HDRLEN]>().read() };
    u32::from(u16::from_ne_bytes([t0, t1]))
}

/// Gives C `result`: through `to` and 0, or its code.
///
/// # Safety
/// `to` is not NULL and may be written.
#[inline(always)]
pub(super) unsafe fn give<T>(to: *mut T, result: Result<T>) -> c_int {
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
/// table[t] becomes the first attribute of type t (flag bits aside), or NULL; types above max are skipped. The length
/// of each attribute has then been checked against the bytes that are there, and the pointers are valid as long as
/// these. One to three bytes behind the last attribute are ignored. Nothing is called back, nothing allocated.
///
/// @param attrs  the bytes; need no alignment
/// @param len    how many
/// @param table  max + 1 pointers, all of which are written; all NULL on failure
/// @param max    the largest type wanted
/// @return how many slots were filled; -EBADMSG: malformed bytes; -EINVAL: attrs or table is NULL
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `table` is NULL or has room for `max` + 1
/// pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index(
    attrs: *const c_void,
    len: usize,
    table: *mut *const nlattr,
    max: u32,
) -> c_int {
    not_null!(table => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let slots = unsafe { slots(table, max) };
    if attrs.is_null() {
        return wipe(slots, EINVAL);
    }
    // SAFETY: not NULL, and the caller's promise.
    index(unsafe { slice::from_raw_parts(attrs.cast::<u8>(), len.min(isize::MAX as usize)) }, slots)
}

/// The attributes inside a nest, by type: nlrs_attr_index() of its payload.
///
/// @param attr   the nest; NLA_F_NESTED need not be set
/// @param table  max + 1 pointers, all of which are written; all NULL on failure
/// @param max    the largest type wanted
/// @return how many slots were filled; -ENOENT: attr is NULL (as from an index where there is none); -EBADMSG:
///         malformed bytes; -EINVAL: table is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `table` is NULL or has room for
/// `max` + 1 pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index_nested(attr: *const nlattr, table: *mut *const nlattr, max: u32) -> c_int {
    not_null!(table => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let slots = unsafe { slots(table, max) };
    if attr.is_null() {
        return wipe(slots, ENOENT);
    }
    // SAFETY: not NULL, and the caller's promise.
    index(unsafe { payload(attr) }, slots)
}

/// A pointer of C's table, which comes uninitialised.
pub(super) type Slot = MaybeUninit<*const nlattr>;

/// C's table.
///
/// # Safety
/// `table` is not NULL and has room for `max` + 1 pointers.
#[inline(always)]
pub(super) unsafe fn slots<'a>(table: *mut *const nlattr, max: u32) -> &'a mut [Slot] {
    // SAFETY: the caller's promise; they need not be initialised for this type.
    unsafe { slice::from_raw_parts_mut(table.cast::<Slot>(), (max as usize).saturating_add(1)) }
}

const EMPTY: Slot = Slot::new(core::ptr::null());

/// Writes a table: the attributes in `bytes`, by type.
#[inline(always)]
pub(super) fn index(bytes: &[u8], slots: &mut [Slot]) -> c_int {
    // Small tables by stores that overlap: the call of memset would cost more than they do.
    match slots.len() {
        4..=8 => clear_ends::<4>(slots),
        9..=16 => clear_ends::<8>(slots),
        17..=32 => clear_ends::<16>(slots),
        _ => return index_large(bytes, slots),
    }
    fill(bytes, slots)
}

#[inline(never)]
fn index_large(bytes: &[u8], slots: &mut [Slot]) -> c_int {
    slots.fill(EMPTY);
    fill(bytes, slots)
}

/// Clears a table of `N` to twice as many slots.
#[inline(always)]
fn clear_ends<const N: usize>(slots: &mut [Slot]) {
    if let Some(first) = slots.first_chunk_mut::<N>() {
        *first = [EMPTY; N];
    }
    if let Some(last) = slots.last_chunk_mut::<N>() {
        *last = [EMPTY; N];
    }
}

/// Fills a cleared table with the attributes in `bytes`.
#[inline(always)]
fn fill(bytes: &[u8], slots: &mut [Slot]) -> c_int {
    let mut filled = 0;
    let walked = attribute::walk(bytes, |ty, found| {
        if let Some(slot) = slots.get_mut(usize::from(ty)) {
            // SAFETY: the table has been cleared.
            if unsafe { slot.assume_init() }.is_null() {
                *slot = Slot::new(found.as_ptr().cast());
                filled += 1;
            }
        }
    });
    match walked {
        Ok(()) => filled,
        Err(code) => wipe(slots, code.raw()),
    }
}

/// A table that is all NULL, for a call that fails with `code`.
#[cold]
#[inline(never)]
pub(super) fn wipe(slots: &mut [Slot], code: c_int) -> c_int {
    slots.fill(EMPTY);
    code
}

/// Read an 8-bit unsigned value.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 1 byte; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u8(attr: *const nlattr, ret_value: *mut u8) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u8::from_ne_bytes)) }
}

/// Read a 16-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u16::from_ne_bytes)) }
}

/// Read a 32-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u32::from_ne_bytes)) }
}

/// Read a 64-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u64::from_ne_bytes)) }
}

/// Read an 8-bit signed value.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 1 byte; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s8(attr: *const nlattr, ret_value: *mut i8) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i8::from_ne_bytes)) }
}

/// Read a 16-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s16(attr: *const nlattr, ret_value: *mut i16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i16::from_ne_bytes)) }
}

/// Read a 32-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s32(attr: *const nlattr, ret_value: *mut i32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i32::from_ne_bytes)) }
}

/// Read a 64-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s64(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(i64::from_ne_bytes)) }
}

/// Read a 16-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u16::from_be_bytes)) }
}

/// Read a 32-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u32::from_be_bytes)) }
}

/// Read a 64-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u64::from_be_bytes)) }
}

/// Read a 16-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u16::from_le_bytes)) }
}

/// Read a 32-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u32::from_le_bytes)) }
}

/// Read a 64-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::exact(payload).map(u64::from_le_bytes)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_uint(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::uint(payload)) }
}

/// Read a signed value of 1, 2, 4 or 8 bytes in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_sint(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::sint(payload)) }
}

/// Read a string that is NUL-terminated inside the attribute.
///
/// For one without a NUL there is nlrs_attr_get_strn().
///
/// @param attr     the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_str  the string, as long as the attribute's bytes stand; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -EBADMSG: there is no NUL in it; -EINVAL: ret_str is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_str` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_str(attr: *const nlattr, ret_str: *mut *const c_char) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_str => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_str, value::terminated(payload).map(|()| payload.as_ptr().cast())) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as an 8-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u8_lax(attr: *const nlattr, ret_value: *mut u8) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::uint_lax(payload)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as a 16-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u16_lax(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::uint_lax(payload)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as a 32-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u32_lax(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::uint_lax(payload)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as a 64-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u64_lax(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::uint_lax(payload)) }
}

/// Read a signed value of 1, 2, 4 or 8 bytes in host byte order as an 8-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s8_lax(attr: *const nlattr, ret_value: *mut i8) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::sint_lax(payload)) }
}

/// Read a signed value of 1, 2, 4 or 8 bytes in host byte order as a 16-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s16_lax(attr: *const nlattr, ret_value: *mut i16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::sint_lax(payload)) }
}

/// Read a signed value of 1, 2, 4 or 8 bytes in host byte order as a 32-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s32_lax(attr: *const nlattr, ret_value: *mut i32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::sint_lax(payload)) }
}

/// Read a signed value of 1, 2, 4 or 8 bytes in host byte order as a 64-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s64_lax(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::sint_lax(payload)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in network byte order (big endian) as a 16-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be16_lax(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::be_lax(payload)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in network byte order (big endian) as a 32-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be32_lax(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::be_lax(payload)) }
}

/// Read an unsigned value of 1, 2, 4 or 8 bytes in network byte order (big endian) as a 64-bit one, where it fits.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value  the value in host byte order; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
///         ret_value is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_value` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be64_lax(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_value, value::be_lax(payload)) }
}

/// Read a string by its length: up to its first NUL, or the whole payload where there is none.
///
/// @param attr     the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_str  its first byte, as long as the attribute's bytes stand; not NUL-terminated for sure
/// @param ret_len  its length in bytes, without a NUL
/// @return 0; -ENOENT: attr is NULL; -EINVAL: ret_str or ret_len is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; the others are NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_strn(
    attr: *const nlattr,
    ret_str: *mut *const c_char,
    ret_len: *mut usize,
) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_str, ret_len => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    let text = value::text(payload);
    // SAFETY: as above.
    unsafe { give(ret_str, Ok(text.as_ptr().cast())) };
    // SAFETY: as above.
    unsafe { give(ret_len, Ok(text.len())) }
}

/// Read a payload as it is.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_data  its first byte, as long as the attribute's bytes stand; not aligned for sure
/// @param ret_len   its length in bytes
/// @return 0; -ENOENT: attr is NULL; -EINVAL: ret_data or ret_len is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; the others are NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_bytes(
    attr: *const nlattr,
    ret_data: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_data, ret_len => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above.
    unsafe { give(ret_data, Ok(payload.as_ptr().cast())) };
    // SAFETY: as above.
    unsafe { give(ret_len, Ok(payload.len())) }
}

/// Read a flag: an attribute that has no payload and is there or not.
///
/// @param attr  the attribute, or NULL as from an index where there is none
/// @return 1: it is there; 0: attr is NULL; -ERANGE: it has a payload
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_flag(attr: *const nlattr) -> c_int {
    if attr.is_null() {
        return 0;
    }
    // SAFETY: not NULL, and the caller's promise.
    if unsafe { payload(attr) }.is_empty() { 1 } else { Code::ERANGE.raw() }
}

/// Read a struct nla_bitfield32.
///
/// @param attr          the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_value     the bits
/// @param ret_selector  which of them count
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value or ret_selector is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; the others are NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_bitfield32(
    attr: *const nlattr,
    ret_value: *mut u32,
    ret_selector: *mut u32,
) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value, ret_selector => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    match value::bitfield32(payload) {
        Ok((value, selector)) => {
            // SAFETY: as above.
            unsafe { give(ret_value, Ok(value)) };
            // SAFETY: as above.
            unsafe { give(ret_selector, Ok(selector)) }
        }
        Err(code) => code.raw(),
    }
}

/// Read an IPv4 address, copied as it stands: 4 bytes in network byte order.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_addr  struct in_addr; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_addr is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_addr` is NULL or has room for
/// 4 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_in_addr(attr: *const nlattr, ret_addr: *mut c_void) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_addr => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above, with 4 bytes to be written.
    unsafe { give(ret_addr.cast(), value::exact::<4>(payload)) }
}

/// Read an IPv6 address, copied as it stands: 16 bytes in network byte order.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_addr  struct in6_addr; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 16 bytes; -EINVAL: ret_addr is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_addr` is NULL or has room for
/// 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_in6_addr(attr: *const nlattr, ret_addr: *mut c_void) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_addr => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above, with 16 bytes to be written.
    unsafe { give(ret_addr.cast(), value::exact::<16>(payload)) }
}

/// Read a MAC address, copied as it stands: 6 bytes.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param ret_addr  6 bytes; untouched on failure
/// @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 6 bytes; -EINVAL: ret_addr is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `ret_addr` is NULL or has room for
/// 6 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_mac(attr: *const nlattr, ret_addr: *mut c_void) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_addr => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: as above, with 6 bytes to be written.
    unsafe { give(ret_addr.cast(), value::exact::<6>(payload)) }
}

/// Copy a struct out of an attribute, whatever its alignment and however long the kernel's is.
///
/// From an older kernel it may be shorter than size: the rest of dst becomes zero. From a newer one it may be longer:
/// what goes beyond is left out. The returned length tells.
///
/// @param attr  the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
/// @param dst   where to
/// @param size  bytes that dst has, all of which are written
/// @return length of the payload in bytes: size, less than that, or more; -ENOENT: attr is NULL; -EINVAL: dst is NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand; `dst` is NULL or has `size` bytes,
/// not those of the attribute, to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_copy(attr: *const nlattr, dst: *mut c_void, size: usize) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(dst => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { payload(attr) };
    // SAFETY: not NULL, and by the function's contract `size` bytes; more than isize::MAX cannot exist.
    let to = unsafe { core::slice::from_raw_parts_mut(dst.cast::<u8>(), size.min(isize::MAX as usize)) };
    value::copy_out(to, payload);
    c_int::try_from(payload.len()).unwrap_or(c_int::MAX)
}

/// Length of an attribute's payload.
///
/// @param attr  the attribute
/// @return bytes; 0 for NULL
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that still stand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_len(attr: *const nlattr) -> usize {
    not_null!(attr => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { payload(attr) }.len()
}

/// Find the first attribute of a type.
///
/// @param attrs     attributes that follow each other; need no alignment
/// @param len       their bytes
/// @param type      attribute type; flag bits (NLA_F_NESTED, NLA_F_NET_BYTEORDER) do not count, here or in an attribute
/// @param ret_attr  the attribute, as long as the bytes stand; untouched on failure
/// @return 0; -ENOENT: there is none; -EBADMSG: malformed bytes come first; -ERANGE: type is above 65535; -EINVAL: attrs or
///         ret_attr is NULL
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `ret_attr` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_find(
    attrs: *const c_void,
    len: usize,
    r#type: u32,
    ret_attr: *mut *const nlattr,
) -> c_int {
    not_null!(attrs, ret_attr => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let bytes = unsafe { slice(attrs, len) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give_found(ret_attr, attribute::find(bytes, r#type)) }
}

/// Find an attribute inside nests: the first of types[0], in it the first of types[1], and so on.
///
/// @param attrs     attributes that follow each other; need no alignment
/// @param len       their bytes
/// @param types     attribute types from the outermost to the wanted one; flag bits do not count
/// @param depth     how many, at least 1
/// @param ret_attr  the attribute, as long as the bytes stand; untouched on failure
/// @return 0; -ENOENT: one of them is not there; -EBADMSG: malformed bytes come first; -ERANGE: a type is above 65535;
///         -EINVAL: NULL, or depth is 0 or above 65535
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `types` is NULL or has `depth` aligned values;
/// `ret_attr` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_find_path(
    attrs: *const c_void,
    len: usize,
    types: *const u32,
    depth: usize,
    ret_attr: *mut *const nlattr,
) -> c_int {
    not_null!(attrs, types, ret_attr => EINVAL);
    // Deeper than an attribute's 65535 bytes can nest there is nothing.
    if depth == 0 || depth > 0xffff {
        return EINVAL;
    }
    // SAFETY: not NULL, and the caller's promise.
    let bytes = unsafe { slice(attrs, len) };
    // SAFETY: not NULL, and the caller's promise.
    let types = unsafe { core::slice::from_raw_parts(types, depth) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give_found(ret_attr, attribute::find_path(bytes, types)) }
}

/// Walk over attributes, one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1. Then *pos tells how far it came: len - *pos
/// bytes are left over (0 ... 3 behind the last attribute at a clean end), or *pos is the offset of the malformed
/// attribute. It stays there. An unpadded last attribute is accepted.
///
/// @param attrs     attributes that follow each other; need no alignment
/// @param len       their bytes
/// @param pos       offset of the next attribute, moved behind it
/// @param ret_attr  the attribute, as long as the bytes stand; written with 1 alone
/// @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -EINVAL: NULL, or *pos is beyond len
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `pos` and `ret_attr` are NULL or may be read and
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_walk(
    attrs: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_attr: *mut *const nlattr,
) -> c_int {
    // SAFETY: the caller's promise, unchanged.
    unsafe { walk_if(attrs, len, pos, ret_attr, |_| true) }
}

/// Walk over the attributes of one type, one a call: for those that occur more than once.
///
/// Start with *pos = 0 and call it again until it does not return 1. Then *pos tells how far it came: len - *pos
/// bytes are left over (0 ... 3 behind the last attribute at a clean end), or *pos is the offset of the malformed
/// attribute. It stays there. An unpadded last attribute is accepted.
///
/// @param attrs     attributes that follow each other; need no alignment
/// @param len       their bytes
/// @param type      attribute type; flag bits do not count
/// @param pos       offset of the next attribute, moved behind it
/// @param ret_attr  the attribute, as long as the bytes stand; written with 1 alone
/// @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -ERANGE: type is above 65535; -EINVAL: NULL, or *pos is
///         beyond len
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `pos` and `ret_attr` are NULL or may be read and
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_walk_type(
    attrs: *const c_void,
    len: usize,
    r#type: u32,
    pos: *mut usize,
    ret_attr: *mut *const nlattr,
) -> c_int {
    match attribute::type_of(r#type) {
        // SAFETY: the caller's promise, unchanged.
        Ok(ty) => unsafe { walk_if(attrs, len, pos, ret_attr, |attribute| attribute.ty() == ty) },
        Err(code) => code.raw(),
    }
}

/// The bytes behind a pointer that is not NULL.
///
/// # Safety
/// `data` is not NULL and has `len` bytes that nobody changes meanwhile.
pub(super) unsafe fn slice<'a>(data: *const c_void, len: usize) -> &'a [u8] {
    // SAFETY: the caller's promise; more than isize::MAX cannot exist.
    unsafe { core::slice::from_raw_parts(data.cast::<u8>(), len.min(isize::MAX as usize)) }
}

/// Gives C what was found.
///
/// # Safety
/// `to` is not NULL and may be written.
unsafe fn give_found(to: *mut *const nlattr, found: Result<Option<Attribute<'_>>>) -> c_int {
    let found = found.and_then(|found| found.ok_or(Code::ENOENT));
    // SAFETY: the caller's promise.
    unsafe { give(to, found.map(|attribute| attribute.bytes.as_ptr().cast())) }
}

/// The next attribute from `*pos` on that is wanted.
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nobody changes meanwhile; `pos` and `ret_attr` are NULL or may be read and
/// written.
#[inline(always)]
unsafe fn walk_if(
    attrs: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_attr: *mut *const nlattr,
    wanted: impl Fn(&Attribute<'_>) -> bool,
) -> c_int {
    not_null!(attrs, pos, ret_attr => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let bytes = unsafe { slice(attrs, len) };
    // SAFETY: not NULL, and the caller's promise.
    let Some(rest) = bytes.get(unsafe { pos.read() }..) else {
        return EINVAL;
    };
    let mut attributes = Attributes::new(rest);
    let status = loop {
        match attributes.next() {
            Ok(Some(attribute)) if wanted(&attribute) => {
                // SAFETY: not NULL, and the caller's promise.
                unsafe { ret_attr.write(attribute.bytes.as_ptr().cast()) };
                break 1;
            }
            Ok(Some(_)) => {}
            Ok(None) => break 0,
            Err(code) => break code.raw(),
        }
    };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { pos.write(bytes.len() - attributes.rest.len()) };
    status
}
