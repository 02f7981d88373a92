// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reader of replies, without a socket, against its rules.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    nlrs_core::exchange::reference::compare(data);
    nlrs_core::exchange::reference::read_anything(data);
});
