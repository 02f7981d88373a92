// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datagrams as they are: sent from the caller's memory, received into it or into memory of the library's.
//!
//! None of this takes the session: one thread may send while another receives.

use super::{Call, MAX_DATAGRAM_LEN, Socket};
use crate::error::{Code, Result};
use crate::mem::{Buf, try_push};
use crate::sys::datagram::MAX_MANY;
use crate::sys::fd::{Address, Arrival};
use alloc::vec::Vec;

/// Room for a datagram of any usual size. It comes from the kernel when it is written to: what is never received costs
/// nothing.
const WHOLE_LEN: usize = 1024 * 1024;

/// Where a datagram in the socket's own memory stands.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    pub memory: *const u8,
    pub arrival: Arrival,
}

impl Socket {
    /// Sends `bytes` as one datagram, to an address or to whom the socket is connected to.
    pub fn send(&self, bytes: &[u8], flags: i32, to: Option<Address>) -> Result<()> {
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

    /// Receives a datagram; its true length may be more than `into` has.
    pub fn recv(&self, into: &mut [u8], flags: i32) -> Result<Arrival> {
        let mut call = self.call()?;
        self.recv_call(&mut call, into, flags)
    }

    fn recv_call(&self, call: &mut Call, into: &mut [u8], flags: i32) -> Result<Arrival> {
        loop {
            self.check(call)?;
            match self.recv_with(into, flags) {
                Ok(Some(arrival)) => return Ok(arrival),
                Ok(None) => {
                    if flags & libc::MSG_PEEK != 0 {
                        // It was foreign and is still there.
                        self.recv_with(&mut [], 0).map(drop).or_else(none_yet)?;
                    }
                    if !call.budget.is_zero() && call.budget.is_over() {
                        return Err(Code::TIMEDOUT);
                    }
                }
                Err(Code::EAGAIN) if flags & libc::MSG_DONTWAIT == 0 => self.wait(call, libc::POLLIN)?,
                Err(Code::EINTR) => {}
                Err(code) => return Err(self.reason(call, code)),
            }
        }
    }

    /// Receives a datagram into the socket's own memory, where it stays until the next call of this function. One that is even
    /// longer than that is cut, and the next of its size will not be.
    pub fn recv_whole(&self, flags: i32) -> Result<Whole> {
        let mut call = self.call()?;
        let waiting = call;
        let mut memory = self.whole.lock(&mut call.budget, &|| self.check(&waiting))?;
        memory.grow(WHOLE_LEN)?;
        let arrival = self.recv_call(&mut call, memory.as_mut_slice(), flags)?;
        if arrival.len > memory.len() {
            memory.grow(arrival.len.min(MAX_DATAGRAM_LEN))?;
            return Err(Code::TRUNC);
        }
        Ok(Whole { memory: memory.as_slice().as_ptr(), arrival })
    }

    /// Receives the datagrams that are there, one at least; how many.
    pub fn recv_inbox(&self, inbox: &mut Inbox) -> Result<usize> {
        let mut call = self.call()?;
        inbox.entries.clear();
        loop {
            self.check(&call)?;
            let arrivals = &mut [Arrival::default(); MAX_MANY];
            let received = self.recv_many_now(inbox.memory.as_mut_slice(), inbox.size, arrivals);
            match received {
                Ok(count) => {
                    let Inbox { memory, size, entries } = inbox;
                    for (slot, &arrival) in arrivals.iter().enumerate().take(count) {
                        let piece = piece(memory.as_slice(), *size, slot);
                        if let Some(arrival) = self.received(Ok(arrival), piece, 0)? {
                            try_push(entries, Entry { slot, arrival })?;
                        }
                    }
                    if !inbox.entries.is_empty() {
                        return Ok(inbox.entries.len());
                    }
                    if !call.budget.is_zero() && call.budget.is_over() {
                        return Err(Code::TIMEDOUT);
                    }
                }
                Err(Code::EAGAIN) => self.wait(&mut call, libc::POLLIN)?,
                Err(Code::EINTR) => {}
                Err(code) => return Err(self.reason(&call, code)),
            }
        }
    }

    /// What a failed receive says: that it was closed or cancelled, if it was, and else the code, of which ENOBUFS has a name.
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

/// Room for several datagrams, and what was received into it.
#[derive(Debug)]
pub struct Inbox {
    memory: Buf,
    size: usize,
    entries: Vec<Entry>,
}

/// The piece of a number. Iterators over chunks panic for a size of 0.
fn piece(memory: &[u8], size: usize, slot: usize) -> &[u8] {
    let start = size.saturating_mul(slot);
    memory.get(start..start.saturating_add(size)).unwrap_or(&[])
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Which piece of the memory it stands in.
    slot: usize,
    arrival: Arrival,
}

impl Inbox {
    /// Room for `count` datagrams of `size` bytes each; -EINVAL if either is 0, -ENOMEM. More than 32 are not received in
    /// one call.
    pub fn new(count: usize, size: usize) -> Result<Inbox> {
        if count == 0 || size == 0 {
            return Err(Code::EINVAL);
        }
        // Each piece begins where a message may.
        let size = size.checked_next_multiple_of(8).ok_or(Code::ENOMEM)?;
        let mut memory = Buf::empty();
        let count = count.min(MAX_MANY);
        memory.grow(size.checked_mul(count).ok_or(Code::ENOMEM)?)?;
        // Now, since a datagram that was received could not be given back.
        let mut entries = Vec::new();
        entries.try_reserve_exact(count).map_err(|_| Code::ENOMEM)?;
        Ok(Inbox { memory, size, entries })
    }

    /// What came, by index: its bytes as far as there was room, and who sent it and how long it was.
    pub fn get(&self, index: usize) -> Option<(&[u8], Arrival)> {
        let entry = self.entries.get(index)?;
        let piece = piece(self.memory.as_slice(), self.size, entry.slot);
        Some((piece.get(..entry.arrival.len.min(piece.len()))?, entry.arrival))
    }
}
