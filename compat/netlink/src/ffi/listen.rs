// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events

use super::talk::{malformed, no_memory};
use super::{RTNL_HANDLE_F_LISTEN_ALL_NSID, rtnl_ctrl_data, rtnl_handle, rtnl_listen_filter_t};
use crate::receive::{ADDRESS_LEN, Ask, Buffer, CAPACITY, Failure, receive};
use crate::stderr;
use crate::wire::{self, Header, NLMSG_HDRLEN, Step, Walk, align};
use core::ffi::{c_int, c_void};
use core::ptr;
use libc::{FILE, nlmsghdr};

/// Receives events and passes each message to a handler, until that returns less than 0 or a receive fails. What other programs
/// send is skipped. When the kernel had to drop events (ENOBUFS), a text on stderr says so, and it continues.
///
/// @param rtnl     an open handle
/// @param handler  gets the ID of the namespace (0; with RTNL_HANDLE_F_LISTEN_ALL_NSID -1 for this one), the message, and jarg
/// @param jarg     for handler
/// @return what the handler returned; -1 with errno after a text on stderr
///
/// # Safety
/// `rtnl` is an open handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_listen(
    rtnl: *mut rtnl_handle,
    handler: rtnl_listen_filter_t,
    jarg: *mut c_void,
) -> c_int {
    let handler = handler.unwrap_or(ignore);
    let Some(mut buffer) = Buffer::new(CAPACITY) else {
        no_memory();
        return -1;
    };
    loop {
        // SAFETY: the caller's promise. Handlers may use the handle, so that it is read anew.
        let (fd, flags) = unsafe { ((*rtnl).fd, (*rtnl).flags) };
        let listens_to_all = flags & RTNL_HANDLE_F_LISTEN_ALL_NSID != 0;
        let ask = if listens_to_all { Ask::Namespace } else { Ask::Datagram };
        let received = match receive(fd, &mut buffer, ask) {
            Ok(received) => received,
            Err(Failure::Errno(libc::ENOBUFS)) => {
                stderr::receive_failure(libc::ENOBUFS);
                continue;
            }
            Err(failure) => return failed(failure),
        };
        if received.name_len != ADDRESS_LEN {
            let len = c_int::try_from(received.name_len).unwrap_or(c_int::MAX);
            stderr::number(c"Sender address length == ", len, c"\n");
            stderr::set_errno(libc::EINVAL);
            return -1;
        }
        if received.from != 0 {
            continue;
        }
        let mut control = rtnl_ctrl_data { nsid: received.nsid };
        let mut walk = Walk::new(received.len);
        loop {
            // SAFETY: what was received. The reference ends with the step: handlers may write there.
            let at = match walk.next(unsafe { buffer.rest(&walk) }) {
                Step::Message { at, .. } => at,
                Step::End => break,
                Step::Malformed => {
                    // SAFETY: what was received.
                    return malformed(wire::malformed(unsafe { buffer.rest(&walk) }));
                }
            };
            // SAFETY: the program's function; a whole message, as the walk has checked.
            let code = unsafe { handler(&raw mut control, buffer.message(at), jarg) };
            if code < 0 {
                return code;
            }
        }
    }
}

/// The handler of those who have none.
unsafe extern "C" fn ignore(_: *mut rtnl_ctrl_data, _: *mut nlmsghdr, _: *mut c_void) -> c_int {
    0
}

/// -1 after the text about a receive that failed.
#[cold]
fn failed(failure: Failure) -> c_int {
    match failure {
        Failure::Errno(code) => stderr::receive_failure(code),
        Failure::NoMemory => {
            no_memory();
        }
        Failure::Eof => stderr::text(c"EOF on netlink\n"),
        Failure::Truncated => {
            stderr::text(c"Truncated message\n");
            stderr::set_errno(libc::EMSGSIZE);
        }
    }
    -1
}

/// Reads messages from a file and passes each to a handler, until that returns less than 0 or the file ends.
///
/// @param rtnl     a stream of messages, each padded to a multiple of 4, as rtmon writes them
/// @param handler  gets NULL, the message, and jarg
/// @param jarg     for handler
/// @return 0 at the end of the file; what the handler returned; -1 after a text on stderr: the file cannot be read, ends within a
///         message, or has one with a length below 16 or above 1 MiB
///
/// # Safety
/// `rtnl` is an open stream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rtnl_from_file(rtnl: *mut FILE, handler: rtnl_listen_filter_t, jarg: *mut c_void) -> c_int {
    let Some(mut buffer) = Buffer::new(CAPACITY) else {
        no_memory();
        return -1;
    };
    loop {
        let start = buffer.room().as_mut_ptr();
        // SAFETY: the caller's stream, and room for that.
        let read = unsafe { libc::fread(start.cast(), 1, NLMSG_HDRLEN, rtnl) };
        // SAFETY: the caller's stream.
        if unsafe { libc::ferror(rtnl) } != 0 {
            stderr::failure(c"rtnl_from_file: fread");
            return -1;
        }
        if read == 0 {
            return 0;
        }
        // SAFETY: as many bytes as were read.
        let Some(header) = Header::read(unsafe { buffer.bytes(read) }) else {
            return truncated();
        };
        let len = header.len as usize;
        if !(NLMSG_HDRLEN..=CAPACITY).contains(&len) {
            // SAFETY: the caller's stream.
            let at = unsafe { libc::ftell(rtnl) };
            stderr::two_numbers(c"!!!malformed message: len=", stderr::signed(header.len), c" @", at, c"\n");
            return -1;
        }
        let payload = align(len).wrapping_sub(NLMSG_HDRLEN);
        // SAFETY: the caller's stream, and room for that: CAPACITY is a multiple of 4.
        if unsafe { libc::fread(start.wrapping_add(NLMSG_HDRLEN).cast(), 1, payload, rtnl) } != payload {
            return truncated();
        }
        let Some(handler) = handler else {
            continue;
        };
        // SAFETY: the program's function; a whole message.
        let code = unsafe { handler(ptr::null_mut(), buffer.message(0), jarg) };
        if code < 0 {
            return code;
        }
    }
}

/// -1 after the text about a file that ends within a message.
#[cold]
fn truncated() -> c_int {
    stderr::text(c"rtnl-from_file: truncated message\n");
    -1
}
