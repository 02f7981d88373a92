// SPDX-License-Identifier: MIT OR Apache-2.0
//! Received messages

use super::attribute;
use super::pointers::{EINVAL, header_of, message_of, slice_of, slots_of, write_pair};
use core::ffi::{c_int, c_void};
use libc::{nlattr, nlmsghdr};
use nlrs_core::error::Code;
use nlrs_core::wire::align::align;
use nlrs_core::wire::message::Cursor;

/// Walks over the messages of a buffer, such as a datagram or a file: returns one per call.
///
/// Set *pos to 0 and call it until it does not return 1. Then *pos is where the walk ended: at a clean end len - *pos
/// bytes (0 ... 3) are left after the last message; after -EBADMSG *pos is the offset of the malformed message, and
/// further calls return -EBADMSG again. The last message may be without padding. A length beyond the buffer is
/// malformed.
///
/// @param buf      consecutive messages, of any alignment
/// @param len      their length in bytes
/// @param pos      in: offset of the next message; out: offset of the one after it
/// @param ret_nlh  the message, whose length has been checked, valid while the bytes are; written only when 1 is
///                 returned
/// @return 1: a message; 0: the clean end; -EBADMSG: malformed; -EINVAL: a pointer is NULL, or *pos is above len
///
/// # Safety
/// `buf` is NULL or has `len` bytes that nothing changes meanwhile; `pos` is NULL or readable and writable; `ret_nlh`
/// is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_walk(
    buf: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_nlh: *mut *const nlmsghdr,
) -> c_int {
    not_null!(buf, pos, ret_nlh => EINVAL);
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { slice_of(buf, len) };
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    if at > bytes.len() {
        return EINVAL;
    }
    let mut cursor = Cursor { at, end: bytes.len() };
    match cursor.next(bytes) {
        Ok(Some(message)) => {
            // SAFETY: not NULL, and the contract.
            unsafe { pos.write(cursor.at.min(bytes.len())) };
            // SAFETY: as above.
            unsafe { ret_nlh.write(message.bytes().as_ptr().cast()) };
            1
        }
        Ok(None) => 0,
        Err(code) => code.raw(),
    }
}

/// Returns the length of a message: header and payload, without the padding after it.
///
/// @param nlh  its header, of any alignment
/// @return bytes; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_len(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { header_of(nlh) }.len
}

/// Returns the type of a message.
///
/// @param nlh  its header, of any alignment
/// @return type; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_type(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the contract.
    u32::from(unsafe { header_of(nlh) }.ty)
}

/// Returns the NLM_F_... flags of a message.
///
/// @param nlh  its header, of any alignment
/// @return flags; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_flags(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the contract.
    u32::from(unsafe { header_of(nlh) }.flags)
}

/// Returns the sequence number of a message. An event may have any.
///
/// @param nlh  its header, of any alignment
/// @return sequence number; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_seq(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { header_of(nlh) }.seq
}

/// Returns the port ID in a message. It does not prove who sent the message: a sender can write any port ID here.
///
/// @param nlh  its header, of any alignment
/// @return port ID; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_portid(nlh: *const nlmsghdr) -> u32 {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { header_of(nlh) }.portid
}

/// Whether a message answers a request: its sequence number and its port ID are those of the request.
///
/// @param nlh     its header, of any alignment
/// @param seq     sequence number of the request
/// @param portid  port ID of the socket that sent the request
/// @return 1 or 0; 0 for NULL
///
/// # Safety
/// `nlh` is NULL or has a header's 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_is_answer(nlh: *const nlmsghdr, seq: u32, portid: u32) -> c_int {
    not_null!(nlh => 0);
    // SAFETY: not NULL, and the contract.
    let header = unsafe { header_of(nlh) };
    c_int::from(header.seq == seq && header.portid == portid)
}

/// Copies the family's header out of a message of any alignment.
///
/// @param nlh      from a walk, a dump or a callback
/// @param ret_hdr  struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...
/// @param size     bytes of that struct
/// @return 0; -EBADMSG: the message is shorter; -EINVAL: a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked; `ret_hdr` is NULL or has `size` writable bytes, which are not
/// those of the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_get_header(nlh: *const nlmsghdr, ret_hdr: *mut c_void, size: usize) -> c_int {
    not_null!(nlh, ret_hdr => EINVAL);
    // SAFETY: not NULL, and the contract.
    let Some(from) = unsafe { message_of(nlh) }.payload().get(..size) else {
        return Code::EBADMSG.raw();
    };
    // SAFETY: not NULL, and by the contract as many bytes of other memory.
    unsafe { ret_hdr.cast::<u8>().copy_from_nonoverlapping(from.as_ptr(), from.len()) };
    0
}

/// Finds the attributes of a message: the bytes after its header and the family's.
///
/// @param nlh        from a walk, a dump or a callback
/// @param hdrlen     size of the family's header in bytes, without its padding; 0: the attributes are the whole payload
/// @param ret_attrs  the first byte, valid while the message is
/// @param ret_len    the length in bytes, without the padding after the message
/// @return 0; -EBADMSG: the message ends within the family's header; -EINVAL: a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_attrs(
    nlh: *const nlmsghdr,
    hdrlen: usize,
    ret_attrs: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    not_null!(nlh, ret_attrs, ret_len => EINVAL);
    // SAFETY: not NULL, and the contract.
    let payload = unsafe { message_of(nlh) }.payload();
    if hdrlen > payload.len() {
        return Code::EBADMSG.raw();
    }
    // A message may end with an unpadded family header.
    let attributes = payload.get(align(hdrlen).min(payload.len())..).unwrap_or(&[]);
    // SAFETY: not NULL, and the contract.
    unsafe { write_pair(ret_attrs, ret_len, Ok((attributes.as_ptr().cast(), attributes.len()))) }
}

/// Indexes the attributes of a message by type: nlrs_nlmsg_attrs() and nlrs_attr_index() in one call.
///
/// @param nlh        from a walk, a dump or a callback
/// @param hdrlen     size of the family's header in bytes, without its padding
/// @param ret_table  max + 1 pointers, all of which are written, on failure with NULL; valid while the message is
/// @param max        the largest type to be indexed
/// @return number of slots that were filled; -EBADMSG: the message ends within the family's header, or malformed
///         attributes; -EINVAL: nlh or ret_table is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked; `ret_table` is NULL or has `max` + 1 writable slots.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_index(
    nlh: *const nlmsghdr,
    hdrlen: usize,
    ret_table: *mut *const nlattr,
    max: u32,
) -> c_int {
    not_null!(ret_table => EINVAL);
    // SAFETY: not NULL, and the contract.
    let slots = unsafe { slots_of(ret_table, max) };
    if nlh.is_null() {
        return attribute::clear(slots, EINVAL);
    }
    // SAFETY: not NULL, and the contract.
    let payload = unsafe { message_of(nlh) }.payload();
    if hdrlen > payload.len() {
        return attribute::clear(slots, Code::EBADMSG.raw());
    }
    attribute::index(payload.get(align(hdrlen)..).unwrap_or(&[]), slots)
}
