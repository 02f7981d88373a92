// SPDX-License-Identifier: MIT OR Apache-2.0
//! Message headers, and the walk over the messages of a datagram.

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
    /// The header at the start of `bytes`, unchecked but for being there.
    #[inline(always)]
    pub fn read(bytes: &[u8]) -> Option<Header> {
        Some(Header::of_bytes(&array_at(bytes, 0)?))
    }

    /// The header that 16 bytes are.
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

    /// The header as bytes.
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
    pub header: Header,
    /// Header and payload, without padding.
    pub bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// The message that `bytes` begins with; -EBADMSG when its length is less than a header's or more than there is.
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

    /// What follows the header.
    #[inline(always)]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(NLMSG_HDRLEN..).unwrap_or(&[])
    }
}

/// Where in a datagram the walk over its messages stands.
///
/// A position apart from the bytes, so that what owns the bytes can own the walk too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    /// Offset of the next message.
    pub at: usize,
    /// End of the datagram.
    pub end: usize,
}

impl Cursor {
    /// The start of a datagram of `len` bytes.
    pub const fn new(len: usize) -> Cursor {
        Cursor { at: 0, end: len }
    }

    /// The next message: None at a clean end. -EBADMSG where bytes are left that are no message; it stays there.
    ///
    /// An unpadded last message is accepted. Up to three bytes behind the last one are padding.
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

/// Fewer bytes than this behind the last message are padding.
const TAIL: usize = 4;
