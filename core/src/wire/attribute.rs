// SPDX-License-Identifier: MIT OR Apache-2.0
//! The walk over attributes.

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
    /// The attribute that `bytes` begins with; -EBADMSG when its length is less than a header's or more than there
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

    /// Type without the flag bits.
    #[inline(always)]
    pub fn ty(&self) -> u16 {
        self.raw_type & NLA_TYPE_MASK
    }

    /// What follows the header.
    #[inline(always)]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(NLA_HDRLEN..).unwrap_or(&[])
    }
}

/// The attributes of a payload or a nest, one after the other.
///
/// After the end `rest` holds what was not read: up to three bytes behind the last attribute, or malformed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    /// What has not been read yet.
    pub rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Attributes<'a> {
        Attributes { rest: bytes }
    }

    /// The next attribute: None at a clean end. -EBADMSG where bytes are left that are no attribute; it stays there.
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

/// Two 16-bit values as they follow each other in memory. Both are in range.
#[inline(always)]
pub(crate) fn halves(first: u32, second: u32) -> u32 {
    if cfg!(target_endian = "little") { first | second << 16 } else { first << 16 | second }
}

/// Writes an attribute over `to`, which is as long as the attribute's space: its header, `payload`, and zeros in what
/// is left.
///
/// `len` is what the header is to say: four bytes for itself, `payload`, and a NUL where one is to follow.
#[inline(always)]
pub fn write(to: &mut [u8], len: u16, raw_type: u16, payload: &[u8]) {
    write_with(to, u32::from(len), u32::from(raw_type), payload, copy_here);
}

/// The same with a `copy` of the caller's choice; `len` and `raw_type` have 16 bits.
#[inline(always)]
pub(crate) fn write_with(to: &mut [u8], len: u32, raw_type: u32, payload: &[u8], copy: impl FnOnce(&mut [u8], &[u8])) {
    // Padding and NUL first: header and payload overwrite what is not theirs.
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

/// Tells `each` the type (without flag bits) of every attribute in `bytes`, and the bytes from there on; -EBADMSG at
/// the first bytes that are none.
///
/// One to three bytes behind the last attribute are ignored.
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

/// Whether `len` is the length of an attribute in `room` bytes: a header's at least, and what is there at most. `room` holds a header.
#[inline(always)]
pub const fn is_length(len: usize, room: usize) -> bool {
    // One comparison for both: too short wraps to a large number.
    len.wrapping_sub(NLA_HDRLEN) <= room.wrapping_sub(NLA_HDRLEN)
}

/// Length and type of a header that was loaded as a whole.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // halves
fn split(head: u32) -> (usize, u16) {
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

/// Returns the first attribute of type `ty`, flag bits of both aside: None when there is none, -EBADMSG when malformed bytes come
/// before it, -ERANGE when `ty` has more than 16 bits.
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

/// Returns the attribute that `types` lead to, from nest to nest: None where one is missing, or when there are no types. Codes as
/// [`find`].
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
