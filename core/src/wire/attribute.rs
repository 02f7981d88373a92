// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes: reading, walking, finding, writing.

use super::{align, array_at, copy_here, value};
use crate::error::{Code, Result};
use crate::uapi::{NLA_HDRLEN, NLA_TYPE_MASK};

/// One attribute whose length has been checked against the bytes that are there.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// Type with its flag bits.
    pub(crate) raw_type: u16,
    /// Header and payload, without padding.
    pub(crate) bytes: &'a [u8],
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

    /// Returns the type with its flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER.
    #[inline(always)]
    pub fn raw_type(&self) -> u16 {
        self.raw_type
    }

    /// Returns header and payload, without padding.
    #[inline(always)]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the payload.
    #[inline(always)]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(NLA_HDRLEN..).unwrap_or(&[])
    }

    /// Returns the attributes in the payload of a nest.
    #[inline]
    pub fn nested(&self) -> Attributes<'a> {
        Attributes::new(self.payload())
    }

    /// Returns an 8-bit value; -ERANGE when the payload has another size.
    pub fn u8(&self) -> Result<u8> {
        value::exact(self.payload()).map(u8::from_ne_bytes)
    }

    /// Returns a 16-bit value in host byte order; -ERANGE when the payload has another size.
    pub fn u16(&self) -> Result<u16> {
        value::exact(self.payload()).map(u16::from_ne_bytes)
    }

    /// Returns a 32-bit value in host byte order; -ERANGE when the payload has another size.
    pub fn u32(&self) -> Result<u32> {
        value::exact(self.payload()).map(u32::from_ne_bytes)
    }

    /// Returns a signed 32-bit value in host byte order; -ERANGE when the payload has another size.
    pub fn i32(&self) -> Result<i32> {
        value::exact(self.payload()).map(i32::from_ne_bytes)
    }

    /// Returns a 64-bit value in host byte order; -ERANGE when the payload has another size.
    pub fn u64(&self) -> Result<u64> {
        value::exact(self.payload()).map(u64::from_ne_bytes)
    }

    /// Returns a 16-bit value in network byte order; -ERANGE when the payload has another size.
    pub fn be16(&self) -> Result<u16> {
        value::exact(self.payload()).map(u16::from_be_bytes)
    }

    /// Returns a 32-bit value in network byte order; -ERANGE when the payload has another size.
    pub fn be32(&self) -> Result<u32> {
        value::exact(self.payload()).map(u32::from_be_bytes)
    }

    /// Returns a 64-bit value in network byte order; -ERANGE when the payload has another size.
    pub fn be64(&self) -> Result<u64> {
        value::exact(self.payload()).map(u64::from_be_bytes)
    }

    /// Returns an unsigned value of 1, 2, 4 or 8 bytes in host byte order; -ERANGE when the payload has another size.
    pub fn uint(&self) -> Result<u64> {
        value::uint(self.payload())
    }

    /// Returns a signed value of 1, 2, 4 or 8 bytes in host byte order; -ERANGE when the payload has another size.
    pub fn sint(&self) -> Result<i64> {
        value::sint(self.payload())
    }

    /// Returns the text up to its NUL, or the whole payload when it has none; -EBADMSG when that is not UTF-8.
    pub fn str(&self) -> Result<&'a str> {
        core::str::from_utf8(value::text(self.payload())).map_err(|_| Code::EBADMSG)
    }
}

/// The attributes of a payload or a nest, one after the other.
///
/// After the end `rest` is what was not read: up to three bytes after the last attribute, or malformed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    /// The bytes that have not been read yet.
    pub(crate) rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Attributes<'a> {
        Attributes { rest: bytes }
    }

    /// Returns the bytes that have not been read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
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

/// The items are attributes, or -EBADMSG at malformed bytes, where the iteration ends.
///
/// ```
/// use nlrs::wire::{attribute::Attributes, build::Builder, message::Message};
/// # fn main() -> Result<(), nlrs::error::Code> {
/// let mut builder = Builder::growing(64)?;
/// builder.begin(16, 0)?;
/// builder.put_u32(4, 1500)?; // IFLA_MTU
/// builder.end()?;
/// for attribute in Message::read(builder.bytes())?.attributes(0)? {
///     let attribute = attribute?;
///     assert_eq!((attribute.ty(), attribute.u32()?), (4, 1500));
/// }
/// # Ok(())
/// # }
/// ```
impl<'a> IntoIterator for Attributes<'a> {
    type Item = Result<Attribute<'a>>;
    type IntoIter = AttributeIter<'a>;

    fn into_iter(self) -> AttributeIter<'a> {
        AttributeIter(self)
    }
}

/// The iterator over [`Attributes`].
#[derive(Clone, Debug)]
pub struct AttributeIter<'a>(Attributes<'a>);

impl<'a> Iterator for AttributeIter<'a> {
    type Item = Result<Attribute<'a>>;

    fn next(&mut self) -> Option<Result<Attribute<'a>>> {
        let next = self.0.next().transpose();
        if !matches!(next, Some(Ok(_))) {
            self.0.rest = &[];
        }
        next
    }
}

impl core::iter::FusedIterator for AttributeIter<'_> {}

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
