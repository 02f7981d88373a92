// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batches: a verdict for each message, whatever happens.

use super::*;
use crate::error::Origin;
use crate::exchange::{Batch, BatchCallbacks, BatchMode};
use crate::socket::Sender;
use crate::uapi::{NLM_F_ACK, NLM_F_ECHO, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR};

/// A transaction of nf_tables.
const TRANSACTION: BatchMode = BatchMode::Transaction { subsystem: 10, generation: None };

const QUIET: BatchCallbacks<'_> = BatchCallbacks { reply: None, progress: None };

fn batch_of(types: &[u16], flags: u16) -> Batch {
    let mut batch = Batch::new().unwrap();
    for &ty in types {
        batch.builder().begin(u32::from(ty), u32::from(flags)).unwrap();
        batch.builder().put_header(&[0; 16]).unwrap();
        batch.builder().end().unwrap();
    }
    batch
}

fn results(batch: &Batch) -> Vec<i32> {
    (0..batch.count()).map(|index| Code::of_result(&batch.result(index, None))).collect()
}

/// What the peer says of each message, by its type: 0 nothing, unless an ack is asked for; else the error.
fn judging(protocol: i32, mut judge: impl FnMut(&Peer, &Header) + Send + 'static) -> Shared<Socket> {
    let answer = Box::new(move |peer: &Peer, bytes: &[u8]| {
        let mut cursor = crate::wire::message::Cursor::new(bytes.len());
        while let Ok(Some(message)) = cursor.next(bytes) {
            judge(peer, &message.header);
        }
        0
    });
    let peer = Peer::answering(answer).unwrap();
    let mut options = SocketOptions::new();
    options.set_timeout(100);
    Shared::new(Socket::open_peer(protocol, &peer, &options).unwrap()).unwrap()
}

/// Refuses messages of type 100 and more with the type as its code.
fn refuse_by_type(peer: &Peer, header: &Header) {
    let code = if header.ty >= 100 { -i32::from(header.ty) } else { 0 };
    if code < 0 || header.flags & NLM_F_ACK != 0 {
        peer.ack(Some(*header), code).unwrap();
    }
}

#[test]
fn every_message_gets_its_verdict() {
    for (name, types, result, expected) in [
        ("nothing", &[][..], Ok(()), &[][..]),
        ("one", &[20], Ok(()), &[0]),
        ("all accepted", &[20, 21, 22], Ok(()), &[0, 0, 0]),
        ("the first refused", &[100, 20, 20], Err(Code::PARTIAL), &[-100, 0, 0]),
        ("the last refused", &[20, 20, 101], Err(Code::PARTIAL), &[0, 0, -101]),
        ("all refused", &[100, 101, 102], Err(Code::PARTIAL), &[-100, -101, -102]),
    ] {
        let socket = judging(ROUTE, refuse_by_type);
        let mut batch = batch_of(types, 0);
        let mut record = ErrorRecord::new();
        assert_eq!(batch.send(&socket, QUIET, Some(&mut record)), result, "{name}");
        assert_eq!(results(&batch), expected, "{name}");
        assert_eq!(batch.failed(), expected.iter().filter(|&&code| code < 0).count(), "{name}");
        let first = expected.iter().copied().find(|&code| code < 0).unwrap_or(0);
        assert_eq!(record.code, first, "{name}: the record tells the first");
    }
}

#[test]
fn the_details_of_a_refusal() {
    let socket = judging(ROUTE, |peer, header| {
        if header.ty == 100 {
            let mut payload = (-22i32).to_ne_bytes().to_vec();
            payload.extend(header.to_bytes());
            payload.extend(attribute(1, b"no such thing\0"));
            peer.reply(&message(NLMSG_ERROR, 0x300, header.seq, &payload), 0).unwrap();
        } else {
            refuse_by_type(peer, header);
        }
    });
    let mut batch = batch_of(&[20, 100, 20], 0);
    let mut record = ErrorRecord::new();
    assert_eq!(batch.send(&socket, QUIET, Some(&mut record)), Err(Code::PARTIAL));
    for record in [&mut record, &mut ErrorRecord::new()] {
        assert_eq!(batch.result(1, Some(record)), Err(Code::EINVAL));
        assert_eq!((record.text(), record.origin), (&b"no such thing"[..], Origin::Kernel));
        assert_eq!(record.request_type, Some(100));
        assert_eq!(record.seq, batch.seq_of(1));
    }
    assert_eq!(batch.result(0, Some(&mut record)), Ok(()));
    assert_eq!((record.code, record.text()), (0, &b""[..]));
    assert_eq!(batch.result(3, Some(&mut record)), Err(Code::INDEX));
    assert_eq!(record.origin, Origin::Argument);
}

#[test]
fn it_is_sent_once() {
    let socket = judging(ROUTE, refuse_by_type);
    let mut batch = batch_of(&[20], 0);
    assert_eq!(batch.result(0, None), Err(Code::NOTSENT));
    assert_eq!(batch.send(&socket, QUIET, None), Ok(()));
    assert_eq!(batch.send(&socket, QUIET, None), Err(Code::BUSY));
    assert_eq!(batch.builder().begin(20, 0), Err(Code::BUSY));
    assert_eq!(batch.set_mode(BatchMode::StopAtFirst), Err(Code::BUSY));
    assert_eq!(results(&batch), [0]);
    batch.reset();
    assert_eq!(batch.count(), 0);
    batch.builder().begin(100, 0).unwrap();
    assert_eq!(batch.send(&socket, QUIET, None), Err(Code::EINVAL), "a message is not ended");
    batch.builder().end().unwrap();
    assert_eq!(batch.send(&socket, QUIET, None), Err(Code::PARTIAL));
    assert_eq!(results(&batch), [-100]);
}

#[test]
fn many_datagrams() {
    let socket = judging(ROUTE, refuse_by_type);
    let types: Vec<u16> = (0..5000).map(|index| if index % 3 == 2 { 100 } else { 20 }).collect();
    let mut batch = batch_of(&types, 0);
    let mut heard = Vec::new();
    let mut progress = |known, total| {
        heard.push((known, total));
        0
    };
    let callbacks = BatchCallbacks { reply: None, progress: Some(&mut progress) };
    assert_eq!(batch.send(&socket, callbacks, None), Err(Code::PARTIAL));
    let expected: Vec<i32> = types.iter().map(|&ty| if ty == 100 { -100 } else { 0 }).collect();
    assert_eq!(results(&batch), expected);
    assert!(heard.len() > 1 && heard.is_sorted());
    assert_eq!(heard.last(), Some(&(5000, 5000)));
}

#[test]
fn stop_at_the_first_failure() {
    let socket = judging(ROUTE, refuse_by_type);
    let mut batch = batch_of(&[20, 100, 20, 101], 0);
    batch.set_mode(BatchMode::StopAtFirst).unwrap();
    assert_eq!(batch.send(&socket, QUIET, None), Err(Code::PARTIAL));
    let not_sent = Code::NOTSENT.raw();
    assert_eq!(results(&batch), [0, -100, not_sent, not_sent]);
}

#[test]
fn a_callback_stops_what_is_not_in_flight() {
    for (returned, result) in [(1, Ok(())), (-0x20001, Err(Code::of(-0x20001)))] {
        let socket = judging(ROUTE, refuse_by_type);
        let mut batch = batch_of(&[20; 1000], 0);
        let mut progress = |_, _| returned;
        let callbacks = BatchCallbacks { reply: None, progress: Some(&mut progress) };
        assert_eq!(batch.send(&socket, callbacks, None), result);
        let results = results(&batch);
        let sent = results.iter().take_while(|&&code| code == 0).count();
        assert!(sent > 0 && sent < 1000, "{sent} were sent");
        assert!(results[sent..].iter().all(|&code| code == Code::NOTSENT.raw()));
    }
}

#[test]
fn answers_come_with_their_index() {
    let socket = judging(ROUTE, |peer, header| {
        if header.flags & NLM_F_ECHO != 0 {
            peer.reply(&message(NEWROUTE, 0, header.seq, &[]), 0).unwrap();
        }
        refuse_by_type(peer, header);
    });
    let mut batch = batch_of(&[24, 100, 24], NLM_F_ECHO);
    let mut heard = Vec::new();
    let mut reply = |message: &Message<'_>, index: usize| {
        heard.push((message.header.ty, index));
        0
    };
    let callbacks = BatchCallbacks { reply: Some(&mut reply), progress: None };
    assert_eq!(batch.send(&socket, callbacks, None), Err(Code::PARTIAL));
    assert_eq!(heard, [(NEWROUTE, 0), (NEWROUTE, 1), (NEWROUTE, 2)]);
}

#[test]
fn a_message_that_is_a_dump_ends_at_its_own_done() {
    let dump = |peer: &Peer, header: &Header, code: i32, late: bool| {
        peer.reply(&message(NEWLINK, NLM_F_MULTI, header.seq, &[]), 0).unwrap();
        let delay = if late { 20_000_000 } else { 0 };
        peer.set_sender(Sender { delay, ..Sender::KERNEL }).unwrap();
        peer.reply(&message(NLMSG_DONE, NLM_F_MULTI, header.seq, &code.to_ne_bytes()), 0).unwrap();
    };
    for (name, types, late, code, expected) in [
        ("in the middle", &[20u16, 50, 20][..], false, 0, &[0, 0, 0][..]),
        ("last", &[20, 50], false, 0, &[0, 0]),
        ("alone", &[50], false, -22, &[-22]),
        ("its end after the last ack", &[50, 20, 100], true, -22, &[-22, 0, -100]),
    ] {
        let mut late_dump = None;
        let count = types.len();
        let mut seen = 0;
        let socket = judging(ROUTE, move |peer, header| {
            seen += 1;
            if header.ty == 50 && late {
                peer.reply(&message(NEWLINK, NLM_F_MULTI, header.seq, &[]), 0).unwrap();
                late_dump = Some(*header);
            } else if header.ty == 50 {
                dump(peer, header, code, false);
            } else {
                refuse_by_type(peer, header);
            }
            if seen == count {
                if let Some(header) = late_dump.take() {
                    peer.set_sender(Sender { delay: 20_000_000, ..Sender::KERNEL }).unwrap();
                    peer.reply(&message(NLMSG_DONE, NLM_F_MULTI, header.seq, &code.to_ne_bytes()), 0).unwrap();
                }
            }
        });
        let mut batch = batch_of(types, 0x300);
        let result = batch.send(&socket, QUIET, None);
        assert_eq!(result.is_err(), expected.iter().any(|&code| code < 0), "{name}");
        assert_eq!(results(&batch), expected, "{name}");
    }
}

#[test]
fn a_lost_verdict_is_told() {
    for (name, failure, result) in [
        ("an overflow", Some(Code::ENOBUFS), Err(Code::OVERRUN)),
        ("nothing came", None, Err(Code::TIMEDOUT)),
        ("recv failed", Some(Code::of(-libc::ENETDOWN)), Err(Code::of(-libc::ENETDOWN))),
    ] {
        let socket = judging(ROUTE, move |peer, header| {
            if header.ty >= 100 {
                refuse_by_type(peer, header);
            }
            if header.flags & NLM_F_ACK != 0 {
                if let Some(failure) = failure {
                    peer.fail(failure).unwrap();
                }
            }
        });
        let mut batch = batch_of(&[20, 100, 20], 0);
        assert_eq!(batch.send(&socket, QUIET, None), result, "{name}");
        let unknown = Code::UNKNOWN.raw();
        assert_eq!(results(&batch), [unknown, -100, unknown], "{name}");
    }
}

#[test]
fn a_failed_send_is_told() {
    let answer = Box::new(|_: &Peer, _: &[u8]| -libc::EPERM);
    let peer = Peer::answering(answer).unwrap();
    let socket = Socket::open_peer(ROUTE, &peer, &SocketOptions::new()).unwrap();
    let mut batch = batch_of(&[20, 20], 0);
    let mut record = ErrorRecord::new();
    assert_eq!(batch.send(&socket, QUIET, Some(&mut record)), Err(Code::of(-libc::EPERM)));
    assert_eq!(record.origin, Origin::System);
    assert_eq!(results(&batch), [Code::NOTSENT.raw(); 2]);
}

#[test]
fn a_transaction_is_all_or_nothing() {
    type Judge = fn(&Peer, &Header);
    let accepts: Judge = |peer, header| {
        if header.flags & NLM_F_ACK != 0 {
            peer.ack(Some(*header), 0).unwrap();
        }
    };
    let refuses_one: Judge = |peer, header| {
        if header.ty >= 0xa00 {
            refuse_by_type(peer, header);
        }
    };
    let refuses_all: Judge = |peer, header| {
        if header.ty == 0x10 {
            peer.ack(Some(*header), -libc::EPERM).unwrap();
        }
    };
    let aborted = Code::ABORTED.raw();
    for (name, judge, result, code, expected) in [
        ("accepted", accepts, Ok(()), 0, [0, 0, 0]),
        ("one refused", refuses_one, Err(Code::ABORTED), -0xa01, [aborted, -0xa01, -0xa00]),
        ("refused as a whole", refuses_all, Err(Code::ABORTED), -libc::EPERM, [aborted; 3]),
    ] {
        let socket = judging(12, judge);
        let types = if name == "one refused" { [0x20, 0xa01, 0xa00] } else { [0x20, 0x21, 0x22] };
        let mut batch = batch_of(&types, 0);
        batch.set_mode(TRANSACTION).unwrap();
        let mut record = ErrorRecord::new();
        assert_eq!(batch.send(&socket, QUIET, Some(&mut record)), result, "{name}");
        assert_eq!(record.code, code, "{name}");
        assert_eq!(results(&batch), expected, "{name}");
    }
}

#[test]
fn a_transaction_stands_between_its_marks() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let keep = seen.clone();
    let answer = Box::new(move |peer: &Peer, bytes: &[u8]| {
        keep.lock().unwrap().push(bytes.to_vec());
        let mut cursor = crate::wire::message::Cursor::new(bytes.len());
        while let Ok(Some(message)) = cursor.next(bytes) {
            if message.header.flags & NLM_F_ACK != 0 {
                peer.ack(Some(message.header), 0).unwrap();
            }
        }
        0
    });
    let peer = Peer::answering(answer).unwrap();
    let socket = Socket::open_peer(12, &peer, &SocketOptions::new()).unwrap();
    let mut batch = batch_of(&[0xa00, 0xa01], 0);
    batch.set_mode(TRANSACTION).unwrap();
    assert_eq!(batch.send(&socket, QUIET, None), Ok(()));
    let seen = seen.lock().unwrap();
    let [bytes] = &seen[..] else { panic!("{} datagrams", seen.len()) };
    let mut cursor = crate::wire::message::Cursor::new(bytes.len());
    let mut headers = Vec::new();
    while let Ok(Some(message)) = cursor.next(bytes) {
        headers.push((message.header.ty, message.header.flags, message.header.seq));
    }
    assert_eq!(headers, [(0x10, 1, 1), (0xa00, 1, 2), (0xa01, 5, 3), (0x11, 1, 4)]);
    assert_eq!(bytes[16..20], [0, 0, 0, 10], "nfgenmsg: the subsystem in network byte order");
}

#[test]
fn a_message_too_long_to_send_has_its_own_verdict() {
    let answer = Box::new(|peer: &Peer, bytes: &[u8]| {
        if bytes.len() > 65_536 {
            return -libc::EMSGSIZE;
        }
        let mut cursor = crate::wire::message::Cursor::new(bytes.len());
        while let Ok(Some(message)) = cursor.next(bytes) {
            refuse_by_type(peer, &message.header);
        }
        0
    });
    let peer = Peer::answering(answer).unwrap();
    let socket = Socket::open_peer(ROUTE, &peer, &SocketOptions::new()).unwrap();
    let mut batch = Batch::new().unwrap();
    batch.builder().begin(20, 0).unwrap();
    batch.builder().put_header(&vec![0; 70_000]).unwrap();
    batch.builder().end().unwrap();
    batch.builder().begin(100, 0).unwrap();
    batch.builder().end().unwrap();
    let mut record = ErrorRecord::new();
    assert_eq!(batch.send(&socket, QUIET, Some(&mut record)), Err(Code::PARTIAL));
    assert_eq!((record.code, record.origin), (-libc::EMSGSIZE, Origin::System));
    assert_eq!(batch.result(0, Some(&mut record)), Err(Code::EMSGSIZE));
    assert_eq!(record.request_type, Some(20));
    assert_eq!(results(&batch), [-libc::EMSGSIZE, -100]);
}

#[test]
fn a_callbacks_code_is_told_as_the_callbacks() {
    let socket = judging(ROUTE, refuse_by_type);
    let mut batch = batch_of(&[20; 1000], 0);
    let mut record = ErrorRecord::new();
    let mut progress = |_, _| -5;
    let callbacks = BatchCallbacks { reply: None, progress: Some(&mut progress) };
    assert_eq!(batch.send(&socket, callbacks, Some(&mut record)), Err(Code::of(-5)));
    assert_eq!((record.code, record.origin), (-5, Origin::Callback));
}

#[test]
fn a_refusal_that_is_told_twice_counts_once() {
    for (name, second) in [("the same", -100i32), ("another", -101), ("an ack", 0)] {
        let socket = judging(ROUTE, move |peer, header| {
            refuse_by_type(peer, header);
            if header.ty == 100 {
                let mut payload = second.to_ne_bytes().to_vec();
                payload.extend(header.to_bytes());
                payload.extend(attribute(1, b"again\0"));
                peer.reply(&message(NLMSG_ERROR, 0x300, header.seq, &payload), 0).unwrap();
            }
        });
        let mut batch = batch_of(&[20, 100, 20], 0);
        assert_eq!(batch.send(&socket, QUIET, None), Err(Code::PARTIAL), "{name}");
        assert_eq!(results(&batch), [0, -100, 0], "{name}");
        assert_eq!(batch.failed(), 1, "{name}");
    }
}

#[test]
fn an_ack_is_known_whatever_else_was_lost() {
    let socket = judging(ROUTE, |peer, header| {
        if header.ty == 21 {
            peer.fail(Code::ENOBUFS).unwrap();
        } else {
            peer.ack(Some(*header), 0).unwrap();
        }
    });
    let mut batch = batch_of(&[20, 21, 22], NLM_F_ACK);
    assert_eq!(batch.send(&socket, QUIET, None), Err(Code::OVERRUN));
    assert_eq!(results(&batch), [0, Code::UNKNOWN.raw(), 0]);
    let mut record = ErrorRecord::new();
    assert_eq!(batch.result(0, Some(&mut record)), Ok(()));
    assert_eq!((record.code, record.seq), (0, batch.seq_of(0)));
}
