// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events that arrived while an exchange was reading: kept for whoever follows groups on the same socket.

use super::Socket;
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::wire::message::Message;
use crate::wire::{align, array_at, copy};

/// More than this is an overflow, as it would be of the kernel's own queue.
const MAX_BYTES: usize = 1024 * 1024;

/// Before each message: its group, its namespace ID.
const TAG: usize = 8;

/// A queue of events; what has been read is freed once all has.
#[derive(Debug)]
pub(crate) struct Strays {
    bytes: Buf,
    read: usize,
    written: usize,
    lost: bool,
}

/// An event that was set apart.
#[derive(Clone, Copy, Debug)]
pub struct Stray<'a> {
    /// The group that it was sent to.
    pub group: u32,
    /// Namespace ID of its origin; -1: the socket's own.
    pub nsid: i32,
    /// The message, with its header.
    pub bytes: &'a [u8],
}

impl Strays {
    pub(crate) const fn new() -> Strays {
        Strays { bytes: Buf::empty(), read: 0, written: 0, lost: false }
    }

    /// Keeps an event, or notes that it is lost.
    pub(crate) fn keep(&mut self, group: u32, nsid: i32, message: &Message<'_>) {
        if self.push(group, nsid, message).is_none() {
            self.lost = true;
        }
    }

    /// Notes that events were lost.
    pub(crate) fn note_lost(&mut self) {
        self.lost = true;
    }

    fn push(&mut self, group: u32, nsid: i32, message: &Message<'_>) -> Option<()> {
        let start = self.written.checked_add(TAG)?;
        let end = start.checked_add(message.bytes.len())?;
        if end > MAX_BYTES {
            return None;
        }
        if end > self.bytes.len() {
            self.bytes.grow(end.next_power_of_two()).ok()?;
        }
        let tag = self.bytes.as_mut_slice().get_mut(self.written..start)?;
        let (first, second) = tag.split_at_mut_checked(4)?;
        copy(first, &group.to_ne_bytes());
        copy(second, &nsid.to_ne_bytes());
        copy(self.bytes.as_mut_slice().get_mut(start..end)?, message.bytes);
        self.written = align::align(end);
        Some(())
    }

    /// The oldest event; None when there is none. NLRS_EOVERRUN, once, when events behind all those were lost.
    pub(crate) fn next(&mut self) -> Result<Option<Stray<'_>>> {
        if self.read >= self.written {
            self.read = 0;
            self.written = 0;
            return if core::mem::take(&mut self.lost) { Err(Code::OVERRUN) } else { Ok(None) };
        }
        let at = self.read;
        let start = at.saturating_add(TAG);
        let bytes = self.bytes.as_slice();
        let group = array_at(bytes, at).map_or(0, u32::from_ne_bytes);
        let nsid = array_at(bytes, at.saturating_add(4)).map_or(-1, i32::from_ne_bytes);
        let message = Message::read(bytes.get(start..self.written).unwrap_or(&[]))?;
        self.read = start.saturating_add(align::align(message.bytes.len()));
        Ok(Some(Stray { group, nsid, bytes: message.bytes }))
    }
}

impl Socket {
    /// Hands the oldest event that arrived during an exchange to `each`; false when there is none.
    pub fn next_stray(&self, each: &mut dyn FnMut(&Stray<'_>)) -> Result<bool> {
        let mut call = self.call()?;
        let mut session = self.session(&mut call)?;
        match session.strays.next()? {
            Some(stray) => {
                each(&stray);
                Ok(true)
            }
            None => Ok(false),
        }
    }
}
