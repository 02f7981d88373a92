// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the integration tests share: where things are, tools that may be missing, skips that are counted.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod programs;
pub mod tools;

use std::path::{Path, PathBuf};

/// The folder of Cargo.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own for one test's products, empty.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The folder with the shipped library, when `make` told us.
pub fn shipped() -> Option<PathBuf> {
    std::env::var_os("NLRS_SHIPPED_DIR").map(|dir| root().join(dir))
}

/// Says aloud that something was not tested. `make check` prints all of these again, counted, at its end.
pub fn skip(what: &str, why: &str) {
    say(&format!("SKIP {what}: {why}"));
}

/// Says what was measured. `make check` prints these again at its end.
pub fn note(what: &str) {
    say(&format!("NOTE {what}"));
}

/// To the terminal, and to the file of which `make check` prints the end: a runner hides what a test prints that passes.
fn say(line: &str) {
    println!("{line}");
    if let Some(log) = std::env::var_os("NLRS_LOG") {
        use std::io::Write;
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(root().join(log)).unwrap();
        log.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// The tree without its products, as a source archive has it.
pub fn copy_of_sources(to: &Path) {
    for entry in std::fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if !["build", "target", ".git"].iter().any(|name| path.ends_with(name)) {
            tools::run(std::process::Command::new("cp").arg("-R").arg(path).arg(to));
        }
    }
}

/// Text of a file below the root.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
