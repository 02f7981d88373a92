// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extended acks in every form in which they come, through a request to the error object.

use super::*;
use crate::error::Origin;
use crate::uapi::{NLMSG_DONE, NLMSG_ERROR};

const CAPPED: u16 = 0x100;
const TLVS: u16 = 0x200;

/// The request that every case sends, as the kernel echoes it.
fn request() -> Vec<u8> {
    let inner = attribute(4, &[1]);
    let nest = attribute(2 | 0x8000, &inner);
    let mut bytes = message(NEWLINK, 0, 0, &[0; 16]);
    bytes.extend(attribute(18, &nest));
    let len = u32::try_from(bytes.len()).unwrap();
    bytes[..4].copy_from_slice(&len.to_ne_bytes());
    bytes
}

/// What was read of it: code, text, path, missing type, whether it is a warning.
type Read = (i32, &'static str, &'static [u16], Option<u32>);

#[test]
fn every_form() {
    let request = request();
    let header = &request[..16];
    let code = |code: i32| code.to_ne_bytes().to_vec();
    let text = attribute(1, b"bad\0");
    let offset = attribute(2, &40u32.to_ne_bytes());
    let cases: Vec<(&str, u16, u16, Vec<u8>, Read)> = vec![
        ("nothing but the code", NLMSG_ERROR, CAPPED, [code(-22), header.to_vec()].concat(), (-22, "", &[], None)),
        ("a code without an echo", NLMSG_ERROR, 0, code(-22), (-22, "", &[], None)),
        (
            "capped",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), text.clone(), offset.clone()].concat(),
            (-22, "bad", &[18, 2, 4], None),
        ),
        (
            "with the whole request echoed",
            NLMSG_ERROR,
            TLVS,
            [code(-22), request.clone(), text.clone(), offset.clone()].concat(),
            (-22, "bad", &[18, 2, 4], None),
        ),
        (
            "text without NUL",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), attribute(1, b"bad")].concat(),
            (-22, "bad", &[], None),
        ),
        (
            "text with two NULs",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), attribute(1, b"bad\0worse\0")].concat(),
            (-22, "bad", &[], None),
        ),
        (
            "attributes without the flag are not read",
            NLMSG_ERROR,
            CAPPED,
            [code(-22), header.to_vec(), text.clone()].concat(),
            (-22, "", &[], None),
        ),
        (
            "a warning",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(0), header.to_vec(), text.clone()].concat(),
            (0, "bad", &[], None),
        ),
        (
            "the echo longer than the message",
            NLMSG_ERROR,
            TLVS,
            [code(-22), header.to_vec(), text.clone()].concat(),
            (-22, "", &[], None),
        ),
        (
            "the echo's length below a header's",
            NLMSG_ERROR,
            TLVS,
            [code(-22), Header { len: 5, ..Header::default() }.to_bytes().to_vec(), text.clone()].concat(),
            (-22, "bad", &[], None),
        ),
        (
            "an offset beyond the request",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), attribute(2, &4000u32.to_ne_bytes())].concat(),
            (-22, "", &[], None),
        ),
        (
            "an offset of two bytes",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), attribute(2, &[40, 0]), text.clone()].concat(),
            (-22, "bad", &[], None),
        ),
        (
            "malformed after the text",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), text.clone(), vec![1, 0, 2, 0]].concat(),
            (-22, "bad", &[], None),
        ),
        (
            "a missing attribute",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), attribute(5, &7u32.to_ne_bytes()), attribute(6, &36u32.to_ne_bytes())]
                .concat(),
            (-22, "", &[], Some(7)),
        ),
        (
            "nested flags on the extended ack's own attributes",
            NLMSG_ERROR,
            CAPPED | TLVS,
            [code(-22), header.to_vec(), attribute(1 | 0x8000, b"bad\0")].concat(),
            (-22, "bad", &[], None),
        ),
        (
            "a DONE",
            NLMSG_DONE,
            TLVS,
            [code(-22), text.clone(), offset.clone()].concat(),
            (-22, "bad", &[18, 2, 4], None),
        ),
        ("a DONE with a warning", NLMSG_DONE, TLVS, [code(0), text.clone()].concat(), (0, "bad", &[], None)),
        ("a DONE without attributes", NLMSG_DONE, 0, [code(-22), text].concat(), (-22, "", &[], None)),
    ];
    for (name, ty, flags, payload, expected) in cases {
        let socket = scripted(ROUTE, |peer| peer.reply(&message(ty, flags, 0, &payload), 0).unwrap());
        let mut record = ErrorRecord::new();
        let result =
            crate::exchange::request(&socket, &request, crate::exchange::Ending::Known, &mut |_| 0, Some(&mut record));
        let text = std::str::from_utf8(record.text()).unwrap();
        assert_eq!((record.code, text, record.path.types(), record.missing_type), expected, "{name}");
        assert_eq!(Code::of_result(&result), expected.0, "{name}");
        let speaks = expected.0 < 0 || !expected.1.is_empty();
        assert_eq!(record.origin == Origin::Kernel, speaks, "{name}");
        if expected.3.is_some() {
            assert_eq!(record.missing_path.types(), [18, 2], "{name}");
        }
    }
}

#[test]
fn policy_and_cookie() {
    let u64s = |ty, value: u64| attribute(ty, &value.to_ne_bytes());
    let policy =
        [attribute(1, &4u32.to_ne_bytes()), u64s(4, 1), u64s(5, 10), attribute(7, &8u32.to_ne_bytes()), u64s(12, 0xf0)];
    let payload = [
        (-34i32).to_ne_bytes().to_vec(),
        vec![0; 16],
        attribute(4 | 0x8000, &policy.concat()),
        attribute(3, &[1, 2, 3]),
    ]
    .concat();
    let socket = scripted(ROUTE, |peer| peer.reply(&message(NLMSG_ERROR, CAPPED | TLVS, 0, &payload), 0).unwrap());
    let mut record = ErrorRecord::new();
    let outcome = ask_with(&socket, NEWLINK, 0, Some(&mut record), &mut |_| 0);
    assert_eq!(outcome, ended(&[], Err(Code::ERANGE)));
    let policy = record.policy.unwrap();
    assert_eq!((policy.ty, policy.range_u, policy.range_s), (Some(4), Some((1, 10)), None));
    assert_eq!((policy.length, policy.mask), ((None, Some(8)), Some(0xf0)));
    assert_eq!(record.cookie(), [1, 2, 3]);
}
