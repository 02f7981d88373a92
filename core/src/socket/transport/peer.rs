// SPDX-License-Identifier: MIT OR Apache-2.0
//! A peer in memory, which takes the kernel's place in tests: they need neither root nor a certain kernel.
//!
//! Each datagram that the socket sends is a request. It is passed to the peer's function, if there is one, and releases
//! the replies that were prepared for it. The test determines what a reply contains and when it arrives: it may be
//! delayed, truncated, from another sender, several messages in one datagram, or missing.

use crate::error::{Code, Result};
use crate::mem::{Buf, Guard, Lock, Shared, try_push};
use crate::sys::clock::now_ns;
use crate::sys::descriptor::Fd;
use crate::sys::net::Arrival;
use crate::sys::timer::Timer;
use crate::uapi::{NLM_F_CAPPED, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSGERR_LEN};
use crate::wire::align::align;
use crate::wire::array_at;
use crate::wire::message::{Cursor, Header};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

/// Port ID of a socket whose transport is not the kernel's.
pub(crate) const PORTID: u32 = 1;

/// Called with each request before the replies prepared for it are released. It may call every function of the peer. A
/// negative result is the code that the send fails with.
pub type AnswerFn = dyn FnMut(&Peer, &[u8]) -> i32 + Send;

/// The sender of a datagram, and its delay.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    /// Port ID; 0: the kernel.
    pub portid: u32,
    /// Multicast group; 0: none.
    pub group: u32,
    /// Namespace ID; -1: the socket's own.
    pub nsid: i32,
    /// Nanoseconds between the request and the reply.
    pub delay: i64,
}

impl Sender {
    /// The kernel, to this socket alone, without delay.
    pub const KERNEL: Sender = Sender { portid: 0, group: 0, nsid: -1, delay: 0 };
}

/// The result of a receive.
#[derive(Debug)]
enum Event {
    Datagram {
        bytes: Buf,
        /// 0, or the length that is reported to the receiver, as if its buffer were too small.
        true_len: usize,
    },
    /// The receive fails with this code, once.
    Failure(Code),
    /// Every receive from now on fails with this code.
    End(Code),
}

#[derive(Debug)]
struct Item {
    event: Event,
    sender: Sender,
    /// Number of the request that releases it; 0: it needs none.
    request: u64,
    /// Time from which it can be received; None: not released.
    ready: Option<i64>,
}

struct Script {
    items: Vec<Option<Item>>,
    /// Number of requests received.
    requests: u64,
    /// Number of the request that is replied to by what is added now.
    current: u64,
    sender: Sender,
    /// Header of the last message of the last request.
    last: Header,
}

/// A peer in memory, which takes the kernel's place for one socket at a time. Clones are the same peer.
///
/// What it sends is added by its functions, before or after the request that it replies to.
#[derive(Clone)]
pub struct Peer(Shared<Inner>);

struct Inner {
    script: Lock<Script>,
    answer: Lock<Option<Box<AnswerFn>>>,
    /// The function is not called any more; it is dropped by the next that has the lock.
    answer_removed: AtomicBool,
    timer: Timer,
    attached: AtomicBool,
}

/// A socket's reference to its peer. A peer has one socket at a time, until this is dropped.
#[derive(Debug)]
pub(crate) struct Attached(Peer);

impl Attached {
    /// NLRS_EBUSY if another socket has the peer.
    pub(crate) fn to(peer: &Peer) -> Result<Attached> {
        if peer.0.attached.swap(true, Ordering::Relaxed) { Err(Code::BUSY) } else { Ok(Attached(peer.clone())) }
    }
}

impl core::ops::Deref for Attached {
    type Target = Peer;
    fn deref(&self) -> &Peer {
        &self.0
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.0.0.attached.store(false, Ordering::Relaxed);
    }
}

impl Peer {
    /// Returns a peer without a function: requests are answered by what is added to it.
    pub fn new() -> Result<Peer> {
        let script =
            Script { items: Vec::new(), requests: 0, current: 1, sender: Sender::KERNEL, last: Header::default() };
        let inner = Inner {
            script: Lock::new(script),
            answer: Lock::new(None),
            answer_removed: AtomicBool::new(false),
            timer: Timer::new()?,
            attached: AtomicBool::new(false),
        };
        Shared::new(inner).map(Peer)
    }

    /// Returns a peer that passes each request to `answer`, which may add replies.
    pub fn answering(answer: Box<AnswerFn>) -> Result<Peer> {
        let peer = Peer::new()?;
        peer.set_answer(answer)?;
        Ok(peer)
    }

    /// Passes each request to `answer` from now on. NLRS_EBUSY: called from the present function.
    pub fn set_answer(&self, answer: Box<AnswerFn>) -> Result<()> {
        let mut present = self.0.answer.lock_any()?;
        self.0.answer_removed.store(false, Ordering::Relaxed);
        *present = Some(answer);
        Ok(())
    }

    /// Removes the function that answers: when this returns, it is not running in another thread and is not called
    /// again. May be called from the function itself, which is then dropped when it has returned.
    pub fn remove_answer(&self) {
        self.0.answer_removed.store(true, Ordering::Relaxed);
        // NLRS_EBUSY: the function itself is the caller.
        if let Ok(mut answer) = self.0.answer.lock_any() {
            *answer = None;
        }
    }

    #[inline(never)]
    fn script(&self) -> Result<Guard<'_, Script>> {
        self.0.script.lock_any()
    }

    /// Sets the sender of what is added from now on.
    pub fn set_sender(&self, sender: Sender) -> Result<()> {
        self.script()?.sender = sender;
        Ok(())
    }

    /// Returns the sender of what is added now.
    pub fn sender(&self) -> Result<Sender> {
        Ok(self.script()?.sender)
    }

    /// Adds a datagram in reply to the current request. Messages whose sequence number is 0 get the request's, and its
    /// port ID. If `true_len` is not 0, it is reported to the receiver as the length, as if its buffer were too small.
    pub fn reply(&self, bytes: &[u8], true_len: usize) -> Result<()> {
        let request = self.script()?.current;
        self.add(Event::Datagram { bytes: copy(bytes)?, true_len }, request)
    }

    /// Adds a datagram that belongs to no request, unchanged; `true_len` as in a reply.
    pub fn event(&self, bytes: &[u8], true_len: usize) -> Result<()> {
        self.add(Event::Datagram { bytes: copy(bytes)?, true_len }, 0)
    }

    /// Adds a failed receive in place of a reply: -ENOBUFS for an overflow, -EINTR for a signal.
    pub fn fail(&self, code: Code) -> Result<()> {
        let request = self.script()?.current;
        self.add(Event::Failure(code), request)
    }

    /// Adds the end: when everything else was received, each receive fails with this code.
    pub(crate) fn end(&self, code: Code) -> Result<()> {
        self.add(Event::End(code), 0)
    }

    /// Adds an ack (code 0) or an error in reply to a request, of which only the header is echoed; None: in reply to
    /// the last message of the current one.
    pub fn ack(&self, request: Option<Header>, code: i32) -> Result<()> {
        let mut bytes = [0; NLMSG_HDRLEN + NLMSGERR_LEN];
        let request = request.unwrap_or_default();
        let header = Header {
            len: 36,
            ty: NLMSG_ERROR,
            flags: NLM_F_CAPPED,
            seq: request.seq,
            portid: if request.seq == 0 { 0 } else { PORTID },
        };
        put(&mut bytes, 0, &header.to_bytes());
        put(&mut bytes, NLMSG_HDRLEN, &code.to_ne_bytes());
        put(&mut bytes, NLMSG_HDRLEN + 4, &request.to_bytes());
        self.reply(&bytes, 0)
    }

    /// Adds the end of a dump in reply to the current request, with its code.
    pub fn done(&self, code: i32) -> Result<()> {
        let mut bytes = [0; NLMSG_HDRLEN + 4];
        let header = Header { len: 20, ty: NLMSG_DONE, flags: NLM_F_MULTI, seq: 0, portid: 0 };
        put(&mut bytes, 0, &header.to_bytes());
        put(&mut bytes, NLMSG_HDRLEN, &code.to_ne_bytes());
        self.reply(&bytes, 0)
    }

    /// Moves on to the next request: what is added from now on replies to it.
    pub fn next_request(&self) -> Result<()> {
        let mut script = self.script()?;
        script.current = script.current.saturating_add(1);
        Ok(())
    }

    /// Returns how many requests were received.
    pub fn requests(&self) -> Result<u64> {
        Ok(self.script()?.requests)
    }

    #[inline(never)]
    fn add(&self, event: Event, request: u64) -> Result<()> {
        let mut script = self.script()?;
        let sender = script.sender;
        try_push(&mut script.items, Some(Item { event, sender, request, ready: None }))?;
        self.release(&mut script);
        Ok(())
    }

    /// Releases what the requests received so far allow, and sets the timer to the time of the first.
    #[inline(never)]
    fn release(&self, script: &mut Script) {
        let Script { items, requests, last, .. } = script;
        let mut now = None;
        let mut first = None;
        for item in items.iter_mut().flatten().filter(|item| item.request <= *requests) {
            if item.ready.is_none() {
                let now = *now.get_or_insert_with(now_ns);
                item.ready = Some(now.saturating_add(item.sender.delay));
                if let (Event::Datagram { bytes, .. }, true) = (&mut item.event, item.request > 0) {
                    address(bytes.as_mut_slice(), last);
                }
            }
            if first.is_none() {
                first = item.ready;
            }
        }
        self.0.timer.set(first);
    }

    /// Returns the descriptor, which is readable if there is something to receive.
    pub(crate) fn fd(&self) -> &Fd {
        self.0.timer.fd()
    }

    /// Receives a request from the socket. Never waits.
    pub(crate) fn send(&self, bytes: &[u8]) -> Result<usize> {
        {
            let mut script = self.script()?;
            script.requests = script.requests.saturating_add(1);
            let mut cursor = Cursor::new(bytes.len());
            while let Ok(Some(message)) = cursor.next(bytes) {
                script.last = message.header;
            }
        }
        // The script is not locked while the function runs, which may add to it.
        let mut answer = self.0.answer.lock_any()?;
        if let Some(function) = &mut *answer {
            {
                let mut script = self.script()?;
                script.current = script.requests;
            }
            let code = function(self, bytes);
            if self.0.answer_removed.load(Ordering::Relaxed) {
                *answer = None;
            }
            if code < 0 {
                let mut script = self.script()?;
                script.requests = script.requests.saturating_sub(1);
                return Err(Code::of(code));
            }
        }
        let mut script = self.script()?;
        script.current = script.current.max(script.requests.saturating_add(1));
        self.release(&mut script);
        Ok(bytes.len())
    }

    /// Returns the next datagram to the socket; -EAGAIN if there is none yet. Never waits. With `peek` it remains.
    pub(crate) fn receive(&self, into: &mut [u8], peek: bool) -> Result<Arrival> {
        let mut script = self.script()?;
        let now = now_ns();
        let mut end = None;
        for slot in script.items.iter_mut() {
            let Some(Item { ready: Some(ready), event, sender, .. }) = slot else { continue };
            if *ready > now {
                return Err(Code::EAGAIN);
            }
            let received = match event {
                // What was added after the end is received before it.
                Event::End(code) => {
                    end = end.or(Some(*code));
                    continue;
                }
                Event::Failure(code) => Err(*code),
                Event::Datagram { bytes, true_len } => Ok(deliver(bytes.as_slice(), *true_len, sender, into)),
            };
            if !peek {
                *slot = None;
                script.items.retain(Option::is_some);
                self.release(&mut script);
            }
            return received;
        }
        Err(end.unwrap_or(Code::EAGAIN))
    }
}

fn deliver(bytes: &[u8], true_len: usize, sender: &Sender, into: &mut [u8]) -> Arrival {
    put(into, 0, bytes);
    let len = if true_len > 0 { true_len.max(into.len().saturating_add(1)) } else { bytes.len() };
    Arrival { portid: sender.portid, group: sender.group, nsid: sender.nsid, ..Arrival::new(len) }
}

fn copy(bytes: &[u8]) -> Result<Buf> {
    let mut buf = Buf::empty();
    buf.grow(bytes.len())?;
    put(buf.as_mut_slice(), 0, bytes);
    Ok(buf)
}

/// Copies as much as fits.
fn put(to: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in to.get_mut(at..).unwrap_or(&mut []).iter_mut().zip(bytes) {
        *to = *from;
    }
}

/// Writes the request's sequence number into messages that have none, and the request's header into acks that echo
/// none.
fn address(bytes: &mut [u8], request: &Header) {
    let mut at = 0usize;
    while let Some(header) = bytes.get(at..).and_then(Header::read) {
        if header.seq == 0 {
            put(bytes, at.saturating_add(8), &request.seq.to_ne_bytes());
            put(bytes, at.saturating_add(12), &PORTID.to_ne_bytes());
            let echoed = at.saturating_add(NLMSG_HDRLEN + 4);
            if header.ty == NLMSG_ERROR && array_at::<4>(bytes, echoed) == Some([0; 4]) {
                put(bytes, echoed, &request.to_bytes());
            }
        }
        let len = usize::try_from(header.len).unwrap_or(usize::MAX).max(NLMSG_HDRLEN);
        at = at.saturating_add(align(len));
    }
}

impl core::fmt::Debug for Peer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Peer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(seq: u32) -> Vec<u8> {
        Header { len: 16, ty: 18, flags: 1, seq, portid: PORTID }.to_bytes().to_vec()
    }

    fn receive(peer: &Peer) -> Result<(Vec<u8>, Arrival)> {
        let mut into = [0; 256];
        let arrival = peer.receive(&mut into, false)?;
        Ok((into.get(..arrival.len.min(256)).unwrap_or(&[]).to_vec(), arrival))
    }

    fn header(peer: &Peer) -> Option<Header> {
        Header::read(&receive(peer).ok()?.0)
    }

    #[test]
    fn prepared_replies_belong_to_requests_in_order() {
        let peer = Peer::new().expect("peer");
        peer.reply(&Header { len: 16, ty: 16, ..Header::default() }.to_bytes(), 0).expect("reply");
        peer.done(0).expect("done");
        peer.next_request().expect("next");
        peer.ack(None, -17).expect("ack");
        peer.event(b"event", 0).expect("event");
        assert_eq!(receive(&peer).map(|got| got.0), Ok(b"event".to_vec()));
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        assert_eq!(peer.send(&request(70)), Ok(16));
        assert_eq!(header(&peer), Some(Header { len: 16, ty: 16, flags: 0, seq: 70, portid: PORTID }));
        assert_eq!(header(&peer).map(|header| (header.ty, header.seq)), Some((NLMSG_DONE, 70)));
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        assert_eq!(peer.send(&request(71)), Ok(16));
        let (bytes, arrival) = receive(&peer).expect("ack");
        assert_eq!(Header::read(&bytes).map(|header| header.seq), Some(71));
        assert_eq!(array_at(&bytes, 16).map(i32::from_ne_bytes), Some(-17));
        assert_eq!(bytes.get(20..), Some(&request(71)[..]));
        assert_eq!((arrival.len, arrival.portid, arrival.group, arrival.nsid), (36, 0, 0, -1));
        assert_eq!(peer.requests(), Ok(2));
    }

    #[test]
    fn a_function_answers() {
        let peer = Peer::answering(Box::new(|peer: &Peer, bytes: &[u8]| {
            let header = Header::read(bytes).unwrap_or_default();
            if header.seq == 9 {
                return -libc::EAGAIN;
            }
            assert_eq!(peer.ack(Some(header), 0), Ok(()));
            0
        }))
        .expect("peer");
        assert_eq!(peer.send(&request(9)), Err(Code::EAGAIN));
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        assert_eq!(peer.send(&request(10)), Ok(16));
        assert_eq!(header(&peer).map(|header| header.seq), Some(10));
    }

    #[test]
    fn everything_that_can_go_wrong() {
        let peer = Peer::new().expect("peer");
        peer.set_sender(Sender { portid: 5, group: 33, nsid: 4, delay: 0 }).expect("sender");
        peer.event(b"forged", 0).expect("event");
        let (_, arrival) = receive(&peer).expect("forged");
        assert_eq!((arrival.portid, arrival.group, arrival.nsid), (5, 33, 4));
        peer.set_sender(Sender { delay: 20_000_000, ..Sender::KERNEL }).expect("sender");
        peer.event(b"late", 100_000).expect("event");
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        let start = now_ns();
        while let Err(code) = crate::sys::poll::poll(peer.fd().borrow(), libc::POLLIN, None, None) {
            assert_eq!(code, Code::EINTR);
        }
        assert!(now_ns() - start > 10_000_000);
        assert_eq!(receive(&peer).map(|got| got.1.len), Ok(100_000));
        peer.set_sender(Sender::KERNEL).expect("sender");
        peer.fail(Code::ENOBUFS).expect("fail");
        peer.send(&request(1)).expect("send");
        assert_eq!(receive(&peer).map(drop), Err(Code::ENOBUFS));
        peer.end(Code::of(-libc::ENODATA)).expect("end");
        for _ in 0..3 {
            assert_eq!(receive(&peer).map(drop), Err(Code::of(-libc::ENODATA)));
        }
        peer.event(b"after the end", 0).expect("event");
        assert_eq!(receive(&peer).map(|got| got.0), Ok(b"after the end".to_vec()));
        assert_eq!(receive(&peer).map(drop), Err(Code::of(-libc::ENODATA)));
    }
}
