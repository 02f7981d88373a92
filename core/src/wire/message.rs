// SPDX-License-Identifier: MIT OR Apache-2.0
//! Message headers, and the walk over the messages of a datagram.

use super::attribute::Attributes;
use super::{align, array_at};
use crate::error::{Code, Result};
use crate::uapi::NLMSG_HDRLEN;

/// The fields of `struct nlmsghdr`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Length of the message with its header, without padding.
    pub len: u32,
    /// Message type.
    pub ty: u16,
    /// NLM_F_… flags.
    pub flags: u16,
    /// Sequence number.
    pub seq: u32,
    /// Port ID.
    pub portid: u32,
}

impl Header {
    /// Reads the header at the start of `bytes`; None when there are too few. Nothing in it is checked.
    #[inline(always)]
    pub fn read(bytes: &[u8]) -> Option<Header> {
        Some(Header::of_bytes(&array_at(bytes, 0)?))
    }

    /// Reads the header from 16 bytes.
    #[inline(always)]
    pub fn of_bytes(bytes: &[u8; NLMSG_HDRLEN]) -> Header {
        let [l0, l1, l2, l3, t0, t1, f0, f1, s0, s1, s2, s3, p0, p1, p2, p3] = *bytes;
        Header {
            len: u32::from_ne_bytes([l0, l1, l2, l3]),
            ty: u16::from_ne_bytes([t0, t1]),
            flags: u16::from_ne_bytes([f0, f1]),
            seq: u32::from_ne_bytes([s0, s1, s2, s3]),
            portid: u32::from_ne_bytes([p0, p1, p2, p3]),
        }
    }

    /// Returns the header as bytes.
    #[inline(always)]
    pub fn to_bytes(self) -> [u8; NLMSG_HDRLEN] {
        let [l0, l1, l2, l3] = self.len.to_ne_bytes();
        let [t0, t1] = self.ty.to_ne_bytes();
        let [f0, f1] = self.flags.to_ne_bytes();
        let [s0, s1, s2, s3] = self.seq.to_ne_bytes();
        let [p0, p1, p2, p3] = self.portid.to_ne_bytes();
        [l0, l1, l2, l3, t0, t1, f0, f1, s0, s1, s2, s3, p0, p1, p2, p3]
    }
}

/// One message whose length has been checked against the bytes that are there.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The header's fields.
    pub(crate) header: Header,
    /// Header and payload, without padding.
    pub(crate) bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads the message at the start of `bytes`; -EBADMSG when its length is less than a header's or more than there
    /// is.
    #[inline(always)]
    pub fn read(bytes: &'a [u8]) -> Result<Message<'a>> {
        let header = Header::read(bytes).ok_or(Code::EBADMSG)?;
        let len = header.len as usize;
        if len < NLMSG_HDRLEN {
            return Err(Code::EBADMSG);
        }
        let bytes = bytes.get(..len).ok_or(Code::EBADMSG)?;
        Ok(Message { header, bytes })
    }

    /// Returns a message that was checked before.
    ///
    /// # Safety
    /// `bytes` is a whole message, without padding, and `header` is its header.
    #[inline(always)]
    #[allow(unsafe_code)] // for who has checked the length where the message was found
    pub const unsafe fn from_checked(header: Header, bytes: &'a [u8]) -> Message<'a> {
        Message { header, bytes }
    }

    /// Returns the fields of the header.
    #[inline(always)]
    pub fn header(&self) -> Header {
        self.header
    }

    /// Returns header and payload, without padding.
    #[inline(always)]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the payload.
    #[inline(always)]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(NLMSG_HDRLEN..).unwrap_or(&[])
    }

    /// Returns the attributes after a family header of `header_len` bytes; -EBADMSG when the message ends within that.
    #[inline]
    pub fn attributes(&self, header_len: usize) -> Result<Attributes<'a>> {
        let payload = self.payload();
        if payload.len() < header_len {
            return Err(Code::EBADMSG);
        }
        Ok(Attributes::new(payload.get(align::align(header_len)..).unwrap_or(&[])))
    }
}

/// The messages of a datagram, one after the other.
///
/// An item is -EBADMSG at malformed bytes, where the iteration ends. The last message may be without padding.
///
/// ```
/// use nlrs::wire::{build::Builder, message::Messages};
/// # fn main() -> Result<(), nlrs::error::Code> {
/// let mut builder = Builder::growing(64)?;
/// for ty in [16, 17] {
///     builder.begin(ty, 0)?;
///     builder.end()?;
/// }
/// let types: Result<Vec<u16>, _> = Messages::new(builder.bytes()).map(|message| message.map(|m| m.header().ty)).collect();
/// assert_eq!(types, Ok(vec![16, 17]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    bytes: &'a [u8],
    cursor: Cursor,
}

impl<'a> Messages<'a> {
    /// The messages in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Messages<'a> {
        Messages { bytes, cursor: Cursor::new(bytes.len()) }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>>;

    fn next(&mut self) -> Option<Result<Message<'a>>> {
        let next = self.cursor.next(self.bytes).transpose();
        if !matches!(next, Some(Ok(_))) {
            self.cursor = Cursor::default();
        }
        next
    }
}

impl core::iter::FusedIterator for Messages<'_> {}

/// Position of the walk over the messages of a datagram.
///
/// It does not borrow the bytes, so that their owner can own the position too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    /// Offset of the next message.
    pub at: usize,
    /// End of the datagram.
    pub end: usize,
}

impl Cursor {
    /// The position at the start of a datagram of `len` bytes.
    pub const fn new(len: usize) -> Cursor {
        Cursor { at: 0, end: len }
    }

    /// Returns the next message; None at a clean end; -EBADMSG at malformed bytes, where it remains.
    ///
    /// The last message may be without padding. Up to three bytes after it are ignored.
    #[inline(always)]
    pub fn next<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<Message<'a>>> {
        let rest = bytes.get(self.at..self.end).unwrap_or(&[]);
        if rest.len() < NLMSG_HDRLEN {
            return if rest.len() < TAIL { Ok(None) } else { Err(Code::EBADMSG) };
        }
        let message = Message::read(rest)?;
        // Cannot overflow: the message lies inside `rest`, and a slice is shorter than isize::MAX.
        self.at = self.at.wrapping_add(align::align(message.bytes.len()));
        Ok(Some(message))
    }
}

/// Fewer bytes than this after the last message are padding.
const TAIL: usize = 4;
