// SPDX-License-Identifier: MIT OR Apache-2.0
//! One datagram from a socket, and the memory for it.

use crate::stderr::{errno, set_errno};
use crate::wire::{NETLINK_LISTEN_ALL_NSID, SOL_NETLINK, align};
use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, zeroed};
use core::ptr;
use libc::{nlmsghdr, sockaddr_nl};

/// Bytes for a datagram that is no part of a dump. Memory that no datagram reaches is never touched.
pub(crate) const CAPACITY: usize = 1 << 20;

/// Bytes for a part of a dump, to begin with. The kernel makes parts as long as the longest receive so far, up to this; what is longer
/// is one message.
pub(crate) const DUMP_CAPACITY: usize = 1 << 15;

/// Memory for datagrams, from malloc.
pub(crate) struct Buffer {
    start: *mut u8,
    capacity: usize,
}

impl Buffer {
    /// At least `capacity` bytes.
    pub(crate) fn new(capacity: usize) -> Option<Buffer> {
        let capacity = align(capacity);
        // SAFETY: malloc takes any size.
        let start = unsafe { libc::malloc(capacity) }.cast::<u8>();
        if start.is_null() { None } else { Some(Buffer { start, capacity }) }
    }

    /// Makes room for `capacity` bytes; what was in it is lost. False: there is no memory.
    fn grow(&mut self, capacity: usize) -> bool {
        if capacity > self.capacity {
            let Some(larger) = Buffer::new(capacity) else {
                return false;
            };
            *self = larger;
        }
        true
    }

    /// The first `len` bytes, which were received or written.
    ///
    /// # Safety
    /// They were; and nothing changes them as long as the result lives.
    #[inline(always)]
    pub(crate) unsafe fn bytes(&self, len: usize) -> &[u8] {
        // SAFETY: the caller's promise; `len` is cut to what there is.
        unsafe { core::slice::from_raw_parts(self.start, len.min(self.capacity)) }
    }

    /// The message at `at`, which is within the buffer.
    #[inline(always)]
    pub(crate) fn message(&self, at: usize) -> *mut nlmsghdr {
        self.start.wrapping_add(at.min(self.capacity)).cast()
    }

    /// All of the memory, to be written.
    pub(crate) fn room(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: `capacity` bytes from malloc, of which nothing is promised.
        unsafe { core::slice::from_raw_parts_mut(self.start.cast(), self.capacity) }
    }

    /// Sets what is behind `len` bytes to zero, up to the next multiple of 4.
    pub(crate) fn pad(&mut self, len: usize) {
        let end = align(len);
        for byte in self.room().get_mut(len..end).unwrap_or(&mut []) {
            byte.write(0);
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let saved = errno();
        // SAFETY: from malloc.
        unsafe { libc::free(self.start.cast()) };
        set_errno(saved);
    }
}

/// What a receive yielded.
pub(crate) struct Received {
    /// Bytes of the datagram.
    pub(crate) len: usize,
    /// The sender's port ID; 0: the kernel.
    pub(crate) from: u32,
    /// Bytes of the sender's address.
    pub(crate) name_len: usize,
    /// The namespace that a datagram came from, where the socket listens to all; -1: this one.
    pub(crate) nsid: c_int,
}

/// Why there is no datagram.
pub(crate) enum Failure {
    /// What the system reports.
    Errno(c_int),
    /// The other side has closed: no netlink socket.
    Eof,
    /// Longer than the buffer; the rest is lost.
    Truncated,
    /// No memory for it.
    NoMemory,
}

/// Bytes of a struct sockaddr_nl.
pub(crate) const ADDRESS_LEN: usize = size_of::<sockaddr_nl>();

/// Room for the one control message that is asked for.
#[repr(C, align(8))]
struct Control([u8; 256]);

/// Receives one datagram; waits for it, on a non-blocking socket too.
pub(crate) fn receive(fd: c_int, buffer: &mut Buffer) -> Result<Received, Failure> {
    let mut control = Control([0; 256]);
    loop {
        match receive_once(fd, buffer, &mut control) {
            Err(Failure::Errno(libc::EINTR)) => {}
            Err(Failure::Errno(libc::EAGAIN)) => wait(fd),
            result => return result,
        }
    }
}

/// Receives one part of a dump, however long it is.
///
/// It asks for the length first, and not for that alone: whenever something is received, be it only a look at it, the kernel makes
/// another part of the dump. That keeps the dump ahead of a program that deletes what it is shown (ip address flush), which would miss
/// some of it otherwise.
pub(crate) fn receive_part(fd: c_int, buffer: &mut Buffer) -> Result<Received, Failure> {
    let mut control = Control([0; 256]);
    loop {
        // SAFETY: no bytes of memory.
        let len = unsafe { libc::recv(fd, ptr::null_mut(), 0, libc::MSG_PEEK | libc::MSG_TRUNC) };
        let result = match usize::try_from(len) {
            Ok(len) if !buffer.grow(len) => return Err(Failure::NoMemory),
            Ok(_) => receive_once(fd, buffer, &mut control),
            Err(_) => Err(Failure::Errno(errno())),
        };
        match result {
            Err(Failure::Errno(libc::EINTR)) => {}
            Err(Failure::Errno(libc::EAGAIN)) => wait(fd),
            result => return result,
        }
    }
}

/// One call of recvmsg.
fn receive_once(fd: c_int, buffer: &mut Buffer, control: &mut Control) -> Result<Received, Failure> {
    // SAFETY: plain numbers.
    let mut from: sockaddr_nl = unsafe { zeroed() };
    let mut iov = libc::iovec { iov_base: buffer.start.cast(), iov_len: buffer.capacity };
    // SAFETY: msghdr is plain numbers and pointers, for which zero is "none".
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_name = (&raw mut from).cast();
    #[allow(clippy::cast_possible_truncation)] // 12
    let name_len = ADDRESS_LEN as libc::socklen_t;
    header.msg_namelen = name_len;
    header.msg_iov = &raw mut iov;
    header.msg_iovlen = 1;
    header.msg_control = (&raw mut *control).cast();
    header.msg_controllen = size_of::<Control>() as _;
    // SAFETY: everything that the header points to lives through the call.
    let len = unsafe { libc::recvmsg(fd, &raw mut header, 0) };
    match usize::try_from(len) {
        // Another program's datagram may be empty.
        Ok(0) if from.nl_pid == 0 => Err(Failure::Eof),
        Ok(_) if header.msg_flags & libc::MSG_TRUNC != 0 => Err(Failure::Truncated),
        Ok(len) => {
            let name_len = header.msg_namelen as usize;
            let from = if name_len == ADDRESS_LEN { from.nl_pid } else { 0 };
            Ok(Received { len, from, name_len, nsid: namespace(&header) })
        }
        Err(_) => Err(Failure::Errno(errno())),
    }
}

/// Waits until something can be received.
fn wait(fd: c_int) {
    let mut poll = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    // SAFETY: one live structure. Whatever the result, the receive that follows says what is the matter.
    unsafe { libc::poll(&raw mut poll, 1, -1) };
}

/// The ID of the namespace in the control messages.
fn namespace(header: &libc::msghdr) -> c_int {
    #[allow(clippy::cast_possible_truncation)] // 4
    const PAYLOAD: libc::c_uint = size_of::<c_int>() as libc::c_uint;
    // SAFETY: the header describes live memory that recvmsg filled; the macros stay within it.
    unsafe {
        let mut message = libc::CMSG_FIRSTHDR(header);
        while !message.is_null() {
            if (*message).cmsg_level == SOL_NETLINK
                && (*message).cmsg_type == NETLINK_LISTEN_ALL_NSID
                && (*message).cmsg_len as usize >= libc::CMSG_LEN(PAYLOAD) as usize
            {
                return libc::CMSG_DATA(message).cast::<c_int>().read_unaligned();
            }
            message = libc::CMSG_NXTHDR(header, message);
        }
    }
    -1
}

/// The first datagram in the queue, which stays there: bytes and the sender's port ID. An errno when there is none.
pub(crate) fn peek(fd: c_int, buffer: &mut Buffer) -> Result<(usize, u32), c_int> {
    // SAFETY: plain numbers.
    let mut from: sockaddr_nl = unsafe { zeroed() };
    #[allow(clippy::cast_possible_truncation)] // 12
    let mut name_len = ADDRESS_LEN as libc::socklen_t;
    let flags = libc::MSG_DONTWAIT | libc::MSG_PEEK;
    // SAFETY: live memory with its lengths.
    let len = unsafe {
        let name = (&raw mut from).cast();
        libc::recvfrom(fd, buffer.start.cast::<c_void>(), buffer.capacity, flags, name, &raw mut name_len)
    };
    match usize::try_from(len) {
        Ok(len) => Ok((len, from.nl_pid)),
        Err(_) => Err(errno()),
    }
}
