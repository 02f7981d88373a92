// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who may send to a socket: the kernel, the peer that it is connected to, and with any_sender everybody.

use super::Arrival;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

/// Whose datagrams are received.
#[derive(Debug)]
pub(super) struct SenderPolicy {
    /// The kernel does not refuse foreign senders by itself: the sender of each datagram is asked for.
    asks: AtomicBool,
    /// Everybody may send.
    any: bool,
    /// Port ID of whom the socket is connected to.
    peer: AtomicU32,
    /// Datagrams of foreign senders that were skipped.
    skipped: AtomicUsize,
}

impl SenderPolicy {
    pub(super) fn new(asks: bool, any: bool, peer: u32) -> SenderPolicy {
        SenderPolicy { asks: AtomicBool::new(asks), any, peer: AtomicU32::new(peer), skipped: AtomicUsize::new(0) }
    }

    /// Whether the sender of each datagram has to be asked for.
    #[inline(always)]
    pub(super) fn asks(&self) -> bool {
        self.asks.load(Ordering::Relaxed)
    }

    /// From now on the sender of each datagram is asked for, and what comes with it.
    pub(super) fn ask(&self) {
        self.asks.store(true, Ordering::Relaxed);
    }

    /// The port ID of whom the socket is connected to.
    pub(super) fn peer(&self) -> u32 {
        self.peer.load(Ordering::Relaxed)
    }

    pub(super) fn set_peer(&self, portid: u32) {
        self.peer.store(portid, Ordering::Relaxed);
    }

    /// How many datagrams of foreign senders were skipped.
    pub(super) fn skipped(&self) -> usize {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Whether the sender of a datagram may send to this socket; counts it if not.
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
