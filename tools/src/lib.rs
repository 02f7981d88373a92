// SPDX-License-Identifier: MIT OR Apache-2.0
//! The generated files of this tree: what they are made from and how. `make header` writes them; a test compares them.
#![allow(missing_docs, clippy::missing_panics_doc)]

pub mod comment;
pub mod header;
pub mod kernel;
pub mod prototype;
pub mod uapi;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tools is a folder of the workspace").to_path_buf()
}

/// Text of a file below the root.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The version that Cargo.toml gives the library.
pub fn version() -> String {
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("a version in Cargo.toml");
    line.trim_matches('"').to_string()
}

/// Generated files by path, with the text that they should have.
pub type Files = Vec<(String, String)>;

/// The files whose text differs from what it should be.
pub fn stale(files: &Files) -> Vec<&str> {
    let current = |path: &str| std::fs::read_to_string(root().join(path)).unwrap_or_default();
    files.iter().filter(|(path, text)| current(path) != *text).map(|(path, _)| path.as_str()).collect()
}

/// Writes the stale ones, and returns their paths.
///
/// # Errors
/// What the file system reports.
pub fn write(files: &Files) -> std::io::Result<Vec<&str>> {
    let stale = stale(files);
    for (path, text) in files.iter().filter(|(path, _)| stale.contains(&path.as_str())) {
        let path = root().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
        std::fs::write(path, text)?;
    }
    Ok(stale)
}
