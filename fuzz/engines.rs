// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole conversations with a peer in memory that says whatever the bytes want: what becomes of requests, dumps, batches and
//! monitors, of the trace and of captures. By the C functions, so that those are tried as well.
//!
//! A body panics when something is not as it must be.

use core::ffi::{c_int, c_void};
use core::ptr::{null, null_mut};
use libc::nlmsghdr;
use nlrs_core::error::{ErrorRecord, NLRS_EABORTED, NLRS_EPARTIAL};
use nlrs_core::exchange::Dump;
use nlrs::{batch::*, error::*, exchange::*, event::*, monitor::*, peer::*, table::*, socket::*};
use nlrs_core::socket::{Peer, Socket};

const ROUTE: c_int = 0;

/// Takes the input apart; zeros behind its end.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        head
    }
}

/// A message with that payload; sequence number 0 becomes the request's.
fn message(ty: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + payload.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(ty.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    // What has a number is addressed to the socket, whose port is 1.
    bytes.extend(u32::from(seq != 0).to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

const TYPES: [u16; 16] = [16, 17, 20, 21, 24, 25, 28, 29, 32, 33, 2, 3, 1, 4, 16, 24];
const FLAGS: [u16; 8] = [0, 2, 2 | 0x10, 0x100, 0x200, 0x300, 2 | 0x20, 0x10];

/// One to three messages in a datagram.
fn datagram(input: &mut Input<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..=input.byte() % 3 {
        let ty = TYPES[usize::from(input.byte() % 16)];
        let flags = FLAGS[usize::from(input.byte() % 8)];
        let seq = if input.byte() % 8 == 7 { u32::from(input.byte()) } else { 0 };
        let len = usize::from(input.byte() % 64);
        let mut payload = input.bytes(len).to_vec();
        if ty == 2 && input.byte() % 2 == 0 {
            // An error with a header behind its code, so that what follows is read.
            payload.splice(0..0, message(16, 0, 0, &[])[..16].iter().copied());
            payload.splice(0..0, (-i32::from(input.byte())).to_ne_bytes());
        }
        out.extend(message(ty, flags, seq, &payload));
    }
    out
}

/// What the peer says, to four requests at most.
fn prepare(peer: *mut Peer, input: &mut Input<'_>) {
    // Each makes the receiver's memory twice as large; what many do is known, and slow.
    let mut cuts = 0..3;
    for _ in 0..input.byte() % 24 {
        // SAFETY: a live peer, and bytes with their length.
        unsafe {
            match input.byte() % 12 {
                0 => {
                    let len = usize::from(input.byte());
                    let bytes = input.bytes(len);
                    nlrs_peer_reply(peer, bytes.as_ptr().cast(), bytes.len(), 0);
                }
                1..=4 => {
                    let bytes = datagram(input);
                    nlrs_peer_reply(peer, bytes.as_ptr().cast(), bytes.len(), 0);
                }
                5 => {
                    let bytes = datagram(input);
                    let cut = cuts.next().map_or(0, |_| bytes.len() + usize::from(input.byte()) * 100);
                    nlrs_peer_reply(peer, bytes.as_ptr().cast(), bytes.len(), cut);
                }
                6 => drop(nlrs_peer_ack(peer, null(), -c_int::from(input.byte()))),
                7 => drop(nlrs_peer_done(peer, -c_int::from(input.byte()))),
                8 => drop(nlrs_peer_fail(peer, [-105, -4, -5][usize::from(input.byte() % 3)])),
                9 => drop(nlrs_peer_next(peer)),
                10 => {
                    let bytes = datagram(input);
                    nlrs_peer_event(peer, bytes.as_ptr().cast(), bytes.len());
                }
                _ => {
                    drop(nlrs_peer_set_sender(peer, u32::from(input.byte() % 4 == 0), u32::from(input.byte() % 3), -1))
                }
            }
        }
    }
}

/// What a callback saw of a request.
struct Ear {
    /// The sequence number of the first message.
    seq: Option<u32>,
    returns: c_int,
    left: u32,
}

extern "C" fn hear(nlh: *const nlmsghdr, arg: *mut c_void) -> c_int {
    // SAFETY: the library's message, and the Ear that went in.
    let (header, ear) = unsafe { (nlh.read_unaligned(), &mut *arg.cast::<Ear>()) };
    assert!(header.nlmsg_len >= 16);
    // SAFETY: as many bytes as the header says: a sanitizer sees it if not.
    let bytes = unsafe { core::slice::from_raw_parts(nlh.cast::<u8>(), header.nlmsg_len as usize) };
    assert!(bytes.iter().fold(0u32, |sum, byte| sum.wrapping_add(u32::from(*byte))) < u32::MAX);
    assert_eq!(*ear.seq.get_or_insert(header.nlmsg_seq), header.nlmsg_seq, "answers to two requests in one");
    ear.left = ear.left.saturating_sub(1);
    if ear.left == 0 { ear.returns } else { 0 }
}

extern "C" fn hear_of(nlh: *const nlmsghdr, index: usize, arg: *mut c_void) -> c_int {
    // SAFETY: as in hear.
    let (header, count) = unsafe { (nlh.read_unaligned(), *arg.cast::<usize>()) };
    assert!(header.nlmsg_len >= 16 && index < count);
    0
}

extern "C" fn trace(_: u32, data: *const c_void, len: usize, _: i64, _: *mut c_void) {
    let mut line = [0u8; 700];
    // A peer that claims more each time makes megabytes of a datagram, whose text takes seconds.
    let len = len.min(64 * 1024);
    // SAFETY: the bytes told of, and room.
    let wanted = unsafe { nlrs::trace::nlrs_nlmsg_format(ROUTE, data, len, line.as_mut_ptr().cast(), line.len()) };
    assert!(wanted >= 0 && line.contains(&0));
}

/// What every end of a call must be.
fn look(code: c_int, error: *const ErrorRecord) {
    assert!(code <= 0);
    // SAFETY: a live record.
    unsafe {
        if code != NLRS_EPARTIAL && code != NLRS_EABORTED {
            assert_eq!(nlrs_error_code(error), code);
        }
        let mut line = [0x55u8; 200];
        let wanted = nlrs_error_format(error, line.as_mut_ptr().cast(), line.len());
        assert!(wanted >= 0 && line.contains(&0));
        assert!(nlrs_error_path(error, null_mut(), 0) <= 32);
    }
}

/// A request, a dump in its three forms or a batch, on one socket one after the other.
pub fn exchanges(data: &[u8]) {
    let input = &mut Input(data);
    // SAFETY: each object is live from its making to its free, and used by this thread alone.
    unsafe {
        let peer = nlrs_peer_new(None, null_mut());
        let error = nlrs_error_new();
        let mut socket: *mut Socket = null_mut();
        assert!(!peer.is_null() && !error.is_null());
        assert_eq!(nlrs_socket_open_peer(ROUTE, peer, null(), &mut socket), 0);
        nlrs_socket_set_timeout(socket, 0);
        if input.byte() % 4 == 0 {
            nlrs::trace::nlrs_socket_set_trace(socket, Some(trace), null_mut());
        }
        let plan = input.bytes(4);
        prepare(peer, input);
        for what in plan {
            let request = message([18, 22, 26, 16][usize::from(what >> 6)], u16::from(what >> 5 & 1) * 4, 0, &[0; 16]);
            let req = request.as_ptr().cast();
            let returns = if what & 7 < 4 { [0, 1, -0x20005][usize::from(what >> 3 & 3) % 3] } else { 0 };
            let mut ear = Ear { seq: None, returns, left: 2 };
            let arg = (&raw mut ear).cast();
            match what & 7 {
                0 | 1 => look(nlrs_request(socket, req, Some(hear), arg, error), error),
                2 => look(nlrs_request_single(socket, req, Some(hear), arg, error), error),
                3 => look(nlrs_dump(socket, req, Some(hear), arg, error), error),
                4 => look(nlrs_dump_consistent(socket, req, 2, None, null_mut(), error), error),
                5 | 6 => {
                    let mut dump: *mut Dump = null_mut();
                    if nlrs_dump_begin(socket, req, &mut dump) == 0 {
                        let mut nlh = null();
                        for _ in 0..50 {
                            let code = nlrs_dump_next(dump, &mut nlh);
                            if code <= 0 {
                                break;
                            }
                            hear(nlh, arg);
                        }
                        look(nlrs_dump_end(dump, error), error);
                    }
                }
                _ => {
                    let batch = nlrs_batch_new();
                    let mut count = usize::from(what >> 3 & 7);
                    nlrs_batch_set_mode(batch, u32::from(what >> 7));
                    nlrs_batch_set_reply_fn(batch, Some(hear_of), (&raw mut count).cast());
                    for _ in 0..count {
                        nlrs::copy::nlrs_msg_append(nlrs_batch_msg(batch), req.cast(), request.len());
                    }
                    let code = nlrs_batch_send(socket, batch, error);
                    look(code, error);
                    let failed = (0..count).filter(|&i| nlrs_batch_result(batch, i, error) != 0).count();
                    assert!(code != 0 || failed == 0, "success with {failed} failures");
                    assert!(nlrs_batch_failed(batch) <= failed);
                    nlrs_batch_free(batch);
                }
            }
        }
        nlrs_peer_free(peer);
        nlrs_socket_close(socket);
        nlrs_error_free(error);
    }
}

/// A monitor with a table, whose events and dumps are anything.
pub fn monitors(data: &[u8]) {
    let input = &mut Input(data);
    // SAFETY: as above.
    unsafe {
        let peers = [nlrs_peer_new(None, null_mut()), nlrs_peer_new(None, null_mut())];
        let mut sockets: [*mut Socket; 2] = [null_mut(); 2];
        let choice = input.byte();
        for (peer, socket) in peers.into_iter().zip(&mut sockets) {
            prepare(peer, input);
            assert_eq!(nlrs_socket_open_peer(ROUTE, peer, null(), socket), 0);
            nlrs_socket_set_timeout(*socket, 0);
        }
        let mut monitor: *mut MonitorHandle = null_mut();
        assert_eq!(nlrs_monitor_open_on(sockets[0], sockets[1], &mut monitor), 0);
        nlrs_monitor_set_timeout(monitor, 0);
        nlrs_monitor_set_interval(monitor, 0);
        let tables = [NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS, NLRS_RULES];
        if choice & 0x80 == 0 {
            nlrs_monitor_follow(monitor, tables[usize::from(choice & 7) % 5], 0);
        }
        nlrs_monitor_set_difference(monitor, c_int::from(choice >> 3 & 1));
        nlrs_monitor_set_raw(monitor, c_int::from(choice >> 4 & 1));
        let mut event = null();
        let mut codes = 0;
        for _ in 0..200 {
            let code = nlrs_monitor_next(monitor, &mut event);
            if code <= 0 {
                codes += 1;
                if codes > 3 {
                    break;
                }
                continue;
            }
            let kind = nlrs_event_kind(event);
            assert!((NLRS_EVENT_MESSAGE..=NLRS_EVENT_REMOVED).contains(&kind));
            for nlh in [nlrs_event_message(event), nlrs_event_old(event)] {
                if !nlh.is_null() {
                    let mut ear = Ear { seq: None, returns: 0, left: 0 };
                    hear(nlh, (&raw mut ear).cast());
                }
            }
            if [NLRS_EVENT_ADDED, NLRS_EVENT_CHANGED, NLRS_EVENT_REMOVED, NLRS_EVENT_OBJECT].contains(&kind) {
                assert!(!nlrs_event_message(event).is_null(), "kind {kind} without its object");
            }
            assert_eq!(kind == NLRS_EVENT_CHANGED, !nlrs_event_old(event).is_null());
        }
        nlrs_monitor_close(monitor);
        for (peer, socket) in peers.into_iter().zip(sockets) {
            nlrs_peer_free(peer);
            nlrs_socket_close(socket);
        }
    }
}

/// Any bytes as text, in rooms of any size, and as the capture of a conversation.
pub fn traces(data: &[u8]) {
    let protocol = c_int::from(data.first().copied().unwrap_or(0) % 32) - 1;
    let mut whole = vec![0x55u8; 64 * 1024];
    // SAFETY: live bytes with their lengths.
    unsafe {
        let bytes = data.as_ptr().cast();
        let wanted =
            nlrs::trace::nlrs_nlmsg_format(protocol, bytes, data.len(), whole.as_mut_ptr().cast(), whole.len());
        assert!(wanted >= 0);
        let wanted = wanted as usize;
        if wanted < whole.len() {
            assert_eq!(whole.iter().position(|byte| *byte == 0), Some(wanted));
            assert!(whole[..wanted].iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\n'), "not printable");
        }
        for size in [0usize, 1, 2, 17, 60] {
            let mut room = [0x55u8; 64];
            let again = nlrs::trace::nlrs_nlmsg_format(protocol, bytes, data.len(), room.as_mut_ptr().cast(), size);
            assert_eq!(again as usize, wanted, "the length does not depend on the room");
            assert!(room[size..].iter().all(|byte| *byte == 0x55), "beyond its room");
            if size > 0 {
                let end = wanted.min(size - 1);
                assert_eq!((&room[..end], room[end]), (&whole[..end], 0));
            }
        }
    }
    replay(data);
}

fn replay(data: &[u8]) {
    let path = format!("/dev/shm/nlrs-fuzz-{}-{:?}\0", std::process::id(), std::thread::current().id());
    if std::fs::write(&path[..path.len() - 1], data).is_err() {
        return;
    }
    // SAFETY: as above.
    unsafe {
        let mut socket: *mut Socket = null_mut();
        if nlrs_socket_open_replay(ROUTE, path.as_ptr().cast(), null(), &mut socket) == 0 {
            nlrs_socket_set_timeout(socket, 0);
            let request = message(18, 0, 0, &[0; 16]);
            let error = nlrs_error_new();
            for _ in 0..3 {
                let mut ear = Ear { seq: None, returns: 0, left: 0 };
                look(nlrs_dump(socket, request.as_ptr().cast(), Some(hear), (&raw mut ear).cast(), error), error);
            }
            nlrs_error_free(error);
            nlrs_socket_close(socket);
        }
    }
    let _ = std::fs::remove_file(&path[..path.len() - 1]);
}
