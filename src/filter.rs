// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: filters, which choose in the kernel what is received.
//!
//! What a filter refuses is never queued: it costs neither memory nor a wake-up, and cannot overflow the receive buffer. A
//! program sees the first message of a datagram; the kernel sends events one a datagram. Filters are for sockets that follow
//! events: on a socket that dumps they would drop whole datagrams of a dump by their first message.

use alloc::boxed::Box;
use core::ffi::c_int;
use libc::sock_filter;
use nlrs_core::error::Code;
use nlrs_core::mem::try_box;
use nlrs_core::socket::{Filter, Socket};

/// The filter behind a pointer that is not NULL.
macro_rules! filter {
    ($f:expr) => {{
        not_null!($f => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract a live filter that nobody else uses now.
        unsafe { &mut *$f }
    }};
}

/// Make a filter that lets everything pass until it is told what to let pass.
///
/// @return the filter, to be freed with nlrs_filter_free; NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_filter_new() -> *mut Filter {
    try_box(Filter::new()).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Free a filter. NULL is allowed. Sockets that have its program keep that.
///
/// # Safety
/// `f` is NULL or from nlrs_filter_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_free(f: *mut Filter) {
    not_null!(f);
    // SAFETY: from Box::into_raw in nlrs_filter_new, freed once.
    drop(unsafe { Box::from_raw(f) });
}

/// Let messages of a type pass, and those of the types added before. Without any, all types pass.
///
/// Control messages (acks, errors, the end of a dump) always pass.
///
/// @param type message type, RTM_NEWLINK for instance
/// @return 0; -EINVAL if f is NULL; -ERANGE if type is more than 65535; -ENOMEM
///
/// # Safety
/// `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_add_type(f: *mut Filter, r#type: u32) -> c_int {
    let filter = filter!(f);
    let added = u16::try_from(r#type).map_err(|_| Code::ERANGE).and_then(|ty| filter.add_type(ty));
    Code::of_result(&added)
}

/// Let messages of a family pass, and those of the families added before. Without any, all families pass.
///
/// The family is the first byte of the family header (rtm_family, ifi_family, nfgen_family …).
///
/// @param family AF_INET, NFPROTO_IPV4 …
/// @return 0; -EINVAL if f is NULL; -ERANGE if family is more than 255; -ENOMEM
///
/// # Safety
/// `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_add_family(f: *mut Filter, family: u32) -> c_int {
    let filter = filter!(f);
    let added = u8::try_from(family).map_err(|_| Code::ERANGE).and_then(|family| filter.add_family(family));
    Code::of_result(&added)
}

/// Let only routes and rules of one table pass (RTM_NEWROUTE … RTM_GETRULE of NETLINK_ROUTE); other messages are not touched by
/// that.
///
/// @param table RT_TABLE_MAIN …, also above 255
/// @return 0; -EINVAL if f is NULL
///
/// # Safety
/// `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_set_table(f: *mut Filter, table: u32) -> c_int {
    filter!(f).set_table(table);
    0
}

/// Attach a filter to a socket, in place of the one that it has.
///
/// What was received before stays in the queue. Attach before joining groups, and nothing unwanted is ever there.
///
/// @param f is read, not kept
/// @return 0; -EINVAL if s or f is NULL; -EMSGSIZE if its program would be longer than 4096 instructions; -EPERM if the
///         filter was locked; -ENOMEM
///
/// # Safety
/// `s` is NULL or an open socket; `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_filter(s: *mut Socket, f: *const Filter) -> c_int {
    not_null!(s, f => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let socket = unsafe { &*s };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&socket.set_filter(unsafe { &*f }))
}

/// Attach a program of classic BPF to a socket, in place of the one that it has, or take that away.
///
/// Loads convert from network byte order, and netlink is in host order: on a little-endian machine a 16-bit load gives the
/// type with its bytes swapped.
///
/// @param program instructions, struct sock_filter of linux/filter.h; NULL if count is 0
/// @param count   how many; 0: no filter from now on
/// @return 0, also if there was none to take away; -EINVAL if s is NULL, if program is NULL and count is not 0, or if
///         the kernel refuses the program; -EMSGSIZE if it has more than 4096 instructions; -EPERM if the filter was locked;
///         -ENOMEM
///
/// # Safety
/// `s` is NULL or an open socket; `program` has `count` instructions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_program(s: *mut Socket, program: *const sock_filter, count: usize) -> c_int {
    not_null!(s => -libc::EINVAL);
    let Some(len) = count.checked_mul(size_of::<sock_filter>()) else { return Code::EMSGSIZE.raw() };
    // SAFETY: the caller's promise.
    let Some(program) = (unsafe { super::pointers::bytes(program.cast(), len) }) else { return -libc::EINVAL };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*s }.set_program(program))
}

/// Lock the filter of a socket: from now on it can neither be changed nor taken away, also by a program that the descriptor is
/// given to.
///
/// @return 0; -EINVAL if s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_lock_filter(s: *mut Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*s }.lock_filter())
}
