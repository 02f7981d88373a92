// SPDX-License-Identifier: MIT OR Apache-2.0
//! iproute2's JSON functions, which rtnl_echo_talk calls before and after the handler.
//!
//! They are the program's: iproute2 has them, in another library of its own, and other programs have none. So they are weak
//! references, null where nobody defines them. Rust has no name for these yet, therefore the table in assembler.

use core::arch::global_asm;
use core::ffi::{c_char, c_int};

#[cfg(target_pointer_width = "64")]
global_asm!(
    ".weak new_json_obj, delete_json_obj, open_json_object, close_json_object",
    ".pushsection .data.rel.ro.nlrs_json, \"aw\"",
    ".balign 8",
    ".hidden nlrs_json_functions",
    ".globl nlrs_json_functions",
    "nlrs_json_functions:",
    ".8byte new_json_obj",
    ".8byte open_json_object",
    ".8byte close_json_object",
    ".8byte delete_json_obj",
    ".popsection",
);

#[cfg(target_pointer_width = "32")]
global_asm!(
    ".weak new_json_obj, delete_json_obj, open_json_object, close_json_object",
    ".pushsection .data.rel.ro.nlrs_json, \"aw\"",
    ".balign 4",
    ".hidden nlrs_json_functions",
    ".globl nlrs_json_functions",
    "nlrs_json_functions:",
    ".4byte new_json_obj",
    ".4byte open_json_object",
    ".4byte close_json_object",
    ".4byte delete_json_obj",
    ".popsection",
);

/// The table above.
#[repr(C)]
struct Functions {
    begin: Option<unsafe extern "C" fn(c_int)>,
    open_object: Option<unsafe extern "C" fn(*const c_char)>,
    close_object: Option<unsafe extern "C" fn()>,
    end: Option<unsafe extern "C" fn()>,
}

unsafe extern "C" {
    static nlrs_json_functions: Functions;
}

/// Runs `write` within a JSON object in an array, when the program has the functions for that; they get `json`, of which 0 means text.
pub(crate) fn object(json: c_int, write: impl FnOnce()) {
    // SAFETY: the linker filled the table, and nobody changes it.
    let functions = unsafe { &nlrs_json_functions };
    match functions {
        Functions { begin: Some(begin), open_object: Some(open), close_object: Some(close), end: Some(end) } => {
            // SAFETY: iproute2's functions, called as their prototypes say; NULL: an object without a name.
            unsafe {
                begin(json);
                open(core::ptr::null());
            }
            write();
            // SAFETY: as above.
            unsafe {
                close();
                end();
            }
        }
        _ => write(),
    }
}
