// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a specification contains.

use super::open::Handle;
use super::{give, null, object, run, text};
use crate::describe::Section;
use crate::error::Error;
use std::ffi::{c_char, c_int};

/// Describes a part of the specification as JSON: names, numbers, types, documentation.
///
/// @param ynl       the family
/// @param section   "family": name, documentation, schema, protocol, where the file is, names of operations and
///                  groups; "operations", "attribute-sets", "enums", "structs", "sub-messages", "constants",
///                  "groups": a list of those
/// @param name      NULL, or the name of one thing in the list, which is then given alone, as an object
/// @param ret_json  gets the text, to be freed with nlrs_ynl_free
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 0; -ENOENT if there is no thing of that name; -EINVAL for another section, or if a pointer that must not
///         be NULL is; -ENOMEM
///
/// # Safety
/// Texts end with a NUL; `ynl` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_describe(
    ynl: *const Handle,
    section: *const c_char,
    name: *const c_char,
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
            let section = text(section, "section")?;
            let section = Section::of(section)
                .ok_or_else(|| Error::new(-libc::EINVAL, format!("a specification has no section '{section}'")))?;
            let name = if name.is_null() { None } else { Some(text(name, "name")?) };
            give(&family.describe(section, name)?, ret_json)
        })
    }
}
