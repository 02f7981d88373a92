// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening a socket with defaults that serve.

use super::{Parts, Socket};
use crate::error::{Code, Result};
use crate::sys::fd::{self, Address};
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
}

impl SocketOptions {
    /// The defaults.
    pub const fn new() -> SocketOptions {
        SocketOptions { portid: 0, groups: 0, timeout: DEFAULT_TIMEOUT, any_sender: false, cancelable: true }
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

impl Socket {
    /// Opens a socket for `protocol` (NETLINK_ROUTE …).
    pub fn open(protocol: i32, options: &SocketOptions) -> Result<Socket> {
        let socket = fd::socket(protocol)?;
        let raw = socket.raw();
        try_option(raw, NETLINK_EXT_ACK)?;
        try_option(raw, NETLINK_CAP_ACK)?;
        if protocol == NETLINK_ROUTE {
            try_option(raw, NETLINK_GET_STRICT_CHK)?;
        }
        if fd::get_int(raw, libc::SOL_SOCKET, libc::SO_RCVBUF)? < MIN_RCVBUF {
            fd::set_int(raw, libc::SOL_SOCKET, libc::SO_RCVBUF, MIN_RCVBUF / 2)?;
        }
        let own = Address { portid: options.portid, groups: options.groups };
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
        let wake = if options.cancelable { Some(fd::event()?) } else { None };
        Ok(Socket::from_parts(Parts {
            local: fd::local_address(raw)?,
            fd: socket,
            wake,
            protocol,
            timeout: options.timeout,
            check_sender: options.groups != 0 || options.any_sender,
            any_sender: options.any_sender,
        }))
    }
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
