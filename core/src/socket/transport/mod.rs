// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a socket sends to and receives from: three operations that try once and never wait.
//!
//! Which transport it is is decided by one branch that always goes the same way on a socket, and not by a pointer to a
//! function: on the way to the kernel it costs nothing that can be measured.

pub(crate) mod peer;
pub(crate) mod replay;

use super::Socket;
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::datagram;
use crate::sys::fd::{self, Address, Arrival};
use crate::trace::debug::Direction;
use crate::trace::pcap::Record;
use core::sync::atomic::Ordering;
use peer::{Attached, Peer};

/// Where the datagrams go.
#[derive(Debug)]
pub(crate) enum Transport {
    /// A netlink socket of the kernel.
    Kernel,
    /// A connected AF_UNIX socket that keeps datagrams apart; at its other end is whoever plays the kernel.
    Stream,
    /// A peer in memory.
    Memory(Attached),
}

impl Socket {
    /// Sends the pieces as one datagram to whom the socket is connected to; -EAGAIN rather than wait.
    #[inline]
    pub(crate) fn send_now(&self, pieces: &[&[u8]]) -> Result<()> {
        loop {
            let sent = match (&self.transport, pieces) {
                (Transport::Memory(peer), _) => send_to_peer(peer, pieces),
                (_, [bytes]) => fd::send(self.fd.raw(), bytes),
                _ => fd::send_pieces(self.fd.raw(), pieces, None),
            };
            match sent {
                Err(Code::EINTR) => {}
                other => return self.sent(other, pieces),
            }
        }
    }

    /// Sends one datagram, to an address or to whom the socket is connected to; -EAGAIN rather than wait, -EINTR.
    pub(super) fn send_with(&self, bytes: &[u8], flags: i32, to: Option<Address>) -> Result<()> {
        let sent = match &self.transport {
            Transport::Memory(peer) => peer.send(bytes),
            Transport::Stream => datagram::send_to(self.fd.raw(), bytes, flags, None),
            Transport::Kernel => datagram::send_to(self.fd.raw(), bytes, flags, to),
        };
        self.sent(sent, &[bytes])
    }

    #[inline(always)]
    fn sent(&self, result: Result<usize>, pieces: &[&[u8]]) -> Result<()> {
        match result {
            Ok(_) => {
                if self.send_blocked.load(Ordering::Relaxed) {
                    self.send_blocked.store(false, Ordering::Relaxed);
                }
                if self.traced.load(Ordering::Relaxed) {
                    self.tell_sent(pieces);
                }
                Ok(())
            }
            Err(code) => {
                if code == Code::EAGAIN {
                    self.send_blocked.store(true, Ordering::Relaxed);
                }
                Err(code)
            }
        }
    }

    /// Receives one datagram from whoever may talk to this socket; -EAGAIN rather than wait. A foreign datagram is
    /// counted, and told as None.
    #[inline]
    pub(crate) fn recv_now(&self, into: &mut [u8]) -> Result<Option<Arrival>> {
        loop {
            match self.receive(into, 0) {
                Err(Code::EINTR) => {}
                other => return self.received(other, into, 0),
            }
        }
    }

    /// As [`Socket::recv_now`], with flags of recvmsg; -EINTR.
    #[inline(never)]
    pub(super) fn recv_with(&self, into: &mut [u8], flags: i32) -> Result<Option<Arrival>> {
        self.received(self.receive(into, flags), into, flags)
    }

    #[inline(never)]
    pub(crate) fn receive(&self, into: &mut [u8], flags: i32) -> Result<Arrival> {
        let unnamed = |len| Arrival { len, portid: 0, group: 0, nsid: -1 };
        match &self.transport {
            Transport::Kernel if flags == 0 && !self.check_sender.load(Ordering::Relaxed) => {
                fd::recv(self.fd.raw(), into).map(unnamed)
            }
            Transport::Kernel => {
                let arrival = fd::recv_from(self.fd.raw(), into, flags)?;
                Ok(Arrival { group: self.untold_group().unwrap_or(arrival.group), ..arrival })
            }
            _ => self.receive_otherwise(into, flags),
        }
    }

    #[cold]
    #[inline(never)]
    fn receive_otherwise(&self, into: &mut [u8], flags: i32) -> Result<Arrival> {
        if let Transport::Memory(peer) = &self.transport {
            return peer.receive(into, flags & libc::MSG_PEEK != 0);
        }
        let arrival = fd::recv_from(self.fd.raw(), into, flags)?;
        // A datagram of no bytes is how the other end's close looks.
        if arrival.len == 0 { Err(Code::of(-libc::ECONNRESET)) } else { Ok(arrival) }
    }

    #[inline(always)]
    pub(crate) fn received(&self, result: Result<Arrival>, into: &[u8], flags: i32) -> Result<Option<Arrival>> {
        let arrival = result?;
        if !self.accepts(&arrival) {
            return Ok(None);
        }
        if self.traced.load(Ordering::Relaxed) && flags & libc::MSG_PEEK == 0 {
            self.tell_received(into, &arrival);
        }
        Ok(Some(arrival))
    }

    /// Whether its sender may talk to this socket; counts it if not.
    #[inline(always)]
    fn accepts(&self, arrival: &Arrival) -> bool {
        arrival.portid == 0 || self.accepts_other(arrival)
    }

    #[cold]
    fn accepts_other(&self, arrival: &Arrival) -> bool {
        let known = self.any_sender || arrival.portid == self.peer_portid.load(Ordering::Relaxed);
        if !known {
            self.foreign.fetch_add(1, Ordering::Relaxed);
        }
        known
    }

    /// Receives the datagrams that are there into pieces of `size` bytes of `into`, and tells of each in `arrivals`, whoever
    /// sent it; how many. -EAGAIN rather than wait for the first, -EINTR.
    pub(crate) fn recv_many_now(&self, into: &mut [u8], size: usize, arrivals: &mut [Arrival]) -> Result<usize> {
        if let Transport::Kernel = self.transport {
            return self.recv_many(into, size, arrivals, libc::MSG_DONTWAIT);
        }
        // One is as many as these have in one go.
        let (Some(piece), Some(arrival)) = (into.get_mut(..size), arrivals.first_mut()) else {
            return Err(Code::EINVAL);
        };
        *arrival = self.receive(piece, 0)?;
        Ok(1)
    }

    /// As [`datagram::receive_many`], from the kernel.
    pub(super) fn recv_many(&self, into: &mut [u8], size: usize, arrivals: &mut [Arrival], wait: i32) -> Result<usize> {
        let group = self.untold_group();
        datagram::receive_many(self.fd.raw(), into, size, arrivals, group, wait)
    }

    #[cold]
    #[inline(never)]
    fn tell_sent(&self, pieces: &[&[u8]]) {
        let Ok(bytes) = joined(pieces) else { return };
        let bytes = bytes.as_slice();
        let portid = self.peer_portid.load(Ordering::Relaxed);
        self.tell(&Record {
            direction: Direction::Sent,
            portid,
            group: 0,
            protocol: self.protocol,
            bytes,
            true_len: bytes.len(),
        });
    }

    #[cold]
    #[inline(never)]
    fn tell_received(&self, into: &[u8], arrival: &Arrival) {
        self.tell(&Record {
            direction: Direction::Received,
            portid: arrival.portid,
            group: arrival.group,
            protocol: self.protocol,
            bytes: into.get(..arrival.len).unwrap_or(into),
            true_len: arrival.len,
        });
    }

    /// Nobody is told of what a callback of the trace does on the same socket.
    fn tell(&self, record: &Record<'_>) {
        if let Ok(mut trace) = self.trace.lock_any() {
            trace.datagram(record);
        }
    }
}

#[cold]
#[inline(never)]
fn send_to_peer(peer: &Peer, pieces: &[&[u8]]) -> Result<usize> {
    joined(pieces).and_then(|bytes| peer.send(bytes.as_slice()))
}

/// The pieces one after the other in memory of their own.
#[cold]
#[inline(never)]
fn joined(pieces: &[&[u8]]) -> Result<Buf> {
    let mut buf = Buf::empty();
    buf.grow(pieces.iter().fold(0, |len: usize, piece| len.saturating_add(piece.len())))?;
    for (to, from) in buf.as_mut_slice().iter_mut().zip(pieces.iter().copied().flatten()) {
        *to = *from;
    }
    Ok(buf)
}
