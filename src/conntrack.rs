// SPDX-License-Identifier: MIT OR Apache-2.0
//! Connection tracking (NETLINK_NETFILTER).

use crate::pointers::{EINVAL, payload_of};
use crate::record;
use core::ffi::c_int;
use libc::nlattr;
use nlrs_core::error::Code;
use nlrs_core::family::conntrack::ConntrackTuple;
use nlrs_core::mem::plain::Plain;

/// Bytes of struct nlrs_conntrack_tuple when it was first released.
const FIRST_SIZE: usize = 80;
const _: () = assert!(FIRST_SIZE <= size_of::<ConntrackTuple>());

/// Reads a tuple: addresses, protocol and ports of one direction of a connection.
///
/// @param attr       the nest: CTA_TUPLE_ORIG, CTA_TUPLE_REPLY or CTA_TUPLE_MASTER; NULL is -ENOENT, so that a slot of
///         an index can be given
///                   as it is
/// @param ret_tuple  gets the tuple; untouched on failure
/// @param size       sizeof (struct nlrs_conntrack_tuple)
/// @return 0; -ENOENT: attr is NULL; -EBADMSG: malformed; -EINVAL: ret_tuple is NULL, or size is less than the struct
///         ever had
///
/// # Safety
/// `attr` is NULL or from an index, a find or a walk over bytes that are still valid; `ret_tuple` is NULL or has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_conntrack_tuple_read(
    attr: *const nlattr,
    ret_tuple: *mut ConntrackTuple,
    size: usize,
) -> c_int {
    not_null!(attr => Code::ENOENT.raw());
    not_null!(ret_tuple => EINVAL);
    // SAFETY: not NULL, and the contract.
    match ConntrackTuple::read(unsafe { payload_of(attr) }) {
        // SAFETY: not NULL, and the contract.
        Ok(tuple) => unsafe { record::give(tuple.image(), ret_tuple.cast(), size, FIRST_SIZE) },
        Err(code) => code.raw(),
    }
}
