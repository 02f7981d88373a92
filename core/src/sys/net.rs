// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets: addresses, options, sending and receiving.

use super::descriptor::Fd;
use super::{last_error, set_errno};
use crate::error::{Code, Result};
use core::ffi::c_void;
use core::mem::{MaybeUninit, zeroed};

/// A netlink address: a port ID and at most one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Port ID; 0: the kernel.
    pub(crate) portid: u32,
    /// Mask of groups 1 to 32, of which the kernel sends to the lowest only.
    groups: u32,
}

impl Address {
    /// The kernel's address.
    pub const KERNEL: Address = Address { portid: 0, groups: 0 };

    /// Returns the address of a port ID (0: the kernel) and a group (0: none). -ERANGE: the group is above 32, the
    /// largest that an address can name.
    pub fn new(portid: u32, group: u32) -> Result<Address> {
        let groups = match group {
            0 => 0,
            _ => 1u32.checked_shl(group.wrapping_sub(1)).ok_or(Code::ERANGE)?,
        };
        Ok(Address { portid, groups })
    }

    /// Returns the address of a port ID; 0: the kernel.
    pub fn of_portid(portid: u32) -> Address {
        Address { portid, groups: 0 }
    }

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

/// Opens a netlink socket: SOCK_RAW, close-on-exec.
pub(crate) fn socket(protocol: i32) -> Result<Fd> {
    // SAFETY: socket takes any numbers.
    let raw = check(unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol) })?;
    // SAFETY: just opened.
    Ok(unsafe { Fd::from_raw(raw) })
}

pub(crate) fn bind(fd: &Fd, address: Address) -> Result<()> {
    let sa = address.to_sockaddr();
    // SAFETY: a live address and its length.
    check(unsafe { libc::bind(fd.raw(), (&raw const sa).cast(), SOCKADDR_LEN) }).map(drop)
}

pub(crate) fn connect(fd: &Fd, address: Address) -> Result<()> {
    let sa = address.to_sockaddr();
    // SAFETY: a live address and its length.
    check(unsafe { libc::connect(fd.raw(), (&raw const sa).cast(), SOCKADDR_LEN) }).map(drop)
}

/// Ends a connection.
pub(crate) fn disconnect(fd: &Fd) -> Result<()> {
    // SAFETY: plain numbers; family 0 is AF_UNSPEC.
    let sa: libc::sockaddr_nl = unsafe { zeroed() };
    // SAFETY: a live address and its length.
    check(unsafe { libc::connect(fd.raw(), (&raw const sa).cast(), SOCKADDR_LEN) }).map(drop)
}

/// Returns the address that the socket is connected to; all zero if it is not connected.
pub(crate) fn peer_address(fd: &Fd) -> Result<Address> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut len = SOCKADDR_LEN;
    // SAFETY: a live address and its length.
    check(unsafe { libc::getpeername(fd.raw(), (&raw mut sa).cast(), &mut len) })?;
    Ok(Address { portid: sa.nl_pid, groups: sa.nl_groups })
}

/// Returns the socket's address; -EINVAL if it is not a netlink socket.
pub(crate) fn local_address(fd: &Fd) -> Result<Address> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut len = SOCKADDR_LEN;
    // SAFETY: a live address and its length.
    check(unsafe { libc::getsockname(fd.raw(), (&raw mut sa).cast(), &mut len) })?;
    if sa.nl_family != AF_NETLINK || len != SOCKADDR_LEN {
        return Err(Code::EINVAL);
    }
    Ok(Address { portid: sa.nl_pid, groups: sa.nl_groups })
}

/// Sets an option.
pub(crate) fn set_option(fd: &Fd, level: i32, name: i32, value: &[u8]) -> Result<()> {
    let len = libc::socklen_t::try_from(value.len()).map_err(|_| Code::EINVAL)?;
    // SAFETY: live bytes and their length.
    check(unsafe { libc::setsockopt(fd.raw(), level, name, value.as_ptr().cast(), len) }).map(drop)
}

/// Reads an option; returns the length that the kernel reported, which may be more than `value` has.
pub(crate) fn get_option(fd: &Fd, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
    let mut len = libc::socklen_t::try_from(value.len()).map_err(|_| Code::EINVAL)?;
    // SAFETY: live bytes and their length.
    check(unsafe { libc::getsockopt(fd.raw(), level, name, value.as_mut_ptr().cast(), &mut len) })?;
    usize::try_from(len).map_err(|_| Code::EINVAL)
}

/// Sets an option that is an int.
pub(crate) fn set_int(fd: &Fd, level: i32, name: i32, value: i32) -> Result<()> {
    set_option(fd, level, name, &value.to_ne_bytes())
}

/// Reads an option that is an int.
pub(crate) fn get_int(fd: &Fd, level: i32, name: i32) -> Result<i32> {
    let mut value = [0; 4];
    get_option(fd, level, name, &mut value)?;
    Ok(i32::from_ne_bytes(value))
}

/// Sends to the port ID that the socket is connected to. Never waits: -EAGAIN.
pub(crate) fn send(fd: &Fd, bytes: &[u8]) -> Result<usize> {
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: live bytes and their length.
    check_len(unsafe { libc::send(fd.raw(), bytes.as_ptr().cast(), bytes.len(), flags) })
}

/// As [`send`], async-signal-safe: errno is preserved.
pub(crate) fn send_quietly(fd: &Fd, bytes: &[u8]) -> Result<()> {
    let errno = super::errno();
    let sent = send(fd, bytes);
    set_errno(errno);
    sent.map(drop)
}

/// Sets how long a receive may block, in milliseconds; negative: no limit.
pub(crate) fn set_receive_timeout(fd: &Fd, milliseconds: i32) -> Result<()> {
    let milliseconds = milliseconds.max(0);
    let time = libc::timeval { tv_sec: (milliseconds / 1000).into(), tv_usec: (milliseconds % 1000 * 1000).into() };
    #[allow(clippy::cast_possible_truncation)] // two numbers
    let len = size_of::<libc::timeval>() as libc::socklen_t;
    // SAFETY: a live timeval and its length.
    check(unsafe { libc::setsockopt(fd.raw(), libc::SOL_SOCKET, libc::SO_RCVTIMEO, (&raw const time).cast(), len) })
        .map(drop)
}

/// Maximum number of pieces; more is -EINVAL.
const MAX_PIECES: usize = 4;

/// Sends pieces as one datagram, to `to` or to the port ID that the socket is connected to. Never waits: -EAGAIN.
pub(crate) fn send_pieces(fd: &Fd, pieces: &[&[u8]], to: Option<Address>) -> Result<usize> {
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
    check_len(unsafe { libc::sendmsg(fd.raw(), &header, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) })
}

/// Receives a datagram. Never waits: -EAGAIN. Returns its full length, which may be more than `into` has.
#[inline]
pub(crate) fn recv(fd: &Fd, into: &mut [u8]) -> Result<usize> {
    // SAFETY: live bytes and their length.
    check_len(unsafe {
        libc::recv(fd.raw(), into.as_mut_ptr().cast(), into.len(), libc::MSG_DONTWAIT | libc::MSG_TRUNC)
    })
}

/// Credentials of a sender, verified by the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Process ID; 0 for the kernel, and for a process that has none in this PID namespace.
    pub pid: i32,
    /// User ID; 0 for the kernel.
    pub uid: u32,
    /// Group ID; 0 for the kernel.
    pub gid: u32,
}

/// What the kernel reports of a datagram beside its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Full length of the datagram, which may be more than the buffer.
    pub len: usize,
    /// Port ID of the sender; 0 is the kernel.
    pub portid: u32,
    /// The group that it was sent to; 0: to this socket alone.
    pub group: u32,
    /// Namespace ID of the sender; -1: the socket's own namespace.
    pub nsid: i32,
    /// Process ID of the sender; negative: without credentials.
    pub(crate) pid: i32,
    /// User and group ID of the sender.
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Arrival {
    /// Returns that of a datagram of `len` bytes from the kernel to this socket alone.
    #[inline(always)]
    pub(crate) const fn new(len: usize) -> Arrival {
        Arrival { len, portid: 0, group: 0, nsid: -1, pid: -1, uid: 0, gid: 0 }
    }

    /// Returns the credentials of the sender, if they were requested (SO_PASSCRED).
    pub fn credentials(&self) -> Option<Credentials> {
        let Arrival { pid, uid, gid, .. } = *self;
        (pid >= 0).then_some(Credentials { pid, uid, gid })
    }
}

impl Default for Arrival {
    fn default() -> Arrival {
        Arrival::new(0)
    }
}

#[allow(clippy::cast_possible_truncation)] // 12
const UCRED_LEN: u32 = size_of::<libc::ucred>() as u32;

/// Buffer for the ancillary data of netlink: a group, a namespace ID and credentials, aligned for cmsghdr.
pub(super) type Control = [u64; 16];

/// Returns the header of a receive with address and ancillary data. Each receive needs a new one: the kernel writes
/// lengths into it, and a used one would request less, or return the ancillary data of another datagram.
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

/// Receives a datagram with its sender, group and namespace ID, and the caller's flags. Never waits: -EAGAIN.
pub(crate) fn recv_from(fd: &Fd, into: &mut [u8], flags: i32) -> Result<Arrival> {
    recv_message(fd, into, flags | libc::MSG_DONTWAIT)
}

/// Receives a datagram and its sender, blocking as SO_RCVTIMEO says. Costs less than recvmsg.
pub(crate) fn recv_with_sender(fd: &Fd, into: &mut [u8]) -> Result<Arrival> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut sa_len = SOCKADDR_LEN;
    let room = into.as_mut_ptr().cast();
    // SAFETY: live bytes and their length, a live address and its length.
    let len = unsafe { libc::recvfrom(fd.raw(), room, into.len(), libc::MSG_TRUNC, (&raw mut sa).cast(), &mut sa_len) };
    Ok(Arrival { portid: sa.nl_pid, ..Arrival::new(check_len(len)?) })
}

/// As [`recv_from`], but blocks as SO_RCVTIMEO says unless flags contain MSG_DONTWAIT.
pub(crate) fn recv_message(fd: &Fd, into: &mut [u8], flags: i32) -> Result<Arrival> {
    // SAFETY: plain numbers.
    let mut sa: libc::sockaddr_nl = unsafe { zeroed() };
    let mut iov = libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: into.len() };
    let mut control = MaybeUninit::uninit();
    let mut header = receive_header(&mut sa, &mut iov, &mut control);
    let flags = flags | libc::MSG_TRUNC;
    // SAFETY: everything that the header points to lives through the call, with the lengths given.
    let len = check_len(unsafe { libc::recvmsg(fd.raw(), &mut header, flags) })?;
    // SAFETY: the header as recvmsg left it, with its control buffer alive.
    Ok(unsafe { arrival_of(&header, &sa, len) })
}

/// Reads the header of a datagram of `len` bytes that was received by it.
///
/// # Safety
/// recvmsg has filled `header`, and what it points to is valid.
pub(super) unsafe fn arrival_of(header: &libc::msghdr, sa: &libc::sockaddr_nl, len: usize) -> Arrival {
    // An address of another family (AF_UNIX) has no port ID.
    let portid_is_known = sa.nl_family == AF_NETLINK;
    let portid = if portid_is_known { sa.nl_pid } else { 0 };
    // Groups up to 32 are in the address, too, and only there in a kernel without NETLINK_PKTINFO.
    let group = if portid_is_known && sa.nl_groups != 0 { sa.nl_groups.trailing_zeros() + 1 } else { 0 };
    let mut arrival = Arrival { portid, group, ..Arrival::new(len) };
    // SAFETY: the header as recvmsg left it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !next.is_null() {
        // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR return headers inside the control buffer, aligned as that is.
        let cmsg = unsafe { *next };
        // SAFETY: as above.
        let data = unsafe { libc::CMSG_DATA(next) };
        // The kernel always writes an int; its length is checked nevertheless.
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
        let is_credentials = cmsg.cmsg_level == libc::SOL_SOCKET && cmsg.cmsg_type == libc::SCM_CREDENTIALS;
        // SAFETY: CMSG_LEN only computes.
        if is_credentials && cmsg.cmsg_len as usize >= unsafe { libc::CMSG_LEN(UCRED_LEN) } as usize {
            // SAFETY: the message has a ucred of data.
            let libc::ucred { pid, uid, gid } = unsafe { data.cast::<libc::ucred>().read_unaligned() };
            arrival = Arrival { pid, uid, gid, ..arrival };
        }
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
    arrival
}
