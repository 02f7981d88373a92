// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waiting inside the kernel's receive.
//!
//! A wait that has an end and can be cancelled is a poll with a receive behind it: two system calls for an event that comes
//! alone. Where this works the receive itself waits. SO_RCVTIMEO ends it in time; and to end it early, whoever cancels sends a
//! nudge by the same socket: a message that is no request, of which nothing is wanted but an ack. The kernel gives the ack before the
//! send returns, and the ack is a datagram, which wakes the receive. Whether kernel, protocol and security module play along is tried
//! once, while the socket is new; where they do not, it is poll as ever.

use super::transport::Transport;
use super::{Call, Socket};
use crate::error::Result;
use crate::sys::fd::{self, Arrival};
use crate::uapi::{
    NETLINK_GENERIC, NETLINK_PKTINFO, NETLINK_ROUTE, NLM_F_ACK, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_NOOP, RTM_GETLINK,
    SOL_NETLINK,
};
use crate::wire::message::{Header, Message};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};

const NETLINK_XFRM: i32 = 6;
const NETLINK_NETFILTER: i32 = 12;

/// The first type of generic netlink (its controller), which security modules know.
const GENL_ID_CTRL: u16 = 16;

/// Sequence number of a nudge: "nlrs".
const NUDGE_SEQ: u32 = 0x6e6c_7273;

/// A nudge is a header and nothing else.
#[allow(clippy::cast_possible_truncation)] // 16
const NUDGE_LEN: u32 = NLMSG_HDRLEN as u32;

/// The kernel counts SO_RCVTIMEO in ticks of up to 10 ms; a shorter timeout is poll's, which is exact.
const SHORTEST_MS: i32 = 50;

/// No timeout has been set, which is not what the kernel begins with either way.
const NEVER_SET: i32 = i32::MIN;

/// `Direct::group` when none has been joined, and when there are several.
const NO_GROUP: u32 = 0;
const SEVERAL: u32 = u32::MAX;

/// What a socket remembers of it.
#[derive(Debug)]
pub(super) struct Direct {
    /// It has been tried and works.
    works: AtomicBool,
    /// A call is in the receive, or about to be.
    receiving: AtomicBool,
    /// Nudges whose ack has not been seen.
    nudges: AtomicU32,
    /// The only group that has been joined.
    group: AtomicU32,
    /// The kernel does not tell the group of each datagram, since it is known: the only one that has been joined.
    is_untold: AtomicBool,
    /// SO_RCVTIMEO as it was set last, in milliseconds; < 0: for ever.
    timeout: AtomicI32,
}

impl Direct {
    pub(super) const fn new() -> Direct {
        Direct {
            works: AtomicBool::new(false),
            receiving: AtomicBool::new(false),
            nudges: AtomicU32::new(0),
            group: AtomicU32::new(NO_GROUP),
            is_untold: AtomicBool::new(false),
            timeout: AtomicI32::new(NEVER_SET),
        }
    }

    /// A group is about to be joined.
    pub(super) fn note_group(&self, group: u32) {
        let before = self.group.load(Ordering::Relaxed);
        if before != group {
            let now = if before == NO_GROUP { group } else { SEVERAL };
            self.group.store(now, Ordering::Relaxed);
        }
    }

    fn works(&self) -> bool {
        self.works.load(Ordering::Relaxed)
    }
}

impl Socket {
    /// Finds out whether calls can wait in the receive. To be called while nobody else uses the socket and no group has been joined.
    #[inline(never)]
    pub(crate) fn try_direct(&self) {
        let known = matches!(self.protocol, NETLINK_ROUTE | NETLINK_GENERIC | NETLINK_NETFILTER | NETLINK_XFRM);
        if !matches!(self.transport, Transport::Kernel) || !known {
            return;
        }
        // Nobody can end a wait on a socket without the means to cancel: then there is nothing to try.
        let works = self.wake.is_none() || self.send_nudge().is_ok() && self.take_ack();
        self.direct.works.store(works, Ordering::Relaxed);
    }

    /// The caller changes the socket in a way of his own: the ack might not come through any more.
    #[inline(never)]
    pub(super) fn give_up_direct(&self) -> Result<()> {
        self.direct.works.store(false, Ordering::Relaxed);
        self.tell_group()
    }

    /// Lets the kernel tell the group of each datagram again, or still.
    #[inline(never)]
    pub(super) fn tell_group(&self) -> Result<()> {
        if self.direct.is_untold.load(Ordering::Relaxed) {
            fd::set_int(self.fd.raw(), SOL_NETLINK, NETLINK_PKTINFO, 1)?;
            self.direct.is_untold.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Spares the kernel telling the group of each datagram where only one has been joined, and nothing but events of it comes.
    /// What the kernel tells is decided when a datagram is received: none that waits is missed when that changes. A kernel that goes
    /// on telling does no harm.
    #[inline(never)]
    pub(crate) fn spare_group(&self) {
        let is_known = !matches!(self.direct.group.load(Ordering::Relaxed), NO_GROUP | SEVERAL);
        if self.direct.works() && is_known && !self.all_nsid.load(Ordering::Relaxed) {
            let is_untold = fd::set_int(self.fd.raw(), SOL_NETLINK, NETLINK_PKTINFO, 0).is_ok();
            self.direct.is_untold.store(is_untold, Ordering::Relaxed);
        }
    }

    /// The group of all that comes, where the kernel does not tell.
    #[inline(always)]
    pub(super) fn untold_group(&self) -> Option<u32> {
        let is_untold = self.direct.is_untold.load(Ordering::Relaxed);
        is_untold.then(|| self.direct.group.load(Ordering::Relaxed))
    }

    /// Takes the ack of the one nudge off the queue.
    #[inline(never)]
    fn take_ack(&self) -> bool {
        let mut buf = [0; 64];
        match fd::recv(self.fd.raw(), &mut buf) {
            Ok(len) => self.takes_for_ack(buf.get(..len).unwrap_or(&[])),
            Err(_) => false,
        }
    }

    /// Sends a nudge. Async-signal-safe; errno is left as it was.
    #[inline(never)]
    fn send_nudge(&self) -> Result<()> {
        let ty = match self.protocol {
            NETLINK_ROUTE => RTM_GETLINK,
            NETLINK_GENERIC => GENL_ID_CTRL,
            _ => NLMSG_NOOP,
        };
        // Without NLM_F_REQUEST the kernel looks no further than at NLM_F_ACK.
        let nudge = Header { len: NUDGE_LEN, ty, flags: NLM_F_ACK, seq: NUDGE_SEQ, portid: 0 };
        self.direct.nudges.fetch_add(1, Ordering::Relaxed);
        let sent = fd::send_quietly(self.fd.raw(), &nudge.to_bytes());
        if sent.is_err() {
            self.direct.nudges.fetch_sub(1, Ordering::Relaxed);
        }
        sent
    }

    /// Wakes the call that is in a receive, if one is. Async-signal-safe.
    pub(super) fn end_receive(&self) -> Result<()> {
        if self.direct.receiving.load(Ordering::SeqCst) { self.send_nudge() } else { Ok(()) }
    }

    /// Whether acks of nudges may still come.
    #[inline(always)]
    pub(crate) fn has_nudges(&self) -> bool {
        self.direct.nudges.load(Ordering::Relaxed) != 0
    }

    /// Whether a datagram is the ack of a nudge, which is nobody's business.
    #[cold]
    pub(crate) fn takes_for_ack(&self, datagram: &[u8]) -> bool {
        let Ok(message) = Message::read(datagram) else { return false };
        let Header { ty, seq, portid, .. } = message.header;
        let asked = message.payload().get(4..).and_then(Header::read);
        let is_ack = ty == NLMSG_ERROR
            && seq == NUDGE_SEQ
            && portid == self.portid
            && asked.is_some_and(|asked| asked.flags == NLM_F_ACK && asked.len == NUDGE_LEN);
        if is_ack {
            self.direct.nudges.fetch_sub(1, Ordering::Relaxed);
        }
        is_ack
    }

    /// Whether this call may wait in the receive: only its first wait does, which has all of its time.
    #[inline]
    pub(crate) fn can_wait_in_receive(&self, call: &mut Call) -> bool {
        if !self.direct.works() || !call.budget.is_fresh() {
            return false;
        }
        let milliseconds = self.timeout.load(Ordering::Relaxed);
        if (0..SHORTEST_MS).contains(&milliseconds) || call.budget.left_ns() == Some(0) {
            return false;
        }
        self.direct.timeout.load(Ordering::Relaxed) == milliseconds || self.set_receive_timeout(milliseconds)
    }

    #[cold]
    fn set_receive_timeout(&self, milliseconds: i32) -> bool {
        let is_set = fd::set_receive_timeout(self.fd.raw(), milliseconds).is_ok();
        if is_set {
            self.direct.timeout.store(milliseconds, Ordering::Relaxed);
        }
        is_set
    }

    /// Waits in `receive`. NLRS_ECANCELED and NLRS_ECLOSED; -EAGAIN when the time is over.
    #[inline]
    fn in_receive(&self, call: &Call, receive: impl FnOnce() -> Result<usize>) -> Result<usize> {
        // Either whoever cancels sees that we are here, or we see that we were cancelled. (An exchange costs half of a fence.)
        self.direct.receiving.swap(true, Ordering::SeqCst);
        let cancelled = self.cancels.load(Ordering::SeqCst) != call.cancels || self.closed.load(Ordering::SeqCst);
        let received = if cancelled { self.check(call).and(Ok(0)) } else { receive() };
        self.direct.receiving.store(false, Ordering::Relaxed);
        received
    }

    /// Receives one datagram, whoever sent it, waiting for it. Codes as [`Socket::recv_many_waiting`].
    #[inline]
    pub(crate) fn recv_waiting(&self, call: &Call, into: &mut [u8], arrival: &mut Arrival) -> Result<usize> {
        let fd = self.fd.raw();
        self.in_receive(call, || {
            *arrival = match self.untold_group() {
                Some(group) => Arrival { group, ..fd::recv_with_sender(fd, into)? },
                None => fd::recv_message(fd, into, 0)?,
            };
            Ok(1)
        })
    }

    /// Receives the datagrams that are there, whoever sent them, waiting for the first, into pieces of `size` bytes; how many.
    /// -EAGAIN when the time is over, -EINTR, NLRS_ECANCELED, NLRS_ECLOSED.
    pub(crate) fn recv_many_waiting(
        &self,
        call: &Call,
        into: &mut [u8],
        size: usize,
        arrivals: &mut [Arrival],
    ) -> Result<usize> {
        self.in_receive(call, || self.recv_many(into, size, arrivals, libc::MSG_WAITFORONE))
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
    fn only_an_ack_of_its_own_nudge_is_one() {
        let socket = open();
        let ack = |ty, seq, portid, flags, len: usize| {
            let asked = Header { len: 16, ty: RTM_GETLINK, flags, seq, portid: 0 };
            let total = u32::try_from(len).expect("short");
            let mut bytes = Header { len: total, ty, flags: 0, seq, portid }.to_bytes().to_vec();
            bytes.extend([0; 4]);
            bytes.extend(asked.to_bytes());
            bytes.resize(len, 0);
            bytes
        };
        let own = socket.portid();
        let cases = [
            ("an ack", ack(NLMSG_ERROR, NUDGE_SEQ, own, NLM_F_ACK, 36), true),
            ("another type", ack(RTM_GETLINK, NUDGE_SEQ, own, NLM_F_ACK, 36), false),
            ("another sequence number", ack(NLMSG_ERROR, 1, own, NLM_F_ACK, 36), false),
            ("another socket's", ack(NLMSG_ERROR, NUDGE_SEQ, own ^ 1, NLM_F_ACK, 36), false),
            ("of a request", ack(NLMSG_ERROR, NUDGE_SEQ, own, NLM_F_ACK | 1, 36), false),
            ("cut off", ack(NLMSG_ERROR, NUDGE_SEQ, own, NLM_F_ACK, 35), false),
        ];
        for (name, bytes, expected) in cases {
            socket.direct.nudges.store(1, Ordering::Relaxed);
            assert_eq!(socket.takes_for_ack(&bytes), expected, "{name}");
            assert_eq!(socket.has_nudges(), !expected, "{name}");
        }
    }

    #[test]
    fn this_kernel_answers_a_nudge_and_nothing_is_left_of_it() {
        let socket = open();
        socket.try_direct();
        assert!(socket.direct.works());
        assert!(!socket.has_nudges());
        assert_eq!(socket.recv_now(&mut [0; 64]).expect_err("nothing is there"), Code::EAGAIN);
    }

    #[test]
    fn a_group_is_known_while_it_is_the_only_one() {
        let direct = Direct::new();
        for (joined, known) in [(7, 7), (7, 7), (9, SEVERAL), (7, SEVERAL)] {
            direct.note_group(joined);
            assert_eq!(direct.group.load(Ordering::Relaxed), known, "after {joined}");
        }
    }

    #[test]
    fn it_waits_as_long_as_it_may_and_no_longer_once_changed() {
        let socket = open();
        socket.try_direct();
        for (timeout, can) in [(-1, true), (0, false), (10, false), (30_000, true)] {
            socket.set_timeout(timeout);
            let mut call = socket.call().expect("a call");
            assert_eq!(socket.can_wait_in_receive(&mut call), can, "{timeout}");
            // The time has begun to run: what is left is poll's.
            assert_eq!(socket.can_wait_in_receive(&mut call), can && timeout < 0, "{timeout} again");
        }
        socket.set_option(libc::SOL_SOCKET, libc::SO_PRIORITY, &0i32.to_ne_bytes()).expect("an option");
        let mut call = socket.call().expect("a call");
        assert!(!socket.can_wait_in_receive(&mut call));
    }
}
