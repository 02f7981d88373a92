// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: open, ask, cancel, close.
//!
//! A socket locks inside: whatever takes one may be called from several threads at once. Requests, dumps and batches (below)
//! are what most programs use it for; the functions that send and receive datagrams as they are do not go together with those
//! on one socket at one time, since each takes what the other waits for.

use core::ffi::c_int;
use nlrs_core::error::{Code, Result};
use nlrs_core::mem::Shared;
use nlrs_core::socket::{Socket, SocketOptions};
use nlrs_core::sys::fd::Fd;

/// Open a netlink socket.
///
/// With options NULL it has good defaults: it is closed on exec; the kernel chooses its port ID; extended acks and capped
/// acks are on, and on NETLINK_ROUTE strict checking of dump requests, each where the kernel has it; its receive buffer
/// is at least 32 KiB; it hears the kernel alone; an operation may take 30 seconds; it can be cancelled, for which it has
/// a second descriptor.
///
/// With NLRS_DEBUG in the environment (it is looked at here alone, and not in programs that run with more rights than their
/// caller) the socket tells of each datagram: 1, as lines on standard error; pcap:FILE, as a capture that Wireshark reads; any
/// other value is the file that gets the lines. Files are appended to and are for their owner alone; where one cannot be
/// opened the lines go to standard error.
///
/// @param protocol   NETLINK_ROUTE … of linux/netlink.h
/// @param options    NULL, or how; it is read, not kept
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL if ret_socket is NULL; -EPROTONOSUPPORT if the kernel lacks the protocol; -EMFILE, -ENFILE: too many
///         descriptors; -EADDRINUSE if the port ID asked for is taken; -EPERM if a group or a namespace asked for is not
///         allowed; -ENOENT, -EACCES, -EBADF, -EINVAL if the namespace cannot be opened or is none; -EAGAIN if no thread can
///         be made to enter it; -ENOPROTOOPT if the kernel lacks an option asked for; -ENOMEM
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
    unsafe { give(Socket::open(protocol, options), ret_socket) }
}

/// Hands a new socket out.
///
/// # Safety
/// `ret_socket` has room.
#[inline(never)]
pub(super) unsafe fn give(socket: Result<Socket>, ret_socket: *mut *mut Socket) -> c_int {
    match socket.and_then(Shared::new) {
        Ok(socket) => {
            // SAFETY: the caller's promise.
            unsafe { ret_socket.write(socket.into_raw()) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Make a socket of a descriptor that is open already: one inherited, or given by another program.
///
/// The descriptor is taken over: the socket has another one for the same open socket, close-on-exec (nlrs_socket_fd), and the
/// one given is closed.
///
/// A netlink socket that has no address gets one, and extended and capped acks are switched on as by nlrs_socket_open. A
/// connected AF_UNIX socket of type SOCK_SEQPACKET serves too: at its other end is whoever plays the kernel, in tests
/// for instance.
///
/// @param fd         the descriptor; on failure it stays yours
/// @param protocol   -1: whatever it is; else the protocol that it must be of, or that is spoken over the AF_UNIX socket
/// @param options    NULL, or how; namespace and flags are not looked at, port ID and groups only if it has no address yet
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL if ret_socket is NULL, or protocol is -1 for AF_UNIX; -EBADF, -ENOTSOCK: no socket; -EAFNOSUPPORT: neither
///         AF_NETLINK nor AF_UNIX; -ESOCKTNOSUPPORT: AF_UNIX, but not SOCK_SEQPACKET; -EPROTOTYPE: of another protocol; -EMFILE,
///         -ENFILE; -ENOMEM
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
        drop(Fd::from_raw(fd));
    }
    code
}

/// As nlrs_socket_adopt, but the descriptor stays yours, and so do the socket's options.
///
/// Closing either descriptor leaves the other open.
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

/// What adopt and borrow share.
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
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give(Socket::from_descriptor(fd, protocol, options, borrow), ret_socket) }
}

/// Close a socket but keep what it stands for: the netlink socket stays open, with its address, groups and options.
///
/// @param s closed on success as by nlrs_socket_close; on failure as it was
/// @return a descriptor, close-on-exec, that is yours now (its number may be another than nlrs_socket_fd's); -EINVAL if s is NULL; -EMFILE
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
            fd
        }
        Err(code) => code.raw(),
    }
}

/// Close a socket. NULL is allowed.
///
/// Dumps that are still open on it stay valid objects: each fails with NLRS_ECLOSED from now on and must still be ended;
/// the memory lives until the last of them is. A call of another thread that is in progress is woken and fails with
/// NLRS_ECLOSED. No call may begin on the socket after this.
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_close(s: *mut Socket) {
    not_null!(s);
    // SAFETY: from Shared::into_raw in nlrs_socket_open, closed once.
    let socket = unsafe { Shared::from_raw(s) };
    socket.close();
}

/// Ask for the descriptor.
///
/// It stays the socket's: poll it, but do not read from it or close it.
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

/// Ask what to poll the descriptor for: POLLIN, and POLLOUT too while the last send has found no room.
///
/// When poll reports one of these, or POLLERR, call again what said -EAGAIN.
///
/// @return events of poll(2); EPOLLIN and EPOLLOUT have the same values; -EINVAL if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_events(s: *const Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    c_int::from(unsafe { &*s }.events())
}

/// Ask for the protocol of the socket (NETLINK_ROUTE …).
///
/// @return the protocol; -EINVAL if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_protocol(s: *const Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.protocol()
}

/// Ask how many datagrams were dropped because neither the kernel nor the peer that the socket is connected to had sent them.
///
/// What the kernel itself refuses, as it does of unicasts to a socket that talks to the kernel alone, is not among them.
///
/// @return how many; 0 also if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_foreign(s: *const Socket) -> usize {
    not_null!(s => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*s }.foreign_count()
}

/// Ask for the port ID that the kernel knows the socket by.
///
/// It has nothing to do with the process ID.
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

/// Set how long each whole operation on the socket may wait.
///
/// It covers an operation from its first wait to its end, sending and receiving, whatever arrives meanwhile: two limits,
/// as SO_SNDTIMEO and SO_RCVTIMEO are, would each start anew with every datagram and bound nothing. In a dump read message by
/// message only the time inside the calls counts. The default is 30,000. What is under way keeps the timeout that it began
/// with.
///
/// @param milliseconds < 0: no limit; 0: never wait; more than 2^31 - 1 (24 days) is taken as that
/// @return 0; -EINVAL if s is NULL
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

/// Ask for the timeout in force, in milliseconds.
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

/// End the calls that are in progress on the socket, or if there is none the next one, once, with NLRS_ECANCELED.
///
/// May be called from any thread and from a signal handler; errno is left as it was. The socket stays usable. Two
/// cancellations with no call between them count as one.
///
/// @return 0; -EINVAL if s is NULL; -EOPNOTSUPP if the socket was opened without the means to cancel
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_cancel(s: *mut Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*s }.cancel())
}
