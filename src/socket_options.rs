// SPDX-License-Identifier: MIT OR Apache-2.0
//! How sockets are opened: the options object.

use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int};
use nlrs_core::error::Code;
use nlrs_core::mem::try_box;
use nlrs_core::socket::SocketOptions;

/// The options behind a pointer that is not NULL.
macro_rules! options {
    ($options:expr) => {{
        not_null!($options => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract live options that nobody else uses now.
        unsafe { &mut *$options }
    }};
}

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

/// Bind to a port ID. The default, 0, leaves the choice to the kernel, whose choices never collide.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_portid(options: *mut SocketOptions, portid: u32) -> c_int {
    options!(options).set_portid(portid);
    0
}

/// Join multicast groups 1 to 32 at open, as a mask: bit 0 is group 1. nlrs_socket_join joins any group by its number.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_groups(options: *mut SocketOptions, groups: u32) -> c_int {
    options!(options).set_groups(groups);
    0
}

/// Set how long each whole operation may wait, as nlrs_socket_set_timeout.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_timeout(options: *mut SocketOptions, milliseconds: i64) -> c_int {
    options!(options).set_timeout(milliseconds);
    0
}

/// Hear other programs and not the kernel alone, for traffic between programs (NETLINK_USERSOCK).
///
/// Anybody who may send to the socket is believed then: its sender's port ID must be looked at by the program.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_any_sender(options: *mut SocketOptions, on: c_int) -> c_int {
    options!(options).set_any_sender(on != 0);
    0
}

/// Give the socket the means to be cancelled (the default), at the cost of a second descriptor, or not.
///
/// Without it nlrs_socket_cancel says -EOPNOTSUPP, and nlrs_socket_close does not wake a call of another thread that waits.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_cancelable(options: *mut SocketOptions, on: c_int) -> c_int {
    options!(options).set_cancelable(on != 0);
    0
}

/// Ask for a receive buffer of so many bytes, as nlrs_socket_set_recv_buffer. 0, the default: as it comes, but 32 KiB at least.
///
/// More than 2^30 - 1 makes the open fail with -ERANGE.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_recv_buffer(options: *mut SocketOptions, bytes: usize) -> c_int {
    options!(options).set_recv_buffer(bytes);
    0
}

/// Ask for a send buffer of so many bytes, as nlrs_socket_set_send_buffer. 0, the default: as it comes.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_send_buffer(options: *mut SocketOptions, bytes: usize) -> c_int {
    options!(options).set_send_buffer(bytes);
    0
}

/// Switch an option of SOL_NETLINK on or off at open, as nlrs_socket_set_flag.
///
/// If the kernel lacks it the open fails with -ENOPROTOOPT, whereas it goes on without one of the defaults.
///
/// @param option NETLINK_EXT_ACK … of linux/netlink.h
///
/// @return 0; -EINVAL if options is NULL or option is not between 1 and 31
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_flag(options: *mut SocketOptions, option: c_int, on: c_int) -> c_int {
    Code::of_result(&options!(options).set_flag(option, on != 0))
}

/// Open in the network namespace of a descriptor: of /proc/PID/ns/net or a bind mount of one, or since Linux 5.8 a pidfd.
///
/// The calling thread never leaves its own namespace, also when the open fails: a thread with a small stack and all signals
/// blocked enters the other one, opens the socket and ends, before the open returns. Several threads may do so at once. It takes CAP_SYS_ADMIN
/// in both, else the open fails with -EPERM. The last choice of a namespace counts.
///
/// @param fd stays yours and must be open at the open; < 0: back to the caller's own namespace
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_netns_fd(options: *mut SocketOptions, fd: c_int) -> c_int {
    let options = options!(options);
    if fd < 0 {
        options.set_own_namespace();
    } else {
        options.set_namespace_fd(fd);
    }
    0
}

/// The bytes of a string that is not NULL.
///
/// # Safety
/// `text` is terminated by a NUL.
unsafe fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// Open in the network namespace at a path.
///
/// Otherwise as nlrs_socket_options_set_netns_fd. The text is copied.
///
/// @return 0; -EINVAL if options or path is NULL, or path is empty; -ENOMEM
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

/// Open in the network namespace of a name under /run/netns, where ip-netns keeps them.
///
/// Otherwise as nlrs_socket_options_set_netns_fd. The text is copied.
///
/// @return 0; -EINVAL if options or name is NULL, or name is empty or no file's name; -ENOMEM
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

/// Open in the network namespace of a process.
///
/// A process ID may have passed to another process meanwhile; a pidfd (nlrs_socket_options_set_netns_fd) cannot. Otherwise as that.
///
/// @return 0; -EINVAL if options is NULL
///
/// # Safety
/// `options` is NULL or live options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_options_set_netns_pid(options: *mut SocketOptions, pid: u32) -> c_int {
    options!(options).set_namespace_process(pid);
    0
}
