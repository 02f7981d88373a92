// SPDX-License-Identifier: MIT OR Apache-2.0
//! One netlink socket: open, options, send, receive, wait, cancel, close.
//!
//! It handles datagrams and not requests. `exchange` uses operations that never wait (`Socket::send_now`,
//! `Socket::recv_now`), one that waits (`Socket::wait`), and the lock of the `Session`, which is what exchanges keep
//! between two calls.

mod blocking;
mod cancel;
mod datagram;
mod events;
mod filter;
mod netns;
mod open;
mod options;
mod sender;
mod session;
mod transport;

pub use crate::sys::descriptor::{Fd, FdRef};
pub use crate::sys::net::{Address, Arrival, Credentials};
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
use blocking::BlockingReceive;
use cancel::Cancellation;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use sender::SenderPolicy;
use transport::Transport;

/// A netlink socket.
///
/// All functions take `&self`: it has locks of its own and may be shared between threads.
#[derive(Debug)]
pub struct Socket {
    /// A duplicate if the socket was made of an open descriptor.
    fd: Fd,
    transport: Transport,
    protocol: i32,
    portid: u32,
    /// Timeout of operations in milliseconds; negative: no limit.
    timeout: AtomicI32,
    cancellation: Cancellation,
    blocking: BlockingReceive,
    senders: SenderPolicy,
    /// NETLINK_LISTEN_ALL_NSID as it was set: not every kernel reports it.
    all_nsid: AtomicBool,
    /// Each datagram comes with its sender's credentials.
    credentials: AtomicBool,
    /// The last send failed with -EAGAIN.
    send_blocked: AtomicBool,
    /// Datagrams are traced.
    traced: AtomicBool,
    trace: Lock<Trace>,
    /// Where [`Socket::recv_datagram`] receives.
    datagram: Lock<Buf>,
    session: Lock<Session>,
}

impl Socket {
    /// Returns the protocol (NETLINK_ROUTE …).
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

    /// Returns the port ID.
    pub fn portid(&self) -> u32 {
        self.portid
    }

    /// Returns what identifies replies to its requests: protocol and port ID.
    #[inline]
    pub(crate) fn identity(&self) -> (i32, u32) {
        (self.protocol, self.portid)
    }

    /// Sets the timeout of operations in milliseconds; negative: no limit; 0: never wait.
    pub fn set_timeout(&self, milliseconds: i64) {
        self.timeout.store(timeout_of(milliseconds), Ordering::Relaxed);
    }

    /// Returns the timeout of operations in milliseconds; negative: no limit.
    pub fn timeout(&self) -> i64 {
        i64::from(self.timeout.load(Ordering::Relaxed))
    }

    /// Returns how many datagrams were skipped because of their sender.
    pub fn skipped_count(&self) -> usize {
        self.senders.skipped()
    }

    /// Cancels the calls in progress, or the next one if there is none: NLRS_ECANCELED. Async-signal-safe.
    pub fn cancel(&self) -> Result<()> {
        self.cancellation.cancel()?;
        self.session.wake_all();
        self.wake_receive()
    }

    /// Closes the kernel's socket: calls in progress and later ones fail with NLRS_ECLOSED.
    ///
    /// The number of the descriptor remains in use until this object is dropped, so that no call can use a descriptor
    /// that was opened later.
    pub fn close(&self) {
        self.cancellation.close();
        self.session.wake_all();
        let _ = self.wake_receive();
        if let Some(wake) = self.cancellation.wake() {
            self.fd.replace_by(wake);
        }
    }

    /// Begins a call; NLRS_ECLOSED, or NLRS_ECANCELED if the next call was cancelled.
    pub(crate) fn call(&self) -> Result<Call> {
        self.cancellation.begin(self.timeout())
    }

    /// Returns NLRS_ECLOSED or NLRS_ECANCELED if the socket was closed or this call cancelled.
    #[inline(always)]
    pub(crate) fn check(&self, call: &Call) -> Result<()> {
        self.cancellation.check(call)
    }

    /// Locks the session, within the call's budget. NLRS_EBUSY: the calling thread has locked it.
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

    /// Locks the session without a time limit; None: the calling thread has locked it.
    pub(crate) fn session_for_cleanup(&self) -> Option<Guard<'_, Session>> {
        self.session.lock_any().ok()
    }

    /// Sets the function that is called with each datagram; None: none. NLRS_EBUSY: called from that function.
    pub fn set_trace(&self, callback: Option<Box<TraceFn>>) -> Result<()> {
        let mut trace = self.trace.lock_any()?;
        trace.set_callback(callback);
        self.traced.store(trace.is_on(), Ordering::Relaxed);
        Ok(())
    }

    /// Returns what to poll the descriptor for: POLLIN, and also POLLOUT if the last send failed with -EAGAIN.
    pub fn poll_events(&self) -> i16 {
        if self.send_blocked.load(Ordering::Relaxed) { libc::POLLIN | libc::POLLOUT } else { libc::POLLIN }
    }

    /// Waits until the socket can be read (POLLIN) or written (POLLOUT). -EAGAIN if the timeout is 0,
    /// NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED.
    pub(crate) fn wait(&self, call: &mut Call, events: i16) -> Result<()> {
        self.wait_on(call, &self.fd, events)
    }

    /// Waits after a send that failed with -EAGAIN, the `tries`th of its call. Codes as [`Socket::wait`].
    ///
    /// poll reports the sender's buffer only. If that has space and the send still fails, the receiver's buffer is
    /// full, which nothing reports: then this waits for a millisecond.
    #[cold]
    pub(crate) fn wait_for_room(&self, call: &mut Call, tries: &mut u32) -> Result<()> {
        const MOMENT_NS: i64 = 1_000_000;
        *tries = tries.saturating_add(1);
        match *tries {
            1 if self.transport.polls_for_room() => self.wait(call, libc::POLLOUT),
            _ => self.cancellation.wait(call, &self.fd, 0, Some(MOMENT_NS)),
        }
    }

    /// As [`Socket::wait`], for another descriptor in place of the socket's.
    #[inline(never)]
    pub(crate) fn wait_on(&self, call: &mut Call, fd: &Fd, events: i16) -> Result<()> {
        self.cancellation.wait(call, fd, events, None)
    }
}

/// Returns a timeout as it is stored: at most 2^31 - 1 milliseconds (24 days), -1 for no limit.
pub(crate) fn timeout_of(milliseconds: i64) -> i32 {
    if milliseconds < 0 { -1 } else { i32::try_from(milliseconds).unwrap_or(i32::MAX) }
}

/// Arguments of [`Socket::from_parts`].
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
            blocking: BlockingReceive::new(),
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
