// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: addresses, groups, options, buffers.
//!
//! Each getter tells what is in force. On a socket whose other end is a peer in memory, or AF_UNIX, the setters do nothing
//! and succeed, and the getters tell 0.

use core::ffi::{c_int, c_void};
use nlrs_core::error::{Code, Result};
use nlrs_core::socket::{BufferKind, Socket};

/// The socket behind a pointer that is not NULL.
macro_rules! socket {
    ($s:expr) => {{
        not_null!($s => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract an open socket, to which shared references may exist.
        unsafe { &*$s }
    }};
}

/// Writes a value out, or says why there is none.
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

/// Switch an option of SOL_NETLINK on or off.
///
/// NETLINK_PKTINFO: tell the group of each datagram. NETLINK_BROADCAST_ERROR: failed multicast sends are errors.
/// NETLINK_NO_ENOBUFS: overflows are not reported, and what is lost is lost silently. NETLINK_LISTEN_ALL_NSID: events of all namespaces
/// that have an ID in the socket's own (CAP_NET_BROADCAST there; Linux 4.2). NETLINK_CAP_ACK (4.3) and NETLINK_EXT_ACK (4.12): acks without
/// the request's payload, and with the kernel's words; on by default. NETLINK_GET_STRICT_CHK: strict checking of dump
/// requests, on by default for NETLINK_ROUTE (4.20).
///
/// @param option one of these, or a newer one, of linux/netlink.h
/// @param on     0: off; else on
/// @return 0; -EINVAL if s is NULL; -ENOPROTOOPT if the kernel lacks the option; -EPERM
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_flag(s: *mut Socket, option: c_int, on: c_int) -> c_int {
    Code::of_result(&socket!(s).set_flag(option, on != 0))
}

/// Ask whether an option of SOL_NETLINK is on.
///
/// Where the kernel does not tell of NETLINK_LISTEN_ALL_NSID, it is as this socket has set it.
///
/// @return 1 or 0; -EINVAL if s is NULL; -ENOPROTOOPT if the kernel lacks the option or does not tell
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

/// Set any option of the socket, as setsockopt(2).
///
/// For SO_RCVTIMEO and SO_SNDTIMEO see nlrs_socket_set_timeout: the library never blocks in the kernel, so they do nothing.
///
/// @return 0; -EINVAL if s is NULL, or value is NULL and len is not 0; or what setsockopt says
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

/// Ask for any option of the socket, as getsockopt(2).
///
/// @param value   gets the value; may be NULL if len is 0
/// @param ret_len gets the length that the kernel gave; of some options it is the length that the whole value has, even if
///                that is more than len
/// @return 0; -EINVAL if s or ret_len is NULL, or value is NULL and len is not 0; or what getsockopt says
///
/// # Safety
/// `s` is NULL or an open socket; `value` has room for `len` bytes; `ret_len` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_option(
    s: *const Socket,
    level: c_int,
    option: c_int,
    value: *mut c_void,
    len: usize,
    ret_len: *mut usize,
) -> c_int {
    not_null!(ret_len => -libc::EINVAL);
    // SAFETY: the caller's promise.
    let Some(value) = (unsafe { super::pointers::bytes_mut(value.cast(), len) }) else { return -libc::EINVAL };
    let got = socket!(s).get_option(level, option, value);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { put(got, ret_len) }
}

/// Join a multicast group.
///
/// @param group its number (RTNLGRP_…, not RTMGRP_…), from 1 on, also above 32
/// @return 0; -EINVAL if s is NULL or the protocol has no such group; -EPERM if the group is not for this process
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_join(s: *mut Socket, group: u32) -> c_int {
    Code::of_result(&socket!(s).join(group))
}

/// Leave a multicast group. Events that have arrived already are still received.
///
/// @return 0, also if it was not joined; -EINVAL if s is NULL or the protocol has no such group
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_leave(s: *mut Socket, group: u32) -> c_int {
    Code::of_result(&socket!(s).leave(group))
}

/// Ask which multicast groups are joined (Linux 4.2).
///
/// @param groups gets their numbers in ascending order, as many as there is room for; may be NULL if max is 0
/// @param max    how many numbers there is room for
/// @return how many groups are joined, also if that is more than max; -EINVAL if s is NULL, or groups is NULL and max is not
///         0; -ENOMEM
///
/// # Safety
/// `s` is NULL or an open socket; `groups` has room for `max` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_groups(s: *const Socket, groups: *mut u32, max: usize) -> c_int {
    let socket = socket!(s);
    let groups = match max.checked_mul(size_of::<u32>()) {
        Some(0) => &mut [],
        Some(len) if !groups.is_null() && isize::try_from(len).is_ok() => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { core::slice::from_raw_parts_mut(groups, max) }
        }
        _ => return -libc::EINVAL,
    };
    match socket.memberships(groups) {
        Ok(count) => c_int::try_from(count).unwrap_or(c_int::MAX),
        Err(code) => code.raw(),
    }
}

/// Ask for the groups of the socket's address, as a mask: those up to 32, bit 0 is group 1.
///
/// @return 0; -EINVAL if s or ret_groups is NULL
///
/// # Safety
/// `s` is NULL or an open socket; `ret_groups` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_group_mask(s: *const Socket, ret_groups: *mut u32) -> c_int {
    not_null!(ret_groups => -libc::EINVAL);
    let value = socket!(s).group_mask();
    // SAFETY: not NULL, and the caller's promise.
    unsafe { put(value, ret_groups) }
}

/// Connect to a peer: it gets what is sent without an address, and only it is heard, beside the kernel.
///
/// A socket is connected to the kernel when it is opened, unless it hears any sender.
///
/// @param portid the peer; 0: the kernel
/// @param groups mask of groups that get what is sent, too
/// @return 0; -EINVAL if s is NULL; -EPERM if the protocol is not for talk between programs of this user
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_connect(s: *mut Socket, portid: u32, groups: u32) -> c_int {
    Code::of_result(&socket!(s).connect(portid, groups))
}

/// Take the connection to a peer back: what is sent without an address goes to the kernel, and the kernel alone is heard, or
/// any sender if the socket was opened so.
///
/// @return 0; -EINVAL if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_disconnect(s: *mut Socket) -> c_int {
    Code::of_result(&socket!(s).disconnect())
}

/// Ask for the port ID that the socket is connected to; 0: the kernel, or not connected.
///
/// @return the port ID; 0 also if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_peer(s: *const Socket) -> u32 {
    not_null!(s => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.peer()
}

/// Sets a buffer.
fn set_buffer(socket: &Socket, kind: BufferKind, bytes: usize) -> c_int {
    match socket.set_buffer(kind, bytes) {
        Ok(clamped) => c_int::from(clamped),
        Err(code) => code.raw(),
    }
}

/// Ask for a receive buffer of so many bytes.
///
/// The administrator's limit (net.core.rmem_max) is passed over where this process may (SO_RCVBUFFORCE, CAP_NET_ADMIN in the first user
/// namespace). When the buffer is full the next receive fails with NLRS_EOVERRUN: events were lost.
///
/// @param bytes at most 2^30 - 1
/// @return 0: granted; 1: the kernel granted less (nlrs_socket_recv_buffer tells how much); -EINVAL if s is NULL; -ERANGE
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_recv_buffer(s: *mut Socket, bytes: usize) -> c_int {
    set_buffer(socket!(s), BufferKind::Receive, bytes)
}

/// Ask for a send buffer of so many bytes; it bounds the length of a datagram. Otherwise as nlrs_socket_set_recv_buffer, with
/// net.core.wmem_max.
///
/// @return as nlrs_socket_set_recv_buffer
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_send_buffer(s: *mut Socket, bytes: usize) -> c_int {
    set_buffer(socket!(s), BufferKind::Send, bytes)
}

/// Ask for the size of the receive buffer in force.
///
/// It is as the kernel counts: twice what was granted, since its own overhead for each datagram is part of it.
///
/// @return 0; -EINVAL if s or ret_bytes is NULL
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

/// Ask for the size of the send buffer in force, counted as in nlrs_socket_recv_buffer.
///
/// @return 0; -EINVAL if s or ret_bytes is NULL
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
