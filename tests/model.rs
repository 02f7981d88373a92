// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and dumps against a small model of what they must do, with random schedules of faults: answers of other requests,
//! forged ones, events, overflows, changes under a dump, ends that do not come.
//!
//! The model knows no buffers and no state machine of the library: a queue of what the peer has said, and for each call the rules of
//! the header. No answer may come to the wrong request, none twice, and none may be lost without being told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unsafe_code)]

use core::ffi::{c_int, c_void};
use core::ptr::{null, null_mut};
use nlrs::error::{NLRS_EINTR_DUMP, NLRS_EOVERRUN, NLRS_ETIMEDOUT};
use nlrs::ffi::{exchange::*, peer::*, socket::*};
use nlrs::socket::Socket;
use proptest::prelude::*;
use std::collections::VecDeque;

const NOOP: u16 = 1;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const NEWROUTE: u16 = 24;
const GETROUTE: u16 = 26;
const MULTI: u16 = 2;
const DUMP_INTR: u16 = 0x10;

/// Whom a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Whose {
    Own,
    /// The request before.
    Former,
    /// Nobody's.
    Strange,
}

#[derive(Clone, Copy, Debug)]
enum Said {
    Data {
        whose: Whose,
        interrupted: bool,
    },
    Ack {
        whose: Whose,
        code: i32,
    },
    Done {
        whose: Whose,
        code: i32,
        interrupted: bool,
    },
    Noop,
    Overflow,
    /// An answer to a group, not to us.
    Event,
    /// By somebody who is not the kernel.
    Forged {
        code: i32,
    },
}

fn whose() -> impl Strategy<Value = Whose> {
    prop_oneof![6 => Just(Whose::Own), 1 => Just(Whose::Former), 1 => Just(Whose::Strange)]
}

fn said() -> impl Strategy<Value = Said> {
    let code = prop_oneof![3 => Just(0), 1 => -40..-11];
    prop_oneof![
        8 => (whose(), prop::bool::weighted(0.1)).prop_map(|(whose, interrupted)| Said::Data { whose, interrupted }),
        3 => (whose(), code.clone()).prop_map(|(whose, code)| Said::Ack { whose, code }),
        3 => (whose(), code, prop::bool::weighted(0.1))
            .prop_map(|(whose, code, interrupted)| Said::Done { whose, code, interrupted }),
        1 => Just(Said::Noop),
        1 => Just(Said::Overflow),
        1 => Just(Said::Event),
        1 => (-40..1).prop_map(|code| Said::Forged { code }),
    ]
}

/// What the peer says to one request, and whether the call is a dump and in which form.
fn steps() -> impl Strategy<Value = Vec<(u8, Vec<Said>)>> {
    prop::collection::vec((0u8..3, prop::collection::vec(said(), 0..8)), 1..10)
}

/// A message that is numbered, so that each can be told from every other.
fn message(ty: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + u32::try_from(payload.len()).unwrap()).to_ne_bytes().to_vec();
    bytes.extend(ty.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

struct Queued {
    said: Said,
    seq: u32,
    number: u32,
}

/// What the header promises of a socket, in a few lines.
#[derive(Default)]
struct Model {
    queue: VecDeque<Queued>,
    sent: u32,
    overrun: bool,
    orphan: Option<u32>,
}

impl Model {
    /// What must come of a call, and whether it sent its request.
    fn call(&mut self, is_dump: bool, scripts: &[Vec<Item>]) -> (Vec<u32>, c_int) {
        if self.overrun {
            self.queue.clear();
            self.overrun = false;
            self.orphan = None;
        }
        while is_dump && self.orphan.is_some() {
            match self.queue.pop_front() {
                // The kernel makes the next piece when the one before is received: there is nothing more to come.
                None => self.orphan = None,
                Some(queued) => self.note(&queued),
            }
        }
        self.sent += 1;
        let own = self.sent;
        for item in &scripts[own as usize - 1] {
            self.queue.push_back(Queued { said: item.said, seq: item.seq, number: item.number });
        }
        let (mut delivered, mut overrun, mut interrupted, mut multi) = (Vec::new(), false, false, is_dump);
        loop {
            let Some(queued) = self.queue.pop_front() else {
                if multi {
                    self.orphan = Some(own);
                }
                return (delivered, if overrun { NLRS_EOVERRUN } else { NLRS_ETIMEDOUT });
            };
            match queued.said {
                Said::Overflow => {
                    overrun = true;
                    self.overrun = true;
                }
                Said::Data { interrupted: now, .. } if queued.seq == own => {
                    interrupted |= now;
                    multi = true;
                    delivered.push(queued.number);
                }
                Said::Ack { code, .. } | Said::Done { code, .. } if queued.seq == own => {
                    interrupted |= matches!(queued.said, Said::Done { interrupted: true, .. });
                    let lost = match (overrun, is_dump && interrupted) {
                        (true, _) => NLRS_EOVERRUN,
                        (false, true) => NLRS_EINTR_DUMP,
                        (false, false) => 0,
                    };
                    return (delivered, if code < 0 { code } else { lost });
                }
                _ => self.note(&queued),
            }
        }
    }

    /// What belongs to nothing; the end of an abandoned dump is what another one waits for.
    fn note(&mut self, queued: &Queued) {
        if matches!(queued.said, Said::Ack { .. } | Said::Done { .. }) && self.orphan == Some(queued.seq) {
            self.orphan = None;
        }
    }
}

struct Item {
    said: Said,
    seq: u32,
    number: u32,
}

/// Gives the peer what it says to request `own`.
fn script(peer: *mut nlrs::socket::Peer, own: u32, what: &[Said], numbers: &mut u32) -> Vec<Item> {
    let mut items = Vec::new();
    for &said in what {
        *numbers += 1;
        let number = *numbers;
        let of = |whose| match whose {
            Whose::Own => own,
            Whose::Former if own > 1 => own - 1,
            _ => 0x7000_0000 + number,
        };
        let reply = |bytes: Vec<u8>| {
            // SAFETY: a live peer, and bytes with their length.
            assert_eq!(unsafe { nlrs_peer_reply(peer, bytes.as_ptr().cast(), bytes.len(), 0) }, 0);
        };
        let flag = |interrupted| MULTI | if interrupted { DUMP_INTR } else { 0 };
        let verdict = |code: i32| {
            let mut payload = code.to_ne_bytes().to_vec();
            payload.extend(message(GETROUTE, 0, own, &[]));
            payload
        };
        let mut seq = own;
        match said {
            Said::Data { whose, interrupted } => {
                seq = of(whose);
                reply(message(NEWROUTE, flag(interrupted), seq, &number.to_ne_bytes()));
            }
            Said::Ack { whose, code } => {
                seq = of(whose);
                reply(message(ERROR, 0, seq, &verdict(code)));
            }
            Said::Done { whose, code, interrupted } => {
                seq = of(whose);
                reply(message(DONE, flag(interrupted), seq, &code.to_ne_bytes()));
            }
            Said::Noop => reply(message(NOOP, 0, own, &[])),
            // SAFETY: a live peer.
            Said::Overflow => assert_eq!(unsafe { nlrs_peer_fail(peer, -libc::ENOBUFS) }, 0),
            Said::Event | Said::Forged { .. } => {
                let (portid, group) = if matches!(said, Said::Event) { (0, 7) } else { (4711, 0) };
                // SAFETY: as above.
                assert_eq!(unsafe { nlrs_peer_set_sender(peer, portid, group, -1) }, 0);
                match said {
                    Said::Forged { code } => reply(message(ERROR, 0, own, &verdict(code))),
                    _ => reply(message(NEWROUTE, 0, own, &number.to_ne_bytes())),
                }
                // SAFETY: as above.
                assert_eq!(unsafe { nlrs_peer_set_sender(peer, 0, 0, -1) }, 0);
            }
        }
        items.push(Item { said, seq, number });
    }
    items
}

extern "C" fn hear(nlh: *const libc::nlmsghdr, arg: *mut c_void) -> c_int {
    // SAFETY: a message with four bytes of payload, and the Vec that went in.
    unsafe {
        assert_eq!((*nlh).nlmsg_len, 20);
        (*arg.cast::<Vec<u32>>()).push(nlh.byte_add(16).cast::<u32>().read_unaligned());
    }
    0
}

/// -EAGAIN is what a call that may not wait says before there is a request to time out.
fn same(code: c_int) -> c_int {
    if code == -libc::EAGAIN { NLRS_ETIMEDOUT } else { code }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn calls_do_what_the_model_does(steps in steps()) {
        // SAFETY: each object is live from its making to its free.
        unsafe {
            let peer = nlrs_peer_new(None, null_mut());
            let mut numbers = 0;
            let mut scripts = Vec::new();
            for (step, own) in steps.iter().zip(1..) {
                scripts.push(script(peer, own, &step.1, &mut numbers));
                nlrs_peer_next(peer);
            }
            let mut socket: *mut Socket = null_mut();
            prop_assert_eq!(nlrs_socket_open_peer(0, peer, null(), &mut socket), 0);
            nlrs_socket_set_timeout(socket, 0);
            let mut model = Model::default();
            let mut all = Vec::new();
            for (i, (form, _)) in steps.iter().enumerate() {
                let request = message(GETROUTE, 0, 0, &[0; 12]);
                let req = request.as_ptr().cast();
                let mut heard: Vec<u32> = Vec::new();
                let arg = (&raw mut heard).cast();
                let code = match form {
                    0 => nlrs_request(socket, req, Some(hear), arg, null_mut()),
                    1 => nlrs_dump(socket, req, Some(hear), arg, null_mut()),
                    _ => iterate(socket, req, &mut heard),
                };
                let (expected, end) = model.call(*form != 0, &scripts);
                prop_assert_eq!((same(code), &heard), (end, &expected), "call {} of {:?}", i, steps);
                all.extend(heard);
            }
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), count, "something came twice");
            nlrs_socket_close(socket);
            nlrs_peer_free(peer);
        }
    }
}

/// # Safety
/// As nlrs_dump_begin.
unsafe fn iterate(socket: *mut Socket, req: *const libc::nlmsghdr, heard: &mut Vec<u32>) -> c_int {
    // SAFETY: the caller's promise; the dump lives until its end.
    unsafe {
        let mut dump = null_mut();
        let code = nlrs_dump_begin(socket, req, &mut dump);
        if code < 0 {
            return code;
        }
        let mut nlh = null();
        let last = loop {
            match nlrs_dump_next(dump, &mut nlh) {
                1 => drop(hear(nlh, core::ptr::from_mut(heard).cast())),
                code => break code,
            }
        };
        nlrs_dump_end(dump, null_mut());
        last
    }
}
