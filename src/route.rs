// SPDX-License-Identifier: MIT OR Apache-2.0
//! Routes.

use crate::build::nlrs_msg;
use crate::pointers::EINVAL;
use crate::pointers::message_of;
use crate::record;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::family::record::Fields;
use nlrs_core::family::rtnetlink::route::{NextHop, NextHops, Route};
use nlrs_core::mem::plain::Plain;
use nlrs_core::socket::Socket;
use nlrs_core::wire::build::Builder;

/// Begins a message about a route: its header, and an attribute for each field that is not absent.
///
/// More attributes may follow; nlrs_msg_end() ends the message.
///
/// @param m      messages under construction
/// @param type   RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE
/// @param flags  NLM_F_...
/// @param route  what to write
/// @param size   sizeof (struct nlrs_route)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not fit its attribute or
///         a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6 and AF_MPLS, -E2BIG
///         where a field
///         is set that only a newer library knows; -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `route` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_route_begin(
    m: *mut nlrs_msg,
    r#type: u32,
    flags: u32,
    route: *const Route,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::begin(&Route::LAYOUT, m, r#type, flags, route.cast(), size) }
}

/// Sends a request about a route that holds nothing but the record, and waits for the kernel's answer.
///
/// As nlrs_route_begin(), nlrs_msg_end() and nlrs_request() in one call.
///
/// @param s      a socket of NETLINK_ROUTE
/// @param type   RTM_NEWROUTE or RTM_DELROUTE
/// @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
/// @param route  what to write
/// @param size   sizeof (struct nlrs_route)
/// @param err    gets the details; may be NULL
/// @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_route_begin(); -EINVAL: s or route is NULL; -ENOMEM; or as
///         nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `route` is NULL or has `size` bytes; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_route_request(
    s: *mut Socket,
    r#type: u32,
    flags: u32,
    route: *const Route,
    size: usize,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::request(&Route::LAYOUT, s, r#type, flags, route.cast(), size, err) }
}

/// Reads a message about a route.
///
/// Attributes that are missing leave their fields 0; those of no field are skipped.
///
/// @param nlh       from a walk, a dump or a callback
/// @param ret_route  gets what the message holds; untouched on failure. Where it is longer than this version knows, the
///         rest becomes 0
/// @param size      sizeof (struct nlrs_route)
/// @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
///         inside a nest,
///         or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_route` is NULL
/// or has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_route_read(nlh: *const nlmsghdr, ret_route: *mut Route, size: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { record::read(&Route::LAYOUT, nlh, ret_route.cast(), size) }
}

/// Bytes of struct nlrs_next_hop when it was first released.
const HOP_FIRST_SIZE: usize = 52;
const _: () = assert!(HOP_FIRST_SIZE <= size_of::<NextHop>());

/// Walks over the next hops of a multipath route, one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1.
///
/// @param nlh        a route's message, from a walk, a dump or a callback
/// @param pos        offset of the next one, moved behind it
/// @param ret_hop    gets the next hop; written with 1 alone
/// @param size       sizeof (struct nlrs_next_hop)
/// @param ret_attrs  gets where its attributes are, such as RTA_ENCAP; may be NULL
/// @param ret_len    gets their bytes; may be NULL
/// @return 1: a next hop; 0: no more, or no multipath route; -ENOMSG: the message is of another type; -EBADMSG:
///         malformed; -EINVAL: NULL,
///         or size is less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_hop` is NULL or
/// has `size` bytes;
/// the others are NULL or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_next_hop_walk(
    nlh: *const nlmsghdr,
    pos: *mut usize,
    ret_hop: *mut NextHop,
    size: usize,
    ret_attrs: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    not_null!(nlh, pos, ret_hop => EINVAL);
    // SAFETY: not NULL, and the contract.
    let hops = NextHops::of(&unsafe { message_of(nlh) });
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    let next = hops.and_then(|mut hops| {
        hops.at = at;
        Ok(hops.next()?.map(|found| (found, hops.at)))
    });
    let ((hop, attributes), at) = match next {
        Ok(Some(next)) => next,
        Ok(None) => return 0,
        Err(code) => return code.raw(),
    };
    // SAFETY: not NULL, and the contract.
    let code = unsafe { record::give(hop.image(), ret_hop.cast(), size, HOP_FIRST_SIZE) };
    if code < 0 {
        return code;
    }
    // SAFETY: as above.
    unsafe { pos.write(at) };
    if !ret_attrs.is_null() {
        // SAFETY: as above.
        unsafe { ret_attrs.write(attributes.as_ptr().cast()) };
    }
    if !ret_len.is_null() {
        // SAFETY: as above.
        unsafe { ret_len.write(attributes.len()) };
    }
    1
}

/// Begins a next hop of a multipath route, inside the nest RTA_MULTIPATH: struct rtnexthop and an attribute for each
/// field that is not
/// absent.
///
/// More attributes of the next hop may follow. The length in struct rtnexthop is filled in by nlrs_next_hop_end().
///
/// @param m     message under construction, with the nest RTA_MULTIPATH the innermost
/// @param hop   what to write
/// @param size  sizeof (struct nlrs_next_hop)
/// @return 0 or more: the next hop, for nlrs_next_hop_end(); or the first failure of the message (struct nlrs_msg lists
///         the codes): also -ERANGE
///         for a weight above 256 or flags above 255, -E2BIG where a field is set that only a newer library knows;
///         -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `hop` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_next_hop_begin(m: *mut nlrs_msg, hop: *const NextHop, size: usize) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    let mut given = NextHop::default();
    // SAFETY: the contract.
    let taken = unsafe { record::take(hop.cast(), size, HOP_FIRST_SIZE, given.image_mut()) };
    let begun = match taken {
        Ok(()) => given.begin(m),
        Err(code) => Err(m.refuse(0, code)),
    };
    begun.map_or_else(Code::raw, |at| c_int::try_from(at).unwrap_or(EINVAL))
}

/// Ends a next hop: fills in the length of its struct rtnexthop.
///
/// @param m         message under construction
/// @param next_hop  what nlrs_next_hop_begin() returned; a negative one has failed the message already
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -EINVAL where a nest that was
///         begun in the next hop is open;
///         -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_next_hop_end(m: *mut nlrs_msg, next_hop: c_int) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    // 0 is no next hop: a message's header stands there.
    Code::of_result(&NextHop::end(m, u32::try_from(next_hop).unwrap_or(0)))
}
