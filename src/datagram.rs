// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datagrams as they are: sent and received without knowing what is in them.
//!
//! For protocols that do not ask and answer, for traffic between programs, and to follow events with a loop of one's own. One
//! thread may send while another receives. Not to be mixed with a request, dump or batch that is in progress on the same
//! socket: each would take what the other waits for.
//!
//! Every call waits as long as the socket's timeout allows (nlrs_socket_set_timeout), and with a timeout of 0 says -EAGAIN. The
//! codes that all of them return: NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED, -EINVAL for a NULL, and when receiving
//! NLRS_EOVERRUN: the receive buffer was full and datagrams were lost; what is in it is still received by the next calls.

use super::message::nlrs_msg;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use nlrs_core::error::Code;
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::{Inbox, Socket};
use nlrs_core::sys::fd::{Address, Arrival};
use nlrs_core::wire::build::Builder;

/// Sends for the three functions below.
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

/// Send bytes as one datagram, unchanged, to whom the socket is connected to (the kernel, usually).
///
/// @param data  one or more whole messages, each padded to a multiple of 4
/// @param flags as in sendmsg(2); 0 serves. MSG_DONTWAIT: -EAGAIN rather than wait
/// @return 0: sent whole; -EMSGSIZE: longer than the send buffer allows; -ECONNREFUSED: the peer is not there; -EAGAIN; or what
///         sendmsg says
///
/// # Safety
/// `s` is NULL or an open socket; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_send(s: *mut Socket, data: *const c_void, len: usize, flags: c_int) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    unsafe { send(s, data, len, flags, None) }
}

/// Send bytes as one datagram to an address.
///
/// @param portid the receiver; 0: the kernel
/// @param groups mask of groups that get it, too; the kernel sends to the lowest one alone
/// @return as nlrs_socket_send; -EPERM if the protocol does not let this user send to other programs or groups
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
    groups: u32,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    unsafe { send(s, data, len, flags, Some(Address { portid, groups })) }
}

/// Send all complete messages under construction as one datagram.
///
/// Sequence numbers and ports go out as they stand; a fresh message has 0 for both.
///
/// @param m nlrs_msg_reset it to use it again
/// @return as nlrs_socket_send; -EINVAL also if no message is complete, or one is not ended
///
/// # Safety
/// `s` is NULL or an open socket; `m` is NULL or an initialised nlrs_msg that nobody changes meanwhile.
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

/// Writes what came with a datagram to where it is wanted.
///
/// # Safety
/// Each pointer is NULL or has room.
unsafe fn put(arrival: &Arrival, ret_portid: *mut u32, ret_group: *mut u32, ret_nsid: *mut i32) {
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

/// Receive a datagram into your own memory.
///
/// @param buf        gets its bytes, as many as there is room for; what does not fit is lost. May be NULL if size is 0
/// @param flags      as in recvmsg(2); 0 serves. MSG_DONTWAIT: -EAGAIN rather than wait. MSG_PEEK: it stays in the queue
/// @param ret_len    gets the datagram's true length; written with NLRS_ETRUNC too
/// @param ret_portid gets the sender's port ID, 0 for the kernel; may be NULL
/// @param ret_group  gets the group that it was sent to, 0 for none, if NETLINK_PKTINFO is on; may be NULL
/// @param ret_nsid   gets the namespace ID of the sender, -1 for the socket's own namespace, if NETLINK_LISTEN_ALL_NSID is on; may be
///                   NULL
/// @return 0: received whole; NLRS_ETRUNC: longer than size, and all outputs are written; -EAGAIN; or what recvmsg says
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

/// Receive a whole datagram, of 16 MiB at the most, into the socket's own memory.
///
/// The memory is taken at the first call, 1 MiB of which the kernel only gives what is written to, and used again. One thread at
/// a time.
///
/// @param flags      as in nlrs_socket_recv
/// @param ret_data   gets the bytes, 8-byte aligned; they live until the next call of this function, or the close
/// @param ret_len    gets their length
/// @param ret_portid as in nlrs_socket_recv, and so the others
/// @return 0; NLRS_ETRUNC: longer than the memory, which has grown by now:
///         the next of its size will be received, unless it is longer than 16 MiB; -EAGAIN;
///         -ENOMEM; or what recvmsg says
///
/// # Safety
/// `s` is NULL or an open socket; the ret_ pointers are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_recv_whole(
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
    match socket.recv_whole(flags) {
        Ok(whole) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_data.write(whole.memory.cast()) };
            // SAFETY: as above.
            unsafe { ret_len.write(whole.arrival.len) };
            // SAFETY: the caller's promise.
            unsafe { put(&whole.arrival, ret_portid, ret_group, ret_nsid) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Make room for several datagrams, to be received in one call.
///
/// @param count how many; more than 32 are not received in one call
/// @param size  bytes for each; 8192 serves for events
/// @return the inbox, to be freed with nlrs_inbox_free; NULL: no memory, or count or size is 0
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_inbox_new(count: usize, size: usize) -> *mut Inbox {
    Inbox::new(count, size).and_then(try_box).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Free an inbox. NULL is allowed.
///
/// # Safety
/// `inbox` is NULL or from nlrs_inbox_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_inbox_free(inbox: *mut Inbox) {
    not_null!(inbox);
    // SAFETY: from Box::into_raw in nlrs_inbox_new, freed once.
    drop(unsafe { Box::from_raw(inbox) });
}

/// Receive the datagrams that are there into an inbox, by one system call; waits for the first if there is none.
///
/// What the inbox held before is gone. On a socket whose other end is not the kernel it is one datagram a call.
///
/// @return how many, 1 at least; -EAGAIN; -ENOMEM; or what recvmmsg says
///
/// # Safety
/// `s` is NULL or an open socket; `inbox` is NULL or a live inbox that nobody else uses now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_recv_inbox(s: *mut Socket, inbox: *mut Inbox) -> c_int {
    not_null!(s, inbox => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let inbox = unsafe { &mut *inbox };
    // SAFETY: not NULL, and an open socket by the caller's promise. The reference keeps it through a close meanwhile.
    let socket = unsafe { Shared::of_raw(s) };
    match socket.recv_inbox(inbox) {
        Ok(count) => c_int::try_from(count).unwrap_or(c_int::MAX),
        Err(code) => code.raw(),
    }
}

/// Look at a datagram of an inbox.
///
/// @param i          which, from 0
/// @param ret_data   gets its bytes, 8-byte aligned; they live until the inbox is used to receive again, or freed
/// @param ret_len    gets the datagram's true length; written with NLRS_ETRUNC too
/// @param ret_portid as in nlrs_socket_recv, and so the others
/// @return 0; NLRS_ETRUNC: longer than the room it had, only the first bytes are there, and all outputs are written; NLRS_EINDEX:
///         no such datagram; -EINVAL if inbox, ret_data or ret_len is NULL
///
/// # Safety
/// `inbox` is NULL or a live inbox that nobody changes now; the ret_ pointers are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_inbox_get(
    inbox: *const Inbox,
    i: usize,
    ret_data: *mut *const c_void,
    ret_len: *mut usize,
    ret_portid: *mut u32,
    ret_group: *mut u32,
    ret_nsid: *mut i32,
) -> c_int {
    not_null!(inbox, ret_data, ret_len => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let Some((bytes, arrival)) = (unsafe { &*inbox }).get(i) else { return Code::INDEX.raw() };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { ret_data.write(bytes.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { ret_len.write(arrival.len) };
    // SAFETY: the caller's promise.
    unsafe { put(&arrival, ret_portid, ret_group, ret_nsid) };
    if arrival.len > bytes.len() { Code::TRUNC.raw() } else { 0 }
}
