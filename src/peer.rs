// SPDX-License-Identifier: MIT OR Apache-2.0
//! Peers in memory: to test programs without root and without a kernel.
//!
//! A peer takes the kernel's place at the other end of a socket. Each datagram that the socket sends is a request. It
//! is answered by a function, or by replies that were prepared before:
//!
//! ```text
//!     p = nlrs_peer_new(NULL, NULL);
//!     nlrs_peer_reply(p, link, link_len, 0);  nlrs_peer_done(p, 0);      replies to the first request: a link, the end of the dump
//!     nlrs_peer_next(p);  nlrs_peer_ack(p, NULL, -EEXIST);               reply to the second: an error
//!     nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &s);
//! ```
//!
//! Each call that adds bytes adds one datagram, so messages can be split and combined as needed. To simulate a reply
//! that was lost, do not add it. All functions may be called from any thread, also while another waits on the socket,
//! and from the function that answers. The descriptor of such a socket (nlrs_socket_fd) can be polled as any other.

use super::pointers::message_at;
use super::socket::return_socket;
use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::mem::try_box;
use nlrs_core::socket::{Peer, Sender, Socket, SocketOptions};
use nlrs_core::wire::message::Header;

/// A function that answers a request: it adds replies by nlrs_peer_reply, nlrs_peer_ack …, or none.
///
/// It is called in the call that sends. The bytes are valid until it returns.
///
/// @return 0; negative: the send fails with that code and the request is not counted (-EAGAIN: the send is repeated)
#[allow(non_camel_case_types)]
pub type nlrs_peer_fn =
    Option<unsafe extern "C" fn(p: *mut Peer, data: *const c_void, len: usize, arg: *mut c_void) -> c_int>;

/// The caller's peer and argument, which the caller shares between threads.
struct Arguments {
    peer: *mut Peer,
    argument: *mut c_void,
}

// SAFETY: the pointers are only passed back; nlrs_peer_new says that the function may run in any thread that sends.
unsafe impl Send for Arguments {}

/// The peer behind a pointer that is not NULL.
macro_rules! peer {
    ($p:expr) => {{
        not_null!($p => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract a live peer, to which shared references may exist.
        unsafe { &*$p }
    }};
}

/// Makes a peer.
///
/// @param fn  called for each request, in the thread that sends it; NULL: only prepared replies answer. It is not
///            called after nlrs_peer_free has returned
/// @param arg passed to fn; not used after nlrs_peer_free has returned
/// @return the peer, to be freed with nlrs_peer_free; NULL: no memory, or no descriptor is left for its timer
///
/// # Safety
/// `fn` may be called with `arg` until nlrs_peer_free has returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_new(r#fn: nlrs_peer_fn, arg: *mut c_void) -> *mut Peer {
    let Ok(peer) = Peer::new().and_then(try_box) else { return core::ptr::null_mut() };
    let peer = Box::into_raw(peer);
    let Some(function) = r#fn else { return peer };
    let arguments = Arguments { peer, argument: arg };
    let answer = try_box(move |_: &Peer, bytes: &[u8]| {
        let Arguments { peer, argument } = &arguments;
        // SAFETY: the caller's function with the caller's peer, which is not freed yet: nlrs_peer_free ends these calls.
        unsafe { function(*peer, bytes.as_ptr().cast(), bytes.len(), *argument) }
    });
    // SAFETY: just made.
    match answer.and_then(|answer| unsafe { &*peer }.set_answer(answer)) {
        Ok(()) => peer,
        Err(_) => {
            // SAFETY: from Box::into_raw above.
            drop(unsafe { Box::from_raw(peer) });
            core::ptr::null_mut()
        }
    }
}

/// Frees a peer. NULL is allowed.
///
/// Its socket remains open and receives what was added before; requests that it sends from now on are answered by
/// prepared replies alone. If the peer's function is running in another thread, this waits until it has returned. The
/// function may free its own peer.
///
/// # Safety
/// `p` is NULL or from nlrs_peer_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_free(p: *mut Peer) {
    not_null!(p);
    // SAFETY: from Box::into_raw in nlrs_peer_new, freed once.
    let peer = unsafe { Box::from_raw(p) };
    peer.remove_answer();
}

/// Opens a socket whose other end is a peer in memory. Its port ID is 1.
///
/// @param protocol   the protocol of the socket (NETLINK_ROUTE …)
/// @param p          may be freed before the socket is closed
/// @param options    NULL means the defaults; timeout, cancelable and any_sender are used
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL: p or ret_socket is NULL; NLRS_EBUSY: the peer has an open socket; -EMFILE, -ENFILE; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer; `options` is NULL or live options; `ret_socket` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_open_peer(
    protocol: c_int,
    p: *mut Peer,
    options: *const SocketOptions,
    ret_socket: *mut *mut Socket,
) -> c_int {
    not_null!(p, ret_socket => -libc::EINVAL);
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the caller's promise.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: not NULL, and the caller's promise.
    let peer = unsafe { &*p };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { return_socket(Socket::open_peer(protocol, peer, options), ret_socket) }
}

/// Opens a socket whose other end replays a capture: a file written by NLRS_DEBUG=pcap:FILE, or by tcpdump or
/// Wireshark on an nlmon device.
///
/// Each request is matched with the next recorded request of the protocol, without comparing their content, and gets
/// the replies that follow that one in the capture, with its own sequence number and port ID. What was recorded
/// before the first request can be received at once. After the last datagram each receive fails with -ENODATA.
///
/// @param protocol   the protocol of the socket; datagrams of other protocols are ignored
/// @param path       the file: pcap (not pcapng) in this machine's byte order, with link type 253
/// @param options    as in nlrs_socket_open_peer
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL: path or ret_socket is NULL; -EBADMSG: not such a file; -ENOENT, -EACCES …: it cannot be read;
///         -EMFILE, -ENFILE; -ENOMEM
///
/// # Safety
/// `path` is NULL or ends with a NUL; `options` is NULL or live options; `ret_socket` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_open_replay(
    protocol: c_int,
    path: *const c_char,
    options: *const SocketOptions,
    ret_socket: *mut *mut Socket,
) -> c_int {
    not_null!(path, ret_socket => -libc::EINVAL);
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the caller's promise.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: not NULL, and the caller's promise.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    // SAFETY: not NULL, and the caller's promise.
    unsafe { return_socket(Socket::open_replay(protocol, path, options), ret_socket) }
}

/// Adds a datagram that replies to the current request: the first one, until nlrs_peer_next moves on to the next; in
/// the function that answers, the request that it is called for.
///
/// Messages in it whose sequence number is 0 get the sequence number of the request's last message and the socket's
/// port ID, and an ack whose echoed header is all zero gets that message's header. Messages with a sequence number
/// are not changed.
///
/// @param data     messages, or any other bytes; copied
/// @param true_len 0; else the receive reports a truncated datagram (NLRS_ETRUNC) of this length, or of one byte more
///                 than the receiver's buffer if that is larger
/// @return 0; -EINVAL: p is NULL, or data is NULL and len is not 0; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_reply(p: *mut Peer, data: *const c_void, len: usize, true_len: usize) -> c_int {
    // SAFETY: the caller's promise.
    let Some(data) = (unsafe { super::pointers::bytes(data, len) }) else { return -libc::EINVAL };
    Code::of_result(&peer!(p).reply(data, true_len))
}

/// Adds a datagram that belongs to no request: an event. It can be received at once, before the replies of requests
/// that were not sent yet.
///
/// @param data messages, or any other bytes; copied, not changed
/// @return 0; -EINVAL: p is NULL, or data is NULL and len is not 0; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_event(p: *mut Peer, data: *const c_void, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    let Some(data) = (unsafe { super::pointers::bytes(data, len) }) else { return -libc::EINVAL };
    Code::of_result(&peer!(p).event(data, 0))
}

/// Adds an ack or an error that replies to the current request.
///
/// @param req  the message that it is for; NULL: the last message of the request
/// @param code 0: an ack; negative: an error
/// @return 0; -EINVAL: p is NULL, code is positive, or nlmsg_len of req is below 16; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer; `req` is NULL or a message of nlmsg_len bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_ack(p: *mut Peer, req: *const nlmsghdr, code: c_int) -> c_int {
    let peer = peer!(p);
    if code > 0 {
        return -libc::EINVAL;
    }
    // SAFETY: the caller's promise.
    let header = unsafe { message_at(req) }.and_then(Header::read);
    if header.is_none() && !req.is_null() {
        return -libc::EINVAL;
    }
    Code::of_result(&peer.ack(header, code))
}

/// Adds the end of a dump (NLMSG_DONE) that replies to the current request.
///
/// @param code 0; negative: the error that the dump ended with
/// @return 0; -EINVAL: p is NULL, or code is positive; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_done(p: *mut Peer, code: c_int) -> c_int {
    let peer = peer!(p);
    if code > 0 {
        return -libc::EINVAL;
    }
    Code::of_result(&peer.done(code))
}

/// Adds a failure in place of a reply to the current request: one receive fails with it.
///
/// @param code -ENOBUFS: the receive buffer overflowed; -EINTR: a signal arrived; or any other
/// @return 0; -EINVAL: p is NULL, or code is not negative; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_fail(p: *mut Peer, code: c_int) -> c_int {
    let peer = peer!(p);
    if code >= 0 {
        return -libc::EINVAL;
    }
    Code::of_result(&peer.fail(Code::of(code)))
}

/// Moves on to the next request: what is added from now on replies to it.
///
/// After a request was sent this is so without a call: what is added then replies to the next one.
///
/// @return 0; -EINVAL: p is NULL
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_next(p: *mut Peer) -> c_int {
    Code::of_result(&peer!(p).next_request())
}

/// Sets the sender of what is added from now on.
///
/// @param portid port ID of the sender; 0, the default: the kernel. A socket that accepts datagrams from the kernel
///               alone skips all others
/// @param group  group that it is sent to; 0, the default: to the socket alone
/// @param nsid   namespace ID of the sender; -1, the default: the socket's own namespace
/// @return 0; -EINVAL: p is NULL, or nsid is below -1
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_set_sender(p: *mut Peer, portid: u32, group: u32, nsid: i32) -> c_int {
    let peer = peer!(p);
    if nsid < -1 {
        return -libc::EINVAL;
    }
    Code::of_result(&peer.sender().and_then(|sender| peer.set_sender(Sender { portid, group, nsid, ..sender })))
}

/// Sets the delay of what is added from now on: how long after its request (an event: after it was added) it can be
/// received.
///
/// The order of datagrams is not changed by their delays.
///
/// @param milliseconds 0, the default: no delay
/// @return 0; -EINVAL: p is NULL, or milliseconds is negative
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_set_delay(p: *mut Peer, milliseconds: i64) -> c_int {
    let peer = peer!(p);
    if milliseconds < 0 {
        return -libc::EINVAL;
    }
    let delay = milliseconds.saturating_mul(1_000_000);
    Code::of_result(&peer.sender().and_then(|sender| peer.set_sender(Sender { delay, ..sender })))
}

/// Returns how many requests the socket has sent.
///
/// @return the number; 0 also if p is NULL
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_requests(p: *const Peer) -> u64 {
    not_null!(p => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*p }.requests().unwrap_or(0)
}
