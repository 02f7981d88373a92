// SPDX-License-Identifier: MIT OR Apache-2.0
//! Network and link-layer addresses.

use crate::pointers::EINVAL;
use crate::pointers::{bytes_mut, text_at, write_result};
use core::ffi::{c_char, c_int};
use nlrs_core::family::addr::{Addr, Lladdr};

/// Reads an address or a prefix: "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8::/32".
///
/// @param text      the address; nothing before or behind it
/// @param ret_addr  gets the address. Without a slash prefix_len becomes 32 or 128
/// @return 0; -EINVAL: it is no address, or the prefix is longer than that, or NULL
///
/// # Safety
/// `text` is NULL or ends with a NUL; `ret_addr` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_addr_parse(text: *const c_char, ret_addr: *mut Addr) -> c_int {
    not_null!(text, ret_addr => EINVAL);
    // SAFETY: the contract.
    let parsed = Addr::parse(unsafe { text_at(text) }.unwrap_or(&[]));
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_addr, parsed) }
}

/// Writes an address or a prefix as text, IPv6 in its shortest form. The prefix length is left out where it is 32 or
/// 128.
///
/// @param addr  the address
/// @param buf   gets the text and a NUL, as much as fits; NULL with size 0 is allowed
/// @param size  its size in bytes; 64 are always enough
/// @return the text's length without the NUL: what is size or more has been cut; 0 for no address; -EAFNOSUPPORT: of
///         another family than
///         AF_INET and AF_INET6; -EINVAL: addr is NULL, or buf is NULL and size is not 0
///
/// # Safety
/// `addr` is NULL or an address; `buf` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_addr_format(addr: *const Addr, buf: *mut c_char, size: usize) -> c_int {
    not_null!(addr => EINVAL);
    // SAFETY: the contract.
    let Some(buf) = (unsafe { bytes_mut(buf.cast(), size) }) else { return EINVAL };
    // SAFETY: not NULL, and the contract.
    match unsafe { *addr }.format(buf) {
        Ok(len) => c_int::try_from(len).unwrap_or(EINVAL),
        Err(code) => code.raw(),
    }
}

/// Reads a link-layer address: pairs of hexadecimal digits with colons between them, such as "02:00:00:00:00:01".
///
/// @param text        the address; nothing before or behind it
/// @param ret_lladdr  gets the address
/// @return 0; -EINVAL: it is no address, or longer than 32 bytes, or NULL
///
/// # Safety
/// `text` is NULL or ends with a NUL; `ret_lladdr` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_lladdr_parse(text: *const c_char, ret_lladdr: *mut Lladdr) -> c_int {
    not_null!(text, ret_lladdr => EINVAL);
    // SAFETY: the contract.
    let parsed = Lladdr::parse(unsafe { text_at(text) }.unwrap_or(&[]));
    // SAFETY: not NULL, and the contract.
    unsafe { write_result(ret_lladdr, parsed) }
}

/// Writes a link-layer address as text: pairs of hexadecimal digits with colons between them.
///
/// @param lladdr  the address; of a len above 32 the first 32 bytes
/// @param buf     gets the text and a NUL, as much as fits; NULL with size 0 is allowed
/// @param size    its size in bytes; 96 are always enough
/// @return the text's length without the NUL: what is size or more has been cut; 0 for no address; -EINVAL: lladdr is
///         NULL, or buf is NULL
///         and size is not 0
///
/// # Safety
/// `lladdr` is NULL or an address; `buf` is NULL or has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_lladdr_format(lladdr: *const Lladdr, buf: *mut c_char, size: usize) -> c_int {
    not_null!(lladdr => EINVAL);
    // SAFETY: the contract.
    let Some(buf) = (unsafe { bytes_mut(buf.cast(), size) }) else { return EINVAL };
    // SAFETY: not NULL, and the contract.
    c_int::try_from(unsafe { *lladdr }.format(buf)).unwrap_or(EINVAL)
}
