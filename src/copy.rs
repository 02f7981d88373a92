// SPDX-License-Identifier: MIT OR Apache-2.0
//! Copies of attributes and messages, appended to messages under construction

use super::build::{TOO_MUCH, nlrs_msg};
use super::pointers::{payload_of, raw_type_of};
use core::ffi::{c_int, c_void};
use libc::nlattr;
use nlrs_core::error::Code;

/// Appends a copy of an attribute: its type with flag bits, and its payload.
///
/// @param m     the message under construction
/// @param attr  from an index, a find or a walk; it is copied
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `attr` is NULL or an attribute whose length
/// was checked, outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_attr(m: *mut nlrs_msg, attr: *const nlattr) -> c_int {
    let m = builder!(m);
    if attr.is_null() {
        return m.refuse(0, Code::EINVAL).raw();
    }
    // SAFETY: not NULL, and the contract.
    let (r#type, payload) = unsafe { (u32::from(raw_type_of(attr)), payload_of(attr)) };
    Code::of_result(&m.put_bytes(r#type, payload))
}

/// Appends copies of consecutive attributes, such as those of a message or a nest.
///
/// All of them are appended, or none. Each is padded with zeros; up to 3 bytes after the last one are not copied.
///
/// @param m      message under construction
/// @param attrs  the attributes, of any alignment; may be NULL only when len is 0
/// @param len    their length in bytes
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL; -EBADMSG:
///         malformed
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `attrs` is NULL or has `len` bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_put_attrs(m: *mut nlrs_msg, attrs: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    if attrs.is_null() && len != 0 {
        return m.refuse(0, Code::EINVAL).raw();
    }
    Code::of_result(&m.put_attributes(payload!(attrs, len, at most TOO_MUCH)))
}

/// Appends copies of complete messages, each padded: all of them, or none.
///
/// @param m     messages under construction, none of them open
/// @param msgs  one or more consecutive messages, of any alignment; may be NULL only when len is 0
/// @param len   their length in bytes
/// @return 0; -EBADMSG: malformed; -EINVAL: a pointer is NULL, or a message is open, which fails then; -EMSGSIZE,
///         -ENOSPC, -ENOMEM, NLRS_EBUSY: see struct nlrs_msg
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `msgs` is NULL or has `len` bytes, outside
/// of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_append(m: *mut nlrs_msg, msgs: *const c_void, len: usize) -> c_int {
    let m = builder!(m);
    Code::of_result(&m.append(payload!(msgs, len, at most TOO_MUCH)))
}
