// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading messages.

use super::attribute;
use core::ffi::{c_int, c_void};
use libc::{nlattr, nlmsghdr};
use nlrs_core::error::Code;
use nlrs_core::uapi::NLMSG_HDRLEN;
use nlrs_core::wire::align::align;
use nlrs_core::wire::message::{Cursor, Header, Message};

const EINVAL: c_int = Code::EINVAL.raw();

/// The fields of a header that is not NULL.
///
/// # Safety
/// `nlh` is not NULL and has a header's 16 bytes that nobody changes meanwhile.
#[inline(always)]
unsafe fn header(nlh: *const nlmsghdr) -> Header {
    // SAFETY: the caller's promise; a byte array needs no alignment.
    Header::of_bytes(unsafe { &*nlh.cast::<[u8; NLMSG_HDRLEN]>() })
}

/// A message whose length was checked when it was found.
///
/// # Safety
/// `nlh` is not NULL, and from a walk, a dump or a callback, or of the caller's making, over bytes that still stand.
#[inline(always)]
pub(super) unsafe fn message<'a>(nlh: *const nlmsghdr) -> Message<'a> {
    // SAFETY: the caller's promise.
    let header = unsafe { header(nlh) };
    let len = (header.len as usize).max(NLMSG_HDRLEN);
    // SAFETY: the length was checked to be that of a header or more, and not more than there is.
    Message { header, bytes: unsafe { core::slice::from_raw_parts(nlh.cast::<u8>(), len) } }
}

/// Walk over the messages of a buffer, as a datagram or a file holds them, one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1. Then *pos tells how far it came: len - *pos
/// bytes are left over (0 ... 3 behind the last message at a clean end), or *pos is the offset of the malformed
/// message. It stays there. An unpadded last message is accepted. A length beyond the buffer is malformed, whatever
/// its sign as an int.
///
/// @param buf      messages that follow each other; need no alignment
/// @param len      their bytes
/// @param pos      offset of the next message, moved behind it
/// @param ret_nlh  the message, as long as the bytes stand; its length has been checked; written with 1 alone
/// @return 1: a message; 0: the clean end; -EBADMSG: malformed; -EINVAL: NULL, or *pos is beyond len
///
/// # Safety
/// `buf` is NULL or has `len` bytes that nobody changes meanwhile; `pos` and `ret_nlh` are NULL or may be read and
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_walk(
    buf: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_nlh: *mut *const nlmsghdr,
) -> c_int {
    not_null!(buf, pos, ret_nlh => EINVAL);
    // SAFETY: not NULL, and the caller's promise; more than isize::MAX cannot exist.
    let bytes = unsafe { core::slice::from_raw_parts(buf.cast::<u8>(), len.min(isize::MAX as usize)) };
    // SAFETY: not NULL, and the caller's promise.
    let at = unsafe { pos.read() };
    if at > bytes.len() {
        return EINVAL;
    }
    let mut cursor = Cursor { at, end: bytes.len() };
    match cursor.next(bytes) {
        Ok(Some(message)) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { pos.write(cursor.at.min(bytes.len())) };
            // SAFETY: as above.
            unsafe { ret_nlh.write(message.bytes.as_ptr().cast()) };
            1
        }
        Ok(None) => 0,
        Err(code) => code.raw(),
    }
}

/// Length of a message with its header, without the padding behind it.
///
/// @param nlh  its header, which need not be aligned
/// @return bytes; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_len(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { header(nlh) }.len
}

/// Type of a message.
///
/// @param nlh  its header, which need not be aligned
/// @return type; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_type(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the caller's promise.
    u32::from(unsafe { header(nlh) }.ty)
}

/// NLM_F_... flags of a message.
///
/// @param nlh  its header, which need not be aligned
/// @return flags; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_flags(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the caller's promise.
    u32::from(unsafe { header(nlh) }.flags)
}

/// Sequence number of a message. That of an event may be any.
///
/// @param nlh  its header, which need not be aligned
/// @return sequence number; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_seq(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { header(nlh) }.seq
}

/// Port ID in a message. It proves nothing about who sent it: a forger writes what it likes.
///
/// @param nlh  its header, which need not be aligned
/// @return port ID; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_portid(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { header(nlh) }.portid
}

/// Whether a message answers a request: both its sequence number and its port are the request's.
///
/// @param nlh     its header, which need not be aligned
/// @param seq     the request's sequence number
/// @param portid  port of the socket that sent it
/// @return 1 or 0; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_is_answer(nlh: *const nlmsghdr, seq: u32, portid: u32) -> c_int {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the caller's promise.
    let header = unsafe { header(nlh) };
    c_int::from(header.seq == seq && header.portid == portid)
}

/// Copy the family's header out of a message, whatever its alignment.
///
/// @param nlh      from a walk, a dump or a callback
/// @param ret_hdr  struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...; untouched on failure
/// @param len      its size in bytes
/// @return 0; -EBADMSG: the message is shorter; -EINVAL: NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that still stand; `ret_hdr` is NULL or has `len`
/// bytes, not those of the message, to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_get_header(nlh: *const nlmsghdr, ret_hdr: *mut c_void, len: usize) -> c_int {
    not_null!(nlh, ret_hdr => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let Some(from) = unsafe { message(nlh) }.payload().get(..len) else {
        return Code::EBADMSG.raw();
    };
    // SAFETY: not NULL, and by the function's contract as many bytes, of other memory.
    unsafe { ret_hdr.cast::<u8>().copy_from_nonoverlapping(from.as_ptr(), from.len()) };
    0
}

/// The attributes of a message: what follows its header and the family's.
///
/// @param nlh        from a walk, a dump or a callback
/// @param hdrlen     size of the family's header in bytes; it is padded to a multiple of 4. 0: the whole payload
/// @param ret_attrs  the first of them, as long as the message's bytes stand
/// @param ret_len    their bytes, exactly, the message being unpadded included
/// @return 0; -EBADMSG: the message ends within the family's header; -EINVAL: NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that still stand; the others are NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_attrs(
    nlh: *const nlmsghdr,
    hdrlen: usize,
    ret_attrs: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    not_null!(nlh, ret_attrs, ret_len => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { message(nlh) }.payload();
    if hdrlen > payload.len() {
        return Code::EBADMSG.raw();
    }
    // A message may end with its family header, unpadded.
    let attributes = payload.get(align(hdrlen).min(payload.len())..).unwrap_or(&[]);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { ret_attrs.write(attributes.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { ret_len.write(attributes.len()) };
    0
}

/// The attributes of a message, by type: nlrs_attr_index() of what nlrs_nlmsg_attrs() gives, in one call.
///
/// @param nlh     from a walk, a dump or a callback
/// @param hdrlen  size of the family's header in bytes; it is padded to a multiple of 4
/// @param table   max + 1 pointers, all of which are written; all NULL on failure; valid as long as the message's
///                bytes
/// @param max     the largest type wanted
/// @return how many slots were filled; -EBADMSG: the message ends within the family's header, or malformed bytes;
///         -EINVAL:
///         nlh or table is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that still stand; `table` is NULL or has room for
/// `max` + 1 pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_index(
    nlh: *const nlmsghdr,
    hdrlen: usize,
    table: *mut *const nlattr,
    max: u32,
) -> c_int {
    not_null!(table => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let slots = unsafe { attribute::slots(table, max) };
    if nlh.is_null() {
        return attribute::wipe(slots, EINVAL);
    }
    // SAFETY: not NULL, and the caller's promise.
    let payload = unsafe { message(nlh) }.payload();
    if hdrlen > payload.len() {
        return attribute::wipe(slots, Code::EBADMSG.raw());
    }
    attribute::index(payload.get(align(hdrlen)..).unwrap_or(&[]), slots)
}
