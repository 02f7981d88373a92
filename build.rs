// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gives a bare `cargo build --release` its soname. The Makefile links the shipped library itself (see there why).
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libnlrs.so.0");
    // The tests compile C for the target that they run on.
    println!("cargo::rustc-env=NLRS_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}
