// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batches: many messages, a status for each.

use super::exchange::refuse;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::exchange::{Batch, BatchCallbacks, BatchMode};
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::Socket;
use nlrs_core::wire::message::Message;

/// nlrs_batch_set_mode: send all messages, also after a failure. The default.
pub const NLRS_BATCH_CONTINUE: u32 = 0;
/// nlrs_batch_set_mode: send no more messages after the first that was refused. Each message is a datagram of its own.
pub const NLRS_BATCH_STOP_AT_FAILURE: u32 = 1;

/// The callback for each answer to a message of a batch (an echo, the object that a GET requested).
///
/// As nlrs_msg_fn; index is the message to which the answer belongs, counted from 0. Messages that were sent are
/// completed before the batch ends. The batch must not be used in the callback.
#[allow(non_camel_case_types)]
pub type nlrs_batch_reply_fn =
    Option<unsafe extern "C" fn(nlh: *const nlmsghdr, index: usize, arg: *mut c_void) -> c_int>;

/// The callback for the progress of a batch: known of total messages have their status.
///
/// The batch must not be used in the callback.
///
/// @return 0: continue; NLRS_STOP: send no more; negative: send no more, and nlrs_batch_send() returns that code
#[allow(non_camel_case_types)]
pub type nlrs_batch_progress_fn = Option<unsafe extern "C" fn(known: usize, total: usize, arg: *mut c_void) -> c_int>;

/// A batch of a C program: the messages and the callbacks.
#[derive(Debug)]
pub struct BatchHandle {
    batch: Batch,
    reply: nlrs_batch_reply_fn,
    reply_arg: *mut c_void,
    progress: nlrs_batch_progress_fn,
    progress_arg: *mut c_void,
}

/// Makes an empty batch.
///
/// @return the batch, to be freed with nlrs_batch_free(); NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_batch_new() -> *mut BatchHandle {
    let none = core::ptr::null_mut();
    Batch::new()
        .map(|batch| BatchHandle { batch, reply: None, reply_arg: none, progress: None, progress_arg: none })
        .and_then(try_box)
        .map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Frees a batch and its messages. NULL is allowed.
///
/// # Safety
/// `b` is NULL or from nlrs_batch_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_free(b: *mut BatchHandle) {
    not_null!(b);
    // SAFETY: from Box::into_raw in nlrs_batch_new, freed once.
    drop(unsafe { Box::from_raw(b) });
}

/// Empties a batch for the next use; memory, mode and callbacks are kept. NULL is allowed.
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

/// Returns the message builder of a batch: each message is begun, filled and ended in it.
///
/// The batch owns the builder; nlrs_msg_free() does not change it. After nlrs_batch_send() its functions return
/// NLRS_EBUSY until nlrs_batch_reset(). The library sets sequence numbers and port IDs.
///
/// @return the builder, valid while the batch is; NULL for NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_msg(b: *mut BatchHandle) -> *mut super::build::nlrs_msg {
    not_null!(b => core::ptr::null_mut());
    // SAFETY: not NULL, and the caller's promise.
    let builder = unsafe { &mut *b }.batch.builder();
    core::ptr::from_mut(builder).cast()
}

/// Sets how a batch is sent.
///
/// @param mode NLRS_BATCH_CONTINUE or NLRS_BATCH_STOP_AT_FAILURE
/// @return 0; -EINVAL: b is NULL, or there is no such mode; NLRS_EBUSY: it was sent and not reset
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_mode(b: *mut BatchHandle, mode: u32) -> c_int {
    not_null!(b => -libc::EINVAL);
    let mode = match mode {
        NLRS_BATCH_CONTINUE => BatchMode::Continue,
        NLRS_BATCH_STOP_AT_FAILURE => BatchMode::StopAtFirst,
        _ => return -libc::EINVAL,
    };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &mut *b }.batch.set_mode(mode))
}

/// Makes a batch a transaction of nfnetlink (NETLINK_NETFILTER): all of it is applied, or nothing.
///
/// The library adds NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END around the messages. The transaction is sent as one
/// datagram, for which the socket's buffers are enlarged as far as the caller's privileges allow.
///
/// @param subsystem NFNL_SUBSYS_… of linux/netfilter/nfnetlink.h, at most 65535
/// @return 0; -EINVAL: b is NULL; -ERANGE: subsystem is too large; NLRS_EBUSY: the batch was sent and not reset
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_transaction(b: *mut BatchHandle, subsystem: u32) -> c_int {
    not_null!(b => -libc::EINVAL);
    let Ok(subsystem) = u16::try_from(subsystem) else { return -libc::ERANGE };
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &mut *b }.batch.set_mode(BatchMode::Transaction { subsystem, generation: None }))
}

/// Makes a transaction one for a generation of the subsystem's tables (NFNL_BATCH_GENID, Linux 4.11).
///
/// If the tables are of another generation, all of it is refused: nlrs_batch_send returns NLRS_EABORTED, with -ERESTART
/// in the error object. Of nf_tables the generation is NFTA_GEN_ID in the answer to NFT_MSG_GETGEN, here in host byte
/// order. To be called after nlrs_batch_set_transaction(), which clears the generation.
///
/// @return 0; -EINVAL: b is NULL, or the batch is no transaction; NLRS_EBUSY: it was sent and not reset
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_set_generation(b: *mut BatchHandle, generation: u32) -> c_int {
    not_null!(b => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { &mut *b }.batch.set_generation(generation))
}

/// Sets the callback for each answer to a message of the batch.
///
/// @param fn  the callback, used until it is replaced or the batch is freed; may be NULL
/// @param arg passed to fn
/// @return 0; -EINVAL: b is NULL
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

/// Sets the callback after each datagram of the batch whose statuses have arrived.
///
/// @param fn  the callback, used until it is replaced or the batch is freed; may be NULL
/// @param arg passed to fn
/// @return 0; -EINVAL: b is NULL
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

/// Sends every message of a batch and waits for all statuses.
///
/// The messages are sent in as few datagrams as the socket's buffers allow. A datagram is limited so that the receive
/// buffer can take every error, even if all messages fail. NLM_F_REQUEST is set in each message, NLM_F_ACK in the last
/// of each datagram. A batch is sent once: a second call is NLRS_EBUSY until nlrs_batch_reset(), also after a failure.
///
/// Messages of NETLINK_NETFILTER between the caller's own NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END are sent as one
/// datagram, as the kernel requires.
///
/// @param s   the socket
/// @param b   the batch, which has the results afterwards
/// @param err gets the details, after NLRS_EPARTIAL those of the first message that was refused; may be NULL
/// @return 0: all were accepted; NLRS_EPARTIAL: some were refused; NLRS_EABORTED: a transaction was refused and nothing
///         was applied, and err has the details of the transaction (-ERESTART: it is for another generation) or of the
///         first message that was refused; NLRS_EBUSY: sent already; -EINVAL: s or b is NULL, or a message in it is not
///         ended; the negative code of a callback; any other code as nlrs_request(): why the exchange failed, and
///         nlrs_batch_result() returns what is known of each message
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
        Some(function) => unsafe { function(message.bytes().as_ptr().cast(), index, reply_arg) },
        None => 0,
    };
    let mut on_progress = |known: usize, total: usize| match progress {
        // SAFETY: the caller's function with the caller's argument.
        Some(function) => unsafe { function(known, total, progress_arg) },
        None => 0,
    };
    let callbacks = BatchCallbacks { reply: Some(&mut on_reply), progress: Some(&mut on_progress) };
    Code::of_result(&handle.batch.send(&socket, callbacks, err))
}

/// Returns the number of messages in a batch.
///
/// @return number of ended messages; 0 for NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_count(b: *const BatchHandle) -> usize {
    not_null!(b => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*b }.batch.count()
}

/// Returns the number of messages of a batch that were refused.
///
/// @return the number; 0 for NULL
///
/// # Safety
/// `b` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_batch_failed(b: *const BatchHandle) -> usize {
    not_null!(b => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*b }.batch.failed()
}

/// Returns the status of one message of a batch.
///
/// @param i   index of the message, counted from 0
/// @param err gets the details; may be NULL
/// @return 0: accepted; the kernel's code, unchanged; NLRS_ENOTSENT; NLRS_EUNKNOWN: sent, and its status was lost;
///         NLRS_EABORTED: not refused itself, but the transaction was; NLRS_EINDEX: there is no such message; -EINVAL:
///         b is NULL
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
