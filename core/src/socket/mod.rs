// SPDX-License-Identifier: MIT OR Apache-2.0
//! One netlink socket: open, options, send, receive, wait, cancel, close.
//!
//! It knows datagrams and no requests. What it offers to `exchange` is three operations that never wait
//! (`Socket::send_now`, `Socket::recv_now`) or wait for one thing (`Socket::wait`), and a lock around the
//! `Session`: what a conversation has to remember.

mod datagram;
mod direct;
mod filter;
mod netns;
mod open;
mod options;
mod session;
mod strays;
mod transport;

pub use crate::sys::fd::{Address, Arrival};
pub use datagram::Inbox;
pub use filter::Filter;
pub use open::SocketOptions;
pub use options::BufferKind;
pub(crate) use session::{MAX_DATAGRAM_LEN, Session};
pub use strays::Stray;
pub(crate) use strays::Strays;
pub use transport::peer::{AnswerFn, Peer, Sender};

use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::clock::Budget;
use crate::sys::fd::{self, Fd};
use crate::sys::lock::{Guard, Lock};
use crate::trace::debug::{Trace, TraceFn};
use alloc::boxed::Box;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicUsize, Ordering};
use direct::Direct;
use transport::Transport;

/// A netlink socket.
///
/// Everything takes `&self`: it locks inside, and may be shared between threads.
#[derive(Debug)]
pub struct Socket {
    /// What poll is asked about; a number of our own also where the socket is somebody else's.
    fd: Fd,
    transport: Transport,
    /// What wakes a blocked call; None when the socket was opened without the means to cancel.
    wake: Option<Fd>,
    protocol: i32,
    portid: u32,
    /// Milliseconds for a whole operation; < 0: for ever.
    timeout: AtomicI32,
    /// How often cancel was called, and how much of that some call has already answered for.
    cancels: AtomicU32,
    cancels_seen: AtomicU32,
    closed: AtomicBool,
    /// Calls that are in poll just now.
    waiters: AtomicU32,
    /// Of the call that waits in a receive.
    direct: Direct,
    /// The kernel does not refuse foreign senders by itself: look at each sender.
    check_sender: AtomicBool,
    /// Anybody may talk to this socket.
    any_sender: bool,
    /// Port ID of whom the socket is connected to; it may talk to us as the kernel may.
    peer_portid: AtomicU32,
    /// What cannot be asked of every kernel: NETLINK_LISTEN_ALL_NSID as it was set.
    all_nsid: AtomicBool,
    /// The last send found no room.
    send_blocked: AtomicBool,
    /// There is somebody to tell of each datagram.
    traced: AtomicBool,
    trace: Lock<Trace>,
    /// Memory for whole datagrams.
    whole: Lock<Buf>,
    /// Datagrams of foreign senders that were skipped.
    foreign: AtomicUsize,
    session: Lock<Session>,
}

/// One call of the library on a socket: how long it may wait, and which cancellations were before its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) budget: Budget,
    cancels: u32,
}

impl Socket {
    /// The protocol that it was opened for (NETLINK_ROUTE …).
    pub fn protocol(&self) -> i32 {
        self.protocol
    }

    /// The descriptor; it stays the socket's.
    pub fn fd(&self) -> i32 {
        self.fd.raw()
    }

    /// The port ID that the kernel knows it by.
    pub fn portid(&self) -> u32 {
        self.portid
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
        self.foreign.load(Ordering::Relaxed)
    }

    /// Ends the calls in progress, or the next one, once, with NLRS_ECANCELED. Async-signal-safe.
    pub fn cancel(&self) -> Result<()> {
        let wake = self.wake.as_ref().ok_or(Code::EOPNOTSUPP)?;
        self.cancels.fetch_add(1, Ordering::SeqCst);
        fd::set_event(wake.raw());
        self.session.wake_all();
        self.end_receive()
    }

    /// Fails every call in progress and every later one with NLRS_ECLOSED, and gives the kernel's socket back at once.
    ///
    /// The number of the descriptor stays taken until the last user of the memory is gone, so that nobody else's
    /// descriptor can be met by mistake.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        if let Some(wake) = &self.wake {
            fd::set_event(wake.raw());
        }
        self.session.wake_all();
        let _ = self.end_receive();
        self.fd.disarm(self.wake.as_ref());
    }

    /// Starts a call: its budget, or NLRS_ECLOSED, or the cancellation that waited for it.
    pub(crate) fn call(&self) -> Result<Call> {
        let cancels = self.cancels_seen.load(Ordering::Relaxed);
        let call = Call { budget: Budget::new(self.timeout()), cancels };
        self.check(&call)?;
        Ok(call)
    }

    /// NLRS_ECLOSED or NLRS_ECANCELED when one of them has come over this call.
    #[inline(never)]
    pub(crate) fn check(&self, call: &Call) -> Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Code::CLOSED);
        }
        let cancels = self.cancels.load(Ordering::Relaxed);
        if cancels != call.cancels {
            self.cancels_seen.store(cancels, Ordering::Relaxed);
            return Err(Code::CANCELED);
        }
        Ok(())
    }

    /// The session, within the call's budget. NLRS_EBUSY when the caller has it already.
    pub(crate) fn session(&self, call: &mut Call) -> Result<Guard<'_, Session>> {
        if let Some(guard) = self.session.try_lock() {
            return Ok(guard);
        }
        let waiting = *call;
        self.session.lock(&mut call.budget, &|| self.check(&waiting))
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
    pub fn events(&self) -> i16 {
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
    /// full, of which nothing tells: then a moment is waited for. Nor does any descriptor tell when a peer in memory that has
    /// refused a request will take it.
    #[cold]
    pub(crate) fn wait_for_room(&self, call: &mut Call, tries: &mut u32) -> Result<()> {
        const MOMENT_NS: i64 = 1_000_000;
        *tries = tries.saturating_add(1);
        match *tries {
            1 if !matches!(self.transport, Transport::Memory(_)) => self.wait(call, libc::POLLOUT),
            _ => self.wait_at_most(call, self.fd.raw(), 0, Some(MOMENT_NS)),
        }
    }

    /// As [`Socket::wait`], for another descriptor in place of the socket's.
    #[inline(never)]
    pub(crate) fn wait_on(&self, call: &mut Call, fd: i32, events: i16) -> Result<()> {
        self.wait_at_most(call, fd, events, None)
    }

    fn wait_at_most(&self, call: &mut Call, fd: i32, events: i16, most: Option<i64>) -> Result<()> {
        if call.budget.is_zero() {
            return Err(Code::EAGAIN);
        }
        self.waiters.fetch_add(1, Ordering::SeqCst);
        let result = self.wait_counted(call, fd, events, most);
        self.waiters.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn wait_counted(&self, call: &mut Call, fd: i32, events: i16, most: Option<i64>) -> Result<()> {
        /// While another call has to see a wake-up that is not ours, look again after this long.
        const OTHERS_NS: i64 = 5_000_000;
        let wake = self.wake.as_ref().map_or(-1, Fd::raw);
        let mut stale_wake = false;
        loop {
            self.check(call)?;
            let mut left = call.budget.left_ns();
            if left == Some(0) {
                return Err(Code::TIMEDOUT);
            }
            if let Some(most) = most {
                left = Some(left.map_or(most, |left| left.min(most)));
            }
            let watch = if stale_wake { -1 } else { wake };
            if stale_wake {
                left = Some(left.map_or(OTHERS_NS, |left| left.min(OTHERS_NS)));
            }
            stale_wake = false;
            match fd::poll(fd, events, watch, left) {
                Err(Code::EINTR) => {}
                Err(code) => return Err(code),
                Ok(ready) if ready.fd => return self.check(call),
                Ok(ready) if ready.wake => {
                    self.check(call)?;
                    // A wake-up that came before this call's time. With nobody else waiting it can be taken back.
                    if self.waiters.load(Ordering::SeqCst) == 1 {
                        fd::clear_event(wake);
                    } else {
                        stale_wake = true;
                    }
                }
                Ok(_) if most.is_some() => return self.check(call),
                Ok(_) => {}
            }
        }
    }
}

/// A timeout as it is kept: what is more than 24 days is that.
pub(crate) fn timeout_of(milliseconds: i64) -> i32 {
    if milliseconds < 0 { -1 } else { i32::try_from(milliseconds).unwrap_or(i32::MAX) }
}

/// What a socket is made of.
pub(crate) struct Parts {
    pub(crate) fd: Fd,
    pub(crate) transport: Transport,
    pub(crate) wake: Option<Fd>,
    pub(crate) protocol: i32,
    pub(crate) portid: u32,
    pub(crate) peer_portid: u32,
    pub(crate) timeout: i32,
    pub(crate) check_sender: bool,
    pub(crate) any_sender: bool,
    pub(crate) all_nsid: bool,
    pub(crate) trace: Trace,
}

impl Socket {
    #[inline(never)]
    pub(crate) fn from_parts(parts: Parts) -> Socket {
        Socket {
            session: Lock::new(Session::new()),
            fd: parts.fd,
            transport: parts.transport,
            wake: parts.wake,
            protocol: parts.protocol,
            portid: parts.portid,
            timeout: AtomicI32::new(parts.timeout),
            cancels: AtomicU32::new(0),
            cancels_seen: AtomicU32::new(0),
            closed: AtomicBool::new(false),
            waiters: AtomicU32::new(0),
            direct: Direct::new(),
            check_sender: AtomicBool::new(parts.check_sender),
            any_sender: parts.any_sender,
            peer_portid: AtomicU32::new(parts.peer_portid),
            all_nsid: AtomicBool::new(parts.all_nsid),
            send_blocked: AtomicBool::new(false),
            traced: AtomicBool::new(parts.trace.is_on()),
            trace: Lock::new(parts.trace),
            whole: Lock::new(Buf::empty()),
            foreign: AtomicUsize::new(0),
        }
    }
}
