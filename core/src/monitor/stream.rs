// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datagrams of the event socket, several a system call, and what got lost between them.
//!
//! When the receive buffer overflows, the kernel says ENOBUFS at once, although all that is in the buffer came before the
//! loss, and drops everything until the buffer has been emptied. Whoever dumped a table at that moment would miss
//! what is dropped meanwhile. So the loss is told when the buffer has been emptied: from then on nothing gets lost unseen.

use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::socket::{Call, MAX_DATAGRAM_LEN, Socket};
use crate::sys::fd::Arrival;
use crate::wire::array_at;
use crate::wire::message::Cursor;

/// Datagrams that one system call receives.
const SLOTS: usize = 32;

/// Room for a datagram, at the beginning. Were it a multiple of the page size, the beginnings of all slots would share one
/// set of the processor's cache.
const SLOT_LEN: usize = 32 * 1024 + 320;

/// Fewer datagrams than this in one go are received more cheaply one by one.
const FEW: usize = 4;

/// After so many that came one by one it is looked whether more wait.
const ONE_BY_ONE: u32 = 64;

/// What a datagram takes of the kernel's receive buffer at least.
const MIN_TRUESIZE: usize = 256;

/// SO_MEMINFO gives numbers of 32 bits; this is how many, and at which of them the count of dropped datagrams is.
const MEMINFO_COUNT: usize = 9;
const MEMINFO_DROPS: usize = 8;

/// What is set aside is no more than this, so that a flood during a long dump cannot take all memory.
const MAX_BACKLOG: usize = 64 * 1024 * 1024;

/// Before each datagram that is set aside: its length, group and namespace, and four bytes of nothing.
const ENTRY_HEADER_LEN: usize = 16;

/// Where a datagram stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Slots,
    Backlog,
}

/// A range of the stream's memory, which stands until the next call that receives.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    place: Place,
    at: usize,
    len: usize,
}

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A datagram, whose messages can be read now.
    Datagram,
    /// Nothing that anybody is to see.
    Skipped,
    /// So many datagrams are lost; 0: it is not known how many. What comes from now on is from after the loss.
    Lost(u64),
}

/// The datagrams of one socket.
#[derive(Debug)]
pub(super) struct Stream {
    slots: Buf,
    /// Bytes of a slot, and of the longest datagram so far that did not fit.
    slot_len: usize,
    wanted_len: usize,
    arrivals: [Arrival; SLOTS],
    /// How many slots are filled, and how many of these have been read.
    filled: usize,
    read: usize,
    /// What has been set aside stands between head and tail.
    backlog: Buf,
    head: usize,
    tail: usize,
    /// The datagram that is being read: where it stands, and how far it has been read.
    place: Place,
    base: usize,
    cursor: Cursor,
    /// Multicast group of that datagram; 0: none.
    pub(super) group: u32,
    /// Namespace that it came from; -1: the socket's own.
    pub(super) nsid: i32,
    /// Something is lost and has not been told.
    losing: bool,
    /// Of that, what the kernel has not counted: truncated datagrams.
    truncated: u64,
    /// Datagrams received since, and how many the receive buffer can hold.
    since: usize,
    bound: usize,
    /// The kernel's count of what it dropped, when it was asked last.
    drops: u32,
    /// So many more are received one by one.
    one_by_one: u32,
    /// Datagrams received.
    pub(super) received: u64,
}

impl Stream {
    pub(super) fn new() -> Result<Stream> {
        let mut slots = Buf::empty();
        slots.grow(SLOT_LEN * SLOTS)?;
        Ok(Stream {
            slots,
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
            group: 0,
            nsid: -1,
            losing: false,
            truncated: 0,
            since: 0,
            bound: 0,
            drops: 0,
            one_by_one: 0,
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

    /// The bytes of a span.
    #[inline(always)]
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        self.memory(span.place).get(span.at..span.at.saturating_add(span.len)).unwrap_or(&[])
    }

    /// The next message of the datagram and its type: None at its end. Malformed bytes end it: -EBADMSG.
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

    /// Skips the datagram if it is the ack of what a call was woken by, and forgets that it came.
    #[cold]
    pub(super) fn skip_ack(&mut self, socket: &Socket) -> bool {
        let start = self.base.saturating_add(self.cursor.at);
        let end = self.base.saturating_add(self.cursor.end);
        let is_ack = socket.takes_for_ack(self.memory(self.place).get(start..end).unwrap_or(&[]));
        if is_ack {
            self.cursor = Cursor::default();
            self.received = self.received.saturating_sub(1);
        }
        is_ack
    }

    /// The datagram as a whole, once; None when it has been read.
    pub(super) fn datagram(&mut self) -> Option<Span> {
        let Cursor { at, end } = core::mem::take(&mut self.cursor);
        (at < end).then_some(Span { place: self.place, at: self.base, len: end })
    }

    /// True while a datagram is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.cursor.at < self.cursor.end
    }

    /// True when something has been received that was not given yet.
    pub(super) fn has_more(&self) -> bool {
        self.is_reading() || self.read < self.filled || self.head < self.tail
    }

    /// True when something got lost that has not been told.
    pub(super) fn is_losing(&self) -> bool {
        self.losing
    }

    /// The next datagram, or what got lost before it. -EAGAIN when there is none, which is only waited for with a `call` and where
    /// that is cheaper than to come back.
    #[inline]
    pub(super) fn fill(&mut self, socket: &Socket, call: Option<&mut Call>) -> Result<Step> {
        if self.read >= self.filled {
            if self.head < self.tail {
                self.take_backlog();
                return Ok(Step::Datagram);
            }
            if self.losing && self.since >= self.bound {
                return Ok(self.tell_loss(socket));
            }
            // What is lost is told when nothing is there any more, so that must not be waited for.
            match self.receive(socket, call.filter(|_| !self.losing)) {
                Err(Code::EAGAIN) if self.losing => return Ok(self.tell_loss(socket)),
                other => other?,
            }
        }
        let Some((slot, arrival)) = self.take_slot(socket)? else { return Ok(Step::Skipped) };
        self.place = Place::Slots;
        self.base = slot.saturating_mul(self.slot_len);
        self.cursor = Cursor::new(arrival.len);
        self.group = arrival.group;
        self.nsid = arrival.nsid;
        Ok(Step::Datagram)
    }

    /// Sets what is there aside, in user space, where there is more room than in the kernel's receive buffer. Never waits.
    ///
    /// Not while a datagram is being read, whose memory may be used.
    pub(super) fn stash(&mut self, socket: &Socket) -> Result<()> {
        loop {
            while self.read < self.filled {
                if !self.has_room() {
                    return Ok(());
                }
                if let Some((slot, arrival)) = self.take_slot(socket)? {
                    self.put_backlog(slot, &arrival)?;
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
        self.tail.saturating_add(ENTRY_HEADER_LEN).saturating_add(self.slot_len) <= MAX_BACKLOG
    }

    /// The next of the filled slots; None when nobody is to see it: its sender is foreign, or it is truncated.
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
        Ok(Some((slot, arrival)))
    }

    #[cold]
    fn note_truncated(&mut self, len: usize) {
        self.losing = true;
        self.truncated = self.truncated.saturating_add(1);
        self.wanted_len = self.wanted_len.max(len);
    }

    /// Fills the slots, all of which have been read. -EAGAIN when nothing is there. An overflow is noted.
    fn receive(&mut self, socket: &Socket, call: Option<&mut Call>) -> Result<()> {
        self.filled = 0;
        self.read = 0;
        if self.wanted_len > self.slot_len {
            self.grow();
        }
        let waiting = call.and_then(|call| socket.can_wait_in_receive(call).then_some(call));
        let received = match waiting {
            Some(call) => self.receive_waiting(socket, call),
            None => socket.recv_many_now(self.slots.as_mut_slice(), self.slot_len, &mut self.arrivals),
        };
        let received = match received {
            Err(Code::ENOBUFS) => {
                self.begin_loss(socket);
                // recvmmsg can report an ENOBUFS that it met behind the last datagram of its previous call without looking
                // into the buffer. The kernel ends the overflow when a receive finds the buffer empty, and before that no event
                // makes the descriptor readable: without one plain receive a poll could last for ever.
                self.receive_one(socket)
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
            Err(code) => Err(code),
        }
    }

    fn receive_waiting(&mut self, socket: &Socket, call: &Call) -> Result<usize> {
        let slots = self.slots.as_mut_slice();
        if let (Some(slot), Some(arrival), 1..) =
            (slots.get_mut(..self.slot_len), self.arrivals.first_mut(), self.one_by_one)
        {
            self.one_by_one = self.one_by_one.saturating_sub(1);
            return socket.recv_waiting(call, slot, arrival);
        }
        let count = socket.recv_many_waiting(call, self.slots.as_mut_slice(), self.slot_len, &mut self.arrivals)?;
        if count < FEW {
            self.one_by_one = ONE_BY_ONE;
        }
        Ok(count)
    }

    #[cold]
    fn receive_one(&mut self, socket: &Socket) -> Result<usize> {
        let slot = self.slots.as_mut_slice().get_mut(..self.slot_len).unwrap_or(&mut []);
        match socket.receive(slot, 0) {
            Ok(arrival) => {
                if let Some(first) = self.arrivals.first_mut() {
                    *first = arrival;
                }
                Ok(1)
            }
            Err(Code::ENOBUFS) => Ok(0),
            Err(code) => Err(code),
        }
    }

    /// Room for a datagram as long as the one that was truncated. Without memory for it, it stays as it is.
    #[cold]
    fn grow(&mut self) {
        let len = self.wanted_len.min(MAX_DATAGRAM_LEN).next_multiple_of(1024).saturating_add(320);
        if self.slots.grow(len.saturating_mul(SLOTS)).is_ok() {
            self.slot_len = len;
        }
        self.wanted_len = 0;
    }

    #[cold]
    fn begin_loss(&mut self, socket: &Socket) {
        self.losing = true;
        self.since = 0;
        let size = socket.buffer(crate::socket::BufferKind::Receive).unwrap_or(0);
        self.bound = (size / MIN_TRUESIZE).max(SLOTS);
    }

    #[cold]
    fn tell_loss(&mut self, socket: &Socket) -> Step {
        self.losing = false;
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
        Step::Lost(dropped.saturating_add(core::mem::take(&mut self.truncated)))
    }

    fn take_backlog(&mut self) {
        let bytes = self.backlog.as_slice();
        let number = |at: usize| array_at(bytes, self.head.saturating_add(at)).unwrap_or_default();
        let len = u32::from_ne_bytes(number(0)) as usize;
        self.group = u32::from_ne_bytes(number(4));
        self.nsid = i32::from_ne_bytes(number(8));
        self.place = Place::Backlog;
        self.base = self.head.saturating_add(ENTRY_HEADER_LEN);
        self.cursor = Cursor::new(len);
        self.head = self.base.saturating_add(len.next_multiple_of(8));
    }

    fn put_backlog(&mut self, slot: usize, arrival: &Arrival) -> Result<()> {
        if self.head >= self.tail {
            self.head = 0;
            self.tail = 0;
        }
        let end = self.tail.saturating_add(ENTRY_HEADER_LEN).saturating_add(arrival.len.next_multiple_of(8));
        if end > self.backlog.len() {
            let len = end.saturating_mul(2).clamp(64 * 1024, MAX_BACKLOG);
            if self.backlog.grow(len).is_err() {
                self.note_truncated(0);
                return Ok(());
            }
        }
        let len = u32::try_from(arrival.len).unwrap_or(0).to_ne_bytes();
        let header = [len, arrival.group.to_ne_bytes(), arrival.nsid.to_ne_bytes(), [0; 4]];
        let start = slot.saturating_mul(self.slot_len);
        let datagram = self.slots.as_slice().get(start..start.saturating_add(arrival.len)).unwrap_or(&[]);
        let entry = self.backlog.as_mut_slice().get_mut(self.tail..end).unwrap_or(&mut []);
        if let Some((head, body)) = entry.split_at_mut_checked(ENTRY_HEADER_LEN) {
            for (to, from) in head.iter_mut().zip(header.as_flattened()) {
                *to = *from;
            }
            for (to, from) in body.iter_mut().zip(datagram) {
                *to = *from;
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
    use crate::mem::Shared;
    use crate::socket::{Peer, SocketOptions};
    use crate::wire::message::Header;

    fn message(ty: u16, len: usize) -> Vec<u8> {
        let len32 = u32::try_from(len).expect("short");
        let mut bytes = Header { len: len32, ty, ..Header::default() }.to_bytes().to_vec();
        bytes.resize(len, 0);
        bytes
    }

    fn open() -> (Shared<Peer>, Socket, Stream) {
        let peer = Shared::new(Peer::new(None).expect("peer")).expect("memory");
        let socket = Socket::open_peer(0, peer.clone(), &SocketOptions::new()).expect("socket");
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
        let long = message(20, 100_000);
        peer.event(&long, 0).expect("event");
        peer.event(&message(21, 16), 0).expect("event");
        assert_eq!(stream.fill(&socket, None), Ok(Step::Skipped));
        assert!(stream.is_losing());
        assert_eq!(stream.fill(&socket, None), Ok(Step::Lost(1)));
        assert_eq!(stream.fill(&socket, None), Ok(Step::Datagram));
        assert_eq!(types(&mut stream), [21]);
        peer.event(&long, 0).expect("event");
        assert_eq!(stream.fill(&socket, None), Ok(Step::Datagram));
        assert_eq!(types(&mut stream), [20]);
        assert_eq!(stream.fill(&socket, None), Err(Code::EAGAIN));
        assert_eq!(stream.received, 3);
    }

    #[test]
    fn what_is_set_aside_comes_first_and_in_order() {
        let (peer, socket, mut stream) = open();
        let mut two = message(30, 18);
        two.resize(20, 0);
        two.extend(message(31, 17));
        peer.event(&two, 0).expect("event");
        peer.event(&message(32, 16), 0).expect("event");
        assert_eq!(stream.stash(&socket), Ok(()));
        peer.event(&message(33, 16), 0).expect("event");
        assert!(stream.has_more());
        for expected in [&[30u16, 31][..], &[32], &[33]] {
            assert_eq!(stream.fill(&socket, None), Ok(Step::Datagram));
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
        assert_eq!(stream.fill(&socket, None), Ok(Step::Datagram));
        assert_eq!(stream.message().map(|span| span.is_some()), Ok(true));
        assert_eq!(stream.message().map(|_| ()), Err(Code::EBADMSG));
        assert!(!stream.is_reading());
    }
}
