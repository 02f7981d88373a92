// SPDX-License-Identifier: MIT OR Apache-2.0
//! Audit (NETLINK_AUDIT)

use crate::build::nlrs_msg;
use crate::pointers::{EINVAL, message_of};
use crate::record;
use core::ffi::{c_char, c_int};
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::family::audit::{AuditCondition, AuditRecord, AuditRule, AuditStatus};
use nlrs_core::mem::plain::Plain;
use nlrs_core::wire::build::Builder;

/// Bytes of struct nlrs_audit_status when it was first released.
const FIRST_SIZE: usize = 48;
const _: () = assert!(FIRST_SIZE <= size_of::<AuditStatus>());

/// Appends a message AUDIT_SET, complete with its header and end.
///
/// @param m       messages under construction
/// @param status  the fields that `mask` names are set
/// @param size    sizeof(struct nlrs_audit_status)
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -E2BIG where a field is set
///         that
///         only a newer library knows; -EINVAL: m or status is NULL, or size is less than the struct ever had
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `status` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_audit_status_request(m: *mut nlrs_msg, status: *const AuditStatus, size: usize) -> c_int {
    not_null!(m => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    let mut given = AuditStatus::default();
    // SAFETY: the contract.
    match unsafe { record::take(status.cast(), size, FIRST_SIZE, given.image_mut()) } {
        Ok(()) => Code::of_result(&given.request(m)),
        Err(code) => code.raw(),
    }
}

/// Reads the state of the kernel's audit: the answer to AUDIT_GET. What an older kernel does not have is 0.
///
/// @param nlh         the answer
/// @param ret_status  the state
/// @param size        sizeof(struct nlrs_audit_status)
/// @return 0; -ENOMSG: it is another message; -EBADMSG: it is too short; -EINVAL: a pointer is NULL, or size is less
///         than
///         the struct ever had
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_status` is NULL
/// or
/// has `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_audit_status_read(
    nlh: *const nlmsghdr,
    ret_status: *mut AuditStatus,
    size: usize,
) -> c_int {
    not_null!(nlh, ret_status => EINVAL);
    // SAFETY: not NULL, and the contract.
    match AuditStatus::read(&unsafe { message_of(nlh) }) {
        // SAFETY: not NULL, and the contract.
        Ok(status) => unsafe { record::give(status.image(), ret_status.cast(), size, FIRST_SIZE) },
        Err(code) => code.raw(),
    }
}

/// Reads a record: when it was made, the number of its event, and its text.
///
/// @param nlh               a message of a monitor, of a type of 1100 or more
/// @param ret_seconds       seconds since 1970
/// @param ret_milliseconds  and milliseconds
/// @param ret_serial        number of the event, which several records may have
/// @param ret_text          what follows "audit(...): ", valid as long as the message; no NUL follows it
/// @param ret_len           its length
/// @return 0; -ENOMSG: it is no record; -EBADMSG: it does not begin so; -EINVAL: a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; the others are NULL
/// or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_audit_record_read(
    nlh: *const nlmsghdr,
    ret_seconds: *mut u64,
    ret_milliseconds: *mut u32,
    ret_serial: *mut u64,
    ret_text: *mut *const c_char,
    ret_len: *mut usize,
) -> c_int {
    not_null!(nlh, ret_seconds, ret_milliseconds, ret_serial, ret_text, ret_len => EINVAL);
    // SAFETY: not NULL, and the contract.
    let record = match AuditRecord::read(&unsafe { message_of(nlh) }) {
        Ok(record) => record,
        Err(code) => return code.raw(),
    };
    // SAFETY: not NULL, and the contract.
    unsafe { ret_seconds.write_unaligned(record.seconds) };
    // SAFETY: as above.
    unsafe { ret_milliseconds.write_unaligned(record.milliseconds) };
    // SAFETY: as above.
    unsafe { ret_serial.write_unaligned(record.serial) };
    // SAFETY: as above.
    unsafe { ret_text.write_unaligned(record.text.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { ret_len.write_unaligned(record.text.len()) };
    0
}

/// Walks over the conditions of a rule (struct audit_rule_data), one a call.
///
/// Start with *pos = 0 and call it again until it does not return 1.
///
/// @param nlh            the answer to AUDIT_LIST_RULES, or a message AUDIT_ADD_RULE
/// @param pos            how many have been read
/// @param ret_condition  the condition; written with 1 alone
/// @param ret_text       the text that the field is compared with, of `value` bytes without a NUL, valid as long as the
///                       message; NULL for a field that is a number; written with 1 alone
/// @return 1: a condition; 0: no more; -ENOMSG: it is another message; -EBADMSG: malformed; -EINVAL: a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; the others are NULL
/// or
/// readable and writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_audit_rule_walk(
    nlh: *const nlmsghdr,
    pos: *mut usize,
    ret_condition: *mut AuditCondition,
    ret_text: *mut *const c_char,
) -> c_int {
    not_null!(nlh, pos, ret_condition, ret_text => EINVAL);
    // SAFETY: not NULL, and the contract.
    let rule = AuditRule::of(&unsafe { message_of(nlh) });
    // SAFETY: not NULL, and the contract.
    let at = unsafe { pos.read_unaligned() };
    let next = rule.and_then(|mut rule| {
        rule.at = at;
        Ok(rule.next()?.map(|found| (found, rule.at)))
    });
    let ((condition, text), at) = match next {
        Ok(Some(next)) => next,
        Ok(None) => return 0,
        Err(code) => return code.raw(),
    };
    // SAFETY: not NULL, and the contract.
    unsafe { pos.write_unaligned(at) };
    // SAFETY: as above.
    unsafe { ret_condition.write_unaligned(condition) };
    // SAFETY: as above.
    unsafe { ret_text.write_unaligned(text.map_or(core::ptr::null(), |text| text.as_ptr().cast())) };
    1
}
