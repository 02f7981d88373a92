// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nests of the message under construction

use super::build::nlrs_msg;
use core::ffi::c_int;
use nlrs_core::error::Code;

/// Begins a nest: an attribute that contains attributes. NLA_F_NESTED is set in its type, as interfaces added since
/// Linux 5.2 require.
///
/// What is appended before its end belongs to it. Nests may contain nests; the only limit is that the outermost one has
/// at most 65535 bytes. In an array of nests the type is the index.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @return above 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); below 0: the first failure of the
///         message (struct nlrs_msg lists the codes)
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_begin(m: *mut nlrs_msg, r#type: u32) -> c_int {
    match builder!(m).nest_begin(r#type) {
        Ok(nest) => nest as c_int,
        Err(code) => code.raw(),
    }
}

/// Begins a nest without NLA_F_NESTED in its type, for old interfaces that refuse the flag.
///
/// What is appended before its end belongs to it. Nests may contain nests; the only limit is that the outermost one has
/// at most 65535 bytes. In an array of nests the type is the index.
///
/// @param m     the message under construction
/// @param type  attribute type
/// @return above 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); below 0: the first failure of the
///         message (struct nlrs_msg lists the codes)
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_begin_noflag(m: *mut nlrs_msg, r#type: u32) -> c_int {
    match builder!(m).nest_begin_noflag(r#type) {
        Ok(nest) => nest as c_int,
        Err(code) => code.raw(),
    }
}

/// Ends the innermost nest.
///
/// @param m     the message under construction
/// @param nest  from nlrs_msg_nest_begin(); -EINVAL when it is not the innermost open nest. A negative value need not
///              be checked for: it is a failure of the message, which is returned here again
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_end(m: *mut nlrs_msg, nest: c_int) -> c_int {
    Code::of_result(&builder!(m).nest_end(nest as u32))
}

/// Drops the innermost nest with its contents.
///
/// @param m     the message under construction
/// @param nest  as for nlrs_msg_nest_end()
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL. A failure
///         inside the nest remains the failure of the message
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_nest_cancel(m: *mut nlrs_msg, nest: c_int) -> c_int {
    Code::of_result(&builder!(m).nest_cancel(nest as u32))
}
