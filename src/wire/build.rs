// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages under construction.
//!
//! What is measured here decides the shape. A put is one comparison against a limit (the lesser of the memory's end,
//! the message's longest and the outermost nest's 65535 bytes), one store of header and value, one of the new end.
//! The limit is 0 while no message is open and once something failed, so that neither has to be asked for; the slow
//! path finds out.
//!
//! A nest that is open keeps the distance to its parent where its length will stand, so that no stack is needed; as
//! all of them end within the outermost one's 65535 bytes, the distance fits there, and they nest 16383 deep at the
//! most.

use super::align::align;
use super::attribute::{Attribute, Attributes, halves, write_with};
use super::message::{Cursor, Header};
use super::{SHORT, copy, copy_short};
use crate::error::{Code, Result};
use crate::sys::room::Room;
use crate::uapi::{
    NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR,
    NLMSG_HDRLEN,
};

/// The longest message: what a kernel takes when the socket's send buffer is the largest possible (2^31 - 2, less 32
/// of its own).
pub const MAX_MESSAGE: u32 = 0x7fff_ffdc;

/// The largest length field of an attribute.
const MAX_ATTRIBUTE: u32 = 0xffff;
/// The largest payload of an attribute.
const MAX_PAYLOAD: usize = 0xffff - NLA_HDRLEN;
/// The largest type, flag bits included.
const MAX_TYPE: u32 = 0xffff;

const MESSAGE_HEADER: u32 = 16;
const ATTRIBUTE_HEADER: u32 = 4;
const _: () = assert!(MESSAGE_HEADER as usize == NLMSG_HDRLEN && ATTRIBUTE_HEADER as usize == NLA_HDRLEN);

/// What may be done with a [`Builder`]. Zeroed memory is `Idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// Between messages.
    Idle = 0,
    /// A message was begun.
    Open,
    /// Nothing until the reset.
    Sealed,
}

/// The first failure of the message under construction, or of the last one that was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub code: Code,
    /// Type of the attribute that failed, with the flag bits that the caller gave; 0 where it was no attribute.
    pub ty: u32,
    /// Where it would have been, from the start of the message.
    pub offset: u32,
}

/// One or more messages under construction. Zeroed memory is a valid one that has no room.
///
/// The first failure of a message is kept, and everything until its end fails with it: [`Builder::end`] tells.
#[derive(Debug)]
#[repr(C)]
pub struct Builder {
    room: Room,
    /// Where the next byte goes; a multiple of 4.
    at: u32,
    /// Innermost open nest, 0: none. Never 0 for a nest, since a message's header stands before it.
    nest: u32,
    /// Start of the open message; of the next one while none is open.
    start: u32,
    /// Outermost open nest, 0: none.
    outer: u32,
    /// End of the headers of the open message: where its first attribute stands.
    body: u32,
    /// What a message may have at the most.
    longest: u32,
    count: u32,
    /// 0 or the first failure.
    code: i32,
    failed_type: u32,
    failed_offset: u32,
    phase: Phase,
    /// The message answers one: extended-ack attributes in it are announced by a flag.
    is_answer: bool,
    /// The Builder is a heap block of its own, which nlrs_msg_free frees.
    boxed: bool,
}

/// Two 32-bit values as they follow each other in memory: one store of 8 bytes, where arrays of bytes become many of
/// fewer.
#[inline(always)]
fn words(first: u32, second: u32) -> u64 {
    let (first, second) = (u64::from(first), u64::from(second));
    if cfg!(target_endian = "little") { first | second << 32 } else { first << 32 | second }
}

impl Builder {
    /// Messages in memory of our own, which grows: `capacity` bytes to begin with.
    pub fn growing(capacity: usize) -> Result<Builder> {
        Ok(Builder::in_room(Room::growing(capacity)?))
    }

    /// Messages in `room`.
    pub(crate) const fn in_room(room: Room) -> Builder {
        Builder {
            room,
            at: 0,
            nest: 0,
            start: 0,
            outer: 0,
            body: 0,
            longest: MAX_MESSAGE,
            count: 0,
            code: 0,
            failed_type: 0,
            failed_offset: 0,
            phase: Phase::Idle,
            is_answer: false,
            boxed: false,
        }
    }

    /// Notes that the Builder is a heap block of its own.
    pub(crate) fn set_boxed(&mut self) {
        self.boxed = true;
    }

    /// Whether the Builder is a heap block of its own.
    pub(crate) fn is_boxed(&self) -> bool {
        self.boxed
    }

    /// The complete messages, each padded to a multiple of 4 bytes.
    pub fn bytes(&self) -> &[u8] {
        self.room.written(self.start)
    }

    /// The complete messages, to be patched in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.room.written_mut(self.start)
    }

    /// How many messages are complete.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Whether a message was begun and not ended.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether only a reset helps.
    pub fn is_sealed(&self) -> bool {
        self.phase == Phase::Sealed
    }

    /// Nothing can be built until the reset: everything fails with -EBUSY. A message that is open is dropped.
    pub fn seal(&mut self) {
        self.at = self.start;
        self.close();
        self.phase = Phase::Sealed;
    }

    /// No message, as at first; memory and limit are kept.
    pub fn reset(&mut self) {
        self.start = 0;
        self.at = 0;
        self.count = 0;
        self.close();
        self.phase = Phase::Idle;
        self.code = 0;
    }

    /// The longest that a message may become, with its header: 16 … [`MAX_MESSAGE`], or -ERANGE. -EINVAL while a
    /// message is open.
    pub fn set_longest(&mut self, longest: usize) -> Result<()> {
        if self.is_open() {
            return Err(Code::EINVAL);
        }
        match u32::try_from(longest) {
            Ok(longest) if (MESSAGE_HEADER..=MAX_MESSAGE).contains(&longest) => {
                self.longest = longest;
                Ok(())
            }
            _ => Err(Code::ERANGE),
        }
    }

    /// The first failure of the open message, or of the last one if none is open. None: no failure, or no message was
    /// begun.
    pub fn failure(&self) -> Option<Failure> {
        if self.code == 0 {
            return None;
        }
        Some(Failure { code: Code::of(self.code), ty: self.failed_type, offset: self.failed_offset })
    }

    /// How many more bytes fit into the open message, or its innermost nest: the lesser of what is left of the limits
    /// that hold. 0 when nothing can be put. A growing Builder's memory counts as endless.
    pub fn space_left(&self) -> usize {
        if self.usable().is_err() {
            return 0;
        }
        let end = if self.room.is_owned() { self.bound() } else { self.bound().min(self.room.capacity()) };
        (end.saturating_sub(self.at) & !3) as usize
    }

    /// Starts a message.
    #[inline]
    pub fn begin(&mut self, ty: u32, flags: u32) -> Result<()> {
        if self.phase != Phase::Idle {
            return self.begin_refused();
        }
        self.code = 0;
        self.phase = Phase::Open;
        self.body = self.start + MESSAGE_HEADER;
        // No nest is open, so this is bound().
        self.room.set_limit(self.start.wrapping_add(self.longest));
        if ty > MAX_TYPE || flags > MAX_TYPE {
            return Err(self.fail(Code::ERANGE, 0));
        }
        if self.store_message(ty, flags) {
            return Ok(());
        }
        self.begin_slow(ty, flags)
    }

    /// False where it does not fit.
    #[inline(always)]
    fn store_message(&mut self, ty: u32, flags: u32) -> bool {
        let Some(to) = self.room.chunk_mut::<NLMSG_HDRLEN>(self.start) else {
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
            return Err(Code::EBUSY);
        }
        Err(self.fail(Code::EINVAL, 0))
    }

    /// Ends the message: its first failure, after which it is gone, as if it had not been begun.
    #[inline]
    pub fn end(&mut self) -> Result<()> {
        if self.nest != 0 || self.is_answer || self.room.limit() == 0 {
            return self.end_slow();
        }
        self.finish();
        Ok(())
    }

    #[inline(always)]
    fn finish(&mut self) {
        let len = self.at - self.start;
        if let Some(to) = self.room.chunk_mut::<4>(self.start) {
            *to = len.to_ne_bytes();
        }
        self.start = self.at;
        self.count += 1;
        self.phase = Phase::Idle;
        self.room.set_limit(0);
    }

    #[cold]
    #[inline(never)]
    fn end_slow(&mut self) -> Result<()> {
        match self.phase {
            Phase::Idle => return Err(Code::EINVAL),
            Phase::Sealed => return Err(Code::EBUSY),
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
        if self.is_answer && self.at > self.body {
            if let Some(to) = self.room.chunk_mut::<2>(self.start + 6) {
                *to = (u16::from_ne_bytes(*to) | NLM_F_ACK_TLVS).to_ne_bytes();
            }
        }
        self.is_answer = false;
        self.finish();
        Ok(())
    }

    /// Forgets what belongs to the open message alone.
    fn close(&mut self) {
        self.room.set_limit(0);
        self.nest = 0;
        self.outer = 0;
        self.is_answer = false;
    }

    /// Where the limits of message and nest end the open message, memory aside.
    #[inline(always)]
    fn bound(&self) -> u32 {
        // Neither sum can wrap: offsets are at most a Room's, which is below 2^31, and so is the longest message.
        let message = self.start.wrapping_add(self.longest);
        if self.outer == 0 { message } else { message.min(self.outer.wrapping_add(MAX_ATTRIBUTE)) }
    }

    /// Whether something can be put: -EBUSY when sealed, -EINVAL when no message is open, or the message's failure.
    fn usable(&self) -> Result<()> {
        match self.phase {
            Phase::Sealed => Err(Code::EBUSY),
            Phase::Idle => Err(Code::EINVAL),
            Phase::Open if self.code != 0 => Err(Code::of(self.code)),
            Phase::Open => Ok(()),
        }
    }

    /// Makes the limit be `end` or more: -EMSGSIZE, -ENOSPC, -ENOMEM.
    fn reserve(&mut self, end: u32) -> Result<()> {
        let bound = self.bound();
        if end > bound {
            return Err(Code::EMSGSIZE);
        }
        self.room.grow(end)?;
        self.room.set_limit(bound);
        Ok(())
    }

    /// Keeps the first failure of the open message. The code that holds from now on.
    #[cold]
    fn fail(&mut self, code: Code, ty: u32) -> Code {
        if let Err(earlier) = self.usable() {
            return earlier;
        }
        self.code = code.raw();
        self.failed_type = ty;
        self.failed_offset = self.at.saturating_sub(self.start);
        self.room.set_limit(0);
        self.nest = 0;
        code
    }

    /// Fails the message over an attribute whose value or type is out of range, or that has no value.
    #[cold]
    #[inline(never)]
    pub fn refuse(&mut self, ty: u32, code: Code) -> Code {
        self.fail(code, ty)
    }

    /// Room for an attribute with `len` bytes of payload, or the failure.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, ty: u32, len: usize) -> Result<()> {
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

    /// Appends an attribute whose payload is the first `len` bytes (0 … 4) of `value` in memory, the others being 0.
    #[inline(always)]
    fn put_word(&mut self, ty: u32, len: u32, value: u32) -> Result<()> {
        if ty <= MAX_TYPE {
            if let Some(to) = self.room.chunk_mut::<8>(self.at) {
                *to = words(halves(len + ATTRIBUTE_HEADER, ty), value).to_ne_bytes();
                self.at += 8;
                return Ok(());
            }
        }
        self.put_word_slow(ty, len, value)
    }

    #[cold]
    #[inline(never)]
    fn put_word_slow(&mut self, ty: u32, len: u32, value: u32) -> Result<()> {
        self.make_room(ty, len as usize)?;
        if let Some(to) = self.room.chunk_mut::<8>(self.at) {
            *to = words(halves(len + ATTRIBUTE_HEADER, ty), value).to_ne_bytes();
            self.at += 8;
        }
        Ok(())
    }

    /// Appends an attribute of 8 bytes of payload.
    #[inline(always)]
    fn put_long(&mut self, ty: u32, value: u64) -> Result<()> {
        if ty <= MAX_TYPE && self.store_long(ty, value) {
            return Ok(());
        }
        self.put_long_slow(ty, value)
    }

    /// False where it does not fit.
    #[inline(always)]
    fn store_long(&mut self, ty: u32, value: u64) -> bool {
        let Some(to) = self.room.chunk_mut::<12>(self.at) else {
            return false;
        };
        if let Some(to) = to.first_chunk_mut::<4>() {
            *to = halves(12, ty).to_ne_bytes();
        }
        if let Some(to) = to.last_chunk_mut::<8>() {
            *to = value.to_ne_bytes();
        }
        self.at += 12;
        true
    }

    #[cold]
    #[inline(never)]
    fn put_long_slow(&mut self, ty: u32, value: u64) -> Result<()> {
        self.make_room(ty, 8)?;
        self.store_long(ty, value);
        Ok(())
    }

    /// Appends an 8-bit value.
    #[inline(always)]
    pub fn put_u8(&mut self, ty: u32, value: u8) -> Result<()> {
        self.put_word(ty, 1, u32::from_ne_bytes([value, 0, 0, 0]))
    }

    /// Appends a 16-bit value in host byte order.
    #[inline(always)]
    pub fn put_u16(&mut self, ty: u32, value: u16) -> Result<()> {
        self.put_word(ty, 2, halves(u32::from(value), 0))
    }

    /// Appends a 32-bit value in host byte order.
    #[inline(always)]
    pub fn put_u32(&mut self, ty: u32, value: u32) -> Result<()> {
        self.put_word(ty, 4, value)
    }

    /// Appends a 64-bit value in host byte order.
    #[inline(always)]
    pub fn put_u64(&mut self, ty: u32, value: u64) -> Result<()> {
        self.put_long(ty, value)
    }

    /// Appends an unsigned value in 4 bytes, or in 8 where it needs them.
    #[inline(always)]
    pub fn put_uint(&mut self, ty: u32, value: u64) -> Result<()> {
        match u32::try_from(value) {
            Ok(value) => self.put_u32(ty, value),
            Err(_) => self.put_u64(ty, value),
        }
    }

    /// Appends a signed value in 4 bytes, or in 8 where it needs them.
    #[inline(always)]
    pub fn put_sint(&mut self, ty: u32, value: i64) -> Result<()> {
        match i32::try_from(value) {
            Ok(value) => self.put_word(ty, 4, value as u32),
            Err(_) => self.put_long(ty, value as u64),
        }
    }

    /// Appends a 64-bit value; an empty attribute of type `pad_ty` before it where its payload would not stand at a
    /// multiple of 8 from the start of the message.
    pub fn put_u64_padded(&mut self, ty: u32, value: u64, pad_ty: u32) -> Result<()> {
        if self.at.wrapping_sub(self.start) & 7 == 0 {
            // Both or none.
            self.usable()?;
            for ty in [ty, pad_ty] {
                if ty > MAX_TYPE {
                    return Err(self.fail(Code::ERANGE, ty));
                }
            }
            self.reserve(self.at + 2 * ATTRIBUTE_HEADER + 8).map_err(|code| self.fail(code, ty))?;
            self.put_flag(pad_ty)?;
        }
        self.put_u64(ty, value)
    }

    /// Appends an attribute without payload.
    #[inline(always)]
    pub fn put_flag(&mut self, ty: u32) -> Result<()> {
        if ty <= MAX_TYPE {
            if let Some(to) = self.room.chunk_mut::<NLA_HDRLEN>(self.at) {
                *to = halves(ATTRIBUTE_HEADER, ty).to_ne_bytes();
                self.at += ATTRIBUTE_HEADER;
                return Ok(());
            }
        }
        self.put_payload_slow(ty, &[], 0)
    }

    /// Appends a value and the mask of its bits that count.
    #[inline(always)]
    pub fn put_bitfield32(&mut self, ty: u32, value: u32, selector: u32) -> Result<()> {
        self.put_long(ty, words(value, selector))
    }

    /// Appends `payload` as it is.
    #[inline(always)]
    pub fn put_bytes(&mut self, ty: u32, payload: &[u8]) -> Result<()> {
        self.put_payload(ty, payload, 0)
    }

    /// As [`Builder::put_bytes`]: by a call, where that is worth more than its time.
    pub(crate) fn put_out_of_line(&mut self, ty: u32, payload: &[u8]) -> Result<()> {
        self.put_payload_slow(ty, payload, 0)
    }

    /// Appends `text` and a NUL.
    #[inline(always)]
    pub fn put_str(&mut self, ty: u32, text: &[u8]) -> Result<()> {
        self.put_payload(ty, text, 1)
    }

    /// Appends `payload` and `nuls` (0 or 1) zero bytes.
    #[inline(always)]
    fn put_payload(&mut self, ty: u32, payload: &[u8], nuls: usize) -> Result<()> {
        if ty <= MAX_TYPE && payload.len() <= SHORT && self.store_payload(ty, payload, nuls, copy_short) {
            return Ok(());
        }
        self.put_payload_slow(ty, payload, nuls)
    }

    /// False where it does not fit. `payload` and `nuls` are at most MAX_PAYLOAD together.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)]
    fn store_payload(&mut self, ty: u32, payload: &[u8], nuls: usize, copy: impl FnOnce(&mut [u8], &[u8])) -> bool {
        let len = (payload.len() + nuls) as u32;
        let padded = (len + 3) & !3;
        let Some(to) = self.room.slice_mut::<NLA_HDRLEN>(self.at, padded) else {
            return false;
        };
        write_with(to, len + ATTRIBUTE_HEADER, ty, payload, copy);
        self.at += padded + ATTRIBUTE_HEADER;
        true
    }

    /// What is long, or does not fit at once. Not called on the way, but jumped to at its end: that spares the short
    /// ones the saving of registers.
    #[inline(never)]
    fn put_payload_slow(&mut self, ty: u32, payload: &[u8], nuls: usize) -> Result<()> {
        if ty > MAX_TYPE || payload.len() >= MAX_PAYLOAD || !self.store_payload(ty, payload, nuls, copy) {
            self.make_room(ty, payload.len().saturating_add(nuls))?;
            self.store_payload(ty, payload, nuls, copy);
        }
        Ok(())
    }

    /// Appends an attribute of `len` zero bytes; where they stand, to be filled in.
    #[allow(clippy::cast_possible_truncation)] // make_room bounds len
    pub fn put_reserve(&mut self, ty: u32, len: usize) -> Result<&mut [u8]> {
        self.make_room(ty, len)?;
        let space = align(len + NLA_HDRLEN) as u32;
        let at = self.at;
        self.at += space;
        let to = self.room.slice_mut::<0>(at, space).ok_or(Code::ENOSPC)?;
        to.fill(0);
        if let Some(to) = to.first_chunk_mut::<NLA_HDRLEN>() {
            *to = halves(len as u32 + ATTRIBUTE_HEADER, ty).to_ne_bytes();
        }
        Ok(to.get_mut(NLA_HDRLEN..NLA_HDRLEN + len).unwrap_or(&mut []))
    }

    /// Appends a family header (or a second one behind it), padded. -EINVAL behind an attribute, but not inside a
    /// nest, which may hold headers wherever the family wants them (VETH_INFO_PEER, RTA_MULTIPATH).
    #[inline]
    pub fn put_header(&mut self, header: &[u8]) -> Result<()> {
        if self.at == self.body && header.len() <= SHORT && self.store_header(header, copy_short) {
            return Ok(());
        }
        self.put_header_slow(header)
    }

    /// False where it does not fit.
    #[inline(always)]
    fn store_header(&mut self, header: &[u8], copy: impl FnOnce(&mut [u8], &[u8])) -> bool {
        let Ok(space) = u32::try_from(align(header.len())) else {
            return false;
        };
        let Some(to) = self.room.slice_mut::<0>(self.at, space) else {
            return false;
        };
        if let Some(to) = to.last_chunk_mut::<4>() {
            *to = [0; 4];
        }
        if let Some(to) = to.get_mut(..header.len()) {
            copy(to, header);
        }
        self.at += space;
        if self.nest == 0 {
            self.body = self.at;
        }
        true
    }

    #[inline(never)]
    fn put_header_slow(&mut self, header: &[u8]) -> Result<()> {
        self.usable()?;
        if self.at != self.body && self.nest == 0 {
            return Err(self.fail(Code::EINVAL, 0));
        }
        self.reserve_more(align(header.len())).map_err(|code| self.fail(code, 0))?;
        self.store_header(header, copy);
        Ok(())
    }

    /// Starts a nest and says which, for [`Builder::nest_end`] or [`Builder::nest_cancel`].
    #[inline]
    pub fn nest_begin(&mut self, ty: u32) -> Result<u32> {
        self.open_nest(ty, NLA_F_NESTED)
    }

    /// Starts a nest without NLA_F_NESTED in its type, as interfaces older than Linux 2.6.24 want it.
    #[inline]
    pub fn nest_begin_noflag(&mut self, ty: u32) -> Result<u32> {
        self.open_nest(ty, 0)
    }

    #[inline(always)]
    fn open_nest(&mut self, ty: u32, flag: u16) -> Result<u32> {
        if ty <= MAX_TYPE && self.store_nest(ty | u32::from(flag)) {
            return Ok(self.nest);
        }
        self.open_nest_slow(ty, flag)
    }

    /// False where it does not fit.
    #[inline(always)]
    fn store_nest(&mut self, ty: u32) -> bool {
        // Below 65536, since a nest ends at its outermost one's 65535 bytes.
        let distance = if self.nest == 0 { 0 } else { self.at - self.nest };
        let Some(to) = self.room.chunk_mut::<NLA_HDRLEN>(self.at) else {
            return false;
        };
        *to = halves(distance, ty).to_ne_bytes();
        if distance == 0 {
            self.outer = self.at;
            self.room.lower_limit(self.at + MAX_ATTRIBUTE);
        }
        self.nest = self.at;
        self.at += ATTRIBUTE_HEADER;
        true
    }

    #[cold]
    #[inline(never)]
    fn open_nest_slow(&mut self, ty: u32, flag: u16) -> Result<u32> {
        self.make_room(ty, 0)?;
        self.store_nest(ty | u32::from(flag));
        Ok(self.nest)
    }

    /// The innermost open nest; 0 where none is open.
    pub fn innermost_nest(&self) -> u32 {
        self.nest
    }

    /// Where the next byte of the open message goes, from the start of the first message.
    pub fn position(&self) -> u32 {
        self.at
    }

    /// Writes the distance from `position`, which was in the innermost nest, to here as the 16-bit length that a row of headers
    /// with attributes behind each wants at its start (struct rtnexthop); -EINVAL for a position that was not there.
    pub fn fill_length(&mut self, position: u32) -> Result<()> {
        self.usable()?;
        let len = self.at.checked_sub(position).and_then(|len| u16::try_from(len).ok());
        let (Some(len), true) = (len, self.nest != 0 && position >= self.nest + ATTRIBUTE_HEADER) else {
            return Err(self.fail(Code::EINVAL, 0));
        };
        if let Some(to) = self.room.chunk_mut::<2>(position) {
            *to = len.to_ne_bytes();
        }
        Ok(())
    }

    /// Ends the innermost nest, which must be `nest`; -EINVAL for another one.
    #[inline]
    pub fn nest_end(&mut self, nest: u32) -> Result<()> {
        if nest != self.nest || nest == 0 {
            return self.foreign_nest();
        }
        #[allow(clippy::cast_possible_truncation)] // the limit keeps a nest to 65535 bytes
        self.close_nest((self.at - nest) as u16);
        Ok(())
    }

    /// Drops the innermost nest, which must be `nest`, with all that is in it; -EINVAL for another one.
    pub fn nest_cancel(&mut self, nest: u32) -> Result<()> {
        if nest != self.nest || nest == 0 {
            return self.foreign_nest();
        }
        self.close_nest(0);
        self.at = nest;
        Ok(())
    }

    /// The innermost nest gets its length, and its parent is the innermost.
    #[inline(always)]
    fn close_nest(&mut self, len: u16) {
        let nest = self.nest;
        if let Some(to) = self.room.chunk_mut::<2>(nest) {
            let distance = u16::from_ne_bytes(*to);
            *to = len.to_ne_bytes();
            if distance == 0 {
                self.nest = 0;
                self.outer = 0;
                self.room.set_limit(self.bound());
            } else {
                self.nest = nest - u32::from(distance);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn foreign_nest(&mut self) -> Result<()> {
        self.usable()?;
        Err(self.fail(Code::EINVAL, 0))
    }
}

/// Fields of a header, the copying of what is there already, and answers.
impl Builder {
    /// The type of the open message.
    pub fn set_type(&mut self, ty: u32) -> Result<()> {
        let value = self.narrow(ty)?;
        self.set_field(4, value.to_ne_bytes())
    }

    /// The NLM_F_… flags of the open message.
    pub fn set_flags(&mut self, flags: u32) -> Result<()> {
        let value = self.narrow(flags)?;
        self.set_field(6, value.to_ne_bytes())
    }

    /// The sequence number of the open message.
    pub fn set_seq(&mut self, seq: u32) -> Result<()> {
        self.set_field(8, seq.to_ne_bytes())
    }

    /// The port ID of the open message.
    pub fn set_portid(&mut self, portid: u32) -> Result<()> {
        self.set_field(12, portid.to_ne_bytes())
    }

    /// A 16-bit value, or the message's failure.
    fn narrow(&mut self, value: u32) -> Result<u16> {
        u16::try_from(value).map_err(|_| self.fail(Code::ERANGE, 0))
    }

    /// Writes a field of the open message's header.
    fn set_field<const N: usize>(&mut self, offset: u32, value: [u8; N]) -> Result<()> {
        self.usable()?;
        if let Some(to) = self.room.chunk_mut::<N>(self.start + offset) {
            *to = value;
        }
        Ok(())
    }

    /// Appends copies of the attributes in `bytes`, each padded with zeros: all of them or none; -EBADMSG when they
    /// are malformed.
    pub fn put_attributes(&mut self, bytes: &[u8]) -> Result<()> {
        self.usable()?;
        let mut space = 0_usize;
        let walked = Self::each_attribute(bytes, |attribute| {
            space = space.saturating_add(align(attribute.bytes.len()));
            Ok(())
        });
        let reserved = walked.and_then(|()| self.reserve_more(space));
        reserved.map_err(|code| self.fail(code, 0))?;
        Self::each_attribute(bytes, |attribute| self.put_bytes(u32::from(attribute.raw_type), attribute.payload()))
    }

    fn each_attribute<'a>(bytes: &'a [u8], mut each: impl FnMut(&Attribute<'a>) -> Result<()>) -> Result<()> {
        let mut attributes = Attributes::new(bytes);
        while let Some(attribute) = attributes.next()? {
            each(&attribute)?;
        }
        Ok(())
    }

    /// Makes the limit leave `space` more bytes: -EMSGSIZE, -ENOSPC, -ENOMEM.
    fn reserve_more(&mut self, space: usize) -> Result<()> {
        let space = u32::try_from(space).map_err(|_| Code::EMSGSIZE)?;
        self.reserve(self.at.checked_add(space).ok_or(Code::EMSGSIZE)?)
    }

    /// Appends bytes and their padding.
    fn put_raw(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.reserve_more(align(bytes.len()))?;
        self.store_header(bytes, copy);
        Ok(())
    }

    /// Appends complete messages as they are, each padded: all of them or, when a code says why, none. -EBADMSG:
    /// malformed.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        match self.phase {
            Phase::Idle => {}
            Phase::Open => return Err(self.fail(Code::EINVAL, 0)),
            Phase::Sealed => return Err(Code::EBUSY),
        }
        let (start, count) = (self.start, self.count);
        let appended = self.append_each(bytes);
        if appended.is_err() {
            (self.start, self.count) = (start, count);
        }
        self.at = self.start;
        self.room.set_limit(0);
        appended
    }

    fn append_each(&mut self, bytes: &[u8]) -> Result<()> {
        let mut cursor = Cursor::new(bytes.len());
        while let Some(message) = cursor.next(bytes)? {
            self.at = self.start;
            self.put_raw(message.bytes)?;
            self.start = self.at;
            self.count = self.count.checked_add(1).ok_or(Code::EMSGSIZE)?;
        }
        Ok(())
    }

    /// Starts an error message for `request`: `code` is 0 (an ack) or a negative errno. The request's header is
    /// echoed and its payload is not. Extended-ack attributes may follow.
    pub fn begin_error(&mut self, request: &Header, code: i32) -> Result<()> {
        self.begin_answer(request, NLMSG_ERROR, NLM_F_CAPPED, code)?;
        self.put_header(&request.to_bytes())
    }

    /// Starts the end of a dump for `request`: `code` is 0 or a negative errno. Extended-ack attributes may follow.
    pub fn begin_done(&mut self, request: &Header, code: i32) -> Result<()> {
        self.begin_answer(request, NLMSG_DONE, NLM_F_MULTI, code)
    }

    /// Header and code of an answer.
    fn begin_answer(&mut self, request: &Header, ty: u16, flags: u16, code: i32) -> Result<()> {
        self.begin(u32::from(ty), u32::from(flags))?;
        self.is_answer = true;
        if code > 0 {
            return Err(self.fail(Code::ERANGE, 0));
        }
        self.set_seq(request.seq)?;
        self.set_portid(request.portid)?;
        self.put_header(&code.to_ne_bytes())
    }
}

/// A type with NLA_F_NET_BYTEORDER; one that is out of range stays so.
#[inline(always)]
pub const fn net_byteorder(ty: u32) -> u32 {
    ty | NLA_F_NET_BYTEORDER as u32
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
        let busy = Err(Code::EBUSY);
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
    fn messages_are_patched_in_place() {
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
