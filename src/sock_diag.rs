// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets of this host (NETLINK_SOCK_DIAG).

use crate::build::nlrs_msg;
use crate::record;
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::family::record::Fields;
use nlrs_core::family::sock_diag::{InetSocket, UnixSocket, message_type};

/// Begins a request for sockets of IPv4 or IPv6: SOCK_DIAG_BY_FAMILY with struct inet_diag_req_v2.
///
/// For a dump, NLM_F_DUMP is set by nlrs_dump(). Bytecode that filters (INET_DIAG_REQ_BYTECODE) may follow as an
/// attribute.
///
/// @param m      messages under construction
/// @param flags  NLM_F_...
/// @param inet_socket  which sockets, and what about them
/// @param size   sizeof (struct nlrs_inet_socket)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not fit the header,
///         -E2BIG where a field is set that only a newer library knows; -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `inet_socket` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_inet_socket_begin(
    m: *mut nlrs_msg,
    flags: u32,
    inet_socket: *const InetSocket,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::begin(&InetSocket::REQUEST, m, message_type(), flags, inet_socket.cast(), size) }
}

/// Reads the kernel's answer about sockets of IPv4 or IPv6.
///
/// @param nlh             from a dump or a callback
/// @param ret_inet_socket  gets what the message holds; untouched on failure
/// @param size            sizeof (struct nlrs_inet_socket)
/// @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed;
///         -EINVAL: NULL, or size is
///         less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_inet_socket` is
/// NULL or has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_inet_socket_read(
    nlh: *const nlmsghdr,
    ret_inet_socket: *mut InetSocket,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::read(&InetSocket::LAYOUT, nlh, ret_inet_socket.cast(), size) }
}

/// Begins a request for sockets of AF_UNIX: SOCK_DIAG_BY_FAMILY with struct unix_diag_req.
///
/// For a dump, NLM_F_DUMP is set by nlrs_dump(). For one socket there are its inode and cookie.
///
/// @param m      messages under construction
/// @param flags  NLM_F_...
/// @param unix_socket  which sockets, and what about them
/// @param size   sizeof (struct nlrs_unix_socket)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not fit the header,
///         -E2BIG where a field is set that only a newer library knows; -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `unix_socket` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_unix_socket_begin(
    m: *mut nlrs_msg,
    flags: u32,
    unix_socket: *const UnixSocket,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::begin(&UnixSocket::REQUEST, m, message_type(), flags, unix_socket.cast(), size) }
}

/// Reads the kernel's answer about sockets of AF_UNIX.
///
/// @param nlh             from a dump or a callback
/// @param ret_unix_socket  gets what the message holds; untouched on failure
/// @param size            sizeof (struct nlrs_unix_socket)
/// @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed;
///         -EINVAL: NULL, or size is
///         less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_unix_socket` is
/// NULL or has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_unix_socket_read(
    nlh: *const nlmsghdr,
    ret_unix_socket: *mut UnixSocket,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::read(&UnixSocket::LAYOUT, nlh, ret_unix_socket.cast(), size) }
}
