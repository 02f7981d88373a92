// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes: reading, walking, finding, writing.

use super::{align, array_at, copy_here};
use crate::error::{Code, Result};
use crate::uapi::{NLA_HDRLEN, NLA_TYPE_MASK};

/// One attribute whose length has been checked against the bytes that are there.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// Type with its flag bits.
    pub raw_type: u16,
    /// Header and payload, without padding.
    pub bytes: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// Reads the attribute at the start of `bytes`; -EBADMSG when its length is less than a header's or more than there
    /// is.
    #[inline(always)]
    pub fn read(bytes: &'a [u8]) -> Result<Attribute<'a>> {
        let [l0, l1, t0, t1] = array_at::<NLA_HDRLEN>(bytes, 0).ok_or(Code::EBADMSG)?;
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        if len < NLA_HDRLEN {
            return Err(Code::EBADMSG);
        }
        let bytes = bytes.get(..len).ok_or(Code::EBADMSG)?;
        Ok(Attribute { raw_type: u16::from_ne_bytes([t0, t1]), bytes })
    }

    /// Returns the type without the flag bits.
    #[inline(always)]
    pub fn ty(&self) -> u16 {
        self.raw_type & NLA_TYPE_MASK
    }

    /// Returns the payload.
    #[inline(always)]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(NLA_HDRLEN..).unwrap_or(&[])
    }
}

/// The attributes of a payload or a nest, one after the other.
///
/// After the end `rest` is what was not read: up to three bytes after the last attribute, or malformed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    /// The bytes that have not been read yet.
    pub rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Attributes<'a> {
        Attributes { rest: bytes }
    }

    /// Returns the next attribute; None at a clean end; -EBADMSG at malformed bytes, where it remains.
    #[inline(always)]
    #[allow(clippy::should_implement_trait)] // an iterator would hide the error in its items
    pub fn next(&mut self) -> Result<Option<Attribute<'a>>> {
        if self.rest.len() < NLA_HDRLEN {
            return Ok(None);
        }
        let attribute = Attribute::read(self.rest)?;
        self.rest = self.rest.get(align::align(attribute.bytes.len())..).unwrap_or(&[]);
        Ok(Some(attribute))
    }
}

/// Two 16-bit values in the order of memory. Both are in range.
#[inline(always)]
pub(crate) fn halves(first: u32, second: u32) -> u32 {
    if cfg!(target_endian = "little") { first | second << 16 } else { first << 16 | second }
}

/// Writes an attribute to `to`, which has the length of the attribute with its padding: header, `payload`, and zeros in
/// the rest.
///
/// `len` is the length in the header: 4, plus the length of `payload`, plus 1 for a NUL if one follows.
#[inline(always)]
pub fn write(to: &mut [u8], len: u16, raw_type: u16, payload: &[u8]) {
    write_with(to, u32::from(len), u32::from(raw_type), payload, copy_here);
}

/// As [`write`], with the caller's `copy`; `len` and `raw_type` have 16 bits.
#[inline(always)]
pub(crate) fn write_with(to: &mut [u8], len: u32, raw_type: u32, payload: &[u8], copy: impl FnOnce(&mut [u8], &[u8])) {
    // Padding and NUL first: header and payload overwrite the bytes before them.
    if let Some(to) = to.last_chunk_mut::<4>() {
        *to = [0; 4];
    }
    if let Some((to, body)) = to.split_first_chunk_mut::<NLA_HDRLEN>() {
        *to = halves(len, raw_type).to_ne_bytes();
        if let Some(to) = body.get_mut(..payload.len()) {
            copy(to, payload);
        }
    }
}

/// Calls `each` with the type (without flag bits) of every attribute in `bytes` and the bytes from its header on;
/// -EBADMSG at malformed bytes.
///
/// One to three bytes after the last attribute are ignored.
#[inline(always)]
pub fn walk<'a>(bytes: &'a [u8], mut each: impl FnMut(u16, &'a [u8])) -> Result<()> {
    let mut rest = bytes;
    while let Some(head) = rest.first_chunk::<NLA_HDRLEN>() {
        let (len, raw_type) = split(u32::from_ne_bytes(*head));
        if !is_length(len, rest.len()) {
            return Err(Code::EBADMSG);
        }
        each(raw_type & NLA_TYPE_MASK, rest);
        match rest.get(align::align(len)..) {
            Some(next) => rest = next,
            None => break,
        }
    }
    Ok(())
}

/// Whether `len` is a valid length of an attribute in `available` bytes, which contain a header: at least a header's,
/// at most `available`.
#[inline(always)]
pub const fn is_length(len: usize, available: usize) -> bool {
    // One comparison for both limits: a length that is too short wraps to a large number.
    len.wrapping_sub(NLA_HDRLEN) <= available.wrapping_sub(NLA_HDRLEN)
}

/// Splits a header into length and type.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // halves
pub(crate) fn split(head: u32) -> (usize, u16) {
    if cfg!(target_endian = "little") {
        ((head & 0xffff) as usize, (head >> 16) as u16)
    } else {
        ((head >> 16) as usize, (head & 0xffff) as u16)
    }
}

/// Returns a type without its flag bits; -ERANGE when it has more than 16 bits.
pub fn type_of(ty: u32) -> Result<u16> {
    u16::try_from(ty).map(|ty| ty & NLA_TYPE_MASK).map_err(|_| Code::ERANGE)
}

/// Returns the first attribute of type `ty`, whatever the flag bits of both; None when there is none; -EBADMSG when the
/// bytes before it are malformed; -ERANGE when `ty` has more than 16 bits.
#[inline(never)]
pub fn find(bytes: &[u8], ty: u32) -> Result<Option<Attribute<'_>>> {
    let ty = type_of(ty)?;
    let mut attributes = Attributes::new(bytes);
    while let Some(attribute) = attributes.next()? {
        if attribute.ty() == ty {
            return Ok(Some(attribute));
        }
    }
    Ok(None)
}

/// Returns the attribute at the end of the path `types`, from nest to nest; None when one is missing or when `types` is
/// empty. Codes as [`find`].
pub fn find_path<'a>(bytes: &'a [u8], types: &[u32]) -> Result<Option<Attribute<'a>>> {
    for ty in types {
        type_of(*ty)?;
    }
    let mut level = bytes;
    let mut found = None;
    for ty in types {
        found = find(level, *ty)?;
        match found {
            Some(attribute) => level = attribute.payload(),
            None => return Ok(None),
        }
    }
    Ok(found)
}
