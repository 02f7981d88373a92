// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and dumps.

use super::pointers::message_at;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord, Origin};
use nlrs_core::exchange::{self, Dump, Ending};
use nlrs_core::mem::Shared;
use nlrs_core::socket::{Socket, Stray};
use nlrs_core::wire::message::Message;

/// What is called for each message.
///
/// The message lives until the function returns; nlmsg_len has been checked. It must not unwind or longjmp, and calls on
/// the same socket get NLRS_EBUSY.
///
/// @return 0: go on; NLRS_STOP: end the call with success; negative: end the call with that code
#[allow(non_camel_case_types)]
pub type nlrs_msg_fn = Option<unsafe extern "C" fn(nlh: *const nlmsghdr, arg: *mut c_void) -> c_int>;

/// A C function as a closure; nothing for NULL.
fn calling(function: nlrs_msg_fn, arg: *mut c_void) -> impl FnMut(&Message<'_>) -> c_int {
    move |message| match function {
        // SAFETY: the caller's function with the caller's argument; the message lives through the call.
        Some(function) => unsafe { function(message.bytes.as_ptr().cast(), arg) },
        None => 0,
    }
}

/// Notes a bad argument.
pub(super) fn refuse(err: Option<&mut ErrorRecord>, code: Code) -> c_int {
    if let Some(record) = err {
        record.clear();
        record.set(code, Origin::Argument);
    }
    code.raw()
}

/// The socket, the request and the error object of an exchange.
type Arguments<'a> = (Shared<Socket>, &'a [u8], Option<&'a mut ErrorRecord>);

/// What every exchange of one message takes, checked; or -EINVAL, noted. The socket's reference keeps it through a close meanwhile.
///
/// # Safety
/// As nlrs_request.
unsafe fn arguments<'a>(s: *mut Socket, req: *const nlmsghdr, err: *mut ErrorRecord) -> Result<Arguments<'a>, c_int> {
    // SAFETY: NULL or live, by the caller's promise.
    let err = unsafe { err.as_mut() };
    // SAFETY: NULL or a message, by the caller's promise.
    let Some(message) = (unsafe { message_at(req) }) else { return Err(refuse(err, Code::EINVAL)) };
    if s.is_null() {
        return Err(refuse(err, Code::EINVAL));
    }
    // SAFETY: not NULL, and an open socket by the caller's promise.
    let socket = unsafe { Shared::of_raw(s) };
    Ok((socket, message, err))
}

/// Send a request and wait for the kernel's verdict.
///
/// Every answer that belongs to it is handed to fn. It ends with the ack, with the error, with the end of the table if the
/// request turned out to be a dump, or, where the kernel is known to answer with exactly one message (RTM_GETLINK; requests to the
/// generic netlink controller) and NLM_F_ACK is not set in the request, with that answer, which saves the ack.
///
/// The request is read, never written: sequence number and port ID are the library's, NLM_F_REQUEST is always set, NLM_F_ACK
/// unless the answer is the end. nlmsg_len must be true. Threads may share the socket: each gets its own answers, one after
/// the other.
///
/// @param s   the socket
/// @param req one message
/// @param fn  called for each answer; NULL: nobody is interested
/// @param arg handed to fn
/// @param err gets the details; may be NULL
/// @return 0; what the kernel said, unchanged; the negative code that fn returned; NLRS_ETIMEDOUT, NLRS_ECANCELED;
///         NLRS_EOVERRUN: answers were lost; NLRS_ETRUNC: an answer was longer than the buffer, which has grown now (an
///         RTM_GETLINK is then sent again by itself); NLRS_EBUSY: a dump is open on the socket, or fn called back; NLRS_ECLOSED;
///         -EBADMSG: a malformed answer; -EMSGSIZE: longer than the send buffer; -EINVAL: s or req is NULL, or nlmsg_len is
///         less than a header; -ENOMEM; or what a system call said
///
/// # Safety
/// `s` is NULL or an open socket; `req` is NULL or a message of nlmsg_len bytes; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_request(
    s: *mut Socket,
    req: *const nlmsghdr,
    r#fn: nlrs_msg_fn,
    arg: *mut c_void,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    unsafe { run_request(s, req, Ending::Known, r#fn, arg, err) }
}

/// Send a request that one message answers, and wait for that.
///
/// As nlrs_request, but no ack is asked for, unless NLM_F_ACK is set in the request: the first answer ends it. For families that answer
/// without an ack, and to save the ack where the caller knows that there is exactly one answer. If the kernel answers with more, the
/// others are dropped; if it answers with none, the call lasts until its deadline.
///
/// @return as nlrs_request
///
/// # Safety
/// As nlrs_request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_request_single(
    s: *mut Socket,
    req: *const nlmsghdr,
    r#fn: nlrs_msg_fn,
    arg: *mut c_void,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    unsafe { run_request(s, req, Ending::Answer, r#fn, arg, err) }
}

/// # Safety
/// As nlrs_request.
unsafe fn run_request(
    s: *mut Socket,
    req: *const nlmsghdr,
    ending: Ending,
    function: nlrs_msg_fn,
    arg: *mut c_void,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    let (socket, message, err) = match unsafe { arguments(s, req, err) } {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    Code::of_result(&exchange::request(&socket, message, ending, &mut calling(function, arg), err))
}

/// Ask for a table and hand every object to fn.
///
/// NLM_F_DUMP, NLM_F_REQUEST and NLM_F_ACK are set in a copy of the request's header. The dump is read to its end whatever
/// happens to it, so that the socket is ready for the next call. Threads may share the socket: another's call waits.
///
/// @param s   the socket
/// @param req one message
/// @param fn  called for each object; NULL: nobody is interested
/// @param arg handed to fn
/// @param err gets the details; may be NULL
/// @return 0; NLRS_EINTR_DUMP: the table changed meanwhile, all was delivered, and may be inconsistent: dump again; and as
///         nlrs_request
///
/// # Safety
/// As nlrs_request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump(
    s: *mut Socket,
    req: *const nlmsghdr,
    r#fn: nlrs_msg_fn,
    arg: *mut c_void,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    let (socket, message, err) = match unsafe { arguments(s, req, err) } {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    Code::of_result(&exchange::dump(&socket, message, &mut calling(r#fn, arg), err))
}

/// Send a request and wait for nothing.
///
/// NLM_F_ACK is taken off. A refusal that the kernel reports at once is told, as all families do that handle a request on the
/// sender's thread; of a success nothing comes. Answers that come later are dropped by the next call on the socket.
///
/// @return 0: it was sent, and not refused so far; else as nlrs_request
///
/// # Safety
/// As nlrs_request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_request_oneway(s: *mut Socket, req: *const nlmsghdr, err: *mut ErrorRecord) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    let (socket, message, err) = match unsafe { arguments(s, req, err) } {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    Code::of_result(&exchange::request_oneway(&socket, message, err))
}

/// Ask for a table in one piece: again, if it changed meanwhile.
///
/// As nlrs_dump, but fn is called only once all of it is there, so that nothing comes twice. The whole table is kept in memory
/// until the call returns. The socket's timeout covers all tries.
///
/// @param retries how often to ask again after NLRS_EINTR_DUMP, NLRS_ETRUNC or NLRS_EOVERRUN; if the last try ended so too, its
///                objects are handed over and its code is returned
/// @return as nlrs_dump
///
/// # Safety
/// As nlrs_request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_consistent(
    s: *mut Socket,
    req: *const nlmsghdr,
    retries: u32,
    r#fn: nlrs_msg_fn,
    arg: *mut c_void,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promises, unchanged.
    let (socket, message, err) = match unsafe { arguments(s, req, err) } {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    Code::of_result(&exchange::dump_consistent(&socket, message, retries, &mut calling(r#fn, arg), err))
}

/// Begin a dump that is read message by message.
///
/// While it is open, other requests, dumps and batches on the socket get NLRS_EBUSY. The request is copied.
///
/// @param s        the socket
/// @param req      one message
/// @param ret_dump gets the dump, to be ended with nlrs_dump_end
/// @return 0; -EINVAL: a pointer is NULL, or nlmsg_len is less than a header; -EAGAIN: an abandoned dump has to end first and nothing
///         may be waited for; NLRS_EBUSY; NLRS_ETIMEDOUT; NLRS_ECANCELED; NLRS_ECLOSED; -ENOMEM; or what a system call said
///
/// # Safety
/// As nlrs_request; `ret_dump` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_begin(s: *mut Socket, req: *const nlmsghdr, ret_dump: *mut *mut Dump) -> c_int {
    not_null!(s, ret_dump => -libc::EINVAL);
    // SAFETY: NULL or a message, by the caller's promise.
    let Some(message) = (unsafe { message_at(req) }) else { return -libc::EINVAL };
    // SAFETY: as in run_request.
    let socket = unsafe { Shared::of_raw(s) };
    match Dump::begin_boxed(&socket, message) {
        Ok(dump) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_dump.write(Box::into_raw(dump)) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Fetch the next object of a dump.
///
/// @param d       the dump
/// @param ret_nlh gets the message; it lives until the next call on d, and its nlmsg_len has been checked
/// @return 1: a message; 0: the end, all is well; -EAGAIN: not yet (the socket's timeout is 0; poll the descriptor); -EINVAL: a
///         pointer is NULL; any other negative code, as nlrs_dump: why it failed, and so will every later call
///
/// # Safety
/// `d` is NULL or an open dump that nobody else uses meanwhile; `ret_nlh` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_next(d: *mut Dump, ret_nlh: *mut *const nlmsghdr) -> c_int {
    not_null!(d, ret_nlh => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &mut *d }.next_given(|message| {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_nlh.write(message.as_ptr().cast()) };
        1
    })
}

/// Ask whether the kernel filtered the dump as the request asked (NLM_F_DUMP_FILTERED).
///
/// Old kernels ignore filters without a word, and then this is 0. Known once the first object or the end has been read.
///
/// @return 1 or 0; 0 if d is NULL
///
/// # Safety
/// `d` is NULL or an open dump.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_is_filtered(d: *const Dump) -> c_int {
    not_null!(d => 0);
    // SAFETY: not NULL, and the caller's promise.
    c_int::from(unsafe { &*d }.is_filtered())
}

/// End a dump and free it. NULL is allowed.
///
/// Never waits: what has not been read is discarded by the next call on the socket.
///
/// @param d   the dump
/// @param err gets the details; may be NULL
/// @return 0: it came to its end and all is well, or it was left early, or d is NULL; else why it failed, as nlrs_dump_next
///
/// # Safety
/// `d` is NULL or an open dump; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_end(d: *mut Dump, err: *mut ErrorRecord) -> c_int {
    // SAFETY: NULL or live, by the caller's promise.
    let mut err = unsafe { err.as_mut() };
    if let Some(record) = &mut err {
        record.clear();
    }
    not_null!(d => 0);
    // SAFETY: from Box::into_raw in nlrs_dump_begin, ended once.
    let dump = unsafe { Box::from_raw(d) };
    Code::of_result(&Dump::end_boxed(dump, err))
}

/// Fetch an event that arrived while an exchange was reading from the socket.
///
/// A socket that has joined groups gets events between the answers to its requests. They are set apart, up to 1 MiB, for whoever
/// follows the groups on it: fetch these first, then what is still to be received. (A socket of its own, as nlrs_monitor has, is
/// the better way.)
///
/// @param s         the socket
/// @param ret_nlh   gets the message; it lives until the next call on the socket, of any thread
/// @param ret_group gets the group that it was sent to; may be NULL
/// @param ret_nsid  gets the namespace ID of its origin, -1: the socket's own; may be NULL
/// @return 1: an event; 0: there is none; NLRS_EOVERRUN, once: events behind those fetched before may be lost; -EINVAL: s or ret_nlh is NULL;
///         NLRS_EBUSY, NLRS_ETIMEDOUT: the socket is in use; NLRS_ECANCELED, NLRS_ECLOSED
///
/// # Safety
/// `s` is NULL or an open socket; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_next_stray(
    s: *mut Socket,
    ret_nlh: *mut *const nlmsghdr,
    ret_group: *mut u32,
    ret_nsid: *mut i32,
) -> c_int {
    not_null!(s, ret_nlh => -libc::EINVAL);
    // SAFETY: as in run_request.
    let socket = unsafe { Shared::of_raw(s) };
    let mut give = |stray: &Stray<'_>| {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_nlh.write(stray.bytes.as_ptr().cast()) };
        if !ret_group.is_null() {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_group.write(stray.group) };
        }
        if !ret_nsid.is_null() {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_nsid.write(stray.nsid) };
        }
    };
    match socket.next_stray(&mut give) {
        Ok(found) => c_int::from(found),
        Err(code) => code.raw(),
    }
}
