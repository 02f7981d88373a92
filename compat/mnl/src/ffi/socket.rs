// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets
//!
//! One system call a function, waiting as the descriptor waits: libmnl has no deadline, no retry and no buffer of its
//! own, and passes out what any sender sent.

use super::fail;
use core::ffi::{c_int, c_uint, c_void};
use core::mem::zeroed;
use core::ptr;
use libc::{pid_t, sockaddr_nl, socklen_t, ssize_t};

/// A netlink socket.
#[derive(Debug)]
pub struct Socket {
    fd: c_int,
    /// The port ID that the kernel gave at the last bind that succeeded; 0: none yet.
    portid: u32,
}

#[allow(clippy::cast_possible_truncation)] // 16
const AF_NETLINK: libc::sa_family_t = libc::AF_NETLINK as libc::sa_family_t;
#[allow(clippy::cast_possible_truncation)] // 12
const ADDRESS_LEN: socklen_t = size_of::<sockaddr_nl>() as socklen_t;

/// SOL_NETLINK of the kernel.
const SOL_NETLINK: c_int = 270;

fn address(portid: u32, groups: u32) -> sockaddr_nl {
    // SAFETY: plain numbers; the padding must be zero.
    let mut address: sockaddr_nl = unsafe { zeroed() };
    address.nl_family = AF_NETLINK;
    address.nl_pid = portid;
    address.nl_groups = groups;
    address
}

/// The address that a descriptor is bound to, and its length.
fn bound_to(fd: c_int) -> Option<(sockaddr_nl, socklen_t)> {
    let mut address = address(0, 0);
    let mut len = ADDRESS_LEN;
    // SAFETY: a live address and its length.
    if unsafe { libc::getsockname(fd, (&raw mut address).cast(), &mut len) } < 0 {
        return None;
    }
    Some((address, len))
}

/// A Socket on the heap; NULL: no memory.
fn allocate(fd: c_int, portid: u32) -> *mut Socket {
    // SAFETY: malloc takes any size.
    let socket = unsafe { libc::malloc(size_of::<Socket>()) }.cast::<Socket>();
    if !socket.is_null() {
        // SAFETY: fresh memory of a Socket's size, aligned as malloc does.
        unsafe { socket.write(Socket { fd, portid }) };
    }
    socket
}

/// Opens a socket of a netlink protocol (NETLINK_ROUTE, …).
///
/// @return the socket, for mnl_socket_close; NULL with errno of the system call
#[unsafe(no_mangle)]
pub extern "C" fn mnl_socket_open(bus: c_int) -> *mut Socket {
    mnl_socket_open2(bus, 0)
}

/// Opens a socket with flags of socket(2): SOCK_CLOEXEC, SOCK_NONBLOCK.
///
/// @return the socket, for mnl_socket_close; NULL with errno of the system call
#[unsafe(no_mangle)]
pub extern "C" fn mnl_socket_open2(bus: c_int, flags: c_int) -> *mut Socket {
    // SAFETY: socket takes any numbers.
    let fd = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | flags, bus) };
    if fd < 0 {
        return ptr::null_mut();
    }
    let socket = allocate(fd, 0);
    if socket.is_null() {
        // SAFETY: ours. A close that succeeds leaves ENOMEM in errno.
        unsafe { libc::close(fd) };
    }
    socket
}

/// Makes a socket of a descriptor. It belongs to the socket from then on: mnl_socket_close closes it.
///
/// @return the socket; NULL with errno of the system call, as for a descriptor that is not open; it stays open then
#[unsafe(no_mangle)]
pub extern "C" fn mnl_socket_fdopen(fd: c_int) -> *mut Socket {
    let Some((address, _)) = bound_to(fd) else {
        return ptr::null_mut();
    };
    allocate(fd, if address.nl_family == AF_NETLINK { address.nl_pid } else { 0 })
}

/// Binds to a port ID (MNL_SOCKET_AUTOPID: one of the kernel's choice) and to groups 1 … 32, by bits.
///
/// @return 0; or -1 with errno of the system call. The socket's port ID is unchanged then
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_bind(nl: *mut Socket, groups: c_uint, pid: pid_t) -> c_int {
    // SAFETY: the caller's promise.
    let socket = unsafe { &mut *nl };
    let wanted = address(u32::from_ne_bytes(pid.to_ne_bytes()), groups);
    // SAFETY: a live address and its length.
    if unsafe { libc::bind(socket.fd, (&raw const wanted).cast(), ADDRESS_LEN) } < 0 {
        return -1;
    }
    match bound_to(socket.fd) {
        Some((address, ADDRESS_LEN)) if address.nl_family == AF_NETLINK => {
            socket.portid = address.nl_pid;
            0
        }
        Some(_) => fail(libc::EINVAL),
        None => -1,
    }
}

/// Closes the socket and its descriptor, and frees it. NULL is allowed.
///
/// @return 0; or -1 with errno of close(2). The socket is closed all the same
///
/// # Safety
/// `nl` is NULL or a socket, which is closed then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_close(nl: *mut Socket) -> c_int {
    if nl.is_null() {
        return 0;
    }
    // SAFETY: the caller's promise.
    let fd = unsafe { (*nl).fd };
    // SAFETY: close takes any number; this one is the socket's.
    let code = unsafe { libc::close(fd) };
    // SAFETY: from malloc.
    unsafe { libc::free(nl.cast()) };
    code
}

/// The descriptor.
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_get_fd(nl: *const Socket) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { (*nl).fd }
}

/// The port ID; 0 before mnl_socket_bind.
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_get_portid(nl: *const Socket) -> c_uint {
    // SAFETY: the caller's promise.
    unsafe { (*nl).portid }
}

/// Sends a datagram to the kernel.
///
/// @return the bytes that were sent; -1 with errno of the system call
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_sendto(nl: *const Socket, req: *const c_void, siz: usize) -> ssize_t {
    let kernel = address(0, 0);
    // SAFETY: the caller's promise.
    let fd = unsafe { (*nl).fd };
    // SAFETY: a live address; the kernel checks the caller's memory.
    unsafe { libc::sendto(fd, req, siz, 0, (&raw const kernel).cast(), ADDRESS_LEN) }
}

/// Receives a datagram. It waits unless the descriptor is non-blocking. The sender is not reported: it may be any
/// program.
///
/// @return the bytes that were received; -1 with errno ENOSPC: longer than bufsiz, and lost; EINVAL: not from a netlink socket;
///         otherwise that of the system call
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_recvfrom(nl: *const Socket, buf: *mut c_void, bufsiz: usize) -> ssize_t {
    let mut from = address(0, 0);
    let mut iov = libc::iovec { iov_base: buf, iov_len: bufsiz };
    // SAFETY: msghdr is plain numbers and pointers, for which zero is "none".
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_name = (&raw mut from).cast();
    header.msg_namelen = ADDRESS_LEN;
    header.msg_iov = &raw mut iov;
    header.msg_iovlen = 1;
    // SAFETY: the caller's promise.
    let fd = unsafe { (*nl).fd };
    // SAFETY: everything that the header points to lives through the call; the kernel checks the caller's memory.
    let len = unsafe { libc::recvmsg(fd, &raw mut header, 0) };
    if len < 0 {
        return len;
    }
    if header.msg_flags & libc::MSG_TRUNC != 0 {
        return fail(libc::ENOSPC) as ssize_t;
    }
    if header.msg_namelen != ADDRESS_LEN {
        return fail(libc::EINVAL) as ssize_t;
    }
    len
}

/// Sets an option of SOL_NETLINK: NETLINK_ADD_MEMBERSHIP, …
///
/// @return 0; or -1 with errno of the system call
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_setsockopt(
    nl: *const Socket,
    r#type: c_int,
    buf: *mut c_void,
    len: socklen_t,
) -> c_int {
    // SAFETY: the caller's promise.
    let fd = unsafe { (*nl).fd };
    // SAFETY: the kernel checks the caller's memory.
    unsafe { libc::setsockopt(fd, SOL_NETLINK, r#type, buf, len) }
}

/// Reads an option of SOL_NETLINK; *len is the room in buf and becomes the option's length.
///
/// @return 0; or -1 with errno of the system call
///
/// # Safety
/// `nl` is a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_socket_getsockopt(
    nl: *const Socket,
    r#type: c_int,
    buf: *mut c_void,
    len: *mut socklen_t,
) -> c_int {
    // SAFETY: the caller's promise.
    let fd = unsafe { (*nl).fd };
    // SAFETY: the kernel checks the caller's memory.
    unsafe { libc::getsockopt(fd, SOL_NETLINK, r#type, buf, len) }
}
