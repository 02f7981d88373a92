// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: open, properties, timeout, cancel, close.
//!
//! A socket has a lock of its own: every function that takes one may be called from several threads at once. Most
//! programs use a socket for requests, dumps and batches (below). The functions that send and receive single
//! datagrams must not be used on a socket on which one of those is in progress: each would receive what the other
//! waits for.

use core::ffi::c_int;
use nlrs_core::error::{Code, Result};
use nlrs_core::mem::Shared;
use nlrs_core::socket::{Fd, FdRef, Socket, SocketOptions};

/// Opens a netlink socket.
///
/// The defaults (options NULL): close-on-exec; a port ID chosen by the kernel; extended acks and capped acks on, and
/// on NETLINK_ROUTE strict checking of dump requests, each if the kernel has it; a receive buffer of at least 32 KiB;
/// datagrams are accepted from the kernel alone; a timeout of 30 seconds for each operation; cancellation, which
/// takes a second descriptor.
///
/// The environment variable NLRS_DEBUG turns on tracing of the socket's datagrams: 1 writes lines to standard error,
/// pcap:FILE writes a capture that Wireshark reads, any other value is the name of a file to write the lines to. It
/// is read by the functions that open a socket, and ignored in programs that run with more privileges than their
/// caller (secure_getenv(3)). Files are opened for appending and created with mode 0600; if a file cannot be opened,
/// the lines go to standard error.
///
/// @param protocol   NETLINK_ROUTE … of linux/netlink.h
/// @param options    NULL means the defaults; read, not kept
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL: ret_socket is NULL; -EPROTONOSUPPORT: the kernel lacks the protocol; -EMFILE, -ENFILE: too
///         many descriptors; -EADDRINUSE: the port ID is in use; -EPERM: the namespace may not be entered; -ENOENT,
///         -EACCES, -EBADF, -EINVAL: the namespace cannot be opened, or is not a network namespace; -EAGAIN: no
///         thread could be created to enter it; -ENOPROTOOPT: the kernel lacks an option; -ERANGE: a buffer is too
///         large; -ENOMEM
///
/// # Safety
/// `options` is NULL or live options; `ret_socket` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_open(
    protocol: c_int,
    options: *const SocketOptions,
    ret_socket: *mut *mut Socket,
) -> c_int {
    not_null!(ret_socket => -libc::EINVAL);
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the caller's promise.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { return_socket(Socket::open(protocol, options), ret_socket) }
}

/// Writes a new socket to the caller's pointer.
///
/// # Safety
/// `ret_socket` has room.
#[inline(never)]
pub(super) unsafe fn return_socket(socket: Result<Socket>, ret_socket: *mut *mut Socket) -> c_int {
    match socket.and_then(Shared::new) {
        Ok(socket) => {
            // SAFETY: the caller's promise.
            unsafe { ret_socket.write(socket.into_raw()) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Makes a socket object for a descriptor that is already open, and takes over the descriptor.
///
/// On success fd is closed: the object uses a duplicate of it, close-on-exec, which nlrs_socket_fd returns.
///
/// A netlink socket that has no address is bound, and extended and capped acks are turned on as by nlrs_socket_open.
/// A connected AF_UNIX socket of type SOCK_SEQPACKET is accepted too: the process at its other end takes the kernel's
/// place, in tests for instance.
///
/// @param fd         the descriptor; on failure it remains open and yours
/// @param protocol   the protocol that the socket must have, or that is used over the AF_UNIX socket; -1: any, not
///                   for AF_UNIX
/// @param options    NULL means the defaults; the namespace is ignored, the port ID used only if the socket has no
///                   address
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL: ret_socket is NULL, or protocol is -1 for AF_UNIX; -EBADF; -ENOTSOCK; -EAFNOSUPPORT: neither
///         AF_NETLINK nor AF_UNIX; -ESOCKTNOSUPPORT: AF_UNIX, but not SOCK_SEQPACKET; -EPROTOTYPE: another protocol;
///         -EADDRINUSE; -EMFILE, -ENFILE; -ENOPROTOOPT: the kernel lacks an option; -ERANGE: a buffer is too large;
///         -ENOMEM
///
/// # Safety
/// `options` is NULL or live options; `ret_socket` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_adopt(
    fd: c_int,
    protocol: c_int,
    options: *const SocketOptions,
    ret_socket: *mut *mut Socket,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    let code = unsafe { from_descriptor(fd, protocol, options, false, ret_socket) };
    if code == 0 {
        // The socket has another one of its own.
        // SAFETY: the caller has given it up.
        drop(unsafe { Fd::from_raw(fd) });
    }
    code
}

/// As nlrs_socket_adopt, but fd remains open and yours, and no option of SOL_NETLINK is changed.
///
/// Closing fd does not close the object's duplicate, nor the reverse.
///
/// @return as nlrs_socket_adopt
///
/// # Safety
/// `options` is NULL or live options; `ret_socket` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_borrow(
    fd: c_int,
    protocol: c_int,
    options: *const SocketOptions,
    ret_socket: *mut *mut Socket,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    unsafe { from_descriptor(fd, protocol, options, true, ret_socket) }
}

/// nlrs_socket_adopt and nlrs_socket_borrow, without closing the descriptor.
///
/// # Safety
/// As nlrs_socket_adopt.
unsafe fn from_descriptor(
    fd: c_int,
    protocol: c_int,
    options: *const SocketOptions,
    borrow: bool,
    ret_socket: *mut *mut Socket,
) -> c_int {
    not_null!(ret_socket => -libc::EINVAL);
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the caller's promise.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: the caller's number, which the caller does not close now. One that is not open gives -EBADF.
    let fd = unsafe { FdRef::from_raw(fd) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { return_socket(Socket::from_descriptor(fd, protocol, options, borrow), ret_socket) }
}

/// Closes a socket object and returns a descriptor of its netlink socket, which keeps its address, groups and
/// options.
///
/// @param s closed on success, as by nlrs_socket_close; unchanged on failure
/// @return the descriptor, close-on-exec, yours to close (its number may differ from nlrs_socket_fd's); -EINVAL: s is
///         NULL; -EMFILE
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_release(s: *mut Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    match unsafe { &*s }.release() {
        Ok(fd) => {
            // SAFETY: as nlrs_socket_close wants it.
            unsafe { nlrs_socket_close(s) };
            fd.into_raw()
        }
        Err(code) => code.raw(),
    }
}

/// Closes a socket. NULL is allowed.
///
/// Dumps that are open on it remain valid objects: every call on them fails with NLRS_ECLOSED, and each must still be
/// ended; the socket's memory is freed with the last of them. A call in progress in another thread is woken and fails
/// with NLRS_ECLOSED. No call may begin on the socket after this one. A trace function (nlrs_socket_set_trace) is not
/// called after this has returned; if it is running in another thread, this waits until it has returned.
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_close(s: *mut Socket) {
    not_null!(s);
    // SAFETY: from Shared::into_raw in nlrs_socket_open, closed once.
    let socket = unsafe { Shared::from_raw(s) };
    socket.close();
    // Waits for a trace function in another thread. NLRS_EBUSY: it is the caller, which its contract forbids.
    let _ = socket.set_trace(None);
}

/// Returns the descriptor, to be polled for nlrs_socket_poll_events.
///
/// It is the socket's: do not read from it, write to it or close it.
///
/// @return the descriptor; -EINVAL if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_fd(s: *const Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.fd()
}

/// Returns what to poll the descriptor for: POLLIN, and also POLLOUT if the last send failed with -EAGAIN.
///
/// When poll(2) reports one of these, or POLLERR, repeat the call that returned -EAGAIN.
///
/// @return bits for poll(2); EPOLLIN and EPOLLOUT have the same values; -EINVAL: s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_poll_events(s: *const Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    c_int::from(unsafe { &*s }.poll_events())
}

/// Returns the protocol of the socket (NETLINK_ROUTE …).
///
/// @return the protocol; -EINVAL: s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_protocol(s: *const Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.protocol()
}

/// Returns how many datagrams were received and skipped because of their sender: neither the kernel nor the port ID
/// that the socket is connected to.
///
/// Datagrams that the kernel itself refuses, such as unicasts of other programs to a socket that is connected to the
/// kernel, are not counted.
///
/// @return the number; 0 also if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_skipped(s: *const Socket) -> usize {
    not_null!(s => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.skipped_count()
}

/// Returns the socket's port ID, its address.
///
/// It is not related to the process ID.
///
/// @return the port ID; 0 if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_portid(s: *const Socket) -> u32 {
    not_null!(s => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.portid()
}

/// Sets the timeout of operations on the socket: how long each may wait in total.
///
/// It covers one operation from its first wait to its end, sending and receiving, however many datagrams arrive.
/// (SO_SNDTIMEO and SO_RCVTIMEO would start again with each datagram.) In a dump read message by message only the
/// time inside the calls counts. The default is 30,000. An operation in progress keeps the timeout that it began
/// with.
///
/// @param milliseconds negative: no limit; 0: never wait; values above 2^31 - 1 (24 days) are reduced to that
/// @return 0; -EINVAL: s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_timeout(s: *mut Socket, milliseconds: i64) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.set_timeout(milliseconds);
    0
}

/// Returns the timeout of operations on the socket, in milliseconds.
///
/// @return the timeout; -1: no limit; 0 also if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_timeout(s: *const Socket) -> i64 {
    not_null!(s => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.timeout()
}

/// Cancels the calls in progress on the socket, or the next one if there is none: they fail with NLRS_ECANCELED.
///
/// May be called from any thread and from a signal handler; errno is preserved. The socket remains usable. Two
/// cancellations with no call between them count as one.
///
/// @return 0; -EINVAL: s is NULL; -EOPNOTSUPP: the socket was opened without cancellation
///         (nlrs_socket_options_set_cancelable)
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_cancel(s: *mut Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*s }.cancel())
}
