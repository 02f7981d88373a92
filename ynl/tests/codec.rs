// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each construct of a specification: bytes to JSON and back, and what does not fit.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test

use nlrs_ynl::{Family, OpenOptions, flags};

const SPEC: &str = r#"
name: t
protocol: netlink-raw
protonum: 0
doc: Every construct.
definitions:
  - {name: en, type: enum, entries: [a, b, {name: c, value: 7}]}
  - {name: fl, type: flags, entries: [f0, f1, {name: f5, value: 5}]}
  - {name: four, type: const, value: 4}
  - name: inner
    type: struct
    members: [{name: y, type: u8}, {name: z, type: u8, display-hint: hex}]
  - name: st
    type: struct
    members:
      - {name: x, type: u16, byte-order: big-endian}
      - {name: e, type: u8, enum: en}
      - {name: f, type: u8, enum: fl}
      - {name: p, type: pad, len: 2}
      - {name: m, type: binary, len: 6, display-hint: mac}
      - {name: s, type: string, len: 8}
      - {name: i, type: u32, byte-order: big-endian, display-hint: ipv4}
      - {name: n, type: binary, struct: inner}
  - name: head
    type: struct
    members: [{name: family, type: u8}, {name: pad, type: pad, len: 3}]
attribute-sets:
  - name: s
    attributes:
      - {name: enum, type: u32, enum: en}
      - {name: flags, type: u32, enum: fl}
      - {name: bits, type: u8, enum: en, enum-as-flags: true}
      - {name: bitfield, type: bitfield32}
      - {name: bitflags, type: bitfield32, enum: fl}
      - {name: hex, type: u32, display-hint: hex}
      - {name: hexes, type: binary, display-hint: hex}
      - {name: ip, type: u32, display-hint: ipv4, byte-order: big-endian}
      - {name: ints, type: binary, sub-type: u16}
      - {name: uuid, type: binary, display-hint: uuid}
      - {name: mac, type: binary, display-hint: mac}
      - {name: struct, type: binary, struct: st}
      - {name: pad, type: pad}
      - {name: flag, type: flag}
      - {name: numbers, type: indexed-array, sub-type: u32}
      - {name: nests, type: indexed-array, sub-type: nest, nested-attributes: s}
      - {name: multi, type: string, multi-attr: true}
      - {name: by-type, type: nest-type-value, type-value: [pid, aid], nested-attributes: s}
      - {name: text, type: string, checks: {max-len: four}}
      - {name: any-ip, type: binary, display-hint: ipv4-or-v6}
      - {name: signed, type: s64}
      - {name: bytes, type: binary, checks: {min-len: 2, max-len: 8}}
      - {name: nest, type: nest, nested-attributes: s}
      - {name: variable, type: uint}
      - {name: variable-signed, type: sint}
      - {name: kind, type: string}
      - {name: options, type: sub-message, sub-message: msg, selector: kind}
      - {name: big, type: u16, byte-order: big-endian, checks: {min: 10, max: 4094}}
      - {name: exact, type: binary, checks: {exact-len: four}}
      - {name: masked, type: u32, checks: {flags-mask: fl}}
      - {name: far, type: u8, value: 700}
  - name: other
    attributes:
      - {name: deep, type: sub-message, sub-message: msg2, selector: kind}
      - {name: number, type: u8}
sub-messages:
  - name: msg
    formats:
      - {value: plain, attribute-set: other}
      - {value: headed, fixed-header: inner, attribute-set: other}
      - {value: only-header, fixed-header: inner}
      - {value: empty}
  - name: msg2
    formats: [{value: plain, attribute-set: s}]
operations:
  fixed-header: head
  enum-model: directional
  list:
    - {name: op, doc: x, attribute-set: s, do: {request: {value: 18}, reply: {value: 16}}}
    - {name: ntf, doc: x, value: 17, notify: op}
"#;

fn family() -> Family {
    Family::from_text(SPEC, "t.yaml", OpenOptions::default()).unwrap()
}

/// An attribute: number, flags in the type, payload.
fn attr(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u16::try_from(payload.len() + 4).unwrap().to_ne_bytes().to_vec();
    bytes.extend_from_slice(&number.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn nest(number: u16, payload: &[u8]) -> Vec<u8> {
    attr(number | 0x8000, payload)
}

fn u32s(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_ne_bytes()).collect()
}

fn message(ty: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(16 + payload.len()).unwrap().to_ne_bytes().to_vec();
    bytes.extend_from_slice(&ty.to_ne_bytes());
    bytes.resize(16, 0);
    bytes.extend_from_slice(payload);
    bytes
}

fn decode(attributes: &[u8]) -> String {
    let payload = [&[7, 0, 0, 0], attributes].concat();
    let json = String::from_utf8(family().decode(None, &message(16, &payload)).unwrap()).unwrap();
    let inner = json.strip_prefix("{\"name\":\"op\",\"msg\":{").unwrap_or_else(|| panic!("{json}"));
    let inner = inner.strip_suffix("\"family\":7}}").unwrap_or_else(|| panic!("{json}"));
    inner.trim_end_matches(',').to_owned()
}

fn encode(json: &str) -> Vec<u8> {
    let message = family().encode("op", json.as_bytes(), 0).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(message[16..20], [0; 4], "{json}");
    message[20..].to_vec()
}

fn refused(json: &str) -> (i32, String) {
    let error = family().encode("op", json.as_bytes(), 0).unwrap_err();
    (error.code, error.to_string())
}

#[test]
fn every_type_both_ways() {
    let structure =
        [&[1, 2, 7, 3, 0, 0][..], &[0, 1, 2, 3, 4, 5], b"lo\0\0\0\0\0\0", &[10, 0, 0, 1], &[9, 16]].concat();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (attr(1, &u32s(&[7])), r#""enum":"c""#),
        (attr(1, &u32s(&[99])), r#""enum":99"#),
        (attr(2, &u32s(&[0x23])), r#""flags":["f0","f1","f5"]"#),
        (attr(2, &u32s(&[0])), r#""flags":[]"#),
        (attr(2, &u32s(&[0x8000_0041])), r#""flags":["f0",64,2147483648]"#),
        (attr(3, &[0x83]), r#""bits":["a","b","c"]"#),
        (attr(4, &u32s(&[1, 3])), r#""bitfield":{"value":1,"selector":3}"#),
        (attr(5, &u32s(&[1, 3])), r#""bitflags":{"value":["f0"],"selector":["f0","f1"]}"#),
        (attr(6, &u32s(&[255])), r#""hex":"0xff""#),
        (attr(7, &[1, 2, 255]), r#""hexes":"01 02 ff""#),
        (attr(8, &[10, 0, 0, 1]), r#""ip":"10.0.0.1""#),
        (attr(9, &[1_u16.to_ne_bytes(), 515_u16.to_ne_bytes()].concat()), r#""ints":[1,515]"#),
        (attr(10, &[0xab; 16]), r#""uuid":"abababab-abab-abab-abab-abababababab""#),
        (attr(11, &[0, 1, 2, 3, 4, 5]), r#""mac":"00:01:02:03:04:05""#),
        (
            attr(12, &structure),
            concat!(
                r#""struct":{"x":258,"e":"c","f":["f0","f1"],"m":"00:01:02:03:04:05","s":"lo","i":"10.0.0.1","#,
                r#""n":{"y":9,"z":"0x10"}}"#
            ),
        ),
        (attr(13, &[1, 2]), r#""pad":"0102""#),
        (attr(14, &[]), r#""flag":true"#),
        (nest(15, &[attr(0, &u32s(&[5])), attr(1, &u32s(&[6]))].concat()), r#""numbers":[5,6]"#),
        (
            nest(16, &[nest(1, &attr(1, &u32s(&[1]))), nest(9, &[])].concat()),
            r#""nests":[{"1":{"enum":"b"}},{"9":{}}]"#,
        ),
        (attr(17, b"x\0"), r#""multi":["x"]"#),
        ([attr(17, b"x\0"), attr(17, b"yy\0")].concat(), r#""multi":["x","yy"]"#),
        (nest(18, &nest(3, &nest(5, &attr(1, &u32s(&[1]))))), r#""by-type":{"pid":3,"aid":5,"enum":"b"}"#),
        (
            nest(18, &[nest(3, &nest(5, &[])), nest(4, &nest(6, &[]))].concat()),
            r#""by-type":[{"pid":3,"aid":5},{"pid":4,"aid":6}]"#,
        ),
        (attr(19, "ü\u{1}\0".as_bytes()), "\"text\":\"ü\\u0001\""),
        (attr(20, &[1, 2, 3, 4]), r#""any-ip":"1.2.3.4""#),
        (attr(20, &[&[0; 15][..], &[1]].concat()), r#""any-ip":"::1""#),
        (attr(21, &(-5_i64).to_ne_bytes()), r#""signed":-5"#),
        (attr(21, &i64::MIN.to_ne_bytes()), r#""signed":-9223372036854775808"#),
        (attr(22, &[1, 2, 3]), r#""bytes":"010203""#),
        (nest(23, &nest(23, &attr(14, &[]))), r#""nest":{"nest":{"flag":true}}"#),
        (attr(24, &u32s(&[5])), r#""variable":5"#),
        (attr(24, &u64::MAX.to_ne_bytes()), r#""variable":18446744073709551615"#),
        (attr(25, &(-1_i32).to_ne_bytes()), r#""variable-signed":-1"#),
        (attr(25, &(-1_i64 << 40).to_ne_bytes()), r#""variable-signed":-1099511627776"#),
        ([attr(26, b"plain\0"), nest(27, &attr(2, &[5]))].concat(), r#""kind":"plain","options":{"number":5}"#),
        (
            [attr(26, b"plain\0"), nest(27, &nest(1, &attr(14, &[])))].concat(),
            r#""kind":"plain","options":{"deep":{"flag":true}}"#,
        ),
        (
            [attr(26, b"headed\0"), nest(27, &[&[1, 2, 0, 0][..], &attr(2, &[5])].concat())].concat(),
            r#""kind":"headed","options":{"number":5,"y":1,"z":"0x2"}"#,
        ),
        (
            [attr(26, b"only-header\0"), nest(27, &[1, 2])].concat(),
            r#""kind":"only-header","options":{"y":1,"z":"0x2"}"#,
        ),
        ([attr(26, b"empty\0"), nest(27, &[])].concat(), r#""kind":"empty","options":{}"#),
        (attr(28, &[1, 2]), r#""big":258"#),
        (attr(700, &[5]), r#""far":5"#),
        // Without names.
        (attr(99, &[1, 2]), r#""UnknownAttr(99)":"0102""#),
        ([attr(99, &[1]), attr(99, &[2])].concat(), r#""UnknownAttr(99)":["01","02"]"#),
        (
            nest(99, &[attr(1, &[1]), nest(2, &attr(3, &[2]))].concat()),
            r#""UnknownAttr(99)":{"UnknownAttr(1)":"01","UnknownAttr(2)":{"UnknownAttr(3)":"02"}}"#,
        ),
        ([attr(26, b"new\0"), nest(27, &attr(2, &[5]))].concat(), r#""kind":"new","options":{"UnknownAttr(2)":"05"}"#),
        // What does not fit its type.
        (attr(1, &[1, 2]), r#""enum":{"UnknownBytes":"0102"}"#),
        (attr(4, &[1]), r#""bitfield":{"UnknownBytes":"01"}"#),
        (attr(9, &[1, 2, 3]), r#""ints":{"UnknownBytes":"010203"}"#),
        (attr(14, &[1]), r#""flag":{"UnknownBytes":"01"}"#),
        (attr(19, &[0xff, 0]), r#""text":{"UnknownBytes":"ff00"}"#),
        (attr(24, &[1, 2]), r#""variable":{"UnknownBytes":"0102"}"#),
        (
            attr(12, &[&structure[..], &[0xaa, 0xbb]].concat()),
            concat!(
                r#""struct":{"x":258,"e":"c","f":["f0","f1"],"m":"00:01:02:03:04:05","s":"lo","i":"10.0.0.1","#,
                r#""n":{"y":9,"z":"0x10"},"UnknownBytes":"aabb"}"#
            ),
        ),
        (attr(12, &structure[..4]), r#""struct":{"x":258,"e":"c","f":["f0","f1"],"UnknownBytes":""}"#),
        (attr(12, &structure[..3]), r#""struct":{"x":258,"e":"c","UnknownBytes":""}"#),
        // Several of what should be one.
        ([attr(28, &[1, 2]), attr(28, &[1, 3])].concat(), r#""big":[258,259]"#),
        ([nest(23, &[]), nest(23, &attr(14, &[]))].concat(), r#""nest":[{},{"flag":true}]"#),
    ];
    for (bytes, json) in cases {
        // A struct that ends early has no bytes left over, but its end has to be marked.
        let shown = json.replace(",\"UnknownBytes\":\"\"", "");
        assert_eq!(decode(&bytes), shown, "{bytes:?}");
        // 99 and 7 without names are refused by nothing; a text of which the NULs were taken off is as long as its
        // NUL makes it.
        assert_eq!(encode(&format!("{{{json}}}")), bytes, "{json}");
    }
}

#[test]
fn order_of_attributes_does_not_matter_to_selectors() {
    let bytes = [nest(27, &attr(2, &[5])), attr(26, b"plain\0")].concat();
    assert_eq!(decode(&bytes), r#""options":{"number":5},"kind":"plain""#);
    assert_eq!(encode(r#"{"options": {"number": 5}, "kind": "plain"}"#), bytes);
    // One that is not marked as a nest is looked at, and is bytes where it is none.
    let new = |payload: &[u8]| decode(&[attr(26, b"new\0"), attr(27, payload)].concat());
    assert_eq!(new(&attr(2, &[5])), r#""kind":"new","options":{"UnknownAttr(2)":"05"}"#);
    let mut padded = attr(2, &[5]);
    padded[7] = 1;
    assert_eq!(new(&padded), r#""kind":"new","options":"0500020005000001""#);
    assert_eq!(new(&[5, 0, 2, 0, 5]), r#""kind":"new","options":{"UnknownAttr(2)":"05"}"#);
    assert_eq!(new(&[4, 0, 2, 0x40]), r#""kind":"new","options":"04000240""#);
    assert_eq!(new(&[4, 0, 2, 0, 1]), r#""kind":"new","options":"0400020001""#);
    assert_eq!(new(&[]), r#""kind":"new","options":"""#);
    assert_eq!(encode(r#"{"kind": "new", "options": "04000240"}"#)[8..], attr(27, &[4, 0, 2, 0x40]));
    // Without one, what is in it is shown by number.
    assert_eq!(decode(&nest(27, &attr(2, &[5]))), r#""options":{"UnknownAttr(2)":"05"}"#);
    assert_eq!(encode(r#"{"options": {"UnknownAttr(2)": "05"}}"#), nest(27, &attr(2, &[5])));
}

#[test]
fn malformed_attributes_are_kept_as_bytes() {
    assert_eq!(
        decode(&[attr(14, &[]), vec![3, 0, 1, 0, 9, 9]].concat()),
        r#""flag":true,"UnknownBytes":"030001000909""#
    );
    assert_eq!(decode(&nest(23, &[9, 9])), r#""nest":{"UnknownBytes":"0909"}"#);
    assert_eq!(decode(&nest(15, &[attr(0, &u32s(&[1])), vec![1]].concat())), r#""numbers":[1,{"UnknownBytes":"01"}]"#);
    // The header of the family is shorter than it should be, or not there.
    let short = |bytes: &[u8]| String::from_utf8(family().decode(None, &message(16, bytes)).unwrap()).unwrap();
    assert_eq!(short(&[]), r#"{"name":"op","msg":{}}"#);
    assert_eq!(short(&[7, 0]), r#"{"name":"op","msg":{"family":7,"UnknownBytes":"00"}}"#);
    for bytes in [&[][..], &[1, 2, 3], &message(16, &[])[..15], &[0; 16]] {
        assert_eq!(family().decode(None, bytes).unwrap_err().code, -libc::EBADMSG);
    }
}

#[test]
fn nests_beyond_a_limit_are_not_looked_into() {
    let mut bytes = attr(14, &[]);
    for _ in 0..100 {
        bytes = nest(23, &bytes);
    }
    let json = decode(&bytes);
    assert!(json.contains("UnknownBytes") && json.matches("\"nest\"").count() < 40, "{json}");
    assert!(serde_json::from_str::<serde_json::Value>(&format!("{{{json}}}")).is_ok());
    // Unknown ones likewise.
    let mut bytes = attr(99, &[]);
    for _ in 0..100 {
        bytes = nest(99, &bytes);
    }
    assert!(decode(&bytes).matches("UnknownAttr").count() < 40);
}

#[test]
fn numbers_of_messages_are_names() {
    let name = |ty: u16| {
        let json = family().decode(None, &message(ty, &[7, 0, 0, 0])).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        value["name"].as_str().unwrap().to_owned()
    };
    assert_eq!([name(16), name(17), name(18), name(99)], ["op", "ntf", "op", "UnknownMsg(99)"]);
}

#[test]
fn input_is_liberal() {
    for (json, bytes) in [
        (r#"{"enum": "c"}"#, attr(1, &u32s(&[7]))),
        (r#"{"enum": 7}"#, attr(1, &u32s(&[7]))),
        (r#"{"enum": "7"}"#, attr(1, &u32s(&[7]))),
        (r#"{"1": "c"}"#, attr(1, &u32s(&[7]))),
        (r#"{"99": "0102"}"#, attr(99, &[1, 2])),
        (r#"{"flags": "f5"}"#, attr(2, &u32s(&[32]))),
        (r#"{"flags": 3}"#, attr(2, &u32s(&[3]))),
        (r#"{"flags": ["f0", 64]}"#, attr(2, &u32s(&[65]))),
        (r#"{"hex": 255}"#, attr(6, &u32s(&[255]))),
        (r#"{"hex": "0xff"}"#, attr(6, &u32s(&[255]))),
        (r#"{"hexes": "0102ff"}"#, attr(7, &[1, 2, 255])),
        (r#"{"mac": "000102030405"}"#, attr(11, &[0, 1, 2, 3, 4, 5])),
        (r#"{"mac": "00-01-02-03-04-05"}"#, attr(11, &[0, 1, 2, 3, 4, 5])),
        (r#"{"any-ip": "::1"}"#, attr(20, &[&[0; 15][..], &[1]].concat())),
        (r#"{"any-ip": "01020304"}"#, attr(20, &[1, 2, 3, 4])),
        (r#"{"flag": true}"#, attr(14, &[])),
        (r#"{"flag": false}"#, vec![]),
        (r#"{"flag": null, "enum": null}"#, vec![]),
        (r#"{"multi": "x"}"#, attr(17, b"x\0")),
        (r#"{"numbers": 5}"#, nest(15, &attr(0, &u32s(&[5])))),
        (r#"{"nests": {"flag": 1}}"#, nest(16, &nest(0, &attr(14, &[])))),
        (r#"{"nests": [{"flag": 1}, {}]}"#, nest(16, &[nest(0, &attr(14, &[])), nest(1, &[])].concat())),
        (r#"{"nests": {"5": {"flag": 1}}}"#, nest(16, &nest(5, &attr(14, &[])))),
        (r#"{"text": 5}"#, attr(19, b"5\0")),
        (r#"{"text": {"UnknownBytes": "ff"}}"#, attr(19, &[0xff])),
        (r#"{"struct": "0102"}"#, attr(12, &[1, 2])),
        (r#"{"bitflags": ["f1"]}"#, attr(5, &u32s(&[2, 2]))),
        (r#"{"bitfield": 5}"#, attr(4, &u32s(&[5, 5]))),
        (r#"{"signed": "-5"}"#, attr(21, &(-5_i64).to_ne_bytes())),
        ("", vec![]),
        (" null ", vec![]),
    ] {
        assert_eq!(encode(json), bytes, "{json}");
    }
    // The members of a struct that are not given are 0.
    assert_eq!(encode(r#"{"struct": {"e": "b"}}"#), attr(12, &[&[0, 0, 1][..], &[0; 23]].concat()));
    let head = family().encode("op", br#"{"family": 10}"#, 0).unwrap();
    assert_eq!(head[16..], [10, 0, 0, 0]);
}

#[test]
fn what_is_wrong_is_named() {
    for (json, code, text) in [
        (r#"{"enun": 1}"#, -libc::EINVAL, "enun: the set 's' has no attribute 'enun'; did you mean enum? (EINVAL)"),
        (r#"{"enum": "z"}"#, -libc::EINVAL, "enum: 'z' is no value of 'en': a, b, c (EINVAL)"),
        (r#"{"nest": {"nest": {"hex": "zz"}}}"#, -libc::EINVAL, "nest.nest.hex: 'zz' is not a number (EINVAL)"),
        (r#"{"nest": 5}"#, -libc::EINVAL, "nest: an object is needed here, not a number (EINVAL)"),
        (
            r#"{"hex": 1.5}"#,
            -libc::EINVAL,
            "hex: a number is needed here, not a number that is no integer of 64 bits (EINVAL)",
        ),
        (r#"{"hex": -1}"#, -libc::ERANGE, "hex: -1 is out of range (ERANGE), allowed: 0 … 4294967295"),
        (r#"{"big": 4095}"#, -libc::ERANGE, "big: 4095 is out of range (ERANGE), allowed: 10 … 4094"),
        (r#"{"big": 9}"#, -libc::ERANGE, "big: 9 is out of range (ERANGE), allowed: 10 … 4094"),
        (
            r#"{"text": "12345"}"#,
            -libc::ERANGE,
            "text: a length of 5 bytes is out of range (ERANGE), allowed: at most 4 bytes",
        ),
        (
            r#"{"bytes": "01"}"#,
            -libc::ERANGE,
            "bytes: a length of 1 bytes is out of range (ERANGE), allowed: 2 … 8 bytes",
        ),
        (
            r#"{"exact": "01"}"#,
            -libc::ERANGE,
            "exact: a length of 1 bytes is out of range (ERANGE), allowed: 4 … 4 bytes",
        ),
        (
            r#"{"masked": 4}"#,
            -libc::ERANGE,
            "masked: 0x4 has bits that are not allowed (ERANGE), allowed: the bits 0x23",
        ),
        (r#"{"any-ip": "10.0.0"}"#, -libc::EINVAL, "any-ip: '10.0.0' is not an IP address (EINVAL)"),
        (
            r#"{"bytes": "abc"}"#,
            -libc::EINVAL,
            "bytes: 'abc' is not hexadecimal text, two digits for each byte (EINVAL)",
        ),
        (r#"{"struct": {"q": 1}}"#, -libc::EINVAL, "struct.q: the struct 'st' has no member 'q' (EINVAL)"),
        (
            r#"{"struct": {"s": "123456789"}}"#,
            -libc::ERANGE,
            "struct.s: 9 bytes do not fit (ERANGE), allowed: at most 8 bytes",
        ),
        (
            r#"{"options": {"number": 1}}"#,
            -libc::EINVAL,
            "options: what may stand here depends on 'kind', which is missing (EINVAL)",
        ),
        (
            r#"{"kind": "new", "options": {"number": 1}}"#,
            -libc::EINVAL,
            "options: the specification does not know the kind 'new' (EINVAL)",
        ),
        (r#"{"by-type": {"pid": 1}}"#, -libc::EINVAL, "by-type.aid: 'aid' is missing (EINVAL)"),
        (r#"{"family": 256}"#, -libc::ERANGE, "family: 256 is out of range (ERANGE), allowed: 0 … 255"),
        ("[]", -libc::EINVAL, "a request is an object, not a list (EINVAL)"),
        ("{", -libc::EINVAL, "1:1: the JSON text is malformed: EOF while parsing an object (EINVAL)"),
        (
            r#"{"enum": 1, "enum": 1}"#,
            -libc::EINVAL,
            "1:22: the JSON text is malformed: the name 'enum' is given twice (EINVAL)",
        ),
    ] {
        assert_eq!(refused(json), (code, text.to_owned()), "{json}");
    }
    let long = format!(r#"{{"hexes": "{}"}}"#, "00".repeat(65532));
    assert_eq!(refused(&long).0, -libc::EMSGSIZE);
    let fits = format!(r#"{{"hexes": "{}"}}"#, "00".repeat(65531));
    assert_eq!(encode(&fits).len(), 65536);
}

#[test]
fn checks_can_be_left_out() {
    let family = family();
    for json in [&br#"{"big": 5}"#[..], br#"{"text": "12345"}"#, br#"{"masked": 4}"#] {
        assert_eq!(family.encode("op", json, 0).unwrap_err().code, -libc::ERANGE);
        assert!(family.encode("op", json, flags::UNCHECKED).is_ok());
    }
    // A type's own range is no check.
    assert!(family.encode("op", br#"{"big": 70000}"#, flags::UNCHECKED).is_err());
}

#[test]
fn requests_have_their_flags() {
    let message = family().encode("op", b"", flags::CREATE | flags::EXCL).unwrap();
    assert_eq!(u32::from_ne_bytes(message[..4].try_into().unwrap()), 20);
    assert_eq!(u16::from_ne_bytes(message[4..6].try_into().unwrap()), 18);
    assert_eq!(u16::from_ne_bytes(message[6..8].try_into().unwrap()), 0x0605);
    let dump = family().encode("op", b"", flags::DUMP).unwrap();
    assert_eq!(u16::from_ne_bytes(dump[6..8].try_into().unwrap()), 0x0301);
    assert_eq!(family().encode("ntf", b"", 0).unwrap_err().code, -libc::EOPNOTSUPP);
    assert_eq!(family().encode("nonesuch", b"", 0).unwrap_err().code, -libc::ENOENT);
}
