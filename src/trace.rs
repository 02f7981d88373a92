// SPDX-License-Identifier: MIT OR Apache-2.0
//! Traces: messages as text, and a callback for each datagram.
//!
//! A program can be traced without a change by NLRS_DEBUG in the environment, see nlrs_socket_open.

use core::ffi::{c_char, c_int, c_void};
use nlrs_core::error::Code;
use nlrs_core::mem::try_box;
use nlrs_core::socket::Socket;
use nlrs_core::trace::Direction;

/// Direction of a datagram: sent by the socket.
pub const NLRS_TRACE_SENT: u32 = 0;
/// Direction of a datagram: received by the socket.
pub const NLRS_TRACE_RECEIVED: u32 = 1;

/// Called for each datagram.
///
/// The bytes are valid until it returns; of a truncated datagram they are what was received. It runs inside the call
/// that sends or receives and must not use the socket, except to cancel.
///
/// @param direction NLRS_TRACE_SENT or NLRS_TRACE_RECEIVED
/// @param time_ns   CLOCK_REALTIME, in nanoseconds
#[allow(non_camel_case_types)]
pub type nlrs_trace_fn =
    Option<unsafe extern "C" fn(direction: u32, data: *const c_void, len: usize, time_ns: i64, arg: *mut c_void)>;

/// The caller's argument, which is the caller's to share between threads.
struct Argument(*mut c_void);

// SAFETY: the pointer is only passed back; nlrs_socket_set_trace says that the function may run in any thread that uses
// the socket.
unsafe impl Send for Argument {}

/// Sets the function that is called for each datagram that the socket sends and receives, in their order.
///
/// @param fn  called in the thread that sends or receives; NULL: none. It is not called after this function has
///            returned for another fn, nor after nlrs_socket_close has returned: both wait if fn is running in another
///            thread
/// @param arg passed to fn; not used after fn is not called any more
/// @return 0; -EINVAL if s is NULL; NLRS_EBUSY if called from fn; -ENOMEM
///
/// # Safety
/// `s` is NULL or an open socket; `fn` may be called with `arg` until the socket is closed or another one is set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_trace(s: *mut Socket, r#fn: nlrs_trace_fn, arg: *mut c_void) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let socket = unsafe { &*s };
    let Some(function) = r#fn else { return Code::of_result(&socket.set_trace(None)) };
    let argument = Argument(arg);
    let callback = try_box(move |direction: Direction, bytes: &[u8], time_ns: i64| {
        let argument = &argument;
        let direction = match direction {
            Direction::Sent => NLRS_TRACE_SENT,
            Direction::Received => NLRS_TRACE_RECEIVED,
        };
        // SAFETY: the caller's function with the caller's argument; the bytes live through the call.
        unsafe { function(direction, bytes.as_ptr().cast(), bytes.len(), time_ns, argument.0) }
    });
    match callback {
        Ok(callback) => Code::of_result(&socket.set_trace(Some(callback))),
        Err(code) => code.raw(),
    }
}

/// Writes messages as text, one line each, without a newline after the last.
///
/// For example: RTM_NEWLINK(16) len 52 flags REQUEST|ACK|EXCL|CREATE seq 7 port 0 <0000…> {3 "dummy0", 18 {1 "dummy"}}
///
/// Types and flags have the kernel's names where they are known, in angle brackets are the bytes of the family header,
/// in braces attributes by their number. What an attribute holds is guessed from its bytes: attributes (whether or not
/// NLA_F_NESTED is set), text, a number, else bytes in hexadecimal. Malformed bytes are printed as what they are.
///
/// @param protocol NETLINK_ROUTE …; -1: unknown
/// @param data     the bytes of a datagram, or of a part of it
/// @param len      their length
/// @param buf      gets the text, cut to what fits, always with a NUL if size is not 0; may be NULL if size is 0
/// @param size     bytes of buf
/// @return the length of the whole text without its NUL, as snprintf; -EINVAL if data or buf is NULL and its length is
///         not 0
///
/// # Safety
/// `data` has `len` bytes; `buf` has room for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_format(
    protocol: c_int,
    data: *const c_void,
    len: usize,
    buf: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: the caller's promise.
    let data = unsafe { super::pointers::bytes(data, len) };
    // SAFETY: the caller's promise.
    let buf = unsafe { super::pointers::bytes_mut(buf.cast(), size) };
    match (data, buf) {
        (Some(data), Some(buf)) => c_int::try_from(nlrs_core::trace::format(protocol, data, buf)).unwrap_or(c_int::MAX),
        _ => -libc::EINVAL,
    }
}
