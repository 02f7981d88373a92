// SPDX-License-Identifier: MIT OR Apache-2.0
//! A peer in memory that plays the kernel: tests of programs need neither root nor a kernel that does what they want to see.
//!
//! Each datagram that the socket sends is a request. It is shown to the peer's function, if there is one, and it releases
//! the replies that were prepared for it. What a reply says and when it comes is the test's affair: delayed, cut, forged,
//! several messages in one datagram or none at all.

use crate::error::{Code, Result};
use crate::mem::{Buf, Shared, try_push};
use crate::sys::clock::now_ns;
use crate::sys::fd::Arrival;
use crate::sys::lock::{Guard, Lock};
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

/// Shown each request, before the replies prepared for it are released. It may call every function of the peer. < 0: the send
/// fails with that code.
pub type AnswerFn = dyn FnMut(&Peer, &[u8]) -> i32 + Send;

/// Who a datagram comes from, and when.
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
    /// The kernel, to this socket alone, at once.
    pub const KERNEL: Sender = Sender { portid: 0, group: 0, nsid: -1, delay: 0 };
}

/// What a receive gets.
#[derive(Debug)]
enum Event {
    Datagram {
        bytes: Buf,
        /// More than the bytes that there are: the receiver is told that its buffer was too small.
        cut_from: usize,
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
    /// The request that releases it, 0: none is needed.
    request: u64,
    /// When it can be received, once it is released.
    ready: Option<i64>,
}

struct Script {
    items: Vec<Option<Item>>,
    /// Requests seen.
    requests: u64,
    /// The request that what is added now belongs to.
    current: u64,
    sender: Sender,
    /// Header of the last message of the last request.
    last: Header,
}

/// The peer in memory.
pub struct Peer {
    script: Lock<Script>,
    answer: Lock<Option<Box<AnswerFn>>>,
    timer: Timer,
    attached: AtomicBool,
}

/// A socket's hold on its peer, which serves one socket at a time. Let go of also when the socket does not come about.
#[derive(Debug)]
pub(crate) struct Attached(Shared<Peer>);

impl Attached {
    /// NLRS_EBUSY when another socket has it.
    pub(crate) fn to(peer: Shared<Peer>) -> Result<Attached> {
        if peer.attached.swap(true, Ordering::Relaxed) { Err(Code::BUSY) } else { Ok(Attached(peer)) }
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
        self.0.attached.store(false, Ordering::Relaxed);
    }
}

impl Peer {
    /// A peer that shows each request to `answer`.
    pub fn new(answer: Option<Box<AnswerFn>>) -> Result<Peer> {
        let script =
            Script { items: Vec::new(), requests: 0, current: 1, sender: Sender::KERNEL, last: Header::default() };
        Ok(Peer {
            script: Lock::new(script),
            answer: Lock::new(answer),
            timer: Timer::new()?,
            attached: AtomicBool::new(false),
        })
    }

    /// Shows each request to `answer` from now on.
    pub(crate) fn set_answer(&self, answer: Box<AnswerFn>) -> Result<()> {
        *self.answer.lock_any()? = Some(answer);
        Ok(())
    }

    #[inline(never)]
    fn script(&self) -> Result<Guard<'_, Script>> {
        self.script.lock_any()
    }

    /// Who sends what is added from now on.
    pub fn set_sender(&self, sender: Sender) -> Result<()> {
        self.script()?.sender = sender;
        Ok(())
    }

    /// Who sends what is added now.
    pub fn sender(&self) -> Result<Sender> {
        Ok(self.script()?.sender)
    }

    /// A datagram in reply to the current request. Messages whose sequence number is 0 get the request's, and its port.
    /// `cut_from` more than 0: the receiver learns that this was the length and that its buffer was too small.
    pub fn reply(&self, bytes: &[u8], cut_from: usize) -> Result<()> {
        let request = self.script()?.current;
        self.add(Event::Datagram { bytes: copy(bytes)?, cut_from }, request)
    }

    /// A datagram that no request asked for, as it is; `cut_from` as in a reply.
    pub fn event(&self, bytes: &[u8], cut_from: usize) -> Result<()> {
        self.add(Event::Datagram { bytes: copy(bytes)?, cut_from }, 0)
    }

    /// The receive fails in the place of a reply: -ENOBUFS for an overflow, -EINTR for a signal.
    pub fn fail(&self, code: Code) -> Result<()> {
        let request = self.script()?.current;
        self.add(Event::Failure(code), request)
    }

    /// Nothing comes any more: when all the rest is received, each receive fails with this code.
    pub(crate) fn end(&self, code: Code) -> Result<()> {
        self.add(Event::End(code), 0)
    }

    /// An ack (code 0) or an error in reply to a request, of which only the header is echoed; None: to the last message of
    /// the current one.
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

    /// The end of a dump in reply to the current request, with its code.
    pub fn done(&self, code: i32) -> Result<()> {
        let mut bytes = [0; NLMSG_HDRLEN + 4];
        let header = Header { len: 20, ty: NLMSG_DONE, flags: NLM_F_MULTI, seq: 0, portid: 0 };
        put(&mut bytes, 0, &header.to_bytes());
        put(&mut bytes, NLMSG_HDRLEN, &code.to_ne_bytes());
        self.reply(&bytes, 0)
    }

    /// What is added from now on replies to the request after the current one.
    pub fn next_request(&self) -> Result<()> {
        let mut script = self.script()?;
        script.current = script.current.saturating_add(1);
        Ok(())
    }

    /// How many requests there were.
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

    /// Releases what the requests seen so far allow, and sets the timer to the first of it.
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
        self.timer.set(first);
    }

    /// What becomes readable when there is something to receive.
    pub(crate) fn fd(&self) -> i32 {
        self.timer.fd()
    }

    /// A request. Never waits.
    pub(crate) fn send(&self, bytes: &[u8]) -> Result<usize> {
        {
            let mut script = self.script()?;
            script.requests = script.requests.saturating_add(1);
            let mut cursor = Cursor::new(bytes.len());
            while let Ok(Some(message)) = cursor.next(bytes) {
                script.last = message.header;
            }
        }
        // The script is not locked now: the function may add to it.
        let mut answer = self.answer.lock_any()?;
        if let Some(answer) = &mut *answer {
            {
                let mut script = self.script()?;
                script.current = script.requests;
            }
            let code = answer(self, bytes);
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

    /// The next datagram, -EAGAIN when there is none yet. Never waits. A datagram that is only looked at stays.
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
                // What was added after the end still comes before it.
                Event::End(code) => {
                    end = end.or(Some(*code));
                    continue;
                }
                Event::Failure(code) => Err(*code),
                Event::Datagram { bytes, cut_from } => Ok(deliver(bytes.as_slice(), *cut_from, sender, into)),
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

fn deliver(bytes: &[u8], cut_from: usize, sender: &Sender, into: &mut [u8]) -> Arrival {
    put(into, 0, bytes);
    let len = if cut_from > 0 { cut_from.max(into.len().saturating_add(1)) } else { bytes.len() };
    Arrival { len, portid: sender.portid, group: sender.group, nsid: sender.nsid }
}

fn copy(bytes: &[u8]) -> Result<Buf> {
    let mut buf = Buf::empty();
    buf.grow(bytes.len())?;
    put(buf.as_mut_slice(), 0, bytes);
    Ok(buf)
}

/// Copies as much as there is room for.
fn put(to: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in to.get_mut(at..).unwrap_or(&mut []).iter_mut().zip(bytes) {
        *to = *from;
    }
}

/// Gives the messages that have no sequence number the request's, and in acks the echoed header too.
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
        let peer = Peer::new(None).expect("peer");
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
        let peer = Peer::new(Some(Box::new(|peer: &Peer, bytes: &[u8]| {
            let header = Header::read(bytes).unwrap_or_default();
            if header.seq == 9 {
                return -libc::EAGAIN;
            }
            assert_eq!(peer.ack(Some(header), 0), Ok(()));
            0
        })))
        .expect("peer");
        assert_eq!(peer.send(&request(9)), Err(Code::EAGAIN));
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        assert_eq!(peer.send(&request(10)), Ok(16));
        assert_eq!(header(&peer).map(|header| header.seq), Some(10));
    }

    #[test]
    fn everything_that_can_go_wrong() {
        let peer = Peer::new(None).expect("peer");
        peer.set_sender(Sender { portid: 5, group: 33, nsid: 4, delay: 0 }).expect("sender");
        peer.event(b"forged", 0).expect("event");
        let (_, arrival) = receive(&peer).expect("forged");
        assert_eq!((arrival.portid, arrival.group, arrival.nsid), (5, 33, 4));
        peer.set_sender(Sender { delay: 20_000_000, ..Sender::KERNEL }).expect("sender");
        peer.event(b"late", 100_000).expect("event");
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        let start = now_ns();
        while let Err(code) = crate::sys::fd::poll(peer.fd(), libc::POLLIN, -1, None) {
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
