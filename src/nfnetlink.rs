// SPDX-License-Identifier: MIT OR Apache-2.0
//! nfnetlink (NETLINK_NETFILTER)
//!
//! The header that messages of all its subsystems have. A transaction is a batch: nlrs_batch_set_transaction() and
//! nlrs_batch_set_generation().

use crate::build::nlrs_msg;
use crate::pointers::{EINVAL, message_of, write_result};
use core::ffi::c_int;
use libc::nlmsghdr;
use nlrs_core::error::Code;
use nlrs_core::family::nfnetlink::NfnlHeader;
use nlrs_core::wire::build::Builder;

/// Begins a message of a subsystem: its type, and struct nfgenmsg. Attributes follow; nlrs_msg_end() ends the message.
///
/// @param m       messages under construction
/// @param header  subsystem, message, family, version and res_id
/// @param flags   NLM_F_...
/// @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does
///         not
///         fit; -EINVAL: m or header is NULL
///
/// # Safety
/// `m` is NULL or an initialised nlrs_msg that nobody else uses meanwhile; `header` is NULL or a header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nfnl_begin(m: *mut nlrs_msg, header: *const NfnlHeader, flags: u32) -> c_int {
    not_null!(m, header => EINVAL);
    // SAFETY: not NULL, and the contract.
    let m = unsafe { &mut *m.cast::<Builder>() };
    // SAFETY: not NULL, and the contract.
    Code::of_result(&unsafe { &*header }.begin(m, flags))
}

/// Reads the type and struct nfgenmsg of a message. Its attributes begin 4 bytes behind its header.
///
/// @param nlh         a message of NETLINK_NETFILTER
/// @param ret_header  the header
/// @return 0; -EBADMSG: it is too short; -EINVAL: a pointer is NULL
///
/// # Safety
/// `nlh` is NULL or a message whose length was checked, over bytes that nobody changes meanwhile; `ret_header` is NULL
/// or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_nfnl_read(nlh: *const nlmsghdr, ret_header: *mut NfnlHeader) -> c_int {
    not_null!(nlh, ret_header => EINVAL);
    // SAFETY: not NULL, and the contract.
    let header = NfnlHeader::read(&unsafe { message_of(nlh) });
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_header, header) }
}
