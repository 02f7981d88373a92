// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a conversation on a socket has to remember between its calls.

use super::strays::Strays;
use crate::error::Result;
use crate::mem::{Block, Buf};

/// The receive length to begin with. The kernel makes the pieces of a dump as long as the longest receive so far, up to 32 KiB; with an
/// aligned buffer the longest are the fastest (measured on 500,000 routes: 8 KiB 359 ns a route, 32 KiB 337).
const RECV_LEN: usize = 32 * 1024;

/// No room is made for a longer datagram than this, which is more than the kernel ever sends: a peer in memory or a capture may
/// say anything.
pub(crate) const MAX_DATAGRAM_LEN: usize = 16 * 1024 * 1024;

/// Guarded by the socket's lock.
#[derive(Debug)]
pub(crate) struct Session {
    /// The sequence number of the latest request.
    seq: u32,
    /// Where answers are received; requests go out from it too. An open dump has it.
    pub(crate) buf: Buf,
    /// The length to receive with. Never shrinks: the kernel may have a piece ready of the largest length so far.
    recv_len: usize,
    /// The receive buffer overflowed: what is still in it belongs to the past.
    pub(crate) overrun: bool,
    /// Sequence number of the dump that is open.
    pub(crate) open_dump: Option<u32>,
    /// Sequence number of an abandoned dump that the kernel has not ended yet.
    pub(crate) orphan_dump: Option<u32>,
    /// Where an ended dump kept its request, for the next one.
    pub(crate) spare: Buf,
    /// Where the handle of an ended dump stood, for the next one's.
    pub(crate) handle: Option<Block>,
    /// Events that arrived during an exchange.
    pub(crate) strays: Strays,
}

impl Session {
    pub(crate) fn new() -> Session {
        Session {
            seq: 0,
            buf: Buf::empty(),
            recv_len: RECV_LEN,
            overrun: false,
            open_dump: None,
            orphan_dump: None,
            spare: Buf::empty(),
            handle: None,
            strays: Strays::new(),
        }
    }

    /// The next sequence number; never 0.
    pub(crate) fn next_seq(&mut self) -> u32 {
        self.next_seqs(1)
    }

    /// The first of `count` sequence numbers in a row, none of them 0.
    pub(crate) fn next_seqs(&mut self, count: u32) -> u32 {
        let first = match self.seq.checked_add(count) {
            Some(_) => self.seq.wrapping_add(1),
            None => 1,
        };
        self.seq = first.wrapping_add(count.saturating_sub(1));
        first
    }

    /// The length to receive with.
    pub(crate) fn recv_len(&self) -> usize {
        self.recv_len
    }

    /// Receive with at least `len` from now on, rounded up, but no longer than any datagram is. Whether that is more than before.
    pub(crate) fn want_recv_len(&mut self, len: usize) -> bool {
        let before = self.recv_len;
        self.recv_len = before.max(len.min(MAX_DATAGRAM_LEN).next_power_of_two());
        self.recv_len > before
    }

    /// Makes `buf` as long as the receive length.
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
