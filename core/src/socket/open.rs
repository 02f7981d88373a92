// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening a socket: a new one, an open descriptor, a peer in memory. The options, and their defaults.

use super::netns::{self, Namespace};
use super::options::{BufferKind, check_flag, set_buffer};
use super::sender::SenderPolicy;
use super::transport::peer::{Attached, PORTID, Peer};
use super::transport::{Transport, replay};
use super::{Parts, Socket};
use crate::error::{Code, Result};
use crate::sys::descriptor::{Fd, FdRef};
use crate::sys::event;
use crate::sys::net::{self, Address};
use crate::trace::debug::Trace;
use crate::uapi::{
    NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_LISTEN_ALL_NSID, NETLINK_PKTINFO, NETLINK_ROUTE,
    SOL_NETLINK,
};

/// Default timeout of an operation, in milliseconds.
const DEFAULT_TIMEOUT: i32 = 30_000;

/// What the kernel reports for a receive buffer of 32 KiB: twice what was set.
const MIN_RCVBUF: i32 = 2 * 32 * 1024;

/// How a socket is opened.
#[derive(Debug)]
pub struct SocketOptions {
    /// Port ID to bind to; 0: chosen by the kernel.
    pub(crate) portid: u32,
    /// Timeout of an operation in milliseconds; negative: no limit; None: the default, which differs between sockets
    /// and monitors.
    pub(crate) timeout: Option<i32>,
    /// Receive from senders other than the kernel.
    pub(crate) any_sender: bool,
    /// Receive each datagram's sender's credentials.
    pub(crate) credentials: bool,
    /// Calls can be cancelled, for which the socket has a second descriptor.
    pub(crate) cancelable: bool,
    /// Size of the receive buffer in bytes; 0: the system's default, but at least 32 KiB.
    pub(crate) recv_buffer: usize,
    /// Size of the send buffer in bytes; 0: the system's default.
    pub(crate) send_buffer: usize,
    /// Flags of SOL_NETLINK by their bit: which were set, and which of those are on.
    flags_set: u32,
    flags_on: u32,
    /// Network namespace to open the socket in.
    pub(crate) namespace: Namespace,
}

impl SocketOptions {
    /// Returns the defaults.
    pub const fn new() -> SocketOptions {
        SocketOptions {
            portid: 0,
            timeout: None,
            any_sender: false,
            credentials: false,
            cancelable: true,
            recv_buffer: 0,
            send_buffer: 0,
            flags_set: 0,
            flags_on: 0,
            namespace: Namespace::Own,
        }
    }

    /// Sets the port ID to bind to; 0: chosen by the kernel.
    pub fn set_portid(&mut self, portid: u32) {
        self.portid = portid;
    }

    /// Sets the timeout of operations in milliseconds; negative: no limit; 0: never wait.
    pub fn set_timeout(&mut self, milliseconds: i64) {
        self.timeout = Some(super::timeout_of(milliseconds));
    }

    /// Whether each datagram comes with the credentials of its sender (SO_PASSCRED).
    pub fn set_credentials(&mut self, on: bool) {
        self.credentials = on;
    }

    /// Receive from senders other than the kernel.
    pub fn set_any_sender(&mut self, on: bool) {
        self.any_sender = on;
    }

    /// Sets whether calls can be cancelled, for which the socket has a second descriptor. The default is that they
    /// can.
    pub fn set_cancelable(&mut self, on: bool) {
        self.cancelable = on;
    }

    /// Sets the size of the receive buffer in bytes; 0: the system's default, but at least 32 KiB.
    pub fn set_recv_buffer(&mut self, bytes: usize) {
        self.recv_buffer = bytes;
    }

    /// Sets the size of the send buffer in bytes; 0: the system's default.
    pub fn set_send_buffer(&mut self, bytes: usize) {
        self.send_buffer = bytes;
    }

    /// Turns a flag of SOL_NETLINK on or off; -EINVAL for what is not a flag.
    pub fn set_flag(&mut self, name: i32, on: bool) -> Result<()> {
        check_flag(name)?;
        let bit = 1u32 << name;
        self.flags_set |= bit;
        self.flags_on = if on { self.flags_on | bit } else { self.flags_on & !bit };
        Ok(())
    }

    fn has_flag(&self, name: i32) -> bool {
        self.flags_on >> name & 1 != 0
    }

    /// Sets the flags of these options, and of the others the defaults if the kernel has them: extended and capped
    /// acks, strict checking.
    #[inline(never)]
    fn set_flags(&self, fd: &Fd, protocol: i32) -> Result<()> {
        for name in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
            if self.flags_set >> name & 1 != 0 || name == NETLINK_GET_STRICT_CHK && protocol != NETLINK_ROUTE {
                continue;
            }
            match net::set_int(fd, SOL_NETLINK, name, 1) {
                Err(Code::ENOPROTOOPT) => {}
                other => other?,
            }
        }
        for name in (1..32).filter(|name| self.flags_set >> name & 1 != 0) {
            net::set_int(fd, SOL_NETLINK, name, i32::from(self.has_flag(name)))?;
        }
        Ok(())
    }

    /// Opens in the calling thread's network namespace, the default.
    pub fn set_own_namespace(&mut self) {
        self.namespace = Namespace::Own;
    }

    /// Opens in the network namespace of a descriptor, or of the process of a pidfd, which is duplicated: -EBADF,
    /// -EMFILE.
    pub fn set_namespace_fd(&mut self, descriptor: FdRef<'_>) -> Result<()> {
        self.namespace = Namespace::Descriptor(descriptor.duplicate()?);
        Ok(())
    }

    /// Opens in the network namespace at a path.
    pub fn set_namespace_path(&mut self, path: &[u8]) -> Result<()> {
        self.namespace = Namespace::Path(netns::copy(path)?);
        Ok(())
    }

    /// Opens in the network namespace of a name below /run/netns.
    pub fn set_namespace_name(&mut self, name: &[u8]) -> Result<()> {
        if !netns::is_name(name) {
            return Err(Code::EINVAL);
        }
        self.namespace = Namespace::Name(netns::copy(name)?);
        Ok(())
    }

    /// Opens in the network namespace of a process.
    pub fn set_namespace_process(&mut self, id: u32) {
        self.namespace = Namespace::Process(id);
    }

    fn address(&self) -> Address {
        Address::of_portid(self.portid)
    }

    fn wake(&self) -> Result<Option<Fd>> {
        if self.cancelable { event::new().map(Some) } else { Ok(None) }
    }

    #[inline(never)]
    fn set_buffers_and_credentials(&self, fd: &Fd) -> Result<()> {
        for (kind, bytes) in [(BufferKind::Receive, self.recv_buffer), (BufferKind::Send, self.send_buffer)] {
            if bytes != 0 {
                set_buffer(fd, kind, bytes)?;
            }
        }
        if self.credentials {
            net::set_int(fd, libc::SOL_SOCKET, libc::SO_PASSCRED, 1)?;
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

    /// Opens a socket with the defaults, a timeout of 0 and without cancellation, in the namespace of the options.
    pub(crate) fn open_beside(protocol: i32, options: &SocketOptions) -> Result<Socket> {
        let socket = netns::socket_in(&options.namespace, protocol)?;
        Socket::set_up(socket, protocol, &SocketOptions { timeout: Some(0), cancelable: false, ..SocketOptions::new() })
    }

    fn set_up(socket: Fd, protocol: i32, options: &SocketOptions) -> Result<Socket> {
        let fd = &socket;
        options.set_flags(fd, protocol)?;
        if options.recv_buffer == 0 && net::get_int(fd, libc::SOL_SOCKET, libc::SO_RCVBUF)? < MIN_RCVBUF {
            net::set_int(fd, libc::SOL_SOCKET, libc::SO_RCVBUF, MIN_RCVBUF / 2)?;
        }
        options.set_buffers_and_credentials(fd)?;
        let own = options.address();
        if own != Address::KERNEL || options.any_sender {
            net::bind(fd, own)?;
        }
        if !options.any_sender {
            // From here on the kernel refuses unicasts of other programs; those received between bind and connect are
            // discarded.
            net::connect(fd, Address::KERNEL)?;
            empty_queue(fd)?;
        }
        let asks = options.any_sender
            || options.credentials
            || options.has_flag(NETLINK_PKTINFO)
            || options.has_flag(NETLINK_LISTEN_ALL_NSID);
        Ok(Socket::from_parts(Parts {
            portid: net::local_address(fd)?.portid,
            fd: socket,
            transport: Transport::Kernel,
            wake: options.wake()?,
            protocol,
            timeout: options.timeout.unwrap_or(DEFAULT_TIMEOUT),
            senders: SenderPolicy::new(asks, options.any_sender, 0),
            all_nsid: options.has_flag(NETLINK_LISTEN_ALL_NSID),
            credentials: options.credentials,
            trace: Trace::from_environment()?,
        }))
    }

    /// Makes a socket of a duplicate of `fd`. With `borrow` no option of SOL_NETLINK is changed.
    pub fn from_descriptor(fd: FdRef<'_>, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Socket> {
        let fd = fd.duplicate()?;
        let parts = match net::get_int(&fd, libc::SOL_SOCKET, libc::SO_DOMAIN)? {
            libc::AF_NETLINK => netlink_parts(fd, protocol, options, borrow),
            libc::AF_UNIX => unix_parts(fd, protocol, options),
            _ => Err(Code::of(-libc::EAFNOSUPPORT)),
        };
        parts.map(Socket::from_parts)
    }

    /// Opens a socket whose other end is a peer in memory.
    #[inline(never)]
    pub fn open_peer(protocol: i32, peer: &Peer, options: &SocketOptions) -> Result<Socket> {
        let peer = Attached::to(peer)?;
        let fd = peer.fd().borrow().duplicate()?;
        plain_parts(protocol, options, Transport::Memory(peer), fd).map(Socket::from_parts)
    }

    /// Opens a socket whose other end replays a capture.
    pub fn open_replay(protocol: i32, path: &[u8], options: &SocketOptions) -> Result<Socket> {
        Socket::open_peer(protocol, &replay::open(path, protocol)?, options)
    }

    /// Returns a duplicate of the descriptor, which remains open when this object is closed.
    pub fn release(&self) -> Result<Fd> {
        self.fd.borrow().duplicate()
    }
}

#[inline(never)]
fn netlink_parts(socket: Fd, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Parts> {
    let fd = &socket;
    let real = net::get_int(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)?;
    if protocol >= 0 && protocol != real {
        return Err(Code::of(-libc::EPROTOTYPE));
    }
    if !borrow {
        options.set_flags(fd, real)?;
    }
    options.set_buffers_and_credentials(fd)?;
    if net::local_address(fd)?.portid == 0 {
        net::bind(fd, options.address())?;
    }
    let portid = net::local_address(fd)?.portid;
    let peer_portid = net::peer_address(fd)?.portid;
    Ok(Parts {
        portid,
        transport: Transport::Kernel,
        wake: options.wake()?,
        protocol: real,
        timeout: options.timeout.unwrap_or(DEFAULT_TIMEOUT),
        senders: SenderPolicy::new(true, options.any_sender, peer_portid),
        all_nsid: false,
        credentials: options.credentials,
        trace: Trace::from_environment()?,
        fd: socket,
    })
}

fn unix_parts(fd: Fd, protocol: i32, options: &SocketOptions) -> Result<Parts> {
    if net::get_int(&fd, libc::SOL_SOCKET, libc::SO_TYPE)? != libc::SOCK_SEQPACKET {
        return Err(Code::of(-libc::ESOCKTNOSUPPORT));
    }
    if protocol < 0 {
        return Err(Code::EINVAL);
    }
    plain_parts(protocol, options, Transport::Stream, fd)
}

/// The parts of a socket whose other end is not the kernel.
#[inline(never)]
fn plain_parts(protocol: i32, options: &SocketOptions, transport: Transport, fd: Fd) -> Result<Parts> {
    Ok(Parts {
        fd,
        transport,
        wake: options.wake()?,
        protocol,
        portid: PORTID,
        timeout: options.timeout.unwrap_or(DEFAULT_TIMEOUT),
        senders: SenderPolicy::new(false, options.any_sender, 0),
        all_nsid: false,
        credentials: options.credentials,
        trace: Trace::from_environment()?,
    })
}

/// Discards what is in the receive buffer.
fn empty_queue(fd: &Fd) -> Result<()> {
    loop {
        match net::recv(fd, &mut []) {
            Ok(_) | Err(Code::EINTR | Code::ENOBUFS) => {}
            Err(Code::EAGAIN) => return Ok(()),
            Err(code) => return Err(code),
        }
    }
}
