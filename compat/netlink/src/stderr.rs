// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text on stderr. The wording is the stock library's, since programs and their tests read it.

use core::ffi::{CStr, c_int};

unsafe extern "C" {
    static stderr: *mut libc::FILE;
    static stdout: *mut libc::FILE;
}

/// The program's stderr.
fn stream() -> *mut libc::FILE {
    // SAFETY: C's library sets it before main.
    unsafe { stderr }
}

/// The program's stdout.
pub(crate) fn standard_output() -> *mut libc::FILE {
    // SAFETY: as above.
    unsafe { stdout }
}

/// errno.
pub(crate) fn errno() -> c_int {
    // SAFETY: __errno_location always returns the address of the calling thread's errno.
    unsafe { *libc::__errno_location() }
}

/// Sets errno.
pub(crate) fn set_errno(code: c_int) {
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = code }
}

/// A number as C's %d shows its 32 bits.
pub(crate) const fn signed(number: u32) -> c_int {
    c_int::from_ne_bytes(number.to_ne_bytes())
}

/// Writes a text.
#[cold]
pub(crate) fn text(text: &CStr) {
    let saved = errno();
    // SAFETY: an open stream and text with a NUL.
    unsafe { libc::fputs(text.as_ptr(), stream()) };
    set_errno(saved);
}

/// Writes a number between two texts.
#[cold]
pub(crate) fn number(before: &CStr, number: c_int, after: &CStr) {
    let saved = errno();
    // SAFETY: an open stream; the format's three arguments are there.
    unsafe { libc::fprintf(stream(), c"%s%d%s".as_ptr(), before.as_ptr(), number, after.as_ptr()) };
    set_errno(saved);
}

/// Writes text, number, text, number, text.
#[cold]
pub(crate) fn two_numbers(before: &CStr, one: c_int, between: &CStr, other: core::ffi::c_long, after: &CStr) {
    let saved = errno();
    // SAFETY: an open stream; the format's five arguments are there.
    unsafe {
        let format = c"%s%d%s%ld%s".as_ptr();
        libc::fprintf(stream(), format, before.as_ptr(), one, between.as_ptr(), other, after.as_ptr());
    }
    set_errno(saved);
}

/// Writes what failed and the text of errno, which stays as it is.
#[cold]
pub(crate) fn failure(what: &CStr) {
    reason(what, c": ", errno());
}

/// Writes what failed, a separator, and the text of an errno.
#[cold]
pub(crate) fn reason(what: &CStr, separator: &CStr, code: c_int) {
    let saved = errno();
    // SAFETY: strerror returns text for any number; the format's three arguments are there.
    unsafe {
        let words = libc::strerror(code);
        libc::fprintf(stream(), c"%s%s%s\n".as_ptr(), what.as_ptr(), separator.as_ptr(), words);
    }
    set_errno(saved);
}

/// Writes that a receive failed, with the errno as text and as number.
#[cold]
pub(crate) fn receive_failure(code: c_int) {
    let saved = errno();
    // SAFETY: strerror returns text for any number; the format's two arguments are there.
    unsafe {
        let words = libc::strerror(code);
        libc::fprintf(stream(), c"netlink receive error %s (%d)\n".as_ptr(), words, code);
    }
    set_errno(saved);
}

/// Writes the kernel's text of an error or a warning, as a sentence.
#[cold]
pub(crate) fn extended_ack(kind: &CStr, message: &CStr) {
    let saved = errno();
    let end = if message.to_bytes().ends_with(b".") { c"\n" } else { c".\n" };
    // SAFETY: an open stream; the format's three arguments are there.
    unsafe { libc::fprintf(stream(), c"%s: %s%s".as_ptr(), kind.as_ptr(), message.as_ptr(), end.as_ptr()) };
    set_errno(saved);
}
