// SPDX-License-Identifier: MIT OR Apache-2.0
//! The generated files of this tree: what they are made from and how. `make header` writes them; a test compares them.
#![allow(missing_docs, clippy::missing_panics_doc)]

pub mod comment;
pub mod header;
pub mod html;
pub mod kernel;
pub mod manual;
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

/// The files whose text differs from what it should be, and generated pages that should not be there.
pub fn stale(files: &Files) -> Vec<String> {
    let current = |path: &str| std::fs::read_to_string(root().join(path)).unwrap_or_default();
    let differing = files.iter().filter(|(path, text)| current(path) != *text).map(|(path, _)| path.clone());
    differing.chain(obsolete(files)).collect()
}

/// Pages of section 3 that no function has any more.
fn obsolete(files: &Files) -> Vec<String> {
    let folder = format!("{}/man3", manual::FOLDER);
    if !files.iter().any(|(path, _)| path.starts_with(&folder)) {
        return Vec::new();
    }
    let present = std::fs::read_dir(root().join(&folder)).into_iter().flatten();
    present
        .filter_map(|entry| Some(format!("{folder}/{}", entry.ok()?.file_name().to_str()?)))
        .filter(|path| !files.iter().any(|(known, _)| known == path))
        .collect()
}

/// Writes the stale ones, removes the obsolete, and returns their paths.
///
/// # Errors
/// What the file system reports.
pub fn write(files: &Files) -> std::io::Result<Vec<String>> {
    let stale = stale(files);
    for path in &stale {
        let file = root().join(path);
        match files.iter().find(|(known, _)| known == path) {
            Some((_, text)) => {
                std::fs::create_dir_all(file.parent().unwrap_or(&file))?;
                std::fs::write(file, text)?;
            }
            None => std::fs::remove_file(file)?,
        }
    }
    Ok(stale)
}

/// Writes all generated files, and returns the paths of those that changed.
///
/// # Errors
/// What the file system reports.
pub fn generate() -> std::io::Result<Vec<String>> {
    let mut changed = write(&header::generate())?;
    // The pages name the nodes of the map, which may just have changed.
    changed.extend(write(&manual::generate())?);
    Ok(changed)
}
