// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses of links.

use crate::build::nlrs_msg;
use crate::record;
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::ErrorRecord;
use nlrs_core::family::record::Fields;
use nlrs_core::family::rtnetlink::address::Address;
use nlrs_core::socket::Socket;

/// Begins a message about an address of a link: its header, and an attribute for each field that is not absent.
///
/// More attributes may follow; nlrs_msg_end() ends the message.
///
/// @param m      messages under construction
/// @param type   RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR
/// @param flags  NLM_F_...
/// @param address  what to write
/// @param size   sizeof (struct nlrs_address)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not fit its attribute or
///         a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6 and AF_MPLS, -E2BIG
///         where a field
///         is set that only a newer library knows; -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `address` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_address_begin(
    m: *mut nlrs_msg,
    r#type: u32,
    flags: u32,
    address: *const Address,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::begin(&Address::LAYOUT, m, r#type, flags, address.cast(), size) }
}

/// Sends a request about an address of a link that holds nothing but the record, and waits for the kernel's answer.
///
/// As nlrs_address_begin(), nlrs_msg_end() and nlrs_request() in one call.
///
/// @param s      a socket of NETLINK_ROUTE
/// @param type   RTM_NEWADDR or RTM_DELADDR
/// @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
/// @param address  what to write
/// @param size   sizeof (struct nlrs_address)
/// @param err    gets the details; may be NULL
/// @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_address_begin(); -EINVAL: s or address is NULL; -ENOMEM; or as
///         nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `address` is NULL or has `size` bytes; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_address_request(
    s: *mut Socket,
    r#type: u32,
    flags: u32,
    address: *const Address,
    size: usize,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::request(&Address::LAYOUT, s, r#type, flags, address.cast(), size, err) }
}

/// Reads a message about an address of a link.
///
/// Attributes that are missing leave their fields 0; those of no field are skipped.
///
/// @param nlh       from a walk, a dump or a callback
/// @param ret_address  gets what the message holds; untouched on failure. Where it is longer than this version knows,
///         the rest becomes 0
/// @param size      sizeof (struct nlrs_address)
/// @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
///         inside a nest,
///         or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_address` is NULL
/// or has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_address_read(nlh: *const nlmsghdr, ret_address: *mut Address, size: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { record::read(&Address::LAYOUT, nlh, ret_address.cast(), size) }
}
