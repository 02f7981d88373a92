// SPDX-License-Identifier: MIT OR Apache-2.0
#![no_main]
#[path = "../engines.rs"]
#[allow(dead_code)]
mod engines;

libfuzzer_sys::fuzz_target!(|data: &[u8]| engines::exchanges(data));
