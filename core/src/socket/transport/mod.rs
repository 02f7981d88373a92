// SPDX-License-Identifier: MIT OR Apache-2.0
//! Transports: what a socket sends to and receives from. The operations try once and never wait.
//!
//! The transport is selected by a branch and not by a function pointer: for the kernel it costs nothing measurable.

pub(crate) mod peer;
pub(crate) mod replay;

use super::Socket;
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::datagram;
use crate::sys::descriptor::Fd;
use crate::sys::net::{self, Address, Arrival};
use crate::trace::debug::Direction;
use crate::trace::pcap::Record;
use core::sync::atomic::Ordering;
use peer::{Attached, Peer};

/// The other end of a socket.
#[derive(Debug)]
pub(crate) enum Transport {
    /// A netlink socket of the kernel.
    Kernel,
    /// A connected AF_UNIX socket of type SOCK_SEQPACKET, whose other end takes the kernel's place.
    Stream,
    /// A peer in memory.
    Memory(Attached),
}

/// Everything that differs between transports.
impl Transport {
    /// Returns whether it is the kernel, which has options to set.
    pub(super) fn is_kernel(&self) -> bool {
        matches!(self, Transport::Kernel)
    }

    /// Returns whether a poll for POLLOUT reports when a send can be repeated. For a peer in memory that refused a
    /// request no descriptor does.
    pub(super) fn polls_for_room(&self) -> bool {
        !matches!(self, Transport::Memory(_))
    }

    #[inline(always)]
    fn send(&self, fd: &Fd, pieces: &[&[u8]]) -> Result<usize> {
        match (self, pieces) {
            (Transport::Memory(peer), _) => send_to_peer(peer, pieces),
            (_, [bytes]) => net::send(fd, bytes),
            _ => net::send_pieces(fd, pieces, None),
        }
    }

    fn send_to(&self, fd: &Fd, bytes: &[u8], flags: i32, to: Option<Address>) -> Result<usize> {
        match self {
            Transport::Memory(peer) => peer.send(bytes),
            Transport::Stream => datagram::send_to(fd, bytes, flags, None),
            Transport::Kernel => datagram::send_to(fd, bytes, flags, to),
        }
    }

    /// Receives from another transport than the kernel.
    #[cold]
    #[inline(never)]
    fn receive(&self, fd: &Fd, into: &mut [u8], flags: i32) -> Result<Arrival> {
        if let Transport::Memory(peer) = self {
            return peer.receive(into, flags & libc::MSG_PEEK != 0);
        }
        let arrival = net::recv_from(fd, into, flags)?;
        // An empty datagram means that the other end was closed.
        if arrival.len == 0 { Err(Code::of(-libc::ECONNRESET)) } else { Ok(arrival) }
    }
}

impl Socket {
    /// Sends the pieces as one datagram to the port ID that the socket is connected to. Never waits: -EAGAIN.
    #[inline]
    pub(crate) fn send_now(&self, pieces: &[&[u8]]) -> Result<()> {
        loop {
            match self.transport.send(&self.fd, pieces) {
                Err(Code::EINTR) => {}
                other => return self.sent(other, pieces),
            }
        }
    }

    /// Sends one datagram, to an address or to the port ID that the socket is connected to. Never waits: -EAGAIN;
    /// -EINTR.
    pub(super) fn send_with(&self, bytes: &[u8], flags: i32, to: Option<Address>) -> Result<()> {
        let sent = self.transport.send_to(&self.fd, bytes, flags, to);
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
                    self.trace_sent(pieces);
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

    /// Receives one datagram. Never waits: -EAGAIN. None: it was skipped and counted because of its sender.
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
        if !self.transport.is_kernel() {
            return self.transport.receive(&self.fd, into, flags);
        }
        if flags == 0 && !self.senders.asks() {
            return net::recv(&self.fd, into).map(Arrival::new);
        }
        self.recv_from_kernel(into, flags | libc::MSG_DONTWAIT)
    }

    /// Receives a datagram from the kernel with its sender and ancillary data, blocking as SO_RCVTIMEO says unless
    /// flags contain MSG_DONTWAIT.
    #[inline(never)]
    fn recv_from_kernel(&self, into: &mut [u8], flags: i32) -> Result<Arrival> {
        let mut arrival = net::recv_message(&self.fd, into, flags)?;
        if let Some(group) = self.omitted_group() {
            arrival.group = group;
        }
        Ok(arrival)
    }

    #[inline(always)]
    pub(crate) fn received(&self, result: Result<Arrival>, into: &[u8], flags: i32) -> Result<Option<Arrival>> {
        let arrival = result?;
        if !self.senders.accepts(&arrival) {
            return Ok(None);
        }
        if self.traced.load(Ordering::Relaxed) && flags & libc::MSG_PEEK == 0 {
            self.trace_received(into, &arrival);
        }
        Ok(Some(arrival))
    }

    /// Receives the datagrams that are in the receive buffer, of any sender, into parts of `into` of `size` bytes each,
    /// and writes what the kernel reports of them to `arrivals`; returns how many. Never waits: -EAGAIN; -EINTR.
    pub(crate) fn recv_many_now(&self, into: &mut [u8], size: usize, arrivals: &mut [Arrival]) -> Result<usize> {
        if self.transport.is_kernel() {
            return self.recv_many_from_kernel(into, size, arrivals, libc::MSG_DONTWAIT);
        }
        // The others receive one datagram at a time.
        let (Some(piece), Some(arrival)) = (into.get_mut(..size), arrivals.first_mut()) else {
            return Err(Code::EINVAL);
        };
        *arrival = self.receive(piece, 0)?;
        Ok(1)
    }

    /// As [`datagram::receive_many`], from the kernel.
    pub(super) fn recv_many_from_kernel(
        &self,
        into: &mut [u8],
        size: usize,
        arrivals: &mut [Arrival],
        wait: i32,
    ) -> Result<usize> {
        let group = self.omitted_group();
        match datagram::receive_many(&self.fd, into, size, arrivals, group, wait) {
            Err(Code::ENOSYS | Code::EPERM) => self.recv_one(into, size, arrivals, wait),
            other => other,
        }
    }

    /// Receives one datagram as [`Socket::recv_many_from_kernel`], in a sandbox that refuses recvmmsg.
    #[cold]
    #[inline(never)]
    fn recv_one(&self, into: &mut [u8], size: usize, arrivals: &mut [Arrival], wait: i32) -> Result<usize> {
        let (Some(piece), Some(arrival)) = (into.get_mut(..size), arrivals.first_mut()) else {
            return Err(Code::EINVAL);
        };
        *arrival = self.recv_from_kernel(piece, wait & libc::MSG_DONTWAIT)?;
        Ok(1)
    }

    #[cold]
    #[inline(never)]
    fn trace_sent(&self, pieces: &[&[u8]]) {
        let Ok(bytes) = joined(pieces) else { return };
        let bytes = bytes.as_slice();
        let portid = self.senders.peer();
        self.trace(&Record {
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
    fn trace_received(&self, into: &[u8], arrival: &Arrival) {
        self.trace(&Record {
            direction: Direction::Received,
            portid: arrival.portid,
            group: arrival.group,
            protocol: self.protocol,
            bytes: into.get(..arrival.len).unwrap_or(into),
            true_len: arrival.len,
        });
    }

    /// Traces a datagram, unless it is sent or received by the trace function itself.
    fn trace(&self, record: &Record<'_>) {
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

/// Returns a copy of the pieces, joined.
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
