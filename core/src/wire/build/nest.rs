// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nests of the message under construction.
//!
//! An open nest keeps the distance to its parent where its length will be, so that no stack is needed. All nests end
//! within the 65535 bytes of the outermost one, so that the distance fits there; they nest at most 16383 deep.

use super::{ATTRIBUTE_HEADER, Builder, MAX_ATTRIBUTE, MAX_TYPE};
use crate::error::{Code, Result};
use crate::uapi::{NLA_F_NESTED, NLA_HDRLEN};
use crate::wire::attribute::halves;

impl Builder {
    /// Begins a nest and returns its offset, for [`Builder::nest_end`] or [`Builder::nest_cancel`].
    #[inline]
    pub fn nest_begin(&mut self, ty: u32) -> Result<u32> {
        self.open_nest(ty, NLA_F_NESTED)
    }

    /// Begins a nest without NLA_F_NESTED in its type, for interfaces older than Linux 2.6.24.
    #[inline]
    pub fn nest_begin_noflag(&mut self, ty: u32) -> Result<u32> {
        self.open_nest(ty, 0)
    }

    /// As [`Builder::nest_begin`], by a call, where the bytes of code are worth more than the time.
    pub(crate) fn nest_begin_out_of_line(&mut self, ty: u32) -> Result<u32> {
        self.open_nest_slow(ty, NLA_F_NESTED)
    }

    /// As [`Builder::nest_end`], likewise.
    #[inline(never)]
    pub(crate) fn nest_end_out_of_line(&mut self, nest: u32) -> Result<()> {
        self.nest_end(nest)
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
        // Below 65536, since every nest ends within the 65535 bytes of the outermost one.
        let distance = if self.nest == 0 { 0 } else { self.at - self.nest };
        let Some(to) = self.buffer.chunk_mut::<NLA_HDRLEN>(self.at) else {
            return false;
        };
        *to = halves(distance, ty).to_ne_bytes();
        if distance == 0 {
            self.outer = self.at;
            self.buffer.lower_limit(self.at + MAX_ATTRIBUTE);
        }
        self.nest = self.at;
        self.at += ATTRIBUTE_HEADER;
        true
    }

    #[cold]
    #[inline(never)]
    fn open_nest_slow(&mut self, ty: u32, flag: u16) -> Result<u32> {
        self.make_fit(ty, 0)?;
        self.store_nest(ty | u32::from(flag));
        Ok(self.nest)
    }

    /// Returns the innermost open nest; 0 where none is open.
    pub fn innermost_nest(&self) -> u32 {
        self.nest
    }

    /// Returns where the next byte of the open message goes, from the start of the first message.
    pub fn position(&self) -> u32 {
        self.at
    }

    /// Writes the distance from `position`, which was in the innermost nest, to here as the 16-bit length that a row of headers
    /// with attributes behind each has at its start (struct rtnexthop); -EINVAL for a position that was not there.
    pub fn fill_length(&mut self, position: u32) -> Result<()> {
        self.usable()?;
        let len = self.at.checked_sub(position).and_then(|len| u16::try_from(len).ok());
        let (Some(len), true) = (len, self.nest != 0 && position >= self.nest + ATTRIBUTE_HEADER) else {
            return Err(self.fail(Code::EINVAL, 0));
        };
        if let Some(to) = self.buffer.chunk_mut::<2>(position) {
            *to = len.to_ne_bytes();
        }
        Ok(())
    }

    /// Ends the innermost nest, which must be `nest`; -EINVAL for another.
    #[inline]
    pub fn nest_end(&mut self, nest: u32) -> Result<()> {
        if nest != self.nest || nest == 0 {
            return self.wrong_nest();
        }
        #[allow(clippy::cast_possible_truncation)] // the limit keeps a nest to 65535 bytes
        self.close_nest((self.at - nest) as u16);
        Ok(())
    }

    /// Drops the innermost nest, which must be `nest`, with its contents; -EINVAL for another.
    pub fn nest_cancel(&mut self, nest: u32) -> Result<()> {
        if nest != self.nest || nest == 0 {
            return self.wrong_nest();
        }
        self.close_nest(0);
        self.at = nest;
        Ok(())
    }

    /// Writes the length of the innermost nest; its parent becomes the innermost.
    #[inline(always)]
    fn close_nest(&mut self, len: u16) {
        let nest = self.nest;
        if let Some(to) = self.buffer.chunk_mut::<2>(nest) {
            let distance = u16::from_ne_bytes(*to);
            *to = len.to_ne_bytes();
            if distance == 0 {
                self.nest = 0;
                self.outer = 0;
                self.buffer.set_limit(self.bound());
            } else {
                self.nest = nest - u32::from(distance);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn wrong_nest(&mut self) -> Result<()> {
        self.usable()?;
        Err(self.fail(Code::EINVAL, 0))
    }
}
