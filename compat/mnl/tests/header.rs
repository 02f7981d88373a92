// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header is what src says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test

#[path = "../../header.rs"]
mod header;

const HEADER: header::Header = header::Header {
    path: "include/libmnl/libmnl.h",
    sections: &["socket", "message", "batch", "attribute", "callback"],
    map: "libmnl.map",
};

#[test]
fn header_is_fresh() {
    HEADER.is_fresh();
}

#[test]
fn header_map_and_sources_agree() {
    let names = HEADER.agrees_with_map();
    assert_eq!(names.len(), 68);
}
