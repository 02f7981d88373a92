// SPDX-License-Identifier: MIT OR Apache-2.0
//! Single datagrams: sent from the caller's memory, received into it or into memory of the library.
//!
//! None of this locks the session: one thread may send while another receives.

use super::{Call, MAX_DATAGRAM_LEN, Socket};
use crate::error::{Code, Result};
use crate::mem::{Buf, Guard, try_push};
use crate::sys::datagram::MAX_MANY;
use crate::sys::net::{Address, Arrival};
use alloc::vec::Vec;

/// Bytes for a datagram of any usual size. The kernel provides pages when they are written to.
const DATAGRAM_LEN: usize = 1024 * 1024;

/// A datagram in the socket's own memory, which is locked until this is dropped.
#[derive(Debug)]
pub struct Datagram<'a> {
    memory: Guard<'a, Buf>,
    arrival: Arrival,
}

impl Datagram<'_> {
    /// Returns all of its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.memory.as_slice().get(..self.arrival.len).unwrap_or(&[])
    }

    /// Returns its sender, group and namespace ID.
    pub fn arrival(&self) -> Arrival {
        self.arrival
    }
}

impl Socket {
    /// Sends `bytes` as one datagram, to an address or to the port ID that the socket is connected to. `flags`: 0 or
    /// MSG_DONTWAIT.
    pub fn send(&self, bytes: &[u8], flags: i32, to: Option<Address>) -> Result<()> {
        if flags & !libc::MSG_DONTWAIT != 0 {
            return Err(Code::EINVAL);
        }
        let mut call = self.call()?;
        let mut tries = 0;
        loop {
            match self.send_with(bytes, flags, to) {
                Err(Code::EINTR) => self.check(&call)?,
                Err(Code::EAGAIN) if flags & libc::MSG_DONTWAIT == 0 => self.wait_for_room(&mut call, &mut tries)?,
                // Of the receive buffer ENOBUFS says nothing here.
                Err(code) => return Err(self.check(&call).err().unwrap_or(code)),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Receives a datagram; its full length may be more than `into` has. `flags`: MSG_DONTWAIT, MSG_PEEK.
    pub fn recv(&self, into: &mut [u8], flags: i32) -> Result<Arrival> {
        let mut call = self.call()?;
        self.recv_call(&mut call, into, flags)
    }

    fn recv_call(&self, call: &mut Call, into: &mut [u8], flags: i32) -> Result<Arrival> {
        if flags & !(libc::MSG_DONTWAIT | libc::MSG_PEEK) != 0 {
            return Err(Code::EINVAL);
        }
        loop {
            self.check(call)?;
            match self.recv_with(into, flags) {
                Ok(Some(arrival)) => return Ok(arrival),
                Ok(None) => {
                    if flags & libc::MSG_PEEK != 0 {
                        // It is in the receive buffer and would be peeked at again.
                        self.recv_with(&mut [], 0).map(drop).or_else(none_yet)?;
                    }
                    call.check_deadline()?;
                }
                Err(Code::EAGAIN) if flags & libc::MSG_DONTWAIT == 0 => self.wait(call, libc::POLLIN)?,
                Err(Code::EINTR) => {}
                Err(code) => return Err(self.reason(call, code)),
            }
        }
    }

    /// Receives a datagram into the socket's own memory. NLRS_ETRUNC: it was longer than that, which has grown now for
    /// the next of its size.
    pub fn recv_datagram(&self, flags: i32) -> Result<Datagram<'_>> {
        let mut call = self.call()?;
        let mut memory = self.datagram.lock(&mut || self.left_for_lock(&mut call))?;
        memory.grow(DATAGRAM_LEN)?;
        let arrival = self.recv_call(&mut call, memory.as_mut_slice(), flags)?;
        if arrival.len > memory.len() {
            memory.grow(arrival.len.min(MAX_DATAGRAM_LEN))?;
            return Err(Code::TRUNC);
        }
        Ok(Datagram { memory, arrival })
    }

    /// Receives the datagrams that are in the receive buffer and returns how many; waits for the first.
    pub fn recv_many(&self, datagrams: &mut Datagrams) -> Result<usize> {
        let mut call = self.call()?;
        datagrams.entries.clear();
        loop {
            self.check(&call)?;
            let arrivals = &mut [Arrival::default(); MAX_MANY];
            let received = self.recv_many_now(datagrams.memory.as_mut_slice(), datagrams.size, arrivals);
            match received {
                Ok(count) => {
                    let Datagrams { memory, size, entries } = datagrams;
                    for (slot, &arrival) in arrivals.iter().enumerate().take(count) {
                        let piece = piece(memory.as_slice(), *size, slot);
                        if let Some(arrival) = self.received(Ok(arrival), piece, 0)? {
                            try_push(entries, Entry { slot, arrival })?;
                        }
                    }
                    if !datagrams.entries.is_empty() {
                        return Ok(datagrams.entries.len());
                    }
                    call.check_deadline()?;
                }
                Err(Code::EAGAIN) => self.wait(&mut call, libc::POLLIN)?,
                Err(Code::EINTR) => {}
                Err(code) => return Err(self.reason(&call, code)),
            }
        }
    }

    /// The code of a failed receive: NLRS_ECLOSED or NLRS_ECANCELED if that is the cause, NLRS_EOVERRUN for -ENOBUFS.
    fn reason(&self, call: &Call, code: Code) -> Code {
        match self.check(call) {
            Err(reason) => reason,
            Ok(()) if code == Code::ENOBUFS => Code::OVERRUN,
            Ok(()) => code,
        }
    }
}

fn none_yet(code: Code) -> Result<()> {
    if code == Code::EAGAIN { Ok(()) } else { Err(code) }
}

/// Memory for several datagrams, and those that were received into it.
#[derive(Debug)]
pub struct Datagrams {
    memory: Buf,
    size: usize,
    entries: Vec<Entry>,
}

/// The part of the memory with the index `slot`. Iterators over chunks panic for a size of 0.
fn piece(memory: &[u8], size: usize, slot: usize) -> &[u8] {
    let start = size.saturating_mul(slot);
    memory.get(start..start.saturating_add(size)).unwrap_or(&[])
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Index of the part of the memory that it is in.
    slot: usize,
    arrival: Arrival,
}

impl Datagrams {
    /// Allocates memory for `count` datagrams of `size` bytes each; -EINVAL if either is 0, -ENOMEM. At most 32 are
    /// received by one call.
    pub fn new(count: usize, size: usize) -> Result<Datagrams> {
        if count == 0 || size == 0 {
            return Err(Code::EINVAL);
        }
        // Each part is aligned as a message.
        let size = size.checked_next_multiple_of(8).ok_or(Code::ENOMEM)?;
        let mut memory = Buf::empty();
        let count = count.min(MAX_MANY);
        memory.grow(size.checked_mul(count).ok_or(Code::ENOMEM)?)?;
        // Now: a datagram that was received must not be lost because there is no memory for its entry.
        let mut entries = Vec::new();
        entries.try_reserve_exact(count).map_err(|_| Code::ENOMEM)?;
        Ok(Datagrams { memory, size, entries })
    }

    /// Returns how many datagrams were received.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Returns a datagram by its index: the bytes that fit into its part of the memory, and its sender and full length.
    pub fn get(&self, index: usize) -> Option<(&[u8], Arrival)> {
        let entry = self.entries.get(index)?;
        let piece = piece(self.memory.as_slice(), self.size, entry.slot);
        Some((piece.get(..entry.arrival.len.min(piece.len()))?, entry.arrival))
    }
}
