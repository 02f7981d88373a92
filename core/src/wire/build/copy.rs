// SPDX-License-Identifier: MIT OR Apache-2.0
//! Copies of attributes and messages that exist already.

use super::{Builder, Phase};
use crate::error::{Code, Result};
use crate::wire::align::align;
use crate::wire::attribute::{Attribute, Attributes};
use crate::wire::copy;
use crate::wire::message::Cursor;

impl Builder {
    /// Appends copies of the attributes in `bytes`, each padded with zeros: all of them or none. -EBADMSG: malformed.
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

    /// Appends bytes and their padding.
    fn put_raw(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.reserve_more(align(bytes.len()))?;
        self.store_header(bytes, copy);
        Ok(())
    }

    /// Appends complete messages unchanged, each padded: all of them, or none after a failure. -EBADMSG: malformed.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        match self.phase {
            Phase::Idle => {}
            Phase::Open => return Err(self.fail(Code::EINVAL, 0)),
            Phase::Sealed => return Err(Code::BUSY),
        }
        let (start, count) = (self.start, self.count);
        let appended = self.append_each(bytes);
        if appended.is_err() {
            (self.start, self.count) = (start, count);
        }
        self.at = self.start;
        self.buffer.set_limit(0);
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
}
