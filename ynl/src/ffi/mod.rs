// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions that C calls. Each file is a section of the header.
//!
//! A function checks its pointers, calls the safe one, and translates the result. A panic, which only a mistake in
//! this library or in one that it uses can cause, ends here and is an error of the call.

pub mod codec;
pub mod describe;
pub mod dump;
pub mod events;
pub mod open;
pub mod request;

use crate::error::{Error, Result};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a function of the library. On failure the error goes to `ret_error` as JSON, and its code is returned.
///
/// # Safety
/// `ret_error` is NULL or has room for a pointer.
unsafe fn run(ret_error: *mut *mut c_char, call: impl FnOnce() -> Result<c_int>) -> c_int {
    let result = catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(Error::new(-libc::ENOTRECOVERABLE, "a mistake in the library ended the call")));
    match result {
        Ok(value) => value,
        Err(error) => {
            let code = if error.code < 0 { error.code } else { -libc::EINVAL };
            if !ret_error.is_null() {
                let text = catch_unwind(AssertUnwindSafe(|| error.to_json())).unwrap_or_default();
                // SAFETY: not NULL, and the caller's promise.
                unsafe { ret_error.write(allocate(text.as_bytes()).cast()) };
            }
            code
        }
    }
}

/// Copies bytes, and a NUL behind them, into memory of malloc; NULL when there is none.
fn allocate(bytes: &[u8]) -> *mut c_void {
    // SAFETY: malloc takes any size.
    let memory = unsafe { libc::malloc(bytes.len().saturating_add(1)) };
    if !memory.is_null() {
        // SAFETY: the memory was just allocated, for one byte more than there are.
        unsafe {
            memory.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            memory.cast::<u8>().add(bytes.len()).write(0);
        }
    }
    memory
}

/// Hands bytes out that the caller frees.
///
/// # Safety
/// `ret` has room for a pointer.
unsafe fn give(bytes: &[u8], ret: *mut *mut c_char) -> Result<c_int> {
    let memory = allocate(bytes);
    if memory.is_null() {
        return Err(Error::new(-libc::ENOMEM, "there is no memory for the result"));
    }
    // SAFETY: the caller's promise.
    unsafe { ret.write(memory.cast()) };
    Ok(0)
}

/// The error of an argument that is NULL.
fn null(name: &str) -> Box<Error> {
    Error::new(-libc::EINVAL, format!("'{name}' is NULL"))
}

/// A text of the caller's that must be there.
///
/// # Safety
/// `text` is NULL or ends with a NUL, and stays as it is for `'a`.
unsafe fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    if text.is_null() {
        return Err(null(name));
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|_| Error::new(-libc::EINVAL, format!("'{name}' is not UTF-8")))
}

/// A text of the caller's; NULL is an empty one.
///
/// # Safety
/// As [`text`].
unsafe fn bytes_or_none<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// An object of the library's.
///
/// # Safety
/// `object` is NULL or live for `'a`.
unsafe fn object<'a, T>(object: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: the caller's promise.
    unsafe { object.as_ref() }.ok_or_else(|| null(name))
}

/// Gets a reply: JSON with a NUL behind it, its length without, and the pointer that the caller gave. The text is
/// valid until it returns. 0 continues, NLRS_YNL_STOP ends the call with success, a negative number ends it with
/// that code.
pub type ReplyFn = Option<unsafe extern "C" fn(json: *const c_char, len: usize, arg: *mut c_void) -> c_int>;

/// Passes replies on, each with a NUL.
struct Replies {
    function: unsafe extern "C" fn(*const c_char, usize, *mut c_void) -> c_int,
    arg: *mut c_void,
    text: Vec<u8>,
}

impl Replies {
    fn new(function: ReplyFn, arg: *mut c_void) -> Result<Replies> {
        Ok(Replies { function: function.ok_or_else(|| null("fn"))?, arg, text: Vec::new() })
    }

    fn pass(&mut self, json: &[u8]) -> c_int {
        self.text.clear();
        self.text.extend_from_slice(json);
        self.text.push(0);
        // SAFETY: the function that the caller gave, with its own pointer; the text lives during the call.
        unsafe { (self.function)(self.text.as_ptr().cast(), json.len(), self.arg) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::null_mut;

    #[test]
    fn a_panic_is_an_error_of_the_call() {
        let mut error: *mut c_char = null_mut();
        // SAFETY: the output has room, and what is put there is a text of malloc.
        unsafe {
            assert_eq!(run(&raw mut error, || panic!("as a mistake would")), -libc::ENOTRECOVERABLE);
            assert!(CStr::from_ptr(error).to_str().unwrap().contains("\"errno\":\"ENOTRECOVERABLE\""));
            open::nlrs_ynl_free(error.cast());
            // Nobody has to take the error.
            assert_eq!(run(null_mut(), || panic!("likewise")), -libc::ENOTRECOVERABLE);
        }
    }

    #[test]
    fn what_is_given_out_ends_with_a_nul() {
        let mut text: *mut c_char = null_mut();
        // SAFETY: the output has room, and what is put there is a text of malloc.
        unsafe {
            assert_eq!(give(b"{}", &raw mut text).unwrap(), 0);
            assert_eq!(CStr::from_ptr(text).to_bytes(), b"{}");
            open::nlrs_ynl_free(text.cast());
        }
    }
}
