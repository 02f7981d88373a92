// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datagrams with flags and addresses, several by one call, and filters.

use super::descriptor::Fd;
use super::last_error;
use super::net::{Address, Arrival, SOCKADDR_LEN, arrival_of, receive_header};
use crate::error::{Code, Result};
use core::mem::{MaybeUninit, zeroed};

/// Maximum number of datagrams that one system call receives.
pub(crate) const MAX_MANY: usize = 32;

/// Sends with the caller's flags, to `to` or to the port ID that the socket is connected to. Never waits: -EAGAIN.
#[inline(never)]
pub(crate) fn send_to(fd: &Fd, bytes: &[u8], flags: i32, to: Option<Address>) -> Result<usize> {
    let mut sa = to.map(Address::to_sockaddr);
    let mut iov = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    // SAFETY: msghdr is plain numbers and pointers, for which zero is "none".
    let mut header: libc::msghdr = unsafe { zeroed() };
    if let Some(sa) = &mut sa {
        header.msg_name = core::ptr::from_mut(sa).cast();
        header.msg_namelen = SOCKADDR_LEN;
    }
    header.msg_iov = &mut iov;
    header.msg_iovlen = 1;
    // SAFETY: the address, the bytes and the header live through the call, and sendmsg writes none of them.
    let sent = unsafe { libc::sendmsg(fd.raw(), &header, flags | libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) };
    usize::try_from(sent).map_err(|_| last_error())
}

/// Receives at most [`MAX_MANY`] datagrams into consecutive parts of `into` of `size` bytes each, and writes what the
/// kernel reports of them to `arrivals`; returns how many. `wait` is MSG_DONTWAIT: never waits, -EAGAIN; or
/// MSG_WAITFORONE: blocks for the first as SO_RCVTIMEO says. With a `group` no ancillary data is requested: all are of
/// that group.
#[inline(never)]
pub(crate) fn receive_many(
    fd: &Fd,
    into: &mut [u8],
    size: usize,
    arrivals: &mut [Arrival],
    group: Option<u32>,
    wait: i32,
) -> Result<usize> {
    if size == 0 {
        return Err(Code::EINVAL);
    }
    // SAFETY: plain numbers and pointers, for which zero is "none".
    let mut headers: [libc::mmsghdr; MAX_MANY] = unsafe { zeroed() };
    // SAFETY: as above.
    let mut iovs: [libc::iovec; MAX_MANY] = unsafe { zeroed() };
    // SAFETY: as above.
    let mut addresses: [libc::sockaddr_nl; MAX_MANY] = unsafe { zeroed() };
    let mut controls = [const { MaybeUninit::uninit() }; MAX_MANY];
    // Not chunks_exact_mut, which has a panic path for a size of 0.
    let mut rest = into;
    let mut count = 0u32;
    let slots = headers.iter_mut().zip(&mut iovs).zip(&mut addresses).zip(&mut controls);
    for ((((slot, iov), sa), control), _) in slots.zip(arrivals.iter()) {
        let Some((piece, behind)) = rest.split_at_mut_checked(size) else { break };
        rest = behind;
        *iov = libc::iovec { iov_base: piece.as_mut_ptr().cast(), iov_len: piece.len() };
        slot.msg_hdr = receive_header(sa, iov, control);
        if group.is_some() {
            slot.msg_hdr.msg_controllen = 0;
        }
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Err(Code::EINVAL);
    }
    let flags = (wait | libc::MSG_TRUNC) as _;
    // SAFETY: `count` headers, and everything that they point to, live through the call; no timeout.
    let got = unsafe { libc::recvmmsg(fd.raw(), headers.as_mut_ptr(), count, flags, core::ptr::null_mut()) };
    let got = usize::try_from(got).map_err(|_| last_error())?;
    for ((arrival, slot), sa) in arrivals.iter_mut().zip(&headers).zip(&addresses).take(got) {
        // SAFETY: one of the headers that recvmmsg has filled, with its control buffer alive.
        *arrival = unsafe { arrival_of(&slot.msg_hdr, sa, slot.msg_len as usize) };
        if let Some(group) = group {
            arrival.group = group;
        }
    }
    Ok(got)
}

/// Attaches a filter program, in the kernel's layout.
pub(crate) fn attach_filter(fd: &Fd, program: &[u8]) -> Result<()> {
    let count = u16::try_from(program.len() / 8).map_err(|_| Code::EMSGSIZE)?;
    let program = libc::sock_fprog { len: count, filter: program.as_ptr().cast_mut().cast() };
    #[allow(clippy::cast_possible_truncation)] // a struct of two fields
    let len = size_of::<libc::sock_fprog>() as libc::socklen_t;
    let value = (&raw const program).cast();
    // SAFETY: a live sock_fprog with as many instructions as it says, which the kernel copies.
    let code = unsafe { libc::setsockopt(fd.raw(), libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, value, len) };
    if code < 0 { Err(last_error()) } else { Ok(()) }
}
