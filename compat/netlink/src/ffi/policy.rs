// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies

use super::{behind, rtattr};
use crate::wire::{Attributes, NLA_HDRLEN};
use core::ffi::{CStr, c_longlong, c_uint, c_ulonglong};
use libc::FILE;

/// NL_POLICY_TYPE_ATTR_… of linux/netlink.h.
const TYPE: u16 = 1;
const MIN_S: u16 = 2;
const MAX_S: u16 = 3;
const MIN_U: u16 = 4;
const MAX_U: u16 = 5;
const MIN_LENGTH: u16 = 6;
const MAX_LENGTH: u16 = 7;
const POLICY_INDEX: u16 = 8;
const POLICY_MAX_TYPE: u16 = 9;

/// enum netlink_attribute_type, by its numbers.
const TYPES: [&CStr; 16] = [
    c"unknown",
    c"FLAG",
    c"U8",
    c"U16",
    c"U32",
    c"U64",
    c"S8",
    c"S16",
    c"S32",
    c"S64",
    c"BINARY",
    c"STRING",
    c"NUL_STRING",
    c"NESTED",
    c"NESTED_ARRAY",
    c"BITFIELD32",
];

/// A stream.
struct Out(*mut FILE);

impl Out {
    /// Writes `before`, a number, `after`.
    fn number(&self, before: &CStr, number: u32, after: &CStr) {
        // SAFETY: the caller's stream; the format's three arguments are there.
        unsafe { libc::fprintf(self.0, c"%s%u%s".as_ptr(), before.as_ptr(), c_uint::from(number), after.as_ptr()) };
    }

    fn text(&self, text: &CStr) {
        // SAFETY: the caller's stream.
        unsafe { libc::fputs(text.as_ptr(), self.0) };
    }

    fn signed(&self, min: i64, max: i64) {
        let (min, max) = (c_longlong::from(min), c_longlong::from(max));
        // SAFETY: the caller's stream; the format's two arguments are there.
        unsafe { libc::fprintf(self.0, c" range:[%lld,%lld]".as_ptr(), min, max) };
    }

    fn unsigned(&self, min: u64, max: u64) {
        let (min, max) = (c_ulonglong::from(min), c_ulonglong::from(max));
        // SAFETY: the caller's stream; the format's two arguments are there.
        unsafe { libc::fprintf(self.0, c" range:[%llu,%llu]".as_ptr(), min, max) };
    }
}

/// The first attribute of a type, as a number of `N` bytes.
fn value<const N: usize>(attributes: &[u8], ty: u16) -> Option<[u8; N]> {
    let mut attributes = Attributes::new(attributes);
    while let Ok(Some(attribute)) = attributes.next() {
        if attribute.ty() == ty {
            return attribute.payload().try_into().ok();
        }
    }
    None
}

/// Prints a policy that the kernel's generic netlink controller returned: every attribute with its type, ranges, lengths.
///
/// @param attr  CTRL_ATTR_POLICY
/// @param fp    the stream
///
/// # Safety
/// `attr` is a whole attribute, `fp` an open stream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nl_print_policy(attr: *const rtattr, fp: *mut FILE) {
    let out = Out(fp);
    // SAFETY: the caller's promise.
    let len = usize::from(unsafe { (&raw const (*attr).rta_len).read_unaligned() }).saturating_sub(NLA_HDRLEN);
    // SAFETY: the caller's promise.
    let payload = unsafe { core::slice::from_raw_parts(behind::<_, u8>(attr, NLA_HDRLEN).cast_const(), len) };
    let mut policies = Attributes::new(payload);
    while let Ok(Some(policy)) = policies.next() {
        out.number(c" policy[", policy.ty().into(), c"]:");
        let mut attributes = Attributes::new(policy.payload());
        while let Ok(Some(attribute)) = attributes.next() {
            print(&out, attribute.ty(), attribute.payload());
        }
    }
}

/// One attribute's policy.
fn print(out: &Out, ty: u16, policy: &[u8]) {
    let number = |ty| value(policy, ty).map(u32::from_ne_bytes);
    let signed = |ty| value(policy, ty).map(i64::from_ne_bytes);
    let unsigned = |ty| value(policy, ty).map(u64::from_ne_bytes);
    if let Some(kind) = number(TYPE) {
        let name = usize::try_from(kind).ok().and_then(|kind| TYPES.get(kind)).unwrap_or(&c"unknown");
        out.number(c"attr[", ty.into(), c"]: type=");
        out.text(name);
    }
    for (ty, name) in [(POLICY_INDEX, c" policy:"), (POLICY_MAX_TYPE, c" maxattr:")] {
        if let Some(value) = number(ty) {
            out.number(name, value, c"");
        }
    }
    if let (Some(min), Some(max)) = (signed(MIN_S), signed(MAX_S)) {
        out.signed(min, max);
    }
    if let (Some(min), Some(max)) = (unsigned(MIN_U), unsigned(MAX_U)) {
        out.unsigned(min, max);
    }
    for (ty, name) in [(MIN_LENGTH, c" min len:"), (MAX_LENGTH, c" max len:")] {
        if let Some(value) = number(ty) {
            out.number(name, value, c"");
        }
    }
}
