// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names and indices of links, and waiting for an object.

use crate::exchange::{nlrs_msg_fn, refuse};
use crate::pointers::{EINVAL, text_at, write_result};
use crate::table::objects_of;
use core::ffi::{c_char, c_int, c_void};
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::lookup::{self, LinkName};
use nlrs_core::mem::Shared;
use nlrs_core::monitor;
use nlrs_core::socket::{Socket, SocketOptions};
use nlrs_core::wire::message::Message;

/// Returns the index of the link that has a name, or since Linux 5.5 an alternative name, by one request.
///
/// @param s          a socket of NETLINK_ROUTE
/// @param name       the name
/// @param ret_index  gets the index
/// @param err        gets the details; may be NULL
/// @return 0; -ENODEV: no link has that name; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, name or
///         ret_index is NULL, or the
///         name is empty or longer than 127 bytes; or as nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `name` is NULL or ends with a NUL; `ret_index` is NULL or may be written; `err` is
/// NULL or a live error
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
/// @return 0; -ENODEV: no link has that index; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s or ret_name
///         is NULL, or index is 0; or
///         as nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `ret_name` is NULL or has 16 bytes to be written; `err` is NULL or a live error
/// object.
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

/// Waits for the first object that a function accepts: an address appears, a link comes up, a route is added.
///
/// Correct whatever happens meanwhile: the multicast groups are joined before the table is read, and read again after a
/// loss, so that
/// fn gets each object that is there, and each that is added or changed later, until it accepts one. The call has
/// sockets of its own.
///
/// @param objects       NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS or NLRS_RULES
/// @param family        AF_INET, AF_INET6 or 0 for both; of neighbours also AF_BRIDGE
/// @param milliseconds  for the whole call; below 0: without limit
/// @param options       NULL means the defaults; the timeout in it is not used
/// @param fn            called with each object, which is valid until it returns. NLRS_STOP: this is the one; 0: go on;
///         negative: end the
///                      call with that code. It must not unwind or longjmp
/// @param arg           passed to fn; used until the call returns
/// @return 0: fn accepted an object; NLRS_ETIMEDOUT: none in that time; the negative code that fn returned; -EINVAL: fn
///         is NULL, or there is
///         no such objects or family; -ERANGE: family is more than 255; or as nlrs_monitor_open() and
///         nlrs_monitor_next()
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_wait(
    objects: u32,
    family: u32,
    milliseconds: i64,
    options: *const SocketOptions,
    r#fn: nlrs_msg_fn,
    arg: *mut c_void,
) -> c_int {
    let Some(function) = r#fn else { return EINVAL };
    let Ok(family) = u8::try_from(family) else { return Code::ERANGE.raw() };
    let Some(objects) = objects_of(objects) else { return EINVAL };
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the contract.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: the caller's function with the caller's argument; the message lives through the call.
    let mut each = |message: &Message<'_>| unsafe { function(message.bytes().as_ptr().cast(), arg) };
    Code::of_result(&monitor::wait(objects, family, milliseconds, options, &mut each))
}
