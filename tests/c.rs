// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every program of c-tests, with cargo's library and with the shipped one. A new file there is picked up by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::programs::{Library, sources, try_programs};

#[test]
fn programs_with_cargos_library() {
    try_programs("c-tests", &sources("c-tests"), Library::Cargo);
}

#[test]
fn programs_with_the_shipped_library() {
    try_programs("c-tests", &sources("c-tests"), Library::Shipped);
}
