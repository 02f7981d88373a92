// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events of a monitor.
//!
//! An event is valid until the next call on its monitor, and so is everything that it points to.

use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::monitor::{Event, EventKind};
use nlrs_core::socket::Credentials;

/// Kind of an event: a message of the kernel.
pub const NLRS_EVENT_MESSAGE: u32 = 1;
/// Kind of an event: a datagram as a whole, whose payload is not netlink messages.
pub const NLRS_EVENT_DATAGRAM: u32 = 2;
/// Kind of an event: events were lost here.
pub const NLRS_EVENT_OVERRUN: u32 = 3;

/// Kind of an event: a snapshot of a table begins.
pub const NLRS_EVENT_SNAPSHOT_BEGIN: u32 = 4;
/// Kind of an event: an object of the snapshot.
pub const NLRS_EVENT_OBJECT: u32 = 5;
/// Kind of an event: the snapshot is complete. Objects that it did not have do not exist any more.
pub const NLRS_EVENT_SNAPSHOT_END: u32 = 6;
/// Kind of an event: an object was added to a table.
pub const NLRS_EVENT_ADDED: u32 = 7;
/// Kind of an event: an object has changed; nlrs_event_old returns its previous state.
pub const NLRS_EVENT_CHANGED: u32 = 8;
/// Kind of an event: an object was removed from a table; the message is its last known state.
pub const NLRS_EVENT_REMOVED: u32 = 9;

const _: () = assert!(
    NLRS_EVENT_MESSAGE == EventKind::Message as u32
        && NLRS_EVENT_DATAGRAM == EventKind::Datagram as u32
        && NLRS_EVENT_OVERRUN == EventKind::Overrun as u32
        && NLRS_EVENT_SNAPSHOT_BEGIN == EventKind::SnapshotBegin as u32
        && NLRS_EVENT_OBJECT == EventKind::Object as u32
        && NLRS_EVENT_SNAPSHOT_END == EventKind::SnapshotEnd as u32
        && NLRS_EVENT_ADDED == EventKind::Added as u32
        && NLRS_EVENT_CHANGED == EventKind::Changed as u32
        && NLRS_EVENT_REMOVED == EventKind::Removed as u32
);

/// An event as C holds it: a view into the monitor.
#[derive(Clone, Copy, Debug)]
pub struct EventView {
    kind: u32,
    group: u32,
    nsid: i32,
    portid: u32,
    credentials: Option<Credentials>,
    table: u32,
    count: u64,
    bytes: *const u8,
    len: usize,
    old: *const u8,
    old_len: usize,
}

impl EventView {
    pub(super) fn of(event: &Event<'_>) -> EventView {
        EventView {
            kind: event.kind as u32,
            group: event.arrival.group,
            nsid: event.arrival.nsid,
            portid: event.arrival.portid,
            credentials: event.arrival.credentials(),
            table: event.table,
            count: event.count,
            bytes: event.bytes.as_ptr(),
            len: event.bytes.len(),
            old: event.old.as_ptr(),
            old_len: event.old.len(),
        }
    }
}

/// Returns what an event reports.
///
/// @return NLRS_EVENT_…; 0 if event is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_kind(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.kind
}

/// Returns the message of an event.
///
/// @return the message, whose nlmsg_len has been checked, valid as long as the event; NULL if the event has none
///         or is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_message(event: *const EventView) -> *const nlmsghdr {
    not_null!(event => core::ptr::null());
    // SAFETY: not NULL, and the caller's promise.
    let event = unsafe { &*event };
    if event.len == 0 || event.kind == NLRS_EVENT_DATAGRAM { core::ptr::null() } else { event.bytes.cast() }
}

/// Returns the bytes of an event: those of its message, or the datagram of an NLRS_EVENT_DATAGRAM.
///
/// @param ret_data  the first byte, valid while the event is
/// @param ret_len   the number of bytes
/// @return 0; -ENOENT: the event has no bytes; -EINVAL: a pointer is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid; the others are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_data(
    event: *const EventView,
    ret_data: *mut *const c_void,
    ret_len: *mut usize,
) -> c_int {
    not_null!(event, ret_data, ret_len => super::pointers::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let event = unsafe { &*event };
    let data = if event.len == 0 { Err(Code::ENOENT) } else { Ok((event.bytes.cast(), event.len)) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { super::pointers::write_pair(ret_data, ret_len, data) }
}

/// Returns the multicast group that an event was sent to.
///
/// @return the group's number; 0: it was sent to no group, or event is NULL. Also 0, for groups above 32, where the
///         kernel or a sandbox has no NETLINK_PKTINFO
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_group(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.group
}

/// Returns the port ID of the sender of an event.
///
/// Other senders than the kernel are received by a monitor whose options have nlrs_socket_options_set_any_sender, and
/// by one whose socket is connected to a peer.
///
/// @return the port ID; 0: the kernel, or event is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_portid(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.portid
}

/// Returns the credentials of the sender of an event, which the kernel vouches for.
///
/// They come with events that were received while SO_PASSCRED was on for the monitor's socket.
///
/// @param ret_pid  the process ID; 0: the kernel, or a process that has none in this namespace; may be NULL
/// @param ret_uid  the user ID; 0 for the kernel; may be NULL
/// @param ret_gid  the group ID; 0 for the kernel; may be NULL
/// @return 0; -ENOENT: the event came without credentials; -EINVAL: event is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid; the others are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_credentials(
    event: *const EventView,
    ret_pid: *mut i32,
    ret_uid: *mut u32,
    ret_gid: *mut u32,
) -> c_int {
    not_null!(event => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let Some(Credentials { pid, uid, gid }) = (unsafe { &*event }).credentials else { return Code::ENOENT.raw() };
    if !ret_pid.is_null() {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_pid.write(pid) };
    }
    for (place, value) in [(ret_uid, uid), (ret_gid, gid)] {
        if !place.is_null() {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { place.write(value) };
        }
    }
    0
}

/// Returns the namespace that an event was sent in.
///
/// @return its ID in the monitor's namespace; -1: the monitor's namespace, or event is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_nsid(event: *const EventView) -> i32 {
    not_null!(event => -1);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.nsid
}

/// Returns the previous state of a changed object.
///
/// @return the message, valid as long as the event; NULL unless the event is an NLRS_EVENT_CHANGED
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_old(event: *const EventView) -> *const nlmsghdr {
    not_null!(event => core::ptr::null());
    // SAFETY: not NULL, and the caller's promise.
    let event = unsafe { &*event };
    if event.old_len == 0 { core::ptr::null() } else { event.old.cast() }
}

/// Returns the number of the table that an event is about: one of a snapshot or of a difference is about one.
///
/// @return what nlrs_monitor_follow or nlrs_monitor_add_table returned, at least 1; 0: it is about no table, or event
///         is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_table(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.table
}

/// Returns the count of an event: of an NLRS_EVENT_OVERRUN how many datagrams were lost, of an
/// NLRS_EVENT_SNAPSHOT_END how many objects the snapshot had.
///
/// @return the count; 0: the event has none, or it is not known, or event is NULL
///
/// # Safety
/// `event` is NULL or an event that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_count(event: *const EventView) -> u64 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.count
}
