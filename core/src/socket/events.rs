// SPDX-License-Identifier: MIT OR Apache-2.0
//! The event queue: events that arrived during an exchange, kept for a program that has joined groups on the same
//! socket.

use super::{Arrival, Credentials, Session, Socket};
use crate::error::{Code, Result};
use crate::mem::{Buf, Guard, try_push};
use crate::wire::message::Message;
use crate::wire::{align, copy};
use alloc::vec::Vec;

/// More than this, bookkeeping included, is an overflow, as it would be of the kernel's own queue.
const MAX_BYTES: usize = 1024 * 1024;

/// A queue of events; what has been read is freed once all has.
#[derive(Debug)]
pub(crate) struct EventQueue {
    /// The messages, one after the other.
    bytes: Buf,
    written: usize,
    entries: Vec<Entry>,
    /// How many entries have been read.
    read: usize,
    lost: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// How the message came; `len` is its length.
    arrival: Arrival,
    /// Where it stands.
    at: usize,
}

/// An event of the queue.
#[derive(Clone, Copy, Debug)]
pub struct QueuedEvent<'a> {
    /// Its sender, the group that it was sent to (0: to this socket alone), the namespace of its origin.
    pub arrival: Arrival,
    /// The message.
    pub message: Message<'a>,
}

impl EventQueue {
    pub(crate) const fn new() -> EventQueue {
        EventQueue { bytes: Buf::empty(), written: 0, entries: Vec::new(), read: 0, lost: false }
    }

    /// Appends an event that came with `arrival`, or notes that it is lost.
    #[cold]
    #[inline(never)]
    pub(crate) fn push(&mut self, arrival: &Arrival, message: &Message<'_>) {
        if self.append(arrival, message).is_none() {
            self.lost = true;
        }
    }

    fn append(&mut self, arrival: &Arrival, message: &Message<'_>) -> Option<()> {
        let at = self.written;
        let end = at.checked_add(message.bytes.len())?;
        let bookkeeping = self.entries.len().checked_mul(size_of::<Entry>())?;
        if end.checked_add(bookkeeping)? > MAX_BYTES {
            return None;
        }
        if end > self.bytes.len() {
            self.bytes.grow(end.next_power_of_two()).ok()?;
        }
        copy(self.bytes.as_mut_slice().get_mut(at..end)?, message.bytes);
        try_push(&mut self.entries, Entry { arrival: Arrival { len: message.bytes.len(), ..*arrival }, at }).ok()?;
        self.written = align::align(end);
        Some(())
    }

    /// Notes that events were lost.
    pub(crate) fn note_lost(&mut self) {
        self.lost = true;
    }

    /// Returns the oldest event; None when there is none. NLRS_EOVERRUN, once, when events behind all those were lost.
    pub(crate) fn next(&mut self) -> Result<Option<QueuedEvent<'_>>> {
        let Some(&Entry { arrival, at }) = self.entries.get(self.read) else {
            self.entries.clear();
            self.read = 0;
            self.written = 0;
            return if core::mem::take(&mut self.lost) { Err(Code::OVERRUN) } else { Ok(None) };
        };
        self.read = self.read.saturating_add(1);
        let message = Message::read(self.bytes.as_slice().get(at..).unwrap_or(&[]))?;
        Ok(Some(QueuedEvent { arrival, message }))
    }

    /// Moves all of another queue to the end of this one.
    pub(crate) fn absorb(&mut self, other: &mut EventQueue) {
        if other.entries.is_empty() && !other.lost {
            return;
        }
        loop {
            match other.next() {
                Ok(Some(event)) => self.push(&event.arrival, &event.message),
                Ok(None) => return,
                Err(_) => self.lost = true,
            }
        }
    }
}

impl Socket {
    #[inline(never)]
    fn lock_events(&self) -> Result<Guard<'_, Session>> {
        self.session(&mut self.call()?)
    }

    /// Passes the oldest event that arrived during an exchange to `each`; false when there is none.
    pub fn next_event(&self, each: &mut dyn FnMut(&QueuedEvent<'_>)) -> Result<bool> {
        let mut session = self.lock_events()?;
        let Some(event) = session.backlog.events.next()? else { return Ok(false) };
        each(&event);
        Ok(true)
    }

    /// Returns the credentials of the sender of the event that [`Socket::next_event`] passed on last; None when it came
    /// without, or none was passed on.
    pub fn event_credentials(&self) -> Result<Option<Credentials>> {
        let session = self.lock_events()?;
        let EventQueue { entries, read, .. } = &session.backlog.events;
        let last = read.checked_sub(1).and_then(|last| entries.get(last));
        Ok(last.and_then(|entry| entry.arrival.credentials()))
    }
}
