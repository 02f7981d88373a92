// SPDX-License-Identifier: MIT OR Apache-2.0
//! Monitors: multicast events.
//!
//! A monitor has a socket of its own that joins multicast groups; nlrs_monitor_next returns what is sent to them, event
//! by event. When events come faster than they are read, the kernel drops some: that is reported by an event too
//! (NLRS_EVENT_OVERRUN), in its place among the others, and the monitor continues.
//!
//! A monitor is used by one thread at a time, with the exception of nlrs_monitor_cancel.

use super::event::EventView;
use alloc::boxed::Box;
use core::ffi::{CStr, c_char, c_int, c_void};
use nlrs_core::error::Code;
use nlrs_core::mem::{Shared, try_box};
use nlrs_core::monitor::{Event, Monitor};
use nlrs_core::socket::{Socket, SocketOptions};

/// A monitor as C holds it.
#[derive(Debug)]
pub struct MonitorHandle {
    /// For what other threads may call.
    socket: Shared<Socket>,
    monitor: Monitor,
    event: EventView,
}

/// Called for each event by nlrs_monitor_loop.
///
/// The event is valid until the function returns. It may call every function of the monitor except nlrs_monitor_close
/// and nlrs_monitor_loop.
///
/// @return 0: continue; NLRS_STOP: end the loop with success; negative: end the loop with that code
#[allow(non_camel_case_types)]
pub type nlrs_event_fn = Option<unsafe extern "C" fn(event: *const EventView, arg: *mut c_void) -> c_int>;

/// Opens a monitor.
///
/// It waits without limit: see nlrs_monitor_set_timeout. Its receive buffer is that of the socket of
/// nlrs_monitor_socket: make it larger (nlrs_socket_options_set_recv_buffer) where losses would hurt. An event of more
/// than 256 KiB is lost the first time, and received the next. Besides the socket for events it has one for its own
/// requests, in the same namespace.
///
/// On NETLINK_ROUTE, _GENERIC, _NETFILTER and _XFRM a wait is one receive, which a cancellation ends by a message to
/// the kernel that is no request and has only NLM_F_ACK. One such message is sent now, to see whether it is answered;
/// where it is not, or when a filter or an option is set through nlrs_monitor_socket, poll waits before each receive.
/// Where a sandbox refuses recvmmsg, events are received one by one.
///
/// @param protocol     NETLINK_ROUTE … of linux/netlink.h
/// @param groups       numbers of multicast groups (RTNLGRP_LINK …) to join; may be NULL when count is 0
/// @param count        how many
/// @param options      NULL, or how to open the socket; read, not kept. A timeout in it is the monitor's
/// @param ret_monitor  the monitor, to be closed with nlrs_monitor_close
/// @return 0; -EINVAL: ret_monitor or groups is NULL, or there is no group of such a number; -EPERM: a group is not
///         for this process; and as nlrs_socket_open
///
/// # Safety
/// `groups` is NULL or has `count` numbers; `options` is NULL or live options; `ret_monitor` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_open(
    protocol: c_int,
    groups: *const u32,
    count: usize,
    options: *const SocketOptions,
    ret_monitor: *mut *mut MonitorHandle,
) -> c_int {
    not_null!(ret_monitor => -libc::EINVAL);
    // SAFETY: the contract.
    let Some(groups) = (unsafe { super::pointers::items(groups, count) }) else { return -libc::EINVAL };
    let defaults = SocketOptions::new();
    // SAFETY: NULL or live, by the caller's promise.
    let options = unsafe { options.as_ref() }.unwrap_or(&defaults);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { put(Monitor::open(protocol, groups, options), ret_monitor) }
}

/// Makes a monitor of open sockets: of one whose other end is a peer, for instance.
///
/// The monitor uses both, and they must not be used otherwise until it is closed. You close them: before the monitor,
/// whose calls then fail with NLRS_ECLOSED, or after it.
///
/// @param events       the socket that receives the events; its timeout becomes "no limit"
/// @param requests     the socket for requests; its timeout becomes 0. NULL: the monitor has no names of groups and no
///                     tables
/// @param ret_monitor  the monitor, to be closed with nlrs_monitor_close
/// @return 0; -EINVAL if events or ret_monitor is NULL; -ENOMEM; or the code of a system call
///
/// # Safety
/// `events` and `requests` are NULL or open sockets; `ret_monitor` is NULL or may be written.
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
    unsafe { put(Monitor::on(events, requests), ret_monitor) }
}

/// # Safety
/// `ret_monitor` may be written.
unsafe fn put(monitor: Result<Monitor, Code>, ret_monitor: *mut *mut MonitorHandle) -> c_int {
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

/// Closes a monitor. NULL is allowed. No other call may be in progress on it.
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_close(m: *mut MonitorHandle) {
    not_null!(m);
    // SAFETY: from Box::into_raw in put, closed once.
    drop(unsafe { Box::from_raw(m) });
}

/// Returns the monitor for the time of one call.
///
/// # Safety
/// `m` is an open monitor that nobody else uses meanwhile except to cancel.
pub(super) unsafe fn monitor<'a>(m: *mut MonitorHandle) -> &'a mut Monitor {
    // SAFETY: the caller's promise; what other threads use is another field.
    unsafe { &mut (*m).monitor }
}

/// Returns the monitor for reading, for the time of one call.
///
/// # Safety
/// `m` is an open monitor that nobody changes meanwhile.
pub(super) unsafe fn monitor_ref<'a>(m: *const MonitorHandle) -> &'a Monitor {
    // SAFETY: the caller's promise.
    unsafe { &(*m).monitor }
}

/// Returns the next event, and waits for it within the monitor's timeout and deadline.
///
/// @param m          the monitor
/// @param ret_event  the event, valid until the next call on m, and so is everything that it points to
/// @return 1: an event; -EAGAIN: none is queued (the timeout is 0; poll nlrs_monitor_fd); NLRS_ETIMEDOUT;
///         NLRS_ECANCELED; NLRS_ECLOSED: the socket of nlrs_monitor_open_on was closed; -EBADMSG: a malformed datagram,
///         the rest of which is skipped; -EINVAL: a pointer is NULL; -ENOMEM; the kernel's refusal of a table's
///         request, which is not repeated until nlrs_monitor_resync or an overrun; or the code of a system call. The
///         monitor can be used again after each of them
///
/// # Safety
/// `m` is NULL or an open monitor; `ret_event` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_next(m: *mut MonitorHandle, ret_event: *mut *const EventView) -> c_int {
    not_null!(m, ret_event => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    match unsafe { monitor(m) }.next() {
        Ok(event) => {
            let view = EventView::of(&event);
            // SAFETY: not NULL, and the caller's promise.
            let place = unsafe { &raw mut (*m).event };
            // SAFETY: as above; nobody else uses this field.
            unsafe { place.write(view) };
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_event.write(place) };
            1
        }
        Err(code) => code.raw(),
    }
}

/// Calls a function for each event until there is a reason to end.
///
/// The timeout holds for the wait for each event, the deadline for the whole loop. fn can end the loop (NLRS_STOP), and
/// nlrs_monitor_cancel from another thread or a signal handler.
///
/// @param m    the monitor
/// @param fn   called for each event, until this function returns
/// @param arg  passed to fn
/// @return 0: fn returned NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL; else as
///         nlrs_monitor_next. After all of these it can be called again
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

/// Ends the call that is in progress on the monitor, or if there is none the next one, once, with NLRS_ECANCELED.
///
/// May be called from any thread and from a signal handler; errno is left unchanged. The monitor stays usable, and
/// loses nothing.
///
/// @return 0; -EINVAL if m is NULL; -EOPNOTSUPP if it was opened without the means to cancel; -ENOBUFS, -ENOMEM or
///         another code of send for the message that wakes a waiting call: that call sees the cancellation at the next
///         event or its timeout; call again to end it now
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

/// Returns the descriptor to poll for reading, or to add to epoll, level-triggered.
///
/// When it is readable, call nlrs_monitor_next until it returns -EAGAIN (with a timeout of 0): several events are
/// received at once, and what has been received does not make the descriptor readable again. The descriptor stays the
/// monitor's: it is for polling, and options are set through nlrs_monitor_socket.
///
/// @return the descriptor; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_fd(m: *const MonitorHandle) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor_ref(m) }.fd()
}

/// Returns the socket that receives the events: to size its receive buffer, to attach a filter, to read its groups, to
/// trace it.
///
/// It stays the monitor's. Do not request, receive or close with it. A filter has to let through what tables need: for
/// routes also the events of links, addresses and nexthops.
///
/// @return the socket, valid until the monitor is closed; NULL if m is NULL
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

/// Sets how long nlrs_monitor_next waits for an event. The default is no limit.
///
/// @param milliseconds  < 0: no limit; 0: never wait; more than 2^31 - 1 (24 days) is taken as that
/// @return 0; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_timeout(m: *mut MonitorHandle, milliseconds: i64) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor(m) }.set_timeout(milliseconds);
    0
}

/// Returns how long nlrs_monitor_next waits for an event, in milliseconds.
///
/// @return the timeout; -1: no limit; 0 also if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_timeout(m: *const MonitorHandle) -> i64 {
    not_null!(m => 0);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor_ref(m) }.timeout()
}

/// Sets the time at which calls on the monitor end with NLRS_ETIMEDOUT, also while events keep coming.
///
/// The timeout still holds for each wait before that. After the deadline every call of nlrs_monitor_next and
/// nlrs_monitor_loop ends at once, until another one is set. Nothing is lost by that.
///
/// @param at_ns  nanoseconds of CLOCK_MONOTONIC; < 0: no deadline, which is the default
/// @return 0; -EINVAL if m is NULL
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_set_deadline(m: *mut MonitorHandle, at_ns: i64) -> c_int {
    not_null!(m => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    unsafe { monitor(m) }.set_deadline(if at_ns < 0 { None } else { Some(at_ns) });
    0
}

/// Joins a multicast group.
///
/// @param group  its number (RTNLGRP_LINK …), not a bit of a mask
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

/// Leaves a multicast group. What was sent to it before and has not been read is still delivered.
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

/// Returns the number of a multicast group of generic netlink, to join or leave it.
///
/// The kernel assigns the numbers at run time. A module that has the family is loaded if necessary. The request waits
/// as long as the monitor's timeout, or 30 seconds where that is no limit.
///
/// @param m       a monitor on NETLINK_GENERIC
/// @param family  name of the family, such as "nlctrl"
/// @param group   name of the group, such as "notify"
/// @return the number; -ENOENT: there is no such family, or it has no such group; -EINVAL: a pointer is NULL;
///         -EOPNOTSUPP: the monitor is on another protocol, or has no socket for requests; else as nlrs_request
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

/// Joins a multicast group of generic netlink by its name: nlrs_monitor_group() and nlrs_monitor_join() in one call.
///
/// @param m       a monitor on NETLINK_GENERIC
/// @param family  name of the family, such as "nlctrl"
/// @param group   name of the group, such as "notify"
/// @return 0; as nlrs_monitor_group() and nlrs_monitor_join()
///
/// # Safety
/// `m` is NULL or an open monitor; `family` and `group` are NULL or texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_join_name(
    m: *mut MonitorHandle,
    family: *const c_char,
    group: *const c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { nlrs_monitor_group(m, family, group) } {
        // SAFETY: the caller's promise, and not NULL, which the call above has refused.
        number @ 0.. => unsafe { nlrs_monitor_join(m, number.unsigned_abs()) },
        code => code,
    }
}

/// Sets whether the events of every namespace are received that has an ID in the monitor's own (ip netns set).
///
/// nlrs_event_nsid returns which it is.
///
/// @param on  1 or 0
/// @return 0; -EINVAL: m is NULL, or on is neither; -EPERM: it needs CAP_NET_BROADCAST; or the code of a system call
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

/// Sets whether datagrams are delivered as a whole (NLRS_EVENT_DATAGRAM) instead of message by message.
///
/// For protocols whose payload is not netlink messages. On NETLINK_KOBJECT_UEVENT it is the default.
///
/// @param on  1 or 0
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

/// Counter for nlrs_monitor_counter: datagrams received.
pub const NLRS_COUNT_RECEIVED: u32 = 1;
/// Counter for nlrs_monitor_counter: events delivered to you.
pub const NLRS_COUNT_DELIVERED: u32 = 2;
/// Counter for nlrs_monitor_counter: messages that were read and not delivered to you. What a filter in the kernel
/// drops is not counted.
pub const NLRS_COUNT_FILTERED: u32 = 3;
/// Counter for nlrs_monitor_counter: overruns.
pub const NLRS_COUNT_OVERRUNS: u32 = 4;
/// Counter for nlrs_monitor_counter: datagrams lost in overruns, as far as their number is known.
pub const NLRS_COUNT_LOST: u32 = 5;
/// Counter for nlrs_monitor_counter: snapshots after the first of a table.
pub const NLRS_COUNT_RESYNCS: u32 = 6;
/// Counter for nlrs_monitor_counter: datagrams of foreign senders that were skipped.
pub const NLRS_COUNT_FOREIGN: u32 = 7;

/// Returns one of the monitor's counters.
///
/// @param which  NLRS_COUNT_…
/// @return the count since it was opened; 0 if m is NULL or there is no such counter
///
/// # Safety
/// `m` is NULL or an open monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_monitor_counter(m: *const MonitorHandle, which: u32) -> u64 {
    not_null!(m => 0);
    // SAFETY: not NULL, and the caller's promise.
    let counters = unsafe { monitor_ref(m) }.counters();
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
