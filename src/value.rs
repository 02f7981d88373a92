// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values of attributes
//!
//! Each function that reads a value requires exactly the size that it is named after: another size is -ERANGE. Where
//! the size differs between kernel versions there are nlrs_attr_get_uint() and nlrs_attr_get_sint(), which read 1, 2, 4
//! or 8 bytes.

use super::pointers::{EINVAL, ENOENT, bytes_mut, payload_of, write_pair, write_result};
use core::ffi::{c_char, c_int, c_void};
use libc::nlattr;
use nlrs_core::error::{Code, Result};
use nlrs_core::wire::value;

/// Reads the payload of an attribute by `read` and writes the value.
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[inline(always)]
unsafe fn get<'a, T>(attr: *const nlattr, ret_value: *mut T, read: impl FnOnce(&'a [u8]) -> Result<T>) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_value => EINVAL);
    // SAFETY: not NULL, and the contract.
    let payload = unsafe { payload_of(attr) };
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_value, read(payload)) }
}

/// As [`get`], for two values.
///
/// # Safety
/// As [`get`].
#[inline(always)]
unsafe fn get_pair<'a, A, B>(
    attr: *const nlattr,
    ret_first: *mut A,
    ret_second: *mut B,
    read: impl FnOnce(&'a [u8]) -> Result<(A, B)>,
) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(ret_first, ret_second => EINVAL);
    // SAFETY: not NULL, and the contract.
    let payload = unsafe { payload_of(attr) };
    // SAFETY: not NULL, and the contract.
    unsafe { write_pair(ret_first, ret_second, read(payload)) }
}

/// Reads an 8-bit unsigned value.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1 byte long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u8(attr: *const nlattr, ret_value: *mut u8) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u8::from_ne_bytes)) }
}

/// Reads a 16-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u16::from_ne_bytes)) }
}

/// Reads a 32-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u32::from_ne_bytes)) }
}

/// Reads a 64-bit unsigned value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_u64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u64::from_ne_bytes)) }
}

/// Reads an 8-bit signed value.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1 byte long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s8(attr: *const nlattr, ret_value: *mut i8) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(i8::from_ne_bytes)) }
}

/// Reads a 16-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s16(attr: *const nlattr, ret_value: *mut i16) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(i16::from_ne_bytes)) }
}

/// Reads a 32-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s32(attr: *const nlattr, ret_value: *mut i32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(i32::from_ne_bytes)) }
}

/// Reads a 64-bit signed value in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_s64(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(i64::from_ne_bytes)) }
}

/// Reads a 16-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value in host byte order
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u16::from_be_bytes)) }
}

/// Reads a 32-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value in host byte order
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u32::from_be_bytes)) }
}

/// Reads a 64-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value in host byte order
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_be64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u64::from_be_bytes)) }
}

/// Reads a 16-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value in host byte order
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le16(attr: *const nlattr, ret_value: *mut u16) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u16::from_le_bytes)) }
}

/// Reads a 32-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value in host byte order
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le32(attr: *const nlattr, ret_value: *mut u32) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u32::from_le_bytes)) }
}

/// Reads a 64-bit unsigned value in little endian.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value in host byte order
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_le64(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, |payload| value::exact(payload).map(u64::from_le_bytes)) }
}

/// Reads an unsigned value of 1, 2, 4 or 8 bytes in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1, 2, 4 or 8 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_uint(attr: *const nlattr, ret_value: *mut u64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, value::uint) }
}

/// Reads a signed value of 1, 2, 4 or 8 bytes in host byte order.
///
/// @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value  the value
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1, 2, 4 or 8 bytes long; -EINVAL: ret_value is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_sint(attr: *const nlattr, ret_value: *mut i64) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_value, value::sint) }
}

/// Reads a string that ends with a NUL inside the attribute. nlrs_attr_get_strn() reads one without a NUL too.
///
/// @param attr     the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_str  the string, valid while the bytes of the attribute are
/// @return 0; -ENOENT: attr is NULL; -EBADMSG: there is no NUL in the payload; -EINVAL: ret_str is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_str` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_str(attr: *const nlattr, ret_str: *mut *const c_char) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_str, |payload| value::terminated(payload).map(|()| payload.as_ptr().cast())) }
}

/// Reads a string by its length: up to its first NUL, or the whole payload when there is none.
///
/// @param attr     the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_str  its first byte, valid while the bytes of the attribute are; there may be no NUL after it
/// @param ret_len  its length in bytes, without a NUL
/// @return 0; -ENOENT: attr is NULL; -EINVAL: ret_str or ret_len is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_strn(
    attr: *const nlattr,
    ret_str: *mut *const c_char,
    ret_len: *mut usize,
) -> c_int {
    let read = |payload| {
        let text = value::text(payload);
        Ok((text.as_ptr().cast(), text.len()))
    };
    // SAFETY: the contract.
    unsafe { get_pair(attr, ret_str, ret_len, read) }
}

/// Reads the payload of an attribute.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_data  its first byte, valid while the bytes of the attribute are; of any alignment
/// @param ret_len   its length in bytes
/// @return 0; -ENOENT: attr is NULL; -EINVAL: ret_data or ret_len is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_bytes(
    attr: *const nlattr,
    ret_data: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { get_pair(attr, ret_data, ret_len, |payload| Ok((payload.as_ptr().cast(), payload.len()))) }
}

/// Reads a flag: an attribute without payload, which is present or absent.
///
/// @param attr  the attribute, or NULL as in a slot of a table when it is absent
/// @return 1: present; 0: attr is NULL; -ERANGE: the attribute has a payload
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_flag(attr: *const nlattr) -> c_int {
    not_null!(attr => 0);
    // SAFETY: not NULL, and the contract.
    if unsafe { payload_of(attr) }.is_empty() { 1 } else { Code::ERANGE.raw() }
}

/// Reads a struct nla_bitfield32.
///
/// @param attr          the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_value     the bits
/// @param ret_selector  which of the bits are valid
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value or ret_selector is
///         NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_bitfield32(
    attr: *const nlattr,
    ret_value: *mut u32,
    ret_selector: *mut u32,
) -> c_int {
    // SAFETY: the contract.
    unsafe { get_pair(attr, ret_value, ret_selector, value::bitfield32) }
}

/// Reads an IPv4 address: 4 bytes in network byte order.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_addr  struct in_addr, of any alignment
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_addr is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_addr` is NULL or has 4 writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_in_addr(attr: *const nlattr, ret_addr: *mut c_void) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_addr.cast(), value::exact::<4>) }
}

/// Reads an IPv6 address: 16 bytes in network byte order.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_addr  struct in6_addr, of any alignment
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 16 bytes long; -EINVAL: ret_addr is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_addr` is NULL or has 16 writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_in6_addr(attr: *const nlattr, ret_addr: *mut c_void) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_addr.cast(), value::exact::<16>) }
}

/// Reads a MAC address: 6 bytes.
///
/// @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param ret_addr  6 bytes, of any alignment
/// @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 6 bytes long; -EINVAL: ret_addr is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_addr` is NULL or has 6 writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_get_mac(attr: *const nlattr, ret_addr: *mut c_void) -> c_int {
    // SAFETY: the contract.
    unsafe { get(attr, ret_addr.cast(), value::exact::<6>) }
}

/// Copies a struct out of an attribute, which needs no alignment and may be of another kernel version.
///
/// When the payload is shorter than size, as from an older kernel, the rest of the buffer becomes zero. When it is
/// longer, as from a newer kernel, its end is left out. The returned length shows which.
///
/// @param attr  the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
/// @param buf   size bytes, all of which are written
/// @param size  bytes of the struct
/// @return length of the payload in bytes: size, less, or more; -ENOENT: attr is NULL; -EINVAL: buf is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `buf` is NULL or has `size` writable bytes, which are not
/// those of the attribute.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_copy(attr: *const nlattr, buf: *mut c_void, size: usize) -> c_int {
    not_null!(attr => ENOENT);
    not_null!(buf => EINVAL);
    // SAFETY: not NULL, and the contract.
    let payload = unsafe { payload_of(attr) };
    // SAFETY: the contract.
    let Some(to) = (unsafe { bytes_mut(buf.cast(), size) }) else { return EINVAL };
    value::copy_out(to, payload);
    c_int::try_from(payload.len()).unwrap_or(c_int::MAX)
}
