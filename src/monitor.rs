// SPDX-License-Identifier: MIT OR Apache-2.0
//! Monitors: follow the kernel's events.
//!
//! A monitor has a socket of its own that joins multicast groups; nlrs_monitor_next gives what came by them, event by event. When
//! events come faster than they are read, the kernel throws some away: that is an event too (NLRS_EVENT_OVERRUN), in its place in the
//! stream, and the monitor goes on.
//!
//! It can also keep tables in step (nlrs_monitor_follow, nlrs_monitor_add_table). Of each it takes a snapshot first, and gives
//! NLRS_EVENT_SNAPSHOT_BEGIN, an NLRS_EVENT_OBJECT for each object, NLRS_EVENT_SNAPSHOT_END, and then the events, nothing of which is
//! missed in between. When what is known becomes doubtful (events were lost, the dump was interrupted, the kernel may have changed
//! routes without a word) it does so again by itself, and what the new snapshot does not have is gone. A begin
//! without an end before it: the snapshot failed, forget its objects. An event from just before a snapshot may be told
//! after it once more; the last event of an object is always how it stands.
//!
//! With nlrs_monitor_set_difference it compares by itself and tells only what is added, changed and removed, the objects of the first
//! snapshot as added.
//!
//! A monitor is used by one thread at a time, with the exception of nlrs_monitor_cancel.

use super::pointers::message_at;
use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::monitor::{Event, Key, KeyFn, Keys, Kind, MAX_KEY_LEN, Monitor, Presence, rtnl_key};
use nlrs_core::socket::{Socket, SocketOptions};
use nlrs_core::wire::message::Message;

/// Kind of an event: a message of the kernel.
pub const NLRS_EVENT_MESSAGE: u32 = 1;
/// Kind of an event: a datagram whose payload is no netlink messages, as it came.
pub const NLRS_EVENT_DATAGRAM: u32 = 2;
/// Kind of an event: something got lost here.
pub const NLRS_EVENT_OVERRUN: u32 = 3;

/// Kind of an event: a snapshot of a table begins.
pub const NLRS_EVENT_SNAPSHOT_BEGIN: u32 = 4;
/// Kind of an event: an object of the snapshot.
pub const NLRS_EVENT_OBJECT: u32 = 5;
/// Kind of an event: the snapshot is complete. Objects that it did not have are gone.
pub const NLRS_EVENT_SNAPSHOT_END: u32 = 6;
/// Kind of an event: an object is there that was not.
pub const NLRS_EVENT_ADDED: u32 = 7;
/// Kind of an event: an object is not as it was; nlrs_event_old tells how it was.
pub const NLRS_EVENT_CHANGED: u32 = 8;
/// Kind of an event: an object is gone; its message is the last that was known of it.
pub const NLRS_EVENT_REMOVED: u32 = 9;

/// Table for nlrs_monitor_follow: links (RTM_GETLINK).
pub const NLRS_LINKS: u32 = 18;
/// Table for nlrs_monitor_follow: addresses (RTM_GETADDR).
pub const NLRS_ADDRESSES: u32 = 22;
/// Table for nlrs_monitor_follow: routes (RTM_GETROUTE).
pub const NLRS_ROUTES: u32 = 26;
/// Table for nlrs_monitor_follow: neighbours (RTM_GETNEIGH).
pub const NLRS_NEIGHBOURS: u32 = 30;
/// Table for nlrs_monitor_follow: rules (RTM_GETRULE).
pub const NLRS_RULES: u32 = 34;

/// A key function's answer: the message is not about an object of the table.
pub const NLRS_KEY_NONE: c_int = 0;
/// A key function's answer: the object is there.
pub const NLRS_KEY_HERE: c_int = 1;
/// A key function's answer: the object is gone.
pub const NLRS_KEY_GONE: c_int = 2;

/// The longest key, in bytes.
pub const NLRS_KEY_MAX: usize = 128;

/// What tells the objects of a table apart: writes the key of the object that a message is about.
///
/// Two messages are about the same object when their keys are equal, byte by byte. It must not call anything on the monitor.
///
/// @param nlh     a message of the dump or an event
/// @param key     room for NLRS_KEY_MAX bytes
/// @param ret_len gets how many are used, at least 1
/// @param arg     as given to nlrs_monitor_add_table
/// @return NLRS_KEY_NONE, NLRS_KEY_HERE, NLRS_KEY_GONE; negative: the call on the monitor ends with that code, and the table is dumped
///         again later
#[allow(non_camel_case_types)]
pub type nlrs_key_fn = Option<
    unsafe extern "C" fn(nlh: *const nlmsghdr, key: *mut c_void, ret_len: *mut usize, arg: *mut c_void) -> c_int,
>;

/// A monitor as C holds it.
#[derive(Debug)]
pub struct MonitorHandle {
    /// For what other threads may call.
    socket: Shared<Socket>,
    monitor: Monitor,
    event: EventView,
}

/// An event as C holds it: a view into the monitor.
#[derive(Clone, Copy, Debug)]
pub struct EventView {
    kind: u32,
    group: u32,
    nsid: i32,
    table: u32,
    count: u64,
    bytes: *const u8,
    len: usize,
    old: *const u8,
    old_len: usize,
}

impl EventView {
    fn of(event: &Event<'_>) -> EventView {
        EventView {
            kind: event.kind as u32,
            group: event.group,
            nsid: event.nsid,
            table: event.table,
            count: event.count,
            bytes: event.bytes.as_ptr(),
            len: event.bytes.len(),
            old: event.old.as_ptr(),
            old_len: event.old.len(),
        }
    }
}

/// What is called for each event.
///
/// The event lives until the function returns. It may call every function of the monitor but nlrs_monitor_close and
/// nlrs_monitor_loop.
///
/// @return 0: go on; NLRS_STOP: end the loop with success; negative: end the loop with that code
#[allow(non_camel_case_types)]
pub type nlrs_event_fn = Option<unsafe extern "C" fn(event: *const EventView, arg: *mut c_void) -> c_int>;

/// Open a monitor.
///
/// Its receive buffer is the socket's of nlrs_monitor_socket: make it larger (nlrs_socket_options_set_recv_buffer) where losses
/// would hurt. Beside the socket for events it has one for requests of its own, in the same namespace.
///
/// On NETLINK_ROUTE, _GENERIC, _NETFILTER and _XFRM a wait is one receive, which a cancellation ends by a message to the kernel that is no
/// request and asks for an ack alone. One such message is sent now, to see whether it is answered; where it is not, or when a
/// filter or an option is set through nlrs_monitor_socket, poll waits before each receive.
///
/// @param protocol    NETLINK_ROUTE … of linux/netlink.h
/// @param groups      numbers of multicast groups (RTNLGRP_LINK …) to join; may be NULL when count is 0
/// @param count       how many
/// @param options     NULL, or how to open the socket; it is read, not kept
/// @param ret_monitor gets the monitor, to be closed with nlrs_monitor_close
/// @return 0; -EINVAL: ret_monitor or groups is NULL, or there is no group of such a number; -EPERM: a group is not for
///         this process; and as nlrs_socket_open
///
/// # Safety
/// `groups` is NULL or has `count` numbers; `options` is NULL or live options; `ret_monitor` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_open(
    protocol: c_int,
    groups: *const u32,
    count: usize,
    options: *const SocketOptions,
    ret_monitor: *mut *mut MonitorHandle,
) -> c_int {
    not_null!(ret_monitor => -libc::EINVAL);
    let groups = if count == 0 {
        &[]
    } else {
        not_null!(groups => -libc::EINVAL);
        // SAFETY: not NULL, and the caller's promise; more than isize::MAX bytes cannot exist.
        unsafe { core::slice::from_raw_parts(groups, count.min(isize::MAX as usize / 4)) }
    };
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the caller's promise.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give(Monitor::open(protocol, groups, options), ret_monitor) }
}

/// Make a monitor of sockets that are open already: one whose other end is a peer, say.
///
/// Both are used on by the monitor, and must not be used otherwise until it is closed. They are closed by you: before the monitor,
/// and its calls fail with NLRS_ECLOSED, or after it.
///
/// @param events      the socket that events come by
/// @param requests    the socket for requests; its timeout becomes 0. NULL: then names and tables cannot be asked for
/// @param ret_monitor gets the monitor, to be closed with nlrs_monitor_close
/// @return 0; -EINVAL if events or ret_monitor is NULL; -ENOMEM; or what a system call said
///
/// # Safety
/// `events` and `requests` are NULL or open sockets; `ret_monitor` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_open_on(
    events: *mut Socket,
    requests: *mut Socket,
    ret_monitor: *mut *mut MonitorHandle,
) -> c_int {
    not_null!(events, ret_monitor => -libc::EINVAL);
    // SAFETY: not NULL, and an open socket by the caller's promise.
    let events = unsafe { Shared::of_raw(events) };
    // SAFETY: as above.
    let requests = if requests.is_null() { None } else { Some(unsafe { Shared::of_raw(requests) }) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give(Monitor::on(events, requests), ret_monitor) }
}

/// # Safety
/// `ret_monitor` has room.
unsafe fn give(monitor: Result<Monitor, Code>, ret_monitor: *mut *mut MonitorHandle) -> c_int {
    let event = EventView::of(&Event::NONE);
    let handle = monitor.and_then(|monitor| {
        let socket = monitor.socket().clone();
        try_box(MonitorHandle { socket, monitor, event })
    });
    match handle {
        Ok(handle) => {
            // SAFETY: the caller's promise.
            unsafe { ret_monitor.write(Box::into_raw(handle)) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Close a monitor. NULL is allowed. No other call may be in progress on it.
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_close(m: *mut MonitorHandle) {
    not_null!(m);
    // SAFETY: from Box::into_raw in give, closed once.
    drop(unsafe { Box::from_raw(m) });
}

/// The monitor, for as long as one call takes.
///
/// # Safety
/// `m` is an open monitor that nobody else uses meanwhile but to cancel.
unsafe fn monitor<'a>(m: *mut MonitorHandle) -> &'a mut Monitor {
    // SAFETY: the caller's promise; what other threads use is another field.
    unsafe { &mut (*m).monitor }
}

/// The monitor, for a question.
///
/// # Safety
/// `m` is an open monitor that nobody changes meanwhile.
unsafe fn asked<'a>(m: *const MonitorHandle) -> &'a Monitor {
    // SAFETY: the caller's promise.
    unsafe { &(*m).monitor }
}

/// Fetch the next event.
///
/// Waits for it within the timeout of the monitor's socket: 30 seconds, or what nlrs_monitor_set_timeout said.
///
/// @param m         the monitor
/// @param ret_event gets the event; it lives until the next call on m, and so does all that it points to
/// @return 1: an event; -EAGAIN: none is there (the timeout is 0; poll nlrs_monitor_fd); NLRS_ETIMEDOUT; NLRS_ECANCELED; NLRS_ECLOSED: the
///         socket of nlrs_monitor_open_on was closed; -EBADMSG: a malformed datagram, the rest of which is skipped; -EINVAL: a pointer
///         is NULL; -ENOMEM; what the kernel answered to the request of a table, which is then not asked for again until
///         nlrs_monitor_resync or an overrun; or what a system call said. The monitor can be used on after each of them
///
/// # Safety
/// `m` is NULL or an open monitor; `ret_event` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_next(m: *mut MonitorHandle, ret_event: *mut *const EventView) -> c_int {
    not_null!(m, ret_event => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    match unsafe { monitor(m) }.next() {
        Ok(event) => {
            let view = EventView::of(&event);
            // SAFETY: not NULL, and the caller's promise.
            let place = unsafe { &raw mut (*m).event };
            // SAFETY: as above; the field is nobody else's.
            unsafe { place.write(view) };
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_event.write(place) };
            1
        }
        Err(code) => code.raw(),
    }
}

/// Call a function for each event until there is a reason to end.
///
/// The timeout holds for the wait for each event. The loop can be ended from inside (NLRS_STOP), and by nlrs_monitor_cancel from another
/// thread or a signal handler.
///
/// @param m   the monitor
/// @param fn  called for each event
/// @param arg handed to fn
/// @return 0: fn said NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL; else as nlrs_monitor_next; after all of
///         these it can be called again
///
/// # Safety
/// `m` is NULL or an open monitor; `fn` may be called with `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_loop(m: *mut MonitorHandle, r#fn: nlrs_event_fn, arg: *mut c_void) -> c_int {
    let Some(function) = r#fn else { return -libc::EINVAL };
    loop {
        let mut event = core::ptr::null();
        // SAFETY: the caller's promise.
        let code = unsafe { nlrs_monitor_next(m, &mut event) };
        if code < 0 {
            return code;
        }
        // SAFETY: the caller's function with the caller's argument. Nothing of the monitor is borrowed here.
        let returned = unsafe { function(event, arg) };
        if returned != 0 {
            return returned.min(0);
        }
    }
}

/// End the call that is in progress on the monitor, or if there is none the next one, once, with NLRS_ECANCELED.
///
/// May be called from any thread and from a signal handler; errno is left as it was. The monitor stays usable, and loses nothing.
///
/// @return 0; -EINVAL if m is NULL; -EOPNOTSUPP if it was opened without the means to cancel;
///         -ENOBUFS, -ENOMEM or what else send said of the message that wakes a waiting call: that
///         sees the cancellation at the next event or its timeout; call again to end it now
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_cancel(m: *mut MonitorHandle) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise; nobody writes this field.
    let socket = unsafe { &(*m).socket };
    Code::of_result(&socket.cancel())
}

/// Ask for the descriptor to poll for reading, or to hand to epoll, level-triggered.
///
/// When it is readable, call nlrs_monitor_next until it says -EAGAIN (with a timeout of 0): several events are read in one go, and what
/// has been read does not make the descriptor readable again. It stays the monitor's: it is there to be polled, and whatever is
/// to be changed is changed by nlrs_monitor_socket.
///
/// @return the descriptor; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_fd(m: *const MonitorHandle) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { asked(m) }.fd()
}

/// Ask for the socket that events come by: to size its receive buffer, to attach a filter, to ask for its groups, to trace it.
///
/// It stays the monitor's. Requests, receives and close are not for it. A filter has to let through what tables are kept in step by:
/// for routes also the events of links, addresses and nexthops.
///
/// @return the socket, as long as the monitor is open; NULL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_socket(m: *mut MonitorHandle) -> *mut Socket {
    not_null!(m => core::ptr::null_mut());
    // SAFETY: not NULL, and the caller's promise.
    let raw = unsafe { monitor(m) }.socket().clone().into_raw();
    // SAFETY: from into_raw just now. The monitor has a reference of its own, which keeps the socket.
    drop(unsafe { Shared::from_raw(raw) });
    raw
}

/// Set how long the wait for an event may last.
///
/// @param milliseconds < 0: no limit; 0: never wait; more than 2^31 - 1 (24 days) is taken as that
/// @return 0; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_timeout(m: *mut MonitorHandle, milliseconds: i64) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor(m) }.socket().set_timeout(milliseconds);
    0
}

/// Join a multicast group.
///
/// @param group its number (RTNLGRP_LINK …), not a bit of a mask
/// @return 0; -EINVAL: m is NULL, or there is no group of that number; -EPERM: it is not for this process
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_join(m: *mut MonitorHandle, group: u32) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { monitor(m) }.join(group))
}

/// Leave a multicast group. What came by it before and has not been read is still delivered.
///
/// @return as nlrs_monitor_join
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_leave(m: *mut MonitorHandle, group: u32) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { monitor(m) }.leave(group))
}

/// Ask for the number of a multicast group of generic netlink, to join or leave it.
///
/// The numbers are given out while the kernel runs, differently each time. A module that has the family is loaded if need be.
///
/// @param m      a monitor on NETLINK_GENERIC
/// @param family name of the family, such as "nlctrl"
/// @param group  name of the group, such as "notify"
/// @return the number; -ENOENT: there is no such family, or it has no such group; -EINVAL: a pointer is NULL; -EOPNOTSUPP: it is a
///         monitor on another protocol, or has no socket for requests; else as nlrs_request
///
/// # Safety
/// `m` is NULL or an open monitor; `family` and `group` are NULL or texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_group(
    m: *mut MonitorHandle,
    family: *const c_char,
    group: *const c_char,
) -> c_int {
    not_null!(m, family, group => -libc::EINVAL);
    // SAFETY: not NULL, and a text by the caller's promise.
    let family = unsafe { CStr::from_ptr(family) };
    // SAFETY: as above.
    let group = unsafe { CStr::from_ptr(group) };
    // SAFETY: not NULL, and the caller's promise.
    match unsafe { monitor(m) }.group_number(family.to_bytes(), group.to_bytes()) {
        Ok(number) => c_int::try_from(number).unwrap_or(Code::ERANGE.raw()),
        Err(code) => code.raw(),
    }
}

/// Hear the events of every namespace that has an ID in the monitor's own (ip netns set), or not any more.
///
/// nlrs_event_nsid tells them apart.
///
/// @param on 1 or 0
/// @return 0; -EINVAL: m is NULL, or on is neither; -EPERM: it needs CAP_NET_BROADCAST; or what the system call said
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_all_namespaces(m: *mut MonitorHandle, on: c_int) -> c_int {
    not_null!(m => -libc::EINVAL);
    if !matches!(on, 0 | 1) {
        return -libc::EINVAL;
    }
    // SAFETY: not NULL, and the caller's promise.
    Code::of_result(&unsafe { monitor(m) }.set_all_namespaces(on == 1))
}

/// Hand datagrams over as they are (NLRS_EVENT_DATAGRAM) instead of message by message, or not any more.
///
/// For protocols whose payload is not netlink messages. On NETLINK_KOBJECT_UEVENT it is so from the beginning.
///
/// @param on 1 or 0
/// @return 0; -EINVAL: m is NULL, or on is neither
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_raw(m: *mut MonitorHandle, on: c_int) -> c_int {
    not_null!(m => -libc::EINVAL);
    if !matches!(on, 0 | 1) {
        return -libc::EINVAL;
    }
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor(m) }.set_raw(on == 1);
    0
}

/// Follow one of the tables of rtnetlink, and keep it in step.
///
/// Joins the table's groups. For routes and rules it also hears, for itself, of links, addresses and nexthops, with
/// which routes come and go without a word: what of that you have not joined is not given to you. Of neighbours the kernel
/// does not tell when one is begun to be looked for or when its state becomes DELAY.
///
/// @param m      a monitor on NETLINK_ROUTE
/// @param table  NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS or NLRS_RULES
/// @param family AF_INET, AF_INET6 or 0 for both; of neighbours also AF_BRIDGE
/// @return the table's number, counted from 0; -EINVAL: m is NULL, or there is no such table or family; -ERANGE: family is more than
///         255; -EOPNOTSUPP: a monitor on another protocol, or without a socket for requests; -ENOSPC: more than 250 tables; -ENOMEM; or what
///         a system call said
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_follow(m: *mut MonitorHandle, table: u32, family: u32) -> c_int {
    not_null!(m => -libc::EINVAL);
    let Ok(family) = u8::try_from(family) else { return -libc::ERANGE };
    let Ok(get) = u16::try_from(table) else { return -libc::EINVAL };
    // SAFETY: not NULL, and the caller's promise.
    number(unsafe { monitor(m) }.follow(get, family))
}

fn number(result: Result<u32, Code>) -> c_int {
    match result {
        Ok(number) => c_int::try_from(number).unwrap_or(Code::ERANGE.raw()),
        Err(code) => code.raw(),
    }
}

/// Follow any table that can be dumped, and keep it in step. Join its groups yourself, before the first nlrs_monitor_next.
///
/// @param m   the monitor
/// @param req the request that dumps the table, which is copied; flags, sequence number and port are the library's
/// @param fn  what tells its objects apart, for differences. NULL: as the kernel does, where the request is RTM_GETLINK, _GETADDR, _GETROUTE,
///            _GETNEIGH or _GETRULE on NETLINK_ROUTE; of other tables there are no differences then. With a filter in the
///            request other than RTA_TABLE and the family, fn has to say NLRS_KEY_NONE of what that excludes
/// @param arg handed to fn
/// @return as nlrs_monitor_follow; -EINVAL also if req is NULL or its length is less than a header's
///
/// # Safety
/// `m` is NULL or an open monitor; `req` is NULL or a message of nlmsg_len bytes; `fn` may be called with `arg` until the monitor is closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_add_table(
    m: *mut MonitorHandle,
    req: *const nlmsghdr,
    r#fn: nlrs_key_fn,
    arg: *mut c_void,
) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: NULL or a message, by the caller's promise.
    let Some(message) = (unsafe { message_at(req) }) else { return -libc::EINVAL };
    let keys = match r#fn {
        None => Keys::Rtnl,
        Some(function) => {
            let function = move |message: &[u8], key: &mut [u8]| {
                let mut len = 0;
                // SAFETY: the caller's function with the caller's argument; both slices live through the call, and the room is as long
                // as a key may be.
                let answer = unsafe { function(message.as_ptr().cast(), key.as_mut_ptr().cast(), &mut len, arg) };
                match answer {
                    NLRS_KEY_NONE => Ok((Presence::None, len)),
                    NLRS_KEY_HERE => Ok((Presence::Here, len)),
                    NLRS_KEY_GONE => Ok((Presence::Gone, len)),
                    code if code > 0 => Err(Code::ERANGE),
                    code => Err(Code::of(code)),
                }
            };
            match try_box(function) {
                Ok(function) => Keys::Own(function as Box<KeyFn>),
                Err(code) => return code.raw(),
            }
        }
    };
    // SAFETY: not NULL, and the caller's promise.
    number(unsafe { monitor(m) }.add_table(message, keys))
}

/// Write the key of a link, address, route, neighbour or rule: an nlrs_key_fn, for those who keep tables themselves.
///
/// Links: the index. Addresses: device, address, and of IPv4 the length of its prefix. Neighbours: device, address, proxy or not; of
/// bridges the hardware address, VLAN and whose entry it is. Routes and rules: everything but flags and lifetimes, in the order that the
/// kernel does not care for.
///
/// @param nlh     a message whose length was checked
/// @param key     room for NLRS_KEY_MAX bytes
/// @param ret_len gets how many are used; untouched unless there is a key
/// @param arg     not used
/// @return NLRS_KEY_HERE, NLRS_KEY_GONE; NLRS_KEY_NONE: not about such an object; -EINVAL: a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or a message of nlmsg_len bytes; `key` is NULL or has NLRS_KEY_MAX bytes; `ret_len` is NULL or has room.
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
    let answer = match rtnl_key(&message, &mut own) {
        Presence::None => return NLRS_KEY_NONE,
        Presence::Here => NLRS_KEY_HERE,
        Presence::Gone => NLRS_KEY_GONE,
    };
    let bytes = own.bytes();
    // SAFETY: not NULL, and the caller's promise; a key is not longer than NLRS_KEY_MAX.
    unsafe { key.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { ret_len.write(bytes.len()) };
    answer
}

const _: () = assert!(NLRS_KEY_MAX == MAX_KEY_LEN);
const _: () = assert!(
    NLRS_EVENT_MESSAGE == Kind::Message as u32
        && NLRS_EVENT_DATAGRAM == Kind::Datagram as u32
        && NLRS_EVENT_OVERRUN == Kind::Overrun as u32
        && NLRS_EVENT_SNAPSHOT_BEGIN == Kind::SnapshotBegin as u32
        && NLRS_EVENT_OBJECT == Kind::Object as u32
        && NLRS_EVENT_SNAPSHOT_END == Kind::SnapshotEnd as u32
        && NLRS_EVENT_ADDED == Kind::Added as u32
        && NLRS_EVENT_CHANGED == Kind::Changed as u32
        && NLRS_EVENT_REMOVED == Kind::Removed as u32
);

/// Tell differences (added, changed, removed) instead of snapshots, or not. To be set before the first nlrs_monitor_next.
///
/// The monitor then keeps a copy of each object. Begin and end of snapshots are still told. A change is any difference but in counters
/// and ages of links, addresses, routes and neighbours.
///
/// @param on 1 or 0
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

/// Set how much time passes at least between two snapshots of a table. The default is 100 milliseconds.
///
/// After a snapshot that took long it is more: nine times as long as that took, but a second at the most.
///
/// @param milliseconds 0 or more; less is taken as 0
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

/// Take a snapshot of each table again, as after an overrun.
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

/// Ask whether you have been told all that is known of the tables, and nothing of it is in doubt.
///
/// Changes that the kernel has told since the monitor read last are not known yet: so ask after nlrs_monitor_next has said -EAGAIN.
///
/// @return 1 or 0; 0 also if m is NULL; without tables 1
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_is_current(m: *const MonitorHandle) -> c_int {
    not_null!(m => 0);
    // SAFETY: not NULL, and the caller's promise.
    c_int::from(unsafe { asked(m) }.is_current())
}

/// Call a function for each object of a table as it is known now. Only with differences; in no order.
///
/// fn must not call anything on the monitor.
///
/// @param m     the monitor
/// @param table the table's number
/// @param fn    called for each object
/// @param arg   handed to fn
/// @return 0, also if fn said NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL
///
/// # Safety
/// `m` is NULL or an open monitor; `fn` may be called with `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_objects(
    m: *mut MonitorHandle,
    table: u32,
    r#fn: super::exchange::nlrs_msg_fn,
    arg: *mut c_void,
) -> c_int {
    not_null!(m => -libc::EINVAL);
    let Some(function) = r#fn else { return -libc::EINVAL };
    let mut at = 0;
    // SAFETY: not NULL, and the caller's promise.
    while let Some((object, next)) = unsafe { monitor(m) }.object(table, at) {
        // SAFETY: the caller's function with the caller's argument; the object stands as long as nothing is called on the monitor.
        let returned = unsafe { function(object.as_ptr().cast(), arg) };
        if returned != 0 {
            return returned.min(0);
        }
        at = next;
    }
    0
}

/// Number for nlrs_monitor_counter: datagrams received.
pub const NLRS_COUNT_RECEIVED: u32 = 1;
/// Number for nlrs_monitor_counter: events given to you.
pub const NLRS_COUNT_DELIVERED: u32 = 2;
/// Number for nlrs_monitor_counter: messages that were read and not given to you. What a filter in the kernel holds back is not
/// counted by anybody.
pub const NLRS_COUNT_FILTERED: u32 = 3;
/// Number for nlrs_monitor_counter: overruns.
pub const NLRS_COUNT_OVERRUNS: u32 = 4;
/// Number for nlrs_monitor_counter: datagrams lost in them, as far as it is known how many.
pub const NLRS_COUNT_LOST: u32 = 5;
/// Number for nlrs_monitor_counter: snapshots that were taken again.
pub const NLRS_COUNT_RESYNCS: u32 = 6;
/// Number for nlrs_monitor_counter: datagrams of foreign senders that were skipped.
pub const NLRS_COUNT_FOREIGN: u32 = 7;

/// Ask for one of the monitor's counters.
///
/// @param which NLRS_COUNT_…
/// @return what was counted since it was opened; 0 if m is NULL or there is no such counter
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_counter(m: *const MonitorHandle, which: u32) -> u64 {
    not_null!(m => 0);
    // SAFETY: not NULL, and the caller's promise.
    let counters = unsafe { asked(m) }.counters();
    match which {
        NLRS_COUNT_RECEIVED => counters.received,
        NLRS_COUNT_DELIVERED => counters.delivered,
        NLRS_COUNT_FILTERED => counters.filtered,
        NLRS_COUNT_OVERRUNS => counters.overflows,
        NLRS_COUNT_LOST => counters.lost,
        NLRS_COUNT_RESYNCS => counters.resyncs,
        NLRS_COUNT_FOREIGN => counters.foreign,
        _ => 0,
    }
}

/// Ask what an event tells.
///
/// @return NLRS_EVENT_…; 0 if event is NULL
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_kind(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.kind
}

/// Ask for the message of an event.
///
/// @return the message, whose nlmsg_len has been checked, as long as the event lives; NULL if the event has none or is NULL
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_message(event: *const EventView) -> *const nlmsghdr {
    not_null!(event => core::ptr::null());
    // SAFETY: not NULL, and the caller's promise.
    let event = unsafe { &*event };
    if event.len == 0 || event.kind == NLRS_EVENT_DATAGRAM { core::ptr::null() } else { event.bytes.cast() }
}

/// Ask for the bytes of an event: those of its message, or the datagram of an NLRS_EVENT_DATAGRAM.
///
/// @param ret_len gets how many there are; may be NULL
/// @return the bytes, as long as the event lives; NULL if there are none or event is NULL, and then ret_len is untouched
///
/// # Safety
/// `event` is NULL or an event that still lives; `ret_len` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_data(event: *const EventView, ret_len: *mut usize) -> *const c_void {
    not_null!(event => core::ptr::null());
    // SAFETY: not NULL, and the caller's promise.
    let event = unsafe { &*event };
    if event.len == 0 {
        return core::ptr::null();
    }
    if !ret_len.is_null() {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ret_len.write(event.len) };
    }
    event.bytes.cast()
}

/// Ask by which multicast group an event came.
///
/// @return the group; 0: by none, or event is NULL
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_group(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.group
}

/// Ask from which namespace an event came.
///
/// @return its ID in the monitor's namespace; -1: from that itself, or event is NULL
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_nsid(event: *const EventView) -> i32 {
    not_null!(event => -1);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.nsid
}

/// Ask what a changed object was before.
///
/// @return the message, as long as the event lives; NULL unless the event is NLRS_EVENT_CHANGED
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_old(event: *const EventView) -> *const nlmsghdr {
    not_null!(event => core::ptr::null());
    // SAFETY: not NULL, and the caller's promise.
    let event = unsafe { &*event };
    if event.old_len == 0 { core::ptr::null() } else { event.old.cast() }
}

/// Ask which table an event is about: those of snapshots and differences are.
///
/// @return the table's number; 0 also where it is about none
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_table(event: *const EventView) -> u32 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.table
}

/// Ask for the number that an event tells: of an overrun how many datagrams were lost, of the end of a snapshot how many objects it had.
///
/// @return the number; 0: the event has none, or it is not known, or event is NULL
///
/// # Safety
/// `event` is NULL or an event that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_event_count(event: *const EventView) -> u64 {
    not_null!(event => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { &*event }.count
}
