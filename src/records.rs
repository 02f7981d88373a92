// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records of a whole table
//!
//! An array that grows, into which the messages of a dump or of events are read: a table in a few calls, to be sorted, searched, or
//! passed to another language at once.
//!
//!     struct nlrs_records *routes = NULL;
//!     rc = nlrs_records_new(RTM_NEWROUTE, sizeof (struct nlrs_route), &routes);
//!     if (rc == 0)
//!         rc = nlrs_dump_begin(s, request, &dump);
//!     if (rc == 0)
//!         rc = nlrs_records_add_dump(routes, dump);
//!     const struct nlrs_route *route = nlrs_records_data(routes);
//!     for (size_t i = 0; i < nlrs_records_count(routes); i++)
//!         print(&route[i]);

use crate::pointers::{EINVAL, message_of};
use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::exchange::Dump;
use nlrs_core::family::rtnetlink::records::Records;
use nlrs_core::mem::try_box;
use nlrs_core::wire::message::Message;

/// Makes an empty array of records.
///
/// @param type         message type of which they are, such as RTM_NEWROUTE: of links, addresses, routes, neighbours, rules or nexthops
/// @param size         sizeof the struct that is for that type, such as sizeof (struct nlrs_route)
/// @param ret_records  gets the array, to be freed with nlrs_records_free()
/// @return 0; -EINVAL: there is no struct for that type, size is less than the struct ever had, or NULL; -ENOMEM
///
/// # Safety
/// `ret_records` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_new(r#type: u32, size: usize, ret_records: *mut *mut Records) -> c_int {
    not_null!(ret_records => EINVAL);
    match Records::new(r#type, size).and_then(try_box) {
        Ok(records) => {
            // SAFETY: not NULL, and the contract.
            unsafe { ret_records.write(Box::into_raw(records)) };
            0
        }
        Err(code) => code.raw(),
    }
}

/// Frees an array of records. NULL is allowed.
///
/// # Safety
/// `r` is NULL or from nlrs_records_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_free(r: *mut Records) {
    not_null!(r);
    // SAFETY: from Box::into_raw in nlrs_records_new, freed once.
    drop(unsafe { Box::from_raw(r) });
}

/// Removes all records; the memory is kept for the next ones. NULL is allowed.
///
/// # Safety
/// `r` is NULL or a live array that nothing else uses now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_clear(r: *mut Records) {
    not_null!(r);
    // SAFETY: not NULL, and the contract.
    unsafe { &mut *r }.clear();
}

/// Reads a message into a record at the end of the array. A copy of the message is kept.
///
/// @param r    the array
/// @param nlh  from a walk, a dump or a callback
/// @return 0; on failure nothing is added: -ENOMSG: the message is of another type than the array's; -EBADMSG: it is malformed, as for
///         nlrs_route_read(); -EINVAL: NULL; -ENOMEM
///
/// # Safety
/// `r` is NULL or a live array that nothing else uses now; `nlh` is NULL or a message whose length was checked, over bytes that nobody
/// changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_add(r: *mut Records, nlh: *const nlmsghdr) -> c_int {
    not_null!(r, nlh => EINVAL);
    // SAFETY: not NULL, and the contract.
    Code::of_result(&unsafe { &mut *r }.add(&unsafe { message_of(nlh) }))
}

/// Reads what is left of a dump into records at the end of the array.
///
/// Messages of other types than the array's are skipped.
///
/// @param r  the array
/// @param d  the dump, still to be ended with nlrs_dump_end()
/// @return 0: the dump has been read to its end, and succeeded; -EAGAIN: nothing more has arrived and the socket's timeout is 0: poll,
///         and call it again; -EBADMSG: a message is malformed, and those before it were added; -EINVAL: NULL; -ENOMEM; else why the
///         dump failed, as nlrs_dump_next()
///
/// # Safety
/// `r` is NULL or a live array, `d` NULL or an open dump; nothing else uses them now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_add_dump(r: *mut Records, d: *mut Dump) -> c_int {
    not_null!(r, d => EINVAL);
    // SAFETY: not NULL, and the contract.
    let (records, dump) = unsafe { (&mut *r, &mut *d) };
    loop {
        match dump.next() {
            Ok(Some(bytes)) => match Message::read(bytes).and_then(|message| records.add(&message)) {
                Ok(()) | Err(Code::ENOMSG) => {}
                Err(code) => return code.raw(),
            },
            Ok(None) => return 0,
            Err(code) => return code.raw(),
        }
    }
}

/// Returns the number of records.
///
/// @return the number; 0 for NULL
///
/// # Safety
/// `r` is NULL or a live array that nothing changes now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_count(r: *const Records) -> usize {
    not_null!(r => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { &*r }.count()
}

/// Returns the records: an array of the struct, nlrs_records_count() long, each with the size given to nlrs_records_new().
///
/// @return the first record, aligned to 8 bytes if size is a multiple of 8, valid until the next call that adds or removes, or frees;
///         NULL: there are none, or r is NULL
///
/// # Safety
/// As nlrs_records_count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_data(r: *const Records) -> *const c_void {
    not_null!(r => core::ptr::null());
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { &*r }.bytes();
    if bytes.is_empty() { core::ptr::null() } else { bytes.as_ptr().cast() }
}

/// Returns the message that a record was read from, for what the struct has no field for: next hops, counters, other attributes.
///
/// @param r  the array
/// @param i  index of the record, from 0
/// @return the message, valid as long as what nlrs_records_data() returned; NULL: there is no such record, or r is NULL
///
/// # Safety
/// As nlrs_records_count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_records_message(r: *const Records, i: usize) -> *const nlmsghdr {
    not_null!(r => core::ptr::null());
    // SAFETY: not NULL, and the contract.
    unsafe { &*r }.message(i).map_or(core::ptr::null(), |bytes| bytes.as_ptr().cast())
}
