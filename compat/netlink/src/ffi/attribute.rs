// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes: writers
//!
//! A message, or an attribute that holds others, is in the caller's buffer, which has `maxlen` bytes from there on; a negative maxlen
//! is no limit. What does not fit is refused with -1 and a text on stderr, and leaves the message as it was. Padding is zero.

use super::{__u8, __u16, __u32, __u64, behind, distance, rtattr};
use crate::stderr;
use crate::wire::{MAX_PAYLOAD, NLA_F_NESTED, NLA_HDRLEN, NLMSG_HDRLEN, align, write_attribute};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use libc::nlmsghdr;

/// nlmsg_len.
///
/// # Safety
/// `n` has a header.
#[inline(always)]
unsafe fn length(n: *const nlmsghdr) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { (&raw const (*n).nlmsg_len).read_unaligned() }
}

/// Sets nlmsg_len.
///
/// # Safety
/// `n` has a header that may be written.
#[inline(always)]
unsafe fn set_length(n: *mut nlmsghdr, len: u32) {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*n).nlmsg_len).write_unaligned(len) }
}

/// rta_len.
///
/// # Safety
/// `rta` has a header.
#[inline(always)]
unsafe fn attribute_length(rta: *const rtattr) -> u16 {
    // SAFETY: the caller's promise.
    unsafe { (&raw const (*rta).rta_len).read_unaligned() }
}

/// Sets rta_len.
///
/// # Safety
/// `rta` has a header that may be written.
#[inline(always)]
unsafe fn set_attribute_length(rta: *mut rtattr, len: u16) {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*rta).rta_len).write_unaligned(len) }
}

/// The end of a message with its padding: where the next attribute goes.
///
/// # Safety
/// `n` has a header.
#[inline(always)]
unsafe fn tail(n: *const nlmsghdr) -> *mut rtattr {
    // SAFETY: the caller's promise.
    behind(n, align(unsafe { length(n) } as usize))
}

/// The low 16 bits of a type, as C stores them.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn low(ty: c_int) -> u16 {
    ty as u16
}

/// Appends an attribute behind a message that has room for it.
///
/// # Safety
/// `n` has a header that may be written, and behind the message room for the attribute with its padding; `payload` has at most
/// MAX_PAYLOAD bytes.
#[inline(always)]
pub(crate) unsafe fn append(n: *mut nlmsghdr, ty: u16, payload: &[u8]) {
    let space = align(payload.len().wrapping_add(NLA_HDRLEN));
    // SAFETY: the caller's promise.
    let used = align(unsafe { length(n) } as usize);
    #[allow(clippy::cast_possible_truncation)] // within the caller's limit, which is an int
    let len = used.wrapping_add(space) as u32;
    // SAFETY: the caller's promise. Before the copy, so that nothing has to be kept over a call.
    unsafe { set_length(n, len) };
    // SAFETY: the caller's promise. That it was never written does not matter to what only writes.
    let to = unsafe { core::slice::from_raw_parts_mut(behind::<_, u8>(n, used), space) };
    write_attribute(to, ty, payload);
}

/// Whether `space` bytes, a multiple of 4, fit behind `used` bytes within `maxlen`. A negative maxlen is a number of 2^31 or more.
#[inline(always)]
fn fits(used: usize, space: usize, maxlen: c_int) -> bool {
    align(used).saturating_add(space) <= u32::from_ne_bytes(maxlen.to_ne_bytes()) as usize
}

/// -1 after the text about a limit.
#[cold]
fn refused(what: &CStr, limit: c_int) -> c_int {
    stderr::number(what, limit, c"\n");
    -1
}

/// -1 after the text about an attribute that is longer than one can be.
#[cold]
fn too_long(what: &CStr) -> c_int {
    stderr::number(what, c_int::from(u16::MAX), c" bytes of an attribute exceeded\n");
    -1
}

/// The caller's bytes; none for 0.
///
/// # Safety
/// `data` has `len` readable bytes as long as the result lives, or `len` is 0.
#[inline(always)]
unsafe fn bytes<'a>(data: *const c_void, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data.cast::<u8>(), len) }
}

/// Appends `payload` where it fits.
///
/// # Safety
/// `n` has a header and `maxlen` bytes.
#[inline(always)]
unsafe fn append_checked(n: *mut nlmsghdr, maxlen: c_int, ty: c_int, payload: &[u8]) -> c_int {
    if payload.len() > MAX_PAYLOAD {
        return too_long(c"addattr_l ERROR: the ");
    }
    // SAFETY: the caller's promise.
    let used = unsafe { length(n) } as usize;
    if !fits(used, align(payload.len().wrapping_add(NLA_HDRLEN)), maxlen) {
        return refused(c"addattr_l ERROR: message exceeded bound of ", maxlen);
    }
    // SAFETY: it fits.
    unsafe { append(n, low(ty), payload) };
    0
}

/// Appends an attribute without payload.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, &[]) }
}

/// Appends an 8-bit value.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr8(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int, data: __u8) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, &[data]) }
}

/// Appends a 16-bit value in host byte order.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr16(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int, data: __u16) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, &data.to_ne_bytes()) }
}

/// Appends a 32-bit value in host byte order.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr32(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int, data: __u32) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, &data.to_ne_bytes()) }
}

/// Appends a 64-bit value in host byte order.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr64(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int, data: __u64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, &data.to_ne_bytes()) }
}

/// Appends text with its NUL.
///
/// @return 0; -1: it does not fit, or has more than 65530 bytes
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes; `data` is text with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattrstrz(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int, data: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, CStr::from_ptr(data).to_bytes_with_nul()) }
}

/// Appends alen bytes.
///
/// @param data  may be NULL when alen is 0
/// @return 0; -1: it does not fit, alen is negative or more than 65531
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes; `data` has `alen` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr_l(
    n: *mut nlmsghdr,
    maxlen: c_int,
    r#type: c_int,
    data: *const c_void,
    alen: c_int,
) -> c_int {
    let Ok(len) = usize::try_from(alen) else {
        return refused(c"addattr_l ERROR: message exceeded bound of ", maxlen);
    };
    // SAFETY: the caller's promise.
    unsafe { append_checked(n, maxlen, r#type, bytes(data, len)) }
}

/// Appends len bytes that are no attribute, padded with zeros.
///
/// @return 0; -1: they do not fit, or len is negative
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes; `data` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addraw_l(n: *mut nlmsghdr, maxlen: c_int, data: *const c_void, len: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let used = align(unsafe { length(n) } as usize);
    let Ok(len) = usize::try_from(len) else {
        return refused(c"addraw_l ERROR: message exceeded bound of ", maxlen);
    };
    let space = align(len);
    if !fits(used, space, maxlen) {
        return refused(c"addraw_l ERROR: message exceeded bound of ", maxlen);
    }
    let to = behind::<_, u8>(n, used);
    // SAFETY: it fits; the caller's bytes are elsewhere.
    unsafe {
        to.copy_from_nonoverlapping(bytes(data, len).as_ptr(), len);
        to.wrapping_add(len).write_bytes(0, space.wrapping_sub(len));
    }
    #[allow(clippy::cast_possible_truncation)] // within the caller's limit, which is an int
    let len = used.wrapping_add(space) as u32;
    // SAFETY: the caller's promise.
    unsafe { set_length(n, len) };
    0
}

/// Begins a nest, which addattr_nest_end ends. NLA_F_NESTED is the caller's to add to the type.
///
/// @return the nest; NULL: it does not fit
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr_nest(n: *mut nlmsghdr, maxlen: c_int, r#type: c_int) -> *mut rtattr {
    // SAFETY: the caller's promise.
    let nest = unsafe { tail(n) };
    // SAFETY: the caller's promise.
    if unsafe { addattr(n, maxlen, r#type) } < 0 { ptr::null_mut() } else { nest }
}

/// Ends a nest.
///
/// @param nest  what addattr_nest returned; NULL: -1 is the result
/// @return the message's length; -1 when the nest has more than 65535 bytes: it is taken out of the message then
///
/// # Safety
/// `n` is a message, and `nest` was begun in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr_nest_end(n: *mut nlmsghdr, nest: *mut rtattr) -> c_int {
    if nest.is_null() {
        return -1;
    }
    // SAFETY: the caller's promise.
    match u16::try_from(distance(nest, unsafe { tail(n) })) {
        Ok(len) => {
            // SAFETY: the caller's promise.
            unsafe { set_attribute_length(nest, len) };
            // SAFETY: the caller's promise.
            stderr::signed(unsafe { length(n) })
        }
        Err(_) => {
            #[allow(clippy::cast_possible_truncation)] // within the message
            let before = distance(n, nest) as u32;
            // SAFETY: the caller's promise.
            unsafe { set_length(n, before) };
            too_long(c"addattr_nest_end ERROR: the ")
        }
    }
}

/// Begins an attribute that is a structure and a nest of the same type; addattr_nest_compat_end ends it.
///
/// @param data  the structure
/// @param len   its bytes
/// @return the attribute; NULL: it does not fit, and the message is as it was
///
/// # Safety
/// `n` is a message in a buffer of `maxlen` bytes; `data` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr_nest_compat(
    n: *mut nlmsghdr,
    maxlen: c_int,
    r#type: c_int,
    data: *const c_void,
    len: c_int,
) -> *mut rtattr {
    // SAFETY: the caller's promise.
    let (start, before) = unsafe { (tail(n), length(n)) };
    // SAFETY: the caller's promise.
    if unsafe { addattr_l(n, maxlen, r#type, data, len) } < 0 {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    if unsafe { addattr_nest(n, maxlen, r#type) }.is_null() {
        // SAFETY: the caller's promise.
        unsafe { set_length(n, before) };
        return ptr::null_mut();
    }
    start
}

/// Ends an attribute that addattr_nest_compat began.
///
/// @param nest  what addattr_nest_compat returned; NULL: -1 is the result
/// @return the message's length; -1 when the attribute has more than 65535 bytes: it is taken out of the message then
///
/// # Safety
/// `n` is a message, and `nest` was begun in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn addattr_nest_compat_end(n: *mut nlmsghdr, nest: *mut rtattr) -> c_int {
    if nest.is_null() {
        return -1;
    }
    // SAFETY: the caller's promise: the nest is behind the structure.
    let inner = behind(nest, align(usize::from(unsafe { attribute_length(nest) })));
    // SAFETY: the caller's promise.
    let result = unsafe { addattr_nest_end(n, nest) };
    if result < 0 {
        return result;
    }
    // SAFETY: the caller's promise.
    unsafe { addattr_nest_end(n, inner) }
}

/// Appends `payload` to an attribute that holds others, where it fits.
///
/// # Safety
/// `rta` has a header and `maxlen` bytes.
#[inline(always)]
unsafe fn nest_checked(rta: *mut rtattr, maxlen: c_int, ty: c_int, payload: &[u8], text: &CStr) -> c_int {
    // SAFETY: the caller's promise.
    let used = align(usize::from(unsafe { attribute_length(rta) }));
    let space = align(payload.len().saturating_add(NLA_HDRLEN));
    if !fits(used, space, maxlen) {
        stderr::number(text, maxlen, c" exceeded\n");
        return -1;
    }
    let (Ok(longer), true) = (u16::try_from(used.saturating_add(space)), payload.len() <= MAX_PAYLOAD) else {
        return too_long(c"rta_addattr_l: Error! the ");
    };
    // SAFETY: it fits. That it was never written does not matter to what only writes.
    let to = unsafe { core::slice::from_raw_parts_mut(behind::<_, u8>(rta, used), space) };
    write_attribute(to, low(ty), payload);
    // SAFETY: the caller's promise.
    unsafe { set_attribute_length(rta, longer) };
    0
}

const RTA_ADDATTR_L: &CStr = c"rta_addattr_l: Error! max allowed bound ";

/// Appends an 8-bit value to an attribute that holds others.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `rta` is an attribute in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_addattr8(rta: *mut rtattr, maxlen: c_int, r#type: c_int, data: __u8) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { nest_checked(rta, maxlen, r#type, &[data], RTA_ADDATTR_L) }
}

/// Appends a 16-bit value in host byte order to an attribute that holds others.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `rta` is an attribute in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_addattr16(rta: *mut rtattr, maxlen: c_int, r#type: c_int, data: __u16) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { nest_checked(rta, maxlen, r#type, &data.to_ne_bytes(), RTA_ADDATTR_L) }
}

/// Appends a 32-bit value in host byte order to an attribute that holds others.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `rta` is an attribute in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_addattr32(rta: *mut rtattr, maxlen: c_int, r#type: c_int, data: __u32) -> c_int {
    let text = c"rta_addattr32: Error! max allowed bound ";
    // SAFETY: the caller's promise.
    unsafe { nest_checked(rta, maxlen, r#type, &data.to_ne_bytes(), text) }
}

/// Appends a 64-bit value in host byte order to an attribute that holds others.
///
/// @return 0; -1: it does not fit
///
/// # Safety
/// `rta` is an attribute in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_addattr64(rta: *mut rtattr, maxlen: c_int, r#type: c_int, data: __u64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { nest_checked(rta, maxlen, r#type, &data.to_ne_bytes(), RTA_ADDATTR_L) }
}

/// Appends alen bytes to an attribute that holds others.
///
/// @param data  may be NULL when alen is 0
/// @return 0; -1: it does not fit, alen is negative, or one of the two would have more than 65535 bytes
///
/// # Safety
/// `rta` is an attribute in a buffer of `maxlen` bytes; `data` has `alen` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_addattr_l(
    rta: *mut rtattr,
    maxlen: c_int,
    r#type: c_int,
    data: *const c_void,
    alen: c_int,
) -> c_int {
    let Ok(len) = usize::try_from(alen) else {
        stderr::number(RTA_ADDATTR_L, maxlen, c" exceeded\n");
        return -1;
    };
    // SAFETY: the caller's promise.
    unsafe { nest_checked(rta, maxlen, r#type, bytes(data, len), RTA_ADDATTR_L) }
}

/// Begins a nest, with NLA_F_NESTED in its type, in an attribute that holds others; rta_nest_end ends it.
///
/// @return the nest; NULL: it does not fit
///
/// # Safety
/// `rta` is an attribute in a buffer of `maxlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_nest(rta: *mut rtattr, maxlen: c_int, r#type: c_int) -> *mut rtattr {
    // SAFETY: the caller's promise.
    let nest = behind(rta, align(usize::from(unsafe { attribute_length(rta) })));
    let ty = c_int::from(low(r#type) | NLA_F_NESTED);
    // SAFETY: the caller's promise.
    if unsafe { nest_checked(rta, maxlen, ty, &[], RTA_ADDATTR_L) } < 0 { ptr::null_mut() } else { nest }
}

/// Ends a nest that rta_nest began.
///
/// @param nest  what rta_nest returned; NULL: -1 is the result
/// @return the length of rta; -1
///
/// # Safety
/// `rta` is an attribute, and `nest` was begun in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rta_nest_end(rta: *mut rtattr, nest: *mut rtattr) -> c_int {
    if nest.is_null() {
        return -1;
    }
    // SAFETY: the caller's promise.
    let len = unsafe { attribute_length(rta) };
    let Ok(inner) = u16::try_from(distance::<_, u8>(nest, behind(rta, align(usize::from(len))))) else {
        return -1;
    };
    // SAFETY: the caller's promise.
    unsafe { set_attribute_length(nest, inner) };
    c_int::from(len)
}

const _: () = assert!(NLMSG_HDRLEN == size_of::<nlmsghdr>() && NLA_HDRLEN == size_of::<rtattr>());
