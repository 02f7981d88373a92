// SPDX-License-Identifier: MIT OR Apache-2.0
//! The senders that a socket accepts: the kernel, the port ID that it is connected to, with any_sender all.

use super::Arrival;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

/// The senders that a socket accepts.
#[derive(Debug)]
pub(super) struct SenderPolicy {
    /// The kernel does not refuse other senders: each receive reads the sender's address.
    asks: AtomicBool,
    /// All senders are accepted.
    any: bool,
    /// Port ID that the socket is connected to.
    peer: AtomicU32,
    /// Number of datagrams that were skipped because of their sender.
    skipped: AtomicUsize,
}

impl SenderPolicy {
    pub(super) fn new(asks: bool, any: bool, peer: u32) -> SenderPolicy {
        SenderPolicy { asks: AtomicBool::new(asks), any, peer: AtomicU32::new(peer), skipped: AtomicUsize::new(0) }
    }

    /// Returns whether each receive reads the sender's address.
    #[inline(always)]
    pub(super) fn asks(&self) -> bool {
        self.asks.load(Ordering::Relaxed)
    }

    /// Makes each receive read the sender's address and the ancillary data.
    pub(super) fn ask(&self) {
        self.asks.store(true, Ordering::Relaxed);
    }

    /// Returns the port ID that the socket is connected to.
    pub(super) fn peer(&self) -> u32 {
        self.peer.load(Ordering::Relaxed)
    }

    pub(super) fn set_peer(&self, portid: u32) {
        self.peer.store(portid, Ordering::Relaxed);
    }

    /// Returns how many datagrams were skipped.
    pub(super) fn skipped(&self) -> usize {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Returns whether the sender of a datagram is accepted; counts the datagram if not.
    #[inline(always)]
    pub(super) fn accepts(&self, arrival: &Arrival) -> bool {
        arrival.portid == 0 || self.accepts_other(arrival)
    }

    #[cold]
    fn accepts_other(&self, arrival: &Arrival) -> bool {
        let accepted = self.any || arrival.portid == self.peer();
        if !accepted {
            self.skipped.fetch_add(1, Ordering::Relaxed);
        }
        accepted
    }
}
