// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nexthop objects.

use crate::build::nlrs_msg;
use crate::pointers::EINVAL;
use crate::pointers::message_of;
use crate::record;
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::family::record::Fields;
use nlrs_core::family::rtnetlink::nexthop::{self, Members, Nexthop, NexthopMember};
use nlrs_core::socket::Socket;
use nlrs_core::wire::build::Builder;

/// Begins a message about a nexthop object: its header, and an attribute for each field that is not absent.
///
/// More attributes may follow; nlrs_msg_end() ends the message.
///
/// @param m      messages under construction
/// @param type   RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP
/// @param flags  NLM_F_...
/// @param nexthop  what to write
/// @param size   sizeof (struct nlrs_nexthop)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not fit its attribute or
///         a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6 and AF_MPLS, -E2BIG
///         where a field
///         is set that only a newer library knows; -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `nexthop` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nexthop_begin(
    m: *mut nlrs_msg,
    r#type: u32,
    flags: u32,
    nexthop: *const Nexthop,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::begin(&Nexthop::LAYOUT, m, r#type, flags, nexthop.cast(), size) }
}

/// Sends a request about a nexthop object that holds nothing but the record, and waits for the kernel's answer.
///
/// As nlrs_nexthop_begin(), nlrs_msg_end() and nlrs_request() in one call.
///
/// @param s      a socket of NETLINK_ROUTE
/// @param type   RTM_NEWNEXTHOP or RTM_DELNEXTHOP
/// @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
/// @param nexthop  what to write
/// @param size   sizeof (struct nlrs_nexthop)
/// @param err    gets the details; may be NULL
/// @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_nexthop_begin(); -EINVAL: s or nexthop is NULL; -ENOMEM; or as
///         nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `nexthop` is NULL or has `size` bytes; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nexthop_request(
    s: *mut Socket,
    r#type: u32,
    flags: u32,
    nexthop: *const Nexthop,
    size: usize,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::request(&Nexthop::LAYOUT, s, r#type, flags, nexthop.cast(), size, err) }
}

/// Reads a message about a nexthop object.
///
/// Attributes that are missing leave their fields 0; those of no field are skipped.
///
/// @param nlh       from a walk, a dump or a callback
/// @param ret_nexthop  gets what the message holds; untouched on failure. Where it is longer than this version knows,
///         the rest becomes 0
/// @param size      sizeof (struct nlrs_nexthop)
/// @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
///         inside a nest,
///         or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_nexthop` is NULL
/// or has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nexthop_read(nlh: *const nlmsghdr, ret_nexthop: *mut Nexthop, size: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { record::read(&Nexthop::LAYOUT, nlh, ret_nexthop.cast(), size) }
}

/// Walks over the members of a group, one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1.
///
/// @param nlh         a nexthop's message, from a walk, a dump or a callback
/// @param pos         how many have been read
/// @param ret_member  gets the member; written with 1 alone
/// @return 1: a member; 0: no more, or no group; -ENOMSG: the message is of another type; -EBADMSG: malformed; -EINVAL:
///         NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; the others are NULL
/// or may be read and
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nexthop_member_walk(
    nlh: *const nlmsghdr,
    pos: *mut usize,
    ret_member: *mut NexthopMember,
) -> c_int {
    not_null!(nlh, pos, ret_member => EINVAL);
    // SAFETY: not NULL, and the contract.
    let members = match Members::of(&unsafe { message_of(nlh) }) {
        Ok(members) => members,
        Err(code) => return code.raw(),
    };
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    let Some(member) = members.get(at) else { return 0 };
    // SAFETY: as above.
    unsafe { pos.write(at.saturating_add(1)) };
    // SAFETY: as above.
    unsafe { ret_member.write(member) };
    1
}

/// Appends the members of a group (NHA_GROUP).
///
/// @param m        message under construction
/// @param members  the members
/// @param count    how many
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE for a weight above
///         65536; -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `members` is NULL or has `count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nexthop_put_members(
    m: *mut nlrs_msg,
    members: *const NexthopMember,
    count: usize,
) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    let members = match count {
        0 => &[][..],
        _ if members.is_null() => return m.refuse(0, Code::EINVAL).raw(),
        _ if count > MEMBERS_MAX => return m.refuse(0, Code::EMSGSIZE).raw(),
        // SAFETY: not NULL, and the contract.
        _ => unsafe { core::slice::from_raw_parts(members, count) },
    };
    Code::of_result(&nexthop::put_members(m, members.iter().copied()))
}

/// More than an attribute holds.
const MEMBERS_MAX: usize = 0x2000;
