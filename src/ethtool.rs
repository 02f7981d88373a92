// SPDX-License-Identifier: MIT OR Apache-2.0
//! ethtool netlink: headers and sets of bits.
//!
//! The family is resolved as any other: nlrs_genl_resolve() of "ethtool".

use crate::build::nlrs_msg;
use crate::pointers::{EINVAL, payload_of, text_at};
use core::ffi::{c_char, c_int};
use libc::nlattr;
use nlrs_core::error::Code;
use nlrs_core::family::ethtool::{self, Bitset};
use nlrs_core::wire::build::Builder;

/// Appends the header of a request: the link that it is about, and flags.
///
/// @param m      message under construction
/// @param type   ETHTOOL_A_..._HEADER of the request
/// @param index  index of the link; 0: the name holds, or the request is about all links
/// @param name   name of the link; NULL: the index holds
/// @param flags  ETHTOOL_FLAG_..., or 0
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `name` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ethtool_put_header(
    m: *mut nlrs_msg,
    r#type: u32,
    index: u32,
    name: *const c_char,
    flags: u32,
) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    // SAFETY: the contract.
    let name = unsafe { text_at(name) }.unwrap_or(&[]);
    Code::of_result(&ethtool::put_header(m, r#type, index, name, flags))
}

/// Walks over the bits of a set, one a call, in the compact form as in that with names.
///
/// Start with *pos = 0 and call it again until it does not return 1. Bits that the mask of the set leaves out are
/// skipped.
///
/// @param set        the nest, such as ETHTOOL_A_FEATURES_ACTIVE; NULL is -ENOENT, so that a slot of an index can be
///         given as it is
/// @param pos        how far the reading has come
/// @param ret_index  gets the number of the bit; written with 1 alone
/// @param ret_name   gets its name with its NUL, valid as long as the message; NULL in the compact form; written with 1
///         alone
/// @param ret_value  gets 1: set; 0: not set; written with 1 alone
/// @return 1: a bit; 0: no more; -ENOENT: set is NULL; -EBADMSG: malformed, or a bit without a number; -EINVAL: another
///         pointer is NULL
///
/// # Safety
/// `set` is NULL or from an index, a find or a walk over bytes that are still valid; the others are NULL or may be read
/// and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ethtool_bit_walk(
    set: *const nlattr,
    pos: *mut usize,
    ret_index: *mut u32,
    ret_name: *mut *const c_char,
    ret_value: *mut u32,
) -> c_int {
    not_null!(set => Code::ENOENT.raw());
    not_null!(pos, ret_index, ret_name, ret_value => EINVAL);
    // SAFETY: not NULL, and the contract.
    let mut bits = Bitset::new(unsafe { payload_of(set) });
    // SAFETY: not NULL, and the contract.
    bits.at = unsafe { pos.read() };
    let bit = match bits.next() {
        Ok(Some(bit)) => bit,
        Ok(None) => return 0,
        Err(code) => return code.raw(),
    };
    let Some(index) = bit.index else { return Code::EBADMSG.raw() };
    // SAFETY: not NULL, and the contract.
    unsafe { pos.write(bits.at) };
    // SAFETY: as above.
    unsafe { ret_index.write(index) };
    // SAFETY: as above.
    unsafe { ret_name.write(bit.name.map_or(core::ptr::null(), |name| name.as_ptr().cast())) };
    // SAFETY: as above.
    unsafe { ret_value.write(u32::from(bit.is_set)) };
    1
}
