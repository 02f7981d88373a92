// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages: headers, payloads, iteration, text

use super::behind;
use core::ffi::{c_int, c_uint, c_void};
use libc::nlmsghdr;
use nlrs_core::uapi::NLMSG_HDRLEN;
use nlrs_core::wire::align::align;
use nlrs_core::wire::message::Message;

/// nlmsg_len as the message has it.
///
/// # Safety
/// `nlh` has a header.
#[inline(always)]
pub(crate) unsafe fn length(nlh: *const nlmsghdr) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() }
}

/// Sets nlmsg_len.
///
/// # Safety
/// `nlh` has a header that may be written.
#[inline(always)]
pub(crate) unsafe fn set_length(nlh: *mut nlmsghdr, len: u32) {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*nlh).nlmsg_len).write_unaligned(len) }
}

/// The bytes of a message with `len` bytes of payload, without padding.
#[unsafe(no_mangle)]
pub extern "C" fn mnl_nlmsg_size(len: usize) -> usize {
    len.wrapping_add(NLMSG_HDRLEN)
}

/// The bytes of the payload. The message's length is not checked: of a message that mnl_nlmsg_ok refuses this is
/// nonsense.
///
/// # Safety
/// `nlh` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_get_payload_len(nlh: *const nlmsghdr) -> usize {
    // SAFETY: the caller's promise.
    (unsafe { length(nlh) } as usize).wrapping_sub(NLMSG_HDRLEN)
}

/// Starts a message in buf: sixteen bytes of header, all zero but for the length.
///
/// @return buf
///
/// # Safety
/// `buf` has 16 bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_put_header(buf: *mut c_void) -> *mut nlmsghdr {
    // SAFETY: the caller's promise.
    unsafe { buf.cast::<[u8; NLMSG_HDRLEN]>().write([0; NLMSG_HDRLEN]) };
    #[allow(clippy::cast_possible_truncation)] // 16
    // SAFETY: as above.
    unsafe {
        set_length(buf.cast(), NLMSG_HDRLEN as u32)
    };
    buf.cast()
}

/// Appends size zero bytes, padded to a multiple of 4, for the family's own header.
///
/// @return where they are
///
/// # Safety
/// Behind the message there is room for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_put_extra_header(nlh: *mut nlmsghdr, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    let len = unsafe { length(nlh) };
    let space = align(size);
    let extra = behind::<_, u8>(nlh, len as usize);
    // No message has a length beyond 32 bits: the contract excludes it.
    #[allow(clippy::cast_possible_truncation)]
    let longer = len.wrapping_add(space as u32);
    // SAFETY: the caller's promise.
    unsafe { set_length(nlh, longer) };
    // SAFETY: the caller's promise.
    unsafe { extra.write_bytes(0, space) };
    extra.cast()
}

/// Whether there is a whole message at nlh: at least a header, whose length is at least its own and at most len.
///
/// @param len  bytes from nlh to the end of the buffer
///
/// # Safety
/// `nlh` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_ok(nlh: *const nlmsghdr, len: c_int) -> bool {
    let Ok(len) = usize::try_from(len) else {
        return false;
    };
    if len < NLMSG_HDRLEN {
        return false;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(nlh.cast::<u8>(), len) };
    Message::read(bytes).is_ok()
}

/// The message behind this one; *len becomes less by what this one takes, and may become negative. To be checked with
/// mnl_nlmsg_ok.
///
/// # Safety
/// `nlh` has a header, `len` an int.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_next(nlh: *const nlmsghdr, len: *mut c_int) -> *mut nlmsghdr {
    // SAFETY: the caller's promise.
    let step = align(unsafe { length(nlh) } as usize);
    // SAFETY: the caller's promise.
    let left = unsafe { *len };
    // An int holds what mnl_nlmsg_ok has let pass.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    let left = left.wrapping_sub(step as c_int);
    // SAFETY: the caller's promise.
    unsafe { *len = left };
    behind(nlh, step)
}

/// Whether the message's sequence number is seq. 0 on either side is any.
///
/// # Safety
/// `nlh` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_seq_ok(nlh: *const nlmsghdr, seq: c_uint) -> bool {
    // SAFETY: the caller's promise.
    is_or_any(unsafe { (&raw const (*nlh).nlmsg_seq).read_unaligned() }, seq)
}

/// Whether the message's port ID is portid. 0 on either side is any.
///
/// # Safety
/// `nlh` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_portid_ok(nlh: *const nlmsghdr, portid: c_uint) -> bool {
    // SAFETY: the caller's promise.
    is_or_any(unsafe { (&raw const (*nlh).nlmsg_pid).read_unaligned() }, portid)
}

/// Whether `value` is the one that is wanted; 0 on either side is any.
#[inline(always)]
pub(crate) fn is_or_any(value: u32, wanted: c_uint) -> bool {
    value == wanted || either_is_0(value, wanted)
}

/// Out of line, so that the answer for equal numbers is a comparison and a jump.
#[cold]
fn either_is_0(value: u32, wanted: c_uint) -> bool {
    value == 0 || wanted == 0
}

/// What follows the header.
///
/// # Safety
/// `nlh` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_get_payload(nlh: *const nlmsghdr) -> *mut c_void {
    behind(nlh, NLMSG_HDRLEN)
}

/// What follows the header and offset bytes, padded to a multiple of 4: the first attribute behind a family header of
/// that size.
///
/// # Safety
/// `nlh` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_get_payload_offset(nlh: *const nlmsghdr, offset: usize) -> *mut c_void {
    // A family's header is not 4 GiB long; with 32 bits there is no end of numbers to look after.
    #[allow(clippy::cast_possible_truncation)]
    let offset = offset as u32;
    behind(nlh, NLMSG_HDRLEN.wrapping_add(align(offset as usize)))
}

/// The end of the message with its padding: where the next attribute goes.
///
/// # Safety
/// `nlh` has a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_get_payload_tail(nlh: *const nlmsghdr) -> *mut c_void {
    // SAFETY: the caller's promise.
    behind(nlh, align(unsafe { length(nlh) } as usize))
}

/// Writes messages as text: four bytes a line, attributes' headers in colour.
///
/// @param fd                 the stream; what it refuses is lost
/// @param data               messages, up to what is none
/// @param datalen            bytes of data
/// @param extra_header_size  bytes of the family's own header, a multiple of 4
///
/// # Safety
/// `fd` is an open stream, and `data` has `datalen` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_fprintf(
    fd: *mut libc::FILE,
    data: *const c_void,
    datalen: usize,
    extra_header_size: usize,
) {
    if fd.is_null() || data.is_null() || isize::try_from(datalen).is_err() {
        return;
    }
    // SAFETY: the caller's promise.
    let datagram = unsafe { core::slice::from_raw_parts(data.cast::<u8>(), datalen) };
    // SAFETY: isprint takes any byte; the locale decides.
    let printable = |byte| unsafe { libc::isprint(c_int::from(byte)) } != 0;
    crate::text::print(datagram, extra_header_size, printable, |text| {
        // SAFETY: an open stream, and live bytes with their length.
        unsafe { libc::fwrite(text.as_ptr().cast(), 1, text.len(), fd) };
    });
}
