// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: open, ask, cancel, close.

use crate::error::Code;
use crate::socket::{Socket, SocketOptions};
use crate::sys::mem::{Shared, try_box};
use alloc::boxed::Box;
use core::ffi::c_int;

/// Make the options of a socket, with the defaults.
///
/// One object serves for any number of sockets and may be changed between them.
///
/// @return the options, to be freed with nlrs_socket_options_free; NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_socket_options_new() -> *mut SocketOptions {
    try_box(SocketOptions::new()).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Free the options. NULL is allowed. Sockets that were opened with them are not touched.
///
/// # Safety
/// `options` is NULL or from nlrs_socket_options_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_free(options: *mut SocketOptions) {
    not_null!(options);
    // SAFETY: from Box::into_raw in nlrs_socket_options_new, freed once.
    drop(unsafe { Box::from_raw(options) });
}

/// Open a netlink socket.
///
/// With options NULL it has good defaults: it is closed on exec; the kernel chooses its port ID; extended acks and capped
/// acks are on, and on NETLINK_ROUTE strict checking of dump requests, each where the kernel has it; its receive buffer
/// is at least 32 KiB; it hears the kernel alone; an operation may take 30 seconds; it can be cancelled, for which it has
/// a second descriptor.
///
/// @param protocol   NETLINK_ROUTE … of linux/netlink.h
/// @param options    NULL, or how; it is read, not kept
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL if ret_socket is NULL; -EPROTONOSUPPORT if the kernel lacks the protocol; -EMFILE, -ENFILE: too many
///         descriptors; -EADDRINUSE if the port ID asked for is taken; -EPERM if a group asked for is not allowed; -ENOMEM
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
    match Socket::open(protocol, options).and_then(Shared::new) {
        Ok(socket) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_socket.write(socket.into_raw()) };
            0
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
