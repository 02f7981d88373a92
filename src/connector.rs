// SPDX-License-Identifier: MIT OR Apache-2.0
//! Process events (NETLINK_CONNECTOR).
//!
//! They go to the multicast group CN_IDX_PROC (1), and only while a socket has sent PROC_CN_MCAST_LISTEN. The network
//! namespace must be
//! the first one, and the caller root in it.

use crate::build::nlrs_msg;
use crate::pointers::{EINVAL, message_of};
use crate::record;
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::family::connector::{self, ProcessEvent};
use nlrs_core::mem::plain::Plain;
use nlrs_core::wire::build::Builder;

/// Bytes of struct nlrs_process_event when it was first released.
const FIRST_SIZE: usize = 64;
const _: () = assert!(FIRST_SIZE <= size_of::<ProcessEvent>());

/// Appends a message, complete with its header and end, that asks for process events or ends that.
///
/// @param m          messages under construction
/// @param operation  PROC_CN_MCAST_LISTEN (1) or PROC_CN_MCAST_IGNORE (2)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_process_event_request(m: *mut nlrs_msg, operation: u32) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    Code::of_result(&connector::process_request(m, operation))
}

/// Reads a process event.
///
/// @param nlh        a message of a monitor or a socket of NETLINK_CONNECTOR
/// @param ret_event  gets the event; untouched on failure
/// @param size       sizeof (struct nlrs_process_event)
/// @return 0; -ENOMSG: it is of another connector; -EBADMSG: it is too short; -EINVAL: NULL, or size is less than the
///         struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_event` is NULL
/// or has `size` bytes to
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_process_event_read(
    nlh: *const nlmsghdr,
    ret_event: *mut ProcessEvent,
    size: usize,
) -> c_int {
    not_null!(nlh, ret_event => EINVAL);
    // SAFETY: not NULL, and the contract.
    match ProcessEvent::read(&unsafe { message_of(nlh) }) {
        // SAFETY: not NULL, and the contract.
        Ok(event) => unsafe { record::give(event.image(), ret_event.cast(), size, FIRST_SIZE) },
        Err(code) => code.raw(),
    }
}
