// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the records of the families cross the C boundary.

use crate::build::nlrs_msg;
use crate::exchange::refuse;
use crate::pointers::EINVAL;
use crate::pointers::message_of;
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord, Result};
use nlrs_core::exchange::{self, Ending};
use nlrs_core::family::record::{self, Layout};
use nlrs_core::mem::Shared;
use nlrs_core::socket::Socket;
use nlrs_core::wire::build::Builder;
use nlrs_core::wire::value;

/// The longest record.
const RECORD_MAX: usize = 360;

/// No struct of a later version will be longer.
const SIZE_MAX: usize = 4096;

/// The bytes of a record: none but zeros at first.
struct Image([u8; RECORD_MAX]);

impl Image {
    fn of(&mut self, layout: &Layout) -> &mut [u8] {
        self.0.get_mut(..layout.size).unwrap_or(&mut [])
    }
}

/// Reads a message into C's struct of `size` bytes.
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked; `ret` is NULL or has `size` bytes to be written.
#[inline(never)]
pub(super) unsafe fn read(layout: &Layout, nlh: *const nlmsghdr, ret: *mut u8, size: usize) -> c_int {
    not_null!(nlh, ret => EINVAL);
    let mut image = Image([0; RECORD_MAX]);
    let image = image.of(layout);
    // SAFETY: not NULL, and the contract.
    match record::read(layout, &unsafe { message_of(nlh) }, image) {
        // SAFETY: not NULL, and the contract.
        Ok(()) => unsafe { give(image, ret, size, layout.first_size) },
        Err(code) => code.raw(),
    }
}

/// Copies a struct to C's, which has `size` bytes: what C's is longer becomes 0.
///
/// # Safety
/// `ret` is not NULL and has `size` bytes to be written.
pub(super) unsafe fn give(image: &[u8], ret: *mut u8, size: usize, first_size: usize) -> c_int {
    if size < first_size || size > SIZE_MAX {
        return EINVAL;
    }
    // SAFETY: not NULL, and the contract.
    value::copy_out(unsafe { core::slice::from_raw_parts_mut(ret, size) }, image);
    0
}

/// Fills `image` from C's struct of `size` bytes: -EINVAL for NULL and for fewer bytes than the first version had,
/// -E2BIG where a
/// field is set that this version does not know.
///
/// # Safety
/// `from` is NULL or has `size` bytes.
pub(super) unsafe fn take(from: *const u8, size: usize, first_size: usize, image: &mut [u8]) -> Result<()> {
    if from.is_null() || size < first_size || size > SIZE_MAX {
        return Err(Code::EINVAL);
    }
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { core::slice::from_raw_parts(from, size) };
    if bytes.iter().skip(image.len()).any(|&byte| byte != 0) {
        return Err(Code::of(-libc::E2BIG));
    }
    value::copy_out(image, bytes);
    Ok(())
}

/// Begins a message with C's record of `size` bytes.
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `record` is NULL or has `size` bytes.
#[inline(never)]
pub(super) unsafe fn begin(
    layout: &Layout,
    m: *mut nlrs_msg,
    ty: u32,
    flags: u32,
    record: *const u8,
    size: usize,
) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let begun = unsafe { &mut *m.cast::<Builder>() }.begin_out_of_line(ty, flags);
    if let Err(code) = begun {
        return code.raw();
    }
    // SAFETY: the contract.
    unsafe { put(layout, m, ty, record, size) }
}

/// Appends C's record of `size` bytes.
///
/// # Safety
/// As begin.
#[inline(never)]
pub(super) unsafe fn put(layout: &Layout, m: *mut nlrs_msg, ty: u32, record: *const u8, size: usize) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    let mut image = Image([0; RECORD_MAX]);
    let image = image.of(layout);
    // SAFETY: the contract.
    let taken = unsafe { take(record, size, layout.first_size, image) };
    match taken {
        Ok(()) => Code::of_result(&record::write(layout, image, ty, m)),
        Err(code) => m.refuse(0, code).raw(),
    }
}

/// Sends a request with C's record of `size` bytes, and waits for the kernel's answer.
///
/// # Safety
/// `s` is NULL or an open socket; `record` is NULL or has `size` bytes; `err` is NULL or a live error object.
#[inline(never)]
pub(super) unsafe fn request(
    layout: &Layout,
    s: *mut Socket,
    ty: u32,
    flags: u32,
    record: *const u8,
    size: usize,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let err = unsafe { err.as_mut() };
    let mut m = match Builder::growing(REQUEST) {
        Ok(m) if !s.is_null() => m,
        Ok(_) => return refuse(err, Code::EINVAL),
        Err(code) => return refuse(err, code),
    };
    let builder = (&raw mut m).cast::<nlrs_msg>();
    // SAFETY: the contract; an nlrs_msg is a Builder.
    unsafe { begin(layout, builder, ty, flags, record, size) };
    if let Err(code) = m.end() {
        return refuse(err, code);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    Code::of_result(&exchange::request(&socket, m.bytes(), Ending::Known, &mut |_| 0, err))
}

/// Bytes that a request begins with.
const REQUEST: usize = 256;
