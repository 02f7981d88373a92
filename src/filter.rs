// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: filters, which run in the kernel and select the datagrams that a socket receives.
//!
//! A datagram that a filter refuses is not put into the receive buffer: it uses no memory, wakes no thread and cannot
//! cause an overflow. A filter sees the first message of a datagram only; the kernel sends each event in a datagram
//! of its own. Use filters on sockets that receive events: of a dump they would drop full datagrams because of their
//! first message.

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
        // SAFETY: not NULL, and by the function's contract a live filter that nothing else uses now.
        unsafe { &mut *$f }
    }};
}

/// Makes a filter that accepts everything until a type, family or table is set.
///
/// @return the filter, to be freed with nlrs_filter_free; NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_filter_new() -> *mut Filter {
    try_box(Filter::new()).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Frees a filter. NULL is allowed. Sockets that it was attached to keep its program.
///
/// # Safety
/// `f` is NULL or from nlrs_filter_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_free(f: *mut Filter) {
    not_null!(f);
    // SAFETY: from Box::into_raw in nlrs_filter_new, freed once.
    drop(unsafe { Box::from_raw(f) });
}

/// Adds a message type to those that are accepted. As long as none was added, all types are accepted.
///
/// Control messages (acks, errors, the end of a dump) are always accepted.
///
/// @param type message type, RTM_NEWLINK for instance
/// @return 0; -EINVAL: f is NULL; -ERANGE: type is above 65535; -ENOMEM
///
/// # Safety
/// `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_add_type(f: *mut Filter, r#type: u32) -> c_int {
    let filter = filter!(f);
    let added = u16::try_from(r#type).map_err(|_| Code::ERANGE).and_then(|ty| filter.add_type(ty));
    Code::of_result(&added)
}

/// Adds an address family to those that are accepted. As long as none was added, all families are accepted.
///
/// The family is the first byte of the family header (rtm_family, ifi_family, nfgen_family …).
///
/// @param family AF_INET, NFPROTO_IPV4 …
/// @return 0; -EINVAL: f is NULL; -ERANGE: family is above 255; -ENOMEM
///
/// # Safety
/// `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_add_family(f: *mut Filter, family: u32) -> c_int {
    let filter = filter!(f);
    let added = u8::try_from(family).map_err(|_| Code::ERANGE).and_then(|family| filter.add_family(family));
    Code::of_result(&added)
}

/// Sets the routing table whose routes and rules are accepted (RTM_NEWROUTE … RTM_GETRULE of NETLINK_ROUTE); those of
/// other tables are refused. Other messages are not affected.
///
/// @param table RT_TABLE_MAIN …, also above 255
/// @return 0; -EINVAL: f is NULL
///
/// # Safety
/// `f` is NULL or a live filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_filter_set_table(f: *mut Filter, table: u32) -> c_int {
    filter!(f).set_table(table);
    0
}

/// Attaches a filter to a socket and replaces the one that it has. nlrs_socket_set_bpf with count 0 detaches it.
///
/// Datagrams that are already in the receive buffer remain there: attach a filter before joining groups.
///
/// @param f read, not kept
/// @return 0; -EINVAL: s or f is NULL; -EMSGSIZE: its program would have more than 4096 instructions; -EPERM: the
///         filter is locked; -ENOMEM
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

/// Attaches a classic BPF program to a socket and replaces the one that it has, or detaches that.
///
/// BPF loads convert from network byte order, and netlink uses host byte order: on a little-endian machine a 16-bit
/// load returns the message type with its bytes swapped.
///
/// @param program the instructions, struct sock_filter of linux/filter.h; may be NULL if count is 0
/// @param count   their number; 0: the socket has no filter from now on
/// @return 0, also if there was none to detach; -EINVAL: s is NULL, program is NULL and count is not 0, or the kernel
///         refuses the program; -EMSGSIZE: more than 4096 instructions; -EPERM: the filter is locked; -ENOMEM
///
/// # Safety
/// `s` is NULL or an open socket; `program` has `count` instructions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_set_bpf(s: *mut Socket, program: *const sock_filter, count: usize) -> c_int {
    not_null!(s => -libc::EINVAL);
    let Some(len) = count.checked_mul(size_of::<sock_filter>()) else { return Code::EMSGSIZE.raw() };
    // SAFETY: the caller's promise.
    let Some(program) = (unsafe { super::pointers::bytes(program.cast(), len) }) else { return -libc::EINVAL };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*s }.set_bpf(program))
}

/// Locks the filter of a socket (SO_LOCK_FILTER): it can be neither replaced nor detached any more, by no process
/// that has the descriptor.
///
/// @return 0; -EINVAL: s is NULL
///
/// # Safety
/// `s` is NULL or an open socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_lock_filter(s: *mut Socket) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*s }.lock_filter())
}
