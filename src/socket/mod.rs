// SPDX-License-Identifier: MIT OR Apache-2.0
//! One netlink socket: open, options, send, receive, wait, cancel, close.
//!
//! It knows datagrams and no requests. What it offers to `exchange` is three operations that never wait
//! ([`Socket::send_now`], [`Socket::recv_now`]) or wait for one thing ([`Socket::wait`]), and a lock around the
//! [`Session`]: what a conversation has to remember.

mod open;
mod session;
mod strays;

pub use open::SocketOptions;
pub(crate) use session::{Session, Spare};
pub use strays::Stray;
pub(crate) use strays::Strays;

use crate::error::{Code, Result};
use crate::sys::clock::Budget;
use crate::sys::fd::{self, Address, Arrival, Fd};
use crate::sys::lock::{Guard, Lock};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicUsize, Ordering};

/// A netlink socket.
///
/// Everything takes `&self`: it locks inside, and may be shared between threads.
#[derive(Debug)]
pub struct Socket {
    fd: Fd,
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
    /// The kernel does not refuse foreign senders by itself: look at each sender.
    check_sender: AtomicBool,
    /// Anybody may talk to this socket.
    any_sender: bool,
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
        let value = if milliseconds < 0 { -1 } else { i32::try_from(milliseconds).unwrap_or(i32::MAX) };
        self.timeout.store(value, Ordering::Relaxed);
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
        Ok(())
    }

    /// Fails every call in progress and every later one with NLRS_ECLOSED, and gives the kernel's socket back at once.
    ///
    /// The number of the descriptor stays taken until the last user of the memory is gone, so that nobody else's
    /// descriptor can be met by mistake.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        if let Some(wake) = &self.wake {
            fd::set_event(wake.raw());
        }
        self.session.wake_all();
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
    #[inline(always)]
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
        self.session.lock(&mut Budget::new(-1), &|| Ok(())).ok()
    }

    /// Sends the pieces as one datagram to the peer; -EAGAIN rather than wait.
    pub(crate) fn send_now(&self, pieces: &[&[u8]]) -> Result<()> {
        loop {
            let sent = match pieces {
                [bytes] => fd::send(self.fd.raw(), bytes),
                _ => fd::send_pieces(self.fd.raw(), pieces, None),
            };
            match sent {
                Err(Code::EINTR) => {}
                other => return other.map(drop),
            }
        }
    }

    /// Receives one datagram from whoever may talk to this socket; -EAGAIN rather than wait. A foreign datagram is
    /// counted, and told as None.
    #[inline]
    pub(crate) fn recv_now(&self, into: &mut [u8]) -> Result<Option<Arrival>> {
        loop {
            let arrival = if self.check_sender.load(Ordering::Relaxed) {
                fd::recv_from(self.fd.raw(), into)
            } else {
                fd::recv(self.fd.raw(), into).map(|len| Arrival { len, portid: 0, group: 0, nsid: -1 })
            };
            match arrival {
                Err(Code::EINTR) => {}
                Ok(arrival) if arrival.portid != 0 && !self.any_sender => {
                    self.foreign.fetch_add(1, Ordering::Relaxed);
                    return Ok(None);
                }
                other => return other.map(Some),
            }
        }
    }

    /// Waits until the socket can be read (POLLIN) or written (POLLOUT). -EAGAIN when nothing may be waited for,
    /// NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED.
    pub(crate) fn wait(&self, call: &mut Call, events: i16) -> Result<()> {
        if call.budget.is_zero() {
            return Err(Code::EAGAIN);
        }
        self.waiters.fetch_add(1, Ordering::SeqCst);
        let result = self.wait_counted(call, events);
        self.waiters.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn wait_counted(&self, call: &mut Call, events: i16) -> Result<()> {
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
            let watch = if stale_wake { -1 } else { wake };
            if stale_wake {
                left = Some(left.map_or(OTHERS_NS, |left| left.min(OTHERS_NS)));
            }
            stale_wake = false;
            match fd::poll(self.fd.raw(), events, watch, left) {
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
                Ok(_) => {}
            }
        }
    }
}

/// Makes a socket of a bound and connected descriptor.
pub(crate) struct Parts {
    pub(crate) fd: Fd,
    pub(crate) wake: Option<Fd>,
    pub(crate) protocol: i32,
    pub(crate) local: Address,
    pub(crate) timeout: i32,
    pub(crate) check_sender: bool,
    pub(crate) any_sender: bool,
}

impl Socket {
    pub(crate) fn from_parts(parts: Parts) -> Socket {
        Socket {
            session: Lock::new(Session::new(parts.protocol)),
            fd: parts.fd,
            wake: parts.wake,
            protocol: parts.protocol,
            portid: parts.local.portid,
            timeout: AtomicI32::new(parts.timeout),
            cancels: AtomicU32::new(0),
            cancels_seen: AtomicU32::new(0),
            closed: AtomicBool::new(false),
            waiters: AtomicU32::new(0),
            check_sender: AtomicBool::new(parts.check_sender),
            any_sender: parts.any_sender,
            foreign: AtomicUsize::new(0),
        }
    }
}
