// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks on arbitrary bytes, run by libFuzzer (fuzz_targets) and for a short time by `cargo test` (tests/fuzz.rs).
//!
//! A body panics when a check fails.

use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::family::addr::Addr;
use nlrs_core::family::connector::ProcessEvent;
use nlrs_core::family::conntrack::ConntrackTuple;
use nlrs_core::family::ethtool::Bitset;
use nlrs_core::family::genetlink::{Family, Policies};
use nlrs_core::family::record::Record;
use nlrs_core::family::rtnetlink::address::Address;
use nlrs_core::family::rtnetlink::link::{AltNames, Link, LinkStats};
use nlrs_core::family::rtnetlink::neighbour::Neighbour;
use nlrs_core::family::rtnetlink::nexthop::{Members, Nexthop};
use nlrs_core::family::rtnetlink::route::{NextHops, Route};
use nlrs_core::family::rtnetlink::rule::Rule as RoutingRule;
use nlrs_core::family::sock_diag::{InetSocket, UnixSocket};
use nlrs_core::family::uevent::Uevent;
use nlrs_core::uapi::NLA_F_NET_BYTEORDER;
use nlrs_core::wire::attribute::{self, Attributes};
use nlrs_core::wire::build::Builder;
use nlrs_core::wire::message::{Cursor, Header, Message};
use nlrs_core::wire::policy::{self, Rule, Table};
use nlrs_core::wire::{extack, path, value};

/// A simple reader of attributes: type, offset and length of each, and whether the end is clean.
fn plainly(bytes: &[u8]) -> (Vec<(u16, usize, usize)>, bool) {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() && bytes.len() - at >= 4 {
        let len = usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]));
        if len < 4 || at + len > bytes.len() {
            return (found, false);
        }
        found.push((u16::from_ne_bytes([bytes[at + 2], bytes[at + 3]]) & 0x3fff, at, len));
        at += len.div_ceil(4) * 4;
    }
    (found, true)
}

/// Walks, finds and getters, compared with the simple reader.
pub(crate) fn attributes(data: &[u8]) {
    let (plain, clean) = plainly(data);
    let mut walked = Vec::new();
    let result = attribute::walk(data, |ty, rest| walked.push((ty, data.len() - rest.len())));
    assert_eq!(result.is_ok(), clean);
    assert_eq!(walked, plain.iter().map(|(ty, at, _)| (*ty, *at)).collect::<Vec<_>>());

    let mut attributes = Attributes::new(data);
    let mut index = 0;
    let end = loop {
        match attributes.next() {
            Ok(Some(attribute)) => {
                let (ty, at, len) = plain[index];
                assert_eq!((attribute.ty(), attribute.bytes()), (ty, &data[at..at + len]));
                payload(attribute.payload());
                index += 1;
            }
            Ok(None) => break true,
            Err(code) => {
                assert_eq!(code, Code::EBADMSG);
                break false;
            }
        }
    };
    assert_eq!((index, end), (plain.len(), clean));
    if clean {
        assert!(attributes.rest().len() < 4);
    }
    // Flag bits of the type are ignored.
    for ty in [0, 1, 2, 0x3fff, 0x4000, 0x8001, 0xc002] {
        let first = plain.iter().find(|(found, ..)| u32::from(*found) == ty & 0x3fff);
        match attribute::find(data, ty) {
            Ok(Some(found)) => assert_eq!(Some(found.bytes()), first.map(|(_, at, len)| &data[*at..at + len])),
            Ok(None) => assert!(first.is_none() && clean),
            Err(_) => assert!(first.is_none() && !clean),
        }
    }
    assert_eq!(attribute::find(data, 0x10001).err(), Some(Code::ERANGE));
    let _ = attribute::find_path(data, &[1, 1, 1, 1]);
    let _ = attribute::find_path(data, &[]);
}

fn payload(bytes: &[u8]) {
    let width = bytes.len();
    assert_eq!(value::exact::<4>(bytes).is_ok(), width == 4);
    assert_eq!(value::uint(bytes).is_ok(), matches!(width, 1 | 2 | 4 | 8));
    let text = value::text(bytes);
    assert!(!text.contains(&0) && bytes.starts_with(text));
    assert_eq!(value::terminated(bytes).is_ok(), text.len() < width);
    let mut room = [0x55_u8; 24];
    value::copy_out(&mut room[..20], bytes);
    assert_eq!(room[20..], [0x55; 4]);
    assert!(room[..20].iter().enumerate().all(|(i, byte)| *byte == bytes.get(i).copied().unwrap_or(0)));
}

/// Messages, statuses, and offsets to paths.
pub(crate) fn messages(data: &[u8]) {
    let mut cursor = Cursor::new(data.len());
    let mut at = 0;
    while let Ok(Some(message)) = cursor.next(data) {
        let len = message.bytes().len();
        assert_eq!(message.bytes(), &data[at..at + len]);
        assert!(len >= 16 && message.header().len as usize == len);
        at += len.div_ceil(4) * 4;
        if let Ok(status) = extack::status(&message) {
            assert!(status.code <= 0);
            let mut record = ErrorRecord::new();
            extack::explain(&status, data, Some(len % 24), &mut record);
            assert_eq!(record.code, status.code);
            assert!(record.text().len() < 256 && record.cookie().len() <= 20);
            assert_eq!(record.text_with_nul().last(), Some(&0));
        }
        for offset in [0, 16, 20, 24, len / 2, len, usize::MAX] {
            assert!(path::to(message.bytes(), 4, offset).types().len() <= 32);
        }
    }
    assert!(cursor.next(data).is_err() || data.len().saturating_sub(at) < 4);
}

/// Rules made of the first bytes; the other bytes are checked against them.
pub(crate) fn policies(data: &[u8]) {
    let (head, rest) = data.split_at(data.len().min(24));
    let leaf = |bytes: &[u8], nested| Rule {
        ty: u32::from(bytes.first().copied().unwrap_or(0) & 7),
        kind: u32::from(bytes.get(1).copied().unwrap_or(0) % 21),
        flags: u32::from(bytes.get(2).copied().unwrap_or(0) & 7),
        min_len: u32::from(bytes.get(3).copied().unwrap_or(0)),
        max_len: u32::from(bytes.get(4).copied().unwrap_or(0)),
        min: i64::from(bytes.get(5).copied().unwrap_or(0)) - 100,
        max: i64::from(bytes.get(6).copied().unwrap_or(0)),
        mask: u64::from(bytes.get(7).copied().unwrap_or(0)),
        nested,
    };
    let inner = [leaf(&head[..head.len().min(8)], None)];
    let middle = [leaf(&head[head.len().min(8)..head.len().min(16)], Some(Table(&inner)))];
    let outer = [leaf(&head[head.len().min(16)..], Some(Table(&middle)))];
    for rules in [&inner[..], &middle, &outer] {
        match policy::check(rest, Table(rules)) {
            Ok(()) => {
                assert!(plainly(rest).1);
                for rule in rules {
                    assert!(
                        rule.flags & policy::REQUIRED == 0
                            || plainly(rest).0.iter().any(|(ty, ..)| u32::from(*ty) == rule.ty)
                    );
                }
            }
            Err(fault) => {
                assert!(fault.offset <= rest.len() && fault.path.types().len() <= 32);
                let mut record = ErrorRecord::new();
                fault.write_to(&mut record);
                assert_eq!(record.code, fault.code.raw());
            }
        }
    }
}

/// A builder whose functions are called in any order, compared with a model; then everything is read.
pub(crate) fn building(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut next = move || bytes.next();
    let Ok(mut builder) = Builder::growing(next().unwrap_or(0).into()) else { return };
    if let Some(limit) = next().filter(|limit| *limit >= 128) {
        assert!(builder.set_max_len(usize::from(limit - 128) * 8 + 16).is_ok());
    }
    // Of the open message: its expected attributes, and the offsets of its nests.
    let mut expected: Vec<u8> = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    let mut nests: Vec<(u32, usize)> = Vec::new();
    let mut count = 0;
    while let Some(op) = next() {
        let ty = u32::from(next().unwrap_or(0));
        let n = usize::from(next().unwrap_or(0));
        let failed = builder.is_open() && builder.failure().is_some();
        let at = open.as_ref().map_or(0, Vec::len);
        let mut model = |attribute: &[u8], ok: bool| {
            if let (Some(message), true) = (&mut open, ok) {
                let len = u16::try_from(attribute.len() + 4).expect("a byte's worth of payload");
                message.extend(len.to_ne_bytes());
                message.extend(u16::try_from(ty).expect("a byte").to_ne_bytes());
                message.extend(attribute);
                message.resize(message.len().div_ceil(4) * 4, 0);
            }
        };
        let result = match op % 16 {
            0..=2 => {
                let result = builder.begin(ty, 1);
                if open.is_none() {
                    if result.is_ok() {
                        let header = Header { ty: u16::try_from(ty).expect("a byte"), flags: 1, ..Header::default() };
                        open = Some(header.to_bytes().to_vec());
                    } else {
                        open = Some(Vec::new());
                    }
                    nests.clear();
                }
                result
            }
            3 => {
                let result = builder.end();
                if let (Some(mut message), Ok(())) = (open.take(), result) {
                    let len = u32::try_from(message.len()).expect("short");
                    message[..4].copy_from_slice(&len.to_ne_bytes());
                    expected.extend(message);
                    count += 1;
                }
                result
            }
            4 => {
                let result = builder.put_u8(ty, 7);
                model(&[7], result.is_ok());
                result
            }
            5 => {
                let result = builder.put_u16(ty, 0x1234);
                model(&0x1234_u16.to_ne_bytes(), result.is_ok());
                result
            }
            6 => {
                let result = builder.put_u32(ty, 0x1234_5678);
                model(&0x1234_5678_u32.to_ne_bytes(), result.is_ok());
                result
            }
            7 => {
                let result = builder.put_u64(ty, 0x1234_5678_9abc_def0);
                model(&0x1234_5678_9abc_def0_u64.to_ne_bytes(), result.is_ok());
                result
            }
            8 => {
                let payload = vec![ty as u8; n];
                let result = builder.put_bytes(ty, &payload);
                model(&payload, result.is_ok());
                result
            }
            9 => {
                let payload = vec![b'a'; n];
                let result = builder.put_str(ty, &payload);
                model(&[&payload[..], &[0]].concat(), result.is_ok());
                result
            }
            10 => {
                let result = builder.put_reserve(ty, n).map(|room| room.fill(3));
                model(&vec![3; n], result.is_ok());
                result
            }
            11 | 12 => {
                let result = builder.nest_begin(ty);
                model(&[], result.is_ok());
                if let Ok(nest) = result {
                    nests.push((nest, at));
                    if let Some(message) = &mut open {
                        message[at + 2..at + 4]
                            .copy_from_slice(&(u16::try_from(ty).expect("a byte") | 0x8000).to_ne_bytes());
                    }
                }
                result.map(|_| ())
            }
            13 | 14 => {
                // Sometimes a nest that is not the innermost one.
                let wrong = n % 8 == 0;
                let (nest, at) = nests.last().copied().unwrap_or((0, 0));
                let result = match op % 16 {
                    13 => builder.nest_end(if wrong { nest ^ 4 } else { nest }),
                    _ => builder.nest_cancel(if wrong { nest ^ 4 } else { nest }),
                };
                if result.is_ok() {
                    nests.pop();
                    if let Some(message) = &mut open {
                        if op % 16 == 13 {
                            let len = u16::try_from(message.len() - at).expect("within a nest's limit");
                            message[at..at + 2].copy_from_slice(&len.to_ne_bytes());
                        } else {
                            message.truncate(at);
                        }
                    }
                }
                result
            }
            _ => {
                let result = builder.put_uint(u32::from(NLA_F_NET_BYTEORDER) | ty, 1 << (n % 40));
                assert!(result.is_ok() || builder.failure().is_some() || open.is_none());
                if result.is_ok() {
                    // Not in the model: it is dropped with the message.
                    builder.refuse(ty, Code::ERANGE);
                }
                result
            }
        };
        // A failure is kept until the end of the message.
        if failed && builder.is_open() {
            assert!(result.is_err());
        }
        if let (Err(code), true) = (result, open.is_some()) {
            assert_eq!(builder.failure().map(|failure| failure.code), Some(code));
            assert_eq!(builder.space_left(), 0);
        }
        assert_eq!(builder.bytes(), expected);
        assert_eq!(builder.count(), count);
        assert_eq!(builder.is_open(), open.is_some());
    }
    messages(builder.bytes());
    let mut cursor = Cursor::new(builder.bytes().len());
    let mut read = 0;
    while let Ok(Some(message)) = cursor.next(builder.bytes()) {
        attributes(message.payload());
        assert!(plainly(message.payload()).1);
        read += 1;
    }
    assert_eq!(read, count);
    let (bytes, copied) = (builder.bytes().to_vec(), builder.count());
    builder.reset();
    assert!(builder.bytes().is_empty());
    if builder.append(&bytes).is_ok() {
        assert_eq!((builder.bytes(), builder.count()), (&bytes[..], copied));
    }
}

/// A message of type `ty` with this payload.
fn framed(ty: u16, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(16 + payload.len()).expect("short");
    [&Header { len, ty, ..Header::default() }.to_bytes()[..], payload].concat()
}

/// A record that could be read is written so that the same is read again, where the header's family is one with addresses.
fn record<R: Record + PartialEq + core::fmt::Debug>(ty: u16, payload: &[u8]) {
    let bytes = framed(ty, payload);
    let Ok(read) = R::read(&Message::read(&bytes).expect("framed")) else { return };
    let mut m = Builder::growing(0).expect("memory");
    let written = read.begin(&mut m, u32::from(ty), 0);
    assert_eq!(written, m.end());
    if let (Some(2 | 10 | 28), Ok(())) = (payload.first(), written) {
        let again = R::read(&Message::read(m.bytes()).expect("built"));
        assert_eq!(again, Ok(read));
    }
}

/// Records, and what walks over rows and lists in their messages.
pub(crate) fn families(data: &[u8]) {
    record::<Link>(16, data);
    record::<Address>(20, data);
    record::<Route>(24, data);
    record::<Neighbour>(28, data);
    record::<RoutingRule>(32, data);
    record::<Nexthop>(104, data);
    record::<InetSocket>(20, data);
    record::<UnixSocket>(20, data);

    let of = |ty| framed(ty, data);
    let (link, route, nexthop, control) = (of(16), of(24), of(104), of(0x10));
    let [link, route, nexthop, control] =
        [&link, &route, &nexthop, &control].map(|bytes| Message::read(bytes).expect("framed"));
    let _ = LinkStats::read(&link);
    let steps = data.len() + 1;
    if let Ok(mut names) = AltNames::of(&link) {
        assert!((0..=steps).any(|_| !matches!(names.next(), Ok(Some(_)))), "names without an end");
    }
    if let Ok(mut hops) = NextHops::of(&route) {
        assert!((0..=steps).any(|_| !matches!(hops.next(), Ok(Some(_)))), "next hops without an end");
    }
    if let Ok(members) = Members::of(&nexthop) {
        assert!((0..=steps).any(|index| members.get(index).is_none()), "members without an end");
    }
    let mut bits = Bitset::new(data);
    while let Ok(Some(_)) = bits.next() {
        assert!(bits.at <= (1 << 16) * 32, "bits without an end");
    }
    if let Ok(mut uevent) = Uevent::of(data) {
        assert!((0..=steps).any(|_| !matches!(uevent.next(), Ok(Some(_)))), "keys without an end");
    }
    let _ = ConntrackTuple::read(data);
    let _ = ProcessEvent::read(&Message::read(&of(3)).expect("framed"));
    if let Ok(mut family) = Family::read(&control) {
        assert!((0..=steps).any(|index| family.operation(index).is_none()));
        assert!((0..=steps).any(|index| family.group_at(index).is_none()));
        assert_eq!(family.update(&control), Ok(true));
    }
    let mut policies = Policies::default();
    if policies.add(&control).is_ok() {
        let root = policies.policy(policies.root(false).unwrap_or(0));
        let _ = policy::check(data, root);
    }
    if let Ok(text) = core::str::from_utf8(data) {
        if let Ok(addr) = Addr::parse(text.as_bytes()) {
            let mut buf = [0; 64];
            let len = addr.format(&mut buf).expect("a family with a text");
            assert_eq!(Addr::parse(&buf[..len]), Ok(addr));
        }
    }
}
