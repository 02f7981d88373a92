// SPDX-License-Identifier: MIT OR Apache-2.0
//! How sockets are opened: the options object.
//!
//! The options are read when a socket is opened and do not refer to it afterwards. nlrs_socket_join joins multicast
//! groups.

use super::pointers::switch;
use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int};
use nlrs_core::error::Code;
use nlrs_core::mem::try_box;
use nlrs_core::socket::{FdRef, SocketOptions};

/// The options behind a pointer that is not NULL.
macro_rules! options {
    ($options:expr) => {{
        not_null!($options => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract live options that nothing else uses now.
        unsafe { &mut *$options }
    }};
}

/// Makes an options object with the defaults.
///
/// One object may be used for any number of sockets and changed between them.
///
/// @return the options, to be freed with nlrs_socket_options_free; NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_socket_options_new() -> *mut SocketOptions {
    try_box(SocketOptions::new()).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Frees the options. NULL is allowed. Sockets that were opened with them are not affected.
///
/// # Safety
/// `options` is NULL or from nlrs_socket_options_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_free(options: *mut SocketOptions) {
    not_null!(options);
    // SAFETY: from Box::into_raw in nlrs_socket_options_new, freed once.
    drop(unsafe { Box::from_raw(options) });
}

/// Sets the port ID to bind to. 0, the default: the kernel chooses one that is not in use.
///
/// @return 0; -EINVAL: options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_portid(options: *mut SocketOptions, portid: u32) -> c_int {
    options!(options).set_portid(portid);
    0
}

/// Sets the timeout of operations, as nlrs_socket_set_timeout.
///
/// @return 0; -EINVAL: options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_timeout(options: *mut SocketOptions, milliseconds: i64) -> c_int {
    options!(options).set_timeout(milliseconds);
    0
}

/// Sets whether datagrams are accepted from any sender, for traffic between programs (NETLINK_USERSOCK). Default: 0,
/// from the kernel alone.
///
/// If it is on, datagrams of every program that may send to the socket are received: check the sender's port ID.
///
/// @param on 0 or 1
/// @return 0; -EINVAL: options is NULL, or on is neither 0 nor 1
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_any_sender(options: *mut SocketOptions, on: c_int) -> c_int {
    let options = options!(options);
    let Some(on) = switch(on) else { return -libc::EINVAL };
    options.set_any_sender(on);
    0
}

/// Sets whether each datagram comes with the credentials of its sender (SO_PASSCRED): process, user and group ID, for
/// which the kernel vouches. Default: 0.
///
/// nlrs_datagrams_credentials and nlrs_socket_event_credentials return them. On an open socket, nlrs_socket_set_option
/// turns SO_PASSCRED on or off.
///
/// @param on 0 or 1
/// @return 0; -EINVAL: options is NULL, or on is neither 0 nor 1
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_credentials(options: *mut SocketOptions, on: c_int) -> c_int {
    let options = options!(options);
    let Some(on) = switch(on) else { return -libc::EINVAL };
    options.set_credentials(on);
    0
}

/// Sets whether calls on the socket can be cancelled, for which it has a second descriptor. Default: 1.
///
/// If it is off, nlrs_socket_cancel returns -EOPNOTSUPP, and nlrs_socket_close does not wake a call of another
/// thread.
///
/// @param on 0 or 1
/// @return 0; -EINVAL: options is NULL, or on is neither 0 nor 1
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_cancelable(options: *mut SocketOptions, on: c_int) -> c_int {
    let options = options!(options);
    let Some(on) = switch(on) else { return -libc::EINVAL };
    options.set_cancelable(on);
    0
}

/// Sets the size of the receive buffer, as nlrs_socket_set_recv_buffer.
///
/// @param bytes 0, the default: the system's default, but at least 32 KiB; more than 2^30 - 1: nlrs_socket_open fails
///              with -ERANGE
/// @return 0; -EINVAL: options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_recv_buffer(options: *mut SocketOptions, bytes: usize) -> c_int {
    options!(options).set_recv_buffer(bytes);
    0
}

/// Sets the size of the send buffer, as nlrs_socket_set_send_buffer.
///
/// @param bytes 0, the default: the system's default; more than 2^30 - 1: nlrs_socket_open fails with -ERANGE
/// @return 0; -EINVAL: options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_send_buffer(options: *mut SocketOptions, bytes: usize) -> c_int {
    options!(options).set_send_buffer(bytes);
    0
}

/// Turns a flag of SOL_NETLINK on or off when the socket is opened, as nlrs_socket_set_flag.
///
/// If the kernel lacks the flag, nlrs_socket_open fails with -ENOPROTOOPT. (Flags that are on by default and were not
/// set here are left out then.)
///
/// @param option NETLINK_EXT_ACK … of linux/netlink.h
/// @param on     0 or 1
/// @return 0; -EINVAL: options is NULL, option is not a flag (nlrs_socket_set_flag), or on is neither 0 nor 1
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_flag(options: *mut SocketOptions, option: c_int, on: c_int) -> c_int {
    let options = options!(options);
    let Some(on) = switch(on) else { return -libc::EINVAL };
    Code::of_result(&options.set_flag(option, on))
}

/// Sets the network namespace to open the socket in, by a descriptor of /proc/PID/ns/net or of a bind mount of it, or
/// since Linux 5.8 by a pidfd.
///
/// The calling thread never leaves its own namespace, also if nlrs_socket_open fails: a thread with a small stack and
/// all signals blocked enters the other namespace, opens the socket and ends before nlrs_socket_open returns. Several
/// threads may do so at the same time. It needs CAP_SYS_ADMIN in both namespaces, else nlrs_socket_open fails with
/// -EPERM. Each nlrs_socket_options_set_netns_… replaces the choice of an earlier one.
///
/// @param fd remains yours; the options keep a duplicate of it until they are freed. -1: the caller's own namespace, the
///           default
/// @return 0; -EINVAL: options is NULL, or fd is below -1; -EBADF: fd is not open; -EMFILE
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_netns_fd(options: *mut SocketOptions, fd: c_int) -> c_int {
    let options = options!(options);
    match fd {
        ..-1 => -libc::EINVAL,
        -1 => {
            options.set_own_namespace();
            0
        }
        // SAFETY: the caller's number, which the caller does not close now. One that is not open gives -EBADF.
        _ => Code::of_result(&options.set_namespace_fd(unsafe { FdRef::from_raw(fd) })),
    }
}

/// The bytes of a string that is not NULL.
///
/// # Safety
/// `text` is terminated by a NUL.
unsafe fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// Sets the network namespace to open the socket in, by the path of a file.
///
/// As nlrs_socket_options_set_netns_fd otherwise. The string is copied.
///
/// @return 0; -EINVAL: options or path is NULL, or path is empty; -ENOMEM
///
/// # Safety
/// `options` is NULL or live options; `path` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_netns_path(options: *mut SocketOptions, path: *const c_char) -> c_int {
    not_null!(path => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let path = unsafe { bytes_of(path) };
    Code::of_result(&options!(options).set_namespace_path(path))
}

/// Sets the network namespace to open the socket in, by its name below /run/netns, as ip-netns(8) creates them.
///
/// As nlrs_socket_options_set_netns_fd otherwise. The string is copied.
///
/// @return 0; -EINVAL: options or name is NULL, or name is empty, "." or "..", or contains a slash; -ENOMEM
///
/// # Safety
/// `options` is NULL or live options; `name` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_netns_name(options: *mut SocketOptions, name: *const c_char) -> c_int {
    not_null!(name => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let name = unsafe { bytes_of(name) };
    Code::of_result(&options!(options).set_namespace_name(name))
}

/// Sets the network namespace to open the socket in, by a process that is in it.
///
/// As nlrs_socket_options_set_netns_fd otherwise. A process ID can be reused by another process; a pidfd cannot.
///
/// @return 0; -EINVAL: options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_netns_pid(options: *mut SocketOptions, pid: u32) -> c_int {
    options!(options).set_namespace_process(pid);
    0
}
