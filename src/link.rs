// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links: network interfaces.

use crate::build::nlrs_msg;
use crate::pointers::EINVAL;
use crate::pointers::message_of;
use crate::pointers::text_at;
use crate::record;
use core::ffi::{c_char, c_int};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::family::record::Fields;
use nlrs_core::family::rtnetlink::link::{self, AltNames, Link, LinkStats};
use nlrs_core::mem::plain::Plain;
use nlrs_core::socket::Socket;
use nlrs_core::wire::build::Builder;

/// Begins a message about a link: its header, and an attribute for each field that is not absent.
///
/// More attributes may follow; nlrs_msg_end() ends the message.
///
/// @param m      messages under construction
/// @param type   RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK
/// @param flags  NLM_F_...
/// @param link  what to write
/// @param size   sizeof (struct nlrs_link)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not fit its attribute or
///         a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6 and AF_MPLS, -E2BIG
///         where a field
///         is set that only a newer library knows; -EINVAL when m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `link` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_begin(
    m: *mut nlrs_msg,
    r#type: u32,
    flags: u32,
    link: *const Link,
    size: usize,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::begin(&Link::LAYOUT, m, r#type, flags, link.cast(), size) }
}

/// Sends a request about a link that holds nothing but the record, and waits for the kernel's answer.
///
/// As nlrs_link_begin(), nlrs_msg_end() and nlrs_request() in one call.
///
/// @param s      a socket of NETLINK_ROUTE
/// @param type   RTM_NEWLINK, RTM_DELLINK or RTM_SETLINK
/// @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
/// @param link  what to write
/// @param size   sizeof (struct nlrs_link)
/// @param err    gets the details; may be NULL
/// @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_link_begin(); -EINVAL: s or link is NULL; -ENOMEM; or as
///         nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `link` is NULL or has `size` bytes; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_request(
    s: *mut Socket,
    r#type: u32,
    flags: u32,
    link: *const Link,
    size: usize,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the contract.
    unsafe { record::request(&Link::LAYOUT, s, r#type, flags, link.cast(), size, err) }
}

/// Reads a message about a link.
///
/// Attributes that are missing leave their fields 0; those of no field are skipped.
///
/// @param nlh       from a walk, a dump or a callback
/// @param ret_link  gets what the message holds; untouched on failure. Where it is longer than this version knows, the
///         rest becomes 0
/// @param size      sizeof (struct nlrs_link)
/// @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
///         inside a nest,
///         or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_link` is NULL or
/// has `size`
/// bytes to be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_read(nlh: *const nlmsghdr, ret_link: *mut Link, size: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { record::read(&Link::LAYOUT, nlh, ret_link.cast(), size) }
}

/// Appends a link to an open nest: struct ifinfomsg and an attribute for each field that is not absent.
///
/// For VETH_INFO_PEER, whose nest holds the other end of a pair.
///
/// @param m     message under construction
/// @param link  what to write
/// @param size  sizeof (struct nlrs_link)
/// @return as nlrs_link_begin()
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `link` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_put(m: *mut nlrs_msg, link: *const Link, size: usize) -> c_int {
    // SAFETY: the contract.
    unsafe { record::put(&Link::LAYOUT, m, 0, link.cast(), size) }
}

/// Bytes of struct nlrs_link_stats when it was first released.
const STATS_FIRST_SIZE: usize = 200;
const _: () = assert!(STATS_FIRST_SIZE <= size_of::<LinkStats>());

/// Begins the data of a link's kind: the nest IFLA_LINKINFO with IFLA_INFO_KIND, and in it the nest IFLA_INFO_DATA.
///
/// The attributes of the kind follow (IFLA_VLAN_ID, IFLA_BR_STP_STATE, IFLA_VXLAN_ID, ...). The record's `kind` must be
/// empty, since
/// the kind is written here.
///
/// @param m     message under construction
/// @param kind  "bridge", "veth", "vlan", "vxlan", "bond", ...
/// @return 0 or more: the nest, for nlrs_link_data_end(); or the first failure of the message (struct nlrs_msg lists
///         the codes); -EINVAL when m or
///         kind is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `kind` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_data_begin(m: *mut nlrs_msg, kind: *const c_char) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    // SAFETY: the contract.
    let Some(kind) = (unsafe { text_at(kind) }) else { return m.refuse(0, Code::EINVAL).raw() };
    link::data_begin(m, kind).map_or_else(Code::raw, |nest| c_int::try_from(nest).unwrap_or(EINVAL))
}

/// Ends both nests that nlrs_link_data_begin() began.
///
/// @param m     message under construction
/// @param data  what nlrs_link_data_begin() returned; a negative one has failed the message already
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -EINVAL where data is not the
///         innermost nest; -EINVAL when
///         m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_data_end(m: *mut nlrs_msg, data: c_int) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    Code::of_result(&link::data_end(m, u32::try_from(data).unwrap_or(0)))
}

/// Reads the counters of a link: IFLA_STATS64, or IFLA_STATS where that is missing.
///
/// Counters that the kernel does not know are 0.
///
/// @param nlh        a link's message, from a walk, a dump or a callback
/// @param ret_stats  gets the counters; untouched on failure
/// @param size       sizeof (struct nlrs_link_stats)
/// @return 0; -ENOENT: the message has no counters, as events and answers under RTEXT_FILTER_SKIP_STATS; -ENOMSG: it is
///         of another type;
///         -EBADMSG: malformed; -EINVAL: NULL, or size is less than the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_stats` is NULL
/// or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_read_stats(nlh: *const nlmsghdr, ret_stats: *mut LinkStats, size: usize) -> c_int {
    not_null!(nlh, ret_stats => EINVAL);
    // SAFETY: not NULL, and the contract.
    match LinkStats::read(&unsafe { message_of(nlh) }) {
        // SAFETY: not NULL, and the contract.
        Ok(stats) => unsafe { record::give(stats.image(), ret_stats.cast(), size, STATS_FIRST_SIZE) },
        Err(code) => code.raw(),
    }
}

/// Walks over the alternative names of a link (IFLA_PROP_LIST), one a call. Since Linux 5.5.
///
/// Start with *pos = 0 and call it again until it does not return 1.
///
/// @param nlh       a link's message, from a walk, a dump or a callback
/// @param pos       offset of what has not been read, moved behind the name
/// @param ret_name  gets the name with its NUL, valid as long as the message's bytes; written with 1 alone
/// @return 1: a name; 0: no more; -ENOMSG: the message is of another type; -EBADMSG: malformed; -EINVAL: NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; the others are NULL
/// or may be read and
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_link_alt_name_walk(
    nlh: *const nlmsghdr,
    pos: *mut usize,
    ret_name: *mut *const c_char,
) -> c_int {
    not_null!(nlh, pos, ret_name => EINVAL);
    // SAFETY: not NULL, and the contract.
    let names = AltNames::of(&unsafe { message_of(nlh) });
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    let next = names.and_then(|mut names| {
        names.at = at;
        Ok(names.next()?.map(|name| (name, names.at)))
    });
    match next {
        Ok(Some((name, at))) => {
            // SAFETY: not NULL, and the contract.
            unsafe { pos.write(at) };
            // SAFETY: as above.
            unsafe { ret_name.write(name.as_ptr().cast()) };
            1
        }
        Ok(None) => 0,
        Err(code) => code.raw(),
    }
}
