// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes

use super::pointers::{EINVAL, ENOENT, Slot, items, payload_of, raw_type_of, slice_of, slots_of, write_result};
use core::ffi::{c_int, c_void};
use libc::nlattr;
use nlrs_core::error::{Code, Result};
use nlrs_core::uapi::{NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLA_TYPE_MASK};
use nlrs_core::wire::attribute::{self, Attribute, Attributes};

/// Returns the type of an attribute without the flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER.
///
/// @param attr  the attribute
/// @return 0 … 16383; 0 for NULL
///
/// # Safety
/// `attr` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_type(attr: *const nlattr) -> u32 {
    not_null!(attr => 0);
    // SAFETY: not NULL, and the contract.
    u32::from(unsafe { raw_type_of(attr) } & NLA_TYPE_MASK)
}

/// Whether an attribute is marked as a nest. The kernel sets this flag on some nests and not on others.
///
/// @param attr  the attribute
/// @return 1: NLA_F_NESTED is set; 0: it is not, or attr is NULL
///
/// # Safety
/// `attr` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_is_nested(attr: *const nlattr) -> c_int {
    not_null!(attr => 0);
    // SAFETY: not NULL, and the contract.
    c_int::from(unsafe { raw_type_of(attr) } & NLA_F_NESTED != 0)
}

/// Whether the value of an attribute is marked as being in network byte order. Many such values are not marked.
///
/// @param attr  the attribute
/// @return 1: NLA_F_NET_BYTEORDER is set; 0: it is not, or attr is NULL
///
/// # Safety
/// `attr` is NULL or a readable header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_is_net_byteorder(attr: *const nlattr) -> c_int {
    not_null!(attr => 0);
    // SAFETY: not NULL, and the contract.
    c_int::from(unsafe { raw_type_of(attr) } & NLA_F_NET_BYTEORDER != 0)
}

/// Returns the length of the payload of an attribute.
///
/// @param attr  the attribute
/// @return bytes; 0 for NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_len(attr: *const nlattr) -> usize {
    not_null!(attr => 0);
    // SAFETY: not NULL, and the contract.
    unsafe { payload_of(attr) }.len()
}

/// Returns the payload of an attribute.
///
/// @param attr  the attribute
/// @return its first byte, of any alignment, valid while the bytes of the attribute are; NULL for NULL
///
/// # Safety
/// `attr` is only moved, never read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_data(attr: *const nlattr) -> *const c_void {
    not_null!(attr => core::ptr::null());
    attr.cast::<u8>().wrapping_add(NLA_HDRLEN).cast()
}

/// Indexes attributes by type.
///
/// ret_table[t] becomes the first attribute of type t, whatever its flag bits, or NULL. Types above max are skipped.
/// The length of each attribute has then been checked against the bytes that are there. One to three bytes after the
/// last attribute are ignored. No function is called and nothing is allocated.
///
/// @param attrs      consecutive attributes, of any alignment
/// @param len        their length in bytes
/// @param ret_table  max + 1 pointers, all of which are written, on failure with NULL; valid while the attributes are
/// @param max        the largest type to be indexed
/// @return number of slots that were filled; -EBADMSG: malformed; -EINVAL: attrs or ret_table is NULL
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nothing changes meanwhile; `ret_table` is NULL or has `max` + 1 writable
/// slots.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index(
    attrs: *const c_void,
    len: usize,
    ret_table: *mut *const nlattr,
    max: u32,
) -> c_int {
    not_null!(ret_table => EINVAL);
    // SAFETY: not NULL, and the contract.
    let slots = unsafe { slots_of(ret_table, max) };
    if attrs.is_null() {
        return clear(slots, EINVAL);
    }
    // SAFETY: not NULL, and the contract.
    index(unsafe { slice_of(attrs, len) }, slots)
}

/// Indexes the attributes inside a nest by type: nlrs_attr_index() of its payload.
///
/// @param attr       the nest; NLA_F_NESTED need not be set
/// @param ret_table  max + 1 pointers, all of which are written, on failure with NULL; valid while the nest is
/// @param max        the largest type to be indexed
/// @return number of slots that were filled; -ENOENT: attr is NULL, as in a slot of a table when it is absent;
///         -EBADMSG: malformed; -EINVAL: ret_table is NULL
///
/// # Safety
/// `attr` is NULL or an attribute whose length was checked; `ret_table` is NULL or has `max` + 1 writable slots.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index_nested(attr: *const nlattr, ret_table: *mut *const nlattr, max: u32) -> c_int {
    not_null!(ret_table => EINVAL);
    // SAFETY: not NULL, and the contract.
    let slots = unsafe { slots_of(ret_table, max) };
    if attr.is_null() {
        return clear(slots, ENOENT);
    }
    // SAFETY: not NULL, and the contract.
    index(unsafe { payload_of(attr) }, slots)
}

const EMPTY: Slot = Slot::new(core::ptr::null());

/// Fills a table with the attributes in `bytes`, by type.
#[inline(always)]
pub(crate) fn index(bytes: &[u8], slots: &mut [Slot]) -> c_int {
    // Small tables are cleared by stores that overlap: a call of memset costs more.
    match slots.len() {
        4..=8 => clear_ends::<4>(slots),
        9..=16 => clear_ends::<8>(slots),
        17..=32 => clear_ends::<16>(slots),
        _ => return index_large(bytes, slots),
    }
    fill(bytes, slots)
}

#[inline(never)]
fn index_large(bytes: &[u8], slots: &mut [Slot]) -> c_int {
    slots.fill(EMPTY);
    fill(bytes, slots)
}

/// Clears a table of `N` to 2 * `N` slots.
#[inline(always)]
fn clear_ends<const N: usize>(slots: &mut [Slot]) {
    if let Some(first) = slots.first_chunk_mut::<N>() {
        *first = [EMPTY; N];
    }
    if let Some(last) = slots.last_chunk_mut::<N>() {
        *last = [EMPTY; N];
    }
}

/// Fills a cleared table with the attributes in `bytes`.
#[inline(always)]
fn fill(bytes: &[u8], slots: &mut [Slot]) -> c_int {
    let mut filled = 0;
    let walked = attribute::walk(bytes, |ty, found| {
        if let Some(slot) = slots.get_mut(usize::from(ty)) {
            // SAFETY: the table was cleared before.
            if unsafe { slot.assume_init() }.is_null() {
                *slot = Slot::new(found.as_ptr().cast());
                filled += 1;
            }
        }
    });
    match walked {
        Ok(()) => filled,
        Err(code) => clear(slots, code.raw()),
    }
}

/// Clears a table and returns `code`.
#[cold]
#[inline(never)]
pub(crate) fn clear(slots: &mut [Slot], code: c_int) -> c_int {
    slots.fill(EMPTY);
    code
}

/// Finds the first attribute of a type.
///
/// @param attrs     consecutive attributes, of any alignment
/// @param len       their length in bytes
/// @param type      attribute type; flag bits (NLA_F_NESTED, NLA_F_NET_BYTEORDER) are ignored, here and in the
///                  attributes
/// @param ret_attr  the attribute, valid while the bytes are
/// @return 0; -ENOENT: there is none; -EBADMSG: the bytes before it are malformed; -ERANGE: type is above 65535;
///         -EINVAL: attrs or ret_attr is NULL
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nothing changes meanwhile; `ret_attr` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_find(
    attrs: *const c_void,
    len: usize,
    r#type: u32,
    ret_attr: *mut *const nlattr,
) -> c_int {
    not_null!(attrs, ret_attr => EINVAL);
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { slice_of(attrs, len) };
    // SAFETY: not NULL, and the contract.
    unsafe { write_found(ret_attr, attribute::find(bytes, r#type)) }
}

/// Finds an attribute inside nests: the first of types[0], in it the first of types[1], and so on.
///
/// @param attrs     consecutive attributes, of any alignment
/// @param len       their length in bytes
/// @param types     attribute types, from the outermost nest to the attribute; flag bits are ignored
/// @param depth     number of types, at least 1
/// @param ret_attr  the attribute, valid while the bytes are
/// @return 0; -ENOENT: one of them is absent; -EBADMSG: the bytes before it are malformed; -ERANGE: a type is above
///         65535; -EINVAL: a pointer is NULL, or depth is 0 or above 65535
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nothing changes meanwhile; `types` is NULL or has `depth` aligned values;
/// `ret_attr` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_find_path(
    attrs: *const c_void,
    len: usize,
    types: *const u32,
    depth: usize,
    ret_attr: *mut *const nlattr,
) -> c_int {
    not_null!(attrs, ret_attr => EINVAL);
    // The 65535 bytes of an attribute cannot nest deeper.
    if depth == 0 || depth > 0xffff {
        return EINVAL;
    }
    // SAFETY: the contract.
    let Some(types) = (unsafe { items(types, depth) }) else { return EINVAL };
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { slice_of(attrs, len) };
    // SAFETY: not NULL, and the contract.
    unsafe { write_found(ret_attr, attribute::find_path(bytes, types)) }
}

/// Writes the attribute that was found.
///
/// # Safety
/// `to` is not NULL and writable.
unsafe fn write_found(to: *mut *const nlattr, found: Result<Option<Attribute<'_>>>) -> c_int {
    let found = found.and_then(|found| found.ok_or(Code::ENOENT));
    // SAFETY: the contract.
    unsafe { write_result(to, found.map(|attribute| attribute.bytes().as_ptr().cast())) }
}

/// Walks over attributes: returns one per call.
///
/// Set *pos to 0 and call it until it does not return 1. Then *pos is where the walk ended: at a clean end len - *pos
/// bytes (0 ... 3) are left after the last attribute; after -EBADMSG *pos is the offset of the malformed attribute, and
/// further calls return -EBADMSG again. The last attribute may be without padding.
///
/// @param attrs     consecutive attributes, of any alignment
/// @param len       their length in bytes
/// @param pos       in: offset of the next attribute; out: offset of the one after it
/// @param ret_attr  the attribute, valid while the bytes are; written only when 1 is returned
/// @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -EINVAL: a pointer is NULL, or *pos is above len
///
/// # Safety
/// `attrs` is NULL or has `len` bytes that nothing changes meanwhile; `pos` is NULL or readable and writable;
/// `ret_attr` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_walk(
    attrs: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_attr: *mut *const nlattr,
) -> c_int {
    // SAFETY: the contract, unchanged.
    unsafe { walk_if(attrs, len, pos, ret_attr, |_| true) }
}

/// Walks over the attributes of one type, for types that occur more than once: returns one per call.
///
/// Used as nlrs_attr_walk().
///
/// @param attrs     consecutive attributes, of any alignment
/// @param len       their length in bytes
/// @param type      attribute type; flag bits are ignored
/// @param pos       in: offset of the next attribute; out: offset of the one after it
/// @param ret_attr  the attribute, valid while the bytes are; written only when 1 is returned
/// @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -ERANGE: type is above 65535; -EINVAL: a pointer is
///         NULL, or *pos is above len
///
/// # Safety
/// As nlrs_attr_walk.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_walk_type(
    attrs: *const c_void,
    len: usize,
    r#type: u32,
    pos: *mut usize,
    ret_attr: *mut *const nlattr,
) -> c_int {
    match attribute::type_of(r#type) {
        // SAFETY: the contract, unchanged.
        Ok(ty) => unsafe { walk_if(attrs, len, pos, ret_attr, |attribute| attribute.ty() == ty) },
        Err(code) => code.raw(),
    }
}

/// Finds the next attribute from `*pos` on for which `is_selected` returns true.
///
/// # Safety
/// As nlrs_attr_walk.
#[inline(always)]
unsafe fn walk_if(
    attrs: *const c_void,
    len: usize,
    pos: *mut usize,
    ret_attr: *mut *const nlattr,
    is_selected: impl Fn(&Attribute<'_>) -> bool,
) -> c_int {
    not_null!(attrs, pos, ret_attr => EINVAL);
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { slice_of(attrs, len) };
    // SAFETY: not NULL, and the contract.
    let Some(rest) = bytes.get(unsafe { pos.read() }..) else {
        return EINVAL;
    };
    let mut attributes = Attributes::new(rest);
    let status = loop {
        match attributes.next() {
            Ok(Some(attribute)) if is_selected(&attribute) => {
                // SAFETY: not NULL, and the contract.
                unsafe { ret_attr.write(attribute.bytes().as_ptr().cast()) };
                break 1;
            }
            Ok(Some(_)) => {}
            Ok(None) => break 0,
            Err(code) => break code.raw(),
        }
    };
    // SAFETY: not NULL, and the contract.
    unsafe { pos.write(bytes.len() - attributes.rest().len()) };
    status
}
