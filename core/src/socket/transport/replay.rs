// SPDX-License-Identifier: MIT OR Apache-2.0
//! A peer that replays a capture.
//!
//! Each request of the socket is matched with the next recorded one, without comparing their content, and gets the
//! replies that follow that one in the capture. The sequence number and port ID of the new request replace the recorded
//! ones.

use super::peer::{PORTID, Peer, Sender};
use crate::error::{Code, Result};
use crate::mem::{Buf, try_box};
use crate::sys::file;
use crate::trace::debug::Direction;
use crate::trace::pcap;
use crate::uapi::NLMSG_HDRLEN;
use crate::wire::align::align;
use crate::wire::message::{Cursor, Header};

/// A capture, and how much of it has been replayed.
struct Replay {
    capture: Buf,
    at: usize,
    /// Datagrams of other protocols are skipped.
    protocol: i32,
    /// First and last sequence number of the recorded request.
    recorded: Option<(u32, u32)>,
    /// What is added to them to get those of the new request.
    shift: u32,
    datagram: Buf,
}

/// Returns a peer that replays the datagrams of `protocol` in a capture file; -EBADMSG if it is not a capture in this
/// machine's byte order.
pub(crate) fn open(path: &[u8], protocol: i32) -> Result<Peer> {
    let capture = file::read(path)?;
    if !pcap::is_capture(capture.as_slice()) {
        return Err(Code::EBADMSG);
    }
    let mut replay =
        Replay { capture, at: pcap::FILE_HEADER_LEN, protocol, recorded: None, shift: 0, datagram: Buf::empty() };
    let peer = Peer::new()?;
    // What was recorded before the first request is no reply.
    replay.play(&peer)?;
    peer.set_answer(try_box(move |peer: &Peer, request: &[u8]| match replay.answer(peer, request) {
        Ok(()) => 0,
        Err(code) => code.raw(),
    })?)?;
    Ok(peer)
}

fn sequence_numbers(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut cursor = Cursor::new(bytes.len());
    let mut found = None;
    while let Ok(Some(message)) = cursor.next(bytes) {
        let first = found.map_or(message.header.seq, |(first, _)| first);
        found = Some((first, message.header.seq));
    }
    found
}

impl Replay {
    fn answer(&mut self, peer: &Peer, request: &[u8]) -> Result<()> {
        // The record at which the last replay stopped is the request that this one is matched with.
        if let Some((record, next)) = self.record() {
            self.recorded = sequence_numbers(record.bytes);
            self.at = next;
            if let (Some((recorded, _)), Some((live, _))) = (self.recorded, sequence_numbers(request)) {
                self.shift = live.wrapping_sub(recorded);
            }
        }
        self.play(peer)
    }

    /// Returns the next record of the protocol, and the position after it.
    fn record(&mut self) -> Option<(pcap::Record<'_>, usize)> {
        loop {
            let (record, next) = pcap::record_at(self.capture.as_slice(), self.at)?;
            if record.protocol == self.protocol {
                return pcap::record_at(self.capture.as_slice(), self.at);
            }
            self.at = next;
        }
    }

    /// Adds what was received before the next request.
    fn play(&mut self, peer: &Peer) -> Result<()> {
        while let Some((record, next)) = self.record() {
            if record.direction == Direction::Sent {
                return Ok(());
            }
            let (portid, group) = (record.portid, record.group);
            let (len, true_len) = (record.bytes.len(), record.true_len);
            let start = next.saturating_sub(len);
            self.at = next;
            self.datagram.grow(len)?;
            let Replay { capture, datagram, .. } = self;
            let datagram = datagram.as_mut_slice().get_mut(..len).unwrap_or(&mut []);
            for (to, from) in datagram.iter_mut().zip(capture.as_slice().get(start..next).unwrap_or(&[])) {
                *to = *from;
            }
            self.readdress(len);
            peer.set_sender(Sender { portid, group, ..Sender::KERNEL })?;
            let datagram = self.datagram.as_slice().get(..len).unwrap_or(&[]);
            peer.event(datagram, if true_len > len { true_len } else { 0 })?;
        }
        peer.end(Code::of(-libc::ENODATA))
    }

    /// Replaces the recorded numbers by those of the new request.
    fn readdress(&mut self, len: usize) {
        let Some((first, last)) = self.recorded else { return };
        let datagram = self.datagram.as_mut_slice().get_mut(..len).unwrap_or(&mut []);
        let mut at = 0usize;
        while let Some(header) = datagram.get(at..).and_then(Header::read) {
            if header.seq.wrapping_sub(first) <= last.wrapping_sub(first) {
                // What has no port says so in the answer too: only some families send answers without.
                let portid = if header.portid == 0 { 0 } else { PORTID };
                let header = Header { seq: header.seq.wrapping_add(self.shift), portid, ..header }.to_bytes();
                for (to, from) in datagram.get_mut(at..).unwrap_or(&mut []).iter_mut().zip(header) {
                    *to = from;
                }
            }
            let len = usize::try_from(header.len).unwrap_or(usize::MAX).max(NLMSG_HDRLEN);
            at = at.saturating_add(align(len));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::pcap::{Record, file_header, record_header};

    fn message(ty: u16, seq: u32, portid: u32) -> Vec<u8> {
        Header { len: 16, ty, flags: 0, seq, portid }.to_bytes().to_vec()
    }

    fn receive(peer: &Peer) -> Result<Header> {
        let mut into = [0; 64];
        let arrival = peer.receive(&mut into, false)?;
        assert_eq!(arrival.len, 16);
        Header::read(&into).ok_or(Code::EBADMSG)
    }

    #[test]
    fn replies_have_the_numbers_of_the_new_request() {
        let mut file = file_header().to_vec();
        let mut add = |direction, protocol, bytes: Vec<u8>| {
            let record = Record { direction, portid: 0, group: 0, protocol, bytes: &bytes, true_len: bytes.len() };
            file.extend_from_slice(&record_header(&record, 0).0);
            file.extend_from_slice(&bytes);
        };
        add(Direction::Received, 0, message(16, 0, 0));
        add(Direction::Sent, 0, message(18, 500, 0));
        add(Direction::Received, 16, message(99, 500, 77));
        add(Direction::Received, 0, message(16, 500, 77));
        add(Direction::Received, 0, message(17, 3, 0));
        add(Direction::Sent, 0, message(18, 501, 0));
        add(Direction::Received, 0, message(2, 501, 77));
        let path = std::env::temp_dir().join(format!("nlrs-replay-{}", std::process::id()));
        std::fs::write(&path, &file).expect("write");
        let peer = open(path.as_os_str().as_encoded_bytes(), 0).expect("open");
        std::fs::remove_file(&path).expect("remove");
        assert_eq!(receive(&peer).map(|header| (header.ty, header.seq)), Ok((16, 0)));
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        peer.send(&message(18, 7000, 1)).expect("send");
        assert_eq!(receive(&peer), Ok(Header { len: 16, ty: 16, flags: 0, seq: 7000, portid: PORTID }));
        assert_eq!(receive(&peer), Ok(Header { len: 16, ty: 17, flags: 0, seq: 3, portid: 0 }));
        assert_eq!(receive(&peer).map(drop), Err(Code::EAGAIN));
        peer.send(&message(18, 7005, 1)).expect("send");
        assert_eq!(receive(&peer).map(|header| (header.ty, header.seq)), Ok((2, 7005)));
        assert_eq!(receive(&peer).map(drop), Err(Code::of(-libc::ENODATA)));
        let other = open(b"/etc/passwd", 0).map(drop);
        assert_eq!(other, Err(Code::EBADMSG));
        assert_eq!(open(b"/nonexistent/file", 0).map(drop), Err(Code::ENOENT));
    }
}
