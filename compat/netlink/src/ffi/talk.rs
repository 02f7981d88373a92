// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and their answers

use super::error::nl_dump_ext_ack;
use super::request::send_parts;
use super::{NETLINK_SOCK_DIAG, rtnl_handle};
use crate::receive::{ADDRESS_LEN, Ask, Buffer, CAPACITY, Failure, peek, receive};
use crate::stderr;
use crate::wire::{
    self, Header, Malformed, Message, NLM_F_ACK, NLM_F_ECHO, NLMSG_ERROR, NLMSG_HDRLEN, Step, Walk, align,
};
use core::ffi::{c_int, c_void};
use core::ptr;
use libc::{iovec, nlmsghdr, size_t};

/// What is done with an error that the kernel returned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Errors {
    /// Written to stderr.
    Shown,
    /// In errno alone.
    Suppressed,
}

/// Sends a request and receives its answer.
///
/// @param rtnl    an open handle, whose sequence number grows by one
/// @param n       the request; gets the sequence number, and NLM_F_ACK when answer is NULL
/// @param answer  becomes the first message that answers, the ack where there is nothing else, to be freed by free(); untouched after
///                a failure. NULL: the ack is waited for, and other messages are reported on stderr
/// @return 0; less, with errno, after a text on stderr: what the kernel (without a text from NETLINK_SOCK_DIAG) or the system reports
///
/// # Safety
/// `rtnl` is an open handle, and `n` a message that may be written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_talk(rtnl: *mut rtnl_handle, n: *mut nlmsghdr, answer: *mut *mut nlmsghdr) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { talk_one(rtnl, n, answer, Errors::Shown) }
}

/// As rtnl_talk, but an error that the kernel returns is not written to stderr.
///
/// # Safety
/// As rtnl_talk.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_talk_suppress_rtnl_errmsg(
    rtnl: *mut rtnl_handle,
    n: *mut nlmsghdr,
    answer: *mut *mut nlmsghdr,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { talk_one(rtnl, n, answer, Errors::Suppressed) }
}

/// Sends several requests in one datagram and receives the answer to each, as rtnl_talk does for one.
///
/// @param iovec   the requests, one in each
/// @param iovlen  how many; 0: nothing is done
/// @param answer  as in rtnl_talk; what answers the last one that was answered by more than an error
/// @return 0; less, with errno: -N when the Nth was refused, the last such; otherwise a negative errno
///
/// # Safety
/// `rtnl` is an open handle, and each of `iovlen` parts a message that may be written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_talk_iov(
    rtnl: *mut rtnl_handle,
    iovec: *mut iovec,
    iovlen: size_t,
    answer: *mut *mut nlmsghdr,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { talk(rtnl, iovec, iovlen, answer, Errors::Shown) }
}

/// Sends a request with NLM_F_ECHO and NLM_F_ACK, and passes the kernel's answer, which is the object as it is now, to a handler.
///
/// @param json     not 0: the handler's output is to be JSON. In a program that has new_json_obj, open_json_object,
///                 close_json_object and delete_json_obj, as iproute2 does, they are called around the handler, with json
/// @param handler  gets the message, and stdout
/// @return 0; less: as rtnl_talk
///
/// # Safety
/// As rtnl_talk.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_echo_talk(
    rtnl: *mut rtnl_handle,
    n: *mut nlmsghdr,
    json: c_int,
    handler: Option<unsafe extern "C" fn(n: *mut nlmsghdr, arg: *mut c_void) -> c_int>,
) -> c_int {
    let mut answer = ptr::null_mut();
    // SAFETY: the caller's promise.
    let result = unsafe {
        (*n).nlmsg_flags |= NLM_F_ECHO | NLM_F_ACK;
        talk_one(rtnl, n, &raw mut answer, Errors::Shown)
    };
    if result < 0 {
        return result;
    }
    crate::json::object(json, || {
        if let Some(handler) = handler {
            // SAFETY: the program's function, and a live message.
            unsafe { handler(answer, stderr::standard_output().cast()) };
        }
    });
    // SAFETY: from malloc.
    unsafe { libc::free(answer.cast()) };
    0
}

/// One request.
///
/// # Safety
/// As rtnl_talk.
unsafe fn talk_one(rtnl: *mut rtnl_handle, n: *mut nlmsghdr, answer: *mut *mut nlmsghdr, errors: Errors) -> c_int {
    // SAFETY: the caller's promise.
    let len = unsafe { (*n).nlmsg_len } as usize;
    let mut part = iovec { iov_base: n.cast(), iov_len: len };
    // SAFETY: the caller's promise; one part.
    unsafe { talk(rtnl, &raw mut part, 1, answer, errors) }
}

/// Gives each request its sequence number, and asks for an ack where `wants_ack`. Returns the bytes of all of them.
///
/// # Safety
/// Each of `count` parts is a message that may be written.
unsafe fn number(handle: &mut rtnl_handle, parts: *mut iovec, count: usize, wants_ack: bool) -> usize {
    let mut total = 0usize;
    for index in 0..count {
        handle.seq = handle.seq.wrapping_add(1);
        // SAFETY: the caller's promise.
        unsafe {
            let part = parts.wrapping_add(index);
            let message = (*part).iov_base.cast::<nlmsghdr>();
            total = total.saturating_add((*part).iov_len);
            (*message).nlmsg_seq = handle.seq;
            if wants_ack {
                (*message).nlmsg_flags |= NLM_F_ACK;
            }
        }
    }
    total
}

/// What a message that answers means.
enum Outcome {
    /// The request was executed, or answered by data.
    Done,
    /// The kernel returned an error, which is in errno.
    Refused,
    /// Nothing is finished yet.
    More,
    /// An NLMSG_ERROR that is too short for one.
    Broken,
}

/// Sends requests and waits until each has its answer.
///
/// Which request a message answers is known by its sequence number, and only what the kernel sent to this socket's port counts.
///
/// # Safety
/// As rtnl_talk_iov.
unsafe fn talk(
    rtnl: *mut rtnl_handle,
    parts: *mut iovec,
    count: usize,
    answer: *mut *mut nlmsghdr,
    errors: Errors,
) -> c_int {
    let Ok(requests) = u32::try_from(count) else {
        stderr::set_errno(libc::EINVAL);
        return -1;
    };
    if requests == 0 {
        return 0;
    }
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rtnl };
    let errors = if handle.proto == NETLINK_SOCK_DIAG { Errors::Suppressed } else { errors };
    let first = handle.seq.wrapping_add(1);
    // SAFETY: the caller's promise.
    let total = unsafe { number(handle, parts, count, answer.is_null()) };
    // SAFETY: the caller's promise.
    if unsafe { send_parts(handle.fd, parts, count) } < 0 {
        stderr::failure(c"Cannot talk to rtnetlink");
        return -1;
    }
    // An error carries its request.
    let Some(mut buffer) = Buffer::new(CAPACITY.saturating_add(total)) else {
        return no_memory();
    };
    let mut kept = Answer(ptr::null_mut());
    // The requests before this one are answered; and which of them was refused last.
    let (mut answered, mut refused) = (0u32, None);
    while answered < requests {
        let len = match receive(handle.fd, &mut buffer, Ask::Datagram) {
            Ok(received) if received.name_len != ADDRESS_LEN => return wrong_address(received.name_len),
            Ok(received) if received.from != 0 => continue,
            Ok(received) => received.len,
            Err(failure) => return failed(failure),
        };
        let mut walk = Walk::new(len);
        while answered < requests {
            // SAFETY: what was received; nothing writes there meanwhile.
            let rest = unsafe { buffer.rest(&walk) };
            let (at, header) = match walk.next(rest) {
                Step::Message { at, header } => (at, header),
                Step::End => break,
                Step::Malformed => return malformed(wire::malformed(rest)),
            };
            let index = header.seq.wrapping_sub(first);
            if header.portid != handle.local.nl_pid || index >= requests {
                continue;
            }
            // SAFETY: a whole message, as the walk has checked.
            match unsafe { outcome(buffer.message(at), header, rest, &answer, errors) } {
                Outcome::Done => {
                    // The ack behind an answer adds nothing to it.
                    if !answer.is_null() && index >= answered && !kept.keep(rest) {
                        return no_memory();
                    }
                    answered = answered.max(index.saturating_add(1));
                }
                Outcome::Refused => {
                    refused = Some(index);
                    answered = answered.max(index.saturating_add(1));
                }
                Outcome::More => {}
                Outcome::Broken => return -1,
            }
        }
    }
    match refused {
        Some(index) => -c_int::try_from(index).unwrap_or(c_int::MAX - 1).wrapping_add(1),
        None => {
            if !answer.is_null() {
                // SAFETY: the caller's promise.
                unsafe { answer.write(kept.release()) };
            }
            0
        }
    }
}

/// What a message that answers a request means; `rest` begins with it.
///
/// # Safety
/// `message` has the bytes that its header says.
unsafe fn outcome(
    message: *mut nlmsghdr,
    header: Header,
    rest: &[u8],
    answer: &*mut *mut nlmsghdr,
    errors: Errors,
) -> Outcome {
    if header.ty != NLMSG_ERROR {
        if !answer.is_null() {
            return Outcome::Done;
        }
        stderr::text(c"Unexpected reply!!!\n");
        return Outcome::More;
    }
    let Some(code) = Message::read(rest).ok().and_then(|message| wire::code(&message)) else {
        stderr::text(c"ERROR truncated\n");
        stderr::set_errno(libc::EBADMSG);
        return Outcome::Broken;
    };
    if code == 0 {
        // A warning.
        // SAFETY: the caller's promise.
        unsafe { nl_dump_ext_ack(message, None) };
        return Outcome::Done;
    }
    stderr::set_errno(code.wrapping_neg());
    // SAFETY: the caller's promise.
    if errors == Errors::Shown && unsafe { nl_dump_ext_ack(message, None) } == 0 {
        stderr::failure(c"RTNETLINK answers");
    }
    Outcome::Refused
}

/// An answer in memory of its own.
struct Answer(*mut u8);

impl Answer {
    /// Keeps a copy of `bytes` in place of what was kept before; false: there is no memory.
    fn keep(&mut self, bytes: &[u8]) -> bool {
        // SAFETY: malloc takes any size.
        let copy = unsafe { libc::malloc(align(bytes.len()).max(NLMSG_HDRLEN)) }.cast::<u8>();
        if copy.is_null() {
            return false;
        }
        // SAFETY: new memory of at least that size.
        unsafe {
            copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            copy.wrapping_add(bytes.len()).write_bytes(0, align(bytes.len()).wrapping_sub(bytes.len()));
            libc::free(self.0.cast());
        }
        self.0 = copy;
        true
    }

    /// What was kept, which is the caller's to free from now on.
    fn release(&mut self) -> *mut nlmsghdr {
        core::mem::replace(&mut self.0, ptr::null_mut()).cast()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let saved = stderr::errno();
        // SAFETY: from malloc, or NULL.
        unsafe { libc::free(self.0.cast()) };
        stderr::set_errno(saved);
    }
}

/// After a receive that failed: its errno, negative.
#[cold]
pub(crate) fn failed(failure: Failure) -> c_int {
    match failure {
        Failure::Errno(code) => {
            stderr::receive_failure(code);
            code.wrapping_neg()
        }
        Failure::Eof => {
            stderr::text(c"EOF on netlink\n");
            -libc::ENODATA
        }
        Failure::NoMemory => no_memory(),
        Failure::Truncated => {
            stderr::text(c"Message truncated\n");
            stderr::set_errno(libc::EMSGSIZE);
            -libc::EMSGSIZE
        }
    }
}

/// -ENOMEM after the text.
#[cold]
pub(crate) fn no_memory() -> c_int {
    stderr::text(c"malloc error: not enough buffer\n");
    stderr::set_errno(libc::ENOMEM);
    -libc::ENOMEM
}

/// -1 after the text about a sender that has no netlink address.
#[cold]
fn wrong_address(len: usize) -> c_int {
    stderr::number(c"sender address length == ", c_int::try_from(len).unwrap_or(c_int::MAX), c"\n");
    stderr::set_errno(libc::EINVAL);
    -1
}

/// -1 after the text about bytes that are no message.
#[cold]
pub(crate) fn malformed(what: Malformed) -> c_int {
    match what.header {
        Some(header) => stderr::number(c"!!!malformed message: len=", stderr::signed(header.len), c"\n"),
        None => stderr::number(c"!!!Remnant of size ", c_int::try_from(what.left).unwrap_or(c_int::MAX), c"\n"),
    }
    stderr::set_errno(libc::EBADMSG);
    -1
}

/// Sends bytes as they are: one message or more.
///
/// @return the bytes that were sent; -1 with errno
///
/// # Safety
/// `rth` is an open handle, and `buf` has `len` readable bytes.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_send(rth: *mut rtnl_handle, buf: *const c_void, len: c_int) -> c_int {
    // SAFETY: the caller's promise; a negative length is one that the system refuses.
    let sent = unsafe { libc::send((*rth).fd, buf, len as size_t, 0) };
    c_int::try_from(sent).unwrap_or(c_int::MAX)
}

/// Sends bytes as they are, and looks whether the kernel has refused them at once. Nothing is taken out of the queue.
///
/// @return 0; -1 with errno
///
/// # Safety
/// `rth` is an open handle, and `buf` has `len` readable bytes.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_send_check(rth: *mut rtnl_handle, buf: *const c_void, len: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let sent = unsafe { rtnl_send(rth, buf, len) };
    let Ok(sent) = usize::try_from(sent) else {
        return sent;
    };
    let Some(mut buffer) = Buffer::new(CAPACITY.saturating_add(sent)) else {
        return no_memory();
    };
    // SAFETY: the caller's promise.
    let (fd, portid) = unsafe { ((*rth).fd, (*rth).local.nl_pid) };
    let len = match peek(fd, &mut buffer) {
        Ok((len, 0)) => len,
        // From another program.
        Ok(_) => return 0,
        Err(libc::EAGAIN) => return 0,
        Err(_) => return -1,
    };
    // SAFETY: what was received; nothing writes there meanwhile.
    let datagram = unsafe { buffer.bytes(len) };
    // SAFETY: the caller's promise; that many bytes were sent.
    let request = unsafe { core::slice::from_raw_parts(buf.cast::<u8>(), sent) };
    let mut walk = Walk::new(len);
    while let Step::Message { at, header } = walk.next_of(datagram) {
        if header.ty != NLMSG_ERROR || header.portid != portid || !has_sequence(request, header.seq) {
            continue;
        }
        let message = Message::read(datagram.get(at..).unwrap_or(&[])).ok();
        match message.and_then(|message| wire::code(&message)) {
            Some(0) => {}
            Some(code) => {
                stderr::set_errno(code.wrapping_neg());
                return -1;
            }
            None => {
                stderr::text(c"ERROR truncated\n");
                stderr::set_errno(libc::EBADMSG);
                return -1;
            }
        }
    }
    0
}

/// Whether one of the messages has that sequence number.
fn has_sequence(messages: &[u8], seq: u32) -> bool {
    let mut walk = Walk::new(messages.len());
    while let Step::Message { header, .. } = walk.next_of(messages) {
        if header.seq == seq {
            return true;
        }
    }
    false
}
