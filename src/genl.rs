// SPDX-License-Identifier: MIT OR Apache-2.0
//! Generic netlink.
//!
//! A family of generic netlink has a name; its number, and those of its multicast groups, are given out while the
//! kernel runs. A
//! resolved family holds them, with its operations, and begins messages of it:
//!
//! ```
//! struct nlrs_genl_family *f;
//! int rc = nlrs_genl_resolve(s, "ethtool", &f, err);
//! if (rc == 0)
//!     rc = nlrs_genl_begin(m, f, ETHTOOL_MSG_LINKSTATE_GET, 0);
//! ```
//!
//! A module that is removed and loaded again gets other numbers. Requests with the old one are then refused with
//! -ENOENT. A program that
//! follows nlctrl's group "notify" passes its events to nlrs_genl_family_update().

use crate::build::nlrs_msg;
use crate::exchange::refuse;
use crate::pointers::EINVAL;
use crate::pointers::message_of;
use crate::pointers::{text_at, write_result};
use crate::policy::nlrs_policy;
use alloc::boxed::Box;
use core::ffi::{c_char, c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord, Origin};
use nlrs_core::family::genetlink::Family;
use nlrs_core::lookup;
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::socket::Socket;
use nlrs_core::wire::build::Builder;

/// Resolves the name of a family. The kernel loads a module that has it, if need be.
///
/// @param s           a socket of NETLINK_GENERIC
/// @param name        name of the family, such as "nlctrl" or "ethtool"
/// @param ret_family  gets the family, to be freed with nlrs_genl_family_free()
/// @param err         gets the details; may be NULL
/// @return 0; -ENOENT: there is no such family; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, name or
///         ret_family is NULL; -ENOMEM;
///         or as nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `name` is NULL or ends with a NUL; `ret_family` is NULL or may be written; `err` is
/// NULL or a live error
/// object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_resolve(
    s: *mut Socket,
    name: *const c_char,
    ret_family: *mut *mut Family,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let err = unsafe { err.as_mut() };
    if s.is_null() || name.is_null() || ret_family.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    // SAFETY: the contract.
    let name = unsafe { text_at(name) }.unwrap_or(&[]);
    match lookup::family(&socket, name, err).and_then(try_box) {
        Ok(family) => {
            // SAFETY: not NULL, and the contract.
            unsafe { ret_family.write(Box::into_raw(family)) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Frees a resolved family. NULL is allowed.
///
/// # Safety
/// `f` is NULL or from nlrs_genl_resolve and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_free(f: *mut Family) {
    not_null!(f);
    // SAFETY: from Box::into_raw in nlrs_genl_resolve, freed once.
    drop(unsafe { Box::from_raw(f) });
}

/// Returns the number of a family: the type of its messages.
///
/// @return the number; 0: it is not registered at the moment, or f is NULL
///
/// # Safety
/// `f` is NULL or a live family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_id(f: *const Family) -> u32 {
    not_null!(f => 0);
    // SAFETY: not NULL, and the contract.
    u32::from(unsafe { &*f }.id())
}

/// Returns the version of a family's interface.
///
/// @return the version; 0 if f is NULL
///
/// # Safety
/// `f` is NULL or a live family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_version(f: *const Family) -> u32 {
    not_null!(f => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { &*f }.version()
}

/// Returns the size of the header that a family has behind struct genlmsghdr.
///
/// Attributes of a received message begin sizeof (struct genlmsghdr) and that many bytes behind its header: see
/// nlrs_nlmsg_index().
///
/// @return bytes; 0 for most families, and if f is NULL
///
/// # Safety
/// `f` is NULL or a live family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_header_size(f: *const Family) -> u32 {
    not_null!(f => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { &*f }.header_size()
}

/// Returns the largest attribute type that a family takes.
///
/// @return the type; 0: each operation has its own, or f is NULL
///
/// # Safety
/// `f` is NULL or a live family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_max_attr(f: *const Family) -> u32 {
    not_null!(f => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { &*f }.max_attribute()
}

/// Returns the name of a family.
///
/// @return the name, until the family is updated or freed; "" if f is NULL
///
/// # Safety
/// `f` is NULL or a live family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_name(f: *const Family) -> *const c_char {
    not_null!(f => c"".as_ptr());
    // SAFETY: not NULL, and the contract.
    unsafe { &*f }.name().as_ptr().cast()
}

/// Returns the number of a family's multicast group by its name, for nlrs_socket_join() and nlrs_monitor_join().
///
/// @param f          the family
/// @param name       name of the group
/// @param ret_group  gets the number
/// @return 0; -ENOENT: the family has no such group; -EINVAL: NULL
///
/// # Safety
/// `f` is NULL or a live family; `name` is NULL or ends with a NUL; `ret_group` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_group(f: *const Family, name: *const c_char, ret_group: *mut u32) -> c_int {
    not_null!(f, name, ret_group => EINVAL);
    // SAFETY: the contract.
    let name = unsafe { text_at(name) }.unwrap_or(&[]);
    // SAFETY: not NULL, and the contract.
    let found = unsafe { &*f }.group(name);
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_group, found) }
}

/// Walks over the multicast groups of a family, one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1.
///
/// @param f          the family
/// @param pos        how many have been read
/// @param ret_name   gets the name, until the family is updated or freed; written with 1 alone
/// @param ret_group  gets the number; written with 1 alone
/// @return 1: a group; 0: no more; -EINVAL: NULL
///
/// # Safety
/// `f` is NULL or a live family; the others are NULL or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_group_walk(
    f: *const Family,
    pos: *mut usize,
    ret_name: *mut *const c_char,
    ret_group: *mut u32,
) -> c_int {
    not_null!(f, pos, ret_name, ret_group => EINVAL);
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    // SAFETY: not NULL, and the contract.
    let Some((name, number)) = unsafe { &*f }.group_at(at) else { return 0 };
    // SAFETY: not NULL, and the contract.
    unsafe { pos.write(at.saturating_add(1)) };
    // SAFETY: as above.
    unsafe { ret_name.write(name.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { ret_group.write(number) };
    1
}

/// Walks over the operations of a family, one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1.
///
/// @param f          the family
/// @param pos        how many have been read
/// @param ret_cmd    gets the command; written with 1 alone
/// @param ret_flags  gets GENL_ADMIN_PERM, GENL_CMD_CAP_DO, GENL_CMD_CAP_DUMP, GENL_CMD_CAP_HASPOL, ...; written with 1
///         alone
/// @return 1: an operation; 0: no more; -EINVAL: NULL
///
/// # Safety
/// `f` is NULL or a live family; the others are NULL or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_op_walk(
    f: *const Family,
    pos: *mut usize,
    ret_cmd: *mut u32,
    ret_flags: *mut u32,
) -> c_int {
    not_null!(f, pos, ret_cmd, ret_flags => EINVAL);
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read() };
    // SAFETY: not NULL, and the contract.
    let Some((command, flags)) = unsafe { &*f }.operation(at) else { return 0 };
    // SAFETY: not NULL, and the contract.
    unsafe { pos.write(at.saturating_add(1)) };
    // SAFETY: as above.
    unsafe { ret_cmd.write(command) };
    // SAFETY: as above.
    unsafe { ret_flags.write(flags) };
    1
}

/// Joins a multicast group by its name: nlrs_genl_resolve(), nlrs_genl_family_group() and nlrs_socket_join() in one
/// call.
///
/// @param s       a socket of NETLINK_GENERIC
/// @param family  name of the family, such as "nlctrl"
/// @param group   name of the group, such as "notify"
/// @param err     the details; may be NULL
/// @return 0; -ENOENT: there is no such family, or it has no such group; -EPERM: this process may not join the group;
///         -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, family or group is NULL; -ENOMEM; or as
///         nlrs_request()
///
/// # Safety
/// `s` is NULL or an open socket; `family` and `group` are NULL or end with a NUL; `err` is NULL or a live error
/// object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_join(
    s: *mut Socket,
    family: *const c_char,
    group: *const c_char,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let mut err = unsafe { err.as_mut() };
    if s.is_null() || family.is_null() || group.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    // SAFETY: the contract.
    let [family, group] = [family, group].map(|name| unsafe { text_at(name) }.unwrap_or(&[]));
    let found = match lookup::family(&socket, family, err.as_deref_mut()) {
        Ok(found) => found,
        Err(code) => return code.raw(),
    };
    let joined = found.group(group).and_then(|number| socket.join(number));
    if let (Err(code), Some(record)) = (&joined, err) {
        record.set(*code, Origin::System);
    }
    Code::of_result(&joined)
}

/// Follows an event of nlctrl's multicast group "notify".
///
/// A family that is unregistered has the number 0 from then on, and nlrs_genl_begin() fails; one that is registered
/// again gets its new
/// number, operations and groups. Events of other families change nothing.
///
/// @param f    the family
/// @param nlh  a message, from a walk, a monitor or a callback
/// @return 1: the family has changed; 0: it has not; -EBADMSG: malformed; -ENOMEM; -EINVAL: NULL
///
/// # Safety
/// `f` is NULL or a live family that nobody else uses meanwhile; `nlh` is NULL or a message whose length was checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_family_update(f: *mut Family, nlh: *const nlmsghdr) -> c_int {
    not_null!(f, nlh => EINVAL);
    // SAFETY: not NULL, and the contract.
    let message = unsafe { message_of(nlh) };
    // SAFETY: not NULL, and the contract.
    unsafe { &mut *f }.update(&message).map_or_else(Code::raw, c_int::from)
}

/// Begins a message of a family: struct genlmsghdr, and the family's own header, zeroed, where it has one.
///
/// Attributes follow; nlrs_msg_end() ends the message.
///
/// @param m      messages under construction
/// @param f      the family
/// @param cmd    the operation
/// @param flags  NLM_F_...
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE for a cmd above 255,
///         -ENOENT while the family is not
///         registered; -EINVAL when m or f is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `f` is NULL or a live family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_begin(m: *mut nlrs_msg, f: *const Family, cmd: u32, flags: u32) -> c_int {
    not_null!(m, f => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    // SAFETY: not NULL, and the contract.
    Code::of_result(&unsafe { &*f }.begin(m, cmd, flags))
}

/// What is called for each family.
///
/// The family lives until the function returns. It must not unwind or longjmp, and calls on the same socket get
/// NLRS_EBUSY.
///
/// @return 0: continue; NLRS_STOP: end the call with success; negative: end the call with that code
#[allow(non_camel_case_types)]
pub type nlrs_genl_family_fn = Option<unsafe extern "C" fn(f: *const Family, arg: *mut c_void) -> c_int>;

/// Passes every family to fn.
///
/// @param s    a socket of NETLINK_GENERIC
/// @param fn   called for each family; NULL: none is
/// @param arg  passed to fn; used until the call returns
/// @param err  gets the details; may be NULL
/// @return 0; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s is NULL; or as nlrs_dump()
///
/// # Safety
/// `s` is NULL or an open socket; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_families(
    s: *mut Socket,
    r#fn: nlrs_genl_family_fn,
    arg: *mut c_void,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let err = unsafe { err.as_mut() };
    if s.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    let mut each = |family: &Family| match r#fn {
        // SAFETY: the caller's function with the caller's argument; the family lives through the call.
        Some(function) => unsafe { function(family, arg) },
        None => 0,
    };
    Code::of_result(&lookup::families(&socket, &mut each, err))
}

/// Returns the kernel's own policy for an operation of a family, by which a request can be checked before it is sent.
/// Since Linux 5.10.
///
/// It has the kernel's kinds, lengths, ranges and masks, also those of nests. nlrs_policy_rules() returns its rules for
/// nlrs_attr_index_checked(). Attributes that the kernel takes and does not describe are not in it.
///
/// @param s           a socket of NETLINK_GENERIC
/// @param f           the family
/// @param cmd         the operation
/// @param flags       NLM_F_DUMP: the policy for a dump, which may be another; 0: for other requests
/// @param ret_policy  gets the policy, to be freed with nlrs_policy_free()
/// @param err         gets the details; may be NULL
/// @return 0; -ENODATA: the operation has no policy; -ENOENT: there is no such operation or family; -EOPNOTSUPP: the
///         socket is of another protocol, or the kernel
///         is too old; -EINVAL: s, f or ret_policy is NULL; -ENOMEM; or as nlrs_dump()
///
/// # Safety
/// `s` is NULL or an open socket; `f` is NULL or a live family; `ret_policy` is NULL or may be written; `err` is NULL
/// or a live error
/// object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_genl_policy(
    s: *mut Socket,
    f: *const Family,
    cmd: u32,
    flags: u32,
    ret_policy: *mut *mut nlrs_policy,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: NULL or live, by the contract.
    let mut err = unsafe { err.as_mut() };
    if s.is_null() || f.is_null() || ret_policy.is_null() {
        return refuse(err, Code::EINVAL);
    }
    // SAFETY: not NULL, and an open socket by the contract.
    let socket = unsafe { Shared::of_raw(s) };
    // SAFETY: not NULL, and the contract.
    let family = unsafe { &*f };
    let policy = lookup::policies(&socket, family, cmd, err.as_deref_mut()).and_then(|policies| {
        let root = policies.root(flags != 0).ok_or(Code::of(-libc::ENODATA));
        let policy = root.and_then(|root| nlrs_policy::of_kernel(&policies, root)).and_then(try_box);
        if let (Err(code), Some(record)) = (&policy, err) {
            record.set(*code, Origin::Library);
        }
        policy
    });
    match policy {
        Ok(policy) => {
            // SAFETY: not NULL, and the contract.
            unsafe { ret_policy.write(Box::into_raw(policy)) };
            0
        }
        Err(code) => code.raw(),
    }
}
