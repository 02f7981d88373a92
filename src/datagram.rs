// SPDX-License-Identifier: MIT OR Apache-2.0
//! Single datagrams: sent and received without regard to their content.
//!
//! For protocols without requests and replies, for traffic between programs, and to receive events in a loop of your
//! own. One thread may send while another receives. Do not use these functions while a request, dump or batch is in
//! progress on the same socket: each would receive what the other waits for.
//!
//! Every call waits as long as the socket's timeout allows (nlrs_socket_set_timeout); with a timeout of 0, or with
//! MSG_DONTWAIT in flags, it returns -EAGAIN instead of waiting. All of them return NLRS_ETIMEDOUT, NLRS_ECANCELED
//! and NLRS_ECLOSED. Those that receive also return NLRS_EOVERRUN: the receive buffer was full and datagrams were
//! lost; those in the buffer are received by the next calls.

use super::build::nlrs_msg;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use nlrs_core::error::Code;
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::{Address, Arrival, Credentials, Datagrams, Socket};
use nlrs_core::wire::build::Builder;

/// Sends a datagram: what the three functions below share.
///
/// # Safety
/// `s` is NULL or an open socket; `data` has `len` bytes.
unsafe fn send(s: *mut Socket, data: *const c_void, len: usize, flags: c_int, to: Option<Address>) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: the caller's promise.
    let Some(data) = (unsafe { super::pointers::bytes(data, len) }) else { return -libc::EINVAL };
    // SAFETY: not NULL, and an open socket by the caller's promise. The reference keeps it through a close meanwhile.
    let socket = unsafe { Shared::of_raw(s) };
    Code::of_result(&socket.send(data, flags, to))
}

/// Sends bytes as one datagram, unchanged, to the port ID that the socket is connected to (usually the kernel).
///
/// @param data  one or more complete messages, each padded to a multiple of 4 bytes
/// @param flags 0 or MSG_DONTWAIT
/// @return 0: all of it was sent; -EINVAL: s is NULL, data is NULL and len is not 0, or another flag; -EMSGSIZE:
///         longer than the send buffer allows; -ECONNREFUSED: no socket has the port ID; -EAGAIN; or the error of
///         sendmsg(2)
///
/// # Safety
/// `s` is NULL or an open socket; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_send(s: *mut Socket, data: *const c_void, len: usize, flags: c_int) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    unsafe { send(s, data, len, flags, None) }
}

/// Sends bytes as one datagram to an address.
///
/// @param data   as in nlrs_socket_send
/// @param flags  0 or MSG_DONTWAIT
/// @param portid port ID of the receiver; 0: the kernel
/// @param group  a group that gets it too, by its number; 0: none
/// @return as nlrs_socket_send; -ERANGE: group is above 32, the largest that a netlink address can name; -EPERM: the
///         protocol does not let this user send to other programs or groups
///
/// # Safety
/// `s` is NULL or an open socket; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_send_to(
    s: *mut Socket,
    data: *const c_void,
    len: usize,
    flags: c_int,
    portid: u32,
    group: u32,
) -> c_int {
    not_null!(s => -libc::EINVAL);
    match Address::new(portid, group) {
        // SAFETY: the caller's promises, unchanged.
        Ok(address) => unsafe { send(s, data, len, flags, Some(address)) },
        Err(code) => code.raw(),
    }
}

/// Sends all messages of a builder as one datagram.
///
/// Sequence numbers and port IDs are sent as they are; a new message has 0 for both.
///
/// @param m     not changed; nlrs_msg_reset empties it for the next use
/// @param flags 0 or MSG_DONTWAIT
/// @return as nlrs_socket_send; -EINVAL also: m is NULL, holds no message, or its last message is not ended
///
/// # Safety
/// `s` is NULL or an open socket; `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_send_msg(s: *mut Socket, m: *const nlrs_msg, flags: c_int) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and an initialised nlrs_msg, which is a Builder.
    let builder = unsafe { &*m.cast::<Builder>() };
    if builder.is_open() || builder.bytes().is_empty() {
        return -libc::EINVAL;
    }
    // SAFETY: the caller's promise; the bytes live as long as the builder.
    unsafe { send(s, builder.bytes().as_ptr().cast(), builder.bytes().len(), flags, None) }
}

/// Writes the sender, group and namespace ID of a datagram to the caller's pointers.
///
/// # Safety
/// Each pointer is NULL or has room.
pub(super) unsafe fn put(arrival: &Arrival, ret_portid: *mut u32, ret_group: *mut u32, ret_nsid: *mut i32) {
    if !ret_portid.is_null() {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_portid.write(arrival.portid) };
    }
    if !ret_group.is_null() {
        // SAFETY: as above.
        unsafe { ret_group.write(arrival.group) };
    }
    if !ret_nsid.is_null() {
        // SAFETY: as above.
        unsafe { ret_nsid.write(arrival.nsid) };
    }
}

/// Writes credentials to the caller's pointers; -ENOENT where there are none.
///
/// # Safety
/// Each pointer is NULL or has room.
pub(super) unsafe fn put_credentials(
    credentials: Option<Credentials>,
    ret_pid: *mut i32,
    ret_uid: *mut u32,
    ret_gid: *mut u32,
) -> c_int {
    let Some(Credentials { pid, uid, gid }) = credentials else { return Code::ENOENT.raw() };
    if !ret_pid.is_null() {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_pid.write(pid) };
    }
    if !ret_uid.is_null() {
        // SAFETY: as above.
        unsafe { ret_uid.write(uid) };
    }
    if !ret_gid.is_null() {
        // SAFETY: as above.
        unsafe { ret_gid.write(gid) };
    }
    0
}

/// Receives a datagram into memory of the caller.
///
/// @param buf        gets the first size bytes of it; the rest is lost. May be NULL if size is 0
/// @param size       the size of buf
/// @param flags      0, or MSG_DONTWAIT and MSG_PEEK (the datagram remains in the receive buffer) combined by |
/// @param ret_len    gets the datagram's full length; also written with NLRS_ETRUNC
/// @param ret_portid gets the sender's port ID, 0 for the kernel; may be NULL
/// @param ret_group  gets the group that it was sent to, 0 for none; one above 32 only if NETLINK_PKTINFO is on; may be
///                   NULL
/// @param ret_nsid   gets the namespace ID of the sender, -1 for the socket's own namespace, if
///                   NETLINK_LISTEN_ALL_NSID is on; may be NULL
/// @return 0: all of it was received; NLRS_ETRUNC: longer than size, all outputs are written; -EINVAL: s or ret_len
///         is NULL, buf is NULL and size is not 0, or another flag; -EAGAIN; or the error of recvmsg(2)
///
/// # Safety
/// `s` is NULL or an open socket; `buf` has room for `size` bytes; the ret_ pointers are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_recv(
    s: *mut Socket,
    buf: *mut c_void,
    size: usize,
    flags: c_int,
    ret_len: *mut usize,
    ret_portid: *mut u32,
    ret_group: *mut u32,
    ret_nsid: *mut i32,
) -> c_int {
    not_null!(s, ret_len => -libc::EINVAL);
    // SAFETY: the caller's promise.
    let Some(buf) = (unsafe { super::pointers::bytes_mut(buf.cast(), size) }) else { return -libc::EINVAL };
    // SAFETY: not NULL, and an open socket by the caller's promise. The reference keeps it through a close meanwhile.
    let socket = unsafe { Shared::of_raw(s) };
    match socket.recv(buf, flags) {
        Ok(arrival) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_len.write(arrival.len) };
            // SAFETY: the caller's promise.
            unsafe { put(&arrival, ret_portid, ret_group, ret_nsid) };
            if arrival.len > size { Code::TRUNC.raw() } else { 0 }
        }
        Err(code) => code.raw(),
    }
}

/// Receives a datagram of at most 16 MiB into memory of the socket.
///
/// The memory is allocated by the first call and used again by the next. It is 1 MiB of address space, of which pages
/// are taken when they are written to, and grows when a datagram is longer. One thread at a time.
///
/// @param flags      as in nlrs_socket_recv
/// @param ret_data   gets the address of its bytes, 8-byte aligned, valid until the next call of this function or the
///                   close
/// @param ret_len    gets their number
/// @param ret_portid as in nlrs_socket_recv, and so the others
/// @return 0; NLRS_ETRUNC: longer than the memory, and lost: the outputs are not written. The memory has grown, so
///         that the next datagram of its size is received, unless it is longer than 16 MiB; -EINVAL: s, ret_data or
///         ret_len is NULL, or another flag; -EAGAIN; -ENOMEM; or the error of recvmsg(2)
///
/// # Safety
/// `s` is NULL or an open socket; the ret_ pointers are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_recv_datagram(
    s: *mut Socket,
    flags: c_int,
    ret_data: *mut *const c_void,
    ret_len: *mut usize,
    ret_portid: *mut u32,
    ret_group: *mut u32,
    ret_nsid: *mut i32,
) -> c_int {
    not_null!(s, ret_data, ret_len => -libc::EINVAL);
    // SAFETY: not NULL, and an open socket by the caller's promise. The reference keeps it through a close meanwhile.
    let socket = unsafe { Shared::of_raw(s) };
    match socket.recv_datagram(flags) {
        // The bytes outlive the datagram's lock: they are in the socket's memory, which only the next call changes.
        Ok(datagram) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_data.write(datagram.bytes().as_ptr().cast()) };
            // SAFETY: as above.
            unsafe { ret_len.write(datagram.bytes().len()) };
            // SAFETY: the caller's promise.
            unsafe { put(&datagram.arrival(), ret_portid, ret_group, ret_nsid) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Makes an object with memory for several datagrams, to be received by one call.
///
/// @param count how many; at most 32 are received by one call
/// @param size  bytes for each; 8192 is enough for events
/// @return the object, to be freed with nlrs_datagrams_free; NULL: no memory, or count or size is 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_datagrams_new(count: usize, size: usize) -> *mut Datagrams {
    Datagrams::new(count, size).and_then(try_box).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Frees the object and its memory. NULL is allowed.
///
/// # Safety
/// `d` is NULL or from nlrs_datagrams_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_datagrams_free(d: *mut Datagrams) {
    not_null!(d);
    // SAFETY: from Box::into_raw in nlrs_datagrams_new, freed once.
    drop(unsafe { Box::from_raw(d) });
}

/// Receives the datagrams that are in the receive buffer, by one system call; waits for the first if there is none.
///
/// The datagrams that d held before are discarded, also on failure. If the socket's other end is not the kernel, one
/// datagram is received by each call.
///
/// @return how many, at least 1; -EINVAL: s or d is NULL; -EAGAIN; -ENOMEM; or the error of recvmmsg(2)
///
/// # Safety
/// `s` is NULL or an open socket; `d` is NULL or a live object that nothing else uses now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_recv_many(s: *mut Socket, d: *mut Datagrams) -> c_int {
    not_null!(s, d => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let datagrams = unsafe { &mut *d };
    // SAFETY: not NULL, and an open socket by the caller's promise. The reference keeps it through a close meanwhile.
    let socket = unsafe { Shared::of_raw(s) };
    match socket.recv_many(datagrams) {
        Ok(count) => c_int::try_from(count).unwrap_or(c_int::MAX),
        Err(code) => code.raw(),
    }
}

/// Returns how many datagrams the last nlrs_socket_recv_many received.
///
/// @return the number; 0 also if d is NULL
///
/// # Safety
/// `d` is NULL or a live object that nothing changes now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_datagrams_count(d: *const Datagrams) -> usize {
    not_null!(d => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*d }.count()
}

/// Reads one of the datagrams.
///
/// @param i          its index, from 0
/// @param ret_data   gets the address of its bytes, 8-byte aligned, valid until d is used to receive again, or freed
/// @param ret_len    gets the datagram's full length; also written with NLRS_ETRUNC
/// @param ret_portid as in nlrs_socket_recv, and so the others
/// @return 0; NLRS_ETRUNC: longer than the size given to nlrs_datagrams_new, of which the first bytes are there (a
///         multiple of 8, at least that size); all outputs are written; NLRS_EINDEX: no such datagram; -EINVAL: d,
///         ret_data or ret_len is NULL
///
/// # Safety
/// `d` is NULL or a live object that nothing changes now; the ret_ pointers are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_datagrams_get(
    d: *const Datagrams,
    i: usize,
    ret_data: *mut *const c_void,
    ret_len: *mut usize,
    ret_portid: *mut u32,
    ret_group: *mut u32,
    ret_nsid: *mut i32,
) -> c_int {
    not_null!(d, ret_data, ret_len => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let Some((bytes, arrival)) = (unsafe { &*d }).get(i) else { return Code::INDEX.raw() };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { ret_data.write(bytes.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { ret_len.write(arrival.len) };
    // SAFETY: the caller's promise.
    unsafe { put(&arrival, ret_portid, ret_group, ret_nsid) };
    if arrival.len > bytes.len() { Code::TRUNC.raw() } else { 0 }
}

/// Returns the credentials of the sender of one of the datagrams, for which the kernel vouches.
///
/// They come with what was received while SO_PASSCRED was on (nlrs_socket_options_set_credentials).
///
/// @param i       its index, from 0
/// @param ret_pid gets the process ID, 0 for the kernel and for a process that has none in this namespace; may be NULL
/// @param ret_uid gets the user ID, 0 for the kernel; may be NULL
/// @param ret_gid gets the group ID, 0 for the kernel; may be NULL
/// @return 0; -ENOENT: it came without; NLRS_EINDEX: no such datagram; -EINVAL: d is NULL
///
/// # Safety
/// `d` is NULL or a live object that nothing changes now; the ret_ pointers are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_datagrams_credentials(
    d: *const Datagrams,
    i: usize,
    ret_pid: *mut i32,
    ret_uid: *mut u32,
    ret_gid: *mut u32,
) -> c_int {
    not_null!(d => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let Some((_, arrival)) = (unsafe { &*d }).get(i) else { return Code::INDEX.raw() };
    // SAFETY: the caller's promise.
    unsafe { put_credentials(arrival.credentials(), ret_pid, ret_uid, ret_gid) }
}
