// SPDX-License-Identifier: MIT OR Apache-2.0
//! Properties of an open socket: options, groups, addresses, buffers, filters. Getters return the value in use.

use super::Socket;
use super::filter::{Filter, INSTRUCTION_LEN, MAX_INSTRUCTIONS};
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::datagram;
use crate::sys::descriptor::Fd;
use crate::sys::net::{self, Address};
use crate::uapi::{
    NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP, NETLINK_LIST_MEMBERSHIPS, NETLINK_LISTEN_ALL_NSID,
    NETLINK_PKTINFO, NETLINK_RX_RING, NETLINK_TX_RING, SOL_NETLINK,
};
use core::sync::atomic::Ordering;

/// A buffer of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferKind {
    /// Of datagrams that were received and not yet read.
    Receive,
    /// Of datagrams that were sent and not yet read by the receiver.
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
        self.disable_blocking_receive()?;
        if level == libc::SOL_SOCKET && name == libc::SO_PASSCRED {
            self.credentials.store(true, Ordering::Relaxed);
            self.senders.ask();
        }
        net::set_option(&self.fd, level, name, value)
    }

    /// Reads any option; returns the length that the kernel reported.
    pub fn get_option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        net::get_option(&self.fd, level, name, value)
    }

    /// Returns whether the other end is the kernel. If not, setters do nothing and succeed, so that programs can be
    /// tested unchanged, and getters return 0.
    fn has_kernel(&self) -> bool {
        self.transport.is_kernel()
    }

    /// Turns a flag of SOL_NETLINK (NETLINK_PKTINFO …) on or off; -EINVAL for what is not a flag.
    pub fn set_flag(&self, name: i32, on: bool) -> Result<()> {
        check_flag(name)?;
        if !self.has_kernel() {
            return Ok(());
        }
        // The caller may rely on what the kernel reports.
        self.report_group()?;
        net::set_int(&self.fd, SOL_NETLINK, name, i32::from(on))?;
        if matches!(name, NETLINK_PKTINFO | NETLINK_LISTEN_ALL_NSID) && on {
            // What they add comes with the sender's address.
            self.senders.ask();
        }
        if name == NETLINK_LISTEN_ALL_NSID {
            self.all_nsid.store(on, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Returns whether a flag of SOL_NETLINK is on; -EINVAL for what is not a flag.
    pub fn flag(&self, name: i32) -> Result<bool> {
        check_flag(name)?;
        if !self.has_kernel() {
            return Ok(false);
        }
        match net::get_int(&self.fd, SOL_NETLINK, name) {
            // It can be set in kernels that cannot report it: then it is what this object has set.
            Err(Code::ENOPROTOOPT) if name == NETLINK_LISTEN_ALL_NSID => Ok(self.all_nsid.load(Ordering::Relaxed)),
            other => other.map(|value| value != 0),
        }
    }

    /// Joins a multicast group by its number.
    pub fn join(&self, group: u32) -> Result<()> {
        // Before the first event can arrive: the kernel does not refuse multicasts of other senders.
        self.senders.ask();
        if self.has_kernel() {
            self.report_group()?;
            request_groups(&self.fd)?;
        }
        self.blocking.note_group(group);
        self.membership(NETLINK_ADD_MEMBERSHIP, group)
    }

    /// Leaves a multicast group.
    pub fn leave(&self, group: u32) -> Result<()> {
        self.membership(NETLINK_DROP_MEMBERSHIP, group)
    }

    fn membership(&self, name: i32, group: u32) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        let group = i32::try_from(group).ok().filter(|&group| group > 0).ok_or(Code::EINVAL)?;
        net::set_int(&self.fd, SOL_NETLINK, name, group)
    }

    /// Writes the numbers of the joined groups in ascending order, as many as fit; returns how many groups are
    /// joined.
    pub fn memberships(&self, groups: &mut [u32]) -> Result<usize> {
        if !self.has_kernel() {
            return Ok(0);
        }
        let mut bits = Buf::empty();
        // The kernel reports the length of its bitmap, whatever the size of the buffer.
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

    /// Connects to an address: it gets what is sent without an address, and is accepted as a sender beside the
    /// kernel.
    pub fn connect(&self, address: Address) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        self.senders.ask();
        net::connect(&self.fd, address)?;
        self.senders.set_peer(address.portid);
        Ok(())
    }

    /// Ends the connection: what is sent without an address goes to the kernel.
    pub fn disconnect(&self) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        self.senders.ask();
        net::disconnect(&self.fd)?;
        self.senders.set_peer(0);
        Ok(())
    }

    /// Returns the port ID that the socket is connected to; 0: the kernel, or none.
    pub fn peer(&self) -> u32 {
        self.senders.peer()
    }

    /// Sets the size of a buffer in bytes, above the system's limit if this process may. Returns whether the kernel
    /// granted less.
    pub fn set_buffer(&self, kind: BufferKind, bytes: usize) -> Result<bool> {
        if !self.has_kernel() {
            return Ok(false);
        }
        set_buffer(&self.fd, kind, bytes)
    }

    /// Returns the size of a buffer as the kernel counts it: twice what was set, because its overhead is included.
    pub fn buffer(&self, kind: BufferKind) -> Result<usize> {
        if !self.has_kernel() {
            return Ok(0);
        }
        let (name, _) = kind.names();
        usize::try_from(net::get_int(&self.fd, libc::SOL_SOCKET, name)?).map_err(|_| Code::ERANGE)
    }

    /// Attaches a program of instructions in the kernel's layout; without instructions it detaches the present one.
    pub fn set_bpf(&self, program: &[u8]) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        if program.is_empty() {
            return match net::set_int(&self.fd, libc::SOL_SOCKET, libc::SO_DETACH_FILTER, 0) {
                Err(Code::ENOENT) => Ok(()),
                other => other,
            };
        }
        if program.len() > MAX_INSTRUCTIONS * INSTRUCTION_LEN || program.len() % INSTRUCTION_LEN != 0 {
            return Err(Code::EMSGSIZE);
        }
        // It may refuse the ack that wakes a receive.
        self.disable_blocking_receive()?;
        datagram::attach_filter(&self.fd, program)
    }

    /// Attaches a filter.
    pub fn set_filter(&self, filter: &Filter) -> Result<()> {
        self.set_bpf(filter.program()?.as_bytes())
    }

    /// Locks the filter: it can be neither replaced nor detached any more, by no process that has the descriptor.
    pub fn lock_filter(&self) -> Result<()> {
        if !self.has_kernel() {
            return Ok(());
        }
        net::set_int(&self.fd, libc::SOL_SOCKET, libc::SO_LOCK_FILTER, 1)
    }
}

/// Makes the kernel report the group of each datagram: the event of the socket's own change has the sequence number and
/// port ID of the request, and only the group distinguishes it from a reply. A kernel without NETLINK_PKTINFO (gVisor)
/// reports groups up to 32 in the sender's address.
pub(super) fn request_groups(fd: &Fd) -> Result<()> {
    match net::set_int(fd, SOL_NETLINK, NETLINK_PKTINFO, 1) {
        Err(Code::ENOPROTOOPT | Code::ENOSYS | Code::EPERM) => Ok(()),
        other => other,
    }
}

/// -EINVAL for an option of SOL_NETLINK that is not a flag. Newer flags than these are the kernel's to know; they have
/// a bit in [`SocketOptions`](super::SocketOptions).
pub(super) fn check_flag(name: i32) -> Result<()> {
    let is_other = matches!(
        name,
        NETLINK_ADD_MEMBERSHIP | NETLINK_DROP_MEMBERSHIP | NETLINK_RX_RING | NETLINK_TX_RING | NETLINK_LIST_MEMBERSHIPS
    );
    if (1..32).contains(&name) && !is_other { Ok(()) } else { Err(Code::EINVAL) }
}

/// See [`Socket::set_buffer`].
pub(super) fn set_buffer(fd: &Fd, kind: BufferKind, bytes: usize) -> Result<bool> {
    // The kernel doubles it into an int.
    let wanted = i32::try_from(bytes).ok().filter(|&bytes| bytes <= i32::MAX / 2).ok_or(Code::ERANGE)?;
    let (name, force) = kind.names();
    match net::set_int(fd, libc::SOL_SOCKET, force, wanted) {
        Err(code) if code.raw() == -libc::EPERM => net::set_int(fd, libc::SOL_SOCKET, name, wanted)?,
        other => other?,
    }
    Ok(net::get_int(fd, libc::SOL_SOCKET, name)? / 2 < wanted)
}
