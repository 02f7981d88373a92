// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes and headers of the message under construction
//!
//! Each function appends to the message that nlrs_msg_begin() began, or to its innermost open nest.

use super::build::{TOO_LONG, TOO_MUCH, nlrs_msg};
use super::pointers::array_of;
use core::ffi::{CStr, c_char, c_int, c_void};
use nlrs_core::error::Code;

const ERANGE: Code = Code::ERANGE;

/// Appends the family's header (struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...), padded with zeros. A second
/// header may follow; attributes come after the headers.
///
/// Inside a nest a header may be anywhere, since some families require it: VETH_INFO_PEER begins with a struct
/// ifinfomsg, RTA_MULTIPATH is a sequence of struct rtnexthop, each followed by attributes.
///
/// @param m    message under construction
/// @param hdr  the header, which is copied; may be NULL only when len is 0
/// @param len  its size in bytes, without padding
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `hdr` is NULL or has `len` bytes, outside
/// of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_header(m: *mut nlrs_msg, hdr: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    if hdr.is_null() && len != 0 {
        return m.refuse(0, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_header(payload!(hdr, len, at most TOO_MUCH)))
}

/// Appends an attribute with an 8-bit unsigned value.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  0 ... 255; others are -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u8(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u8::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u8(r#type, value)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Appends an attribute with a 16-bit unsigned value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  0 ... 65535; others are -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u16(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Appends an attribute with a 32-bit unsigned value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u32(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value))
}

/// Appends an attribute with a 64-bit unsigned value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u64(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value))
}

/// Appends an attribute with an 8-bit signed value.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  -128 ... 127; others are -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s8(m: *mut nlrs_msg, r#type: u32, value: i32) -> c_int {
    let m = builder!(m);
    match i8::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u8(r#type, value as u8)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Appends an attribute with a 16-bit signed value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  -32768 ... 32767; others are -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s16(m: *mut nlrs_msg, r#type: u32, value: i32) -> c_int {
    let m = builder!(m);
    match i16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value as u16)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Appends an attribute with a 32-bit signed value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s32(m: *mut nlrs_msg, r#type: u32, value: i32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value as u32))
}

/// Appends an attribute with a 64-bit signed value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s64(m: *mut nlrs_msg, r#type: u32, value: i64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value as u64))
}

/// Appends an attribute with a 16-bit unsigned value in network byte order (big endian).
///
/// @param m      message under construction
/// @param type   attribute type; ipset requires the flag NLA_F_NET_BYTEORDER in it
/// @param value  in host byte order, from which it is converted: 0 ... 65535; others are -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be16(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value.to_be())),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Appends an attribute with a 32-bit unsigned value in network byte order (big endian).
///
/// @param m      message under construction
/// @param type   attribute type; ipset requires the flag NLA_F_NET_BYTEORDER in it
/// @param value  in host byte order, from which it is converted
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be32(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value.to_be()))
}

/// Appends an attribute with a 64-bit unsigned value in network byte order (big endian).
///
/// @param m      message under construction
/// @param type   attribute type; ipset requires the flag NLA_F_NET_BYTEORDER in it
/// @param value  in host byte order, from which it is converted
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be64(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value.to_be()))
}

/// Appends an attribute with a 16-bit unsigned value in little endian.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, from which it is converted: 0 ... 65535; others are -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_le16(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value.to_le())),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Appends an attribute with a 32-bit unsigned value in little endian.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, from which it is converted
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_le32(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value.to_le()))
}

/// Appends an attribute with a 64-bit unsigned value in little endian.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, from which it is converted
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_le64(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value.to_le()))
}

/// Appends an attribute with an unsigned value in host byte order: 4 bytes, or 8 when the value does not fit into 4
/// (the kernel's NLA_UINT, Linux 6.7).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_uint(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_uint(r#type, value))
}

/// Appends an attribute with a signed value in host byte order: 4 bytes, or 8 when the value does not fit into 4 (the
/// kernel's NLA_SINT, Linux 6.7).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_sint(m: *mut nlrs_msg, r#type: u32, value: i64) -> c_int {
    Code::of_result(&builder!(m).put_sint(r#type, value))
}

/// Appends an attribute with a 64-bit value in host byte order, whose payload is at a multiple of 8 bytes from the
/// start of the message.
///
/// Where it would not be, an attribute of type pad_type without payload is appended first (the family's ..._PAD).
///
/// @param m         message under construction
/// @param type      attribute type
/// @param value     the value
/// @param pad_type  type of the padding
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u64_padded(m: *mut nlrs_msg, r#type: u32, value: u64, pad_type: u32) -> c_int {
    Code::of_result(&builder!(m).put_u64_padded(r#type, value, pad_type))
}

/// Appends an attribute with a string and its NUL.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @param s     the string, which is copied; at most 65530 bytes without the NUL
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `s` is NULL or has a NUL-terminated
/// string, outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_str(m: *mut nlrs_msg, r#type: u32, s: *const c_char) -> c_int {
    let m = builder!(m);
    if s.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract NUL-terminated and not changed now.
    let text = unsafe { CStr::from_ptr(s) };
    Code::of_result(&m.put_bytes(r#type, text.to_bytes_with_nul()))
}

/// Appends an attribute with a string without a NUL.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @param s     its bytes, which are copied; may be NULL only when len is 0
/// @param len   number of bytes, at most 65531
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `s` is NULL or has `len` bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_strn(m: *mut nlrs_msg, r#type: u32, s: *const c_char, len: usize) -> c_int {
    let m = builder!(m);
    if s.is_null() && len != 0 {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_bytes(r#type, payload!(s, len, at most TOO_LONG)))
}

/// Appends an attribute with the given payload.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @param data  the payload, which is copied; may be NULL only when len is 0
/// @param len   number of bytes, at most 65531
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `data` is NULL or has `len` bytes, outside
/// of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_bytes(m: *mut nlrs_msg, r#type: u32, data: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    if data.is_null() && len != 0 {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_bytes(r#type, payload!(data, len, at most TOO_LONG)))
}

/// Appends an attribute whose payload is zeroed bytes, and returns the payload, to be filled in.
///
/// @param m         message under construction
/// @param type      attribute type
/// @param len       number of bytes, at most 65531
/// @param ret_data  the payload, aligned to 4 bytes, valid until the next call on m
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `ret_data` is NULL or a writable
/// pointer, outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_reserve(
    m: *mut nlrs_msg,
    r#type: u32,
    len: usize,
    ret_data: *mut *mut c_void,
) -> c_int {
    let m = builder!(m);
    if ret_data.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    match m.put_reserve(r#type, len) {
        Ok(payload) => {
            // SAFETY: not NULL, and by the function's contract a pointer to be written.
            unsafe { ret_data.write(payload.as_mut_ptr().cast()) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Appends an attribute without payload.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_flag(m: *mut nlrs_msg, r#type: u32) -> c_int {
    Code::of_result(&builder!(m).put_flag(r#type))
}

/// Appends an attribute with a struct nla_bitfield32.
///
/// @param m         message under construction
/// @param type      attribute type
/// @param value     the bits
/// @param selector  which of the bits are valid
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_bitfield32(m: *mut nlrs_msg, r#type: u32, value: u32, selector: u32) -> c_int {
    Code::of_result(&builder!(m).put_bitfield32(r#type, value, selector))
}

/// Appends an attribute with an IPv4 address: 4 bytes in network byte order.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @param addr  struct in_addr, of any alignment, which is copied
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `addr` is NULL or has 4 bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_in_addr(m: *mut nlrs_msg, r#type: u32, addr: *const c_void) -> c_int {
    let m = builder!(m);
    if addr.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract 4 bytes.
    let bytes = unsafe { array_of::<4>(addr) };
    Code::of_result(&m.put_u32(r#type, u32::from_ne_bytes(*bytes)))
}

/// Appends an attribute with an IPv6 address: 16 bytes in network byte order.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @param addr  struct in6_addr, of any alignment, which is copied
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `addr` is NULL or has 16 bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_in6_addr(m: *mut nlrs_msg, r#type: u32, addr: *const c_void) -> c_int {
    let m = builder!(m);
    if addr.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract 16 bytes.
    let bytes = unsafe { array_of::<16>(addr) };
    Code::of_result(&m.put_bytes(r#type, bytes))
}

/// Appends an attribute with a MAC address: 6 bytes.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @param mac   the address, which is copied
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `mac` is NULL or has 6 bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_mac(m: *mut nlrs_msg, r#type: u32, mac: *const c_void) -> c_int {
    let m = builder!(m);
    if mac.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract 6 bytes.
    let bytes = unsafe { array_of::<6>(mac) };
    Code::of_result(&m.put_bytes(r#type, bytes))
}
