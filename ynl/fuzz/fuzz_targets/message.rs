// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes as a message; what they are shown as is JSON.
#![no_main]
#[path = "../common.rs"]
mod common;
use nlrs_ynl::flags;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, payload)) = data.split_first() else { return };
    let common::Choice { family, operation } = common::choose(*first);
    let mut message = u32::try_from(payload.len() + 16).unwrap_or(0).to_ne_bytes().to_vec();
    message.resize(16, 0);
    message.extend_from_slice(payload);
    let Ok(decoded) = family.decode(Some(operation), &message) else { return };
    let value: serde_json::Value = serde_json::from_slice(&decoded).expect("JSON");
    let _ = family.encode(operation, value["msg"].to_string().as_bytes(), flags::DUMP | flags::UNCHECKED);
});
