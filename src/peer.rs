// SPDX-License-Identifier: MIT OR Apache-2.0
//! Peers in memory: what a program tests its own code with, without root and without a kernel.
//!
//! A peer stands in the kernel's place at the other end of a socket. Each datagram that the socket sends is a request. Either
//! a function answers it, or the replies were prepared beforehand:
//!
//! ```text
//!     p = nlrs_peer_new(NULL, NULL);
//!     nlrs_peer_reply(p, link, link_len, 0);  nlrs_peer_done(p, 0);      the first request gets a link and the end of the dump
//!     nlrs_peer_next(p);  nlrs_peer_ack(p, NULL, -EEXIST);               the second one an error
//!     nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &s);
//! ```
//!
//! One call that adds bytes is one datagram: messages can be split and merged at will. A reply that is not added is a reply that
//! the kernel dropped. All functions may be called from any thread, also while another one waits on the socket, and from the
//! answering function. nlrs_socket_fd of such a socket can be polled as any other.

use super::pointers::message_at;
use super::socket::give;
use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::{AnswerFn, Peer, Sender, Socket, SocketOptions};
use nlrs_core::wire::message::Header;

/// What answers a request: adds replies by nlrs_peer_reply, nlrs_peer_ack and their like, or none.
///
/// The bytes live until it returns. It runs inside the call that sends.
///
/// @return 0; negative: the send fails with that code and the request does not count (-EAGAIN: the send is tried again)
#[allow(non_camel_case_types)]
pub type nlrs_peer_fn =
    Option<unsafe extern "C" fn(p: *mut Peer, data: *const c_void, len: usize, arg: *mut c_void) -> c_int>;

/// The caller's argument, which is the caller's to share between threads.
struct Argument(*mut c_void);

// SAFETY: the pointer is only handed back; nlrs_peer_new says that the function may run in any thread that sends.
unsafe impl Send for Argument {}

/// The peer behind a pointer that is not NULL.
macro_rules! peer {
    ($p:expr) => {{
        not_null!($p => -libc::EINVAL);
        // SAFETY: not NULL, and by the function's contract a live peer, to which shared references may exist.
        unsafe { &*$p }
    }};
}

fn calling(function: nlrs_peer_fn, argument: *mut c_void) -> nlrs_core::error::Result<Option<Box<AnswerFn>>> {
    let Some(function) = function else { return Ok(None) };
    let argument = Argument(argument);
    let answer = try_box(move |peer: &Peer, bytes: &[u8]| {
        let argument = &argument;
        // SAFETY: the caller's function with the caller's argument; peer and bytes live through the call.
        unsafe { function(core::ptr::from_ref(peer).cast_mut(), bytes.as_ptr().cast(), bytes.len(), argument.0) }
    })?;
    Ok(Some(answer))
}

/// Make a peer.
///
/// @param fn  called for each request, in the thread that sends it; NULL: only prepared replies answer
/// @param arg handed to fn
/// @return the peer, to be freed with nlrs_peer_free; NULL: no memory, or no descriptor is left for its timer
///
/// # Safety
/// `fn` may be called with `arg` as long as the peer or its socket lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_new(r#fn: nlrs_peer_fn, arg: *mut c_void) -> *mut Peer {
    let peer = calling(r#fn, arg).and_then(Peer::new).and_then(Shared::new);
    peer.map_or(core::ptr::null_mut(), Shared::into_raw)
}

/// Free a peer. NULL is allowed. Its socket may live on, and receives what was added before.
///
/// # Safety
/// `p` is NULL or from nlrs_peer_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_free(p: *mut Peer) {
    not_null!(p);
    // SAFETY: from Shared::into_raw in nlrs_peer_new, freed once.
    drop(unsafe { Shared::from_raw(p) });
}

/// Open a socket whose other end is a peer in memory. It is used as any other; its port ID is 1.
///
/// @param protocol   what the socket is to believe that it talks
/// @param p          a peer serves one socket; it may be freed before the socket is closed
/// @param options    NULL, or how; timeout, cancelable and any_sender count
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL if p or ret_socket is NULL; NLRS_EBUSY if the peer has a socket already; -EMFILE, -ENFILE; -ENOMEM
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
    // SAFETY: from nlrs_peer_new and not yet freed, or the reference that an answering function was given.
    let peer = unsafe { Shared::of_raw(p) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give(Socket::open_peer(protocol, peer, options), ret_socket) }
}

/// Open a socket whose other end says again what a capture has recorded: a file that NLRS_DEBUG=pcap:FILE, or tcpdump or
/// Wireshark on an nlmon device wrote.
///
/// Each request stands for the next recorded one of the protocol, whatever is in either, and gets the answers recorded behind
/// that with its own sequence number and port; what was recorded before the first is there at once. At the end a receive fails with
/// -ENODATA.
///
/// @param protocol   only what this protocol's sockets recorded is played
/// @param path       the file: pcap (not pcapng) in this machine's byte order, with link type 253
/// @param options    as in nlrs_socket_open_peer
/// @param ret_socket gets the socket, to be closed with nlrs_socket_close
/// @return 0; -EINVAL if path or ret_socket is NULL; -EBADMSG: not such a file; -ENOENT, -EACCES …: it cannot be read; -EMFILE,
///         -ENFILE; -ENOMEM
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
    unsafe { give(Socket::open_replay(protocol, path, options), ret_socket) }
}

/// Add a datagram that replies to the current request: the next one to come, or a later one if nlrs_peer_next says so, and in the
/// answering function the one that it answers.
///
/// Messages in it whose sequence number is 0 get the sequence number of the request's last message and the socket's port, and
/// an ack whose echoed header is all 0 gets that header. What has a sequence number stays as it is.
///
/// @param data     whole messages, or what a peer would say that is not one; copied
/// @param cut_from 0; or the true length that the receiver is told, as if its buffer had been too small: NLRS_ETRUNC. Where its buffer
///                 is larger than that it is told one byte more than the buffer has
/// @return 0; -EINVAL if p is NULL, or data is NULL and len is not 0; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_reply(p: *mut Peer, data: *const c_void, len: usize, cut_from: usize) -> c_int {
    // SAFETY: the caller's promise.
    let Some(data) = (unsafe { super::pointers::bytes(data, len) }) else { return -libc::EINVAL };
    Code::of_result(&peer!(p).reply(data, cut_from))
}

/// Add a datagram that nobody asked for: an event. It can be received at once, before replies that still wait for their request.
///
/// @param data as in nlrs_peer_reply, but nothing of it is changed
/// @return 0; -EINVAL if p is NULL, or data is NULL and len is not 0; -ENOMEM
///
/// # Safety
/// `p` is NULL or a live peer; `data` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_event(p: *mut Peer, data: *const c_void, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    let Some(data) = (unsafe { super::pointers::bytes(data, len) }) else { return -libc::EINVAL };
    Code::of_result(&peer!(p).event(data, 0))
}

/// Add an ack or an error that replies to the current request.
///
/// @param req  the header of the message that it is about; NULL: the last message of the request
/// @param code 0: an ack; negative: the error
/// @return 0; -EINVAL if p is NULL or code is positive; -ENOMEM
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
    Code::of_result(&peer.ack(header, code))
}

/// Add the end of a dump (NLMSG_DONE) that replies to the current request.
///
/// @param code 0; negative: the error that the dump ended with
/// @return 0; -EINVAL if p is NULL or code is positive; -ENOMEM
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

/// Add a failure in the place of a reply to the current request: the system call that receives says so once.
///
/// @param code -ENOBUFS: the receive buffer has overflowed; -EINTR: a signal came; or another
/// @return 0; -EINVAL if p is NULL or code is not negative; -ENOMEM
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

/// Go on to the next request: what is added from now on replies to that. Once a request has come, what is added replies to the one
/// after it without this.
///
/// @return 0; -EINVAL if p is NULL
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_next(p: *mut Peer) -> c_int {
    Code::of_result(&peer!(p).next_request())
}

/// Choose who sends what is added from now on.
///
/// @param portid port ID of the sender; 0, the default: the kernel. Anything else is forged: a socket that hears the kernel alone
///               drops it
/// @param group  group that it is sent to; 0, the default: to the socket alone
/// @param nsid   namespace ID of the sender; -1, the default: the socket's own namespace
/// @return 0; -EINVAL if p is NULL
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_set_sender(p: *mut Peer, portid: u32, group: u32, nsid: i32) -> c_int {
    let peer = peer!(p);
    Code::of_result(&peer.sender().and_then(|sender| peer.set_sender(Sender { portid, group, nsid, ..sender })))
}

/// Choose how long after its request, or after it was added, what is added from now on can be received.
///
/// Datagrams never overtake each other.
///
/// @param milliseconds 0, the default: at once
/// @return 0; -EINVAL if p is NULL or milliseconds is negative
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

/// Ask how many requests there were.
///
/// @return how many; 0 also if p is NULL
///
/// # Safety
/// `p` is NULL or a live peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_peer_requests(p: *const Peer) -> u64 {
    not_null!(p => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*p }.requests().unwrap_or(0)
}
