// SPDX-License-Identifier: MIT OR Apache-2.0
//! Building messages

use super::pointers::{EINVAL, write_pair};
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::mem::{MessageBuffer, try_box};
use nlrs_core::wire::build::Builder;

/// A length that no payload of an attribute has.
pub(crate) const TOO_LONG: usize = 0x10000;
/// A length that all messages together cannot have.
pub(crate) const TOO_MUCH: usize = 0x7fff_ffff;

/// A message builder: one or more netlink messages under construction, in a caller's buffer or in memory that grows.
///
/// Either declare one, initialise it with nlrs_msg_init() over a buffer, and free nothing; or use nlrs_msg_new() and
/// nlrs_msg_free(). It must not be copied by assignment.
///
/// A message is begun with nlrs_msg_begin(), filled, and ended with nlrs_msg_end(). More messages can follow in the
/// same buffer, each padded with zeros to a multiple of 4 bytes. The first failure of a message is kept: each later
/// call returns the same code and changes nothing, nlrs_msg_end() returns it and drops the message, and
/// nlrs_msg_failure() returns its place. So it is enough to check nlrs_msg_end(). A call that fails does not change the
/// bytes before it.
///
/// The codes of every function that appends to a message:
///  -ERANGE     a type, value or flag is out of range (a type is at most 65535 and may contain NLA_F_... bits);
///  -EMSGSIZE   an attribute or a nest would be longer than 65535 bytes, header included, or the message longer than
///              its limit (nlrs_msg_set_limit());
///  -ENOSPC     the caller's buffer is full;
///  -ENOMEM     no memory;
///  -EINVAL     a pointer is NULL; no message is open; nlrs_msg_begin() while one is open; nlrs_msg_end() with an open
///              nest; a nest that is not the innermost open one; a header after an attribute;
///  NLRS_EBUSY  the messages belong to a batch that was sent and not reset.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct nlrs_msg {
    /// Private.
    pub nlrs_private: [u64; 48],
}

const _: () = assert!(size_of::<Builder>() <= size_of::<nlrs_msg>() && align_of::<Builder>() <= align_of::<nlrs_msg>());

/// Initialises a builder over a caller's buffer, which does not grow. Nothing is allocated and nothing is to be freed.
///
/// @param m     the builder; what it contained before is not freed
/// @param buf   the buffer, aligned to 4 bytes, which is used while m is. NULL or one that is not aligned counts as a
///              buffer of no bytes: nlrs_msg_begin() returns -ENOSPC
/// @param size  its size in bytes, of which at most 2^31 - 16 are used
///
/// # Safety
/// `m` is NULL or writable; `buf` is NULL or has `size` bytes that nothing else uses while `m` is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_init(m: *mut nlrs_msg, buf: *mut c_void, size: usize) {
    if m.is_null() {
        return;
    }
    // SAFETY: the contract on `buf` and `size`.
    let buffer = unsafe { MessageBuffer::borrowed(buf.cast(), size) };
    // SAFETY: `m` is not NULL and writable, and an nlrs_msg is larger than a Builder and aligned as strictly.
    unsafe { m.cast::<Builder>().write(Builder::in_buffer(buffer)) };
}

/// Tag of a builder that is a heap block of its own.
const ON_HEAP: u8 = 1;

/// Makes a builder whose memory grows as needed.
///
/// @param initial_capacity  size of the memory at first, in bytes; growing costs copies
/// @return the builder, to be freed with nlrs_msg_free(); NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_msg_new(initial_capacity: usize) -> *mut nlrs_msg {
    let boxed = Builder::growing(initial_capacity).and_then(try_box);
    match boxed {
        Ok(mut builder) => {
            builder.set_owner_tag(ON_HEAP);
            Box::into_raw(builder).cast()
        }
        Err(_) => core::ptr::null_mut(),
    }
}

/// Frees a builder of nlrs_msg_new(). NULL is allowed. A builder of nlrs_msg_init() or of a batch is not changed.
///
/// # Safety
/// `m` is NULL, or a live nlrs_msg that is not used again if it is from nlrs_msg_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_free(m: *mut nlrs_msg) {
    if m.is_null() {
        return;
    }
    let builder = m.cast::<Builder>();
    // SAFETY: not NULL, and a live Builder by the function's contract.
    if unsafe { (*builder).owner_tag() } == ON_HEAP {
        // SAFETY: a Builder of this tag is from nlrs_msg_new's Box, and freed once.
        drop(unsafe { Box::from_raw(builder) });
    }
}

/// Returns sizeof(struct nlrs_msg), for languages that do not read the header.
///
/// @return bytes; the alignment is 8
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_msg_sizeof() -> usize {
    size_of::<nlrs_msg>()
}

/// Begins a message: appends its header, with sequence number 0 and port ID 0.
///
/// @param m      messages under construction
/// @param type   message type, at most 65535
/// @param flags  NLM_F_..., at most 65535
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_begin(m: *mut nlrs_msg, r#type: u32, flags: u32) -> c_int {
    Code::of_result(&builder!(m).begin(r#type, flags))
}

/// Sets the type of the open message.
///
/// @param m     the message under construction
/// @param type  message type; above 65535 is -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_type(m: *mut nlrs_msg, r#type: u32) -> c_int {
    Code::of_result(&builder!(m).set_type(r#type))
}

/// Sets the flags of the open message.
///
/// @param m      message under construction
/// @param flags  NLM_F_...; above 65535 is -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_flags(m: *mut nlrs_msg, flags: u32) -> c_int {
    Code::of_result(&builder!(m).set_flags(flags))
}

/// Sets the sequence number of the open message.
///
/// @param m    message under construction
/// @param seq  sequence number; requests, dumps and batches set their own
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_seq(m: *mut nlrs_msg, seq: u32) -> c_int {
    Code::of_result(&builder!(m).set_seq(seq))
}

/// Sets the port ID of the open message.
///
/// @param m       message under construction
/// @param portid  port ID; requests, dumps and batches set their own
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_portid(m: *mut nlrs_msg, portid: u32) -> c_int {
    Code::of_result(&builder!(m).set_portid(portid))
}

/// Ends the message and sets its length.
///
/// After a failure, or with an open nest (-EINVAL), the message is dropped: the next message takes its place.
///
/// @param m  message under construction
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_end(m: *mut nlrs_msg) -> c_int {
    Code::of_result(&builder!(m).end())
}

/// Returns the first failure of the message under construction, or of the last one after its end.
///
/// @param m  messages under construction
/// @return 0: nothing failed; or the first failure (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_status(m: *const nlrs_msg) -> c_int {
    builder_ref!(m => EINVAL).failure().map_or(0, |failure| failure.code.raw())
}

/// Returns the place of the failure that nlrs_msg_status() returns.
///
/// @param m           messages under construction
/// @param ret_type    type of the attribute that was refused; 0: it was no attribute
/// @param ret_offset  offset that the attribute would have had, in bytes from the start of the message
/// @return 0; -ENOENT: nothing failed; -EINVAL: a pointer is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_failure(m: *const nlrs_msg, ret_type: *mut u32, ret_offset: *mut usize) -> c_int {
    not_null!(ret_type, ret_offset => EINVAL);
    let failure = builder_ref!(m => EINVAL).failure().ok_or(Code::ENOENT);
    // SAFETY: not NULL, and the contract.
    unsafe { write_pair(ret_type, ret_offset, failure.map(|failure| (failure.ty, failure.offset as usize))) }
}

/// Returns how many more bytes fit into the message and its innermost open nest.
///
/// An attribute takes 4 bytes and its payload, rounded up to a multiple of 4. Memory that grows counts as unlimited.
///
/// @param m  message under construction
/// @return bytes; 0 when no message is open, after a failure, or when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_space_left(m: *const nlrs_msg) -> usize {
    builder_ref!(m => 0).space_left()
}

/// Returns the first complete message. The others follow it, each padded to a multiple of 4 bytes.
///
/// @param m  messages under construction
/// @return the message, valid until m changes; NULL: none is complete, or m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_first(m: *const nlrs_msg) -> *const nlmsghdr {
    let bytes = builder_ref!(m => core::ptr::null()).bytes();
    if bytes.is_empty() { core::ptr::null() } else { bytes.as_ptr().cast() }
}

/// Returns the length of all complete messages together, padding included.
///
/// @param m  messages under construction
/// @return bytes; 0 for NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_len(m: *const nlrs_msg) -> usize {
    builder_ref!(m => 0).bytes().len()
}

/// Returns the number of complete messages.
///
/// @param m  messages under construction
/// @return number of messages; 0 for NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_count(m: *const nlrs_msg) -> usize {
    builder_ref!(m => 0).count()
}

/// Drops all messages, complete or not, and keeps the memory. The builder of a batch that was sent is reset by
/// nlrs_batch_reset().
///
/// @param m  messages under construction
/// @return 0; NLRS_EBUSY: it belongs to a batch that was sent; -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_reset(m: *mut nlrs_msg) -> c_int {
    let m = builder!(m);
    if m.is_sealed() {
        return Code::BUSY.raw();
    }
    m.reset();
    0
}

/// Sets the largest length of each message.
///
/// The default is 2147483612, the most that a kernel accepts from a socket with the largest possible send buffer. A
/// socket accepts the size of its send buffer less 32 bytes.
///
/// @param m      messages under construction
/// @param bytes  length with the header: 16 ... 2147483612
/// @return 0; -ERANGE: bytes is out of range; -EINVAL: a message is open, or m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_set_limit(m: *mut nlrs_msg, bytes: usize) -> c_int {
    Code::of_result(&builder!(m).set_max_len(bytes))
}
