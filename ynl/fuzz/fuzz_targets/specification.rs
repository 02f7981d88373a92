// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any text as a specification; what is read is used.
#![no_main]
use nlrs_ynl::describe::Section;
use nlrs_ynl::{Family, OpenOptions, flags};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let strict = Family::from_text(text, "x", OpenOptions::default());
    if let Err(error) = &strict {
        assert!(error.line.is_some() && error.code < 0, "{error}");
    }
    let Ok(family) = Family::from_text(text, "x", OpenOptions { no_schema: true }) else {
        assert!(strict.is_err());
        return;
    };
    family.set_family_id(0x20);
    let list = family.describe(Section::Operations, None).expect("a list");
    let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
    let attributes = [&[16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &[8, 0, 1, 0, 1, 0, 0, 0]].concat();
    for name in list.as_array().into_iter().flatten().filter_map(|operation| operation["name"].as_str()) {
        if let Ok(message) = family.encode(name, b"{\"1\": \"00\"}", flags::UNCHECKED) {
            let json = family.decode(Some(name), &message).expect("our own message");
            serde_json::from_slice::<serde_json::Value>(&json).expect("JSON");
        }
        let _ = family.decode(Some(name), &attributes);
    }
});
