// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening a socket with defaults that serve: the library's own, somebody else's descriptor, a peer in memory.

use super::netns::{self, Namespace};
use super::options::{BufferKind, set_buffer};
use super::transport::peer::{PORTID, Peer};
use super::transport::{Transport, replay};
use super::{Parts, Socket};
use crate::error::{Code, Result};
use crate::sys::fd::{self, Address, Fd};
use crate::sys::mem::Shared;
use crate::trace::debug::Trace;
use crate::uapi::{NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_ROUTE, SOL_NETLINK};

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
            namespace: Namespace::Own,
        }
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

/// Switches an option on where this kernel has it.
fn try_option(fd: i32, name: i32) -> Result<()> {
    match fd::set_int(fd, SOL_NETLINK, name, 1) {
        Err(Code::ENOPROTOOPT) => Ok(()),
        other => other,
    }
}

/// The options that answers which say what was wrong depend on.
fn set_defaults(raw: i32, protocol: i32) -> Result<()> {
    try_option(raw, NETLINK_EXT_ACK)?;
    try_option(raw, NETLINK_CAP_ACK)?;
    if protocol == NETLINK_ROUTE {
        try_option(raw, NETLINK_GET_STRICT_CHK)?;
    }
    Ok(())
}

impl Socket {
    /// Opens a socket for `protocol` (NETLINK_ROUTE …).
    pub fn open(protocol: i32, options: &SocketOptions) -> Result<Socket> {
        let socket = netns::socket_in(&options.namespace, protocol)?;
        let raw = socket.raw();
        set_defaults(raw, protocol)?;
        if options.recv_buffer == 0 && fd::get_int(raw, libc::SOL_SOCKET, libc::SO_RCVBUF)? < MIN_RCVBUF {
            fd::set_int(raw, libc::SOL_SOCKET, libc::SO_RCVBUF, MIN_RCVBUF / 2)?;
        }
        options.set_buffers(raw)?;
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
            check_sender: options.groups != 0 || options.any_sender,
            any_sender: options.any_sender,
            trace: Trace::from_environment()?,
        }))
    }

    /// Makes a socket of a descriptor that is open already; on failure it stays the caller's.
    ///
    /// A borrowed one is used through another descriptor of the same socket, and its options are left as they are.
    pub fn from_descriptor(raw: i32, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Socket> {
        let parts = match fd::get_int(raw, libc::SOL_SOCKET, libc::SO_DOMAIN)? {
            libc::AF_NETLINK => netlink_parts(raw, protocol, options, borrow),
            libc::AF_UNIX => unix_parts(raw, protocol, options, borrow),
            _ => Err(Code::of(-libc::EAFNOSUPPORT)),
        };
        parts.map(Socket::from_parts)
    }

    /// Opens a socket whose other end is a peer in memory.
    pub fn open_peer(protocol: i32, peer: Shared<Peer>, options: &SocketOptions) -> Result<Socket> {
        peer.attach()?;
        let fd = Fd::of_same(peer.fd());
        plain_parts(protocol, options, Transport::Memory(peer), || fd).map(Socket::from_parts)
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

fn owned_or_same(raw: i32, borrow: bool) -> Result<Fd> {
    if borrow {
        return Fd::of_same(raw);
    }
    fd::set_cloexec(raw)?;
    Ok(Fd::from_raw(raw))
}

fn netlink_parts(raw: i32, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Parts> {
    let real = fd::get_int(raw, libc::SOL_SOCKET, libc::SO_PROTOCOL)?;
    if protocol >= 0 && protocol != real {
        return Err(Code::of(-libc::EPROTOTYPE));
    }
    if !borrow {
        set_defaults(raw, real)?;
    }
    options.set_buffers(raw)?;
    if fd::local_address(raw)?.portid == 0 {
        fd::bind(raw, options.address())?;
    }
    let portid = fd::local_address(raw)?.portid;
    let peer_portid = fd::peer_address(raw)?.portid;
    // All that may fail comes before the descriptor is taken over.
    let (wake, trace) = (options.wake()?, Trace::from_environment()?);
    Ok(Parts {
        portid,
        peer_portid,
        transport: Transport::Kernel,
        wake,
        protocol: real,
        timeout: options.timeout,
        check_sender: true,
        any_sender: options.any_sender,
        trace,
        fd: owned_or_same(raw, borrow)?,
    })
}

fn unix_parts(raw: i32, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Parts> {
    if fd::get_int(raw, libc::SOL_SOCKET, libc::SO_TYPE)? != libc::SOCK_SEQPACKET {
        return Err(Code::of(-libc::ESOCKTNOSUPPORT));
    }
    if protocol < 0 {
        return Err(Code::EINVAL);
    }
    plain_parts(protocol, options, Transport::Stream, || owned_or_same(raw, borrow))
}

/// What is the same for every transport that is not the kernel's. The descriptor is taken when nothing else can fail.
fn plain_parts(
    protocol: i32,
    options: &SocketOptions,
    transport: Transport,
    fd: impl FnOnce() -> Result<Fd>,
) -> Result<Parts> {
    let (wake, trace) = (options.wake()?, Trace::from_environment()?);
    Ok(Parts {
        fd: fd()?,
        transport,
        wake,
        protocol,
        portid: PORTID,
        peer_portid: 0,
        timeout: options.timeout,
        check_sender: false,
        any_sender: options.any_sender,
        trace,
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
