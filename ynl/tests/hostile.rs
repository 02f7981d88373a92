// SPDX-License-Identifier: MIT OR Apache-2.0
//! Input that means harm, or nothing: no specification, request or message ends in anything but a result or an error.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test

use nlrs_ynl::describe::Section;
use nlrs_ynl::{Family, OpenOptions, flags};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::path::Path;
use std::sync::LazyLock;

const NAMES: [&str; 6] = ["nlctrl", "rt-addr", "rt-link", "rt-neigh", "rt-route", "rt-rule"];

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    NAMES.iter().map(|name| std::fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap()).collect()
});

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let open = |text: &String| {
        let family = Family::from_text(text, "x", OpenOptions::default()).unwrap();
        family.set_family_id(0x20);
        family
    };
    TEXTS.iter().map(open).collect()
});

/// Operations of each family, with whether it is asked for as a dump.
fn operations(family: &Family) -> Vec<(String, u32)> {
    let list = family.describe(Section::Operations, None).unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let mut names = Vec::new();
    for operation in list.as_array().unwrap() {
        for (word, bits) in [("do", 0), ("dump", flags::DUMP)] {
            if operation.get(word).is_some() {
                names.push((operation["name"].as_str().unwrap().to_owned(), bits));
            }
        }
    }
    names
}

/// Requests with much in them, to be damaged.
const REQUESTS: [(usize, &str, &str); 4] = [
    (
        2,
        "newlink",
        r#"{"ifi-index": 5, "ifname": "v0", "stats64": {"rx-packets": 1}, "ext-mask": ["vf", "mst"],
            "linkinfo": {"kind": "veth", "data": {"peer": {"ifname": "v1", "linkinfo": {
                "kind": "bridge", "data": {"forward-delay": 5, "group-addr": "000000000000"}}}}},
            "prop-list": {"alt-ifname": ["a", "b"]}, "af-spec": {"inet6": {"conf": [1, 2, 3]}},
            "UnknownAttr(900)": {"UnknownAttr(1)": "00"}}"#,
    ),
    (
        4,
        "newroute",
        r#"{"rtm-family": 2, "dst": "10.0.0.0", "metrics": {"mtu": 1400, "cc-algo": "x"},
            "cacheinfo": {"rta-used": 1}}"#,
    ),
    (
        0,
        "getpolicy",
        r#"{"policy": {"policy-id": 1, "attr-id": 2, "type": "u8"},
            "ops": [{"1": {"id": 1, "flags": ["admin-perm"]}}]}"#,
    ),
    (3, "newneigh", r#"{"ndm-family": 2, "dst": "::1", "lladdr": "00:01:02:03:04:05", "flags-ext": ["managed"]}"#),
];

/// Pieces that are put into a request.
const JSON_PIECES: [&str; 17] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "-1",
    "1e9",
    "99999999999999999999",
    "\"UnknownBytes\"",
    "\\u0000",
    "true",
    "{}",
    "[]",
    "5",
];

/// Pieces that are put into a specification.
const YAML_PIECES: [&str; 22] = [
    "",
    "\n",
    "- ",
    ": ",
    "&a ",
    "*a",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "|\n",
    "? ",
    "!!x ",
    "%",
    "\t",
    "  ",
    "-1",
    "99999999999",
    "null",
    "#",
];

/// Decoding gives JSON, and what is made of that again is no worse.
fn check_decode(family: &Family, operation: Option<&str>, message: &[u8]) -> Result<(), TestCaseError> {
    let Ok(json) = family.decode(operation, message) else { return Ok(()) };
    let value: serde_json::Value =
        serde_json::from_slice(&json).map_err(|error| TestCaseError::fail(error.to_string()))?;
    if let Some(operation) = operation {
        let _ = family.encode(operation, value["msg"].to_string().as_bytes(), flags::UNCHECKED);
    }
    Ok(())
}

/// A message whose header says its length.
fn message(ty: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(16 + payload.len()).unwrap().to_ne_bytes().to_vec();
    bytes.extend_from_slice(&ty.to_ne_bytes());
    bytes.resize(16, 0);
    bytes.extend_from_slice(payload);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        // The same inputs in each run; the fuzz targets look for others.
        rng_seed: RngSeed::Fixed(17),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_are_a_message_or_an_error(
        which in 0..6_usize,
        ty in 0..120_u16,
        payload in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let family = &FAMILIES[which];
        check_decode(family, None, &message(ty, &payload))?;
        check_decode(family, None, &payload)?;
        for (operation, _) in operations(family) {
            check_decode(family, Some(&operation), &message(ty, &payload))?;
        }
    }

    #[test]
    fn a_damaged_message_is_decoded(
        which in 0..REQUESTS.len(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let (family, operation, json) = REQUESTS[which];
        let family = &FAMILIES[family];
        let mut bytes = family.encode(operation, json.as_bytes(), flags::DUMP).unwrap();
        for (index, byte) in damage {
            let len = bytes.len();
            bytes[16 + index.index(len - 16)] = byte;
        }
        check_decode(family, Some(operation), &bytes)?;
        let payload = &bytes[16..];
        check_decode(family, Some(operation), &message(16, &payload[..cut.index(payload.len())]))?;
    }

    #[test]
    fn any_text_is_a_request_or_an_error(which in 0..6_usize, text in "\\PC{0,60}") {
        let family = &FAMILIES[which];
        for (operation, bits) in operations(family) {
            let _ = family.encode(&operation, text.as_bytes(), bits);
        }
        let _ = family.batch(text.as_bytes(), &mut |_| 0);
    }

    #[test]
    fn a_damaged_request_is_encoded_or_refused(
        which in 0..REQUESTS.len(),
        at in any::<prop::sample::Index>(),
        piece in prop::sample::select(&JSON_PIECES[..]),
        remove in 0..6_usize,
    ) {
        let (family, operation, json) = REQUESTS[which];
        let at = at.index(json.len());
        let mut text = json.to_owned();
        text.replace_range(at..(at + remove).min(json.len()), piece);
        if let Ok(bytes) = FAMILIES[family].encode(operation, text.as_bytes(), flags::DUMP) {
            check_decode(&FAMILIES[family], Some(operation), &bytes)?;
        }
    }

    #[test]
    fn a_damaged_specification_is_read_or_refused(
        which in 0..6_usize,
        at in any::<prop::sample::Index>(),
        remove in 0..40_usize,
        piece in prop::sample::select(&YAML_PIECES[..]),
    ) {
        let mut text = TEXTS[which].clone();
        let at = at.index(text.len());
        let (from, to) = (floor(&text, at), floor(&text, (at + remove).min(text.len())));
        text.replace_range(from..to, piece);
        for no_schema in [false, true] {
            match Family::from_text(&text, "x", OpenOptions { no_schema }) {
                Ok(family) => {
                    for (operation, bits) in operations(&family) {
                        family.set_family_id(5);
                        if let Ok(bytes) = family.encode(&operation, b"{}", bits) {
                            check_decode(&family, Some(&operation), &bytes)?;
                        }
                    }
                }
                Err(error) => prop_assert!(error.line.is_some() && !error.message.is_empty(), "{error}"),
            }
        }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn specifications_that_would_grow_without_end_are_refused() {
    let head = "name: x\ndoc: x\nattribute-sets: []\noperations: {list: []}\n";
    let deep = format!("{head}definitions: {}", "[".repeat(100_000));
    let wide = format!("{head}definitions:\n{}", "- {name: a, type: const}\n".repeat(600_000));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
    }
    for text in [deep, wide, bomb] {
        let start = std::time::Instant::now();
        assert!(Family::from_text(&text, "x", OpenOptions { no_schema: true }).is_err());
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
