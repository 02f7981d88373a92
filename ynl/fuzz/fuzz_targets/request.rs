// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any text as a request; what is encoded can be decoded, and what that gives can be encoded again.
#![no_main]
#[path = "../common.rs"]
mod common;
use nlrs_ynl::flags;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, json)) = data.split_first() else { return };
    let common::Choice { family, operation } = common::choose(*first);
    let Ok(message) = family.encode(operation, json, flags::DUMP | flags::UNCHECKED) else { return };
    let decoded = family.decode(Some(operation), &message).expect("our own message");
    serde_json::from_slice::<serde_json::Value>(&decoded).expect("JSON");
});
