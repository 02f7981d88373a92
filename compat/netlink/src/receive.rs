// SPDX-License-Identifier: MIT OR Apache-2.0
//! One datagram from a socket, and the memory for it.

use crate::stderr::{errno, set_errno};
use crate::wire::{NETLINK_LISTEN_ALL_NSID, SOL_NETLINK, Walk, align};
use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, zeroed};
use core::ptr;
use libc::{nlmsghdr, sockaddr_nl};

/// Bytes for a datagram that is no part of a dump. Memory that no datagram reaches is never touched.
pub(crate) const CAPACITY: usize = 1 << 20;

/// Bytes for a part of a dump, to begin with. The kernel makes parts as long as the longest receive so far, up to this; what is longer
/// is one message.
pub(crate) const DUMP_CAPACITY: usize = 1 << 15;

/// What recvmsg is given, and the sender's address that it writes.
#[repr(C, align(16))]
struct Slot {
    header: libc::msghdr,
    iov: libc::iovec,
    from: sockaddr_nl,
    /// Room for the one control message that is asked for.
    control: MaybeUninit<[u8; 256]>,
}

/// Memory for datagrams, from malloc: a [`Slot`] and the bytes behind it. The slot is set up once, and stays where it is.
pub(crate) struct Buffer {
    slot: *mut Slot,
    start: *mut u8,
    capacity: usize,
}

#[allow(clippy::cast_possible_truncation)] // 12
const NAME_LEN: libc::socklen_t = ADDRESS_LEN as libc::socklen_t;

impl Buffer {
    /// At least `capacity` bytes.
    pub(crate) fn new(capacity: usize) -> Option<Buffer> {
        let capacity = align(capacity);
        // SAFETY: malloc takes any size.
        let slot = unsafe { libc::malloc(capacity.saturating_add(size_of::<Slot>())) }.cast::<Slot>();
        if slot.is_null() {
            return None;
        }
        let start = slot.wrapping_add(1).cast::<u8>();
        // SAFETY: new memory of that size. The header is plain numbers and pointers, for which zero is "none"; control messages are
        // written by the kernel before they are read, and the address too, as its length says.
        unsafe {
            (&raw mut (*slot).header).write(zeroed());
            (&raw mut (*slot).iov).write(libc::iovec { iov_base: start.cast(), iov_len: capacity });
            (&raw mut (*slot).from).write(zeroed());
            (*slot).header.msg_name = (&raw mut (*slot).from).cast();
            (*slot).header.msg_iov = &raw mut (*slot).iov;
            (*slot).header.msg_iovlen = 1;
        }
        Some(Buffer { slot, start, capacity })
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

    /// The first `len` bytes.
    ///
    /// # Safety
    /// As [`Buffer::rest`].
    pub(crate) unsafe fn bytes(&self, len: usize) -> &[u8] {
        // SAFETY: the caller's promise.
        unsafe { core::slice::from_raw_parts(self.start, len) }
    }

    /// The bytes that a walk has not passed yet.
    ///
    /// # Safety
    /// They were received or written; and nothing changes them as long as the result lives.
    #[inline(always)]
    pub(crate) unsafe fn rest(&self, walk: &Walk) -> &[u8] {
        // SAFETY: the caller's promise. A walk stays within the datagram, or has nothing left.
        unsafe { core::slice::from_raw_parts(self.start.wrapping_add(walk.at), walk.left) }
    }

    /// The message at `at`; not followed.
    #[inline(always)]
    pub(crate) fn message(&self, at: usize) -> *mut nlmsghdr {
        self.start.wrapping_add(at).cast()
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
        unsafe { libc::free(self.slot.cast()) };
        set_errno(saved);
    }
}

/// What a receive yielded.
pub(crate) struct Received {
    /// Bytes of the datagram.
    pub(crate) len: usize,
    /// The sender's port ID; 0: the kernel. Of no meaning where there is no address.
    pub(crate) from: u32,
    /// Bytes of the sender's address: ADDRESS_LEN, or it is no netlink address.
    pub(crate) name_len: usize,
    /// The namespace that it came from; -1: this one. 0 where that was not asked for.
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

/// What is to be known of a datagram.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Bytes and sender.
    Datagram,
    /// The namespace that it came from, too.
    Namespace,
}

/// Receives one datagram; waits for it, on a non-blocking socket too.
#[inline(always)]
pub(crate) fn receive(fd: c_int, buffer: &mut Buffer, ask: Ask) -> Result<Received, Failure> {
    loop {
        match receive_once(fd, buffer, ask) {
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
    loop {
        // SAFETY: no bytes of memory.
        let len = unsafe { libc::recv(fd, ptr::null_mut(), 0, libc::MSG_PEEK | libc::MSG_TRUNC) };
        let result = match usize::try_from(len) {
            Ok(len) if !buffer.grow(len) => return Err(Failure::NoMemory),
            Ok(_) => receive_once(fd, buffer, Ask::Datagram),
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
#[inline(always)]
fn receive_once(fd: c_int, buffer: &mut Buffer, ask: Ask) -> Result<Received, Failure> {
    // SAFETY: the buffer's own, and nobody else's.
    let slot = unsafe { &mut *buffer.slot };
    slot.header.msg_namelen = NAME_LEN;
    if ask == Ask::Namespace {
        slot.header.msg_control = (&raw mut slot.control).cast();
        slot.header.msg_controllen = size_of_val(&slot.control) as _;
    }
    // SAFETY: everything that the header points to lives through the call.
    let len = unsafe { libc::recvmsg(fd, &raw mut slot.header, 0) };
    match usize::try_from(len) {
        Ok(len) if len != 0 && slot.header.msg_flags & libc::MSG_TRUNC == 0 => {
            let nsid = if ask == Ask::Namespace { namespace(&slot.header) } else { 0 };
            Ok(Received { len, from: slot.from.nl_pid, name_len: slot.header.msg_namelen as usize, nsid })
        }
        Ok(len) => unusual(len, slot),
        Err(_) => Err(Failure::Errno(errno())),
    }
}

/// A datagram that is empty or too long.
#[cold]
fn unusual(len: usize, slot: &Slot) -> Result<Received, Failure> {
    let name_len = slot.header.msg_namelen as usize;
    if len != 0 {
        return Err(Failure::Truncated);
    }
    // Another program's datagram may be empty.
    if name_len == ADDRESS_LEN && slot.from.nl_pid != 0 {
        return Ok(Received { len, from: slot.from.nl_pid, name_len, nsid: 0 });
    }
    Err(Failure::Eof)
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
