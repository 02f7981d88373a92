// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets

use super::{RTNL_HANDLE_F_LISTEN_ALL_NSID, RTNL_HANDLE_F_STRICT_CHK, rtnl_handle};
use crate::receive::ADDRESS_LEN;
use crate::stderr;
use crate::wire::{
    NETLINK_ADD_MEMBERSHIP, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_LISTEN_ALL_NSID, NETLINK_ROUTE,
    SOL_NETLINK,
};
use core::ffi::{CStr, c_int, c_uint, c_void};
use core::mem::zeroed;
use libc::{sockaddr_nl, socklen_t};

/// Bytes of the receive buffer of sockets that are opened from now on; 1 MiB unless the program says otherwise.
#[unsafe(no_mangle)]
pub static mut rcvbuf: c_int = 1024 * 1024;

/// Bytes of the send buffer.
const SNDBUF: c_int = 32768;

#[allow(clippy::cast_possible_truncation)] // 12
const NAME_LEN: socklen_t = ADDRESS_LEN as socklen_t;

/// Sets an option that is an int; -1 with errno.
fn set(fd: c_int, level: c_int, option: c_int, value: c_int) -> c_int {
    #[allow(clippy::cast_possible_truncation)] // 4
    let len = size_of::<c_int>() as socklen_t;
    // SAFETY: a live int.
    unsafe { libc::setsockopt(fd, level, option, (&raw const value).cast::<c_void>(), len) }
}

/// Opens a socket of NETLINK_ROUTE, as rtnl_open_byproto does.
///
/// @param rth            what becomes the handle
/// @param subscriptions  bitmap of the groups 1 to 32 to join
/// @return 0; -1 after a text on stderr, with errno
///
/// # Safety
/// `rth` is a struct rtnl_handle that may be written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_open(rth: *mut rtnl_handle, subscriptions: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { rtnl_open_byproto(rth, subscriptions, NETLINK_ROUTE) }
}

/// Opens a socket: send buffer 32768 bytes, receive buffer rcvbuf, extended acks on, port ID of the kernel's choice.
///
/// @param rth            what becomes the handle; what it was before is not looked at. After a failure its fd is -1
/// @param subscriptions  bitmap of the groups 1 to 32 to join
/// @param protocol       NETLINK_ROUTE, NETLINK_GENERIC, …
/// @return 0; -1 after a text on stderr, with errno
///
/// # Safety
/// `rth` is a struct rtnl_handle that may be written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_open_byproto(rth: *mut rtnl_handle, subscriptions: c_uint, protocol: c_int) -> c_int {
    // SAFETY: plain numbers and a pointer that may be NULL.
    let mut handle: rtnl_handle = unsafe { zeroed() };
    handle.proto = protocol;
    // SAFETY: numbers alone.
    handle.fd = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol) };
    let result =
        if handle.fd < 0 { failed(c"Cannot open netlink socket") } else { prepare(&mut handle, subscriptions) };
    if result < 0 && handle.fd >= 0 {
        let code = stderr::errno();
        // SAFETY: the socket's own descriptor.
        unsafe { libc::close(handle.fd) };
        handle.fd = -1;
        stderr::set_errno(code);
    }
    // SAFETY: the caller's promise.
    unsafe { rth.write(handle) };
    result
}

/// -1 after a text with the reason.
fn failed(what: &CStr) -> c_int {
    stderr::failure(what);
    -1
}

/// Sets options, address and sequence number of a socket that was just made.
fn prepare(handle: &mut rtnl_handle, subscriptions: c_uint) -> c_int {
    if set(handle.fd, libc::SOL_SOCKET, libc::SO_SNDBUF, SNDBUF) < 0 {
        return failed(c"SO_SNDBUF");
    }
    // SAFETY: an int that the program may set; it does so before it opens sockets.
    let receive_buffer = unsafe { (&raw const rcvbuf).read() };
    if set(handle.fd, libc::SOL_SOCKET, libc::SO_RCVBUF, receive_buffer) < 0 {
        return failed(c"SO_RCVBUF");
    }
    // Kernels before 4.12 know no extended acks.
    set(handle.fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    // SAFETY: plain numbers.
    handle.local = unsafe { zeroed::<sockaddr_nl>() };
    #[allow(clippy::cast_possible_truncation)] // 16
    let family = libc::AF_NETLINK as libc::sa_family_t;
    handle.local.nl_family = family;
    handle.local.nl_groups = subscriptions;
    // SAFETY: a live address with its length.
    if unsafe { libc::bind(handle.fd, (&raw const handle.local).cast(), NAME_LEN) } < 0 {
        return failed(c"Cannot bind netlink socket");
    }
    let mut len = NAME_LEN;
    // SAFETY: a live address with its length.
    if unsafe { libc::getsockname(handle.fd, (&raw mut handle.local).cast(), &raw mut len) } < 0 {
        return failed(c"Cannot getsockname");
    }
    if len != NAME_LEN {
        stderr::number(c"Wrong address length ", c_int::try_from(len).unwrap_or(c_int::MAX), c"\n");
        stderr::set_errno(libc::EINVAL);
        return -1;
    }
    if handle.local.nl_family != family {
        stderr::number(c"Wrong address family ", c_int::from(handle.local.nl_family), c"\n");
        stderr::set_errno(libc::EINVAL);
        return -1;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a number to begin with
    // SAFETY: NULL: the time is the result alone.
    let now = unsafe { libc::time(core::ptr::null_mut()) } as u32;
    handle.seq = now;
    0
}

/// Joins a multicast group of any number.
///
/// @return 0; -1 with errno
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_add_nl_group(rth: *mut rtnl_handle, group: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    set(unsafe { (*rth).fd }, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, stderr::signed(group))
}

/// Closes the socket and sets the handle's fd to -1. A handle whose fd is -1 already is left as it is.
///
/// # Safety
/// `rth` is a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_close(rth: *mut rtnl_handle) {
    // SAFETY: the caller's promise.
    let fd = unsafe { &raw mut (*rth).fd };
    // SAFETY: as above.
    if unsafe { *fd } >= 0 {
        // SAFETY: close takes any number; this one is the socket's.
        unsafe {
            libc::close(*fd);
            *fd = -1;
        }
    }
}

/// Asks the kernel to check dump requests strictly and to filter by their headers and attributes (Linux 4.20), and sets
/// RTNL_HANDLE_F_STRICT_CHK in the handle's flags where the kernel can. Without it, the kernel returns more than was asked for.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_set_strict_dump(rth: *mut rtnl_handle) {
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    if set(handle.fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1) >= 0 {
        handle.flags |= RTNL_HANDLE_F_STRICT_CHK;
    }
}

/// Receives events of all network namespaces that have an ID in this one. rtnl_listen then says which.
///
/// @return 0; -1 after a text on stderr, with errno
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_listen_all_nsid(rth: *mut rtnl_handle) -> c_int {
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    if set(handle.fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1) < 0 {
        return failed(c"NETLINK_LISTEN_ALL_NSID");
    }
    handle.flags |= RTNL_HANDLE_F_LISTEN_ALL_NSID;
    0
}
