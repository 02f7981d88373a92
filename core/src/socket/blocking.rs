// SPDX-License-Identifier: MIT OR Apache-2.0
//! Blocking receive: one system call for an event, where poll and receive are two.
//!
//! SO_RCVTIMEO ends it at the deadline. To end it early, the thread that cancels sends a wake-up by the same socket: a
//! message that is not a request and has NLM_F_ACK. The kernel queues the ack before the send returns, and this
//! datagram ends the receive. Whether kernel, protocol and security module permit it is probed once, while the socket
//! is new; if they do not, calls poll.

use super::{Call, Socket};
use crate::error::Result;
use crate::sys::net::{self, Arrival};
use crate::uapi::{
    NETLINK_GENERIC, NETLINK_PKTINFO, NETLINK_ROUTE, NLM_F_ACK, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_NOOP, RTM_GETLINK,
    SOL_NETLINK,
};
use crate::wire::message::{Header, Message};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};

const NETLINK_XFRM: i32 = 6;
const NETLINK_NETFILTER: i32 = 12;

/// The type of generic netlink's controller, which security modules know.
const GENL_ID_CTRL: u16 = 16;

/// Sequence number of a wake-up: "nlrs".
const WAKEUP_SEQ: u32 = 0x6e6c_7273;

/// A wake-up is a header without payload.
#[allow(clippy::cast_possible_truncation)] // 16
const WAKEUP_LEN: u32 = NLMSG_HDRLEN as u32;

/// The kernel counts SO_RCVTIMEO in ticks of up to 10 ms: with a shorter timeout than this, calls poll, which is exact.
const SHORTEST_MS: i32 = 50;

/// SO_RCVTIMEO has not been set.
const NEVER_SET: i32 = i32::MIN;

/// `BlockingReceive::group` if no group has been joined, and if several have.
const NO_GROUP: u32 = 0;
const SEVERAL: u32 = u32::MAX;

/// State of the blocking receive of a socket.
#[derive(Debug)]
pub(super) struct BlockingReceive {
    /// It was probed and works.
    enabled: AtomicBool,
    /// A call is in the receive or about to enter it.
    receiving: AtomicBool,
    /// Wake-ups whose ack was not received yet.
    wakeups: AtomicU32,
    /// The group that has been joined.
    group: AtomicU32,
    /// The kernel does not report the group of each datagram, because only one has been joined.
    is_group_omitted: AtomicBool,
    /// SO_RCVTIMEO as it was set last, in milliseconds; negative: no limit.
    timeout: AtomicI32,
}

impl BlockingReceive {
    pub(super) const fn new() -> BlockingReceive {
        BlockingReceive {
            enabled: AtomicBool::new(false),
            receiving: AtomicBool::new(false),
            wakeups: AtomicU32::new(0),
            group: AtomicU32::new(NO_GROUP),
            is_group_omitted: AtomicBool::new(false),
            timeout: AtomicI32::new(NEVER_SET),
        }
    }

    /// Notes that a group is about to be joined.
    pub(super) fn note_group(&self, group: u32) {
        let before = self.group.load(Ordering::Relaxed);
        if before != group {
            let now = if before == NO_GROUP { group } else { SEVERAL };
            self.group.store(now, Ordering::Relaxed);
        }
    }

    fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }
}

impl Socket {
    /// Probes whether calls can block in the receive. To be called before the socket is shared and before a group is
    /// joined.
    #[inline(never)]
    pub(crate) fn probe_blocking_receive(&self) {
        let known = matches!(self.protocol, NETLINK_ROUTE | NETLINK_GENERIC | NETLINK_NETFILTER | NETLINK_XFRM);
        if !self.transport.is_kernel() || !known {
            return;
        }
        // Without cancellation no wake-up is ever sent: there is nothing to probe.
        let works = self.cancellation.wake().is_none() || self.send_wakeup().is_ok() && self.recv_probe_ack();
        self.blocking.enabled.store(works, Ordering::Relaxed);
    }

    /// The caller changes the socket by itself: acks of wake-ups might not arrive any more.
    #[inline(never)]
    pub(super) fn disable_blocking_receive(&self) -> Result<()> {
        self.blocking.enabled.store(false, Ordering::Relaxed);
        self.report_group()
    }

    /// Makes the kernel report the group of each datagram again, if it does not.
    #[inline(never)]
    pub(super) fn report_group(&self) -> Result<()> {
        if self.blocking.is_group_omitted.load(Ordering::Relaxed) {
            net::set_int(&self.fd, SOL_NETLINK, NETLINK_PKTINFO, 1)?;
            self.blocking.is_group_omitted.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Stops the kernel from reporting the group of each datagram if only one has been joined, and only events of it
    /// arrive. The kernel decides when a datagram is received, so this applies to those in the receive buffer, too. It
    /// does no harm if the kernel continues to report groups.
    #[inline(never)]
    pub(crate) fn omit_known_group(&self) {
        let is_known = !matches!(self.blocking.group.load(Ordering::Relaxed), NO_GROUP | SEVERAL);
        let is_alone = !self.all_nsid.load(Ordering::Relaxed) && !self.credentials.load(Ordering::Relaxed);
        if self.blocking.is_enabled() && is_known && is_alone {
            let is_group_omitted = net::set_int(&self.fd, SOL_NETLINK, NETLINK_PKTINFO, 0).is_ok();
            self.blocking.is_group_omitted.store(is_group_omitted, Ordering::Relaxed);
        }
    }

    /// Returns the group of every datagram, if the kernel does not report it.
    #[inline(always)]
    pub(super) fn omitted_group(&self) -> Option<u32> {
        let is_group_omitted = self.blocking.is_group_omitted.load(Ordering::Relaxed);
        is_group_omitted.then(|| self.blocking.group.load(Ordering::Relaxed))
    }

    /// Receives the ack of the probe.
    #[inline(never)]
    fn recv_probe_ack(&self) -> bool {
        let mut buf = [0; 64];
        match net::recv(&self.fd, &mut buf) {
            Ok(len) => self.is_wakeup_ack(buf.get(..len).unwrap_or(&[])),
            Err(_) => false,
        }
    }

    /// Sends a wake-up. Async-signal-safe; errno is preserved.
    #[inline(never)]
    fn send_wakeup(&self) -> Result<()> {
        let ty = match self.protocol {
            NETLINK_ROUTE => RTM_GETLINK,
            NETLINK_GENERIC => GENL_ID_CTRL,
            _ => NLMSG_NOOP,
        };
        // Without NLM_F_REQUEST the kernel handles only NLM_F_ACK.
        let wakeup = Header { len: WAKEUP_LEN, ty, flags: NLM_F_ACK, seq: WAKEUP_SEQ, portid: 0 };
        self.blocking.wakeups.fetch_add(1, Ordering::Relaxed);
        let sent = net::send_quietly(&self.fd, &wakeup.to_bytes());
        if sent.is_err() {
            self.blocking.wakeups.fetch_sub(1, Ordering::Relaxed);
        }
        sent
    }

    /// Wakes the call that is in a receive, if one is. Async-signal-safe.
    pub(super) fn wake_receive(&self) -> Result<()> {
        if self.blocking.receiving.load(Ordering::SeqCst) { self.send_wakeup() } else { Ok(()) }
    }

    /// Returns whether acks of wake-ups may still arrive.
    #[inline(always)]
    pub(crate) fn has_pending_wakeups(&self) -> bool {
        self.blocking.wakeups.load(Ordering::Relaxed) != 0
    }

    /// Returns whether a datagram is the ack of a wake-up, which is not for the caller.
    #[cold]
    pub(crate) fn is_wakeup_ack(&self, datagram: &[u8]) -> bool {
        let Ok(message) = Message::read(datagram) else { return false };
        let Header { ty, seq, portid, .. } = message.header;
        let echoed = message.payload().get(4..).and_then(Header::read);
        let is_ack = ty == NLMSG_ERROR
            && seq == WAKEUP_SEQ
            && portid == self.portid
            && echoed.is_some_and(|echoed| echoed.flags == NLM_F_ACK && echoed.len == WAKEUP_LEN);
        if is_ack {
            self.blocking.wakeups.fetch_sub(1, Ordering::Relaxed);
        }
        is_ack
    }

    /// Returns whether this call may block in the receive: only for its first wait, which has the full timeout.
    #[inline]
    pub(crate) fn can_wait_in_receive(&self, call: &mut Call) -> bool {
        if !self.blocking.is_enabled() || !call.budget.is_fresh() {
            return false;
        }
        let milliseconds = self.timeout.load(Ordering::Relaxed);
        if (0..SHORTEST_MS).contains(&milliseconds) || call.budget.left_ns() == Some(0) {
            return false;
        }
        self.blocking.timeout.load(Ordering::Relaxed) == milliseconds || self.set_receive_timeout(milliseconds)
    }

    #[cold]
    fn set_receive_timeout(&self, milliseconds: i32) -> bool {
        let is_set = net::set_receive_timeout(&self.fd, milliseconds).is_ok();
        if is_set {
            self.blocking.timeout.store(milliseconds, Ordering::Relaxed);
        }
        is_set
    }

    /// Blocks in `receive`. NLRS_ECANCELED, NLRS_ECLOSED; -EAGAIN at the deadline.
    #[inline]
    fn in_receive(&self, call: &Call, receive: impl FnOnce() -> Result<usize>) -> Result<usize> {
        // Either the thread that cancels sees `receiving`, or this one sees the cancellation. (A swap costs half of a
        // fence.)
        self.blocking.receiving.swap(true, Ordering::SeqCst);
        let cancelled = self.cancellation.is_over(call);
        let received = if cancelled { self.check(call).and(Ok(0)) } else { receive() };
        self.blocking.receiving.store(false, Ordering::Relaxed);
        received
    }

    /// Receives one datagram of any sender and blocks until it arrives. Codes as [`Socket::recv_many_waiting`].
    #[inline]
    pub(crate) fn recv_waiting(&self, call: &Call, into: &mut [u8], arrival: &mut Arrival) -> Result<usize> {
        let fd = &self.fd;
        self.in_receive(call, || {
            *arrival = match self.omitted_group() {
                Some(group) => Arrival { group, ..net::recv_with_sender(fd, into)? },
                None => net::recv_message(fd, into, 0)?,
            };
            Ok(1)
        })
    }

    /// Receives the datagrams that are in the receive buffer, of any sender, into parts of `size` bytes each; blocks
    /// until the first arrives. Returns how many. -EAGAIN at the deadline, -EINTR, NLRS_ECANCELED, NLRS_ECLOSED.
    pub(crate) fn recv_many_waiting(
        &self,
        call: &Call,
        into: &mut [u8],
        size: usize,
        arrivals: &mut [Arrival],
    ) -> Result<usize> {
        self.in_receive(call, || self.recv_many_from_kernel(into, size, arrivals, libc::MSG_WAITFORONE))
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::socket::SocketOptions;

    fn open() -> Socket {
        Socket::open(NETLINK_ROUTE, &SocketOptions::new()).expect("a socket")
    }

    #[test]
    fn only_the_ack_of_an_own_wakeup_is_one() {
        let socket = open();
        let ack = |ty, seq, portid, flags, len: usize| {
            let echoed = Header { len: 16, ty: RTM_GETLINK, flags, seq, portid: 0 };
            let total = u32::try_from(len).expect("short");
            let mut bytes = Header { len: total, ty, flags: 0, seq, portid }.to_bytes().to_vec();
            bytes.extend([0; 4]);
            bytes.extend(echoed.to_bytes());
            bytes.resize(len, 0);
            bytes
        };
        let own = socket.portid();
        let cases = [
            ("an ack", ack(NLMSG_ERROR, WAKEUP_SEQ, own, NLM_F_ACK, 36), true),
            ("another type", ack(RTM_GETLINK, WAKEUP_SEQ, own, NLM_F_ACK, 36), false),
            ("another sequence number", ack(NLMSG_ERROR, 1, own, NLM_F_ACK, 36), false),
            ("another socket's", ack(NLMSG_ERROR, WAKEUP_SEQ, own ^ 1, NLM_F_ACK, 36), false),
            ("of a request", ack(NLMSG_ERROR, WAKEUP_SEQ, own, NLM_F_ACK | 1, 36), false),
            ("cut off", ack(NLMSG_ERROR, WAKEUP_SEQ, own, NLM_F_ACK, 35), false),
        ];
        for (name, bytes, expected) in cases {
            socket.blocking.wakeups.store(1, Ordering::Relaxed);
            assert_eq!(socket.is_wakeup_ack(&bytes), expected, "{name}");
            assert_eq!(socket.has_pending_wakeups(), !expected, "{name}");
        }
    }

    #[test]
    fn this_kernel_acknowledges_a_wakeup() {
        let socket = open();
        socket.probe_blocking_receive();
        assert!(socket.blocking.is_enabled());
        assert!(!socket.has_pending_wakeups());
        assert_eq!(socket.recv_now(&mut [0; 64]).expect_err("nothing is there"), Code::EAGAIN);
    }

    #[test]
    fn a_group_is_known_while_it_is_the_only_one() {
        let blocking = BlockingReceive::new();
        for (joined, known) in [(7, 7), (7, 7), (9, SEVERAL), (7, SEVERAL)] {
            blocking.note_group(joined);
            assert_eq!(blocking.group.load(Ordering::Relaxed), known, "after {joined}");
        }
    }

    #[test]
    fn only_a_first_wait_with_a_long_timeout_blocks() {
        let socket = open();
        socket.probe_blocking_receive();
        for (timeout, can) in [(-1, true), (0, false), (10, false), (30_000, true)] {
            socket.set_timeout(timeout);
            let mut call = socket.call().expect("a call");
            assert_eq!(socket.can_wait_in_receive(&mut call), can, "{timeout}");
            // The clock was started: what is left is waited for by poll.
            assert_eq!(socket.can_wait_in_receive(&mut call), can && timeout < 0, "{timeout} again");
        }
        socket.set_option(libc::SOL_SOCKET, libc::SO_PRIORITY, &0i32.to_ne_bytes()).expect("an option");
        let mut call = socket.call().expect("a call");
        assert!(!socket.can_wait_in_receive(&mut call));
    }
}
