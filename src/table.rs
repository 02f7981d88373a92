// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables of a monitor: objects of the kernel, kept in step.
//!
//! Of each table the monitor takes a snapshot first: NLRS_EVENT_SNAPSHOT_BEGIN, an NLRS_EVENT_OBJECT for each object,
//! NLRS_EVENT_SNAPSHOT_END. The events after it follow, and none is missed in between. When a table becomes stale
//! (events were lost, the dump was interrupted, the kernel may have changed routes without an event) the monitor takes
//! another snapshot by itself; objects that this one does not have do not exist any more. A begin without an end before
//! it: the snapshot failed, forget its objects. An event from just before a snapshot may be delivered after it as well;
//! the last event of an object is always its state.
//!
//! With nlrs_monitor_set_difference the monitor compares by itself, and reports only what was added, changed and
//! removed; the objects of the first snapshot are added.

use super::exchange::nlrs_msg_fn;
use super::monitor::{MonitorHandle, monitor, monitor_ref};
use super::pointers::message_at;
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::mem::try_box;
use nlrs_core::monitor::{Key, KeyFn, Keys, MAX_KEY_LEN, Objects, Presence, rtnl_key};
use nlrs_core::wire::message::Message;

/// Objects for nlrs_monitor_follow: links.
pub const NLRS_LINKS: u32 = 0x101;
/// Objects for nlrs_monitor_follow: addresses.
pub const NLRS_ADDRESSES: u32 = 0x102;
/// Objects for nlrs_monitor_follow: routes.
pub const NLRS_ROUTES: u32 = 0x103;
/// Objects for nlrs_monitor_follow: neighbours.
pub const NLRS_NEIGHBOURS: u32 = 0x104;
/// Objects for nlrs_monitor_follow: routing policy rules.
pub const NLRS_RULES: u32 = 0x105;

/// Result of a key function: the message is not about an object of the table.
pub const NLRS_KEY_NONE: c_int = 0;
/// Result of a key function: the object is present.
pub const NLRS_KEY_PRESENT: c_int = 1;
/// Result of a key function: the object was deleted.
pub const NLRS_KEY_DELETED: c_int = 2;

/// The longest key, in bytes.
pub const NLRS_KEY_MAX: usize = 128;

const _: () = assert!(NLRS_KEY_MAX == MAX_KEY_LEN);

/// Identifies the objects of a table: writes the key of the object that a message is about.
///
/// Two messages are about the same object when their keys are equal, byte by byte. It must not call anything on the
/// monitor.
///
/// @param nlh      a message of the dump or an event
/// @param key      a buffer of NLRS_KEY_MAX bytes
/// @param ret_len  the length of the key, at least 1
/// @param arg      as passed to nlrs_monitor_add_table
/// @return NLRS_KEY_NONE, NLRS_KEY_PRESENT, NLRS_KEY_DELETED; negative: the call on the monitor ends with that code,
///         and the table is dumped again later
#[allow(non_camel_case_types)]
pub type nlrs_key_fn = Option<
    unsafe extern "C" fn(nlh: *const nlmsghdr, key: *mut c_void, ret_len: *mut usize, arg: *mut c_void) -> c_int,
>;

/// Called once when the library does not use an arg any more that it was given to keep.
#[allow(non_camel_case_types)]
pub type nlrs_release_fn = Option<unsafe extern "C" fn(arg: *mut c_void)>;

/// The objects of NLRS_LINKS …; None for another number.
pub(crate) fn objects_of(objects: u32) -> Option<Objects> {
    Some(match objects {
        NLRS_LINKS => Objects::Links,
        NLRS_ADDRESSES => Objects::Addresses,
        NLRS_ROUTES => Objects::Routes,
        NLRS_NEIGHBOURS => Objects::Neighbours,
        NLRS_RULES => Objects::Rules,
        _ => return None,
    })
}

/// Follows links, addresses, routes, neighbours or rules in a table, and keeps it in step.
///
/// Joins the groups of these objects. For routes and rules it also receives events of links, addresses and nexthops,
/// with which the kernel adds and removes routes without events of their own: of those groups you get the events only
/// if you have joined them.
///
/// The kernel does not report every change of what its dumps have. What follows from that, on Linux 6.18:
///
/// With differences a table leaves out what is created without an event: neighbours in the states NUD_NONE,
/// NUD_INCOMPLETE and NUD_NOARP, and IPv6 addresses until their duplicate address detection ends. They are added when
/// the kernel reports another state. Snapshots without differences have them, as the dump has them.
///
/// A table for both families leaves out what belongs to others: routes of MPLS, for instance.
///
/// A neighbour that changes to NUD_DELAY, or from NUD_FAILED to NUD_INCOMPLETE, stays as it was until its next event or
/// snapshot.
///
/// An IPv4 route whose message is longer than 32 KiB, which some 2,000 next hops make it, ends the kernel's dump
/// without an error: it and the routes behind it are missing. Links of any length are in the table.
///
/// @param m        a monitor on NETLINK_ROUTE
/// @param objects  NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS or NLRS_RULES
/// @param family   AF_INET, AF_INET6 or 0 for both; of neighbours also AF_BRIDGE
/// @return the table's number, from 1 to 250; -EINVAL: m is NULL, or there are no such objects or no such family;
///         -ERANGE: family is above 255; -EOPNOTSUPP: the monitor is on another protocol, or has no socket for
///         requests; -ENOSPC: there are 250 tables already; -ENOMEM; or the code of a system call
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_follow(m: *mut MonitorHandle, objects: u32, family: u32) -> c_int {
    not_null!(m => -libc::EINVAL);
    let Ok(family) = u8::try_from(family) else { return -libc::ERANGE };
    let Some(objects) = objects_of(objects) else { return -libc::EINVAL };
    // SAFETY: not NULL, and the caller's promise.
    number(unsafe { monitor(m) }.follow(objects, family))
}

fn number(result: Result<u32, Code>) -> c_int {
    match result {
        Ok(number) => c_int::try_from(number).unwrap_or(Code::ERANGE.raw()),
        Err(code) => code.raw(),
    }
}

/// A key function of the caller's.
struct KeyCallback {
    function: nlrs_key_fn,
    arg: *mut c_void,
    release: nlrs_release_fn,
}

impl KeyCallback {
    fn key(&self, message: &[u8], key: &mut [u8]) -> Result<(Presence, usize), Code> {
        let Some(function) = self.function else { return Ok((Presence::None, 0)) };
        let mut len = 0;
        // SAFETY: the caller's function with the caller's argument; both slices live through the call, and the buffer
        // is as long as a key may be.
        let returned = unsafe { function(message.as_ptr().cast(), key.as_mut_ptr().cast(), &mut len, self.arg) };
        match returned {
            NLRS_KEY_NONE => Ok((Presence::None, len)),
            NLRS_KEY_PRESENT => Ok((Presence::Present, len)),
            NLRS_KEY_DELETED => Ok((Presence::Deleted, len)),
            code if code > 0 => Err(Code::ERANGE),
            code => Err(Code::of(code)),
        }
    }
}

impl Drop for KeyCallback {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller's function with the caller's argument, called once.
            unsafe { release(self.arg) };
        }
    }
}

/// Follows any objects that can be dumped in a table, and keeps it in step. Join their groups yourself, before the
/// first nlrs_monitor_next.
///
/// A request for links gets an IFLA_EXT_MASK that changes nothing but that links of any length are in the dump, if it
/// has none.
///
/// @param m        the monitor
/// @param req      the request that dumps the objects, which is copied; flags, sequence number and port are the
///                 library's
/// @param fn       identifies the objects, for differences. NULL: as the kernel does, where the request is RTM_GETLINK,
///                 _GETADDR, _GETROUTE, _GETNEIGH or _GETRULE on NETLINK_ROUTE; of other objects there are no
///                 differences then. With a filter in the request other than RTA_TABLE and the family, fn has to return
///                 NLRS_KEY_NONE for what the filter excludes
/// @param arg      passed to fn
/// @param release  called once with arg when fn and arg are not used any more: by nlrs_monitor_close, or by this
///                 function when it fails or fn is NULL; may be NULL
/// @return as nlrs_monitor_follow; -EINVAL also if req is NULL or its length is less than a header's
///
/// # Safety
/// `m` is NULL or an open monitor; `req` is NULL or a message of nlmsg_len bytes; `fn` may be called with `arg` until
/// `release` is, or until the monitor is closed, and `release` once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_add_table(
    m: *mut MonitorHandle,
    req: *const nlmsghdr,
    r#fn: nlrs_key_fn,
    arg: *mut c_void,
    release: nlrs_release_fn,
) -> c_int {
    // From here on arg is released whatever happens.
    let callback = KeyCallback { function: r#fn, arg, release };
    not_null!(m => -libc::EINVAL);
    // SAFETY: NULL or a message, by the caller's promise.
    let Some(message) = (unsafe { message_at(req) }) else { return -libc::EINVAL };
    let keys = if r#fn.is_none() {
        Keys::Rtnl
    } else {
        match try_box(move |message: &[u8], key: &mut [u8]| callback.key(message, key)) {
            Ok(function) => Keys::Function(function as Box<KeyFn>),
            Err(code) => return code.raw(),
        }
    };
    // SAFETY: not NULL, and the caller's promise.
    number(unsafe { monitor(m) }.add_table(message, keys))
}

/// Writes the key of a link, address, route, neighbour or rule: an nlrs_key_fn, for those who keep tables themselves.
///
/// Links: the index. Addresses: device, address, and of IPv4 the prefix length. Neighbours: device, address, proxy or
/// not; of bridges the hardware address, VLAN and owner of the entry. Routes and rules: everything but flags and
/// lifetimes, independent of the order of attributes.
///
/// @param nlh      a message whose length was checked
/// @param key      a buffer of NLRS_KEY_MAX bytes
/// @param ret_len  the length of the key; untouched unless there is a key
/// @param arg      not used
/// @return NLRS_KEY_PRESENT, NLRS_KEY_DELETED; NLRS_KEY_NONE: it is not about such an object; -EINVAL: a pointer is
///         NULL
///
/// # Safety
/// `nlh` is NULL or a message of nlmsg_len bytes; `key` is NULL or has NLRS_KEY_MAX bytes; `ret_len` is NULL or may
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_rtnl_key(
    nlh: *const nlmsghdr,
    key: *mut c_void,
    ret_len: *mut usize,
    arg: *mut c_void,
) -> c_int {
    let _ = arg;
    not_null!(key, ret_len => -libc::EINVAL);
    // SAFETY: NULL or a message, by the caller's promise.
    let Some(message) = (unsafe { message_at(nlh) }) else { return -libc::EINVAL };
    let mut own = Key::NONE;
    let Ok(message) = Message::read(message) else { return NLRS_KEY_NONE };
    let presence = match rtnl_key(&message, &mut own) {
        Presence::None => return NLRS_KEY_NONE,
        Presence::Present => NLRS_KEY_PRESENT,
        Presence::Deleted => NLRS_KEY_DELETED,
    };
    let bytes = own.bytes();
    // SAFETY: not NULL, and the caller's promise; a key is not longer than NLRS_KEY_MAX.
    unsafe { key.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { ret_len.write(bytes.len()) };
    presence
}

/// Sets whether differences (added, changed, removed) are reported instead of snapshots; before the first
/// nlrs_monitor_next.
///
/// The monitor then keeps a copy of each object. Begin and end of snapshots are still reported. A change is any
/// difference except in counters and ages of links, addresses, routes and neighbours.
///
/// @param on  1 or 0
/// @return 0; -EINVAL: m is NULL, or on is neither; NLRS_EBUSY: a snapshot has been taken already
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_difference(m: *mut MonitorHandle, on: c_int) -> c_int {
    not_null!(m => -libc::EINVAL);
    if !matches!(on, 0 | 1) {
        return -libc::EINVAL;
    }
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { monitor(m) }.set_difference(on == 1))
}

/// Sets the least time between two snapshots of a table. The default is 100 milliseconds.
///
/// After a snapshot that took long it is more: nine times the duration of the snapshot, but at most a second.
///
/// @param milliseconds  0 or more; less is taken as 0
/// @return 0; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_interval(m: *mut MonitorHandle, milliseconds: i64) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor(m) }.set_interval(milliseconds);
    0
}

/// Takes another snapshot of each table, as after an overrun.
///
/// @return 0; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_resync(m: *mut MonitorHandle) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor(m) }.resync();
    0
}

/// Returns whether everything known about the tables has been delivered, and no table is stale.
///
/// Changes that the kernel has reported since the monitor read last are not known yet: so call it after
/// nlrs_monitor_next has returned -EAGAIN. What the kernel does not report is described at nlrs_monitor_follow.
///
/// @return 1 or 0; 0 also if m is NULL; without tables 1
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_is_current(m: *const MonitorHandle) -> c_int {
    not_null!(m => 0);
    // SAFETY: not NULL, and the caller's promise.
    c_int::from(unsafe { monitor_ref(m) }.is_current())
}

/// Calls a function for each object of a table as it is known now, in no order. Only with differences.
///
/// fn must not call anything on the monitor.
///
/// @param m      the monitor
/// @param table  the table's number
/// @param fn     called for each object
/// @param arg    passed to fn
/// @return 0, also if fn returned NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL, or there is
///         no table of that number; -EOPNOTSUPP: the monitor keeps no objects of the table, for lack of
///         nlrs_monitor_set_difference or of a key function
///
/// # Safety
/// `m` is NULL or an open monitor; `fn` may be called with `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_objects(
    m: *const MonitorHandle,
    table: u32,
    r#fn: nlrs_msg_fn,
    arg: *mut c_void,
) -> c_int {
    not_null!(m => -libc::EINVAL);
    let Some(function) = r#fn else { return -libc::EINVAL };
    let mut at = 0;
    loop {
        // SAFETY: not NULL, and the caller's promise.
        let (object, next) = match unsafe { monitor_ref(m) }.object(table, at) {
            Ok(Some(found)) => found,
            Ok(None) => return 0,
            Err(code) => return code.raw(),
        };
        // SAFETY: the caller's function with the caller's argument; the object is valid until something is called on
        // the monitor.
        let returned = unsafe { function(object.as_ptr().cast(), arg) };
        if returned != 0 {
            return returned.min(0);
        }
        at = next;
    }
}
