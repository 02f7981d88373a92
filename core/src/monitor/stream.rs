// SPDX-License-Identifier: MIT OR Apache-2.0
//! The datagrams of the event socket, several per system call, and the losses between them.
//!
//! When the receive buffer overflows, the next receive fails with ENOBUFS at once, although everything in the buffer
//! came before the loss, and the kernel drops every event until the buffer has been emptied. A table that was dumped at
//! that moment would miss what is dropped meanwhile. So a loss is reported when the buffer has been emptied: from then
//! on nothing is lost without a report.

use crate::error::{Code, Result};
use crate::family;
use crate::mem::Buf;
use crate::socket::{Call, MAX_DATAGRAM_LEN, Socket};
use crate::sys::net::Arrival;
use crate::sys::pages::Pages;
use crate::wire::message::Cursor;
use crate::wire::{array_at, copy};

/// Datagrams that one system call receives.
const SLOTS: usize = 32;

/// The longest datagram that a slot holds at first. A link with all the alternative names that one attribute can hold
/// is shorter. What is not written to costs address space alone. Were it a multiple of the page size, the beginnings of
/// all slots would share one set of the processor's cache.
pub(super) const SLOT_LEN: usize = 256 * 1024 + 320;

/// Fewer datagrams than this in one call are received more cheaply one by one.
const FEW: usize = 4;

/// After so many that were received one by one, several are tried again.
const ONE_BY_ONE: u32 = 64;

/// The least that a datagram takes of the kernel's receive buffer.
const MIN_TRUESIZE: usize = 256;

/// SO_MEMINFO returns numbers of 32 bits: how many, and which of them counts the dropped datagrams.
const MEMINFO_COUNT: usize = 9;
const MEMINFO_DROPS: usize = 8;

/// The longest backlog: a flood during a long dump must not take all memory.
const MAX_BACKLOG: usize = 64 * 1024 * 1024;

/// Before each datagram of the backlog stand these numbers of 32 bits: its length, group, namespace, and its sender's
/// port ID and credentials; and padding.
const TAG_NUMBERS: usize = 7;
const TAG_LEN: usize = 4 * TAG_NUMBERS + 4;

/// Which memory a datagram is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Slots,
    Backlog,
}

/// A range of the stream's memory, valid until the next call that receives.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    place: Place,
    at: usize,
    len: usize,
}

/// The next input of a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// A datagram, whose messages can be read now.
    Datagram,
    /// Nothing to be delivered: a datagram of a foreign sender, or one that was truncated.
    Nothing,
    /// So many datagrams were lost; 0: it is not known how many. What comes from now on was sent after the loss.
    Lost(u64),
}

/// The datagrams of one socket.
#[derive(Debug)]
pub(super) struct Stream {
    slots: Pages,
    /// Bytes of a slot, and of the longest datagram so far that did not fit.
    slot_len: usize,
    wanted_len: usize,
    arrivals: [Arrival; SLOTS],
    /// How many slots are filled, and how many of these have been read.
    filled: usize,
    read: usize,
    /// Datagrams that were received during a dump are between head and tail.
    backlog: Buf,
    head: usize,
    tail: usize,
    /// The datagram that is being read: its memory, its offset, how far it has been read, and what came with it.
    place: Place,
    base: usize,
    cursor: Cursor,
    pub(super) current: Arrival,
    /// A loss has not been reported yet.
    loss_pending: bool,
    /// The part of the loss that the kernel has not counted: truncated datagrams.
    truncated: u64,
    /// Datagrams received since the loss, and how many the receive buffer can hold.
    since: usize,
    bound: usize,
    /// The kernel's count of dropped datagrams at the last report.
    drops: u32,
    /// So many more are received one by one.
    one_by_one: u32,
    /// A sandbox refuses recvmmsg: all are received one by one.
    is_single: bool,
    /// Datagrams received.
    pub(super) received: u64,
}

impl Stream {
    pub(super) fn new() -> Result<Stream> {
        Ok(Stream {
            slots: Pages::new(SLOT_LEN * SLOTS)?,
            slot_len: SLOT_LEN,
            wanted_len: 0,
            arrivals: [Arrival::default(); SLOTS],
            filled: 0,
            read: 0,
            backlog: Buf::empty(),
            head: 0,
            tail: 0,
            place: Place::Slots,
            base: 0,
            cursor: Cursor::default(),
            current: Arrival::default(),
            loss_pending: false,
            truncated: 0,
            since: 0,
            bound: 0,
            drops: 0,
            one_by_one: 0,
            is_single: false,
            received: 0,
        })
    }

    #[inline(always)]
    fn memory(&self, place: Place) -> &[u8] {
        match place {
            Place::Slots => self.slots.as_slice(),
            Place::Backlog => self.backlog.as_slice(),
        }
    }

    /// Returns the bytes of a span.
    #[inline(always)]
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        self.memory(span.place).get(span.at..span.at.saturating_add(span.len)).unwrap_or(&[])
    }

    /// Returns the next message of the datagram and its type; None at the end. -EBADMSG: malformed bytes, which end the
    /// datagram.
    #[inline(always)]
    pub(super) fn message(&mut self) -> Result<Option<(Span, u16)>> {
        let mut cursor = self.cursor;
        let at = cursor.at;
        if at >= cursor.end {
            return Ok(None);
        }
        let next = cursor.next(self.memory(self.place).get(self.base..).unwrap_or(&[]));
        let next = next.map(|message| message.map(|message| (message.bytes.len(), message.header.ty)));
        self.cursor = match next {
            Ok(Some(_)) => cursor,
            _ => Cursor::default(),
        };
        Ok(next?.map(|(len, ty)| (Span { place: self.place, at: self.base.saturating_add(at), len }, ty)))
    }

    /// Skips the datagram if it is the ack of a wake-up message, which is not counted as received.
    #[cold]
    pub(super) fn skip_wakeup_ack(&mut self, socket: &Socket) -> bool {
        let start = self.base.saturating_add(self.cursor.at);
        let end = self.base.saturating_add(self.cursor.end);
        let is_ack = socket.is_wakeup_ack(self.memory(self.place).get(start..end).unwrap_or(&[]));
        if is_ack {
            self.cursor = Cursor::default();
            self.received = self.received.saturating_sub(1);
        }
        is_ack
    }

    /// Returns the datagram as a whole, once; None when it has been read.
    pub(super) fn datagram(&mut self) -> Option<Span> {
        let Cursor { at, end } = core::mem::take(&mut self.cursor);
        (at < end).then_some(Span { place: self.place, at: self.base, len: end })
    }

    /// True while a datagram is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.cursor.at < self.cursor.end
    }

    /// True when something was received that has not been delivered yet.
    pub(super) fn has_more(&self) -> bool {
        self.is_reading() || self.read < self.filled || self.head < self.tail
    }

    /// True when a loss has not been reported yet.
    pub(super) fn is_loss_pending(&self) -> bool {
        self.loss_pending
    }

    /// Gets the next datagram, or the report of a loss before it. -EAGAIN when there is none: it is waited for only
    /// with a `call`, and where waiting in the receive is cheaper than a poll of the caller's.
    #[inline]
    pub(super) fn fill(&mut self, socket: &Socket, call: Option<&mut Call>) -> Result<Input> {
        if self.read >= self.filled {
            if self.head < self.tail {
                self.read_backlog();
                return Ok(Input::Datagram);
            }
            if self.loss_pending && self.since >= self.bound {
                return Ok(self.report_loss(socket));
            }
            // A loss is reported when the buffer is empty, which must not be waited for.
            match self.receive(socket, call.filter(|_| !self.loss_pending)) {
                Err(Code::EAGAIN) if self.loss_pending => return Ok(self.report_loss(socket)),
                other => other?,
            }
        }
        let Some((slot, arrival)) = self.take_slot(socket)? else { return Ok(Input::Nothing) };
        self.place = Place::Slots;
        self.base = slot.saturating_mul(self.slot_len);
        self.cursor = Cursor::new(arrival.len);
        self.current = arrival;
        Ok(Input::Datagram)
    }

    /// Moves what the kernel has queued to the backlog in user space, which holds more than the kernel's receive
    /// buffer. Never waits.
    ///
    /// Not while a datagram is being read, whose memory may be reused.
    pub(super) fn fill_backlog(&mut self, socket: &Socket) -> Result<()> {
        loop {
            while self.read < self.filled {
                if !self.has_room() {
                    return Ok(());
                }
                if let Some((slot, arrival)) = self.take_slot(socket)? {
                    self.append_to_backlog(slot, &arrival)?;
                }
            }
            if !self.has_room() {
                return Ok(());
            }
            match self.receive(socket, None) {
                Err(Code::EAGAIN) => return Ok(()),
                other => other?,
            }
        }
    }

    fn has_room(&self) -> bool {
        self.tail.saturating_add(TAG_LEN).saturating_add(self.slot_len) <= MAX_BACKLOG
    }

    /// Returns the next of the filled slots; None when it is not to be delivered: its sender is foreign, or it is
    /// truncated.
    #[inline(always)]
    fn take_slot(&mut self, socket: &Socket) -> Result<Option<(usize, Arrival)>> {
        let slot = self.read;
        if slot >= self.filled {
            return Ok(None);
        }
        self.read = slot.saturating_add(1);
        let Some(&arrival) = self.arrivals.get(slot) else { return Ok(None) };
        let start = slot.saturating_mul(self.slot_len);
        let bytes = self.slots.as_slice().get(start..start.saturating_add(self.slot_len)).unwrap_or(&[]);
        if socket.received(Ok(arrival), bytes, 0)?.is_none() {
            return Ok(None);
        }
        if arrival.len > self.slot_len {
            self.note_truncated(arrival.len);
            return Ok(None);
        }
        if let Some(len) = bytes.get(..arrival.len).and_then(|bytes| family::message_len(socket.protocol(), bytes)) {
            // The first field of its header.
            if let Some(place) = self.slots.as_mut_slice().get_mut(start..).and_then(|slot| slot.first_chunk_mut()) {
                *place = len.to_ne_bytes();
            }
        }
        Ok(Some((slot, arrival)))
    }

    #[cold]
    fn note_truncated(&mut self, len: usize) {
        self.loss_pending = true;
        self.truncated = self.truncated.saturating_add(1);
        self.wanted_len = self.wanted_len.max(len);
    }

    /// Fills the slots, all of which have been read. -EAGAIN when nothing is queued. An overflow is noted.
    fn receive(&mut self, socket: &Socket, call: Option<&mut Call>) -> Result<()> {
        self.filled = 0;
        self.read = 0;
        if self.wanted_len > self.slot_len {
            self.grow();
        }
        let waiting = call.and_then(|call| socket.can_wait_in_receive(call).then_some(call));
        let received = match waiting {
            Some(call) => self.receive_waiting(socket, call),
            None if self.is_single => self.receive_now(socket),
            None => socket.recv_many_now(self.slots.as_mut_slice(), self.slot_len, &mut self.arrivals),
        };
        let received = match received {
            Err(Code::ENOBUFS) => {
                self.begin_loss(socket);
                // recvmmsg can report an ENOBUFS that it met behind the last datagram of its previous call without
                // looking into the buffer. The kernel ends the overflow when a receive finds the buffer empty, and
                // before that no event makes the descriptor readable: without one plain receive a poll could wait
                // forever.
                match self.receive_now(socket) {
                    Err(Code::ENOBUFS) => Ok(0),
                    other => other,
                }
            }
            other => other,
        };
        match received {
            Ok(count) => {
                self.filled = count;
                self.received = self.received.saturating_add(count as u64);
                self.since = self.since.saturating_add(count);
                Ok(())
            }
            Err(Code::EINTR) => Ok(()),
            Err(Code::ENOSYS | Code::EPERM) if !self.is_single => {
                self.is_single = true;
                Ok(())
            }
            Err(code) => Err(code),
        }
    }

    fn receive_waiting(&mut self, socket: &Socket, call: &Call) -> Result<usize> {
        if self.one_by_one > 0 || self.is_single {
            self.one_by_one = self.one_by_one.saturating_sub(1);
            let slot = self.slots.as_mut_slice().get_mut(..self.slot_len);
            let (Some(slot), Some(arrival)) = (slot, self.arrivals.first_mut()) else { return Err(Code::EINVAL) };
            return socket.recv_waiting(call, slot, arrival);
        }
        let count = socket.recv_many_waiting(call, self.slots.as_mut_slice(), self.slot_len, &mut self.arrivals)?;
        if count < FEW {
            self.one_by_one = ONE_BY_ONE;
        }
        Ok(count)
    }

    /// Receives one datagram; -EAGAIN rather than wait.
    #[cold]
    fn receive_now(&mut self, socket: &Socket) -> Result<usize> {
        let slot = self.slots.as_mut_slice().get_mut(..self.slot_len).unwrap_or(&mut []);
        let arrival = socket.receive(slot, 0)?;
        if let Some(first) = self.arrivals.first_mut() {
            *first = arrival;
        }
        Ok(1)
    }

    /// Makes the slots as long as the longest truncated datagram. Without memory for that they stay as they are.
    #[cold]
    fn grow(&mut self) {
        let len = self.wanted_len.min(MAX_DATAGRAM_LEN).next_multiple_of(1024).saturating_add(320);
        if let Ok(slots) = Pages::new(len.saturating_mul(SLOTS)) {
            self.slots = slots;
            self.slot_len = len;
        }
        self.wanted_len = 0;
    }

    #[cold]
    fn begin_loss(&mut self, socket: &Socket) {
        self.loss_pending = true;
        self.since = 0;
        let size = socket.buffer(crate::socket::BufferKind::Receive).unwrap_or(0);
        self.bound = (size / MIN_TRUESIZE).max(SLOTS);
    }

    #[cold]
    fn report_loss(&mut self, socket: &Socket) -> Input {
        self.loss_pending = false;
        self.since = 0;
        self.bound = 0;
        let mut meminfo = [0; MEMINFO_COUNT * 4];
        let dropped = match socket.get_option(libc::SOL_SOCKET, libc::SO_MEMINFO, &mut meminfo) {
            Ok(len) if len >= meminfo.len() => {
                let now = array_at(&meminfo, MEMINFO_DROPS * 4).map_or(0, u32::from_ne_bytes);
                u64::from(now.wrapping_sub(core::mem::replace(&mut self.drops, now)))
            }
            _ => 0,
        };
        Input::Lost(dropped.saturating_add(core::mem::take(&mut self.truncated)))
    }

    fn read_backlog(&mut self) {
        let bytes = self.backlog.as_slice().get(self.head..).unwrap_or(&[]);
        let mut tag = [0; TAG_NUMBERS];
        for (number, place) in tag.iter_mut().zip(bytes.chunks_exact(4)) {
            *number = array_at(place, 0).map_or(0, u32::from_ne_bytes);
        }
        let [len, group, nsid, portid, pid, uid, gid] = tag;
        let (len, nsid, pid) = (len as usize, nsid as i32, pid as i32);
        self.current = Arrival { len, group, nsid, portid, pid, uid, gid };
        self.place = Place::Backlog;
        self.base = self.head.saturating_add(TAG_LEN);
        self.cursor = Cursor::new(len);
        self.head = self.base.saturating_add(len.next_multiple_of(8));
    }

    fn append_to_backlog(&mut self, slot: usize, arrival: &Arrival) -> Result<()> {
        if self.head >= self.tail {
            self.head = 0;
            self.tail = 0;
        }
        let end = self.tail.saturating_add(TAG_LEN).saturating_add(arrival.len.next_multiple_of(8));
        if end > self.backlog.len() {
            let len = end.saturating_mul(2).clamp(64 * 1024, MAX_BACKLOG);
            if self.backlog.grow(len).is_err() {
                self.note_truncated(0);
                return Ok(());
            }
        }
        let Arrival { len, group, nsid, portid, pid, uid, gid } = *arrival;
        let tag: [u32; TAG_NUMBERS] =
            [u32::try_from(len).unwrap_or(0), group, nsid as u32, portid, pid as u32, uid, gid];
        let tag = tag.map(u32::to_ne_bytes);
        let start = slot.saturating_mul(self.slot_len);
        let datagram = self.slots.as_slice().get(start..start.saturating_add(len)).unwrap_or(&[]);
        let entry = self.backlog.as_mut_slice().get_mut(self.tail..end).unwrap_or(&mut []);
        if let Some((head, body)) = entry.split_at_mut_checked(TAG_LEN) {
            if let Some(head) = head.get_mut(..4 * TAG_NUMBERS) {
                copy(head, tag.as_flattened());
            }
            if let Some(body) = body.get_mut(..datagram.len()) {
                copy(body, datagram);
            }
        }
        self.tail = end;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::socket::{Peer, SocketOptions};
    use crate::wire::message::Header;

    fn message(ty: u16, len: usize) -> Vec<u8> {
        let len32 = u32::try_from(len).expect("short");
        let mut bytes = Header { len: len32, ty, ..Header::default() }.to_bytes().to_vec();
        bytes.resize(len, 0);
        bytes
    }

    fn open() -> (Peer, Socket, Stream) {
        let peer = Peer::new().expect("peer");
        let socket = Socket::open_peer(0, &peer, &SocketOptions::new()).expect("socket");
        (peer, socket, Stream::new().expect("memory"))
    }

    fn types(stream: &mut Stream) -> Vec<u16> {
        let mut types = Vec::new();
        while let Ok(Some((span, ty))) = stream.message() {
            assert_eq!(Header::read(stream.bytes(span)).map(|header| header.ty), Some(ty));
            types.push(ty);
        }
        types
    }

    #[test]
    fn a_truncated_datagram_is_lost_and_the_next_of_its_size_is_not() {
        let (peer, socket, mut stream) = open();
        let long = message(20, 300_000);
        peer.event(&long, 0).expect("event");
        peer.event(&message(21, 16), 0).expect("event");
        assert_eq!(stream.fill(&socket, None), Ok(Input::Nothing));
        assert!(stream.is_loss_pending());
        assert_eq!(stream.fill(&socket, None), Ok(Input::Lost(1)));
        assert_eq!(stream.fill(&socket, None), Ok(Input::Datagram));
        assert_eq!(types(&mut stream), [21]);
        peer.event(&long, 0).expect("event");
        assert_eq!(stream.fill(&socket, None), Ok(Input::Datagram));
        assert_eq!(types(&mut stream), [20]);
        assert_eq!(stream.fill(&socket, None), Err(Code::EAGAIN));
        assert_eq!(stream.received, 3);
    }

    #[test]
    fn the_backlog_is_read_first_and_in_order() {
        let (peer, socket, mut stream) = open();
        let mut two = message(30, 18);
        two.resize(20, 0);
        two.extend(message(31, 17));
        peer.event(&two, 0).expect("event");
        peer.event(&message(32, 16), 0).expect("event");
        assert_eq!(stream.fill_backlog(&socket), Ok(()));
        peer.event(&message(33, 16), 0).expect("event");
        assert!(stream.has_more());
        for expected in [&[30u16, 31][..], &[32], &[33]] {
            assert_eq!(stream.fill(&socket, None), Ok(Input::Datagram));
            assert_eq!(types(&mut stream), expected);
        }
        assert_eq!(stream.fill(&socket, None), Err(Code::EAGAIN));
        assert!(!stream.has_more());
    }

    #[test]
    fn malformed_bytes_end_their_datagram() {
        let (peer, socket, mut stream) = open();
        let mut bytes = message(40, 16);
        bytes.extend(Header { len: 400, ty: 41, ..Header::default() }.to_bytes());
        peer.event(&bytes, 0).expect("event");
        assert_eq!(stream.fill(&socket, None), Ok(Input::Datagram));
        assert_eq!(stream.message().map(|span| span.is_some()), Ok(true));
        assert_eq!(stream.message().map(|_| ()), Err(Code::EBADMSG));
        assert!(!stream.is_reading());
    }
}
