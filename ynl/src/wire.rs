// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes in bytes: the layout that decoding, encoding and error paths share.

/// Bytes of an attribute's header.
pub(crate) const ATTRIBUTE_HEADER: usize = 4;
/// The payload is a nest.
pub(crate) const NLA_F_NESTED: u16 = 0x8000;
/// The bits of a type that are its number.
pub(crate) const NLA_TYPE_MASK: u16 = 0x3fff;
/// Bytes of struct nlmsghdr.
pub(crate) const MESSAGE_HEADER: usize = 16;
/// Bytes of struct genlmsghdr.
pub(crate) const GENERIC_HEADER: usize = 4;

/// An attribute in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attr<'a> {
    pub(crate) number: u16,
    pub(crate) nested: bool,
    pub(crate) payload: &'a [u8],
    /// Where it begins in the bytes that are walked over.
    pub(crate) offset: usize,
}

/// Walks over attributes. What is behind the last whole one is [`Attrs::rest`].
#[derive(Clone, Debug)]
pub(crate) struct Attrs<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// Walks over the attributes in `bytes`.
#[inline]
pub(crate) fn attrs(bytes: &[u8]) -> Attrs<'_> {
    Attrs { bytes, offset: 0 }
}

impl<'a> Attrs<'a> {
    /// The bytes that are no whole attribute: none, unless the sender made a mistake.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> Iterator for Attrs<'a> {
    type Item = Attr<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attr<'a>> {
        let [l0, l1, t0, t1, ..] = *self.bytes else { return None };
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        let ty = u16::from_ne_bytes([t0, t1]);
        let payload = self.bytes.get(ATTRIBUTE_HEADER..len)?;
        let step = align(len);
        let attr = Attr { number: ty & NLA_TYPE_MASK, nested: ty & NLA_F_NESTED != 0, payload, offset: self.offset };
        self.bytes = self.bytes.get(step..).unwrap_or(&[]);
        self.offset = self.offset.saturating_add(step);
        Some(attr)
    }
}

/// Rounds up to a multiple of 4.
#[inline]
pub(crate) const fn align(len: usize) -> usize {
    len.saturating_add(3) & !3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_walked_over_to_the_first_mistake() {
        let mut bytes = Vec::new();
        for (len, ty) in [(5_u16, 1_u16), (4, 0x8002), (9, 3)] {
            bytes.extend_from_slice(&len.to_ne_bytes());
            bytes.extend_from_slice(&ty.to_ne_bytes());
            bytes.resize(align(bytes.len() + usize::from(len) - 4), 7);
        }
        bytes.truncate(bytes.len() - 4);
        let mut walk = attrs(&bytes);
        let first = walk.next().unwrap();
        assert_eq!((first.number, first.nested, first.payload, first.offset), (1, false, &[7][..], 0));
        let second = walk.next().unwrap();
        assert_eq!((second.number, second.nested, second.payload.len(), second.offset), (2, true, 0, 8));
        assert!(walk.next().is_none());
        assert_eq!(walk.rest().len(), 8);
        assert!(attrs(&[3, 0, 0, 0]).next().is_none());
        assert!(attrs(&[4, 0]).next().is_none());
    }
}
