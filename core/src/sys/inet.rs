// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses as text, by the C library.

use core::ffi::{c_char, c_int, c_void};
use libc::socklen_t;

unsafe extern "C" {
    fn inet_pton(family: c_int, text: *const c_char, address: *mut c_void) -> c_int;
    fn inet_ntop(family: c_int, address: *const c_void, text: *mut c_char, size: socklen_t) -> *const c_char;
}

/// Bytes of the longest text, with its NUL.
const TEXT_MAX: socklen_t = 46;

/// Reads an IPv4 address, or an IPv6 one, of which the IPv4 one would be the first 4 bytes; None where the text is not one.
pub(crate) fn parse(is_v6: bool, text: &[u8]) -> Option<[u8; 16]> {
    let mut terminated = [0_u8; TEXT_MAX as usize];
    terminated.get_mut(..text.len())?.copy_from_slice(text);
    if text.len() >= terminated.len() || text.contains(&0) {
        return None;
    }
    let mut address = [0_u8; 16];
    let family = if is_v6 { libc::AF_INET6 } else { libc::AF_INET };
    // SAFETY: the text has a NUL, and 16 bytes are enough for either family.
    let read = unsafe { inet_pton(family, terminated.as_ptr().cast(), address.as_mut_ptr().cast()) };
    (read == 1).then_some(address)
}

/// Passes the text of an address, without a NUL, to `write`.
pub(crate) fn format(is_v6: bool, address: &[u8; 16], write: impl FnOnce(&[u8])) {
    let mut text = [0_u8; TEXT_MAX as usize];
    let family = if is_v6 { libc::AF_INET6 } else { libc::AF_INET };
    // SAFETY: either family's addresses have at most 16 bytes, and the text at most 46.
    unsafe { inet_ntop(family, address.as_ptr().cast(), text.as_mut_ptr().cast(), TEXT_MAX) };
    write(crate::wire::value::text(&text));
}
