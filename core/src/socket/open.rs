// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening a socket with defaults that serve: the library's own, somebody else's descriptor, a peer in memory.

use super::netns::{self, Namespace};
use super::options::{BufferKind, set_buffer};
use super::transport::peer::{Attached, PORTID, Peer};
use super::transport::{Transport, replay};
use super::{Parts, Socket};
use crate::error::{Code, Result};
use crate::mem::Shared;
use crate::sys::fd::{self, Address, Fd};
use crate::trace::debug::Trace;
use crate::uapi::{
    NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_LISTEN_ALL_NSID, NETLINK_PKTINFO, NETLINK_ROUTE,
    SOL_NETLINK,
};

/// Milliseconds that an operation may wait unless the user says otherwise.
const DEFAULT_TIMEOUT: i32 = 30_000;

/// What the kernel reports for a receive buffer of 32 KiB: it doubles what is asked for.
const MIN_RCVBUF: i32 = 2 * 32 * 1024;

/// How a socket is opened.
#[derive(Debug)]
pub struct SocketOptions {
    /// Port ID to bind to; 0: the kernel's choice.
    pub(crate) portid: u32,
    /// Bit mask of groups 1 to 32 to join.
    pub(crate) groups: u32,
    /// Milliseconds for a whole operation; < 0: for ever.
    pub(crate) timeout: i32,
    /// Hear senders other than the kernel.
    pub(crate) any_sender: bool,
    /// Can be cancelled, at the cost of a second descriptor.
    pub(crate) cancelable: bool,
    /// Bytes of the receive buffer; 0: as it comes, but 32 KiB at least.
    pub(crate) recv_buffer: usize,
    /// Bytes of the send buffer; 0: as it comes.
    pub(crate) send_buffer: usize,
    /// Options of SOL_NETLINK by their bit: which were chosen, and which of those are on.
    flags_chosen: u32,
    flags_on: u32,
    /// Where.
    pub(crate) namespace: Namespace,
}

impl SocketOptions {
    /// The defaults.
    pub const fn new() -> SocketOptions {
        SocketOptions {
            portid: 0,
            groups: 0,
            timeout: DEFAULT_TIMEOUT,
            any_sender: false,
            cancelable: true,
            recv_buffer: 0,
            send_buffer: 0,
            flags_chosen: 0,
            flags_on: 0,
            namespace: Namespace::Own,
        }
    }

    /// Port ID to bind to; 0: the kernel's choice.
    pub fn set_portid(&mut self, portid: u32) {
        self.portid = portid;
    }

    /// Bit mask of groups 1 to 32 to join.
    pub fn set_groups(&mut self, groups: u32) {
        self.groups = groups;
    }

    /// Milliseconds that a whole operation may wait; < 0: for ever; 0: never.
    pub fn set_timeout(&mut self, milliseconds: i64) {
        self.timeout = super::timeout_of(milliseconds);
    }

    /// Hear senders other than the kernel.
    pub fn set_any_sender(&mut self, on: bool) {
        self.any_sender = on;
    }

    /// Whether it can be cancelled, for which it has a second descriptor.
    pub fn set_cancelable(&mut self, on: bool) {
        self.cancelable = on;
    }

    /// Bytes of the receive buffer; 0: as it comes, but 32 KiB at least.
    pub fn set_recv_buffer(&mut self, bytes: usize) {
        self.recv_buffer = bytes;
    }

    /// Bytes of the send buffer; 0: as it comes.
    pub fn set_send_buffer(&mut self, bytes: usize) {
        self.send_buffer = bytes;
    }

    /// Switches an option of SOL_NETLINK on or off; -EINVAL for a number that has no bit.
    pub fn set_flag(&mut self, name: i32, on: bool) -> Result<()> {
        let bit = u32::try_from(name).ok().filter(|&name| name > 0).and_then(|name| 1u32.checked_shl(name));
        let bit = bit.ok_or(Code::EINVAL)?;
        self.flags_chosen |= bit;
        self.flags_on = if on { self.flags_on | bit } else { self.flags_on & !bit };
        Ok(())
    }

    /// No group is joined before the socket is handed out.
    pub(crate) fn has_no_groups(&self) -> bool {
        self.groups == 0
    }

    fn has_flag(&self, name: i32) -> bool {
        self.flags_on >> name & 1 != 0
    }

    /// The choices, and of what was not chosen the defaults where this kernel has them: those that answers which say what
    /// was wrong depend on.
    #[inline(never)]
    fn set_flags(&self, raw: i32, protocol: i32) -> Result<()> {
        for name in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
            if self.flags_chosen >> name & 1 != 0 || name == NETLINK_GET_STRICT_CHK && protocol != NETLINK_ROUTE {
                continue;
            }
            match fd::set_int(raw, SOL_NETLINK, name, 1) {
                Err(Code::ENOPROTOOPT) => {}
                other => other?,
            }
        }
        for name in (1..32).filter(|name| self.flags_chosen >> name & 1 != 0) {
            fd::set_int(raw, SOL_NETLINK, name, i32::from(self.has_flag(name)))?;
        }
        Ok(())
    }

    /// In the calling thread's own network namespace.
    pub fn set_own_namespace(&mut self) {
        self.namespace = Namespace::Own;
    }

    /// In the network namespace of a descriptor, or of the process of a pidfd.
    pub fn set_namespace_fd(&mut self, descriptor: i32) {
        self.namespace = Namespace::Descriptor(descriptor);
    }

    /// In the network namespace at a path.
    pub fn set_namespace_path(&mut self, path: &[u8]) -> Result<()> {
        self.namespace = Namespace::Path(netns::copy(path)?);
        Ok(())
    }

    /// In the network namespace of a name.
    pub fn set_namespace_name(&mut self, name: &[u8]) -> Result<()> {
        if !netns::is_name(name) {
            return Err(Code::EINVAL);
        }
        self.namespace = Namespace::Name(netns::copy(name)?);
        Ok(())
    }

    /// In the network namespace of a process.
    pub fn set_namespace_process(&mut self, id: u32) {
        self.namespace = Namespace::Process(id);
    }

    fn address(&self) -> Address {
        Address { portid: self.portid, groups: self.groups }
    }

    fn wake(&self) -> Result<Option<Fd>> {
        if self.cancelable { fd::event().map(Some) } else { Ok(None) }
    }

    #[inline(never)]
    fn set_buffers(&self, raw: i32) -> Result<()> {
        for (kind, bytes) in [(BufferKind::Receive, self.recv_buffer), (BufferKind::Send, self.send_buffer)] {
            if bytes != 0 {
                set_buffer(raw, kind, bytes)?;
            }
        }
        Ok(())
    }
}

impl Default for SocketOptions {
    fn default() -> SocketOptions {
        SocketOptions::new()
    }
}

impl Socket {
    /// Opens a socket for `protocol` (NETLINK_ROUTE …).
    pub fn open(protocol: i32, options: &SocketOptions) -> Result<Socket> {
        Socket::set_up(netns::socket_in(&options.namespace, protocol)?, protocol, options)
    }

    /// Opens a socket with the defaults, never waiting and not to be cancelled, in the namespace that the options name.
    pub(crate) fn open_beside(protocol: i32, options: &SocketOptions) -> Result<Socket> {
        let socket = netns::socket_in(&options.namespace, protocol)?;
        Socket::set_up(socket, protocol, &SocketOptions { timeout: 0, cancelable: false, ..SocketOptions::new() })
    }

    fn set_up(socket: Fd, protocol: i32, options: &SocketOptions) -> Result<Socket> {
        let raw = socket.raw();
        options.set_flags(raw, protocol)?;
        if options.recv_buffer == 0 && fd::get_int(raw, libc::SOL_SOCKET, libc::SO_RCVBUF)? < MIN_RCVBUF {
            fd::set_int(raw, libc::SOL_SOCKET, libc::SO_RCVBUF, MIN_RCVBUF / 2)?;
        }
        options.set_buffers(raw)?;
        if options.groups != 0 {
            // An event is told from an answer by its group, since it may carry any sequence number.
            fd::set_int(raw, SOL_NETLINK, NETLINK_PKTINFO, 1)?;
        }
        let own = options.address();
        if own != Address::KERNEL || options.any_sender {
            fd::bind(raw, own)?;
        }
        if !options.any_sender {
            // From here on the kernel refuses unicasts of others; what came between bind and connect is thrown away
            // unless groups have been joined, whose events must not be lost: then each sender is looked at anyway.
            fd::connect(raw, Address::KERNEL)?;
            if options.groups == 0 {
                empty_queue(raw)?;
            }
        }
        Ok(Socket::from_parts(Parts {
            portid: fd::local_address(raw)?.portid,
            peer_portid: 0,
            fd: socket,
            transport: Transport::Kernel,
            wake: options.wake()?,
            protocol,
            timeout: options.timeout,
            check_sender: options.groups != 0
                || options.any_sender
                || options.has_flag(NETLINK_PKTINFO)
                || options.has_flag(NETLINK_LISTEN_ALL_NSID),
            any_sender: options.any_sender,
            all_nsid: options.has_flag(NETLINK_LISTEN_ALL_NSID),
            trace: Trace::from_environment()?,
        }))
    }

    /// Makes a socket of another descriptor for what `raw` stands for. With `borrow` the options of that are left as they are.
    pub fn from_descriptor(raw: i32, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Socket> {
        let parts = match fd::get_int(raw, libc::SOL_SOCKET, libc::SO_DOMAIN)? {
            libc::AF_NETLINK => netlink_parts(raw, protocol, options, borrow),
            libc::AF_UNIX => unix_parts(raw, protocol, options),
            _ => Err(Code::of(-libc::EAFNOSUPPORT)),
        };
        parts.map(Socket::from_parts)
    }

    /// Opens a socket whose other end is a peer in memory.
    #[inline(never)]
    #[doc(hidden)]
    pub fn open_peer(protocol: i32, peer: Shared<Peer>, options: &SocketOptions) -> Result<Socket> {
        let peer = Attached::to(peer)?;
        let fd = Fd::of_same(peer.fd())?;
        plain_parts(protocol, options, Transport::Memory(peer), fd).map(Socket::from_parts)
    }

    /// Opens a socket whose other end says what a capture has recorded.
    pub fn open_replay(protocol: i32, path: &[u8], options: &SocketOptions) -> Result<Socket> {
        Socket::open_peer(protocol, Shared::new(replay::open(path, protocol)?)?, options)
    }

    /// Another descriptor of the socket, which goes on when this object is closed.
    pub fn release(&self) -> Result<i32> {
        Fd::of_same(self.fd()).map(Fd::into_raw)
    }
}

#[inline(never)]
fn netlink_parts(raw: i32, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Parts> {
    let real = fd::get_int(raw, libc::SOL_SOCKET, libc::SO_PROTOCOL)?;
    if protocol >= 0 && protocol != real {
        return Err(Code::of(-libc::EPROTOTYPE));
    }
    if !borrow {
        options.set_flags(raw, real)?;
    }
    options.set_buffers(raw)?;
    if fd::local_address(raw)?.portid == 0 {
        fd::bind(raw, options.address())?;
    }
    let portid = fd::local_address(raw)?.portid;
    let peer_portid = fd::peer_address(raw)?.portid;
    Ok(Parts {
        portid,
        peer_portid,
        transport: Transport::Kernel,
        wake: options.wake()?,
        protocol: real,
        timeout: options.timeout,
        check_sender: true,
        any_sender: options.any_sender,
        all_nsid: false,
        trace: Trace::from_environment()?,
        fd: Fd::of_same(raw)?,
    })
}

fn unix_parts(raw: i32, protocol: i32, options: &SocketOptions) -> Result<Parts> {
    if fd::get_int(raw, libc::SOL_SOCKET, libc::SO_TYPE)? != libc::SOCK_SEQPACKET {
        return Err(Code::of(-libc::ESOCKTNOSUPPORT));
    }
    if protocol < 0 {
        return Err(Code::EINVAL);
    }
    plain_parts(protocol, options, Transport::Stream, Fd::of_same(raw)?)
}

/// What is the same for every transport that is not the kernel's.
#[inline(never)]
fn plain_parts(protocol: i32, options: &SocketOptions, transport: Transport, fd: Fd) -> Result<Parts> {
    Ok(Parts {
        fd,
        transport,
        wake: options.wake()?,
        protocol,
        portid: PORTID,
        peer_portid: 0,
        timeout: options.timeout,
        check_sender: false,
        any_sender: options.any_sender,
        all_nsid: false,
        trace: Trace::from_environment()?,
    })
}

/// Throws away what is in the receive queue.
fn empty_queue(raw: i32) -> Result<()> {
    loop {
        match fd::recv(raw, &mut []) {
            Ok(_) | Err(Code::EINTR | Code::ENOBUFS) => {}
            Err(Code::EAGAIN) => return Ok(()),
            Err(code) => return Err(code),
        }
    }
}
