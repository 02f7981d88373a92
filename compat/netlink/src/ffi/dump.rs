// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dumps
//!
//! rtnl_dump_filter and rtnl_dump_filter_errhndlr are macros for these with nc_flags 0.

use super::error::nl_dump_ext_ack_done;
use super::talk::{failed, no_memory};
use super::{NETLINK_SOCK_DIAG, RTNL_HANDLE_F_SUPPRESS_NLERR, rtnl_err_hndlr_t, rtnl_filter_t, rtnl_handle};
use crate::receive::{ADDRESS_LEN, Buffer, DUMP_CAPACITY, receive_part};
use crate::stderr;
use crate::wire::{self, Header, Message, NLM_F_DUMP_INTR, NLMSG_DONE, NLMSG_ERROR, Step, Walk, align};
use core::ffi::{c_int, c_void};
use core::ptr;
use libc::nlmsghdr;

use super::__u16;

/// What an error handler returns to have the end of the dump taken for a good one.
const RTNL_SUPPRESS_NLMSG_DONE_NLERR: c_int = 2;
/// What an error handler returns to have the dump continue.
const RTNL_SUPPRESS_NLMSG_ERROR_NLERR: c_int = 4;

/// Receives a dump and passes its messages to a filter.
///
/// What does not belong to the dump that was requested last is skipped. With a dump_fp in the handle, datagrams are written there
/// and the filter is not called. A dump that the kernel calls inconsistent is reported on stderr.
///
/// @param rth       an open handle
/// @param filter    gets each message; less than 0 ends the dump. NULL: messages are skipped
/// @param arg       for filter
/// @param nc_flags  bits of nlmsg_flags that the filter is not to see
/// @return 0; what the filter returned, when less; -1 with errno after a text on stderr: what the kernel returned (ENOENT and
///         EOPNOTSUPP at the end of a dump without a text); a negative errno: a receive failed
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_dump_filter_nc(
    rth: *mut rtnl_handle,
    filter: rtnl_filter_t,
    arg: *mut c_void,
    nc_flags: __u16,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { rtnl_dump_filter_errhndlr_nc(rth, filter, arg, None, ptr::null_mut(), nc_flags) }
}

/// As rtnl_dump_filter_nc, with a say in what an error means.
///
/// @param errhndlr  gets the NLMSG_ERROR or NLMSG_DONE with an error in it, and returns RTNL_LET_NLERR or a combination of
///                  RTNL_SUPPRESS_NLMSG_ERROR_NLERR (the NLMSG_ERROR is skipped) and RTNL_SUPPRESS_NLMSG_DONE_NLERR (the
///                  NLMSG_DONE ends the dump well); may be NULL. ENOENT and EOPNOTSUPP from NETLINK_SOCK_DIAG end the dump without it
///                  and without a text: the kernel has no such sockets
/// @param earg      for errhndlr
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_dump_filter_errhndlr_nc(
    rth: *mut rtnl_handle,
    filter: rtnl_filter_t,
    farg: *mut c_void,
    errhndlr: rtnl_err_hndlr_t,
    earg: *mut c_void,
    nc_flags: __u16,
) -> c_int {
    let Some(mut buffer) = Buffer::new(DUMP_CAPACITY) else {
        return no_memory();
    };
    let mut interrupted = false;
    loop {
        // SAFETY: the caller's promise. Filters may use the handle, so that it is read anew.
        let (fd, file) = unsafe { ((*rth).fd, (*rth).dump_fp) };
        let len = match receive_part(fd, &mut buffer) {
            Ok(received) if received.from != 0 && received.name_len == ADDRESS_LEN => continue,
            Ok(received) => received.len,
            Err(failure) => return failed(failure),
        };
        if !file.is_null() {
            buffer.pad(len);
            // SAFETY: the program's stream; what was received with its padding.
            unsafe {
                let bytes = buffer.bytes(align(len));
                libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), file);
            }
        }
        let mut walk = Walk::new(len);
        loop {
            // SAFETY: what was received. The reference ends with the step: filters may write there.
            let (at, header) = match walk.next(unsafe { buffer.rest(&walk) }) {
                Step::Message { at, header } => (at, header),
                Step::End => break,
                Step::Malformed => {
                    // SAFETY: what was received.
                    let left = unsafe { buffer.rest(&walk) }.len();
                    stderr::number(c"!!!Remnant of size ", c_int::try_from(left).unwrap_or(c_int::MAX), c"\n");
                    stderr::set_errno(libc::EBADMSG);
                    return -1;
                }
            };
            // SAFETY: the caller's promise.
            if unsafe { header.portid != (*rth).local.nl_pid || header.seq != (*rth).dump } {
                continue;
            }
            let message = buffer.message(at);
            if header.flags & (nc_flags | NLM_F_DUMP_INTR) != 0 {
                let flags = header.flags & !nc_flags;
                interrupted |= flags & NLM_F_DUMP_INTR != 0;
                // SAFETY: a whole message, as the walk has checked.
                unsafe { (*message).nlmsg_flags = flags };
            }
            // SAFETY: a whole message, as the walk has checked; the caller's functions.
            let ended = unsafe {
                match header.ty {
                    NLMSG_DONE => done(message, header, errhndlr, earg, interrupted),
                    NLMSG_ERROR => error(rth, message, header, errhndlr, earg),
                    _ => {
                        let code = match filter {
                            Some(filter) if file.is_null() => filter(message, farg),
                            _ => 0,
                        };
                        if code < 0 {
                            return code;
                        }
                        continue;
                    }
                }
            };
            if let Some(code) = ended {
                return code;
            }
        }
    }
}

/// The error code of a message; None after a text: it is too short.
///
/// # Safety
/// `message` has the bytes that its header says.
unsafe fn code(message: *const nlmsghdr, header: Header) -> Option<c_int> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(message.cast::<u8>(), header.len as usize) };
    let code = Message::read(bytes).ok().and_then(|message| wire::code(&message));
    if code.is_none() {
        stderr::text(if header.ty == NLMSG_DONE { c"DONE truncated\n" } else { c"ERROR truncated\n" });
        stderr::set_errno(libc::EBADMSG);
    }
    code
}

/// What the error handler returns.
///
/// # Safety
/// `message` is a whole message, and the function is the caller's.
unsafe fn handled(message: *mut nlmsghdr, errhndlr: rtnl_err_hndlr_t, earg: *mut c_void, flag: c_int) -> bool {
    match errhndlr {
        // SAFETY: the caller's promise.
        Some(errhndlr) => unsafe { errhndlr(message, earg) & flag != 0 },
        None => false,
    }
}

/// The end of a dump: the result.
///
/// # Safety
/// `message` has the bytes that its header says.
#[cold]
unsafe fn done(
    message: *mut nlmsghdr,
    header: Header,
    errhndlr: rtnl_err_hndlr_t,
    earg: *mut c_void,
    interrupted: bool,
) -> Option<c_int> {
    // SAFETY: the caller's promise.
    let Some(code) = (unsafe { code(message, header) }) else {
        return Some(-1);
    };
    if code < 0 {
        stderr::set_errno(code.wrapping_neg());
        // SAFETY: the caller's promise.
        if !unsafe { handled(message, errhndlr, earg, RTNL_SUPPRESS_NLMSG_DONE_NLERR) } {
            // SAFETY: the caller's promise. Four bytes of payload are the code.
            if unsafe { nl_dump_ext_ack_done(message, 4, code) } == 0 {
                match code.wrapping_neg() {
                    libc::ENOENT | libc::EOPNOTSUPP => {}
                    libc::EMSGSIZE => stderr::text(c"Error: Buffer too small for object.\n"),
                    _ => stderr::failure(c"RTNETLINK answers"),
                }
            }
            return Some(-1);
        }
    }
    if interrupted {
        stderr::text(c"Dump was interrupted and may be inconsistent.\n");
    }
    Some(0)
}

/// An error in place of a dump: the result; None: the handler wants it to be skipped.
///
/// # Safety
/// `message` has the bytes that its header says.
#[cold]
unsafe fn error(
    rth: *const rtnl_handle,
    message: *mut nlmsghdr,
    header: Header,
    errhndlr: rtnl_err_hndlr_t,
    earg: *mut c_void,
) -> Option<c_int> {
    // SAFETY: the caller's promise.
    let Some(code) = (unsafe { code(message, header) }) else {
        return Some(-1);
    };
    stderr::set_errno(code.wrapping_neg());
    // SAFETY: the caller's promise.
    if unsafe { (*rth).proto } == NETLINK_SOCK_DIAG && matches!(code.wrapping_neg(), libc::ENOENT | libc::EOPNOTSUPP) {
        return Some(-1);
    }
    // SAFETY: the caller's promise.
    if unsafe { handled(message, errhndlr, earg, RTNL_SUPPRESS_NLMSG_ERROR_NLERR) } {
        return None;
    }
    // SAFETY: the caller's promise.
    if unsafe { (*rth).flags } & RTNL_HANDLE_F_SUPPRESS_NLERR == 0 {
        stderr::failure(c"RTNETLINK answers");
    }
    Some(-1)
}
