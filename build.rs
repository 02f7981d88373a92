// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tells the tests what they run on.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The tests compile C for the target that they run on.
    println!("cargo::rustc-env=NLRS_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}
