// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests: one reply or many, one message or a batch.

use super::open::Handle;
use super::{Replies, ReplyFn, bytes_or_none, give, null, object, run, text};
use std::ffi::{c_char, c_int, c_void};

/// Flag of a request: return the object as it is afterwards. NLM_F_ECHO.
pub const NLRS_YNL_ECHO: u32 = 0x8;
/// Flag of a request: replace an object that exists. NLM_F_REPLACE.
pub const NLRS_YNL_REPLACE: u32 = 0x100;
/// Flag of a request: fail if the object exists. NLM_F_EXCL.
pub const NLRS_YNL_EXCL: u32 = 0x200;
/// Flag of a request: create the object if it does not exist. NLM_F_CREATE.
pub const NLRS_YNL_CREATE: u32 = 0x400;
/// Flag of a request: add to the end of the list. NLM_F_APPEND.
pub const NLRS_YNL_APPEND: u32 = 0x800;
/// Flag of a request: ask for all objects.
pub const NLRS_YNL_DUMP: u32 = 0x10000;
/// Flag of a request: do not check values against the limits in the specification.
pub const NLRS_YNL_UNCHECKED: u32 = 0x20000;

/// A callback's result: end the call with success.
pub const NLRS_YNL_STOP: c_int = 1;
/// Of a batch, some messages were refused.
pub const NLRS_YNL_EPARTIAL: c_int = -65537;
/// The table changed during the dump: what was delivered may be inconsistent. Dump again.
pub const NLRS_YNL_EINTR_DUMP: c_int = -65541;
/// The receive buffer overflowed: messages were lost.
pub const NLRS_YNL_EOVERRUN: c_int = -65542;
/// A datagram was longer than the buffer: its end was lost.
pub const NLRS_YNL_ETRUNC: c_int = -65543;
/// The deadline passed.
pub const NLRS_YNL_ETIMEDOUT: c_int = -65544;
/// The call was cancelled.
pub const NLRS_YNL_ECANCELED: c_int = -65545;
/// The socket is in use by a dump.
pub const NLRS_YNL_EBUSY: c_int = -65546;

/// Sends a request, passes each reply to a callback, and waits for the kernel's ack.
///
/// The request is a JSON object: attributes of the operation and members of the family's header, by the names of
/// the specification. Values may be as replies have them, or freer: names or numbers for enums and flags,
/// hexadecimal digits for bytes, addresses as text, one object where a list of one is meant, {"UnknownAttr(67)":
/// "0100"} or {"67": "0100"} for an attribute that the specification does not have, {"UnknownBytes": "0100"} for a
/// value of any type. Values outside the limits in the specification (ranges, lengths, flags) are refused before
/// anything is sent, with -ERANGE, unless the flag NLRS_YNL_UNCHECKED is given.
///
/// A reply is what the kernel's own tool writes with --output-json. What has no form there is kept: an attribute
/// without a name as "UnknownAttr(67)" with its bytes in hexadecimal, or an object if it is a nest; an enum's value
/// or a bit without a name as a number; bytes that do not fit their type as {"UnknownBytes": "0100"}. Integers are
/// exact: a reader must not make doubles of them.
///
/// The error (ret_error) is a JSON object: "code", "errno" (the code's name), "message" (the kernel's own, where it
/// sent one), "from" ("kernel" or "library"), and where they are known "attribute" ("linkinfo.data.id"), "missing"
/// (an attribute that has to be there), "allowed" ("type", "min", "max", "min-length", "max-length", "mask"),
/// "line" and "column" of a JSON text that is malformed, "file", "line" and "column" of a specification.
///
/// May be called from several threads at once: the socket locks inside. A callback may use everything but the socket
/// that it is called for: another request to the same family is NLRS_YNL_EBUSY there.
///
/// @param ynl       the family
/// @param op        the operation, as "newlink"
/// @param json      the request; NULL is an empty one
/// @param flags     0, or NLRS_YNL_CREATE, … joined by or; with NLRS_YNL_DUMP it is a dump
/// @param fn        gets each reply
/// @param arg       is passed to fn; may be NULL
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 0; the kernel's errno, negative; -EINVAL if a pointer that must not be NULL is, or the request is wrong;
///         -ERANGE, -EMSGSIZE if a value is out of range or too long; -ENOENT if the family, in this kernel or at
///         all, or the operation does not exist; -EOPNOTSUPP if the operation has no such request;
///         NLRS_YNL_ETIMEDOUT, NLRS_YNL_ECANCELED, NLRS_YNL_EBUSY, NLRS_YNL_EOVERRUN, NLRS_YNL_ETRUNC,
///         NLRS_YNL_EINTR_DUMP; the code of fn
///
/// # Safety
/// Texts end with a NUL; `ynl` is NULL or live; `fn` may be called with `arg`; `ret_error` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_do(
    ynl: *const Handle,
    op: *const c_char,
    json: *const c_char,
    flags: u32,
    r#fn: ReplyFn,
    arg: *mut c_void,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            let family = &object(ynl, "ynl")?.family;
            let op = text(op, "op")?;
            let mut replies = Replies::new(r#fn, arg)?;
            family.request(op, bytes_or_none(json), flags, &mut |reply| replies.pass(reply))?;
            Ok(0)
        })
    }
}

/// As nlrs_ynl_do with NLRS_YNL_DUMP: asks for all objects that match the request and passes each to a callback.
///
/// The memory needed does not grow with the number of objects.
///
/// @param ynl       the family
/// @param op        the operation, as "getlink"
/// @param json      the request; NULL is an empty one
/// @param flags     0, or flags as of nlrs_ynl_do
/// @param fn        gets each object
/// @param arg       is passed to fn; may be NULL
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return as nlrs_ynl_do
///
/// # Safety
/// As nlrs_ynl_do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_dump(
    ynl: *const Handle,
    op: *const c_char,
    json: *const c_char,
    flags: u32,
    r#fn: ReplyFn,
    arg: *mut c_void,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { nlrs_ynl_do(ynl, op, json, flags | NLRS_YNL_DUMP, r#fn, arg, ret_error) }
}

/// As nlrs_ynl_do, with everything that came back as one text: of a dump a list; else null where there was no
/// reply, an object for one, a list for several.
///
/// @param ynl       the family
/// @param op        the operation
/// @param json      the request; NULL is an empty one
/// @param flags     as of nlrs_ynl_do
/// @param ret_json  gets the text, to be freed with nlrs_ynl_free
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return as nlrs_ynl_do; -ENOMEM
///
/// # Safety
/// Texts end with a NUL; `ynl` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_call(
    ynl: *const Handle,
    op: *const c_char,
    json: *const c_char,
    flags: u32,
    ret_json: *mut *mut c_char,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if ret_json.is_null() {
                return Err(null("ret_json"));
            }
            let family = &object(ynl, "ynl")?.family;
            give(&family.call(text(op, "op")?, bytes_or_none(json), flags)?, ret_json)
        })
    }
}

/// Sends several requests together, which the kernel carries out one after the other, and passes the result of each
/// to a callback.
///
/// The batch is a list of objects: "do" is the operation, "json" its request, "flags" a list of "create", "excl",
/// "replace", "append", "echo". A result has "index", "code" (0 or negative), "reply" (null, an object or a list)
/// and, where it was refused, "error". All are encoded before the first is sent. What stands between "batch-begin"
/// and "batch-end" of a family of nfnetlink is a transaction: all or nothing.
///
/// @param ynl       the family
/// @param json      the batch
/// @param fn        gets each result, in the order of the batch
/// @param arg       is passed to fn; may be NULL
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 0; NLRS_YNL_EPARTIAL if some messages were refused, see their results; else as nlrs_ynl_do
///
/// # Safety
/// As nlrs_ynl_do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_batch(
    ynl: *const Handle,
    json: *const c_char,
    r#fn: ReplyFn,
    arg: *mut c_void,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            let family = &object(ynl, "ynl")?.family;
            let json = text(json, "json")?;
            let mut replies = Replies::new(r#fn, arg)?;
            family.batch(json.as_bytes(), &mut |result| replies.pass(result))?;
            Ok(0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{family::flags, socket};

    #[test]
    fn the_numbers_of_the_header_are_those_of_the_library() {
        assert_eq!(
            [NLRS_YNL_ECHO, NLRS_YNL_REPLACE, NLRS_YNL_EXCL, NLRS_YNL_CREATE, NLRS_YNL_APPEND],
            [flags::ECHO, flags::REPLACE, flags::EXCL, flags::CREATE, flags::APPEND]
        );
        assert_eq!([NLRS_YNL_DUMP, NLRS_YNL_UNCHECKED], [flags::DUMP, flags::UNCHECKED]);
        assert_eq!(NLRS_YNL_STOP, socket::NLRS_STOP);
        let names = ["EPARTIAL", "EINTR_DUMP", "EOVERRUN", "ETRUNC", "ETIMEDOUT", "ECANCELED", "EBUSY"];
        let codes = [
            NLRS_YNL_EPARTIAL,
            NLRS_YNL_EINTR_DUMP,
            NLRS_YNL_EOVERRUN,
            NLRS_YNL_ETRUNC,
            NLRS_YNL_ETIMEDOUT,
            NLRS_YNL_ECANCELED,
            NLRS_YNL_EBUSY,
        ];
        for (name, code) in names.iter().zip(codes) {
            assert_eq!(socket::code_name(code), format!("NLRS_{name}"));
        }
    }
}
