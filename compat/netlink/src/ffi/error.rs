// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extended acks

use super::nl_ext_ack_fn_t;
use crate::stderr;
use crate::wire::{self, Attributes, Message, NLM_F_CAPPED, NLMSG_HDRLEN, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS};
use core::ffi::{CStr, c_char, c_int, c_uint};
use core::ptr;
use libc::nlmsghdr;

/// A message of the caller's.
///
/// # Safety
/// `nlh` has the bytes that its length says, as long as the result lives.
unsafe fn message<'a>(nlh: *const nlmsghdr) -> Option<Message<'a>> {
    // SAFETY: the caller's promise.
    let len = unsafe { (&raw const (*nlh).nlmsg_len).read_unaligned() } as usize;
    if len < NLMSG_HDRLEN {
        return None;
    }
    // SAFETY: the caller's promise.
    Message::read(unsafe { core::slice::from_raw_parts(nlh.cast::<u8>(), len) }).ok()
}

/// What an extended ack says.
#[derive(Default)]
struct Said<'a> {
    text: Option<&'a CStr>,
    offset: Option<u32>,
}

/// Reads extended-ack attributes. None, after a text: one of those that are used is malformed. Others are ignored: newer kernels may
/// say more.
fn read(attributes: &[u8]) -> Option<Said<'_>> {
    let mut said = Said::default();
    let mut attributes = Attributes::new(attributes);
    while let Ok(Some(attribute)) = attributes.next() {
        match attribute.ty() {
            NLMSGERR_ATTR_MSG => match CStr::from_bytes_until_nul(attribute.payload()) {
                Ok(text) => said.text = Some(text),
                Err(_) => return malformed(attribute.ty()),
            },
            NLMSGERR_ATTR_OFFS => match attribute.payload().try_into() {
                Ok(bytes) => said.offset = Some(u32::from_ne_bytes(bytes)),
                Err(_) => return malformed(attribute.ty()),
            },
            _ => {}
        }
    }
    Some(said)
}

#[cold]
fn malformed<'a>(ty: u16) -> Option<Said<'a>> {
    stderr::number(c"extack attribute ", c_int::from(ty), c" failed validation\n");
    None
}

/// Writes a text to stderr: 1 when it was that of an error.
fn print(text: Option<&CStr>, is_error: bool) -> c_int {
    match text {
        Some(text) if !text.is_empty() => {
            stderr::extended_ack(if is_error { c"Error" } else { c"Warning" }, text);
            c_int::from(is_error)
        }
        _ => 0,
    }
}

/// Passes the extended ack of an NLMSG_ERROR on: to errfn, or to stderr when that is NULL.
///
/// @param nlh    the NLMSG_ERROR
/// @param errfn  gets the text (NULL: none), the offset of what is wrong in the request (0: not known), and the request (NULL: not
///               echoed, or no offset); may be NULL
/// @return what errfn returned; without it 1: the text of an error was written; 0: there was none, or it was a warning's
///
/// # Safety
/// `nlh` has the bytes that its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nl_dump_ext_ack(nlh: *const nlmsghdr, errfn: nl_ext_ack_fn_t) -> c_int {
    // SAFETY: the caller's promise.
    let Some(message) = (unsafe { message(nlh) }) else {
        return 0;
    };
    let (Some(code), Some(attributes)) = (wire::code(&message), wire::extended_ack(&message)) else {
        return 0;
    };
    let Some(mut said) = read(attributes) else {
        return 0;
    };
    if said.offset.is_some_and(|offset| offset > message.header().len) {
        stderr::text(c"Invalid offset for NLMSGERR_ATTR_OFFS\n");
        said.offset = None;
    }
    let Some(errfn) = errfn else {
        return print(said.text, code != 0);
    };
    let echoed = said.offset.is_some() && message.header().flags & NLM_F_CAPPED == 0;
    let request = if echoed { super::behind(nlh, NLMSG_HDRLEN.wrapping_add(4)) } else { ptr::null_mut() };
    let text = said.text.map_or(ptr::null::<c_char>(), CStr::as_ptr);
    // SAFETY: the program's function; what is passed is valid during the call.
    unsafe { errfn(text, said.offset.unwrap_or(0), request) }
}

/// Writes the extended ack in an NLMSG_DONE to stderr.
///
/// @param nlh     the NLMSG_DONE
/// @param offset  bytes of payload before the attributes: 4
/// @param error   the error that the NLMSG_DONE says; 0: what it says is a warning
/// @return 1: the text of an error was written; 0
///
/// # Safety
/// `nlh` has the bytes that its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nl_dump_ext_ack_done(nlh: *const nlmsghdr, offset: c_uint, error: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let Some(message) = (unsafe { message(nlh) }) else {
        return 0;
    };
    let attributes = message.payload().get(wire::align(offset as usize)..).unwrap_or(&[]);
    read(attributes).map_or(0, |said| print(said.text, error != 0))
}
