// SPDX-License-Identifier: MIT OR Apache-2.0
//! System calls on descriptors: sockets, the wake-up event, poll.

use super::{last_error, set_errno};
use crate::error::{Code, Result};
use core::ffi::c_void;
use core::mem::{MaybeUninit, zeroed};

/// A descriptor of ours; closed on drop.
#[derive(Debug)]
pub struct Fd(i32);

impl Fd {
    /// Takes over a descriptor.
    pub fn from_raw(fd: i32) -> Fd {
        Fd(fd)
    }

    /// Another descriptor of the same thing, close-on-exec.
    pub(crate) fn of_same(fd: i32) -> Result<Fd> {
        // SAFETY: fcntl takes any number.
        check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }).map(Fd)
    }

    /// Gives the descriptor up without closing it.
    pub(crate) fn into_raw(self) -> i32 {
        let fd = self.0;
        core::mem::forget(self);
        fd
    }

    pub(crate) fn raw(&self) -> i32 {
        self.0
    }

    /// Lets go of what the descriptor stands for while its number stays taken: the number now stands for `stand_in`.
    pub(crate) fn disarm(&self, stand_in: Option<&Fd>) {
        if let Some(stand_in) = stand_in {
            // SAFETY: dup3 takes any numbers; both are ours, and ours stays open until the drop.
            unsafe { libc::dup3(stand_in.0, self.0, libc::O_CLOEXEC) };
        }
    }
}

impl Drop for Fd {
    fn drop(&mut self) {
        // SAFETY: close takes any number; this one is ours. Linux frees the descriptor even when it says EINTR.
        unsafe { libc::close(self.0) };
    }
}

/// A netlink address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Port ID; 0: the kernel.
    pub portid: u32,
    /// Mask of groups.
    pub groups: u32,
}

impl Address {
    /// The kernel.
    pub const KERNEL: Address = Address { portid: 0, groups: 0 };

    pub(super) fn to_sockaddr(self) -> libc::sockaddr_nl {
        // SAFETY: sockaddr_nl is plain numbers; its padding must be zero.
        let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
        sa.nl_family = AF_NETLINK;
        sa.nl_pid = self.portid;
        sa.nl_groups = self.groups;
        sa
    }
}

#[allow(clippy::cast_possible_truncation)] // 16
const AF_NETLINK: libc::sa_family_t = libc::AF_NETLINK as libc::sa_family_t;
#[allow(clippy::cast_possible_truncation)] // 12
pub(super) const SOCKADDR_LEN: libc::socklen_t = size_of::<libc::sockaddr_nl>() as libc::socklen_t;

fn check(code: i32) -> Result<i32> {
    if code < 0 { Err(last_error()) } else { Ok(code) }
}

fn check_len(len: isize) -> Result<usize> {
    usize::try_from(len).map_err(|_| last_error())
}

/// A netlink socket: SOCK_RAW, close-on-exec.
pub(crate) fn socket(protocol: i32) -> Result<Fd> {
    // SAFETY: socket takes any numbers.
    check(unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol) }).map(Fd)
}

pub(crate) fn bind(fd: i32, address: Address) -> Result<()> {
    let sa = address.to_sockaddr();
    // SAFETY: a live address and its length.
    check(unsafe { libc::bind(fd, (&raw const sa).cast(), SOCKADDR_LEN) }).map(drop)
}

pub(crate) fn connect(fd: i32, address: Address) -> Result<()> {
    let sa = address.to_sockaddr();
    // SAFETY: a live address and its length.
    check(unsafe { libc::connect(fd, (&raw const sa).cast(), SOCKADDR_LEN) }).map(drop)
}

/// Takes a connection back.
pub(crate) fn disconnect(fd: i32) -> Result<()> {
    // SAFETY: plain numbers; family 0 is AF_UNSPEC.
    let sa: libc::sockaddr_nl = unsafe { zeroed() };
    // SAFETY: a live address and its length.
    check(unsafe { libc::connect(fd, (&raw const sa).cast(), SOCKADDR_LEN) }).map(drop)
}

/// The peer's address; all zero where the socket is not connected.
pub(crate) fn peer_address(fd: i32) -> Result<Address> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut len = SOCKADDR_LEN;
    // SAFETY: a live address and its length.
    check(unsafe { libc::getpeername(fd, (&raw mut sa).cast(), &mut len) })?;
    Ok(Address { portid: sa.nl_pid, groups: sa.nl_groups })
}

/// The socket's own address; -EINVAL when it is not a netlink socket.
pub(crate) fn local_address(fd: i32) -> Result<Address> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut len = SOCKADDR_LEN;
    // SAFETY: a live address and its length.
    check(unsafe { libc::getsockname(fd, (&raw mut sa).cast(), &mut len) })?;
    if sa.nl_family != AF_NETLINK || len != SOCKADDR_LEN {
        return Err(Code::EINVAL);
    }
    Ok(Address { portid: sa.nl_pid, groups: sa.nl_groups })
}

/// Sets an option whose value is any bytes.
pub(crate) fn set_option(fd: i32, level: i32, name: i32, value: &[u8]) -> Result<()> {
    let len = libc::socklen_t::try_from(value.len()).map_err(|_| Code::EINVAL)?;
    // SAFETY: live bytes and their length.
    check(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), len) }).map(drop)
}

/// Reads an option; the length that the kernel gave, which may be more than `value` has.
pub(crate) fn get_option(fd: i32, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
    let mut len = libc::socklen_t::try_from(value.len()).map_err(|_| Code::EINVAL)?;
    // SAFETY: live bytes and their length.
    check(unsafe { libc::getsockopt(fd, level, name, value.as_mut_ptr().cast(), &mut len) })?;
    usize::try_from(len).map_err(|_| Code::EINVAL)
}

/// Sets an option that is an int.
pub(crate) fn set_int(fd: i32, level: i32, name: i32, value: i32) -> Result<()> {
    set_option(fd, level, name, &value.to_ne_bytes())
}

/// Reads an option that is an int.
pub(crate) fn get_int(fd: i32, level: i32, name: i32) -> Result<i32> {
    let mut value = [0; 4];
    get_option(fd, level, name, &mut value)?;
    Ok(i32::from_ne_bytes(value))
}

/// Sends to the peer that the socket is connected to; -EAGAIN rather than wait.
pub(crate) fn send(fd: i32, bytes: &[u8]) -> Result<usize> {
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: live bytes and their length.
    check_len(unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) })
}

/// As [`send`], async-signal-safe: errno is left as it was.
pub(crate) fn send_quietly(fd: i32, bytes: &[u8]) -> Result<()> {
    let errno = super::errno();
    let sent = send(fd, bytes);
    set_errno(errno);
    sent.map(drop)
}

/// Sets how long a receive may wait: milliseconds; < 0: for ever.
pub(crate) fn set_receive_timeout(fd: i32, milliseconds: i32) -> Result<()> {
    let milliseconds = milliseconds.max(0);
    let time = libc::timeval { tv_sec: (milliseconds / 1000).into(), tv_usec: (milliseconds % 1000 * 1000).into() };
    #[allow(clippy::cast_possible_truncation)] // two numbers
    let len = size_of::<libc::timeval>() as libc::socklen_t;
    // SAFETY: a live timeval and its length.
    check(unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_RCVTIMEO, (&raw const time).cast(), len) }).map(drop)
}

/// What one sendmsg takes here; more is -EINVAL.
const MAX_PIECES: usize = 4;

/// Sends pieces as one datagram, to `to` or to the peer that the socket is connected to; -EAGAIN rather than wait.
pub(crate) fn send_pieces(fd: i32, pieces: &[&[u8]], to: Option<Address>) -> Result<usize> {
    let mut sa = to.map(Address::to_sockaddr);
    if pieces.len() > MAX_PIECES {
        return Err(Code::EINVAL);
    }
    let mut iov = [libc::iovec { iov_base: core::ptr::null_mut(), iov_len: 0 }; MAX_PIECES];
    for (slot, piece) in iov.iter_mut().zip(pieces) {
        *slot = libc::iovec { iov_base: piece.as_ptr().cast_mut().cast(), iov_len: piece.len() };
    }
    // SAFETY: msghdr is plain numbers and pointers, for which zero is "none".
    let mut header: libc::msghdr = unsafe { zeroed() };
    if let Some(sa) = &mut sa {
        header.msg_name = core::ptr::from_mut(sa).cast();
        header.msg_namelen = SOCKADDR_LEN;
    }
    header.msg_iov = iov.as_mut_ptr();
    header.msg_iovlen = pieces.len() as _;
    // SAFETY: the address, the pieces and the header live through the call, and sendmsg writes none of them.
    check_len(unsafe { libc::sendmsg(fd, &header, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) })
}

/// Receives a datagram, -EAGAIN rather than wait; its true length, which may be more than `into` has.
#[inline]
pub(crate) fn recv(fd: i32, into: &mut [u8]) -> Result<usize> {
    // SAFETY: live bytes and their length.
    check_len(unsafe { libc::recv(fd, into.as_mut_ptr().cast(), into.len(), libc::MSG_DONTWAIT | libc::MSG_TRUNC) })
}

/// What the kernel tells of a datagram beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival {
    /// The datagram's true length, which may be more than there was room for.
    pub len: usize,
    /// Port ID of the sender; 0 is the kernel.
    pub portid: u32,
    /// The group that it was sent to; 0: to this socket alone.
    pub group: u32,
    /// Namespace ID of the sender; -1: the socket's own namespace.
    pub nsid: i32,
}

/// Room for the ancillary data that netlink sends: a group and a namespace ID, aligned as cmsghdr wants.
pub(super) type Control = [u64; 16];

/// The header of a receive with address and ancillary data. Made anew each time: the kernel writes the lengths into it, and
/// one that is used again would ask for less, or tell of ancillary data that came with another datagram.
pub(super) fn receive_header(
    sa: &mut libc::sockaddr_nl,
    iov: &mut libc::iovec,
    control: &mut MaybeUninit<Control>,
) -> libc::msghdr {
    // SAFETY: msghdr is plain numbers and pointers, for which zero is "none".
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_name = core::ptr::from_mut(sa).cast();
    header.msg_namelen = SOCKADDR_LEN;
    header.msg_iov = iov;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast::<c_void>();
    header.msg_controllen = size_of::<Control>() as _;
    header
}

/// Receives a datagram with its sender, group and namespace ID, and the caller's flags; -EAGAIN rather than wait.
pub(crate) fn recv_from(fd: i32, into: &mut [u8], flags: i32) -> Result<Arrival> {
    recv_message(fd, into, flags | libc::MSG_DONTWAIT)
}

/// Receives a datagram and its sender alone, waiting for it as SO_RCVTIMEO says. Cheaper than recvmsg.
pub(crate) fn recv_with_sender(fd: i32, into: &mut [u8]) -> Result<Arrival> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut sa_len = SOCKADDR_LEN;
    let room = into.as_mut_ptr().cast();
    // SAFETY: live bytes and their length, a live address and its length.
    let len = unsafe { libc::recvfrom(fd, room, into.len(), libc::MSG_TRUNC, (&raw mut sa).cast(), &mut sa_len) };
    Ok(Arrival { len: check_len(len)?, portid: sa.nl_pid, group: 0, nsid: -1 })
}

/// As [`recv_from`], but waits as SO_RCVTIMEO says unless the flags say otherwise.
pub(crate) fn recv_message(fd: i32, into: &mut [u8], flags: i32) -> Result<Arrival> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut iov = libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: into.len() };
    let mut control = MaybeUninit::uninit();
    let mut header = receive_header(&mut sa, &mut iov, &mut control);
    let flags = flags | libc::MSG_TRUNC;
    // SAFETY: everything that the header points to lives through the call, with the lengths given.
    let len = check_len(unsafe { libc::recvmsg(fd, &mut header, flags) })?;
    // SAFETY: the header as recvmsg left it, with its control buffer alive.
    Ok(unsafe { arrival_of(&header, &sa, len) })
}

/// What a header tells of the datagram of `len` bytes that was received by it.
///
/// # Safety
/// recvmsg has filled `header`, and what it points to is still there.
pub(super) unsafe fn arrival_of(header: &libc::msghdr, sa: &libc::sockaddr_nl, len: usize) -> Arrival {
    // An address of another family, as AF_UNIX gives it, holds no port ID.
    let portid = if sa.nl_family == AF_NETLINK { sa.nl_pid } else { 0 };
    let mut arrival = Arrival { len, portid, group: 0, nsid: -1 };
    // SAFETY: the header as recvmsg left it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !next.is_null() {
        // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR return headers inside the control buffer, aligned as that is.
        let cmsg = unsafe { *next };
        // SAFETY: as above.
        let data = unsafe { libc::CMSG_DATA(next) };
        // The kernel never writes half an int; its length still decides.
        // SAFETY: CMSG_LEN only computes.
        let has_int = cmsg.cmsg_len as usize >= unsafe { libc::CMSG_LEN(4) } as usize;
        if cmsg.cmsg_level == crate::uapi::SOL_NETLINK && has_int {
            // SAFETY: the message has at least four bytes of data.
            let value = unsafe { data.cast::<u32>().read_unaligned() };
            match cmsg.cmsg_type {
                crate::uapi::NETLINK_PKTINFO => arrival.group = value,
                crate::uapi::NETLINK_LISTEN_ALL_NSID => arrival.nsid = value as i32,
                _ => {}
            }
        }
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
    arrival
}

/// What poll found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    /// The descriptor can be read or written, or has an error to tell.
    pub(crate) fd: bool,
    /// The wake-up event is set.
    pub(crate) wake: bool,
}

/// Waits for `events` on `fd` or for `wake` (< 0: none), for `left` nanoseconds at most; None: for ever. -EINTR on a signal.
pub(crate) fn poll(fd: i32, events: i16, wake: i32, left: Option<i64>) -> Result<Ready> {
    let mut fds =
        [libc::pollfd { fd, events, revents: 0 }, libc::pollfd { fd: wake, events: libc::POLLIN, revents: 0 }];
    let timeout = left.map(timespec);
    let timeout_ptr = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: two live pollfds, a live timespec or NULL; no signal mask.
    check(unsafe { libc::ppoll(fds.as_mut_ptr(), 2, timeout_ptr, core::ptr::null()) })?;
    let [fd, wake] = fds;
    Ok(Ready { fd: fd.revents != 0, wake: wake.revents != 0 })
}

pub(super) fn timespec(ns: i64) -> libc::timespec {
    // SAFETY: plain numbers; some targets have padding fields that cannot be named.
    let mut time: libc::timespec = unsafe { zeroed() };
    // time_t has 32 bits on some targets, and on musl no name that is not deprecated. What does not fit waits 68 years.
    #[allow(clippy::useless_conversion)] // it is one on some targets
    let seconds = (ns / 1_000_000_000).try_into().unwrap_or(i32::MAX.into());
    time.tv_sec = seconds;
    time.tv_nsec = (ns % 1_000_000_000) as _;
    time
}

/// An eventfd: what wakes a blocked call.
pub(crate) fn event() -> Result<Fd> {
    // SAFETY: eventfd takes any flags.
    check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) }).map(Fd)
}

/// Sets the event. Async-signal-safe; errno is left as it was.
pub(crate) fn set_event(fd: i32) {
    let errno = super::errno();
    let one = 1u64.to_ne_bytes();
    // SAFETY: eight live bytes. EAGAIN means that it is set 2^64 - 2 times already.
    unsafe { libc::write(fd, one.as_ptr().cast(), one.len()) };
    set_errno(errno);
}

/// Clears the event.
pub(crate) fn clear_event(fd: i32) {
    let mut count = [0; 8];
    // SAFETY: eight live bytes. EAGAIN means that it is clear already.
    unsafe { libc::read(fd, count.as_mut_ptr().cast(), count.len()) };
}
