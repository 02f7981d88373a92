// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes: getters, writers, nests, iteration, validation

use super::message::{length, set_length};
use super::{MNL_CB_OK, behind, fail};
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr;
use libc::{nlattr, nlmsghdr};
use nlrs_core::uapi::{NLA_F_NESTED, NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN};
use nlrs_core::wire::align::{align, attribute_length};
use nlrs_core::wire::attribute::{is_length, write};

/// A callback for attributes: below 0 ends the walk with an error, 0 ends it, above 0 continues.
#[allow(non_camel_case_types)] // C's name
pub type mnl_attr_cb_t = Option<unsafe extern "C" fn(attr: *const libc::nlattr, data: *mut c_void) -> c_int>;

/// One of `enum mnl_attr_data_type`, or any other number that C passes.
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub struct DataType(c_uint);

/// Bytes of an attribute's header, as 16 bits.
const HEADER: u16 = 4;
const _: () = assert!(HEADER as usize == NLA_HDRLEN);

/// The longest payload.
const MAX_PAYLOAD: usize = (u16::MAX - HEADER) as usize;

/// nla_len as the attribute has it.
///
/// # Safety
/// `attr` has a header.
#[inline(always)]
unsafe fn nla_len(attr: *const nlattr) -> u16 {
    // SAFETY: the caller's promise.
    unsafe { (&raw const (*attr).nla_len).read_unaligned() }
}

/// The payload's first bytes.
///
/// # Safety
/// `attr` has a header and `size_of::<T>()` bytes behind it.
#[inline(always)]
unsafe fn value<T: Copy>(attr: *const nlattr) -> T {
    // SAFETY: the caller's promise; T is an integer, which any bytes are.
    unsafe { behind::<_, T>(attr, NLA_HDRLEN).read_unaligned() }
}

/// The type without the flags.
///
/// # Safety
/// `attr` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_type(attr: *const nlattr) -> u16 {
    // SAFETY: the caller's promise.
    unsafe { (&raw const (*attr).nla_type).read_unaligned() & NLA_TYPE_MASK }
}

/// Bytes of header and payload, without padding.
///
/// # Safety
/// `attr` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_len(attr: *const nlattr) -> u16 {
    // SAFETY: the caller's promise.
    unsafe { nla_len(attr) }
}

/// Bytes of the payload.
///
/// # Safety
/// `attr` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_payload_len(attr: *const nlattr) -> u16 {
    // SAFETY: the caller's promise.
    unsafe { nla_len(attr) }.wrapping_sub(HEADER)
}

/// What follows the header.
///
/// # Safety
/// `attr` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_payload(attr: *const nlattr) -> *mut c_void {
    behind(attr, NLA_HDRLEN)
}

/// The payload as an 8-bit value. Its length is not checked: validate first.
///
/// # Safety
/// `attr` has a payload of that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_u8(attr: *const nlattr) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { value(attr) }
}

/// The payload as a 16-bit value in host byte order. Its length is not checked: validate first.
///
/// # Safety
/// `attr` has a payload of that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_u16(attr: *const nlattr) -> u16 {
    // SAFETY: the caller's promise.
    unsafe { value(attr) }
}

/// The payload as a 32-bit value in host byte order. Its length is not checked: validate first.
///
/// # Safety
/// `attr` has a payload of that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_u32(attr: *const nlattr) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { value(attr) }
}

/// The payload as a 64-bit value in host byte order; needs no alignment. Its length is not checked: validate first.
///
/// # Safety
/// `attr` has a payload of that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_u64(attr: *const nlattr) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { value(attr) }
}

/// The payload as text. Its NUL is not checked: validate first.
///
/// # Safety
/// `attr` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_get_str(attr: *const nlattr) -> *const c_char {
    behind::<_, c_char>(attr, NLA_HDRLEN)
}

/// Appends an attribute behind a message that has room for it. Its payload has at most MAX_PAYLOAD bytes.
///
/// # Safety
/// `nlh` has a header that may be written, and behind the message room for header, payload and padding.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // at most 65536
unsafe fn append(nlh: *mut nlmsghdr, ty: u16, payload: &[u8]) {
    let len = attribute_length(payload.len()) as u16;
    let space = align(usize::from(len));
    // SAFETY: the caller's promise.
    let used = unsafe { length(nlh) };
    let to = behind::<_, u8>(nlh, align(used as usize));
    // SAFETY: the caller's promise. That it was never written does not matter to what only writes.
    let to = unsafe { core::slice::from_raw_parts_mut(to, space) };
    write(to, len, ty, payload);
    let used = used.wrapping_add(space as u32);
    // SAFETY: the caller's promise.
    unsafe { set_length(nlh, used) };
}

/// Appends bytes, or nothing where there are more than MAX_PAYLOAD. Returns true, for the functions that do.
///
/// Out of line: what calls it and may refuse has no registers to save then.
///
/// # Safety
/// As for append; `data` has `len` readable bytes, or `len` is 0.
#[inline(never)]
unsafe fn append_bytes(nlh: *mut nlmsghdr, ty: u16, len: usize, data: *const c_void) -> bool {
    if len <= MAX_PAYLOAD {
        // SAFETY: the caller's promise.
        let payload = unsafe { bytes(len, data) };
        // SAFETY: the caller's promise.
        unsafe { append(nlh, ty, payload) };
    }
    true
}

/// Whether an attribute with `len` bytes of payload fits behind the message in a buffer of `buflen` bytes.
///
/// # Safety
/// `nlh` has a header.
#[inline(always)]
unsafe fn fits(nlh: *const nlmsghdr, buflen: usize, len: usize) -> bool {
    if len > MAX_PAYLOAD {
        return false;
    }
    // SAFETY: the caller's promise.
    let payload = align((unsafe { length(nlh) } as usize).saturating_add(NLA_HDRLEN));
    // The end with its padding is within the buffer just when the end without is within the buffer's whole words. 33
    // bits are enough.
    payload as u64 + len as u64 <= buflen as u64 & !3
}

/// The caller's bytes; none where there are 0, or more than any memory has.
///
/// # Safety
/// `data` has `len` readable bytes while the result is in use, or `len` is 0.
#[inline(always)]
unsafe fn bytes<'a>(len: usize, data: *const c_void) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data.cast::<u8>(), len) }
}

/// The caller's text.
///
/// # Safety
/// `data` is text with a NUL, readable while the result is in use.
#[inline(always)]
unsafe fn text<'a>(data: *const c_char) -> &'a CStr {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(data) }
}

/// Appends an attribute with len bytes of payload. More than 65531 cannot be: then the message stays as it was.
///
/// There is no limit argument: the caller makes sure that there is room. mnl_attr_put_check has one.
///
/// # Safety
/// `nlh` has room behind the message, and `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put(nlh: *mut nlmsghdr, r#type: u16, len: usize, data: *const c_void) {
    // SAFETY: the caller's promise.
    unsafe { append_bytes(nlh, r#type, len, data) };
}

/// Appends an 8-bit value.
///
/// # Safety
/// `nlh` has 8 bytes of room behind the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u8(nlh: *mut nlmsghdr, r#type: u16, data: u8) {
    // SAFETY: the caller's promise.
    unsafe { append(nlh, r#type, &[data]) };
}

/// Appends a 16-bit value in host byte order.
///
/// # Safety
/// `nlh` has 8 bytes of room behind the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u16(nlh: *mut nlmsghdr, r#type: u16, data: u16) {
    // SAFETY: the caller's promise.
    unsafe { append(nlh, r#type, &data.to_ne_bytes()) };
}

/// Appends a 32-bit value in host byte order.
///
/// # Safety
/// `nlh` has 8 bytes of room behind the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u32(nlh: *mut nlmsghdr, r#type: u16, data: u32) {
    // SAFETY: the caller's promise.
    unsafe { append(nlh, r#type, &data.to_ne_bytes()) };
}

/// Appends a 64-bit value in host byte order.
///
/// # Safety
/// `nlh` has 12 bytes of room behind the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u64(nlh: *mut nlmsghdr, r#type: u16, data: u64) {
    // SAFETY: the caller's promise.
    unsafe { append(nlh, r#type, &data.to_ne_bytes()) };
}

/// Appends text without its NUL. Longer than 65531 bytes: the message stays as it was.
///
/// # Safety
/// `nlh` has room behind the message; `data` is text with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_str(nlh: *mut nlmsghdr, r#type: u16, data: *const c_char) {
    // SAFETY: the caller's promise.
    let text = unsafe { text(data) }.to_bytes();
    // SAFETY: the caller's promise.
    unsafe { append_bytes(nlh, r#type, text.len(), text.as_ptr().cast()) };
}

/// Appends text with its NUL. Longer than 65530 bytes: the message stays as it was.
///
/// # Safety
/// `nlh` has room behind the message; `data` is text with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_strz(nlh: *mut nlmsghdr, r#type: u16, data: *const c_char) {
    // SAFETY: the caller's promise.
    let text = unsafe { text(data) }.to_bytes_with_nul();
    // SAFETY: the caller's promise.
    unsafe { append_bytes(nlh, r#type, text.len(), text.as_ptr().cast()) };
}

/// Appends an attribute where it fits: message, attribute and padding end within buflen bytes of nlh.
///
/// @return false: it does not fit, or len is more than 65531; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes, and `data` has `len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_check(
    nlh: *mut nlmsghdr,
    buflen: usize,
    r#type: u16,
    len: usize,
    data: *const c_void,
) -> bool {
    // SAFETY: the caller's promise; append_bytes only where it fits.
    unsafe { fits(nlh, buflen, len) && append_bytes(nlh, r#type, len, data) }
}

/// Appends `payload` where it fits.
///
/// # Safety
/// `nlh` has `buflen` bytes.
#[inline(always)]
unsafe fn append_check(nlh: *mut nlmsghdr, buflen: usize, ty: u16, payload: &[u8]) -> bool {
    // SAFETY: the caller's promise.
    if !unsafe { fits(nlh, buflen, payload.len()) } {
        return false;
    }
    // SAFETY: it fits.
    unsafe { append(nlh, ty, payload) };
    true
}

/// mnl_attr_put_u8 where it fits.
///
/// @return false: it does not; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u8_check(nlh: *mut nlmsghdr, buflen: usize, r#type: u16, data: u8) -> bool {
    // SAFETY: the caller's promise.
    unsafe { append_check(nlh, buflen, r#type, &[data]) }
}

/// mnl_attr_put_u16 where it fits.
///
/// @return false: it does not; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u16_check(nlh: *mut nlmsghdr, buflen: usize, r#type: u16, data: u16) -> bool {
    // SAFETY: the caller's promise.
    unsafe { append_check(nlh, buflen, r#type, &data.to_ne_bytes()) }
}

/// mnl_attr_put_u32 where it fits.
///
/// @return false: it does not; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u32_check(nlh: *mut nlmsghdr, buflen: usize, r#type: u16, data: u32) -> bool {
    // SAFETY: the caller's promise.
    unsafe { append_check(nlh, buflen, r#type, &data.to_ne_bytes()) }
}

/// mnl_attr_put_u64 where it fits.
///
/// @return false: it does not; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_u64_check(nlh: *mut nlmsghdr, buflen: usize, r#type: u16, data: u64) -> bool {
    // SAFETY: the caller's promise.
    unsafe { append_check(nlh, buflen, r#type, &data.to_ne_bytes()) }
}

/// mnl_attr_put_str where it fits.
///
/// @return false: it does not, or is longer than 65531 bytes; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes; `data` is text with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_str_check(
    nlh: *mut nlmsghdr,
    buflen: usize,
    r#type: u16,
    data: *const c_char,
) -> bool {
    // SAFETY: the caller's promise.
    let text = unsafe { text(data) }.to_bytes();
    // SAFETY: the caller's promise; append_bytes only where it fits.
    unsafe { fits(nlh, buflen, text.len()) && append_bytes(nlh, r#type, text.len(), text.as_ptr().cast()) }
}

/// mnl_attr_put_strz where it fits.
///
/// @return false: it does not, or is longer than 65530 bytes; the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes; `data` is text with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_put_strz_check(
    nlh: *mut nlmsghdr,
    buflen: usize,
    r#type: u16,
    data: *const c_char,
) -> bool {
    // SAFETY: the caller's promise.
    let text = unsafe { text(data) }.to_bytes_with_nul();
    // SAFETY: the caller's promise; append_bytes only where it fits.
    unsafe { fits(nlh, buflen, text.len()) && append_bytes(nlh, r#type, text.len(), text.as_ptr().cast()) }
}

/// Opens a nest: NLA_F_NESTED is set in its type. What is put from now on is inside, until mnl_attr_nest_end.
///
/// @return the nest, for mnl_attr_nest_end or mnl_attr_nest_cancel
///
/// # Safety
/// `nlh` has 4 bytes of room behind the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_nest_start(nlh: *mut nlmsghdr, r#type: u16) -> *mut nlattr {
    // SAFETY: the caller's promise.
    let used = unsafe { length(nlh) };
    let nest = behind::<_, u8>(nlh, align(used as usize));
    // SAFETY: the caller's promise.
    let to = unsafe { core::slice::from_raw_parts_mut(nest, NLA_HDRLEN) };
    // Its length is not known before the end: 0 until then.
    write(to, 0, NLA_F_NESTED | r#type, &[]);
    // SAFETY: the caller's promise.
    unsafe { set_length(nlh, used.wrapping_add(u32::from(HEADER))) };
    nest.cast()
}

/// Opens a nest where its header fits.
///
/// @return the nest; NULL: it does not fit, and the message is as it was
///
/// # Safety
/// `nlh` has `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_nest_start_check(nlh: *mut nlmsghdr, buflen: usize, r#type: u16) -> *mut nlattr {
    // SAFETY: the caller's promise.
    if !unsafe { fits(nlh, buflen, 0) } {
        return ptr::null_mut();
    }
    // SAFETY: it fits.
    unsafe { mnl_attr_nest_start(nlh, r#type) }
}

/// How far the message's end is behind `start`.
///
/// # Safety
/// `nlh` has a header.
#[inline(always)]
unsafe fn distance(nlh: *const nlmsghdr, start: *const nlattr) -> usize {
    // SAFETY: the caller's promise.
    let tail = behind::<_, u8>(nlh, align(unsafe { length(nlh) } as usize));
    tail.addr().wrapping_sub(start.addr())
}

/// Ends a nest: sets its length. A nest holds 65531 bytes, and this function cannot report that it has more: its length
/// is then what 16 bits hold of it, as it always was. Check before.
///
/// # Safety
/// `start` is an open nest of `nlh`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_nest_end(nlh: *mut nlmsghdr, start: *mut nlattr) {
    #[allow(clippy::cast_possible_truncation)] // see above
    // SAFETY: the caller's promise.
    let len = unsafe { distance(nlh, start) } as u16;
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*start).nla_len).write_unaligned(len) };
}

/// Takes back a nest and everything in it: the message ends where the nest began.
///
/// # Safety
/// `start` is an open nest of `nlh`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_nest_cancel(nlh: *mut nlmsghdr, start: *mut nlattr) {
    #[allow(clippy::cast_possible_truncation)] // a message's length has 32 bits
    // SAFETY: the caller's promise.
    let len = unsafe { distance(nlh, start) } as u32;
    // SAFETY: the caller's promise.
    let used = unsafe { length(nlh) };
    // SAFETY: the caller's promise.
    unsafe { set_length(nlh, used.wrapping_sub(len)) };
}

/// Whether the type, without its flags, is at most maxtype: so that it can be an index.
///
/// @return 1; or -1 with errno EOPNOTSUPP
///
/// # Safety
/// `attr` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_type_valid(attr: *const nlattr, maxtype: u16) -> c_int {
    // SAFETY: the caller's promise.
    if unsafe { mnl_attr_get_type(attr) } > maxtype {
        return fail(libc::EOPNOTSUPP);
    }
    1
}

/// The payload by the attribute's own length; none where that is less than a header's.
///
/// # Safety
/// `attr` has as many readable bytes as its length, while the result is in use.
unsafe fn payload<'a>(attr: *const nlattr) -> &'a [u8] {
    // SAFETY: the caller's promise.
    let len = usize::from(unsafe { nla_len(attr) });
    // SAFETY: the caller's promise.
    unsafe { bytes(len.saturating_sub(NLA_HDRLEN), behind(attr, NLA_HDRLEN)) }
}

/// Checks the payload's length for a type, and that MNL_TYPE_NUL_STRING ends with a NUL.
///
/// @return 0; or -1 with errno ERANGE for the length, EINVAL for a missing NUL or a type that there is not
///
/// # Safety
/// `attr` has as many readable bytes as its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_validate(attr: *const nlattr, r#type: DataType) -> c_int {
    // SAFETY: the caller's promise.
    match crate::validate::by_type(unsafe { payload(attr) }, r#type.0) {
        Ok(()) => 0,
        Err(code) => fail(code),
    }
}

/// The same for a payload of len bytes; 0: of any length that the type allows.
///
/// @return 0; or -1 with errno ERANGE for the length, EINVAL for a missing NUL or a type that there is not
///
/// # Safety
/// `attr` has as many readable bytes as its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_validate2(attr: *const nlattr, r#type: DataType, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    match crate::validate::by_length(unsafe { payload(attr) }, r#type.0, len) {
        Ok(()) => 0,
        Err(code) => fail(code),
    }
}

/// Whether there is a whole attribute at attr: at least a header, whose length is at least its own and at most len.
///
/// @param len  bytes from attr to the end of the message or nest
///
/// # Safety
/// `attr` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_ok(attr: *const nlattr, len: c_int) -> bool {
    if len < c_int::from(HEADER) {
        return false;
    }
    // As is_length, in the width of the arguments, since this is called for each attribute: too short wraps to a large
    // number.
    let header = u32::from(HEADER);
    // SAFETY: a header is there.
    let own = u32::from(unsafe { nla_len(attr) });
    own.wrapping_sub(header) <= len.unsigned_abs().wrapping_sub(header)
}

/// The attribute behind this one. To be checked with mnl_attr_ok.
///
/// # Safety
/// `attr` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_next(attr: *const nlattr) -> *mut nlattr {
    // SAFETY: the caller's promise.
    behind(attr, align(usize::from(unsafe { nla_len(attr) })))
}

/// The length of the attribute at `memory`, if a whole one is there.
///
/// # Safety
/// `memory` has `len` readable bytes.
#[inline(always)]
unsafe fn at(memory: *const u8, len: usize) -> Option<usize> {
    if len < NLA_HDRLEN {
        return None;
    }
    // SAFETY: a header is there.
    let own = usize::from(unsafe { nla_len(memory.cast()) });
    is_length(own, len).then_some(own)
}

/// Calls `callback` for each attribute of `len` bytes, until it returns less than 1 or what is left is none.
///
/// # Safety
/// `memory` has `len` readable bytes, and `callback` takes what is in them, and `data`.
unsafe fn walk(memory: *const u8, len: usize, callback: mnl_attr_cb_t, data: *mut c_void) -> c_int {
    let Some(callback) = callback else {
        return MNL_CB_OK;
    };
    let mut ret = MNL_CB_OK;
    let mut here = memory;
    let mut left = len;
    // SAFETY: the caller's promise, for what has not been passed yet.
    while let Some(own) = unsafe { at(here, left) } {
        // SAFETY: the caller's promise.
        ret = unsafe { callback(here.cast(), data) };
        if ret <= 0 {
            break;
        }
        let step = align(own);
        here = here.wrapping_add(step);
        left = left.saturating_sub(step);
    }
    ret
}

/// Calls cb for each attribute of a message behind offset bytes of payload, up to what is none.
///
/// @return what cb returned last, which is less than 1 where it ended the walk; 1 when there was nothing
///
/// # Safety
/// `nlh` is a whole message; `cb` takes `data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_parse(
    nlh: *const nlmsghdr,
    offset: c_uint,
    cb: mnl_attr_cb_t,
    data: *mut c_void,
) -> c_int {
    let start = NLMSG_HDRLEN.saturating_add(align(offset as usize));
    // SAFETY: the caller's promise.
    let end = align(unsafe { length(nlh) } as usize);
    // SAFETY: the caller's promise.
    unsafe { walk(behind(nlh, start), end.saturating_sub(start), cb, data) }
}

/// Calls cb for each attribute in a nest, up to what is none.
///
/// @return what cb returned last, which is less than 1 where it ended the walk; 1 when there was nothing
///
/// # Safety
/// `attr` has as many readable bytes as its length; `cb` takes `data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_parse_nested(attr: *const nlattr, cb: mnl_attr_cb_t, data: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    let len = usize::from(unsafe { nla_len(attr) });
    // SAFETY: the caller's promise.
    unsafe { walk(behind(attr, NLA_HDRLEN), len.saturating_sub(NLA_HDRLEN), cb, data) }
}

/// Calls cb for each attribute in payload_len bytes, up to what is none.
///
/// @return what cb returned last, which is less than 1 where it ended the walk; 1 when there was nothing
///
/// # Safety
/// `payload` has `payload_len` readable bytes; `cb` takes `data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_attr_parse_payload(
    payload: *const c_void,
    payload_len: usize,
    cb: mnl_attr_cb_t,
    data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { walk(payload.cast(), payload_len, cb, data) }
}
