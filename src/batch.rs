// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batches: many messages, a verdict for each.

use super::exchange::refuse;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::exchange::{Batch, BatchEars, BatchMode};
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::Socket;
use nlrs_core::wire::message::Message;

/// nlrs_batch_set_mode: send everything, whatever is refused. The default.
pub const NLRS_BATCH_CONTINUE: u32 = 0;
/// nlrs_batch_set_mode: send nothing after the first message that was refused. Each message is a datagram of its own.
pub const NLRS_BATCH_STOP_AT_FAILURE: u32 = 1;

/// What is called for each answer to a message of a batch (an echo, the object that a GET asked for).
///
/// As nlrs_msg_fn; index says which message it belongs to, counted from 0. What is in flight is finished before the batch ends. The
/// batch itself must not be used in it.
#[allow(non_camel_case_types)]
pub type nlrs_batch_reply_fn =
    Option<unsafe extern "C" fn(nlh: *const nlmsghdr, index: usize, arg: *mut c_void) -> c_int>;

/// What is called now and then while a batch is being sent: of total messages, known have their verdict.
///
/// The batch itself must not be used in it.
///
/// @return 0: go on; NLRS_STOP: send no more; negative: send no more, and nlrs_batch_send returns that code
#[allow(non_camel_case_types)]
pub type nlrs_batch_progress_fn = Option<unsafe extern "C" fn(known: usize, total: usize, arg: *mut c_void) -> c_int>;

/// A batch as C holds it: the messages, and who wants to hear of them.
#[derive(Debug)]
pub struct BatchHandle {
    batch: Batch,
    reply: nlrs_batch_reply_fn,
    reply_arg: *mut c_void,
    progress: nlrs_batch_progress_fn,
    progress_arg: *mut c_void,
}

/// Make an empty batch.
///
/// @return the batch, to be freed with nlrs_batch_free; NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_batch_new() -> *mut BatchHandle {
    let none = core::ptr::null_mut();
    Batch::new()
        .map(|batch| BatchHandle { batch, reply: None, reply_arg: none, progress: None, progress_arg: none })
        .and_then(try_box)
        .map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Free a batch and its messages. NULL is allowed.
///
/// # Safety
/// `b` is NULL or from nlrs_batch_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_free(b: *mut BatchHandle) {
    not_null!(b);
    // SAFETY: from Box::into_raw in nlrs_batch_new, freed once.
    drop(unsafe { Box::from_raw(b) });
}

/// Empty a batch for the next use; its memory, mode and callbacks are kept. NULL is allowed.
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_reset(b: *mut BatchHandle) {
    // SAFETY: the caller's promise.
    if let Some(handle) = unsafe { b.as_mut() } {
        handle.batch.reset();
    }
}

/// Ask for the message builder of a batch: begin, fill and end each message in it.
///
/// It is owned by the batch and lives as long; nlrs_msg_free on it does nothing. After nlrs_batch_send it refuses with NLRS_EBUSY
/// until nlrs_batch_reset. Sequence numbers and port IDs are the library's.
///
/// @return the builder; NULL if b is NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_msg(b: *mut BatchHandle) -> *mut super::message::nlrs_msg {
    not_null!(b => core::ptr::null_mut());
    // SAFETY: not NULL, and the caller's promise.
    let builder = unsafe { &mut *b }.batch.builder();
    core::ptr::from_mut(builder).cast()
}

/// Choose how a batch is sent.
///
/// @param mode NLRS_BATCH_CONTINUE or NLRS_BATCH_STOP_AT_FAILURE
/// @return 0; -EINVAL if b is NULL or there is no such mode; NLRS_EBUSY if it was sent and not reset
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_mode(b: *mut BatchHandle, mode: u32) -> c_int {
    not_null!(b => -libc::EINVAL);
    let mode = match mode {
        NLRS_BATCH_CONTINUE => BatchMode::GoOn,
        NLRS_BATCH_STOP_AT_FAILURE => BatchMode::StopAtFirst,
        _ => return -libc::EINVAL,
    };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &mut *b }.batch.set_mode(mode))
}

/// Make a batch a transaction of nfnetlink (NETLINK_NETFILTER): all of it is applied, or nothing.
///
/// The library puts NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END around the messages. All goes out as one datagram, for which the
/// socket's buffers are enlarged as far as the caller's privileges go.
///
/// @param subsystem NFNL_SUBSYS_… of linux/netfilter/nfnetlink.h, up to 65535
/// @return 0; -EINVAL if b is NULL; -ERANGE if subsystem is too large; NLRS_EBUSY if the batch was sent and not reset
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_transaction(b: *mut BatchHandle, subsystem: u32) -> c_int {
    not_null!(b => -libc::EINVAL);
    let Ok(subsystem) = u16::try_from(subsystem) else { return -libc::ERANGE };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &mut *b }.batch.set_mode(BatchMode::Transaction(subsystem)))
}

/// Have a function called for each answer to a message of the batch.
///
/// @param fn  NULL: nobody is interested
/// @param arg handed to fn
/// @return 0; -EINVAL if b is NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_reply_fn(
    b: *mut BatchHandle,
    r#fn: nlrs_batch_reply_fn,
    arg: *mut c_void,
) -> c_int {
    not_null!(b => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let handle = unsafe { &mut *b };
    handle.reply = r#fn;
    handle.reply_arg = arg;
    0
}

/// Have a function called after each datagram of the batch whose verdicts have come.
///
/// @param fn  NULL: nobody is interested
/// @param arg handed to fn
/// @return 0; -EINVAL if b is NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_progress_fn(
    b: *mut BatchHandle,
    r#fn: nlrs_batch_progress_fn,
    arg: *mut c_void,
) -> c_int {
    not_null!(b => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let handle = unsafe { &mut *b };
    handle.progress = r#fn;
    handle.progress_arg = arg;
    0
}

/// Send every message of a batch and wait for all verdicts.
///
/// The messages go out in as few datagrams as the socket's buffers take, so bounded that the receive buffer holds every report
/// even if all fail. NLM_F_REQUEST is set on each message, NLM_F_ACK on the last of each datagram. A batch is sent once: a second time
/// is NLRS_EBUSY until nlrs_batch_reset, also after a failure.
///
/// @param s   the socket
/// @param b   the batch, which stays the caller's and then has the results
/// @param err gets the details, for NLRS_EPARTIAL those of the first message that was refused; may be NULL
/// @return 0: all were accepted; NLRS_EPARTIAL: some were refused; NLRS_EABORTED: a transaction was refused and nothing was applied;
///         NLRS_EBUSY: sent already; -EINVAL: s or b is NULL, or a message in it is not ended; the negative code of a callback; any other code
///         as nlrs_request: why the exchange failed, and nlrs_batch_result tells what is known of each message
///
/// # Safety
/// `s` is NULL or an open socket; `b` is NULL or a live batch; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_send(s: *mut Socket, b: *mut BatchHandle, err: *mut ErrorRecord) -> c_int {
    // SAFETY: NULL or live, by the caller's promise.
    let err = unsafe { err.as_mut() };
    if s.is_null() || b.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and the caller's promise.
    let handle = unsafe { &mut *b };
    // SAFETY: not NULL, and an open socket by the caller's promise. The reference keeps it through a close meanwhile.
    let socket = unsafe { Shared::of_raw(s) };
    let (reply, reply_arg) = (handle.reply, handle.reply_arg);
    let (progress, progress_arg) = (handle.progress, handle.progress_arg);
    let mut on_reply = |message: &Message<'_>, index: usize| match reply {
        // SAFETY: the caller's function with the caller's argument; the message lives through the call.
        Some(function) => unsafe { function(message.bytes.as_ptr().cast(), index, reply_arg) },
        None => 0,
    };
    let mut on_progress = |known: usize, total: usize| match progress {
        // SAFETY: the caller's function with the caller's argument.
        Some(function) => unsafe { function(known, total, progress_arg) },
        None => 0,
    };
    let ears = BatchEars { reply: Some(&mut on_reply), progress: Some(&mut on_progress) };
    Code::of_result(&handle.batch.send(&socket, ears, err))
}

/// Ask how many messages a batch holds.
///
/// @return the number of ended messages; 0 if b is NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_count(b: *const BatchHandle) -> usize {
    not_null!(b => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*b }.batch.count()
}

/// Ask how many messages of a batch were refused.
///
/// @return the number; 0 if b is NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_failed(b: *const BatchHandle) -> usize {
    not_null!(b => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*b }.batch.failed()
}

/// Ask what became of one message of a batch.
///
/// @param i   which message, counted from 0
/// @param err gets the details; may be NULL
/// @return 0: accepted; what the kernel said, unchanged; NLRS_ENOTSENT; NLRS_EUNKNOWN: sent, and its verdict was lost; NLRS_EABORTED: not at
///         fault, but the transaction was refused; NLRS_EINDEX: there is no such message; -EINVAL: b is NULL
///
/// # Safety
/// `b` is NULL or a live batch; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_result(b: *const BatchHandle, i: usize, err: *mut ErrorRecord) -> c_int {
    // SAFETY: NULL or live, by the caller's promise.
    let err = unsafe { err.as_mut() };
    if b.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &*b }.batch.result(i, err))
}
