// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events of multicast groups, on a socket of their own.

use super::open::Handle;
use super::{bytes_or_none, null, object, run};
use crate::error::Error;
use crate::family::{Events, EventsControl};
use std::ffi::{c_char, c_int};
use std::sync::{Mutex, PoisonError};

/// A socket that follows events.
#[derive(Debug)]
pub struct EventsHandle {
    state: Mutex<State>,
    control: EventsControl,
    fd: c_int,
}

#[derive(Debug)]
struct State {
    events: Events,
    text: Vec<u8>,
}

/// Joins multicast groups, whose events nlrs_ynl_events_next returns from now on.
///
/// @param ynl        the family
/// @param groups     names or numbers of groups, with commas or blanks between them; NULL or empty: all that the
///                   specification has
/// @param buffer     bytes of the receive buffer, which holds events until they are read; 0: the system's default
/// @param ret_events gets the socket, to be closed with nlrs_ynl_events_close
/// @param ret_error  may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 0; -ENOENT if there is no such group, or the kernel does not have the family; -EPERM if it may not be
///         joined; -EINVAL if ynl or ret_events is NULL; the errnos of opening a socket
///
/// # Safety
/// The text ends with a NUL; `ynl` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_events_open(
    ynl: *const Handle,
    groups: *const c_char,
    buffer: usize,
    ret_events: *mut *mut EventsHandle,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            if ret_events.is_null() {
                return Err(null("ret_events"));
            }
            let family = &object(ynl, "ynl")?.family;
            let groups = std::str::from_utf8(bytes_or_none(groups))
                .map_err(|_| Error::new(-libc::EINVAL, "'groups' is not UTF-8"))?;
            let names: Vec<&str> = groups.split([',', ' ']).filter(|name| !name.is_empty()).collect();
            let events = family.events_with(&names, buffer)?;
            let handle = EventsHandle {
                control: events.control(),
                fd: events.fd(),
                state: Mutex::new(State { events, text: Vec::new() }),
            };
            ret_events.write(Box::into_raw(Box::new(handle)));
            Ok(0)
        })
    }
}

/// Waits for the next event and returns it: {"name": "newlink", "msg": {…}}, msg as a reply of nlrs_ynl_do.
///
/// The name is that of the event, or of the operation whose message announces the change; "UnknownMsg(99)" for a
/// message that the specification does not have.
///
/// @param events    the socket; another call of this function from a second thread waits for the first
/// @param ret_json  gets the event, which is valid until the next call with these events
/// @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
/// @return 1 with an event; NLRS_YNL_EOVERRUN if events were lost (the next call continues with those that came
///         after); NLRS_YNL_ETIMEDOUT, or -EAGAIN if the timeout is 0; NLRS_YNL_ECANCELED; -EINVAL if events or
///         ret_json is NULL
///
/// # Safety
/// `events` is NULL or live; the outputs are NULL or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_events_next(
    events: *const EventsHandle,
    ret_json: *mut *const c_char,
    ret_error: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise, for every pointer.
    unsafe {
        run(ret_error, || {
            let handle = object(events, "events")?;
            if ret_json.is_null() {
                return Err(null("ret_json"));
            }
            let mut state = handle.state.lock().unwrap_or_else(PoisonError::into_inner);
            let State { events, text } = &mut *state;
            let json = events.next()?;
            text.clear();
            text.extend_from_slice(json);
            text.push(0);
            ret_json.write(text.as_ptr().cast());
            Ok(1)
        })
    }
}

/// Sets how long nlrs_ynl_events_next may wait, from its next call on. 30 seconds, if it is not called.
///
/// @param events       the socket
/// @param milliseconds below 0: any time; 0: not at all, which suits an event loop
/// @return 0; -EINVAL if events is NULL
///
/// # Safety
/// `events` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_events_set_timeout(events: *const EventsHandle, milliseconds: i64) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            object(events, "events")?.control.set_timeout(milliseconds);
            Ok(0)
        })
    }
}

/// Returns the descriptor to poll for reading. When it is readable, call nlrs_ynl_events_next with a timeout of 0
/// until -EAGAIN.
///
/// @param events the socket
/// @return the descriptor, which remains the library's; -EINVAL if events is NULL
///
/// # Safety
/// `events` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_events_fd(events: *const EventsHandle) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe { run(std::ptr::null_mut(), || Ok(object(events, "events")?.fd)) }
}

/// Ends the call in progress, or the next one, with NLRS_YNL_ECANCELED. Any thread may call it.
///
/// @param events the socket
/// @return 0; -EINVAL if events is NULL
///
/// # Safety
/// `events` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_events_cancel(events: *const EventsHandle) -> c_int {
    // SAFETY: the caller's promise; no error is written.
    unsafe {
        run(std::ptr::null_mut(), || {
            object(events, "events")?.control.cancel();
            Ok(0)
        })
    }
}

/// Closes the socket. NULL is allowed.
///
/// # Safety
/// `events` is NULL or came from nlrs_ynl_events_open and was not closed; no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_ynl_events_close(events: *mut EventsHandle) {
    if events.is_null() {
        return;
    }
    // SAFETY: it came from Box::into_raw, by the caller's promise; no error is written.
    unsafe {
        let handle = Box::from_raw(events);
        run(std::ptr::null_mut(), || {
            drop(handle);
            Ok::<c_int, Box<Error>>(0)
        });
    }
}
