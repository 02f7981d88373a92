// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crate as Rust programs see it: documented without a warning, packed completely,
//! and used by a program that has no std.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{root, scratch, tools};
use std::process::Command;

fn cargo(folder: &std::path::Path, target: &str) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(folder).env("CARGO_TARGET_DIR", std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(target));
    command.env_remove("RUSTFLAGS");
    command
}

#[test]
fn documentation_is_clean() {
    let mut doc = cargo(root(), "rust-doc");
    tools::run(
        doc.args(["doc", "--quiet", "--no-deps", "--locked", "-p", "libnlrs"]).env("RUSTDOCFLAGS", "-D warnings"),
    );
}

#[test]
fn package_has_what_a_build_needs() {
    let list =
        tools::run(cargo(root(), "rust-doc").args(["package", "--list", "--allow-dirty", "--locked", "-p", "libnlrs"]));
    for file in ["src/lib.rs", "src/handle.rs", "README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(list.lines().any(|line| line == file), "{file} is not in the package:\n{list}");
    }
    for line in list.lines() {
        assert!(!line.starts_with("build/") && !line.starts_with("target/"), "a product in the package: {line}");
    }
}

/// A library crate without std, compiled by its own workspace as a user's would be.
#[test]
fn crate_serves_without_std() {
    let folder = scratch("rust-user");
    std::fs::create_dir(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nlibnlrs = {{ path = {:?} }}\n",
        root().join("core")
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    std::fs::write(
        folder.join("src/lib.rs"),
        "#![no_std]\n#![forbid(unsafe_code)]\nuse nlrs::{Handle, Result, monitor::Monitor, exchange::Batch, wire::build::Builder};\n\
         pub fn everything() -> Result<usize> {\n    let handle = Handle::open(0, &Default::default())?;\n    \
         let mut request = Builder::growing(64)?;\n    request.begin(18, 0)?;\n    request.put_header(&[0; 16])?;\n    request.end()?;\n    \
         let mut count = 0;\n    handle.dump_each(&request, |_| { count += 1; core::ops::ControlFlow::Continue(()) })?;\n    \
         let mut batch = Batch::new()?;\n    handle.send_batch(&mut batch)?;\n    \
         let mut monitor = Monitor::open(0, &[1], &Default::default())?;\n    monitor.next()?;\n    Ok(count)\n}\n",
    )
    .unwrap();
    tools::run(cargo(&folder, "rust-user-target").args(["check", "--quiet", "--offline"]));
}
