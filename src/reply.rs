// SPDX-License-Identifier: MIT OR Apache-2.0
//! Replies to requests, for programs that serve requests
//!
//! Two programs can exchange netlink messages (NETLINK_USERSOCK), and a test may play the kernel's part.

use super::build::nlrs_msg;
use super::pointers::{EINVAL, header_of};
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::Code;

/// Begins the error message that answers a request.
///
/// Its header has the sequence number and port ID of the request, and NLM_F_CAPPED: the message contains a copy of the
/// request's header and not of its payload. Extended-ack attributes (NLMSGERR_ATTR_MSG: a string, NLMSGERR_ATTR_OFFS: a
/// u32, ...) may be appended; nlrs_msg_end() sets NLM_F_ACK_TLVS when there are any.
///
/// @param m     messages under construction
/// @param req   the request, of which the 16 bytes of the header are read
/// @param code  0 for an ack, or a negative errno; above 0 is -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `req` is NULL or has a header's 16 bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_begin_error(m: *mut nlrs_msg, req: *const nlmsghdr, code: i32) -> c_int {
    let m = builder!(m);
    not_null!(req => EINVAL);
    // SAFETY: not NULL, and the contract.
    let request = unsafe { header_of(req) };
    Code::of_result(&m.begin_error(&request, code))
}

/// Begins the message that ends a dump: NLMSG_DONE with NLM_F_MULTI, the sequence number and port ID of the request,
/// and a code.
///
/// Extended-ack attributes may be appended, as for nlrs_msg_begin_error().
///
/// @param m     messages under construction
/// @param req   the request, of which the 16 bytes of the header are read
/// @param code  0, or the negative errno with which the dump failed; above 0 is -ERANGE
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `req` is NULL or has a header's 16 bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_begin_done(m: *mut nlrs_msg, req: *const nlmsghdr, code: i32) -> c_int {
    let m = builder!(m);
    not_null!(req => EINVAL);
    // SAFETY: not NULL, and the contract.
    let request = unsafe { header_of(req) };
    Code::of_result(&m.begin_done(&request, code))
}

/// Appends a complete ack for a request: nlrs_msg_begin_error() with code 0, and nlrs_msg_end().
///
/// @param m    messages under construction, none of them open
/// @param req  the request, of which the 16 bytes of the header are read
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nothing else uses meanwhile; `req` is NULL or has a header's 16 bytes,
/// outside of `m`'s own buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_msg_append_ack(m: *mut nlrs_msg, req: *const nlmsghdr) -> c_int {
    let m = builder!(m);
    not_null!(req => EINVAL);
    // SAFETY: not NULL, and the contract.
    let request = unsafe { header_of(req) };
    // Ended also when it could not be begun, so that no message remains open. An open message of the caller is not
    // ended.
    let is_ours = !m.is_open();
    let begun = m.begin_error(&request, 0);
    Code::of_result(&if is_ours { m.end() } else { begun })
}
