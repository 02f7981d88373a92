// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and dumps.

use super::datagram::{put, put_credentials};
use super::pointers::message_at;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord, Origin};
use nlrs_core::exchange::{self, Dump, Ending, Request};
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::{QueuedEvent, Socket};
use nlrs_core::wire::message::Message;

/// The callback for each message.
///
/// The message is valid until the function returns; its nlmsg_len has been checked. The function must not unwind or
/// longjmp. Calls on the same socket return NLRS_EBUSY in it.
///
/// @return 0: continue; NLRS_STOP: end the call with success; negative: end the call with that code
#[allow(non_camel_case_types)]
pub type nlrs_msg_fn = Option<unsafe extern "C" fn(nlh: *const nlmsghdr, arg: *mut c_void) -> c_int>;

/// A C function as a closure, which does nothing for NULL.
fn calling(function: nlrs_msg_fn, arg: *mut c_void) -> impl FnMut(&Message<'_>) -> c_int {
    move |message| match function {
        // SAFETY: the caller's function with the caller's argument; the message lives through the call.
        Some(function) => unsafe { function(message.bytes().as_ptr().cast(), arg) },
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

/// Checks the arguments of an exchange of one message; -EINVAL, which is noted. The reference keeps the socket alive
/// when it is closed meanwhile.
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

/// Sends a request and waits for its status.
///
/// Every answer to the request is passed to fn. The call ends with the ack or the error; with the end of the table when
/// the request was a dump; or, when the kernel is known to answer with exactly one message (RTM_GETLINK; requests to
/// the generic netlink controller) and NLM_F_ACK is not set in the request, with that answer, which saves the ack.
///
/// The request is not changed. A copy of its header gets a sequence number and the port ID of the socket,
/// NLM_F_REQUEST, and NLM_F_ACK unless one answer ends the call. Several threads may use the socket: each receives its
/// own answers, one after the other.
///
/// @param s   the socket
/// @param req one message, with a correct nlmsg_len
/// @param fn  called for each answer; may be NULL
/// @param arg passed to fn
/// @param err gets the details; may be NULL
/// @return 0; the kernel's code, unchanged; the negative code that fn returned; NLRS_ETIMEDOUT, NLRS_ECANCELED;
///         NLRS_EOVERRUN: answers were lost; NLRS_ETRUNC: an answer was longer than the buffer, which has grown now (an
///         RTM_GETLINK is then sent again); NLRS_EBUSY: a dump is open on the socket, or fn made the call;
///         NLRS_ECLOSED; -EBADMSG: a malformed answer; -EMSGSIZE: longer than the send buffer; -EINVAL: s or req is
///         NULL, or nlmsg_len is less than a header; -ENOMEM; or the code of a system call
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

/// Sends a request that one message answers, and waits for the answer.
///
/// As nlrs_request(), but no ack is requested, unless NLM_F_ACK is set in the request: the first answer ends the call.
/// For families that answer without an ack, and to save the ack when there is exactly one answer. If the kernel sends
/// more answers, the others are dropped; if it sends none, the call ends at its deadline.
///
/// @return as nlrs_request()
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

/// Begins a request whose answers are read one by one: the form of nlrs_request for event loops.
///
/// With a timeout of 0 (nlrs_socket_set_timeout) nothing waits: poll nlrs_socket_fd for nlrs_socket_poll_events, and
/// call nlrs_request_next until it no longer returns -EAGAIN. While the request is open, other requests, dumps and
/// batches on the socket return NLRS_EBUSY. The message is copied; its flags are treated as nlrs_request does.
///
/// @param s           the socket
/// @param req         one message
/// @param ret_request gets the request, to be ended with nlrs_request_end
/// @return 0; -EINVAL: a pointer is NULL, or nlmsg_len is less than a header; -EAGAIN: an abandoned dump has to end
///         first, or the send buffer is full, and the timeout is 0; NLRS_EBUSY; NLRS_ETIMEDOUT; NLRS_ECANCELED;
///         NLRS_ECLOSED; -ENOMEM; or the code of a system call
///
/// # Safety
/// As nlrs_request; `ret_request` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_request_begin(
    s: *mut Socket,
    req: *const nlmsghdr,
    ret_request: *mut *mut Request,
) -> c_int {
    not_null!(s, ret_request => -libc::EINVAL);
    // SAFETY: NULL or a message, by the caller's promise.
    let Some(message) = (unsafe { message_at(req) }) else { return -libc::EINVAL };
    // SAFETY: as in run_request.
    let socket = unsafe { Shared::of_raw(s) };
    match Request::begin(&socket, message).and_then(try_box) {
        Ok(request) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_request.write(Box::into_raw(request)) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Returns the next answer to a request.
///
/// @param r       the request
/// @param ret_nlh gets the message, which is valid until the next call on r; its nlmsg_len has been checked
/// @return 1: an answer; 0: the request was carried out and there are no more answers; -EAGAIN: nothing has arrived and
///         the socket's timeout is 0; -EINVAL: a pointer is NULL; any other negative code, as nlrs_request: why it
///         failed, which every later call returns too
///
/// # Safety
/// `r` is NULL or an open request that nothing else uses meanwhile; `ret_nlh` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_request_next(r: *mut Request, ret_nlh: *mut *const nlmsghdr) -> c_int {
    not_null!(r, ret_nlh => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    match unsafe { &mut *r }.next() {
        Ok(Some(message)) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_nlh.write(message.as_ptr().cast()) };
            1
        }
        Ok(None) => 0,
        Err(code) => code.raw(),
    }
}

/// Ends a request and frees it. NULL is allowed.
///
/// Never waits: answers that have not been read are discarded by the next call on the socket. A request that is ended
/// early may have been carried out.
///
/// @param r   the request
/// @param err gets the details; may be NULL
/// @return 0: it was carried out, or it was ended early, or r is NULL; else why it failed, as nlrs_request_next
///
/// # Safety
/// `r` is NULL or an open request; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_request_end(r: *mut Request, err: *mut ErrorRecord) -> c_int {
    // SAFETY: NULL or live, by the caller's promise.
    let mut err = unsafe { err.as_mut() };
    if let Some(record) = &mut err {
        record.clear();
    }
    not_null!(r => 0);
    // SAFETY: from Box::into_raw in nlrs_request_begin, ended once.
    let request = unsafe { Box::from_raw(r) };
    Code::of_result(&request.end(err))
}

/// Requests a table and passes every object to fn.
///
/// NLM_F_DUMP, NLM_F_REQUEST and NLM_F_ACK are set in a copy of the request's header. The dump is always read to its
/// end, so that the socket is ready for the next call. Several threads may use the socket: the call of another thread
/// waits.
///
/// Two tables of NETLINK_ROUTE can be incomplete although the kernel reports success (seen on Linux 6.18). Links: the
/// kernel ends the dump at the first link whose message is longer than 32 KiB, such as one with 250 alternative names,
/// unless the request has an IFLA_EXT_MASK other than 0. RTEXT_FILTER_BRVLAN changes nothing else in a dump for
/// AF_UNSPEC; with RTEXT_FILTER_SKIP_STATS the links come without their counters. IPv4 routes: the dump ends at the
/// first route whose message is longer than 32 KiB, such as one with 2,000 next hops, whatever the request contains.
///
/// @param s   the socket
/// @param req one message
/// @param fn  called for each object; may be NULL
/// @param arg passed to fn
/// @param err gets the details; may be NULL
/// @return 0; NLRS_EINTR_DUMP: the table changed meanwhile; all objects were passed on and may be inconsistent: repeat
///         the dump; and as nlrs_request()
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

/// Sends a request and does not wait for its status.
///
/// NLM_F_ACK is removed. An error that the kernel reports at once is returned, as by all families that process a
/// request in the sender's thread; a success is not reported. Answers that come later are dropped by the next call on
/// the socket.
///
/// @return 0: it was sent, and there is no error yet; else as nlrs_request()
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

/// Requests a table as a whole, and repeats the dump when the table changed meanwhile.
///
/// As nlrs_dump(), but fn is called only after the whole table has been received, so that no object is passed on twice.
/// The table is kept in memory until the call returns. The timeout of the socket covers all tries.
///
/// @param retries how often the dump is repeated after NLRS_EINTR_DUMP, NLRS_ETRUNC or NLRS_EOVERRUN; when the last try
///                ends so too, its objects are passed on and its code is returned
/// @return as nlrs_dump()
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

/// Begins a dump that is read message by message.
///
/// While it is open, other requests, dumps and batches on the socket return NLRS_EBUSY. The request is copied.
///
/// @param s        the socket
/// @param req      one message
/// @param ret_dump gets the dump, to be ended with nlrs_dump_end()
/// @return 0; -EINVAL: a pointer is NULL, or nlmsg_len is less than a header; -EAGAIN: an abandoned dump has to end
///         first, and the timeout is 0; NLRS_EBUSY; NLRS_ETIMEDOUT; NLRS_ECANCELED; NLRS_ECLOSED; -ENOMEM; or the code
///         of a system call
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
    match Dump::begin(&socket, message).and_then(try_box) {
        Ok(dump) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_dump.write(Box::into_raw(dump)) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Returns the next object of a dump.
///
/// @param d       the dump
/// @param ret_nlh gets the message, which is valid until the next call on d; its nlmsg_len has been checked
/// @return 1: a message; 0: the end, and the dump succeeded; -EAGAIN: nothing has arrived and the socket's timeout is
///         0; -EINVAL: a pointer is NULL; any other negative code, as nlrs_dump(): why the dump failed, which every
///         later call returns too
///
/// # Safety
/// `d` is NULL or an open dump that nothing else uses meanwhile; `ret_nlh` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_next(d: *mut Dump, ret_nlh: *mut *const nlmsghdr) -> c_int {
    not_null!(d, ret_nlh => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let dump = unsafe { &mut *d };
    let each = |message: &[u8]| {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_nlh.write(message.as_ptr().cast()) };
        1
    };
    dump.next_with(each, |end| Code::of_result(&end))
}

/// Whether the kernel filtered the dump as requested (NLM_F_DUMP_FILTERED).
///
/// Old kernels ignore filters without a report, and the result is 0. Known after the first object or the end has been
/// read.
///
/// @return 1 or 0; 0 for NULL
///
/// # Safety
/// `d` is NULL or an open dump.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_dump_is_filtered(d: *const Dump) -> c_int {
    not_null!(d => 0);
    // SAFETY: not NULL, and the caller's promise.
    c_int::from(unsafe { &*d }.is_filtered())
}

/// Ends a dump and frees it. NULL is allowed.
///
/// Never waits: objects that have not been read are discarded by the next call on the socket.
///
/// @param d   the dump
/// @param err gets the details; may be NULL
/// @return 0: the dump succeeded, or it was ended early, or d is NULL; else why it failed, as nlrs_dump_next()
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
    Code::of_result(&dump.end(err))
}

/// Returns the oldest event that arrived while an exchange was reading from the socket.
///
/// A socket that has joined groups receives events between the answers to its requests, and one that a queue or a
/// listener is bound to receives messages without a sequence number. They are kept in an event queue of at most 1 MiB:
/// fetch these first, then what is still to be received. (A socket of its own, as nlrs_monitor has, is the better way.)
///
/// The notification of a change that the socket itself has made is such an event, unless NLM_F_ECHO is set in the
/// request: then it is the answer to that.
///
/// @param s          the socket
/// @param ret_nlh    gets the message, which is valid until the next call on the socket, of any thread
/// @param ret_portid gets the port ID of its sender, 0: the kernel; may be NULL
/// @param ret_group  gets the group that it was sent to, 0: to this socket alone; may be NULL
/// @param ret_nsid   gets the namespace ID of its origin, -1: the socket's own; may be NULL
/// @return 1: an event; 0: there is none; NLRS_EOVERRUN, once: events behind those returned before may be lost;
///         -EINVAL: s or ret_nlh is NULL; NLRS_EBUSY, NLRS_ETIMEDOUT: the socket is in use; NLRS_ECANCELED,
///         NLRS_ECLOSED
///
/// # Safety
/// `s` is NULL or an open socket; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_next_event(
    s: *mut Socket,
    ret_nlh: *mut *const nlmsghdr,
    ret_portid: *mut u32,
    ret_group: *mut u32,
    ret_nsid: *mut i32,
) -> c_int {
    not_null!(s, ret_nlh => -libc::EINVAL);
    // SAFETY: as in run_request.
    let socket = unsafe { Shared::of_raw(s) };
    let mut give = |event: &QueuedEvent<'_>| {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_nlh.write(event.message.bytes().as_ptr().cast()) };
        // SAFETY: the caller's promise.
        unsafe { put(&event.arrival, ret_portid, ret_group, ret_nsid) };
    };
    match socket.next_event(&mut give) {
        Ok(found) => c_int::from(found),
        Err(code) => code.raw(),
    }
}

/// Returns the credentials of the sender of the event that nlrs_socket_next_event returned last, for which the kernel
/// vouches.
///
/// They come with what was received while SO_PASSCRED was on (nlrs_socket_options_set_credentials).
///
/// @param s       the socket
/// @param ret_pid gets the process ID, 0 for the kernel and for a process that has none in this namespace; may be NULL
/// @param ret_uid gets the user ID, 0 for the kernel; may be NULL
/// @param ret_gid gets the group ID, 0 for the kernel; may be NULL
/// @return 0; -ENOENT: the event came without, or none was returned; -EINVAL: s is NULL; NLRS_EBUSY, NLRS_ETIMEDOUT,
///         NLRS_ECANCELED, NLRS_ECLOSED as nlrs_socket_next_event
///
/// # Safety
/// `s` is NULL or an open socket; the others are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_socket_event_credentials(
    s: *mut Socket,
    ret_pid: *mut i32,
    ret_uid: *mut u32,
    ret_gid: *mut u32,
) -> c_int {
    not_null!(s => -libc::EINVAL);
    // SAFETY: as in run_request.
    let socket = unsafe { Shared::of_raw(s) };
    match socket.event_credentials() {
        // SAFETY: the caller's promise.
        Ok(credentials) => unsafe { put_credentials(credentials, ret_pid, ret_uid, ret_gid) },
        Err(code) => code.raw(),
    }
}
