// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's macros as functions
//!
//! The macros of `<linux/netlink.h>` and `<linux/rtnetlink.h>`, for every language. Each function equals its macro for
//! lengths below 2^31 and for messages and attributes that the OK macro accepts. For others the macros wrap around or
//! read bytes that are not there. The functions do not: align, length and space saturate at the largest value, and next
//! ends the loop. The length in a header is used only after OK has compared it with the bytes that are left.

use core::ffi::{c_int, c_void};
use nlrs_core::uapi::{NLA_HDRLEN, NLMSG_HDRLEN};
use nlrs_core::wire::align;

/// First half of NLMSG_OK and RTA_OK: whether `left` bytes contain a header.
const fn holds(header: usize, left: c_int) -> bool {
    left >= 0 && left as usize >= header
}

/// Second half: whether the length in the header is at least a header's and at most what is left.
const fn fits(inner: u32, header: usize, left: c_int) -> bool {
    inner as usize >= header && inner <= left.unsigned_abs()
}

/// Moves past `inner` bytes and their padding. `left` may become negative (-3) after an unpadded last one, as with the
/// macros.
const fn step(inner: u32, left: c_int) -> (usize, c_int) {
    let step = align::align(inner as usize);
    // Wraps only for the length 2^31 - 1, as the macro does.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    let left = left.wrapping_sub(step as c_int);
    (step, left)
}

/// Converts to an int, saturating.
fn saturate(value: i64) -> c_int {
    c_int::try_from(value).unwrap_or(if value < 0 { c_int::MIN } else { c_int::MAX })
}

/// NLMSG_ALIGN: returns len rounded up to a multiple of 4.
///
/// @param len  bytes; saturates at the largest multiple of 4 in a size_t
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_nlmsg_align(len: usize) -> usize {
    align::align(len)
}

/// NLMSG_LENGTH: returns the nlmsg_len of a message with len bytes of payload.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_nlmsg_length(len: usize) -> usize {
    align::message_length(len)
}

/// NLMSG_SPACE: returns the bytes that a message with len bytes of payload takes in a buffer, padding included.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_nlmsg_space(len: usize) -> usize {
    align::message_space(len)
}

/// NLMSG_DATA: returns the payload.
///
/// @return nlh + 16 bytes, whatever the header contains; NULL for NULL
///
/// # Safety
/// `nlh` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_data(nlh: *const libc::nlmsghdr) -> *mut c_void {
    not_null!(nlh => core::ptr::null_mut());
    nlh.cast::<u8>().wrapping_add(NLMSG_HDRLEN).cast_mut().cast()
}

/// NLMSG_NEXT: returns the next message, and subtracts the space of this one from *len.
///
/// When nlrs_nlmsg_ok() returns 0 for this message, *len becomes 0 and the result is NULL, which ends the loop. As with
/// the macro, nlrs_nlmsg_ok() must accept the result before it is read, and *len becomes negative after an unpadded
/// last message.
///
/// @param nlh  a message with *len readable bytes, of any alignment
/// @param len  in: bytes from nlh to the end of the buffer; out: bytes from the result to the end
/// @return the next message; NULL: this one is not valid, or a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or has `*len` readable bytes; `len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_next(nlh: *const libc::nlmsghdr, len: *mut c_int) -> *mut libc::nlmsghdr {
    not_null!(len => core::ptr::null_mut());
    // SAFETY: not NULL, and the contract.
    let left = unsafe { *len };
    // SAFETY: the contract.
    if unsafe { nlrs_nlmsg_ok(nlh, left) } == 0 {
        // SAFETY: as above.
        unsafe { *len = 0 };
        return core::ptr::null_mut();
    }
    // SAFETY: there is a whole header, as nlrs_…_ok has checked.
    let inner = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    let (step, left) = step(inner, left);
    // SAFETY: as above.
    unsafe { *len = left };
    nlh.cast::<u8>().wrapping_add(step).cast_mut().cast()
}

/// NLMSG_OK: whether there is a whole message at nlh.
///
/// @param nlh  of any alignment; nothing is read when len is less than a header's, and it may be NULL then
/// @param len  bytes from nlh to the end of the buffer
/// @return 1: there is a header, with a length of at least a header's and at most len; 0: there is not, or nlh is NULL
///
/// # Safety
/// `nlh` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_ok(nlh: *const libc::nlmsghdr, len: c_int) -> c_int {
    if nlh.is_null() || !holds(NLMSG_HDRLEN, len) {
        return 0;
    }
    // SAFETY: not NULL, and `len` bytes contain a header.
    let inner = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    c_int::from(fits(inner, NLMSG_HDRLEN, len))
}

/// NLMSG_PAYLOAD: returns the number of bytes after a family header of len bytes.
///
/// @param nlh  a whole header
/// @param len  bytes of the family header; 0: all of the payload
/// @return bytes; negative when the message is shorter than that; -EINVAL for NULL
///
/// # Safety
/// `nlh` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_payload(nlh: *const libc::nlmsghdr, len: c_int) -> c_int {
    not_null!(nlh => -libc::EINVAL);
    // SAFETY: not NULL, and the contract.
    let inner = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() };
    let header = (i64::from(len) + (NLMSG_HDRLEN as i64) + 3) & !3;
    saturate(i64::from(inner) - header)
}

/// RTA_ALIGN: returns len rounded up to a multiple of 4.
///
/// @param len  bytes; saturates at the largest multiple of 4 in a size_t
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rta_align(len: usize) -> usize {
    align::align(len)
}

/// RTA_LENGTH: returns the rta_len of an attribute with len bytes of payload. rta_len has 16 bits: above 65535 it is
/// not valid.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rta_length(len: usize) -> usize {
    align::attribute_length(len)
}

/// RTA_SPACE: returns the bytes that an attribute with len bytes of payload takes in a buffer, padding included.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rta_space(len: usize) -> usize {
    align::attribute_space(len)
}

/// RTA_DATA: returns the payload.
///
/// @return rta + 4 bytes, whatever the header contains; NULL for NULL
///
/// # Safety
/// `rta` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_data(rta: *const libc::rtattr) -> *mut c_void {
    not_null!(rta => core::ptr::null_mut());
    rta.cast::<u8>().wrapping_add(NLA_HDRLEN).cast_mut().cast()
}

/// RTA_NEXT: returns the next attribute, and subtracts the space of this one from *len.
///
/// When nlrs_rta_ok() returns 0 for this attribute, *len becomes 0 and the result is NULL, which ends the loop. As with
/// the macro, nlrs_rta_ok() must accept the result before it is read, and *len becomes negative after an unpadded last
/// attribute.
///
/// @param rta  an attribute with *len readable bytes, of any alignment
/// @param len  in: bytes from rta to the end of the buffer; out: bytes from the result to the end
/// @return the next attribute; NULL: this one is not valid, or a pointer is NULL
///
/// # Safety
/// `rta` is NULL or has `*len` readable bytes; `len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_next(rta: *const libc::rtattr, len: *mut c_int) -> *mut libc::rtattr {
    not_null!(len => core::ptr::null_mut());
    // SAFETY: not NULL, and the contract.
    let left = unsafe { *len };
    // SAFETY: the contract.
    if unsafe { nlrs_rta_ok(rta, left) } == 0 {
        // SAFETY: as above.
        unsafe { *len = 0 };
        return core::ptr::null_mut();
    }
    // SAFETY: there is a whole header, as nlrs_…_ok has checked.
    let inner = unsafe { (&raw const (*rta).rta_len).read_unaligned() };
    let (step, left) = step(u32::from(inner), left);
    // SAFETY: as above.
    unsafe { *len = left };
    rta.cast::<u8>().wrapping_add(step).cast_mut().cast()
}

/// RTA_OK: whether there is a whole attribute at rta.
///
/// @param rta  of any alignment; nothing is read when len is less than a header's, and it may be NULL then
/// @param len  bytes from rta to the end of the buffer
/// @return 1: there is a header, with a length of at least a header's and at most len; 0: there is not, or rta is NULL
///
/// # Safety
/// `rta` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_ok(rta: *const libc::rtattr, len: c_int) -> c_int {
    if rta.is_null() || !holds(NLA_HDRLEN, len) {
        return 0;
    }
    // SAFETY: not NULL, and `len` bytes contain a header.
    let inner = unsafe { (&raw const (*rta).rta_len).read_unaligned() };
    c_int::from(fits(u32::from(inner), NLA_HDRLEN, len))
}

/// RTA_PAYLOAD: returns the length of the payload.
///
/// @param rta  a whole header
/// @return bytes; negative when the length in the header is less than a header's; -EINVAL for NULL
///
/// # Safety
/// `rta` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rta_payload(rta: *const libc::rtattr) -> c_int {
    not_null!(rta => -libc::EINVAL);
    // SAFETY: not NULL, and the contract.
    let inner = unsafe { (&raw const (*rta).rta_len).read_unaligned() };
    saturate(i64::from(inner) - (NLA_HDRLEN as i64))
}

/// The kernel's struct rtnexthop, of which the length is read here.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct rtnexthop {
    rtnh_len: u16,
    rtnh_flags: u8,
    rtnh_hops: u8,
    rtnh_ifindex: c_int,
}

const RTNH_HDRLEN: usize = size_of::<rtnexthop>();

/// RTNH_ALIGN: returns len rounded up to a multiple of 4.
///
/// @param len  bytes; saturates at the largest multiple of 4 in a size_t
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rtnh_align(len: usize) -> usize {
    align::align(len)
}

/// RTNH_LENGTH: returns the rtnh_len of a next hop with len bytes of attributes. rtnh_len has 16 bits: above 65535 it is
/// not valid.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rtnh_length(len: usize) -> usize {
    len.saturating_add(RTNH_HDRLEN)
}

/// RTNH_SPACE: returns the bytes that a next hop with len bytes of attributes takes in a buffer, padding included.
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_rtnh_space(len: usize) -> usize {
    align::align(nlrs_rtnh_length(len))
}

/// RTNH_DATA: returns the attributes of a next hop.
///
/// @return rtnh + 8 bytes, whatever the header contains; NULL for NULL
///
/// # Safety
/// `rtnh` is NULL or a pointer to a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rtnh_data(rtnh: *const rtnexthop) -> *mut c_void {
    not_null!(rtnh => core::ptr::null_mut());
    rtnh.cast::<u8>().wrapping_add(RTNH_HDRLEN).cast_mut().cast()
}

/// RTNH_OK: whether there is a whole next hop at rtnh.
///
/// @param rtnh  of any alignment; nothing is read when len is less than a header's, and it may be NULL then
/// @param len   bytes from rtnh to the end of RTA_MULTIPATH
/// @return 1: there is a header, with a length of at least a header's and at most len; 0: there is not, or rtnh is NULL
///
/// # Safety
/// `rtnh` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rtnh_ok(rtnh: *const rtnexthop, len: c_int) -> c_int {
    if rtnh.is_null() || !holds(RTNH_HDRLEN, len) {
        return 0;
    }
    // SAFETY: not NULL, and `len` bytes contain a header.
    let inner = unsafe { (&raw const (*rtnh).rtnh_len).read_unaligned() };
    c_int::from(fits(u32::from(inner), RTNH_HDRLEN, len))
}

/// RTNH_NEXT: returns the next hop after one that nlrs_rtnh_ok() accepts. The bytes that are left are fewer by
/// nlrs_rtnh_align() of its rtnh_len.
///
/// @param rtnh  a whole header, of any alignment
/// @return the next one, which nlrs_rtnh_ok() must accept before it is read; NULL for NULL
///
/// # Safety
/// `rtnh` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rtnh_next(rtnh: *const rtnexthop) -> *mut rtnexthop {
    not_null!(rtnh => core::ptr::null_mut());
    // SAFETY: not NULL, and the contract.
    let inner = unsafe { (&raw const (*rtnh).rtnh_len).read_unaligned() };
    rtnh.cast::<u8>().wrapping_add(align::align(usize::from(inner))).cast_mut().cast()
}
