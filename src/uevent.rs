// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events of devices (NETLINK_KOBJECT_UEVENT).

use crate::pointers::{EINVAL, slice_of};
use core::ffi::{c_char, c_int, c_void};
use nlrs_core::family::uevent::Uevent;

/// Walks over the keys and values of an event, one a call: ACTION, DEVPATH, SUBSYSTEM, ...
///
/// Start with *pos = 0 and call it again until it does not return 1. The kernel's form is read, and udev's (group 2).
///
/// @param data         the datagram, as a monitor on NETLINK_KOBJECT_UEVENT returns it (nlrs_event_data())
/// @param len          its bytes
/// @param pos          offset of what has not been read, moved behind the value
/// @param ret_key      gets the key, which no NUL follows; valid as long as the datagram, as the value is; written with
///         1 alone
/// @param ret_key_len  gets the length of the key; written with 1 alone
/// @param ret_value    gets the value with its NUL; written with 1 alone
/// @return 1: a key and its value; 0: no more; -EBADMSG: it is no event, or malformed; -EINVAL: NULL
///
/// # Safety
/// `data` is NULL or has `len` bytes that nobody changes meanwhile; the others are NULL or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_uevent_walk(
    data: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_key: *mut *const c_char,
    ret_key_len: *mut usize,
    ret_value: *mut *const c_char,
) -> c_int {
    not_null!(data, pos, ret_key, ret_key_len, ret_value => EINVAL);
    // SAFETY: not NULL, and the contract.
    let datagram = unsafe { slice_of(data, len) };
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    let next = Uevent::of(datagram).and_then(|mut uevent| {
        uevent.at = at;
        Ok(uevent.next()?.map(|pair| (pair, uevent.at)))
    });
    let ((key, value), at) = match next {
        Ok(Some(next)) => next,
        Ok(None) => return 0,
        Err(code) => return code.raw(),
    };
    // SAFETY: not NULL, and the contract.
    unsafe { pos.write(at) };
    // SAFETY: as above.
    unsafe { ret_key.write(key.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { ret_key_len.write(key.len()) };
    // SAFETY: as above.
    unsafe { ret_value.write(value.as_ptr().cast()) };
    1
}
