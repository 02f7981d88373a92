// SPDX-License-Identifier: MIT OR Apache-2.0
//! Several messages in one datagram

use super::behind;
use super::message::length;
use core::ffi::c_void;
use core::ptr;

/// Messages one behind the other in the caller's buffer.
#[derive(Debug)]
pub struct Batch {
    buffer: *mut u8,
    limit: usize,
    used: usize,
    /// The message behind what is used went beyond the limit.
    overflow: bool,
}

/// Starts a batch in buf. It may hold bufsiz bytes; the buffer has room for one message more, at least, since that is
/// written before mnl_nlmsg_batch_next can refuse it.
///
/// @return the batch, for mnl_nlmsg_batch_stop; NULL: no memory
///
/// # Safety
/// `buf` has `bufsiz` bytes and room for a message, until the batch is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_start(buf: *mut c_void, bufsiz: usize) -> *mut Batch {
    // SAFETY: malloc takes any size.
    let batch = unsafe { libc::malloc(size_of::<Batch>()) }.cast::<Batch>();
    if !batch.is_null() {
        // SAFETY: fresh memory of a Batch's size, aligned as malloc does.
        unsafe { batch.write(Batch { buffer: buf.cast(), limit: bufsiz, used: 0, overflow: false }) };
    }
    batch
}

/// Frees the batch, not the buffer. NULL is allowed.
///
/// # Safety
/// `b` is NULL or a batch, which is freed then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_stop(b: *mut Batch) {
    // SAFETY: from malloc.
    unsafe { libc::free(b.cast()) };
}

/// Takes in the message at mnl_nlmsg_batch_current.
///
/// @return false: the batch would be longer than its limit. Send it, then mnl_nlmsg_batch_reset, which keeps that message
///
/// # Safety
/// `b` is a batch, and there is a message at its current place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_next(b: *mut Batch) -> bool {
    // SAFETY: the caller's promise.
    let batch = unsafe { &mut *b };
    // SAFETY: the caller's promise.
    let len = unsafe { length(behind(batch.buffer, batch.used)) } as usize;
    match batch.used.checked_add(len) {
        Some(used) if used <= batch.limit => {
            batch.used = used;
            true
        }
        _ => {
            batch.overflow = true;
            false
        }
    }
}

/// Empties the batch. The message that mnl_nlmsg_batch_next refused last moves to the front and is the first one of the
/// new batch.
///
/// # Safety
/// `b` is a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_reset(b: *mut Batch) {
    // SAFETY: the caller's promise.
    let batch = unsafe { &mut *b };
    if !batch.overflow {
        batch.used = 0;
        return;
    }
    let message = behind::<_, u8>(batch.buffer, batch.used);
    // SAFETY: the caller's message, behind what is used.
    let len = unsafe { length(message.cast()) } as usize;
    // It may be longer than the distance.
    // SAFETY: both places are in the caller's buffer.
    unsafe { ptr::copy(message, batch.buffer, len) };
    batch.used = len;
    batch.overflow = false;
}

/// Bytes of the messages that were taken in.
///
/// # Safety
/// `b` is a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_size(b: *mut Batch) -> usize {
    // SAFETY: the caller's promise.
    unsafe { (*b).used }
}

/// The buffer: what is to be sent.
///
/// # Safety
/// `b` is a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_head(b: *mut Batch) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { (*b).buffer }.cast()
}

/// Where the next message is to be written.
///
/// # Safety
/// `b` is a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_current(b: *mut Batch) -> *mut c_void {
    // SAFETY: the caller's promise.
    let batch = unsafe { &*b };
    behind(batch.buffer, batch.used)
}

/// Whether no message was taken in.
///
/// # Safety
/// `b` is a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_nlmsg_batch_is_empty(b: *mut Batch) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*b).used == 0 }
}
