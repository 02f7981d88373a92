// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests: what ends them, what does not, and that the next call works whatever happened.

use super::*;
use crate::error::Origin;
use crate::exchange::{Ending, request, request_oneway};
use crate::socket::Sender;
use crate::uapi::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_MULTI, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP, NLMSG_OVERRUN,
};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Script = fn(&Peer);

/// An ack of some other request.
fn stale_ack() -> Vec<u8> {
    message(NLMSG_ERROR, 0x100, 9999, &[0; 20])
}

fn multicast() -> Sender {
    Sender { group: 1, ..Sender::KERNEL }
}

#[test]
fn what_ends_a_request() {
    let cases: &[(&str, u16, u16, Script, Outcome)] = &[
        ("an ack", NEWLINK, 0, |peer| peer.ack(None, 0).unwrap(), ended(&[], Ok(()))),
        ("an error", NEWLINK, 0, |peer| peer.ack(None, -17).unwrap(), ended(&[], Err(Code::of(-17)))),
        ("the largest errno", NEWLINK, 0, |peer| peer.ack(None, -0xffff).unwrap(), ended(&[], Err(Code::of(-0xffff)))),
        (
            "an answer, then the ack",
            GETROUTE,
            0,
            |peer| {
                peer.reply(&message(NEWROUTE, 0, 0, &[]), 0).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[NEWROUTE], Ok(())),
        ),
        (
            "the one answer",
            GETLINK,
            0,
            |peer| peer.reply(&message(NEWLINK, 0, 0, &[]), 0).unwrap(),
            ended(&[NEWLINK], Ok(())),
        ),
        (
            "the error in place of the one answer",
            GETLINK,
            0,
            |peer| peer.ack(None, -19).unwrap(),
            ended(&[], Err(Code::of(-19))),
        ),
        (
            "the ack that the caller asked for himself",
            GETLINK,
            NLM_F_ACK,
            |peer| {
                peer.reply(&message(NEWLINK, 0, 0, &[]), 0).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[NEWLINK], Ok(())),
        ),
        (
            "the end of what turned out to be a dump",
            GETLINK,
            NLM_F_DUMP,
            |peer| {
                peer.reply(&message(NEWLINK, NLM_F_MULTI, 0, &[]), 0).unwrap();
                peer.reply(&message(NEWLINK, NLM_F_MULTI, 0, &[]), 0).unwrap();
                peer.done(0).unwrap();
            },
            ended(&[NEWLINK, NEWLINK], Ok(())),
        ),
        (
            "several messages in one datagram, the last of them unpadded",
            GETROUTE,
            0,
            |peer| {
                let messages = [message(NEWROUTE, 0, 0, &[1]), message(NEWROUTE, 0, 0, &[1, 2, 3])];
                peer.reply(&datagram(&messages), 0).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[NEWROUTE, NEWROUTE], Ok(())),
        ),
        (
            "an ack after somebody else's ack",
            NEWLINK,
            0,
            |peer| {
                peer.reply(&stale_ack(), 0).unwrap();
                peer.reply(&datagram(&[stale_ack(), message(NEWLINK, 0, 9999, &[])]), 0).unwrap();
                peer.ack(None, -2).unwrap();
            },
            ended(&[], Err(Code::ENOENT)),
        ),
        (
            "an ack after nothing at all",
            NEWLINK,
            0,
            |peer| {
                peer.reply(&message(NLMSG_NOOP, 0, 0, &[]), 0).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[], Ok(())),
        ),
        (
            "an ack after an event whose number collides",
            NEWLINK,
            0,
            |peer| {
                peer.set_sender(multicast()).unwrap();
                peer.reply(&message(NEWLINK, 0, 0, &[]), 0).unwrap();
                peer.reply(&message(NLMSG_ERROR, 0, 0, &[0xff; 20]), 0).unwrap();
                peer.set_sender(Sender::KERNEL).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[], Ok(())),
        ),
        (
            "an error that is too short",
            NEWLINK,
            0,
            |peer| peer.reply(&message(NLMSG_ERROR, 0, 0, &[1, 2, 3]), 0).unwrap(),
            ended(&[], Err(Code::EBADMSG)),
        ),
        (
            "an error above zero",
            NEWLINK,
            0,
            |peer| peer.reply(&message(NLMSG_ERROR, 0x100, 0, &[1; 20]), 0).unwrap(),
            ended(&[], Err(Code::EBADMSG)),
        ),
        (
            "an error that would be one of the library's codes",
            NEWLINK,
            0,
            |peer| peer.ack(None, -0x10001).unwrap(),
            ended(&[], Err(Code::EBADMSG)),
        ),
        (
            "a length beyond the datagram",
            NEWLINK,
            0,
            |peer| {
                let mut bytes = message(NEWLINK, 0, 0, &[]);
                bytes[0] = 17;
                peer.reply(&bytes, 0).unwrap();
            },
            ended(&[], Err(Code::EBADMSG)),
        ),
        (
            "the kernel's word that it lost something",
            GETROUTE,
            0,
            |peer| {
                peer.reply(&message(NLMSG_OVERRUN, 0, 0, &[]), 0).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[], Err(Code::OVERRUN)),
        ),
        (
            "an overflow before the ack",
            NEWLINK,
            0,
            |peer| {
                peer.fail(Code::ENOBUFS).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[], Err(Code::OVERRUN)),
        ),
        (
            "an error is an error whatever was lost before it",
            NEWLINK,
            0,
            |peer| {
                peer.fail(Code::ENOBUFS).unwrap();
                peer.ack(None, -17).unwrap();
            },
            ended(&[], Err(Code::of(-17))),
        ),
        (
            "an overflow that took the ack",
            NEWLINK,
            0,
            |peer| peer.fail(Code::ENOBUFS).unwrap(),
            ended(&[], Err(Code::OVERRUN)),
        ),
        ("nobody", NEWLINK, 0, |_| {}, ended(&[], Err(Code::TIMEDOUT))),
        (
            "signals do not",
            NEWLINK,
            0,
            |peer| {
                peer.fail(Code::EINTR).unwrap();
                peer.fail(Code::EINTR).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[], Ok(())),
        ),
        (
            "what recv says",
            NEWLINK,
            0,
            |peer| peer.fail(Code::of(-libc::ECONNREFUSED)).unwrap(),
            ended(&[], Err(Code::of(-libc::ECONNREFUSED))),
        ),
    ];
    for (name, ty, flags, script, expected) in cases {
        let socket = scripted(ROUTE, |peer| {
            script(peer);
            peer.next_request().unwrap();
            peer.ack(None, -95).unwrap();
        });
        assert_eq!(ask(&socket, *ty, *flags), *expected, "{name}");
        assert_eq!(ask(&socket, NEWROUTE, 0), ended(&[], Err(Code::EOPNOTSUPP)), "the next call after: {name}");
    }
}

/// Datagrams that a peer was sent.
type Requests = Arc<Mutex<Vec<Vec<u8>>>>;

/// A peer that keeps each request, and acks it.
fn recording() -> (Shared<Socket>, Requests) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let keep = requests.clone();
    let answer = Box::new(move |peer: &Peer, bytes: &[u8]| {
        keep.lock().unwrap().push(bytes.to_vec());
        let ty = Header::read(bytes).unwrap().ty;
        let reply = if ty == GETLINK { peer.reply(&message(NEWLINK, 0, 0, &[]), 0) } else { peer.ack(None, 0) };
        Code::of_result(&reply)
    });
    let peer = Peer::answering(answer).unwrap();
    let socket = Socket::open_peer(ROUTE, &peer, &SocketOptions::new()).unwrap();
    (Shared::new(socket).unwrap(), requests)
}

#[test]
fn what_is_sent() {
    let (socket, requests) = recording();
    let payload: Vec<u8> = (0..2000u32).map(|index| index.to_le_bytes()[0]).collect();
    for (name, ty, flags, len, sent_flags) in [
        ("acked", NEWLINK, 0, 16, NLM_F_REQUEST | NLM_F_ACK),
        ("the one answer needs no ack", GETLINK, 0, 16, NLM_F_REQUEST),
        ("other flags stay", NEWROUTE, 0x500, 16, 0x500 | NLM_F_REQUEST | NLM_F_ACK),
        ("in two pieces", NEWLINK, 0, 2000, NLM_F_REQUEST | NLM_F_ACK),
        ("of odd length", NEWLINK, 0, 17, NLM_F_REQUEST | NLM_F_ACK),
        ("header only", NEWLINK, 0, 0, NLM_F_REQUEST | NLM_F_ACK),
    ] {
        let mine = message(ty, flags, 4711, &payload[..len]);
        let before = mine.clone();
        assert_eq!(request(&socket, &mine, Ending::Known, &mut |_| 0, None), Ok(()), "{name}");
        assert_eq!(mine, before, "{name}: the request is not written to");
        let sent = requests.lock().unwrap().pop().unwrap();
        let header = Header::read(&sent).unwrap();
        assert_eq!((header.ty, header.flags), (ty, sent_flags), "{name}");
        assert_eq!(header.portid, socket.portid(), "{name}");
        assert_ne!(header.seq, 0, "{name}");
        assert_eq!(sent[16..], payload[..len], "{name}");
    }
}

#[test]
fn sequence_numbers_wrap_without_zero() {
    let (socket, requests) = recording();
    socket.session_for_cleanup().unwrap().set_seq(u32::MAX - 1);
    for _ in 0..3 {
        assert_eq!(ask(&socket, NEWLINK, 0).result, Ok(()));
    }
    let seqs: Vec<u32> = requests.lock().unwrap().iter().map(|bytes| Header::read(bytes).unwrap().seq).collect();
    assert_eq!(seqs, [u32::MAX, 1, 2]);
}

#[test]
fn a_malformed_request_is_not_sent() {
    let (socket, requests) = recording();
    for (name, bytes) in [
        ("nothing", vec![]),
        ("half a header", vec![16, 0, 0, 0, 0, 0]),
        (
            "a length below a header's",
            message(NEWLINK, 0, 0, &[])
                .into_iter()
                .enumerate()
                .map(|(index, byte)| if index == 0 { 15 } else { byte })
                .collect(),
        ),
        (
            "a length beyond the bytes",
            message(NEWLINK, 0, 0, &[])
                .into_iter()
                .enumerate()
                .map(|(index, byte)| if index == 0 { 17 } else { byte })
                .collect(),
        ),
    ] {
        let mut record = ErrorRecord::new();
        let result = request(&socket, &bytes, Ending::Known, &mut |_| 0, Some(&mut record));
        assert_eq!(result, Err(Code::EINVAL), "{name}");
        assert_eq!(record.origin, Origin::Argument, "{name}");
    }
    assert!(requests.lock().unwrap().is_empty());
}

#[test]
fn a_callback_can_end_it() {
    for (name, returned, result) in [
        ("stop", 1, Ok(())),
        ("any positive number stops", 42, Ok(())),
        ("a code of its own", -0x20001, Err(Code::of(-0x20001))),
        ("an errno", -5, Err(Code::of(-5))),
    ] {
        let socket = scripted(ROUTE, |peer| {
            peer.reply(&datagram(&[message(NEWROUTE, 0, 0, &[]), message(NEWROUTE, 0, 0, &[])]), 0).unwrap();
            peer.ack(None, -17).unwrap();
            peer.next_request().unwrap();
            peer.ack(None, 0).unwrap();
        });
        let mut record = ErrorRecord::new();
        let outcome = ask_with(&socket, GETROUTE, 0, Some(&mut record), &mut |_| returned);
        assert_eq!(outcome, ended(&[NEWROUTE], result), "{name}");
        let origin = if result.is_err() { Origin::Callback } else { Origin::None };
        assert_eq!(record.origin, origin, "{name}");
        assert_eq!(ask(&socket, NEWROUTE, 0), ended(&[], Ok(())), "{name}: the leftover belongs to nobody");
    }
}

#[test]
fn a_callback_cannot_call_back() {
    let socket = scripted(ROUTE, |peer| {
        peer.reply(&message(NEWROUTE, 0, 0, &[]), 0).unwrap();
        peer.ack(None, 0).unwrap();
    });
    let mut inside = None;
    let outcome = ask_with(&socket, GETROUTE, 0, None, &mut |_| {
        inside = Some(ask(&socket, NEWLINK, 0).result);
        0
    });
    assert_eq!(outcome, ended(&[NEWROUTE], Ok(())));
    assert_eq!(inside, Some(Err(Code::BUSY)));
}

#[test]
fn a_truncated_answer() {
    let long = message(NEWLINK, 0, 0, &[7; 40_000]);
    // Asked again with a larger buffer where asking again changes nothing.
    let socket = scripted(ROUTE, |peer| {
        peer.reply(&long, 0).unwrap();
        peer.next_request().unwrap();
        peer.reply(&long, 0).unwrap();
    });
    assert_eq!(ask(&socket, GETLINK, 0), ended(&[NEWLINK], Ok(())));
    assert_eq!(socket.session_for_cleanup().unwrap().recv_len(), 65_536, "40,016 rounded up");
    // Told where it might.
    let socket = scripted(ROUTE, |peer| {
        peer.reply(&long, 0).unwrap();
        peer.ack(None, 0).unwrap();
    });
    let mut record = ErrorRecord::new();
    let outcome = ask_with(&socket, GETROUTE, 0, Some(&mut record), &mut |_| 0);
    assert_eq!(outcome, ended(&[], Err(Code::TRUNC)));
    assert_eq!((record.needed, record.origin), (40_016, Origin::Library));
}

#[test]
fn foreign_datagrams_are_skipped_and_cannot_outlast_the_deadline() {
    let forger = Sender { portid: 4242, ..Sender::KERNEL };
    let socket = scripted(ROUTE, |peer| {
        peer.set_sender(forger).unwrap();
        peer.ack(None, 0).unwrap();
        peer.ack(None, 0).unwrap();
        peer.set_sender(Sender::KERNEL).unwrap();
        peer.ack(None, -1).unwrap();
    });
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::of(-1))));
    assert_eq!(socket.skipped_count(), 2);

    let socket = scripted(ROUTE, |peer| {
        for tick in 0..200 {
            peer.set_sender(Sender { delay: tick * 50_000_000, ..forger }).unwrap();
            peer.ack(None, 0).unwrap();
        }
    });
    let start = Instant::now();
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::TIMEDOUT)));
    // 200 ms is the deadline; the flood lasts ten seconds.
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(195) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn drips_of_stale_answers_cannot_outlast_the_deadline() {
    let socket = scripted(ROUTE, |peer| {
        for tick in 0..100 {
            peer.set_sender(Sender { delay: tick * 100_000_000, ..Sender::KERNEL }).unwrap();
            peer.reply(&stale_ack(), 0).unwrap();
        }
    });
    let start = Instant::now();
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::TIMEDOUT)));
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(195) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_late_answer_is_waited_for() {
    let socket = scripted(ROUTE, |peer| {
        peer.set_sender(Sender { delay: 50_000_000, ..Sender::KERNEL }).unwrap();
        peer.ack(None, 0).unwrap();
    });
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Ok(())));
    socket.set_timeout(0);
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::TIMEDOUT)), "with 0 nothing is waited for");
}

#[test]
fn cancel_ends_the_next_call_once() {
    let socket = scripted(ROUTE, |peer| peer.ack(None, 0).unwrap());
    socket.cancel().unwrap();
    socket.cancel().unwrap();
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::CANCELED)));
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Ok(())));
}

#[test]
fn cancel_wakes_a_call_in_progress() {
    let socket = scripted(ROUTE, |peer| {
        peer.next_request().unwrap();
        peer.ack(None, 0).unwrap();
    });
    socket.set_timeout(60_000);
    let other = socket.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(30));
        other.cancel().unwrap();
    });
    let start = Instant::now();
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::CANCELED)));
    assert!(start.elapsed() < Duration::from_secs(30));
    canceller.join().unwrap();
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Ok(())), "the socket stays usable");
}

#[test]
fn close_wakes_a_call_in_progress() {
    let socket = scripted(ROUTE, |_| {});
    socket.set_timeout(60_000);
    let other = socket.clone();
    let closer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(30));
        other.close();
    });
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::CLOSED)));
    closer.join().unwrap();
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::CLOSED)));
}

#[test]
fn events_are_set_apart() {
    let socket = scripted(ROUTE, |peer| {
        peer.set_sender(Sender { group: 7, nsid: 3, ..Sender::KERNEL }).unwrap();
        peer.reply(&datagram(&[message(NEWROUTE, 0, 5, &[1]), message(NEWLINK, 0, 6, &[])]), 0).unwrap();
        peer.set_sender(Sender::KERNEL).unwrap();
        peer.ack(None, 0).unwrap();
    });
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Ok(())));
    let mut events = Vec::new();
    let mut keep = |event: &crate::socket::QueuedEvent<'_>| {
        let (arrival, message) = (event.arrival, event.message);
        events.push((arrival.group, arrival.nsid, message.header.ty, message.bytes.len()));
    };
    while socket.next_event(&mut keep).unwrap() {}
    assert_eq!(events, [(7, 3, NEWROUTE, 17), (7, 3, NEWLINK, 16)]);
}

#[test]
fn too_many_events_are_told() {
    let socket = scripted(ROUTE, |peer| {
        peer.set_sender(multicast()).unwrap();
        for _ in 0..40 {
            peer.reply(&message(NEWROUTE, 0, 5, &[0; 8000]), 0).unwrap();
        }
        peer.next_request().unwrap();
        for _ in 0..120 {
            peer.reply(&message(NEWROUTE, 0, 5, &[0; 8000]), 0).unwrap();
        }
    });
    assert_eq!(ask(&socket, NEWLINK, 0).result, Err(Code::TIMEDOUT));
    assert_eq!(ask(&socket, NEWLINK, 0).result, Err(Code::TIMEDOUT));
    let mut count = 0;
    let end = loop {
        match socket.next_event(&mut |_| count += 1) {
            Ok(true) => {}
            other => break other,
        }
    };
    assert_eq!(end, Err(Code::OVERRUN));
    assert!(count > 100 && count < 160, "{count} of 160");
    assert_eq!(socket.next_event(&mut |_| ()), Ok(false), "told once");
}

#[test]
fn no_room_is_made_for_what_nobody_sends() {
    for true_len in [17 << 20, u32::MAX as usize, isize::MAX as usize + 2, usize::MAX] {
        let socket = scripted(ROUTE, |peer| {
            for _ in 0..2 {
                peer.reply(&message(NEWLINK, 0, 0, &[]), true_len).unwrap();
                peer.next_request().unwrap();
            }
        });
        let mut record = ErrorRecord::new();
        let outcome = ask_with(&socket, GETLINK, 0, Some(&mut record), &mut |_| 0);
        assert_eq!((outcome.result, record.needed), (Err(Code::TRUNC), true_len), "{true_len:#x}");
        assert_eq!(socket.session_for_cleanup().unwrap().recv_len(), 16 << 20, "{true_len:#x}");
    }
}

#[test]
fn an_overflow_may_have_cost_events() {
    let overflow: Script = |peer| peer.fail(Code::ENOBUFS).unwrap();
    let refused: Script = |peer| {
        peer.fail(Code::ENOBUFS).unwrap();
        peer.ack(None, -17).unwrap();
    };
    let abandoned: Script = |peer| {
        peer.reply(&message(NEWROUTE, NLM_F_MULTI, 0, &[]), 0).unwrap();
        peer.fail(Code::ENOBUFS).unwrap();
        peer.done(0).unwrap();
        peer.next_request().unwrap();
        peer.done(0).unwrap();
    };
    let ask_once: fn(&Socket) = |socket| drop(ask(socket, NEWROUTE, 0));
    let leave_a_dump: fn(&Socket) = |socket| {
        for _ in 0..2 {
            let _left = crate::exchange::dump(socket, &message(GETROUTE, 0, 0, &[0; 12]), &mut |_| 1, None);
        }
    };
    for (name, script, call) in [
        ("nothing else came", overflow, ask_once),
        ("the call tells another failure", refused, ask_once),
        ("behind an abandoned dump", abandoned, leave_a_dump),
    ] {
        let socket = scripted(ROUTE, script);
        call(&socket);
        assert_eq!(socket.next_event(&mut |_| ()), Err(Code::OVERRUN), "{name}");
        assert_eq!(socket.next_event(&mut |_| ()), Ok(false), "{name}: told once");
    }
}

#[test]
fn a_request_without_an_answer() {
    let (socket, requests) = recording();
    let mine = message(NEWLINK, NLM_F_ACK, 0, &[0; 16]);
    assert_eq!(request_oneway(&socket, &mine, None), Ok(()));
    assert_eq!(Header::read(&requests.lock().unwrap()[0]).unwrap().flags, NLM_F_REQUEST);
    let socket = scripted(ROUTE, |peer| peer.ack(None, -1).unwrap());
    let mut record = ErrorRecord::new();
    assert_eq!(request_oneway(&socket, &mine, Some(&mut record)), Err(Code::of(-1)));
    assert_eq!(record.origin, Origin::Kernel);
    let socket = scripted(ROUTE, |_| {});
    assert_eq!(request_oneway(&socket, &mine, Some(&mut record)), Ok(()));
    assert_eq!((record.code, record.origin), (0, Origin::None));
}

#[test]
fn the_first_answer_ends_it_where_the_caller_says_so() {
    let socket = scripted(ROUTE, |peer| {
        peer.reply(&message(NEWROUTE, 0, 0, &[]), 0).unwrap();
        peer.next_request().unwrap();
        peer.ack(None, 0).unwrap();
    });
    let mut count = 0;
    let mut each = |_: &Message<'_>| {
        count += 1;
        0
    };
    assert_eq!(request(&socket, &message(GETROUTE, 0, 0, &[0; 12]), Ending::Answer, &mut each, None), Ok(()));
    assert_eq!(count, 1);
}

#[test]
fn the_connector_has_data_of_type_done() {
    let socket = scripted(11, |peer| {
        peer.reply(&message(NLMSG_DONE, 0, 0, &[9; 20]), 0).unwrap();
        peer.ack(None, 0).unwrap();
    });
    assert_eq!(ask(&socket, NLMSG_DONE, 0), ended(&[NLMSG_DONE], Ok(())));
}
