// SPDX-License-Identifier: MIT OR Apache-2.0
//! What holds for every file of the tree.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{skip, tools};
use std::path::{Path, PathBuf};

/// Folders of products, and of what others made.
const NOT_OURS: &[&str] = &["target", "build", ".git", "node_modules", "corpus", "artifacts"];

/// Extensions of source files.
const SOURCES: &[&str] =
    &["rs", "c", "cc", "h", "hpp", "sh", "py", "lua", "js", "go", "scm", "toml", "mk", "map", "build", "am", "ac"];

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        if path.is_dir() && !path.is_symlink() {
            if !NOT_OURS.contains(&name.as_str()) {
                walk(&path, found);
            }
        } else if path.extension().is_some_and(|extension| SOURCES.iter().any(|source| extension == *source))
            || name == "Makefile"
            || path.ends_with(".ci/run")
            || path.ends_with("benches/run")
        {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    walk(common::root(), &mut paths);
    assert!(paths.len() > 40, "only {} files found", paths.len());
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_source_names_its_licence() {
    let without: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|(_, text)| {
            !text.lines().take(3).any(|line| line.contains("SPDX-License-Identifier: MIT OR Apache-2.0"))
        })
        .map(|(path, _)| path)
        .collect();
    assert!(without.is_empty(), "no SPDX line at the top of {without:?}");
    for text in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(common::read(text).len() > 500, "{text}");
    }
}

#[test]
fn nothing_is_left_to_do_or_half_merged() {
    // Written so that this file does not hold what it looks for.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("<<<<", "<<< "),
        concat!(">>>>", ">>> "),
    ];
    for (path, text) in sources() {
        for mark in marks {
            assert!(!text.contains(mark), "{mark} in {}", path.display());
        }
    }
}

/// Files that begin with these bytes.
fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            continue;
        } else if path.is_dir() {
            if !NOT_OURS.iter().any(|name| path.ends_with(name)) {
                scripts(&path, found);
            }
        } else if std::fs::read(&path).unwrap().starts_with(b"#!/bin/sh") {
            found.push(path);
        }
    }
}

#[test]
fn scripts_pass_shellcheck() {
    let mut found = Vec::new();
    scripts(common::root(), &mut found);
    assert!(found.len() > 10, "{found:?}");
    if !tools::have("shellcheck") {
        return skip("scripts with shellcheck", "it is not installed (make deps)");
    }
    tools::run(std::process::Command::new("shellcheck").args(&found).current_dir(common::root()));
}
