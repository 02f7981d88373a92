// SPDX-License-Identifier: MIT OR Apache-2.0
//! The event queue: events that arrived while an exchange was reading, kept for whoever follows groups on the same socket.

use super::{Arrival, Credentials, Socket};
use crate::error::{Code, Result};
use crate::sys::mem::Buf;
use crate::wire::message::Message;
use crate::wire::{align, array_at, copy};

/// More than this is an overflow, as it would be of the kernel's own queue.
const MAX_BYTES: usize = 1024 * 1024;

/// Before each message stand these numbers of an [`Arrival`]: group, namespace ID, port ID, credentials.
type Tag = [u32; 6];
const TAG_LEN: usize = size_of::<Tag>();

/// A queue of events; what has been read is freed once all has.
#[derive(Debug)]
pub(crate) struct EventQueue {
    bytes: Buf,
    read: usize,
    written: usize,
    lost: bool,
    /// Credentials of the sender of the event that was read last.
    credentials: Option<Credentials>,
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
        EventQueue { bytes: Buf::empty(), read: 0, written: 0, lost: false, credentials: None }
    }

    /// Appends an event that came with `arrival`, or notes that it is lost.
    #[cold]
    #[inline(never)]
    pub(crate) fn push(&mut self, arrival: &Arrival, message: &Message<'_>) {
        if self.append(arrival, message).is_none() {
            self.lost = true;
        }
    }

    /// Notes that events were lost.
    pub(crate) fn note_lost(&mut self) {
        self.lost = true;
    }

    /// Moves all of another queue to the end of this one.
    pub(crate) fn absorb(&mut self, other: &mut EventQueue) {
        if other.written == 0 && !other.lost {
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

    fn append(&mut self, arrival: &Arrival, message: &Message<'_>) -> Option<()> {
        let start = self.written.checked_add(TAG_LEN)?;
        let end = start.checked_add(message.bytes.len())?;
        if end > MAX_BYTES {
            return None;
        }
        if end > self.bytes.len() {
            self.bytes.grow(end.next_power_of_two()).ok()?;
        }
        let Arrival { group, nsid, portid, pid, uid, gid, .. } = *arrival;
        let tag: Tag = [group, nsid as u32, portid, pid as u32, uid, gid];
        let place = self.bytes.as_mut_slice().get_mut(self.written..start)?;
        for (place, number) in place.chunks_exact_mut(4).zip(tag) {
            copy(place, &number.to_ne_bytes());
        }
        copy(self.bytes.as_mut_slice().get_mut(start..end)?, message.bytes);
        self.written = align::align(end);
        Some(())
    }

    /// Returns the oldest event; None when there is none. NLRS_EOVERRUN, once, when events behind all those were lost.
    pub(crate) fn next(&mut self) -> Result<Option<QueuedEvent<'_>>> {
        if self.read >= self.written {
            self.read = 0;
            self.written = 0;
            return if core::mem::take(&mut self.lost) { Err(Code::OVERRUN) } else { Ok(None) };
        }
        let at = self.read;
        let start = at.saturating_add(TAG_LEN);
        let bytes = self.bytes.as_slice();
        let mut tag: Tag = [0; 6];
        for (number, place) in tag.iter_mut().zip(bytes.get(at..).unwrap_or(&[]).chunks_exact(4)) {
            *number = array_at(place, 0).map_or(0, u32::from_ne_bytes);
        }
        let [group, nsid, portid, pid, uid, gid] = tag;
        let message = Message::read(bytes.get(start..self.written).unwrap_or(&[]))?;
        self.read = start.saturating_add(align::align(message.bytes.len()));
        let (nsid, pid, len) = (nsid as i32, pid as i32, message.bytes.len());
        let arrival = Arrival { group, nsid, portid, pid, uid, gid, len };
        self.credentials = arrival.credentials();
        Ok(Some(QueuedEvent { arrival, message }))
    }
}

impl Socket {
    /// Passes the oldest event that arrived during an exchange to `each`; false when there is none.
    pub fn next_event(&self, each: &mut dyn FnMut(&QueuedEvent<'_>)) -> Result<bool> {
        let mut call = self.call()?;
        let mut session = self.session(&mut call)?;
        match session.backlog.events.next()? {
            Some(event) => {
                each(&event);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Returns the credentials of the sender of the event that [`Socket::next_event`] passed on last.
    pub fn event_credentials(&self) -> Result<Option<Credentials>> {
        let mut call = self.call()?;
        let session = self.session(&mut call)?;
        Ok(session.backlog.events.credentials)
    }
}
