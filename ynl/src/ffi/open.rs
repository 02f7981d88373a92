// SPDX-License-Identifier: MIT OR Apache-2.0
//! Families: open by name, set up, close.

use super::{give, null, object, run, text};
use crate::family::{Family, OpenOptions};
use std::ffi::{CString, c_char, c_int, c_void};

/// For nlrs_ynl_open: accept keys and words in the specification that no schema has, also in a file that is given
/// by its path.
pub const NLRS_YNL_NO_SCHEMA: u32 = 1;

/// A family that was opened.
#[derive(Debug)]
pub struct Handle {
    pub(super) family: Family,
    name: CString,
    origin: CString,
}

/// Returns the version of the library, as "0.1.0".
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_ynl_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

fn options(flags: u32) -> crate::Result<OpenOptions> {
    match flags & !NLRS_YNL_NO_SCHEMA {
        0 => Ok(OpenOptions { no_schema: flags & NLRS_YNL_NO_SCHEMA != 0 }),
        other => Err(crate::Error::new(-libc::EINVAL, format!("there are no flags {other:#x}"))),
    }
}

/// # Safety
/// `ret_ynl` has room for a pointer.
unsafe fn hand_out(family: Family, ret_ynl: *mut *mut Handle) -> crate::Result<c_int> {
    let c_text = |text: &str| CString::new(text.replace('\0', "")).unwrap_or_default();
    let (name, origin) = (c_text(family.name()), c_text(family.origin()));
    // SAFETY: the caller's promise.
    unsafe { ret_ynl.write(Box::into_raw(Box::new(Handle { family, name, origin }))) };
    Ok(0)
}

/// Opens a family: finds its specification and reads it. No socket is opened before it is needed.
///
/// What contains a slash or ends in ".yaml" is the path of a file; anything else is the name of a family, whose
/// file is looked for in the folders of the environment variable NLRS_YNL_PATH (colons between them; not in a program
/// that runs with more rights than its caller), then where this library, the kernel's tools and distributions
/// install specifications (/usr/local/share/nlrs-ynl/specs, /usr/share/nlrs-ynl/specs, /usr/local/share/ynl/specs,
/// /usr/share/ynl/specs, /usr/share/ynl, /usr/src/linux/Documentation/netlink/specs), and last among those that the
/// library carries: nlctrl, rt-addr, rt-link, rt-neigh, rt-route, rt-rule. A file that is given by its path is
/// checked against its schema to the letter; in one that was found by name, unknown keys are passed over, since it
/// may be newer than this library.
///
/// @param family_or_path name or path
/// @param flags          0, or NLRS_YNL_NO_SCHEMA
/// @param ret_ynl        gets the family, to be closed with nlrs_ynl_close
/// @param ret_error      may be NULL; on failure gets the error as JSON, to be freed with nlrs_ynl_free
/// @return 0; -ENOENT if there is no specification of that name, or no such file; -EINVAL if a pointer that must
///         not be NULL is, or if the specification is malformed or breaks its schema: file, line, column and reason
///         are in the error; -EACCES and other errnos of reading a file
///
/// # Safety
/// Texts end with a NUL; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_open(
    family_or_path: *const c_char,
    flags: u32,
    ret_ynl: *mut *mut Handle,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if ret_ynl.is_null() {
                return Err(null("ret_ynl"));
            }
            let family = Family::open_with(text(family_or_path, "family_or_path")?, options(flags)?)?;
            hand_out(family, ret_ynl)
        })
    }
}

/// As nlrs_ynl_open, with the text of a specification in place of its name.
///
/// @param yaml      the text; it is not kept
/// @param len       its length in bytes
/// @param name      what errors call the file; may be NULL
/// @param flags     0, or NLRS_YNL_NO_SCHEMA
/// @param ret_ynl   gets the family, to be closed with nlrs_ynl_close
/// @param ret_error may be NULL; on failure gets the error as JSON, to be freed with nlrs_ynl_free
/// @return 0; -EINVAL as nlrs_ynl_open
///
/// # Safety
/// `yaml` has `len` bytes; `name` ends with a NUL; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_open_text(
    yaml: *const c_char,
    len: usize,
    name: *const c_char,
    flags: u32,
    ret_ynl: *mut *mut Handle,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if yaml.is_null() || ret_ynl.is_null() {
                return Err(null(if yaml.is_null() { "yaml" } else { "ret_ynl" }));
            }
            let bytes = std::slice::from_raw_parts(yaml.cast::<u8>(), len);
            let yaml = std::str::from_utf8(bytes)
                .map_err(|_| crate::Error::new(-libc::EINVAL, "the specification is not UTF-8"))?;
            let name = if name.is_null() { "text" } else { text(name, "name")? };
            hand_out(Family::from_text(yaml, name, options(flags)?)?, ret_ynl)
        })
    }
}

/// Closes a family. Dumps and events that were opened from it remain usable. NULL is allowed.
///
/// # Safety
/// `ynl` is NULL or came from nlrs_ynl_open and was not closed; no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_close(ynl: *mut Handle) {
    if !ynl.is_null() {
        // SAFETY: it came from Box::into_raw, by the caller's promise.
        let handle = unsafe { Box::from_raw(ynl) };
        // SAFETY: no error is written.
        unsafe {
            run(std::ptr::null_mut(), || {
                drop(handle);
                Ok(0)
            })
        };
    }
}

/// Frees a text or bytes that a function of this library gave. NULL is allowed.
///
/// # Safety
/// `memory` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_free(memory: *mut c_void) {
    // SAFETY: it came from malloc, by the caller's promise.
    unsafe { libc::free(memory) }
}

/// Returns the family's name as its specification has it, or NULL if ynl is NULL. Valid until nlrs_ynl_close.
///
/// # Safety
/// `ynl` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_name(ynl: *const Handle) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { ynl.as_ref() }.map_or(std::ptr::null(), |handle| handle.name.as_ptr())
}

/// Returns the file that the specification was read from, or "carried:" and the name of one that the library
/// carries; NULL if ynl is NULL. Valid until nlrs_ynl_close.
///
/// # Safety
/// `ynl` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_origin(ynl: *const Handle) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { ynl.as_ref() }.map_or(std::ptr::null(), |handle| handle.origin.as_ptr())
}

/// Sets how long an operation may take as a whole, of a socket that is open too. 30 seconds, if it is not called.
///
/// @param ynl          the family
/// @param milliseconds below 0: any time
/// @return 0; -EINVAL if ynl is NULL
///
/// # Safety
/// `ynl` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_set_timeout(ynl: *const Handle, milliseconds: i64) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            object(ynl, "ynl")?.family.set_timeout(milliseconds);
            Ok(0)
        })
    }
}

/// Opens the sockets that come later in another network namespace. The socket for requests that is open now is
/// closed as soon as nothing uses it.
///
/// @param ynl          the family
/// @param path_or_name with a slash a file ("/proc/123/ns/net"), otherwise the name of one below /run/netns
/// @return 0; -EINVAL if a pointer is NULL. Whether the namespace is there shows when a socket is opened.
///
/// # Safety
/// `ynl` is NULL or live; the text ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_set_netns(ynl: *const Handle, path_or_name: *const c_char) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            object(ynl, "ynl")?.family.set_namespace(text(path_or_name, "path_or_name")?);
            Ok(0)
        })
    }
}

/// Sets the ID of a family of generic netlink, so that nlrs_ynl_encode does not ask the kernel for it.
///
/// @param ynl the family
/// @param id  1 … 65535
/// @return 0; -EINVAL if ynl is NULL; -ERANGE for another number
///
/// # Safety
/// `ynl` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_set_family_id(ynl: *const Handle, id: u32) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            let handle = object(ynl, "ynl")?;
            match u16::try_from(id) {
                Ok(id @ 1..) => handle.family.set_family_id(id),
                _ => return Err(crate::Error::new(-libc::ERANGE, "a family's ID is 1 … 65535")),
            }
            Ok(0)
        })
    }
}

/// Ends the requests and dumps in progress, or the next one, with NLRS_YNL_ECANCELED. Any thread may call it.
///
/// @param ynl the family
/// @return 0; -EINVAL if ynl is NULL
///
/// # Safety
/// `ynl` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_cancel(ynl: *const Handle) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            object(ynl, "ynl")?.family.cancel();
            Ok(0)
        })
    }
}

/// Returns the descriptor of the socket for requests, which is opened if there is none. It remains the library's.
///
/// @param ynl the family
/// @return the descriptor; -EINVAL if ynl is NULL; the errnos of opening a socket
///
/// # Safety
/// `ynl` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_fd(ynl: *const Handle) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe { run(std::ptr::null_mut(), || object(ynl, "ynl")?.family.fd()) }
}

/// Lists the families that can be opened by name: a JSON object with the name of each and where its specification
/// is.
///
/// @param ret_json gets the text, to be freed with nlrs_ynl_free
/// @return 0; -EINVAL if ret_json is NULL; -ENOMEM
///
/// # Safety
/// `ret_json` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_families(ret_json: *mut *mut c_char) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            if ret_json.is_null() {
                return Err(null("ret_json"));
            }
            give(&crate::describe::families(), ret_json)
        })
    }
}
