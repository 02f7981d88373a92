// SPDX-License-Identifier: MIT OR Apache-2.0
//! Acks, errors and ends of dumps

use super::pointers::{EINVAL, message_of, write_result};
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::{ErrorRecord, Origin};
use nlrs_core::wire::extack;

/// Reads an ack, an error or the end of a dump, with its extended ack. For programs that receive messages themselves.
///
/// Reads NLMSG_ERROR with and without NLM_F_CAPPED and NLM_F_ACK_TLVS, and NLMSG_DONE with and without payload. Text
/// without a NUL is accepted. Malformed extended-ack attributes are ignored from there on and are no failure.
///
/// @param nlh       from a walk: its length has been checked
/// @param req       the request that was sent, with a correct nlmsg_len: err gets paths of attribute types for the
///                  offsets; NULL: err gets the offsets alone
/// @param hdrlen    size of the family's header in the request; not used without req
/// @param ret_code  0: an ack, or the end of a dump that did not fail; or the negative errno in the message
/// @param err       gets the code, text, offset, path, policy, cookie and what is missing; may be NULL
/// @return 0; -EBADMSG: neither NLMSG_ERROR nor NLMSG_DONE, too short for its code, or a code that is no errno;
///         -EINVAL: nlh or ret_code is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked; `req` is NULL or a message of its length; `ret_code` is NULL or
/// writable; `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_status(
    nlh: *const nlmsghdr,
    req: *const nlmsghdr,
    hdrlen: usize,
    ret_code: *mut c_int,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the contract.
    let mut record = unsafe { err.as_mut() };
    if let Some(record) = &mut record {
        record.clear();
    }
    not_null!(nlh, ret_code => EINVAL);
    // SAFETY: not NULL, and the contract.
    let status = match extack::status(&unsafe { message_of(nlh) }) {
        Ok(status) => status,
        Err(code) => {
            if let Some(record) = &mut record {
                record.set(code, Origin::Library);
            }
            return code.raw();
        }
    };
    if let Some(record) = record {
        // SAFETY: the contract, if it is not NULL.
        let request = if req.is_null() { &[][..] } else { unsafe { message_of(req) }.bytes() };
        extack::explain(&status, request, if req.is_null() { None } else { Some(hdrlen) }, record);
        record.origin = if status.code != 0 || !record.text().is_empty() { Origin::Kernel } else { Origin::None };
        record.request_type = status.request.map(|request| request.ty);
        record.seq = status.request.map_or(0, |request| request.seq);
    }
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_code, Ok(status.code)) }
}
