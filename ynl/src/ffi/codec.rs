// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages without a socket: for use with sockets, batches and monitors of libnlrs, or anybody else's.

use super::open::Handle;
use super::{allocate, bytes_or_none, give, null, object, run, text};
use crate::error::Error;
use std::ffi::{c_char, c_int, c_void};

/// Encodes a request as a message that begins with its struct nlmsghdr.
///
/// Type, flags (NLM_F_REQUEST; NLM_F_ACK, or NLM_F_DUMP with NLRS_YNL_DUMP) and length are set, sequence number and
/// port ID are 0. Of a family of generic netlink the kernel is asked for the ID, once, unless
/// nlrs_ynl_set_family_id was called.
///
/// @param ynl       the family
/// @param op        the operation
/// @param json      the request, as of nlrs_ynl_do; NULL is an empty one
/// @param flags     as of nlrs_ynl_do
/// @param ret_bytes gets the message, to be freed with nlrs_ynl_free
/// @param ret_len   gets its length in bytes
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 0; as nlrs_ynl_do for what is wrong with the request; -ENOMEM
///
/// # Safety
/// Texts end with a NUL; `ynl` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_encode(
    ynl: *const Handle,
    op: *const c_char,
    json: *const c_char,
    flags: u32,
    ret_bytes: *mut *mut c_void,
    ret_len: *mut usize,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if ret_bytes.is_null() || ret_len.is_null() {
                return Err(null(if ret_bytes.is_null() { "ret_bytes" } else { "ret_len" }));
            }
            let message = object(ynl, "ynl")?.family.encode(text(op, "op")?, bytes_or_none(json), flags)?;
            let memory = allocate(&message);
            if memory.is_null() {
                return Err(Error::new(-libc::ENOMEM, "there is no memory for the message"));
            }
            ret_bytes.write(memory);
            ret_len.write(message.len());
            Ok(0)
        })
    }
}

/// Decodes a message that begins with its struct nlmsghdr, as {"name": "getlink", "msg": {…}}, msg as a reply of
/// nlrs_ynl_do.
///
/// No message is an error because of what is in it: what the specification does not know is kept by number.
///
/// @param ynl       the family
/// @param op        the operation whose request or reply it is; NULL: what its number means, as of an event
/// @param bytes     the message; bytes behind its end are not looked at
/// @param len       bytes that are there
/// @param ret_json  gets the text, to be freed with nlrs_ynl_free
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 0; -EBADMSG if there is no whole message; -ENOENT if there is no such operation; -EINVAL if another
///         pointer is NULL; -ENOMEM
///
/// # Safety
/// `bytes` has `len` bytes; the text ends with a NUL; `ynl` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_decode(
    ynl: *const Handle,
    op: *const c_char,
    bytes: *const c_void,
    len: usize,
    ret_json: *mut *mut c_char,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if bytes.is_null() || ret_json.is_null() {
                return Err(null(if bytes.is_null() { "bytes" } else { "ret_json" }));
            }
            let op = if op.is_null() { None } else { Some(text(op, "op")?) };
            let message = std::slice::from_raw_parts(bytes.cast::<u8>(), len);
            give(&object(ynl, "ynl")?.family.decode(op, message)?, ret_json)
        })
    }
}
