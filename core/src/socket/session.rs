// SPDX-License-Identifier: MIT OR Apache-2.0
//! The session: what exchanges keep between two calls.

use super::events::EventQueue;
use crate::error::Result;
use crate::mem::Buf;
use crate::uapi::{NLMSG_DONE, NLMSG_ERROR};
use crate::wire::message::Header;

/// Initial receive length. The kernel makes the datagrams of a dump as long as the longest receive so far, up to 32
/// KiB; with an aligned buffer the longest are the fastest (measured on 500,000 routes: 8 KiB 359 ns a route, 32 KiB
/// 337).
const RECV_LEN: usize = 32 * 1024;

/// Maximum length of a datagram for which memory is allocated, more than the kernel ever sends: a peer in memory or a
/// capture can report any length.
pub(crate) const MAX_DATAGRAM_LEN: usize = 16 * 1024 * 1024;

/// Guarded by the socket's lock.
#[derive(Debug)]
pub(crate) struct Session {
    /// Sequence number of the last request.
    seq: u32,
    /// Where replies are received; requests are sent from it, too. An open dump has it.
    pub(crate) buf: Buf,
    /// The length to receive with. Never shrinks: the kernel may have prepared a datagram of the largest length so far.
    recv_len: usize,
    /// Sequence number of the dump that is open.
    pub(crate) open_dump: Option<u32>,
    /// What earlier exchanges left for later ones.
    pub(crate) backlog: Backlog,
    /// Memory for the request of the next dump.
    pub(crate) spare: Buf,
}

/// What an exchange leaves for later ones.
#[derive(Debug)]
pub(crate) struct Backlog {
    /// Events that arrived during an exchange.
    pub(crate) events: EventQueue,
    /// Sequence number of an abandoned dump that the kernel has not ended yet.
    pub(crate) orphan_dump: Option<u32>,
    /// The receive buffer overflowed: its content is from before.
    pub(crate) overflow: bool,
}

impl Backlog {
    pub(crate) const fn new() -> Backlog {
        Backlog { events: EventQueue::new(), orphan_dump: None, overflow: false }
    }

    /// Notes a message that belongs to no request in progress: it may be the end of the abandoned dump.
    #[inline(never)]
    pub(crate) fn note_leftover(&mut self, header: &Header) {
        if matches!(header.ty, NLMSG_DONE | NLMSG_ERROR) && self.orphan_dump == Some(header.seq) {
            self.orphan_dump = None;
        }
    }
}

impl Session {
    pub(crate) fn new() -> Session {
        Session {
            seq: 0,
            buf: Buf::empty(),
            recv_len: RECV_LEN,
            open_dump: None,
            backlog: Backlog::new(),
            spare: Buf::empty(),
        }
    }

    /// Returns the next sequence number; never 0.
    pub(crate) fn next_seq(&mut self) -> u32 {
        self.next_seqs(1)
    }

    /// Returns the first of `count` consecutive sequence numbers, none of which is 0.
    pub(crate) fn next_seqs(&mut self, count: u32) -> u32 {
        let first = match self.seq.checked_add(count) {
            Some(_) => self.seq.wrapping_add(1),
            None => 1,
        };
        self.seq = first.wrapping_add(count.saturating_sub(1));
        first
    }

    /// Returns the length to receive with.
    pub(crate) fn recv_len(&self) -> usize {
        self.recv_len
    }

    /// Sets the length to receive with to at least `len`, rounded up, at most that of any datagram. Returns whether it
    /// has grown.
    pub(crate) fn want_recv_len(&mut self, len: usize) -> bool {
        let before = self.recv_len;
        self.recv_len = before.max(len.min(MAX_DATAGRAM_LEN).next_power_of_two());
        self.recv_len > before
    }

    /// Grows `buf` to the receive length.
    pub(crate) fn prepare(&mut self) -> Result<()> {
        self.buf.grow(self.recv_len)
    }

    #[cfg(test)]
    pub(crate) fn set_seq(&mut self, seq: u32) {
        self.seq = seq;
    }
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn sequence_numbers_are_never_zero() {
        let mut session = Session::new();
        assert_eq!(session.next_seq(), 1);
        assert_eq!(session.next_seqs(10), 2);
        assert_eq!(session.next_seq(), 12);
        session.set_seq(u32::MAX - 1);
        assert_eq!(session.next_seq(), u32::MAX);
        assert_eq!(session.next_seq(), 1);
        session.set_seq(u32::MAX - 3);
        assert_eq!(session.next_seqs(4), 1, "a row that would wrap starts anew");
        assert_eq!(session.next_seq(), 5);
    }
}
