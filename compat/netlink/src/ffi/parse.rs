// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes: readers

use super::{behind, rtattr};
use crate::stderr;
use crate::wire::{self, Attribute, Attributes, NLA_F_NESTED, NLA_HDRLEN, align};
use core::ffi::{c_int, c_ushort};
use core::ptr;

/// The attributes in `len` bytes at `rta`; none for a negative length.
///
/// # Safety
/// `rta` has `len` readable bytes as long as the result lives.
#[inline(always)]
unsafe fn attributes<'a>(rta: *const rtattr, len: c_int) -> Attributes<'a> {
    match usize::try_from(len) {
        // SAFETY: the caller's promise.
        Ok(len) if len > 0 => Attributes::new(unsafe { core::slice::from_raw_parts(rta.cast::<u8>(), len) }),
        _ => Attributes::new(&[]),
    }
}

/// Writes how many bytes are left that are no attribute, and the length that they claim.
#[cold]
fn deficit(rest: &[u8]) {
    let claimed = rest.first_chunk().map_or(0, |bytes| u16::from_ne_bytes(*bytes));
    let left = c_int::try_from(rest.len()).unwrap_or(c_int::MAX);
    stderr::two_numbers(c"!!!Deficit ", left, c", rta_len=", claimed.into(), c"\n");
}

/// The attribute where it is in the caller's memory.
fn pointer(attribute: &Attribute<'_>) -> *mut rtattr {
    attribute.bytes().as_ptr().cast_mut().cast()
}

/// Puts a pointer to each attribute into an array by its type. Of several of one type the first counts; of a type that is not in
/// the array none.
///
/// @param tb   max + 1 pointers; NULL where there is no attribute
/// @param max  the largest type
/// @param rta  the first attribute
/// @param len  bytes from there on. Bytes that are no attribute end the walk, with a text on stderr
/// @return 0
///
/// # Safety
/// `tb` has room for `max` + 1 pointers, `rta` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parse_rtattr(tb: *mut *mut rtattr, max: c_int, rta: *mut rtattr, len: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { parse_rtattr_flags(tb, max, rta, len, 0) }
}

/// As parse_rtattr, with the bits of flags taken out of the types: NLA_F_NESTED and the like, which are no part of a type.
///
/// @return 0
///
/// # Safety
/// `tb` has room for `max` + 1 pointers, `rta` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parse_rtattr_flags(
    tb: *mut *mut rtattr,
    max: c_int,
    rta: *mut rtattr,
    len: c_int,
    flags: c_ushort,
) -> c_int {
    let count = usize::try_from(max).map_or(0, |max| max.saturating_add(1));
    // SAFETY: the caller's promise.
    unsafe { tb.write_bytes(0, count) };
    // SAFETY: the caller's promise.
    let rest = wire::each_attribute(unsafe { attributes(rta, len) }.rest(), |raw_type, attribute| {
        let ty = usize::from(raw_type & !flags);
        if ty < count {
            let slot = tb.wrapping_add(ty);
            // SAFETY: within the array.
            unsafe {
                if (*slot).is_null() {
                    *slot = attribute.as_ptr().cast_mut().cast();
                }
            }
        }
    });
    if let Err(rest) = rest {
        deficit(rest);
    }
    0
}

/// The first attribute of a type, which is compared with its flag bits.
///
/// @param type  the type
/// @param rta   the first attribute
/// @param len   bytes from there on. Bytes that are no attribute end the walk, with a text on stderr
/// @return the attribute; NULL: there is none
///
/// # Safety
/// `rta` has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parse_rtattr_one(r#type: c_int, rta: *mut rtattr, len: c_int) -> *mut rtattr {
    // SAFETY: the caller's promise.
    let mut attributes = unsafe { attributes(rta, len) };
    loop {
        match attributes.next() {
            Ok(Some(attribute)) if c_int::from(attribute.raw_type()) == r#type => return pointer(&attribute),
            Ok(Some(_)) => {}
            Ok(None) => return ptr::null_mut(),
            Err(_) => {
                deficit(attributes.rest());
                return ptr::null_mut();
            }
        }
    }
}

/// parse_rtattr_nested_compat's function: parses the nest behind a structure of len bytes in an attribute.
///
/// @return 0, also when there is no nest; -1: the attribute is shorter than the structure, and tb as it was
///
/// # Safety
/// `tb` has room for `max` + 1 pointers, `rta` is a whole attribute.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __parse_rtattr_nested_compat(
    tb: *mut *mut rtattr,
    max: c_int,
    rta: *mut rtattr,
    len: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    let whole = usize::from(unsafe { (&raw const (*rta).rta_len).read_unaligned() });
    let payload = whole.saturating_sub(NLA_HDRLEN);
    let Some(structure) = usize::try_from(len).ok().filter(|len| *len <= payload) else {
        return -1;
    };
    // SAFETY: the caller's promise.
    let payload = unsafe { core::slice::from_raw_parts(behind::<_, u8>(rta, NLA_HDRLEN).cast_const(), payload) };
    let rest = payload.get(align(structure)..).unwrap_or(&[]);
    let inside = match Attributes::new(rest).next() {
        Ok(Some(nest)) => nest.payload(),
        Ok(None) => &[],
        Err(_) => {
            deficit(rest);
            &[]
        }
    };
    let (start, len) = (inside.as_ptr().cast_mut().cast(), c_int::try_from(inside.len()).unwrap_or(0));
    // SAFETY: the caller's promise; a slice of the attribute.
    unsafe { parse_rtattr_flags(tb, max, start, len, NLA_F_NESTED) }
}
