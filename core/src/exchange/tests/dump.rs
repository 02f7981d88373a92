// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dumps: every way in which one ends, by callback and message by message, and that the next one works.

use super::*;
use crate::error::Origin;
use crate::exchange::{Dump, dump, dump_consistent};
use crate::socket::Sender;
use crate::uapi::{NLM_F_DUMP_FILTERED, NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_DONE, NLMSG_OVERRUN};
use std::time::{Duration, Instant};

const ONE: u16 = NLM_F_MULTI;

fn object(flags: u16) -> Vec<u8> {
    message(NEWLINK, ONE | flags, 0, &[])
}

fn done(flags: u16, payload: &[u8]) -> Vec<u8> {
    message(NLMSG_DONE, ONE | flags, 0, payload)
}

/// The dump with a callback.
fn by_callback(socket: &Socket) -> Outcome {
    let mut types = Vec::new();
    let mut each = |message: &Message<'_>| {
        types.push(message.header.ty);
        0
    };
    let result = dump(socket, &message(GETLINK, 0, 0, &[0; 16]), &mut each, None);
    Outcome { types, result }
}

/// The dump message by message.
fn by_iterator(socket: &Shared<Socket>) -> Outcome {
    let mut types = Vec::new();
    let mut dump = match Dump::begin(socket, &message(GETLINK, 0, 0, &[0; 16])) {
        Ok(dump) => dump,
        Err(code) => return ended(&[], Err(code)),
    };
    let result = loop {
        match dump.next() {
            Ok(Some(bytes)) => types.push(Header::read(bytes).unwrap().ty),
            Ok(None) => break Ok(()),
            Err(code) => break Err(code),
        }
    };
    let again = dump.next().map(|message| assert!(message.is_none()));
    assert_eq!(again, result, "the end stays");
    assert_eq!(dump.end(None), result);
    Outcome { types, result }
}

type Script = fn(&Peer);

#[test]
fn what_ends_a_dump() {
    let objects = [NEWLINK, NEWLINK];
    let cases: &[(&str, Script, Outcome)] = &[
        ("no objects", |peer| peer.done(0).unwrap(), ended(&[], Ok(()))),
        (
            "a DONE in the datagram of the objects",
            |peer| peer.reply(&datagram(&[object(0), object(0), done(0, &[0; 4])]), 0).unwrap(),
            ended(&objects, Ok(())),
        ),
        (
            "a DONE without payload, as devlink has it",
            |peer| peer.reply(&datagram(&[object(0), object(0), done(0, &[])]), 0).unwrap(),
            ended(&objects, Ok(())),
        ),
        (
            "a DONE with the length of what was written last",
            |peer| peer.reply(&datagram(&[object(0), object(0), done(0, &60i32.to_ne_bytes())]), 0).unwrap(),
            ended(&objects, Ok(())),
        ),
        ("a DONE with an error", |peer| peer.done(-22).unwrap(), ended(&[], Err(Code::EINVAL))),
        ("a DONE of one byte", |peer| peer.reply(&done(0, &[0]), 0).unwrap(), ended(&[], Err(Code::EBADMSG))),
        ("a DONE of two bytes", |peer| peer.reply(&done(0, &[0; 2]), 0).unwrap(), ended(&[], Err(Code::EBADMSG))),
        ("a DONE of three bytes", |peer| peer.reply(&done(0, &[0; 3]), 0).unwrap(), ended(&[], Err(Code::EBADMSG))),
        (
            "an error in the middle",
            |peer| {
                peer.reply(&object(0), 0).unwrap();
                peer.ack(None, -12).unwrap();
            },
            ended(&[NEWLINK], Err(Code::ENOMEM)),
        ),
        ("a refusal", |peer| peer.ack(None, -95).unwrap(), ended(&[], Err(Code::EOPNOTSUPP))),
        (
            "an ack of what was no dump to the kernel",
            |peer| {
                peer.reply(&message(NEWLINK, 0, 0, &[]), 0).unwrap();
                peer.ack(None, 0).unwrap();
            },
            ended(&[NEWLINK], Ok(())),
        ),
        (
            "interrupted, said on the first object",
            |peer| peer.reply(&datagram(&[object(NLM_F_DUMP_INTR), object(0), done(0, &[0; 4])]), 0).unwrap(),
            ended(&objects, Err(Code::INTR_DUMP)),
        ),
        (
            "interrupted, said on an object in the middle",
            |peer| {
                peer.reply(&datagram(&[object(0), object(NLM_F_DUMP_INTR)]), 0).unwrap();
                peer.reply(&object(0), 0).unwrap();
                peer.done(0).unwrap();
            },
            ended(&[NEWLINK, NEWLINK, NEWLINK], Err(Code::INTR_DUMP)),
        ),
        (
            "interrupted, said on the DONE",
            |peer| peer.reply(&datagram(&[object(0), object(0), done(NLM_F_DUMP_INTR, &[0; 4])]), 0).unwrap(),
            ended(&objects, Err(Code::INTR_DUMP)),
        ),
        (
            "an error is an error, interrupted or not",
            |peer| peer.reply(&datagram(&[object(NLM_F_DUMP_INTR), done(0, &(-22i32).to_ne_bytes())]), 0).unwrap(),
            ended(&[NEWLINK], Err(Code::EINVAL)),
        ),
        (
            "an overflow in the middle, read to the end",
            |peer| {
                peer.reply(&object(0), 0).unwrap();
                peer.fail(Code::ENOBUFS).unwrap();
                peer.reply(&datagram(&[object(0), done(0, &[0; 4])]), 0).unwrap();
            },
            ended(&objects, Err(Code::OVERRUN)),
        ),
        (
            "an overflow that took the end",
            |peer| {
                peer.reply(&object(0), 0).unwrap();
                peer.fail(Code::ENOBUFS).unwrap();
            },
            ended(&[NEWLINK], Err(Code::OVERRUN)),
        ),
        (
            "the kernel's word that it lost something",
            |peer| {
                let overrun = message(NLMSG_OVERRUN, 0, 0, &[]);
                peer.reply(&datagram(&[object(0), overrun, object(0), done(0, &[0; 4])]), 0).unwrap();
            },
            ended(&objects, Err(Code::OVERRUN)),
        ),
        (
            "a truncated piece, read to the end",
            |peer| {
                peer.reply(&datagram(&[object(0), message(NEWLINK, ONE, 0, &[0; 300_000])]), 0).unwrap();
                peer.reply(&datagram(&[object(0), done(0, &[0; 4])]), 0).unwrap();
            },
            ended(&objects, Err(Code::TRUNC)),
        ),
        (
            "a malformed piece",
            |peer| {
                let mut bytes = datagram(&[object(0), object(0)]);
                bytes[16] = 200;
                peer.reply(&bytes, 0).unwrap();
            },
            ended(&[NEWLINK], Err(Code::EBADMSG)),
        ),
        (
            "answers of others and events between the objects",
            |peer| {
                peer.reply(&datagram(&[message(NEWLINK, ONE, 9999, &[]), object(0)]), 0).unwrap();
                peer.set_sender(Sender { group: 1, ..Sender::KERNEL }).unwrap();
                peer.reply(&object(0), 0).unwrap();
                peer.set_sender(Sender { portid: 4242, ..Sender::KERNEL }).unwrap();
                peer.done(-1).unwrap();
                peer.set_sender(Sender::KERNEL).unwrap();
                peer.reply(&datagram(&[object(0), done(0, &[])]), 0).unwrap();
            },
            ended(&objects, Ok(())),
        ),
        ("nobody", |peer| peer.reply(&object(0), 0).unwrap(), ended(&[NEWLINK], Err(Code::TIMEDOUT))),
    ];
    for (name, script, expected) in cases {
        type Run = fn(&Shared<Socket>) -> Outcome;
        let ways: [(&str, Run); 2] = [("callback", |socket| by_callback(socket)), ("iterator", by_iterator)];
        for (way, run) in ways {
            let socket = scripted(ROUTE, |peer| {
                script(peer);
                peer.next_request().unwrap();
                peer.reply(&datagram(&[object(0), done(0, &[0; 4])]), 0).unwrap();
            });
            assert_eq!(run(&socket), *expected, "{name}, {way}");
            assert_eq!(run(&socket), ended(&[NEWLINK], Ok(())), "the next dump after: {name}, {way}");
        }
    }
}

#[test]
fn a_filtered_dump_says_so() {
    for (name, flags, expected) in [("filtered", NLM_F_DUMP_FILTERED, true), ("not filtered", 0, false)] {
        let socket = scripted(ROUTE, |peer| {
            peer.reply(&datagram(&[object(flags), done(flags, &[0; 4])]), 0).unwrap();
        });
        let mut dump = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
        while dump.next().unwrap().is_some() {}
        assert_eq!(dump.is_filtered(), expected, "{name}");
        assert_eq!(dump.end(None), Ok(()));
    }
}

#[test]
fn while_a_dump_is_open_others_are_refused_before_they_are_sent() {
    let socket = scripted(ROUTE, |peer| {
        peer.reply(&object(0), 0).unwrap();
        peer.done(0).unwrap();
        peer.next_request().unwrap();
        peer.ack(None, 0).unwrap();
    });
    let mut open = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
    assert_eq!(Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).map(drop), Err(Code::BUSY));
    assert_eq!(by_callback(&socket), ended(&[], Err(Code::BUSY)));
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Err(Code::BUSY)));
    assert!(open.next().unwrap().is_some());
    assert_eq!(open.next(), Ok(None));
    assert_eq!(open.end(None), Ok(()));
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Ok(())), "what was refused was not sent");
}

#[test]
fn a_dump_left_early_is_discarded_by_the_next_call() {
    for read in 0..3 {
        let socket = scripted(ROUTE, |peer| {
            peer.reply(&object(0), 0).unwrap();
            peer.reply(&object(0), 0).unwrap();
            peer.done(-1).unwrap();
            peer.next_request().unwrap();
            peer.reply(&datagram(&[object(0), done(0, &[])]), 0).unwrap();
        });
        let mut dump = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
        for _ in 0..read {
            assert!(dump.next().unwrap().is_some());
        }
        assert_eq!(dump.end(None), Ok(()), "left early is no failure");
        assert_eq!(by_iterator(&socket), ended(&[NEWLINK], Ok(())), "{read} objects read");
    }
}

#[test]
fn a_request_may_pass_an_abandoned_dump() {
    let socket = scripted(ROUTE, |peer| {
        peer.reply(&object(0), 0).unwrap();
        peer.next_request().unwrap();
        peer.reply(&message(NEWLINK, ONE, 1, &[]), 0).unwrap();
        peer.reply(&message(NLMSG_DONE, ONE, 1, &[0; 4]), 0).unwrap();
        peer.ack(None, 0).unwrap();
    });
    let dump = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
    dump.end(None).unwrap();
    assert_eq!(socket.session_for_cleanup().unwrap().backlog.orphan_dump, Some(1));
    assert_eq!(ask(&socket, NEWLINK, 0), ended(&[], Ok(())));
    assert_eq!(socket.session_for_cleanup().unwrap().backlog.orphan_dump, None, "its end was noted");
}

#[test]
fn a_callback_ends_a_dump() {
    for (returned, result) in [(1, Ok(())), (-0x20001, Err(Code::of(-0x20001)))] {
        let socket = scripted(ROUTE, |peer| {
            peer.reply(&datagram(&[object(0), object(0)]), 0).unwrap();
            peer.done(0).unwrap();
            peer.next_request().unwrap();
            peer.done(0).unwrap();
        });
        let mut count = 0;
        let mut each = |_: &Message<'_>| {
            count += 1;
            returned
        };
        assert_eq!(dump(&socket, &message(GETLINK, 0, 0, &[0; 16]), &mut each, None), result);
        assert_eq!(count, 1);
        assert_eq!(by_callback(&socket), ended(&[], Ok(())));
    }
}

#[test]
fn without_waiting() {
    let socket = scripted(ROUTE, |peer| {
        peer.set_sender(Sender { delay: 30_000_000, ..Sender::KERNEL }).unwrap();
        peer.reply(&datagram(&[object(0), done(0, &[])]), 0).unwrap();
    });
    socket.set_timeout(0);
    let mut dump = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
    assert_eq!(dump.next(), Err(Code::EAGAIN));
    assert_eq!(dump.next(), Err(Code::EAGAIN), "and again");
    std::thread::sleep(Duration::from_millis(40));
    assert!(dump.next().unwrap().is_some());
    assert_eq!(dump.next(), Ok(None));
    assert_eq!(dump.end(None), Ok(()));
}

#[test]
fn the_callers_own_time_does_not_count() {
    let socket = scripted(ROUTE, |peer| {
        for tick in [0, 100, 200, 300] {
            peer.set_sender(Sender { delay: tick * 1_000_000, ..Sender::KERNEL }).unwrap();
            peer.reply(&object(0), 0).unwrap();
        }
        peer.done(0).unwrap();
    });
    let mut dump = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
    for _ in 0..4 {
        assert!(dump.next().unwrap().is_some());
        std::thread::sleep(Duration::from_millis(110));
    }
    assert_eq!(dump.end(None), Ok(()));
}

#[test]
fn the_deadline_is_the_whole_dumps() {
    let socket = scripted(ROUTE, |peer| {
        for tick in 0..200 {
            peer.set_sender(Sender { delay: tick * 50_000_000, ..Sender::KERNEL }).unwrap();
            peer.reply(&object(0), 0).unwrap();
        }
    });
    let start = Instant::now();
    let outcome = by_iterator(&socket);
    assert_eq!(outcome.result, Err(Code::TIMEDOUT));
    assert!(outcome.types.len() < 100, "{} objects", outcome.types.len());
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_interrupted_table_is_asked_for_again_and_delivered_once() {
    let interrupted = || datagram(&[object(NLM_F_DUMP_INTR), object(0), object(0), done(0, &[0; 4])]);
    let whole = || datagram(&[object(0), object(0), done(0, &[0; 4])]);
    for (name, retries, answers, count, result) in [
        ("at once", 3, vec![whole()], 2, Ok(())),
        ("the second time", 3, vec![interrupted(), whole()], 2, Ok(())),
        ("never", 1, vec![interrupted(), interrupted(), whole()], 3, Err(Code::INTR_DUMP)),
        ("no retries", 0, vec![interrupted(), whole()], 3, Err(Code::INTR_DUMP)),
        ("refused", 3, vec![message(NLMSG_DONE, ONE, 0, &(-1i32).to_ne_bytes()), whole()], 0, Err(Code::of(-1))),
    ] {
        let socket = scripted(ROUTE, |peer| {
            for answer in &answers {
                peer.reply(answer, 0).unwrap();
                peer.next_request().unwrap();
            }
        });
        let mut seen = 0;
        let mut each = |_: &Message<'_>| {
            seen += 1;
            0
        };
        let mut record = ErrorRecord::new();
        let got = dump_consistent(&socket, &message(GETLINK, 0, 0, &[0; 16]), retries, &mut each, Some(&mut record));
        assert_eq!((got, seen), (result, count), "{name}");
        assert_eq!(record.code, Code::of_result(&result), "{name}");
    }
}

#[test]
fn closing_the_socket_fails_its_dump() {
    let socket = scripted(ROUTE, |peer| peer.reply(&datagram(&[object(0), object(0)]), 0).unwrap());
    let mut dump = Dump::begin(&socket, &message(GETLINK, 0, 0, &[0; 16])).unwrap();
    assert!(dump.next().unwrap().is_some());
    socket.close();
    drop(socket);
    assert!(dump.next().unwrap().is_some(), "what was there already");
    assert_eq!(dump.next(), Err(Code::CLOSED));
    assert_eq!(dump.end(None), Err(Code::CLOSED));
}

#[test]
fn the_error_of_a_dump() {
    let mut tail = attribute(1, b"Invalid values\0");
    tail.extend(attribute(2, &28u32.to_ne_bytes()));
    let end = [&(-22i32).to_ne_bytes()[..], &tail].concat();
    let socket = scripted(ROUTE, |peer| peer.reply(&done(0x200, &end), 0).unwrap());
    let mut request = message(GETROUTE, 0, 0, &[0; 12]);
    request.extend(attribute(15, &[0; 4]));
    let len = u32::try_from(request.len()).unwrap();
    request[..4].copy_from_slice(&len.to_ne_bytes());
    let mut dump = Dump::begin(&socket, &request).unwrap();
    assert_eq!(dump.next(), Err(Code::EINVAL));
    let mut record = ErrorRecord::new();
    assert_eq!(dump.end(Some(&mut record)), Err(Code::EINVAL));
    assert_eq!(record.text(), b"Invalid values");
    assert_eq!(record.path.types(), [15]);
    assert_eq!(record.origin, Origin::Kernel);
    assert_eq!(record.request_type, Some(GETROUTE));
    assert_ne!(record.seq, 0);
}
