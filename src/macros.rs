// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's macros as functions
//!
//! What `<linux/netlink.h>` and `<linux/rtnetlink.h>` offer to C alone, for every language. Each equals its macro for
//! lengths below 2^31 and for messages and attributes that the OK macro accepts. Beyond that the macros wrap around or read
//! what is not there; these do not: align, length and space stop at the largest value there is, and next ends the loop.
//! The length inside a header is trusted only after OK has compared it with the bytes that are left.

use core::ffi::{c_int, c_void};
use nlrs_core::uapi::{NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN};
use nlrs_core::wire::align;

/// The first half of NLMSG_OK and RTA_OK: whether `left` bytes hold a header.
const fn holds(header: usize, left: c_int) -> bool {
    left >= 0 && left as usize >= header
}

/// The second half: whether the header's own length is a header's at least and what is left at most.
const fn fits(inner: u32, header: usize, left: c_int) -> bool {
    inner as usize >= header && inner <= left.unsigned_abs()
}

/// Moves past `inner` bytes and their padding; `left` may end at -3 behind an unpadded last one, as with the macros.
const fn step(inner: u32, left: c_int) -> (usize, c_int) {
    let step = align::align(inner as usize);
    // Wraps for one length alone, 2^31 - 1, where the macro wraps to the same.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    let left = left.wrapping_sub(step as c_int);
    (step, left)
}

/// As many as an int holds.
fn saturate(value: i64) -> c_int {
    c_int::try_from(value).unwrap_or(if value < 0 { c_int::MIN } else { c_int::MAX })
}

/// NLMSG_ALIGN: len rounded up to a multiple of 4.
///
/// @param len  bytes; beyond the largest multiple of 4 that a size_t holds the result is that multiple
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_nlmsg_align(len: usize) -> usize {
    align::align(len)
}

/// NLMSG_LENGTH: what nlmsg_len says of a message with len bytes behind its header.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_nlmsg_length(len: usize) -> usize {
    align::message_length(len)
}

/// NLMSG_SPACE: the bytes that a message with len bytes behind its header takes in a buffer, padding included.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_nlmsg_space(len: usize) -> usize {
    align::message_space(len)
}

/// NLMSG_DATA: what follows the header.
///
/// @return nlh + 16 bytes, whatever the header says; NULL for NULL
///
/// # Safety
/// `nlh` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_data(nlh: *const libc::nlmsghdr) -> *mut c_void {
    not_null!(nlh => core::ptr::null_mut());
    nlh.cast::<u8>().wrapping_add(NLMSG_HDRLEN).cast_mut().cast()
}

/// NLMSG_NEXT: the message behind this one, and *len less by what this one takes.
///
/// Where nlrs_nlmsg_ok refuses this message, *len becomes 0 and the result is NULL, which ends the loop. As with the macro, the
/// result is to be asked nlrs_nlmsg_ok before it is read, and *len ends at a negative value behind an unpadded last message.
///
/// @param nlh  a message with *len readable bytes; needs no alignment
/// @param len  in: bytes from nlh to the end of the buffer; out: bytes from the result to the end
/// @return the next message; NULL when this one is not ok or a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or has `*len` readable bytes; `len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_next(nlh: *const libc::nlmsghdr, len: *mut c_int) -> *mut libc::nlmsghdr {
    not_null!(len => core::ptr::null_mut());
    // SAFETY: not NULL; the caller's int.
    let left = unsafe { *len };
    // SAFETY: the caller's promise.
    if unsafe { nlrs_nlmsg_ok(nlh, left) } == 0 {
        // SAFETY: as above.
        unsafe { *len = 0 };
        return core::ptr::null_mut();
    }
    // SAFETY: ok says that a whole header is there.
    let inner = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    let (step, left) = step(inner, left);
    // SAFETY: as above.
    unsafe { *len = left };
    nlh.cast::<u8>().wrapping_add(step).cast_mut().cast()
}

/// NLMSG_OK: whether a whole message stands at nlh.
///
/// @param nlh  may be NULL when len is less than a header: nothing is read then; needs no alignment
/// @param len  bytes from nlh to the end of the buffer
/// @return 1: there is a header, and its length is at least a header's and at most len; 0: not, or nlh is NULL
///
/// # Safety
/// `nlh` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_ok(nlh: *const libc::nlmsghdr, len: c_int) -> c_int {
    if nlh.is_null() || !holds(NLMSG_HDRLEN, len) {
        return 0;
    }
    // SAFETY: not NULL, and `len` says that a whole header is there.
    let inner = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    c_int::from(fits(inner, NLMSG_HDRLEN, len))
}

/// NLMSG_PAYLOAD: the bytes behind a family header of len bytes.
///
/// @param nlh  a whole header
/// @param len  bytes of the family header; 0: all of the payload
/// @return bytes; negative where the message is shorter than that; -EINVAL for NULL
///
/// # Safety
/// `nlh` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_payload(nlh: *const libc::nlmsghdr, len: c_int) -> c_int {
    not_null!(nlh => -libc::EINVAL);
    // SAFETY: not NULL; the caller's header.
    let inner = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    let header = (i64::from(len) + (NLMSG_HDRLEN as i64) + 3) & !3;
    saturate(i64::from(inner) - header)
}

/// RTA_ALIGN: len rounded up to a multiple of 4.
///
/// @param len  bytes; beyond the largest multiple of 4 that a size_t holds the result is that multiple
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rta_align(len: usize) -> usize {
    align::align(len)
}

/// RTA_LENGTH: what rta_len says of an attribute with len bytes behind its header. More than 65535 does not fit there.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rta_length(len: usize) -> usize {
    align::attribute_length(len)
}

/// RTA_SPACE: the bytes that an attribute with len bytes behind its header takes in a buffer, padding included.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rta_space(len: usize) -> usize {
    align::attribute_space(len)
}

/// RTA_DATA: what follows the header.
///
/// @return rta + 4 bytes, whatever the header says; NULL for NULL
///
/// # Safety
/// `rta` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_data(rta: *const libc::rtattr) -> *mut c_void {
    not_null!(rta => core::ptr::null_mut());
    rta.cast::<u8>().wrapping_add(NLA_HDRLEN).cast_mut().cast()
}

/// RTA_NEXT: the attribute behind this one, and *len less by what this one takes.
///
/// Where nlrs_rta_ok refuses this attribute, *len becomes 0 and the result is NULL, which ends the loop. As with the macro, the
/// result is to be asked nlrs_rta_ok before it is read, and *len ends at a negative value behind an unpadded last attribute.
///
/// @param rta  an attribute with *len readable bytes; needs no alignment
/// @param len  in: bytes from rta to the end of the buffer; out: bytes from the result to the end
/// @return the next attribute; NULL when this one is not ok or a pointer is NULL
///
/// # Safety
/// `rta` is NULL or has `*len` readable bytes; `len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_next(rta: *const libc::rtattr, len: *mut c_int) -> *mut libc::rtattr {
    not_null!(len => core::ptr::null_mut());
    // SAFETY: not NULL; the caller's int.
    let left = unsafe { *len };
    // SAFETY: the caller's promise.
    if unsafe { nlrs_rta_ok(rta, left) } == 0 {
        // SAFETY: as above.
        unsafe { *len = 0 };
        return core::ptr::null_mut();
    }
    // SAFETY: ok says that a whole header is there.
    let inner = unsafe { (&raw const (*rta).rta_len).read_unaligned() };
    let (step, left) = step(u32::from(inner), left);
    // SAFETY: as above.
    unsafe { *len = left };
    rta.cast::<u8>().wrapping_add(step).cast_mut().cast()
}

/// RTA_OK: whether a whole attribute stands at rta.
///
/// @param rta  may be NULL when len is less than a header: nothing is read then; needs no alignment
/// @param len  bytes from rta to the end of the buffer
/// @return 1: there is a header, and its length is at least a header's and at most len; 0: not, or rta is NULL
///
/// # Safety
/// `rta` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_ok(rta: *const libc::rtattr, len: c_int) -> c_int {
    if rta.is_null() || !holds(NLA_HDRLEN, len) {
        return 0;
    }
    // SAFETY: not NULL, and `len` says that a whole header is there.
    let inner = unsafe { (&raw const (*rta).rta_len).read_unaligned() };
    c_int::from(fits(u32::from(inner), NLA_HDRLEN, len))
}

/// RTA_PAYLOAD: the bytes behind the attribute's header.
///
/// @param rta  a whole header
/// @return bytes; negative where the header says less than its own length; -EINVAL for NULL
///
/// # Safety
/// `rta` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_payload(rta: *const libc::rtattr) -> c_int {
    not_null!(rta => -libc::EINVAL);
    // SAFETY: not NULL; the caller's header.
    let inner = unsafe { (&raw const (*rta).rta_len).read_unaligned() };
    saturate(i64::from(inner) - (NLA_HDRLEN as i64))
}

/// The attribute's type without the flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER.
///
/// @return 0 … 16383; 0 for NULL
///
/// # Safety
/// `nla` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_type(nla: *const libc::nlattr) -> u32 {
    // SAFETY: the caller's promise.
    u32::from(unsafe { raw_type(nla) } & NLA_TYPE_MASK)
}

/// Whether the attribute says that it holds attributes. The kernel sets this flag on some nests and not on others.
///
/// @return 1: NLA_F_NESTED is set; 0: not, or nla is NULL
///
/// # Safety
/// `nla` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_is_nested(nla: *const libc::nlattr) -> c_int {
    // SAFETY: the caller's promise.
    c_int::from(unsafe { raw_type(nla) } & NLA_F_NESTED != 0)
}

/// Whether the attribute says that its value is in network byte order. Many that are do not say so.
///
/// @return 1: NLA_F_NET_BYTEORDER is set; 0: not, or nla is NULL
///
/// # Safety
/// `nla` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_is_net_byteorder(nla: *const libc::nlattr) -> c_int {
    // SAFETY: the caller's promise.
    c_int::from(unsafe { raw_type(nla) } & NLA_F_NET_BYTEORDER != 0)
}

/// The type with its flag bits; 0 for NULL.
///
/// # Safety
/// `nla` is NULL or a readable header.
unsafe fn raw_type(nla: *const libc::nlattr) -> u16 {
    not_null!(nla => 0);
    // SAFETY: not NULL; the caller's header.
    unsafe { (&raw const (*nla).nla_type).read_unaligned() }
}
