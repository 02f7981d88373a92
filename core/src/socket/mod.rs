// SPDX-License-Identifier: MIT OR Apache-2.0
//! One netlink socket: open, options, send, receive, wait, cancel, close.
//!
//! It knows datagrams and no requests. What it offers to `exchange` is three operations that never wait
//! (`Socket::send_now`, `Socket::recv_now`) or wait for one thing (`Socket::wait`), and a lock around the
//! `Session`: what is kept between the calls.

mod cancel;
mod datagram;
mod direct;
mod events;
mod filter;
mod netns;
mod open;
mod options;
mod sender;
mod session;
mod transport;

pub use crate::sys::fd::{Address, Arrival, Credentials, Fd, FdRef};
pub(crate) use cancel::Call;
pub use datagram::{Datagram, Datagrams};
pub use events::QueuedEvent;
pub use filter::Filter;
pub use open::SocketOptions;
pub use options::BufferKind;
pub(crate) use session::{Backlog, MAX_DATAGRAM_LEN, Session};
pub use transport::peer::{AnswerFn, Peer, Sender};

use crate::error::{Code, Result};
use crate::mem::{Buf, Guard, Lock};
use crate::trace::debug::{Trace, TraceFn};
use alloc::boxed::Box;
use cancel::Cancellation;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use direct::Direct;
use sender::SenderPolicy;
use transport::Transport;

/// A netlink socket.
///
/// Everything takes `&self`: it locks inside, and may be shared between threads.
#[derive(Debug)]
pub struct Socket {
    /// What poll is asked about; a number of our own also where the socket is somebody else's.
    fd: Fd,
    transport: Transport,
    protocol: i32,
    portid: u32,
    /// Milliseconds for a whole operation; < 0: for ever.
    timeout: AtomicI32,
    /// What ends calls early.
    cancellation: Cancellation,
    /// Of the call that waits in a receive.
    direct: Direct,
    senders: SenderPolicy,
    /// What cannot be asked of every kernel: NETLINK_LISTEN_ALL_NSID as it was set.
    all_nsid: AtomicBool,
    /// Each datagram comes with its sender's credentials.
    credentials: AtomicBool,
    /// The last send found no room.
    send_blocked: AtomicBool,
    /// There is somebody to tell of each datagram.
    traced: AtomicBool,
    trace: Lock<Trace>,
    /// Where [`Socket::recv_datagram`] receives.
    datagram: Lock<Buf>,
    session: Lock<Session>,
}

impl Socket {
    /// The protocol that it was opened for (NETLINK_ROUTE …).
    pub fn protocol(&self) -> i32 {
        self.protocol
    }

    /// Returns the number of the descriptor.
    pub fn fd(&self) -> i32 {
        self.fd.raw()
    }

    /// Returns the descriptor, to be polled for [`Socket::poll_events`].
    pub fn descriptor(&self) -> &Fd {
        &self.fd
    }

    /// The port ID that the kernel knows it by.
    pub fn portid(&self) -> u32 {
        self.portid
    }

    /// What answers to its requests are known by: protocol and port ID.
    #[inline]
    pub(crate) fn identity(&self) -> (i32, u32) {
        (self.protocol, self.portid)
    }

    /// How long a whole operation may wait, in milliseconds; < 0: for ever; 0: never.
    pub fn set_timeout(&self, milliseconds: i64) {
        self.timeout.store(timeout_of(milliseconds), Ordering::Relaxed);
    }

    /// The timeout in force.
    pub fn timeout(&self) -> i64 {
        i64::from(self.timeout.load(Ordering::Relaxed))
    }

    /// How many datagrams of foreign senders were skipped.
    pub fn foreign_count(&self) -> usize {
        self.senders.skipped()
    }

    /// Ends the calls in progress, or the next one, once, with NLRS_ECANCELED. Async-signal-safe.
    pub fn cancel(&self) -> Result<()> {
        self.cancellation.cancel()?;
        self.session.wake_all();
        self.end_receive()
    }

    /// Fails every call in progress and every later one with NLRS_ECLOSED, and gives the kernel's socket back at once.
    ///
    /// The number of the descriptor stays taken until the last user of the memory is gone, so that nobody else's
    /// descriptor can be met by mistake.
    pub fn close(&self) {
        self.cancellation.close();
        self.session.wake_all();
        let _ = self.end_receive();
        if let Some(wake) = self.cancellation.wake() {
            self.fd.replace_by(wake);
        }
    }

    /// Starts a call: its budget, or NLRS_ECLOSED, or the cancellation that waited for it.
    pub(crate) fn call(&self) -> Result<Call> {
        self.cancellation.begin(self.timeout())
    }

    /// NLRS_ECLOSED or NLRS_ECANCELED when one of them has come over this call.
    #[inline(always)]
    pub(crate) fn check(&self, call: &Call) -> Result<()> {
        self.cancellation.check(call)
    }

    /// The session, within the call's budget. NLRS_EBUSY when the caller has it already.
    pub(crate) fn session(&self, call: &mut Call) -> Result<Guard<'_, Session>> {
        if let Some(guard) = self.session.try_lock() {
            return Ok(guard);
        }
        self.session.lock(&mut || self.left_for_lock(call))
    }

    /// Returns how many nanoseconds a call may wait for a lock; None: no limit. NLRS_EBUSY if it may not wait at all,
    /// NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED.
    fn left_for_lock(&self, call: &mut Call) -> Result<Option<i64>> {
        if call.budget.is_zero() {
            return Err(Code::BUSY);
        }
        self.check(call)?;
        match call.budget.left_ns() {
            Some(0) => Err(Code::TIMEDOUT),
            left => Ok(left),
        }
    }

    /// The session, however long its present user takes; None when that is the caller.
    pub(crate) fn session_for_cleanup(&self) -> Option<Guard<'_, Session>> {
        self.session.lock_any().ok()
    }

    /// Who is told of each datagram from now on.
    pub fn set_trace(&self, callback: Option<Box<TraceFn>>) -> Result<()> {
        let mut trace = self.trace.lock_any()?;
        trace.set_callback(callback);
        self.traced.store(trace.is_on(), Ordering::Relaxed);
        Ok(())
    }

    /// POLLIN, and POLLOUT too while the last send has found no room.
    pub fn poll_events(&self) -> i16 {
        if self.send_blocked.load(Ordering::Relaxed) { libc::POLLIN | libc::POLLOUT } else { libc::POLLIN }
    }

    /// Waits until the socket can be read (POLLIN) or written (POLLOUT). -EAGAIN when nothing may be waited for,
    /// NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED.
    pub(crate) fn wait(&self, call: &mut Call, events: i16) -> Result<()> {
        self.wait_on(call, self.fd.raw(), events)
    }

    /// Waits after a send that found no room, the `tries`th of its call. Codes as [`Socket::wait`].
    ///
    /// poll speaks of the sender's buffer alone. When there is room in that and none still, it is the receiver's queue that is
    /// full, of which nothing tells: then a moment is waited for.
    #[cold]
    pub(crate) fn wait_for_room(&self, call: &mut Call, tries: &mut u32) -> Result<()> {
        const MOMENT_NS: i64 = 1_000_000;
        *tries = tries.saturating_add(1);
        match *tries {
            1 if self.transport.polls_for_room() => self.wait(call, libc::POLLOUT),
            _ => self.cancellation.wait(call, self.fd.raw(), 0, Some(MOMENT_NS)),
        }
    }

    /// As [`Socket::wait`], for another descriptor in place of the socket's.
    #[inline(never)]
    pub(crate) fn wait_on(&self, call: &mut Call, fd: i32, events: i16) -> Result<()> {
        self.cancellation.wait(call, fd, events, None)
    }
}

/// A timeout as it is kept: what is more than 24 days is that.
pub(crate) fn timeout_of(milliseconds: i64) -> i32 {
    if milliseconds < 0 { -1 } else { i32::try_from(milliseconds).unwrap_or(i32::MAX) }
}

/// What a socket is made of.
struct Parts {
    fd: Fd,
    transport: Transport,
    wake: Option<Fd>,
    protocol: i32,
    portid: u32,
    timeout: i32,
    senders: SenderPolicy,
    all_nsid: bool,
    credentials: bool,
    trace: Trace,
}

impl Socket {
    #[inline(never)]
    fn from_parts(parts: Parts) -> Socket {
        Socket {
            session: Lock::new(Session::new()),
            fd: parts.fd,
            transport: parts.transport,
            protocol: parts.protocol,
            portid: parts.portid,
            timeout: AtomicI32::new(parts.timeout),
            cancellation: Cancellation::new(parts.wake),
            direct: Direct::new(),
            senders: parts.senders,
            all_nsid: AtomicBool::new(parts.all_nsid),
            credentials: AtomicBool::new(parts.credentials),
            send_blocked: AtomicBool::new(false),
            traced: AtomicBool::new(parts.trace.is_on()),
            trace: Lock::new(parts.trace),
            datagram: Lock::new(Buf::empty()),
        }
    }
}
