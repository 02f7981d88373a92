// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages as bytes, and a peer with its socket.

use core::ffi::{c_int, c_void};
use core::ptr::{null, null_mut};
use nlrs::{datagram::nlrs_socket_send, peer::*, socket::*};
use nlrs_core::socket::{Peer, Socket};

pub(crate) const NOOP: u16 = 1;
pub(crate) const ERROR: u16 = 2;
pub(crate) const DONE: u16 = 3;
pub(crate) const OVERRUN: u16 = 4;
pub(crate) const MULTI: u16 = 2;
pub(crate) const ACK: u16 = 4;
pub(crate) const DUMP_INTR: u16 = 0x10;
pub(crate) const ACK_TLVS: u16 = 0x200;

pub(crate) fn message(ty: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + u32::try_from(payload.len()).unwrap()).to_ne_bytes().to_vec();
    bytes.extend(ty.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    // What has a number is addressed to the socket; where there is none the peer puts both in.
    bytes.extend(u32::from(seq != 0).to_ne_bytes());
    bytes.extend(payload);
    bytes
}

/// An ack (code 0) or an error about the message `seq` of type `ty`, with a text or without.
pub(crate) fn verdict(ty: u16, seq: u32, code: c_int, has_text: bool) -> Vec<u8> {
    let mut payload = code.to_ne_bytes().to_vec();
    payload.extend(message(ty, 0, seq, &[]));
    if has_text {
        // NLMSGERR_ATTR_MSG
        payload.extend([[8u16, 1].map(u16::to_ne_bytes).concat(), b"hm!\0".to_vec()].concat());
    }
    message(ERROR, if has_text { ACK_TLVS } else { 0 }, seq, &payload)
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes(bytes[at..at + 2].try_into().unwrap())
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// A peer and the socket at whose other end it is.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) peer: *mut Peer,
    pub(crate) socket: *mut Socket,
}

impl Wire {
    /// `arg` is handed to `answer`, and has to live as long as this. The socket never waits.
    pub(crate) fn new(protocol: c_int, answer: nlrs_peer_fn, arg: *mut c_void) -> Wire {
        let mut socket = null_mut();
        // SAFETY: the caller's promise; both live until the drop.
        unsafe {
            let peer = nlrs_peer_new(answer, arg);
            assert_eq!(nlrs_socket_open_peer(protocol, peer, null(), &mut socket), 0);
            nlrs_socket_set_timeout(socket, 0);
            Wire { peer, socket }
        }
    }

    /// What is prepared as the reply to a request is there when one has been sent.
    pub(crate) fn release(&self) {
        let request = message(0x7f, 0, 1, &[]);
        // SAFETY: an open socket, and bytes with their length.
        assert!(unsafe { nlrs_socket_send(self.socket, request.as_ptr().cast(), request.len(), 0) } >= 0);
    }

    /// The receive fails behind what is there.
    pub(crate) fn receive_fails(&self, code: c_int) {
        Mouth(self.peer).fail(code);
        self.release();
    }

    /// A datagram that is too long for its receiver, behind what is there.
    pub(crate) fn receive_cut(&self, bytes: &[u8]) {
        // SAFETY: a live peer, and bytes with their length.
        assert_eq!(unsafe { nlrs_peer_reply(self.peer, bytes.as_ptr().cast(), bytes.len(), 100_000) }, 0);
        self.release();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // SAFETY: made in new, and freed once.
        unsafe {
            nlrs_socket_close(self.socket);
            nlrs_peer_free(self.peer);
        }
    }
}

/// What a peer is made to say.
#[derive(Clone, Copy)]
pub(crate) struct Mouth(pub(crate) *mut Peer);

impl Mouth {
    /// In reply to the request that is being answered, or to the next one.
    pub(crate) fn reply(self, bytes: &[u8]) {
        // SAFETY: a live peer, and bytes with their length.
        assert_eq!(unsafe { nlrs_peer_reply(self.0, bytes.as_ptr().cast(), bytes.len(), 0) }, 0);
    }

    /// That nobody asked for.
    pub(crate) fn event(self, bytes: &[u8]) {
        // SAFETY: as above.
        assert_eq!(unsafe { nlrs_peer_event(self.0, bytes.as_ptr().cast(), bytes.len()) }, 0);
    }

    /// The receive fails in the place of a reply.
    pub(crate) fn fail(self, code: c_int) {
        // SAFETY: a live peer.
        assert_eq!(unsafe { nlrs_peer_fail(self.0, code) }, 0);
    }

    /// Runs `say` with another sender.
    pub(crate) fn by(self, portid: u32, group: u32, nsid: i32, say: impl FnOnce(Mouth)) {
        // SAFETY: a live peer.
        assert_eq!(unsafe { nlrs_peer_set_sender(self.0, portid, group, nsid) }, 0);
        say(self);
        // SAFETY: as above.
        assert_eq!(unsafe { nlrs_peer_set_sender(self.0, 0, 0, -1) }, 0);
    }
}
