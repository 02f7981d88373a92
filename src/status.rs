// SPDX-License-Identifier: MIT OR Apache-2.0
//! Acks, errors and ends of dumps, as bytes.

use super::attribute::give;
use super::reading::message;
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::{Code, ErrorRecord, Origin};
use nlrs_core::wire::extack;

const EINVAL: c_int = Code::EINVAL.raw();

/// Read an ack, an error or the end of a dump, with its extended ack: for programs that receive by themselves.
///
/// Takes NLMSG_ERROR with and without NLM_F_CAPPED and NLM_F_ACK_TLVS, and NLMSG_DONE with and without payload; text
/// needs no NUL. Malformed extended-ack attributes end the reading of these and are no failure.
///
/// @param nlh       from a walk: its length has been checked
/// @param req       the request that was sent, whose nlmsg_len is true: with it, offsets become paths of attribute
///                  types in
///                  err; NULL: err has offsets alone
/// @param hdrlen    size of the family's header in the request; not used without req
/// @param ret_code  0: an ack or a good end; or the negative errno in it
/// @param err       the code, text, offset, path, policy, cookie and what is missing; may be NULL
/// @return 0; -EBADMSG: neither NLMSG_ERROR nor NLMSG_DONE, too short for its code, or a code that is no errno;
///         -EINVAL: nlh or
///         ret_code is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that still stand; `req` is NULL or a message of
/// its length; `ret_code` is NULL or may be written; `err` is NULL or a live error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nlmsg_status(
    nlh: *const nlmsghdr,
    req: *const nlmsghdr,
    hdrlen: usize,
    ret_code: *mut c_int,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promise.
    let mut record = unsafe { err.as_mut() };
    if let Some(record) = &mut record {
        record.clear();
    }
    not_null!(nlh, ret_code => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let status = match extack::status(&unsafe { message(nlh) }) {
        Ok(status) => status,
        Err(code) => {
            if let Some(record) = &mut record {
                record.set(code, Origin::Library);
            }
            return code.raw();
        }
    };
    if let Some(record) = record {
        // SAFETY: the caller's promise, if it is not NULL.
        let request = if req.is_null() { &[][..] } else { unsafe { message(req) }.bytes };
        extack::explain(&status, request, if req.is_null() { None } else { Some(hdrlen) }, record);
        record.origin = if status.code != 0 || !record.text().is_empty() { Origin::Kernel } else { Origin::None };
        record.request_type = status.request.map(|request| request.ty);
        record.seq = status.request.map_or(0, |request| request.seq);
    }
    // SAFETY: not NULL, and the caller's promise.
    unsafe { give(ret_code, Ok(status.code)) }
}
