// SPDX-License-Identifier: MIT OR Apache-2.0
//! What several tests need: where specifications are, and the log of `make check-ynl`.
#![allow(dead_code)] // each test uses a part

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn log(line: &str) {
    if let Some(path) = std::env::var_os("NLRS_LOG") {
        // Tests run in the folder of their package.
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        writeln!(file, "{line}").unwrap();
    }
}

/// Reports a figure at the end of the run.
pub(crate) fn note(text: &str) {
    println!("{text}");
    log(&format!("NOTE ynl: {text}"));
}

/// Reports what could not be tested, and why.
pub(crate) fn skip(text: &str) {
    println!("skipped: {text}");
    log(&format!("SKIP ynl: {text}"));
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml");
    entries.map(|entry| entry.path()).filter(is_yaml).collect()
}

/// The specifications that the crate netlink-bindings has, without its additions to some for its own generator.
pub(crate) fn bindings_specs() -> Vec<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "netlink-bindings").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(manifest.parent().unwrap().join("src")).unwrap().flatten() {
        let found = yaml_files(&entry.path());
        let is_addition = |file: &PathBuf| file.to_str().unwrap().ends_with(".overrides.yaml");
        let whole: Vec<PathBuf> = found.iter().filter(|file| !is_addition(file)).cloned().collect();
        // Where there is nothing to add to, the file is a specification.
        files.extend(if whole.is_empty() { found } else { whole });
    }
    files.sort();
    files
}

/// The specifications of a kernel tree, which `make ynl-kernel` downloads.
pub(crate) fn kernel_specs() -> Vec<PathBuf> {
    let folder = std::env::var_os("NLRS_YNL_KERNEL").map(PathBuf::from).unwrap_or_default();
    let mut files = yaml_files(&folder.join("Documentation/netlink/specs"));
    files.sort();
    if files.is_empty() {
        skip("specifications of a kernel tree: there is none; `make ynl-kernel` downloads one");
    }
    files
}
