// SPDX-License-Identifier: MIT OR Apache-2.0
//! Building messages.

use super::attribute;
use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int, c_void};
use libc::{nlattr, nlmsghdr};
use nlrs_core::error::Code;
use nlrs_core::mem::MessageBuffer;
use nlrs_core::mem::try_box;
use nlrs_core::uapi::NLMSG_HDRLEN;
use nlrs_core::wire::build::{Builder, net_byteorder};
use nlrs_core::wire::message::Header;

const EINVAL: c_int = Code::EINVAL.raw();
const ERANGE: Code = Code::ERANGE;
/// A payload that no attribute holds.
const TOO_LONG: usize = 0x10000;
/// More than all messages together may have.
const TOO_MUCH: usize = 0x7fff_ffff;

/// One or more netlink messages under construction, in the caller's buffer or in memory that grows.
///
/// For the stack: declare one, nlrs_msg_init() it over a buffer, build, send; nothing is to be freed. Or
/// nlrs_msg_new() and nlrs_msg_free(). It must not be copied by assignment. One thread at a time.
///
/// A message is begun with nlrs_msg_begin(), filled, and ended with nlrs_msg_end(); further ones follow in the same
/// buffer, each padded with zeros to a multiple of 4 bytes. The first failure of a message is kept: whatever is put
/// after it returns that same code and does nothing, nlrs_msg_end() returns it and drops the message, and
/// nlrs_msg_status() says what failed. So one check at the end is enough. What is refused leaves the bytes before it
/// as they were.
///
/// The codes of every function that adds to a message:
///  -ERANGE    a type, value or flag out of its range (types go up to 65535; they may carry NLA_F_... bits);
///  -EMSGSIZE  more than an attribute or a nest holds (65535 bytes, header included), or more than the message's
///             limit (nlrs_msg_set_limit());
///  -ENOSPC    no room in the caller's buffer;
///  -ENOMEM    no memory to grow;
///  -EINVAL    NULL; no message is begun; a begin while one is; an end with an open nest; a nest that is not the
///             innermost open one; a header behind an attribute;
///  NLRS_EBUSY the messages belong to a batch that was sent and not reset.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct nlrs_msg {
    /// Not for the caller.
    pub nlrs_private: [u64; 48],
}

const _: () = assert!(size_of::<Builder>() <= size_of::<nlrs_msg>() && align_of::<Builder>() <= align_of::<nlrs_msg>());

/// The Builder behind a pointer that is not NULL.
macro_rules! builder {
    ($m:expr) => {{
        not_null!($m => EINVAL);
        // SAFETY: not NULL, and by the function's contract an initialised nlrs_msg, which is a Builder, that nobody
        // else uses now.
        unsafe { &mut *$m.cast::<Builder>() }
    }};
}

/// As builder, to be read.
macro_rules! builder_ref {
    ($m:expr => $ret:expr) => {{
        not_null!($m => $ret);
        // SAFETY: not NULL, and by the function's contract an initialised nlrs_msg, which is a Builder, that nobody
        // changes now.
        unsafe { &*$m.cast::<Builder>() }
    }};
}

/// The `len` bytes behind a pointer; NULL goes with 0 bytes alone. Of more than what is refused anyway no slice is
/// made.
macro_rules! bytes {
    ($data:expr, $len:expr, at most $most:expr) => {
        if $len == 0 {
            &[][..]
        } else {
            not_null!($data => EINVAL);
            // SAFETY: not NULL, and by the function's contract `len` bytes, which nobody changes now.
            unsafe { core::slice::from_raw_parts($data.cast::<u8>(), $len.min($most)) }
        }
    };
}

/// Start over the caller's buffer: never grows, never allocates, needs no free.
///
/// @param m    to be initialised; what it held before is forgotten, not freed
/// @param buf  4-byte aligned; used as long as m is. NULL or not aligned counts as a buffer of no bytes: every begin
///             fails with -ENOSPC
/// @param cap  its size in bytes; more than 2^31 - 16 are not used
///
/// # Safety
/// `m` is NULL or has room for an nlrs_msg; `buf` is NULL or has `cap` bytes that nobody else uses while `m` is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_init(m: *mut nlrs_msg, buf: *mut c_void, cap: usize) {
    if m.is_null() {
        return;
    }
    // SAFETY: the caller's promise on `buf` and `cap`.
    let buffer = unsafe { MessageBuffer::borrowed(buf.cast(), cap) };
    // SAFETY: `m` is not NULL and has room for an nlrs_msg, which is larger than a Builder and aligned as strictly.
    unsafe { m.cast::<Builder>().write(Builder::in_buffer(buffer)) };
}

/// A new one whose memory grows as needed.
///
/// @param initial_capacity  bytes to begin with; a good guess saves copies
/// @return for nlrs_msg_free(); NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_msg_new(initial_capacity: usize) -> *mut nlrs_msg {
    let boxed = Builder::growing(initial_capacity).and_then(try_box);
    match boxed {
        Ok(mut builder) => {
            builder.set_boxed();
            Box::into_raw(builder).cast()
        }
        Err(_) => core::ptr::null_mut(),
    }
}

/// Free what nlrs_msg_new() gave. Nothing happens for NULL, for one that nlrs_msg_init() initialised, and for a
/// batch's.
///
/// # Safety
/// `m` is NULL, or a live nlrs_msg that is not used again if it is from nlrs_msg_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_free(m: *mut nlrs_msg) {
    if m.is_null() {
        return;
    }
    let builder = m.cast::<Builder>();
    // SAFETY: not NULL, and a live Builder by the function's contract.
    if unsafe { (*builder).is_boxed() } {
        // SAFETY: a boxed Builder is from nlrs_msg_new's Box, and freed once.
        drop(unsafe { Box::from_raw(builder) });
    }
}

/// sizeof (struct nlrs_msg), for languages that cannot ask the header.
///
/// @return bytes; the alignment needed is 8
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_msg_sizeof() -> usize {
    size_of::<nlrs_msg>()
}

/// Begin a message: its header, with sequence number and port 0.
///
/// @param m      messages under construction
/// @param type   message type
/// @param flags  NLM_F_...
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_begin(m: *mut nlrs_msg, r#type: u32, flags: u32) -> c_int {
    Code::of_result(&builder!(m).begin(r#type, flags))
}

/// Append the family's header (struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...), padded with zeros. A second
/// one may follow it; attributes come after.
///
/// Inside a nest a header may stand anywhere, for the families that want one there: VETH_INFO_PEER begins with a
/// struct ifinfomsg, RTA_MULTIPATH is a row of struct rtnexthop with attributes behind each.
///
/// @param m    message under construction
/// @param hdr  its bytes, copied. NULL is -EINVAL unless len is 0
/// @param len  its size in bytes
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `hdr` is NULL or has `len` bytes, outside
/// of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_header(m: *mut nlrs_msg, hdr: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    if hdr.is_null() && len != 0 {
        return m.refuse(0, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_header(bytes!(hdr, len, at most TOO_MUCH)))
}

/// Append an attribute with an 8-bit unsigned value.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  0 ... 255; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u8(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u8::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u8(r#type, value)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 16-bit unsigned value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  0 ... 65535; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u16(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 32-bit unsigned value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u32(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value))
}

/// Append an attribute with a 64-bit unsigned value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u64(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value))
}

/// Append an attribute with an 8-bit signed value.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  -128 ... 127; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s8(m: *mut nlrs_msg, r#type: u32, value: i32) -> c_int {
    let m = builder!(m);
    match i8::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u8(r#type, value as u8)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 16-bit signed value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  -32768 ... 32767; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s16(m: *mut nlrs_msg, r#type: u32, value: i32) -> c_int {
    let m = builder!(m);
    match i16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value as u16)),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 32-bit signed value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s32(m: *mut nlrs_msg, r#type: u32, value: i32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value as u32))
}

/// Append an attribute with a 64-bit signed value in host byte order.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_s64(m: *mut nlrs_msg, r#type: u32, value: i64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value as u64))
}

/// Append an attribute with a 16-bit unsigned value in network byte order (big endian).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here: 0 ... 65535; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be16(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value.to_be())),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 16-bit unsigned value in network byte order (big endian), and the flag
/// NLA_F_NET_BYTEORDER in its type, as ipset wants it.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here: 0 ... 65535; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be16_net(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(net_byteorder(r#type), value.to_be())),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 32-bit unsigned value in network byte order (big endian).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be32(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value.to_be()))
}

/// Append an attribute with a 32-bit unsigned value in network byte order (big endian), and the flag
/// NLA_F_NET_BYTEORDER in its type, as ipset wants it.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be32_net(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(net_byteorder(r#type), value.to_be()))
}

/// Append an attribute with a 64-bit unsigned value in network byte order (big endian).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be64(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value.to_be()))
}

/// Append an attribute with a 64-bit unsigned value in network byte order (big endian), and the flag
/// NLA_F_NET_BYTEORDER in its type, as ipset wants it.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_be64_net(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(net_byteorder(r#type), value.to_be()))
}

/// Append an attribute with a 16-bit unsigned value in little endian.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here: 0 ... 65535; others are -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_le16(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    let m = builder!(m);
    match u16::try_from(value) {
        Ok(value) => Code::of_result(&m.put_u16(r#type, value.to_le())),
        Err(_) => m.refuse(r#type, ERANGE).raw(),
    }
}

/// Append an attribute with a 32-bit unsigned value in little endian.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_le32(m: *mut nlrs_msg, r#type: u32, value: u32) -> c_int {
    Code::of_result(&builder!(m).put_u32(r#type, value.to_le()))
}

/// Append an attribute with a 64-bit unsigned value in little endian.
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  in host byte order, converted here
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_le64(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_u64(r#type, value.to_le()))
}

/// Append an attribute with an unsigned value in host byte order: 4 bytes, or 8 where the value needs them (the
/// kernel's NLA_UINT, Linux 6.7).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_uint(m: *mut nlrs_msg, r#type: u32, value: u64) -> c_int {
    Code::of_result(&builder!(m).put_uint(r#type, value))
}

/// Append an attribute with a signed value in host byte order: 4 bytes, or 8 where the value needs them (the kernel's
/// NLA_SINT, Linux 6.7).
///
/// @param m      message under construction
/// @param type   attribute type
/// @param value  the value
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_sint(m: *mut nlrs_msg, r#type: u32, value: i64) -> c_int {
    Code::of_result(&builder!(m).put_sint(r#type, value))
}

/// Append an attribute with a 64-bit value in host byte order whose payload stands at a multiple of 8 bytes from the
/// start of the message.
///
/// Where it would not, an attribute without payload of type pad_type goes before it (the family's ..._PAD).
///
/// @param m         message under construction
/// @param type      attribute type
/// @param value     the value
/// @param pad_type  type of the padding
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_u64_padded(m: *mut nlrs_msg, r#type: u32, value: u64, pad_type: u32) -> c_int {
    Code::of_result(&builder!(m).put_u64_padded(r#type, value, pad_type))
}

/// Append an attribute with a string and its NUL.
///
/// @param m     message under construction
/// @param type  attribute type
/// @param s     NUL-terminated, copied; up to 65530 bytes. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `s` is NULL or has a NUL-terminated
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

/// Append an attribute with a string without a NUL.
///
/// @param m     message under construction
/// @param type  attribute type
/// @param s     its bytes, copied. NULL is -EINVAL unless len is 0
/// @param len   how many: up to 65531
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `s` is NULL or has `len` bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_strn(m: *mut nlrs_msg, r#type: u32, s: *const c_char, len: usize) -> c_int {
    let m = builder!(m);
    if s.is_null() && len != 0 {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_bytes(r#type, bytes!(s, len, at most TOO_LONG)))
}

/// Append an attribute with bytes as they are.
///
/// @param m     message under construction
/// @param type  attribute type
/// @param data  the bytes, copied. NULL is -EINVAL unless len is 0
/// @param len   how many: up to 65531
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `data` is NULL or has `len` bytes, outside
/// of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_bytes(m: *mut nlrs_msg, r#type: u32, data: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    if data.is_null() && len != 0 {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_bytes(r#type, bytes!(data, len, at most TOO_LONG)))
}

/// Append an attribute of zero bytes and tells where they are, to be filled in.
///
/// @param m         message under construction
/// @param type      attribute type
/// @param len       how many: up to 65531
/// @param ret_data  the payload, 4-byte aligned; until the next call on m. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `ret_data` is NULL or has room for a
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

/// Append an attribute without payload.
///
/// @param m     message under construction
/// @param type  attribute type
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_flag(m: *mut nlrs_msg, r#type: u32) -> c_int {
    Code::of_result(&builder!(m).put_flag(r#type))
}

/// Append an attribute with a struct nla_bitfield32.
///
/// @param m         message under construction
/// @param type      attribute type
/// @param value     the bits
/// @param selector  which of them count
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_bitfield32(m: *mut nlrs_msg, r#type: u32, value: u32, selector: u32) -> c_int {
    Code::of_result(&builder!(m).put_bitfield32(r#type, value, selector))
}

/// Append an attribute with an IPv4 address, as it stands in memory: network byte order, 4 bytes.
///
/// @param m     message under construction
/// @param type  attribute type
/// @param addr  struct in_addr, copied. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `addr` is NULL or has 4 bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_in_addr(m: *mut nlrs_msg, r#type: u32, addr: *const c_void) -> c_int {
    let m = builder!(m);
    if addr.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract 4 bytes; a byte array needs no alignment.
    let bytes = unsafe { &*addr.cast::<[u8; 4]>() };
    Code::of_result(&m.put_u32(r#type, u32::from_ne_bytes(*bytes)))
}

/// Append an attribute with an IPv6 address, as it stands in memory: network byte order, 16 bytes.
///
/// @param m     message under construction
/// @param type  attribute type
/// @param addr  struct in6_addr, copied. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `addr` is NULL or has 16 bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_in6_addr(m: *mut nlrs_msg, r#type: u32, addr: *const c_void) -> c_int {
    let m = builder!(m);
    if addr.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract 16 bytes; a byte array needs no alignment.
    let bytes = unsafe { &*addr.cast::<[u8; 16]>() };
    Code::of_result(&m.put_bytes(r#type, bytes))
}

/// Append an attribute with a MAC address, as it stands in memory: 6 bytes.
///
/// @param m     message under construction
/// @param type  attribute type
/// @param mac   the address, copied. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `mac` is NULL or has 6 bytes, outside of
/// `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_mac(m: *mut nlrs_msg, r#type: u32, mac: *const c_void) -> c_int {
    let m = builder!(m);
    if mac.is_null() {
        return m.refuse(r#type, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and by the function's contract 6 bytes; a byte array needs no alignment.
    let bytes = unsafe { &*mac.cast::<[u8; 6]>() };
    Code::of_result(&m.put_bytes(r#type, bytes))
}

/// Begin a nest: an attribute of attributes. NLA_F_NESTED is set in its type, which Linux >= 5.2 demands of new
/// interfaces.
///
/// What is put from now on until its end is in it. Nests may hold nests; their 65535 bytes are the only bound. For an
/// array of nests the type is the index.
///
/// @param m     message under construction
/// @param type  attribute type
/// @return > 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); < 0: the message's first failure (codes:
///         see struct nlrs_msg)
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_begin(m: *mut nlrs_msg, r#type: u32) -> c_int {
    match builder!(m).nest_begin(r#type) {
        Ok(nest) => nest as c_int,
        Err(code) => code.raw(),
    }
}

/// Begin a nest whose type does not get NLA_F_NESTED, for old interfaces that refuse it.
///
/// What is put from now on until its end is in it. Nests may hold nests; their 65535 bytes are the only bound. For an
/// array of nests the type is the index.
///
/// @param m     message under construction
/// @param type  attribute type
/// @return > 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); < 0: the message's first failure (codes:
///         see struct nlrs_msg)
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_begin_noflag(m: *mut nlrs_msg, r#type: u32) -> c_int {
    match builder!(m).nest_begin_noflag(r#type) {
        Ok(nest) => nest as c_int,
        Err(code) => code.raw(),
    }
}

/// End the innermost nest.
///
/// @param m     message under construction
/// @param nest  from nlrs_msg_nest_begin(); another than the innermost open one is -EINVAL. A negative one does no
///              harm: that begin's failure is the message's
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_end(m: *mut nlrs_msg, nest: c_int) -> c_int {
    Code::of_result(&builder!(m).nest_end(nest as u32))
}

/// Drop the innermost nest with all that is in it.
///
/// @param m     message under construction
/// @param nest  as for nlrs_msg_nest_end()
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL. A failure inside
///         the nest stays
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_cancel(m: *mut nlrs_msg, nest: c_int) -> c_int {
    Code::of_result(&builder!(m).nest_cancel(nest as u32))
}

/// End the message.
///
/// Its length is set. After a failure, or with a nest still open (-EINVAL), the message is dropped: the next one is
/// begun where it began.
///
/// @param m  message under construction
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_end(m: *mut nlrs_msg) -> c_int {
    Code::of_result(&builder!(m).end())
}

/// The first complete message; the others follow it, each padded to a multiple of 4 bytes.
///
/// @param m  messages under construction
/// @return until the next change of m; NULL: none is complete, or m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_first(m: *const nlrs_msg) -> *const nlmsghdr {
    let bytes = builder_ref!(m => core::ptr::null()).bytes();
    if bytes.is_empty() { core::ptr::null() } else { bytes.as_ptr().cast() }
}

/// Length of all complete messages together, with their padding.
///
/// @param m  messages under construction
/// @return bytes; 0 for NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_len(m: *const nlrs_msg) -> usize {
    builder_ref!(m => 0).bytes().len()
}

/// How many messages are complete.
///
/// @param m  messages under construction
/// @return messages; 0 for NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_count(m: *const nlrs_msg) -> usize {
    builder_ref!(m => 0).count()
}

/// Drop all messages, complete or not, and keeps the memory. A batch's is reset by nlrs_batch_reset().
///
/// @param m  messages under construction
/// @return 0; NLRS_EBUSY: it is the one of a batch that was sent; -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_reset(m: *mut nlrs_msg) -> c_int {
    let m = builder!(m);
    if m.is_sealed() {
        return Code::BUSY.raw();
    }
    m.reset();
    0
}

/// Limit how long each message may become.
///
/// Default and largest: 2147483612, what a kernel takes when the socket's send buffer is as large as can be; a socket
/// takes its send buffer's size less 32 bytes.
///
/// @param m      messages under construction
/// @param bytes  with the header; 16 ... 2147483612
/// @return 0; -ERANGE: bytes is out of range; -EINVAL: a message is open, or m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_limit(m: *mut nlrs_msg, bytes: usize) -> c_int {
    Code::of_result(&builder!(m).set_max_len(bytes))
}

/// Tell what failed first in the message under construction, or in the last one after its end.
///
/// An attribute's offset counts from the start of the message and is where it would have been.
///
/// @param m           messages under construction
/// @param ret_type    type of the attribute that was refused, 0 if it was none; written on failure alone; may be NULL
/// @param ret_offset  its offset in bytes; written on failure alone; may be NULL
/// @return 0: nothing failed; or the first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody changes meanwhile; the others are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_status(m: *const nlrs_msg, ret_type: *mut u32, ret_offset: *mut usize) -> c_int {
    let Some(failure) = builder_ref!(m => EINVAL).failure() else {
        return 0;
    };
    if !ret_type.is_null() {
        // SAFETY: not NULL, and by the function's contract to be written.
        unsafe { ret_type.write(failure.ty) };
    }
    if !ret_offset.is_null() {
        // SAFETY: as above.
        unsafe { ret_offset.write(failure.offset as usize) };
    }
    failure.code.raw()
}

/// How many more bytes fit into the innermost open nest, or the message.
///
/// Header and padding of what is put count: an attribute needs 4 bytes and its payload, rounded up to a multiple of
/// 4. Memory that grows counts as endless.
///
/// @param m  message under construction
/// @return bytes; 0 when no message is open, after a failure, or when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_space_left(m: *const nlrs_msg) -> usize {
    builder_ref!(m => 0).space_left()
}

/// Change the type of the open message.
///
/// @param m     message under construction
/// @param type  message type; above 65535 is -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_type(m: *mut nlrs_msg, r#type: u32) -> c_int {
    Code::of_result(&builder!(m).set_type(r#type))
}

/// Change the flags of the open message.
///
/// @param m      message under construction
/// @param flags  NLM_F_...; above 65535 is -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_flags(m: *mut nlrs_msg, flags: u32) -> c_int {
    Code::of_result(&builder!(m).set_flags(flags))
}

/// Change the sequence number of the open message.
///
/// @param m    message under construction
/// @param seq  sequence number; an exchange sets its own
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_seq(m: *mut nlrs_msg, seq: u32) -> c_int {
    Code::of_result(&builder!(m).set_seq(seq))
}

/// Change the port ID of the open message.
///
/// @param m       message under construction
/// @param portid  port ID; an exchange sets its own
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_portid(m: *mut nlrs_msg, portid: u32) -> c_int {
    Code::of_result(&builder!(m).set_portid(portid))
}

/// Append a copy of an attribute: type with its flag bits, payload, and padding.
///
/// @param m     message under construction
/// @param attr  from an index, a find or a walk; copied. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `attr` is NULL or from an index, a find or
/// a walk over bytes that still stand, outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_attr(m: *mut nlrs_msg, attr: *const nlattr) -> c_int {
    let m = builder!(m);
    if attr.is_null() {
        return m.refuse(0, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and the caller's promise.
    let (r#type, payload) = unsafe { (attribute::raw_type(attr), attribute::payload(attr)) };
    Code::of_result(&m.put_bytes(r#type, payload))
}

/// Append copies of attributes that follow each other, as in a message's payload or a nest's.
///
/// All of them or none. Each is padded with zeros; bytes behind the last one (up to 3) are not copied.
///
/// @param m      message under construction
/// @param attrs  their bytes; need no alignment. NULL is -EINVAL unless len is 0
/// @param len    how many
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL; -EBADMSG: they are
///         malformed
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `attrs` is NULL or has `len` bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_attrs(m: *mut nlrs_msg, attrs: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    if attrs.is_null() && len != 0 {
        return m.refuse(0, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_attributes(bytes!(attrs, len, at most TOO_MUCH)))
}

/// Append complete messages that were built elsewhere, as they are, each padded: all of them, or none.
///
/// @param m     messages under construction, none of them open
/// @param msgs  one message or several; need no alignment. NULL is -EINVAL unless len is 0
/// @param len   their bytes
/// @return 0; -EBADMSG: they are malformed; -EINVAL: a message is open, which fails with that, or NULL; -EMSGSIZE,
///         -ENOSPC, -ENOMEM, NLRS_EBUSY as for struct nlrs_msg
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `msgs` is NULL or has `len` bytes, outside
/// of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_append(m: *mut nlrs_msg, msgs: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    Code::of_result(&m.append(bytes!(msgs, len, at most TOO_MUCH)))
}

/// Begin the error message that answers a request, for programs that take requests.
///
/// Its header has the request's sequence number and port, and NLM_F_CAPPED: the request's header is echoed, its
/// payload is not. Extended-ack attributes (NLMSGERR_ATTR_MSG as a string, NLMSGERR_ATTR_OFFS as an u32, ...) may be
/// put next; nlrs_msg_end() sets NLM_F_ACK_TLVS when there are any.
///
/// @param m     messages under construction
/// @param req   the request; its 16-byte header is read. NULL is -EINVAL
/// @param code  0 for an ack, or a negative errno; above 0 is -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `req` is NULL or has a header's 16 bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_begin_error(m: *mut nlrs_msg, req: *const nlmsghdr, code: i32) -> c_int {
    let m = builder!(m);
    not_null!(req => EINVAL);
    // SAFETY: not NULL, and by the function's contract a header's bytes; a byte array needs no alignment.
    let request = Header::of_bytes(unsafe { &*req.cast::<[u8; NLMSG_HDRLEN]>() });
    Code::of_result(&m.begin_error(&request, code))
}

/// Begin the message that ends a dump: NLMSG_DONE with NLM_F_MULTI, the request's sequence number and port, and a
/// code.
///
/// Extended-ack attributes may be put next, as for nlrs_msg_begin_error().
///
/// @param m     messages under construction
/// @param req   the request; its 16-byte header is read. NULL is -EINVAL
/// @param code  0, or a negative errno: why the dump failed; above 0 is -ERANGE
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `req` is NULL or has a header's 16 bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_begin_done(m: *mut nlrs_msg, req: *const nlmsghdr, code: i32) -> c_int {
    let m = builder!(m);
    not_null!(req => EINVAL);
    // SAFETY: not NULL, and by the function's contract a header's bytes; a byte array needs no alignment.
    let request = Header::of_bytes(unsafe { &*req.cast::<[u8; NLMSG_HDRLEN]>() });
    Code::of_result(&m.begin_done(&request, code))
}

/// Append a complete ack for a request: nlrs_msg_begin_error() with code 0, and nlrs_msg_end().
///
/// @param m    messages under construction, none of them open
/// @param req  the request; its 16-byte header is read. NULL is -EINVAL
/// @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `req` is NULL or has a header's 16 bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_append_ack(m: *mut nlrs_msg, req: *const nlmsghdr) -> c_int {
    let m = builder!(m);
    not_null!(req => EINVAL);
    // SAFETY: not NULL, and by the function's contract a header's bytes; a byte array needs no alignment.
    let request = Header::of_bytes(unsafe { &*req.cast::<[u8; NLMSG_HDRLEN]>() });
    // Ended also when it could not be begun, so that nothing stays open; the caller's own open message is the caller's to end.
    let is_ours = !m.is_open();
    let begun = m.begin_error(&request, 0);
    Code::of_result(&if is_ours { m.end() } else { begun })
}
