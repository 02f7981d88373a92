// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: addresses, groups, options, buffers.
//!
//! Each getter returns the value in use. On a socket whose other end is a peer in memory, or AF_UNIX, the setters
//! check their arguments, do nothing and succeed, and the getters return 0.

use super::pointers::switch;
use core::ffi::{c_int, c_void};
use nlrs_core::error::{Code, Result};
use nlrs_core::socket::{Address, BufferKind, Socket};

/// The socket behind a pointer that is not NULL.
macro_rules! socket {
    ($s:expr) => {{
        not_null!($s => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract an open socket, to which shared references may exist.
        unsafe { &*$s }
    }};
}

/// Writes a value to the caller's pointer; returns 0 or the code.
///
/// # Safety
/// `ret` has room.
unsafe fn put<T>(value: Result<T>, ret: *mut T) -> c_int {
    match value {
        Ok(value) => {
            // SAFETY: the caller's promise.
            unsafe { ret.write(value) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Turns a flag of SOL_NETLINK on or off.
///
/// - NETLINK_PKTINFO: report the group of each datagram.
/// - NETLINK_BROADCAST_ERROR: multicast sends fail if a receiver's buffer is full.
/// - NETLINK_NO_ENOBUFS: do not report overflows of the receive buffer; events are lost without NLRS_EOVERRUN.
/// - NETLINK_LISTEN_ALL_NSID: events of all namespaces that have an ID in the socket's own (CAP_NET_BROADCAST there;
///   Linux 4.2).
/// - NETLINK_CAP_ACK (Linux 4.3): acks and errors without the request's payload; on by default.
/// - NETLINK_EXT_ACK (4.12): extended acks; on by default.
/// - NETLINK_GET_STRICT_CHK (4.20): strict checking of dump requests; on by default for NETLINK_ROUTE.
///
/// @param option one of these, or a newer flag of linux/netlink.h
/// @param on     0 or 1
/// @return 0; -EINVAL: s is NULL, option is not from 1 to 31 or is known not to be a flag (NETLINK_ADD_MEMBERSHIP …),
///         or on is neither 0 nor 1; -ENOPROTOOPT: the kernel lacks the flag; -EPERM
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_flag(s: *mut Socket, option: c_int, on: c_int) -> c_int {
    let socket = socket!(s);
    let Some(on) = switch(on) else { return -libc::EINVAL };
    Code::of_result(&socket.set_flag(option, on))
}

/// Returns whether a flag of SOL_NETLINK is on.
///
/// Some kernels do not report NETLINK_LISTEN_ALL_NSID; then it is the value that was set through this socket object.
///
/// @return 1 or 0; -EINVAL: s is NULL, or option is not a flag, as in nlrs_socket_set_flag; -ENOPROTOOPT: the kernel
///         lacks the flag or does not report it
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_flag(s: *const Socket, option: c_int) -> c_int {
    match socket!(s).flag(option) {
        Ok(on) => c_int::from(on),
        Err(code) => code.raw(),
    }
}

/// Sets any option of the socket, as setsockopt(2).
///
/// SO_RCVTIMEO and SO_SNDTIMEO are the library's: use nlrs_socket_set_timeout.
///
/// @param value may be NULL if len is 0
/// @return 0; -EINVAL: s is NULL, or value is NULL and len is not 0; or the error of setsockopt
///
/// # Safety
/// `s` is NULL or an open socket; `value` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_option(
    s: *mut Socket,
    level: c_int,
    option: c_int,
    value: *const c_void,
    len: usize,
) -> c_int {
    // SAFETY: the caller's promise.
    let Some(value) = (unsafe { super::pointers::bytes(value, len) }) else { return -libc::EINVAL };
    Code::of_result(&socket!(s).set_option(level, option, value))
}

/// Reads any option of the socket, as getsockopt(2).
///
/// @param buf     gets the value; may be NULL if size is 0
/// @param size    the size of buf
/// @param ret_len gets the length that the kernel reported; for some options the length of the full value, also if
///                that is more than size
/// @return 0; -EINVAL: s or ret_len is NULL, or buf is NULL and size is not 0; or the error of getsockopt
///
/// # Safety
/// `s` is NULL or an open socket; `buf` has room for `size` bytes; `ret_len` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_option(
    s: *const Socket,
    level: c_int,
    option: c_int,
    buf: *mut c_void,
    size: usize,
    ret_len: *mut usize,
) -> c_int {
    not_null!(ret_len => -libc::EINVAL);
    // SAFETY: the caller's promise.
    let Some(buf) = (unsafe { super::pointers::bytes_mut(buf.cast(), size) }) else { return -libc::EINVAL };
    let len = socket!(s).get_option(level, option, buf);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { put(len, ret_len) }
}

/// Joins a multicast group.
///
/// @param group its number (RTNLGRP_…, not RTMGRP_…), from 1 on, also above 32
/// @return 0; -EINVAL: s is NULL, or the protocol has no such group; -EPERM: this process may not join the group
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_join(s: *mut Socket, group: u32) -> c_int {
    Code::of_result(&socket!(s).join(group))
}

/// Leaves a multicast group. Events that are in the receive buffer are still received.
///
/// @param group its number, as in nlrs_socket_join
/// @return 0, also if it was not joined; -EINVAL: s is NULL, or the protocol has no such group
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_leave(s: *mut Socket, group: u32) -> c_int {
    Code::of_result(&socket!(s).leave(group))
}

/// Returns which multicast groups are joined (Linux 4.2).
///
/// @param ret_groups gets their numbers in ascending order, at most max of them; may be NULL if max is 0
/// @param max        how many numbers ret_groups can hold
/// @return how many groups are joined, also if that is more than max; -EINVAL: s is NULL, or ret_groups is NULL and max
///         is not 0; -ENOPROTOOPT: the kernel lacks it; -ENOMEM
///
/// # Safety
/// `s` is NULL or an open socket; `ret_groups` has room for `max` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_groups(s: *const Socket, ret_groups: *mut u32, max: usize) -> c_int {
    let socket = socket!(s);
    // SAFETY: the contract.
    let Some(groups) = (unsafe { super::pointers::items_mut(ret_groups, max) }) else { return -libc::EINVAL };
    match socket.memberships(groups) {
        Ok(count) => c_int::try_from(count).unwrap_or(c_int::MAX),
        Err(code) => code.raw(),
    }
}

/// Connects to a port ID: datagrams sent without an address go to it, and it is accepted as a sender, beside the
/// kernel.
///
/// A socket is connected to the kernel when it is opened, unless it accepts any sender.
///
/// @param portid the port ID; 0: the kernel
/// @param group  a group that gets what is sent too, by its number; 0: none
/// @return 0; -EINVAL: s is NULL; -ERANGE: group is above 32, the largest that a netlink address can name; -EPERM:
///         the protocol does not let this user send to other programs or groups
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_connect(s: *mut Socket, portid: u32, group: u32) -> c_int {
    let socket = socket!(s);
    Code::of_result(&Address::new(portid, group).and_then(|address| socket.connect(address)))
}

/// Ends the connection to a port ID: datagrams sent without an address go to the kernel, and they are accepted from
/// the kernel alone, or from any sender if the socket was opened so.
///
/// @return 0; -EINVAL: s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_disconnect(s: *mut Socket) -> c_int {
    Code::of_result(&socket!(s).disconnect())
}

/// Returns the port ID that the socket is connected to.
///
/// @return the port ID; 0: the kernel, or not connected; 0 also if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_peer_portid(s: *const Socket) -> u32 {
    not_null!(s => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.peer()
}

/// Sets the size of a buffer.
fn set_buffer(socket: &Socket, kind: BufferKind, bytes: usize) -> c_int {
    match socket.set_buffer(kind, bytes) {
        Ok(clamped) => c_int::from(clamped),
        Err(code) => code.raw(),
    }
}

/// Sets the size of the receive buffer.
///
/// The limit net.core.rmem_max is exceeded if this process may (SO_RCVBUFFORCE; CAP_NET_ADMIN in the initial user
/// namespace). When the buffer is full, events are lost, and the next receive fails with NLRS_EOVERRUN.
///
/// @param bytes at most 2^30 - 1
/// @return 0: granted; 1: the kernel granted less (nlrs_socket_recv_buffer returns how much); -EINVAL: s is NULL;
///         -ERANGE: more than 2^30 - 1
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_recv_buffer(s: *mut Socket, bytes: usize) -> c_int {
    set_buffer(socket!(s), BufferKind::Receive, bytes)
}

/// Sets the size of the send buffer, which limits the length of a datagram.
///
/// As nlrs_socket_set_recv_buffer otherwise; the limit is net.core.wmem_max.
///
/// @param bytes at most 2^30 - 1
/// @return as nlrs_socket_set_recv_buffer
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_send_buffer(s: *mut Socket, bytes: usize) -> c_int {
    set_buffer(socket!(s), BufferKind::Send, bytes)
}

/// Reads the size of the receive buffer.
///
/// @param ret_bytes gets the size as the kernel counts it: twice what was set, because its overhead for each datagram
///                  is included
/// @return 0; -EINVAL: s or ret_bytes is NULL
///
/// # Safety
/// `s` is NULL or an open socket; `ret_bytes` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_recv_buffer(s: *const Socket, ret_bytes: *mut usize) -> c_int {
    not_null!(ret_bytes => -libc::EINVAL);
    let value = socket!(s).buffer(BufferKind::Receive);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { put(value, ret_bytes) }
}

/// Reads the size of the send buffer.
///
/// @param ret_bytes gets the size, counted as in nlrs_socket_recv_buffer
/// @return 0; -EINVAL: s or ret_bytes is NULL
///
/// # Safety
/// `s` is NULL or an open socket; `ret_bytes` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_send_buffer(s: *const Socket, ret_bytes: *mut usize) -> c_int {
    not_null!(ret_bytes => -libc::EINVAL);
    let value = socket!(s).buffer(BufferKind::Send);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { put(value, ret_bytes) }
}
