// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes and family headers of the message under construction.

use super::{ATTRIBUTE_HEADER, Builder, MAX_PAYLOAD, MAX_TYPE, words};
use crate::error::{Code, Result};
use crate::uapi::NLA_HDRLEN;
use crate::wire::align::align;
use crate::wire::attribute::{halves, write_with};
use crate::wire::{SHORT, copy, copy_short};

impl Builder {
    /// Appends an attribute whose payload is the first `len` bytes (0 … 4) of `value` in memory, the others being 0.
    #[inline(always)]
    fn put_word(&mut self, ty: u32, len: u32, value: u32) -> Result<()> {
        if ty <= MAX_TYPE {
            if let Some(to) = self.buffer.chunk_mut::<8>(self.at) {
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
        self.make_fit(ty, len as usize)?;
        if let Some(to) = self.buffer.chunk_mut::<8>(self.at) {
            *to = words(halves(len + ATTRIBUTE_HEADER, ty), value).to_ne_bytes();
            self.at += 8;
        }
        Ok(())
    }

    /// Appends an attribute with 8 bytes of payload.
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
        let Some(to) = self.buffer.chunk_mut::<12>(self.at) else {
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
        self.make_fit(ty, 8)?;
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

    /// Appends an unsigned value in 4 bytes, or in 8 when it does not fit into 4.
    #[inline(always)]
    pub fn put_uint(&mut self, ty: u32, value: u64) -> Result<()> {
        match u32::try_from(value) {
            Ok(value) => self.put_u32(ty, value),
            Err(_) => self.put_u64(ty, value),
        }
    }

    /// Appends a signed value in 4 bytes, or in 8 when it does not fit into 4.
    #[inline(always)]
    pub fn put_sint(&mut self, ty: u32, value: i64) -> Result<()> {
        match i32::try_from(value) {
            Ok(value) => self.put_word(ty, 4, value as u32),
            Err(_) => self.put_long(ty, value as u64),
        }
    }

    /// Appends a 64-bit value whose payload is at a multiple of 8 bytes from the start of the message. Where it would
    /// not be, an empty attribute of type `pad_ty` is appended first.
    pub fn put_u64_padded(&mut self, ty: u32, value: u64, pad_ty: u32) -> Result<()> {
        if self.at.wrapping_sub(self.start) & 7 == 0 {
            // Both attributes or none.
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
            if let Some(to) = self.buffer.chunk_mut::<NLA_HDRLEN>(self.at) {
                *to = halves(ATTRIBUTE_HEADER, ty).to_ne_bytes();
                self.at += ATTRIBUTE_HEADER;
                return Ok(());
            }
        }
        self.put_payload_slow(ty, &[], 0)
    }

    /// Appends a struct nla_bitfield32: the values of the bits that `selector` selects.
    #[inline(always)]
    pub fn put_bitfield32(&mut self, ty: u32, value: u32, selector: u32) -> Result<()> {
        self.put_long(ty, words(value, selector))
    }

    /// Appends `payload` unchanged.
    #[inline(always)]
    pub fn put_bytes(&mut self, ty: u32, payload: &[u8]) -> Result<()> {
        self.put_payload(ty, payload, 0)
    }

    /// As [`Builder::put_bytes`], by a call, where the bytes of code are worth more than the time.
    pub(crate) fn put_out_of_line(&mut self, ty: u32, payload: &[u8]) -> Result<()> {
        self.put_payload_slow(ty, payload, 0)
    }

    /// As [`Builder::put_str`], likewise.
    pub(crate) fn put_str_out_of_line(&mut self, ty: u32, text: &[u8]) -> Result<()> {
        self.put_payload_slow(ty, text, 1)
    }

    /// Appends `text` and a NUL.
    #[inline(always)]
    pub fn put_str(&mut self, ty: u32, text: &[u8]) -> Result<()> {
        self.put_payload(ty, text, 1)
    }

    /// Appends `payload` and `nuls` (0 or 1) NUL bytes.
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
        let Some(to) = self.buffer.slice_mut::<NLA_HDRLEN>(self.at, padded) else {
            return false;
        };
        write_with(to, len + ATTRIBUTE_HEADER, ty, payload, copy);
        self.at += padded + ATTRIBUTE_HEADER;
        true
    }

    /// Appends a payload that is long, or that does not fit yet. The fast path jumps here at its end instead of
    /// calling: it then saves no registers.
    #[inline(never)]
    fn put_payload_slow(&mut self, ty: u32, payload: &[u8], nuls: usize) -> Result<()> {
        if ty > MAX_TYPE || payload.len() >= MAX_PAYLOAD || !self.store_payload(ty, payload, nuls, copy) {
            self.make_fit(ty, payload.len().saturating_add(nuls))?;
            self.store_payload(ty, payload, nuls, copy);
        }
        Ok(())
    }

    /// Appends an attribute of `len` zeroed bytes and returns them, to be filled in.
    #[allow(clippy::cast_possible_truncation)] // make_fit bounds len
    pub fn put_reserve(&mut self, ty: u32, len: usize) -> Result<&mut [u8]> {
        self.make_fit(ty, len)?;
        let space = align(len + NLA_HDRLEN) as u32;
        let at = self.at;
        self.at += space;
        let to = self.buffer.slice_mut::<0>(at, space).ok_or(Code::ENOSPC)?;
        to.fill(0);
        if let Some(to) = to.first_chunk_mut::<NLA_HDRLEN>() {
            *to = halves(len as u32 + ATTRIBUTE_HEADER, ty).to_ne_bytes();
        }
        Ok(to.get_mut(NLA_HDRLEN..NLA_HDRLEN + len).unwrap_or(&mut []))
    }

    /// Appends a family header, padded; a second one may follow. -EINVAL after an attribute, except inside a nest:
    /// VETH_INFO_PEER and RTA_MULTIPATH hold headers.
    #[inline]
    pub fn put_header(&mut self, header: &[u8]) -> Result<()> {
        if self.at == self.body && header.len() <= SHORT && self.store_header(header, copy_short) {
            return Ok(());
        }
        self.put_header_slow(header)
    }

    /// False where it does not fit.
    #[inline(always)]
    pub(super) fn store_header(&mut self, header: &[u8], copy: impl FnOnce(&mut [u8], &[u8])) -> bool {
        let Ok(space) = u32::try_from(align(header.len())) else {
            return false;
        };
        let Some(to) = self.buffer.slice_mut::<0>(self.at, space) else {
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

    /// As [`Builder::put_header`], by a call, where the bytes of code are worth more than the time.
    pub(crate) fn put_header_out_of_line(&mut self, header: &[u8]) -> Result<()> {
        self.put_header_slow(header)
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
}
