// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names and indices of links.

use crate::exchange::refuse;
use crate::pointers::{text_at, write_result};
use core::ffi::{c_char, c_int};
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::lookup::{self, LinkName};
use nlrs_core::mem::Shared;
use nlrs_core::socket::Socket;

/// Returns the index of the link that has a name, or since Linux 5.5 an alternative name, by one request.
///
/// @param s          a socket of NETLINK_ROUTE
/// @param name       the name
/// @param ret_index  gets the index
/// @param err        gets the details; may be NULL
/// @return 0; -ENODEV: no link has that name; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, name or ret_index is NULL, or the
///         name is empty or longer than 127 bytes; or as nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `name` is NULL or ends with a NUL; `ret_index` is NULL or may be written; `err` is NULL or a live error
/// object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_index(
    s: *mut Socket,
    name: *const c_char,
    ret_index: *mut u32,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let err = unsafe { err.as_mut() };
    if s.is_null() || name.is_null() || ret_index.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    // SAFETY: the contract.
    let found = lookup::link_index(&socket, unsafe { text_at(name) }.unwrap_or(&[]), err);
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_index, found) }
}

/// Returns the name of the link that has an index, by one request.
///
/// @param s         a socket of NETLINK_ROUTE
/// @param index     the index
/// @param ret_name  gets the name with its NUL: has IF_NAMESIZE (16) bytes
/// @param err       gets the details; may be NULL
/// @return 0; -ENODEV: no link has that index; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s or ret_name is NULL, or index is 0; or
///         as nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `ret_name` is NULL or has 16 bytes to be written; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_name(
    s: *mut Socket,
    index: u32,
    ret_name: *mut c_char,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let err = unsafe { err.as_mut() };
    if s.is_null() || ret_name.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    let found = lookup::link_name(&socket, index, err);
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_name.cast::<LinkName>(), found) }
}
