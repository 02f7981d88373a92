// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dumps object by object, without a callback.

use super::open::Handle;
use super::{bytes_or_none, null, object, run, text};
use crate::error::Error;
use crate::family::Dump;
use std::ffi::{c_char, c_int};

/// A dump in progress.
#[derive(Debug)]
pub struct DumpHandle {
    dump: Option<Dump>,
    text: Vec<u8>,
}

/// Asks for all objects that match the request, to be read one by one with nlrs_ynl_dump_next.
///
/// Until it is ended the family's socket takes no other dump: NLRS_YNL_EBUSY. Other requests are possible.
///
/// @param ynl       the family
/// @param op        the operation, as "getlink"
/// @param json      the request; NULL is an empty one
/// @param flags     0, or flags as of nlrs_ynl_do
/// @param ret_dump  gets the dump, to be ended with nlrs_ynl_dump_end
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return as nlrs_ynl_do
///
/// # Safety
/// Texts end with a NUL; `ynl` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_dump_begin(
    ynl: *const Handle,
    op: *const c_char,
    json: *const c_char,
    flags: u32,
    ret_dump: *mut *mut DumpHandle,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if ret_dump.is_null() {
                return Err(null("ret_dump"));
            }
            let dump = object(ynl, "ynl")?.family.dump(text(op, "op")?, bytes_or_none(json), flags)?;
            ret_dump.write(Box::into_raw(Box::new(DumpHandle { dump: Some(dump), text: Vec::new() })));
            Ok(0)
        })
    }
}

/// Returns the next object of a dump.
///
/// @param dump      the dump, which no other thread may use meanwhile
/// @param ret_json  gets the object as JSON, which is valid until the next call with this dump
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 1 with an object, 0 at the end; how the dump failed, as of nlrs_ynl_do, once, and 0 from then on;
///         -EINVAL if dump or ret_json is NULL
///
/// # Safety
/// `dump` is NULL or live and used by nobody else; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_dump_next(
    dump: *mut DumpHandle,
    ret_json: *mut *const c_char,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            let handle = dump.as_mut().ok_or_else(|| null("dump"))?;
            if ret_json.is_null() {
                return Err(null("ret_json"));
            }
            let Some(dump) = &mut handle.dump else { return Ok(0) };
            match dump.next() {
                Ok(Some(json)) => {
                    handle.text.clear();
                    handle.text.extend_from_slice(json);
                    handle.text.push(0);
                    ret_json.write(handle.text.as_ptr().cast());
                    Ok(1)
                }
                Ok(None) => match handle.dump.take().map(Dump::end) {
                    Some(Err(error)) => Err(error),
                    _ => Ok(0),
                },
                Err(error) if error.code == -libc::EAGAIN => Err(error),
                Err(error) => {
                    handle.dump = None;
                    Err(error)
                }
            }
        })
    }
}

/// Ends a dump and frees it. One that is left early has not failed, and does not wait for the rest. NULL is
/// allowed.
///
/// # Safety
/// `dump` is NULL or came from nlrs_ynl_dump_begin and was not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_dump_end(dump: *mut DumpHandle) {
    if dump.is_null() {
        return;
    }
    // SAFETY: it came from Box::into_raw, by the caller's promise; no error is written.
    unsafe {
        let handle = Box::from_raw(dump);
        run(std::ptr::null_mut(), || {
            drop(handle);
            Ok::<c_int, Box<Error>>(0)
        });
    }
}
