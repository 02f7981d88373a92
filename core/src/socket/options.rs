// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be set on an open socket and asked of it. Each getter says what is in force.

use super::Socket;
use super::filter::{Filter, INSTRUCTION_LEN, MAX_INSTRUCTIONS};
use super::transport::Transport;
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::datagram;
use crate::sys::fd::{self, Address};
use crate::uapi::{
    NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP, NETLINK_LIST_MEMBERSHIPS, NETLINK_LISTEN_ALL_NSID,
    NETLINK_PKTINFO, SOL_NETLINK,
};
use core::sync::atomic::Ordering;

/// Which of the two buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferKind {
    /// What has been received and not yet read.
    Receive,
    /// What has been sent and not yet read by the peer.
    Send,
}

impl BufferKind {
    const fn names(self) -> (i32, i32) {
        match self {
            BufferKind::Receive => (libc::SO_RCVBUF, libc::SO_RCVBUFFORCE),
            BufferKind::Send => (libc::SO_SNDBUF, libc::SO_SNDBUFFORCE),
        }
    }
}

impl Socket {
    /// Sets any option.
    pub fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        self.give_up_direct()?;
        fd::set_option(self.fd(), level, name, value)
    }

    /// Reads any option; the length that the kernel gave.
    pub fn get_option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        fd::get_option(self.fd(), level, name, value)
    }

    /// Whether there is a kernel behind it. With a peer in its place the setters do nothing and succeed, so that a program
    /// under test goes its usual way, and the getters say that nothing is in force.
    fn has_kernel(&self) -> bool {
        matches!(self.transport, Transport::Kernel)
    }

    /// Switches an option of SOL_NETLINK (NETLINK_PKTINFO …) on or off.
    pub fn set_flag(&self, name: i32, on: bool) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        // Whoever sets these wants to be told.
        self.tell_group()?;
        fd::set_int(self.fd(), SOL_NETLINK, name, i32::from(on))?;
        if matches!(name, NETLINK_PKTINFO | NETLINK_LISTEN_ALL_NSID) && on {
            // What they add comes with the sender's address.
            self.check_sender.store(true, Ordering::Relaxed);
        }
        if name == NETLINK_LISTEN_ALL_NSID {
            self.all_nsid.store(on, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether an option of SOL_NETLINK is on.
    pub fn flag(&self, name: i32) -> Result<bool> {
        if !self.has_kernel() {
            return Ok(false);
        }
        match fd::get_int(self.fd(), SOL_NETLINK, name) {
            // Kernels let it be set and not asked for: then it is as this object has set it.
            Err(Code::ENOPROTOOPT) if name == NETLINK_LISTEN_ALL_NSID => Ok(self.all_nsid.load(Ordering::Relaxed)),
            other => other.map(|value| value != 0),
        }
    }

    /// Joins a multicast group by its number.
    pub fn join(&self, group: u32) -> Result<()> {
        // Before the first event can come: the kernel's refusal of foreign senders does not reach multicasts.
        self.check_sender.store(true, Ordering::Relaxed);
        // An event is told from an answer by its group, since it may carry any sequence number.
        if self.has_kernel() {
            self.tell_group()?;
            fd::set_int(self.fd(), SOL_NETLINK, NETLINK_PKTINFO, 1)?;
        }
        self.direct.note_group(group);
        self.membership(NETLINK_ADD_MEMBERSHIP, group)
    }

    /// Leaves a group.
    pub fn leave(&self, group: u32) -> Result<()> {
        self.membership(NETLINK_DROP_MEMBERSHIP, group)
    }

    fn membership(&self, name: i32, group: u32) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        let group = i32::try_from(group).ok().filter(|&group| group > 0).ok_or(Code::EINVAL)?;
        fd::set_int(self.fd(), SOL_NETLINK, name, group)
    }

    /// Writes the numbers of the groups joined, in ascending order, as many as there is room for; how many there are.
    pub fn memberships(&self, groups: &mut [u32]) -> Result<usize> {
        if !self.has_kernel() {
            return Ok(0);
        }
        let mut bits = Buf::empty();
        // The kernel tells how long its map is, whatever room there is.
        loop {
            let len = self.get_option(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, bits.as_mut_slice())?;
            if len <= bits.len() {
                break;
            }
            bits.grow(len)?;
        }
        let mut slots = groups.iter_mut();
        let mut count = 0usize;
        let mut base = 0u32;
        for word in bits.as_slice().chunks_exact(4) {
            let word = word.first_chunk().copied().map_or(0, u32::from_ne_bytes);
            for bit in (0..32).filter(|bit| word >> bit & 1 != 0) {
                if let Some(slot) = slots.next() {
                    *slot = base.saturating_add(bit).saturating_add(1);
                }
                count = count.saturating_add(1);
            }
            base = base.saturating_add(32);
        }
        Ok(count)
    }

    /// The groups of the local address: those up to 32, as a mask.
    pub fn group_mask(&self) -> Result<u32> {
        if !self.has_kernel() {
            return Ok(0);
        }
        Ok(fd::local_address(self.fd())?.groups)
    }

    /// Connects to a peer and a mask of groups: they get what is sent without an address, and only that peer is heard.
    pub fn connect(&self, portid: u32, groups: u32) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        self.check_sender.store(true, Ordering::Relaxed);
        fd::connect(self.fd(), Address { portid, groups })?;
        self.peer_portid.store(portid, Ordering::Relaxed);
        Ok(())
    }

    /// Takes the connection back: what is sent without an address goes to the kernel.
    pub fn disconnect(&self) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        self.check_sender.store(true, Ordering::Relaxed);
        fd::disconnect(self.fd())?;
        self.peer_portid.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// The peer that the socket is connected to.
    pub fn peer(&self) -> u32 {
        self.peer_portid.load(Ordering::Relaxed)
    }

    /// Asks for a buffer of so many bytes, beyond the administrator's limit where this process may; true when the kernel has
    /// granted less.
    pub fn set_buffer(&self, kind: BufferKind, bytes: usize) -> Result<bool> {
        if !self.has_kernel() {
            return Ok(false);
        }
        set_buffer(self.fd(), kind, bytes)
    }

    /// The size in force as the kernel counts it: twice what was granted, since its own overhead is part of it.
    pub fn buffer(&self, kind: BufferKind) -> Result<usize> {
        if !self.has_kernel() {
            return Ok(0);
        }
        let (name, _) = kind.names();
        usize::try_from(fd::get_int(self.fd(), libc::SOL_SOCKET, name)?).map_err(|_| Code::ERANGE)
    }

    /// Attaches a program of instructions in the kernel's layout; none: takes the present one away.
    pub fn set_program(&self, program: &[u8]) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        if program.is_empty() {
            return match fd::set_int(self.fd(), libc::SOL_SOCKET, libc::SO_DETACH_FILTER, 0) {
                Err(Code::ENOENT) => Ok(()),
                other => other,
            };
        }
        if program.len() > MAX_INSTRUCTIONS * INSTRUCTION_LEN || program.len() % INSTRUCTION_LEN != 0 {
            return Err(Code::EMSGSIZE);
        }
        // It may refuse what wakes a receive.
        self.give_up_direct()?;
        datagram::attach_filter(self.fd(), program)
    }

    /// Attaches the program of a filter.
    pub fn set_filter(&self, filter: &Filter) -> Result<()> {
        self.set_program(filter.program()?.as_bytes())
    }

    /// From now on the filter can neither be changed nor taken away, also not by whom the descriptor is given to.
    pub fn lock_filter(&self) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        fd::set_int(self.fd(), libc::SOL_SOCKET, libc::SO_LOCK_FILTER, 1)
    }
}

/// See [`Socket::set_buffer`].
pub(super) fn set_buffer(fd: i32, kind: BufferKind, bytes: usize) -> Result<bool> {
    // The kernel doubles it into an int.
    let wanted = i32::try_from(bytes).ok().filter(|&bytes| bytes <= i32::MAX / 2).ok_or(Code::ERANGE)?;
    let (name, force) = kind.names();
    match fd::set_int(fd, libc::SOL_SOCKET, force, wanted) {
        Err(code) if code.raw() == -libc::EPERM => fd::set_int(fd, libc::SOL_SOCKET, name, wanted)?,
        other => other?,
    }
    Ok(fd::get_int(fd, libc::SOL_SOCKET, name)? / 2 < wanted)
}
