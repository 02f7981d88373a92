// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the feature `std` adds: conversion of a [`Code`] to [`std::io::Error`], and descriptors as types of std.

use crate::error::{Code, Error};
use crate::handle::{Handle, Result};
use crate::monitor::Monitor;
use crate::socket::{Socket, SocketOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Returns the kind of error that is nearest to a code.
fn kind(code: Code) -> io::ErrorKind {
    match code {
        Code::TIMEDOUT => io::ErrorKind::TimedOut,
        Code::BUSY => io::ErrorKind::ResourceBusy,
        Code::TRUNC => io::ErrorKind::InvalidData,
        Code::CLOSED => io::ErrorKind::NotConnected,
        Code::INDEX => io::ErrorKind::InvalidInput,
        _ => errno(code).map_or(io::ErrorKind::Other, |errno| io::Error::from_raw_os_error(errno).kind()),
    }
}

/// Returns the errno of a code; None for the codes of the library and of callbacks.
fn errno(code: Code) -> Option<i32> {
    (code.raw() > Code::PARTIAL.raw()).then_some(code.raw().saturating_neg())
}

impl From<Code> for io::Error {
    /// An errno becomes the operating system's error of that number. A code of the library is kept inside
    /// ([`io::Error::get_ref`]) and has the kind that is nearest to it.
    fn from(code: Code) -> io::Error {
        match errno(code) {
            Some(errno) => io::Error::from_raw_os_error(errno),
            None => io::Error::new(kind(code), code),
        }
    }
}

impl From<Error> for io::Error {
    /// As from its [`Code`] if it has no record; else the error is kept inside with its record, and the kind is that of
    /// its code.
    fn from(error: Error) -> io::Error {
        match error.record() {
            Some(_) => io::Error::new(kind(error.code()), error),
            None => error.code().into(),
        }
    }
}

impl Handle {
    /// Makes a socket of an open descriptor and takes it over. `protocol` is the one that it must have; -1: any.
    ///
    /// A connected AF_UNIX socket of type SOCK_SEQPACKET is accepted too, with a protocol: at its other end is a process
    /// in the kernel's place.
    ///
    /// ```
    /// use nlrs::Handle;
    /// use std::os::{fd::OwnedFd, unix::net::UnixDatagram};
    /// # fn main() -> std::io::Result<()> {
    /// let datagrams = OwnedFd::from(UnixDatagram::unbound()?);
    /// let error = Handle::from_fd(datagrams, -1, &Default::default()).map_err(std::io::Error::from);
    /// assert_eq!(error.expect_err("not SOCK_SEQPACKET").raw_os_error(), Some(94)); // ESOCKTNOSUPPORT
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_fd(fd: OwnedFd, protocol: i32, options: &SocketOptions) -> Result<Handle> {
        Handle::from_descriptor(fd.as_fd().into(), protocol, options, false)
    }

    /// Makes a socket of an open descriptor that remains the caller's, as do its options. Otherwise as
    /// [`Handle::from_fd`].
    pub fn borrow_fd(fd: BorrowedFd<'_>, protocol: i32, options: &SocketOptions) -> Result<Handle> {
        Handle::from_descriptor(fd.into(), protocol, options, true)
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor().as_fd()
    }
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket().as_fd()
    }
}

impl AsFd for Monitor {
    /// Readable when an event can be read, or something else is to be done by [`Monitor::next`].
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor().as_fd()
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::error::{ErrorRecord, Origin};
    use crate::uapi::{NETLINK_GENERIC, NETLINK_ROUTE};
    use std::os::fd::AsRawFd;
    use std::string::ToString;

    #[test]
    fn an_errno_is_the_system_s_and_a_code_of_the_library_stays_inside() {
        for raw in [-1, -libc::ENOENT, -libc::EBUSY, -0xffff] {
            assert_eq!(io::Error::from(Code::of(raw)).raw_os_error(), Some(-raw));
            assert_eq!(io::Error::from(Error::from(Code::of(raw))).raw_os_error(), Some(-raw));
        }
        let own = [
            (Code::PARTIAL, io::ErrorKind::Other),
            (Code::TIMEDOUT, io::ErrorKind::TimedOut),
            (Code::BUSY, io::ErrorKind::ResourceBusy),
            (Code::CANCELED, io::ErrorKind::Other),
            (Code::CLOSED, io::ErrorKind::NotConnected),
            (Code::TRUNC, io::ErrorKind::InvalidData),
            (Code::of(-0x20000), io::ErrorKind::Other),
        ];
        for (code, kind) in own {
            let error = io::Error::from(code);
            assert_eq!((error.kind(), error.raw_os_error()), (kind, None), "{code:?}");
            let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<Code>());
            assert_eq!(inside, Some(&code));
            assert_eq!(error.to_string(), code.to_string());
        }
    }

    #[test]
    fn an_error_with_a_record_stays_inside() {
        let mut record = ErrorRecord::new();
        record.set(Code::EINVAL, Origin::Kernel);
        record.set_text(b"no such device");
        let error = io::Error::from(Error::new(Code::EINVAL, record));
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<Error>()).expect("the error");
        assert_eq!(inside.record().map(ErrorRecord::text), Some(&b"no such device"[..]));
        assert!(error.to_string().contains("no such device"), "{error}");
    }

    fn netlink_socket() -> OwnedFd {
        let socket = Socket::open(NETLINK_ROUTE, &SocketOptions::new()).expect("a socket");
        OwnedFd::from(socket.release().expect("a descriptor"))
    }

    fn is_open(raw: i32) -> bool {
        std::fs::exists(std::format!("/proc/self/fd/{raw}")).expect("proc")
    }

    #[test]
    fn a_descriptor_is_taken_over_or_borrowed() {
        let fd = netlink_socket();
        let raw = fd.as_raw_fd();
        let borrowed = Handle::borrow_fd(fd.as_fd(), NETLINK_ROUTE, &SocketOptions::new()).expect("a netlink socket");
        assert_ne!(borrowed.as_fd().as_raw_fd(), raw);
        drop(borrowed);
        assert!(is_open(raw));
        let other = Handle::borrow_fd(fd.as_fd(), NETLINK_GENERIC, &SocketOptions::new());
        assert_eq!(other.map(drop).expect_err("another protocol").code(), Code::of(-libc::EPROTOTYPE));
        let handle = Handle::from_fd(fd, -1, &SocketOptions::new()).expect("a netlink socket");
        assert_eq!(handle.socket().protocol(), NETLINK_ROUTE);
        let released = OwnedFd::from(handle.socket().release().expect("a descriptor"));
        handle.close();
        drop(handle);
        let again = Handle::from_fd(released, NETLINK_ROUTE, &SocketOptions::new()).expect("still open");
        assert_ne!(again.socket().portid(), 0);
    }

    #[test]
    fn what_is_polled_is_borrowed() {
        let monitor = Monitor::open(NETLINK_ROUTE, &[], &SocketOptions::new()).expect("a monitor");
        assert_eq!(monitor.as_fd().as_raw_fd(), monitor.fd());
        let handle = Handle::open(NETLINK_ROUTE, &SocketOptions::new()).expect("a socket");
        assert_eq!(handle.as_fd().as_raw_fd(), handle.socket().fd());
    }
}
