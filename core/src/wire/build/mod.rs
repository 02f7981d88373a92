// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages under construction.
//!
//! | file | |
//! |---|---|
//! | `put` | attributes and family headers |
//! | `nest` | nests |
//! | `copy` | copies of attributes and messages that exist already |
//! | `reply` | errors, acks and ends of dumps |
//!
//! The structure follows from measurements. Appending an attribute is one comparison with a limit, one store of header
//! and value, and one store of the new end. The limit is the least of three: the end of the buffer, the largest length
//! of the message, and the end of the outermost nest, which has at most 65535 bytes. The limit is 0 while no message is
//! open and after a failure, so that the fast path has no other condition to test; the slow path determines the reason.

mod copy;
mod nest;
mod put;
mod reply;

use super::align::align;
use super::attribute::halves;
use crate::error::{Code, Result};
use crate::mem::MessageBuffer;
use crate::uapi::{NLA_HDRLEN, NLM_F_ACK_TLVS, NLMSG_HDRLEN};

/// The largest length of a message: what a kernel accepts when the socket's send buffer has the largest possible size
/// (2^31 - 2 bytes, of which the kernel uses 32 itself).
pub const MAX_MESSAGE: u32 = 0x7fff_ffdc;

/// The largest length field of an attribute.
const MAX_ATTRIBUTE: u32 = 0xffff;
/// The largest payload of an attribute.
const MAX_PAYLOAD: usize = 0xffff - NLA_HDRLEN;
/// The largest type, flag bits included.
const MAX_TYPE: u32 = 0xffff;

/// Capacity for a message of few attributes.
const SHORT_MESSAGE: usize = 256;

const MESSAGE_HEADER: u32 = 16;
const ATTRIBUTE_HEADER: u32 = 4;
const _: () = assert!(MESSAGE_HEADER as usize == NLMSG_HDRLEN && ATTRIBUTE_HEADER as usize == NLA_HDRLEN);

/// State of a [`Builder`]. Zeroed memory is `Idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// No message is open.
    Idle = 0,
    /// A message was begun and not ended.
    Open,
    /// Nothing can be appended before a reset.
    Sealed,
}

/// The first failure of the message under construction, or of the last one that was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The reason.
    pub code: Code,
    /// Type of the attribute that failed, with the caller's flag bits; 0 when it was no attribute.
    pub ty: u32,
    /// The offset that it would have had, from the start of the message.
    pub offset: u32,
}

/// One or more messages under construction. Zeroed memory is a valid builder with a buffer of no bytes.
///
/// The first failure of a message is kept: every later call fails with the same code, up to and including
/// [`Builder::end`].
#[derive(Debug)]
#[repr(C)]
pub struct Builder {
    buffer: MessageBuffer,
    /// Offset of the next byte; a multiple of 4.
    at: u32,
    /// Offset of the innermost open nest; 0: none. A nest is never at 0, since a message's header is before it.
    nest: u32,
    /// Offset of the open message, or of the next one while none is open.
    start: u32,
    /// Offset of the outermost open nest; 0: none.
    outer: u32,
    /// End of the headers of the open message: the offset of its first attribute.
    body: u32,
    /// The largest length of a message.
    max_len: u32,
    count: u32,
    /// 0 or the first failure.
    code: i32,
    failed_type: u32,
    failed_offset: u32,
    phase: Phase,
    /// The message is a reply, in which a flag says that extended-ack attributes follow.
    is_reply: bool,
    /// The owner's; nothing here reads it.
    owner_tag: u8,
}

/// Two 32-bit values in the order of memory, so that one store of 8 bytes writes both. The compiler splits arrays of
/// bytes into smaller stores.
#[inline(always)]
fn words(first: u32, second: u32) -> u64 {
    let (first, second) = (u64::from(first), u64::from(second));
    if cfg!(target_endian = "little") { first | second << 32 } else { first << 32 | second }
}

impl Builder {
    /// A builder whose memory grows, with `capacity` bytes at first; -ENOMEM.
    pub fn growing(capacity: usize) -> Result<Builder> {
        Ok(Builder::in_buffer(MessageBuffer::growing(capacity)?))
    }

    /// Builds one message: its type, the family's header, and attributes with their payloads.
    #[inline(never)]
    pub fn message(ty: u32, header: &[u8], attributes: &[(u32, &[u8])]) -> Result<Builder> {
        let mut m = Builder::growing(SHORT_MESSAGE)?;
        m.begin_out_of_line(ty, 0)?;
        m.put_header_out_of_line(header)?;
        for (ty, payload) in attributes {
            m.put_out_of_line(*ty, payload)?;
        }
        m.end()?;
        Ok(m)
    }

    /// A builder over `buffer`.
    #[doc(hidden)]
    pub const fn in_buffer(buffer: MessageBuffer) -> Builder {
        Builder {
            buffer,
            at: 0,
            nest: 0,
            start: 0,
            outer: 0,
            body: 0,
            max_len: MAX_MESSAGE,
            count: 0,
            code: 0,
            failed_type: 0,
            failed_offset: 0,
            phase: Phase::Idle,
            is_reply: false,
            owner_tag: 0,
        }
    }

    /// Sets a number that the owner keeps with the builder, for itself: 0 at first. A reset does not change it.
    pub fn set_owner_tag(&mut self, tag: u8) {
        self.owner_tag = tag;
    }

    /// Returns the number that the owner has set.
    pub fn owner_tag(&self) -> u8 {
        self.owner_tag
    }

    /// Returns the complete messages, each padded to a multiple of 4 bytes.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.written(self.start)
    }

    /// Returns the complete messages, to be changed in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.buffer.written_mut(self.start)
    }

    /// Returns the number of complete messages.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Whether a message was begun and not ended.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether the builder is sealed: nothing can be appended before a reset.
    pub fn is_sealed(&self) -> bool {
        self.phase == Phase::Sealed
    }

    /// Seals the builder: every call fails with NLRS_EBUSY before a reset. An open message is dropped.
    pub fn seal(&mut self) {
        self.at = self.start;
        self.close();
        self.phase = Phase::Sealed;
    }

    /// Drops all messages. Memory and limit are kept.
    pub fn reset(&mut self) {
        self.start = 0;
        self.at = 0;
        self.count = 0;
        self.close();
        self.phase = Phase::Idle;
        self.code = 0;
    }

    /// Sets the largest length of a message, header included: 16 … [`MAX_MESSAGE`], else -ERANGE. -EINVAL while a
    /// message is open.
    pub fn set_max_len(&mut self, max_len: usize) -> Result<()> {
        if self.is_open() {
            return Err(Code::EINVAL);
        }
        match u32::try_from(max_len) {
            Ok(max_len) if (MESSAGE_HEADER..=MAX_MESSAGE).contains(&max_len) => {
                self.max_len = max_len;
                Ok(())
            }
            _ => Err(Code::ERANGE),
        }
    }

    /// Returns the first failure of the open message, or of the last one when none is open. None: no failure, or no
    /// message was begun.
    pub fn failure(&self) -> Option<Failure> {
        if self.code == 0 {
            return None;
        }
        Some(Failure { code: Code::of(self.code), ty: self.failed_type, offset: self.failed_offset })
    }

    /// Returns how many more bytes fit into the open message and its innermost nest; 0 when nothing can be appended.
    /// Memory that grows counts as unlimited.
    pub fn space_left(&self) -> usize {
        if self.usable().is_err() {
            return 0;
        }
        let end = if self.buffer.is_owned() { self.bound() } else { self.bound().min(self.buffer.capacity()) };
        (end.saturating_sub(self.at) & !3) as usize
    }

    /// Begins a message.
    #[inline]
    pub fn begin(&mut self, ty: u32, flags: u32) -> Result<()> {
        if self.phase != Phase::Idle {
            return self.begin_refused();
        }
        self.code = 0;
        self.phase = Phase::Open;
        self.body = self.start + MESSAGE_HEADER;
        // No nest is open, so this is bound().
        self.buffer.set_limit(self.start.wrapping_add(self.max_len));
        if ty > MAX_TYPE || flags > MAX_TYPE {
            return Err(self.fail(Code::ERANGE, 0));
        }
        if self.store_message(ty, flags) {
            return Ok(());
        }
        self.begin_slow(ty, flags)
    }

    /// Appends a message that is a header alone: all of it, or where a code says why, none.
    pub(crate) fn append_message(&mut self, ty: u32, header: &[u8]) -> Result<()> {
        // Ended also when it could not be begun, so that nothing stays open; an open message of the caller's is the caller's to end.
        let is_own = !self.is_open();
        let begun = self.begin_out_of_line(ty, 0).and_then(|()| self.put_header_out_of_line(header));
        if is_own { self.end() } else { begun }
    }

    /// As [`Builder::begin`], by a call, where the bytes of code are worth more than the time.
    #[doc(hidden)]
    #[inline(never)]
    pub fn begin_out_of_line(&mut self, ty: u32, flags: u32) -> Result<()> {
        self.begin(ty, flags)
    }

    /// False where it does not fit.
    #[inline(always)]
    fn store_message(&mut self, ty: u32, flags: u32) -> bool {
        let Some(to) = self.buffer.chunk_mut::<NLMSG_HDRLEN>(self.start) else {
            return false;
        };
        *to = [0; NLMSG_HDRLEN];
        if let Some(to) = to.first_chunk_mut::<8>() {
            *to = words(0, halves(ty, flags)).to_ne_bytes();
        }
        self.at = self.body;
        true
    }

    #[cold]
    #[inline(never)]
    fn begin_slow(&mut self, ty: u32, flags: u32) -> Result<()> {
        self.reserve(self.body).map_err(|code| self.fail(code, 0))?;
        self.store_message(ty, flags);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn begin_refused(&mut self) -> Result<()> {
        if self.phase == Phase::Sealed {
            return Err(Code::BUSY);
        }
        Err(self.fail(Code::EINVAL, 0))
    }

    /// Ends the message. After a failure, which is returned, the message is dropped.
    #[inline]
    pub fn end(&mut self) -> Result<()> {
        if self.nest != 0 || self.is_reply || self.buffer.limit() == 0 {
            return self.end_slow();
        }
        self.finish();
        Ok(())
    }

    #[inline(always)]
    fn finish(&mut self) {
        let len = self.at - self.start;
        if let Some(to) = self.buffer.chunk_mut::<4>(self.start) {
            *to = len.to_ne_bytes();
        }
        self.start = self.at;
        self.count += 1;
        self.phase = Phase::Idle;
        self.buffer.set_limit(0);
    }

    #[cold]
    #[inline(never)]
    fn end_slow(&mut self) -> Result<()> {
        match self.phase {
            Phase::Idle => return Err(Code::EINVAL),
            Phase::Sealed => return Err(Code::BUSY),
            Phase::Open => {}
        }
        if self.code == 0 && self.nest != 0 {
            self.fail(Code::EINVAL, 0);
        }
        if self.code != 0 {
            self.at = self.start;
            self.close();
            self.phase = Phase::Idle;
            return Err(Code::of(self.code));
        }
        if self.is_reply && self.at > self.body {
            if let Some(to) = self.buffer.chunk_mut::<2>(self.start + 6) {
                *to = (u16::from_ne_bytes(*to) | NLM_F_ACK_TLVS).to_ne_bytes();
            }
        }
        self.is_reply = false;
        self.finish();
        Ok(())
    }

    /// Resets the state of the open message.
    fn close(&mut self) {
        self.buffer.set_limit(0);
        self.nest = 0;
        self.outer = 0;
        self.is_reply = false;
    }

    /// The end that the limits of message and outermost nest set, whatever the size of the buffer.
    #[inline(always)]
    fn bound(&self) -> u32 {
        // Neither sum can wrap: an offset is below 2^31, and so is the largest length of a message.
        let message = self.start.wrapping_add(self.max_len);
        if self.outer == 0 { message } else { message.min(self.outer.wrapping_add(MAX_ATTRIBUTE)) }
    }

    /// Whether something can be appended: NLRS_EBUSY when sealed, -EINVAL when no message is open, or the message's
    /// failure.
    fn usable(&self) -> Result<()> {
        match self.phase {
            Phase::Sealed => Err(Code::BUSY),
            Phase::Idle => Err(Code::EINVAL),
            Phase::Open if self.code != 0 => Err(Code::of(self.code)),
            Phase::Open => Ok(()),
        }
    }

    /// Grows the buffer until the limit is at least `end`: -EMSGSIZE, -ENOSPC, -ENOMEM.
    fn reserve(&mut self, end: u32) -> Result<()> {
        let bound = self.bound();
        if end > bound {
            return Err(Code::EMSGSIZE);
        }
        self.buffer.grow(end)?;
        self.buffer.set_limit(bound);
        Ok(())
    }

    /// Grows the buffer until `space` more bytes fit: -EMSGSIZE, -ENOSPC, -ENOMEM.
    fn reserve_more(&mut self, space: usize) -> Result<()> {
        let space = u32::try_from(space).map_err(|_| Code::EMSGSIZE)?;
        self.reserve(self.at.checked_add(space).ok_or(Code::EMSGSIZE)?)
    }

    /// Keeps the first failure of the open message and returns it.
    #[cold]
    fn fail(&mut self, code: Code, ty: u32) -> Code {
        if let Err(earlier) = self.usable() {
            return earlier;
        }
        self.code = code.raw();
        self.failed_type = ty;
        self.failed_offset = self.at.saturating_sub(self.start);
        self.buffer.set_limit(0);
        self.nest = 0;
        code
    }

    /// Fails the message because of an attribute whose value or type is out of range or missing, and returns the first
    /// failure.
    #[cold]
    #[inline(never)]
    pub fn refuse(&mut self, ty: u32, code: Code) -> Code {
        self.fail(code, ty)
    }

    /// Makes an attribute with `len` bytes of payload fit, or fails the message.
    #[cold]
    #[inline(never)]
    fn make_fit(&mut self, ty: u32, len: usize) -> Result<()> {
        self.usable()?;
        if ty > MAX_TYPE {
            return Err(self.fail(Code::ERANGE, ty));
        }
        if len > MAX_PAYLOAD {
            return Err(self.fail(Code::EMSGSIZE, ty));
        }
        let space = u32::try_from(align(len + NLA_HDRLEN)).map_err(|_| Code::EMSGSIZE)?;
        self.reserve(self.at + space).map_err(|code| self.fail(code, ty))
    }

    /// Sets the type of the open message.
    pub fn set_type(&mut self, ty: u32) -> Result<()> {
        let value = self.narrow(ty)?;
        self.set_field(4, value.to_ne_bytes())
    }

    /// Sets the NLM_F_… flags of the open message.
    pub fn set_flags(&mut self, flags: u32) -> Result<()> {
        let value = self.narrow(flags)?;
        self.set_field(6, value.to_ne_bytes())
    }

    /// Sets the sequence number of the open message.
    pub fn set_seq(&mut self, seq: u32) -> Result<()> {
        self.set_field(8, seq.to_ne_bytes())
    }

    /// Sets the port ID of the open message.
    pub fn set_portid(&mut self, portid: u32) -> Result<()> {
        self.set_field(12, portid.to_ne_bytes())
    }

    /// Converts to 16 bits, or fails the message.
    fn narrow(&mut self, value: u32) -> Result<u16> {
        u16::try_from(value).map_err(|_| self.fail(Code::ERANGE, 0))
    }

    /// Writes a field of the open message's header.
    fn set_field<const N: usize>(&mut self, offset: u32, value: [u8; N]) -> Result<()> {
        self.usable()?;
        if let Some(to) = self.buffer.chunk_mut::<N>(self.start + offset) {
            *to = value;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn two_messages() -> Builder {
        let mut m = Builder::growing(0).unwrap();
        for ty in [16, 17] {
            m.begin(ty, 0).unwrap();
            m.put_u32(1, ty).unwrap();
            m.end().unwrap();
        }
        m
    }

    #[test]
    fn sealed_until_reset() {
        let mut m = two_messages();
        m.begin(18, 0).unwrap();
        m.put_u8(1, 1).unwrap();
        m.seal();
        assert!(m.is_sealed() && !m.is_open());
        let busy = Err(Code::BUSY);
        assert_eq!(m.begin(1, 0), busy);
        assert_eq!(m.put_u32(1, 1), busy);
        assert_eq!(m.put_bytes(1, &[0; 40]), busy);
        assert_eq!(m.put_header(&[1]), busy);
        assert_eq!(m.put_u64_padded(1, 1, 2), busy);
        assert_eq!(m.put_attributes(&[]), busy);
        assert_eq!(m.put_reserve(1, 1).map(|_| ()), busy);
        assert_eq!(m.nest_begin(1).map(|_| ()), busy);
        assert_eq!(m.nest_end(16), busy);
        assert_eq!(m.nest_cancel(16), busy);
        assert_eq!(m.set_seq(1), busy);
        assert_eq!(m.append(&[]), busy);
        assert_eq!(m.end(), busy);
        assert_eq!((m.count(), m.bytes().len(), m.space_left()), (2, 48, 0));
        m.reset();
        assert_eq!((m.count(), m.bytes().len()), (0, 0));
        m.begin(1, 0).unwrap();
        assert_eq!(m.end(), Ok(()));
    }

    #[test]
    fn messages_are_changed_in_place() {
        let mut m = two_messages();
        for byte in m.bytes_mut() {
            *byte ^= 0xff;
        }
        m.begin(18, 0).unwrap();
        m.end().unwrap();
        assert!(m.bytes().iter().take(48).zip(two_messages().bytes()).all(|(now, before)| *now == !*before));
        assert_eq!(m.count(), 3);
    }
}
