// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program that was linked once relies on: read back from the shipped files themselves. `make check-abi` runs this.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{copy_of_sources, note, read, root, scratch, shipped, skip, tools};
use nlrs_tools::header;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The shipped library's size when stripped, which may not grow unnoticed. The design's aim was 64 KiB, which nothing reaches that
/// exports close to 300 functions: names, tables and unwind records alone take 50 KB of it. See docs/performance.md.
/// The file grows by steps of 4 KiB, since what becomes read-only after the start ends with a page.
const MAX_SIZE: u64 = 192 * 1024;

fn library() -> Option<PathBuf> {
    let folder = shipped();
    if folder.is_none() {
        skip("the shipped library's ABI", "NLRS_SHIPPED_DIR is not set (make check sets it)");
    }
    Some(folder?.join("libnlrs.so"))
}

fn readelf(options: &str, file: &Path) -> String {
    tools::run(Command::new("readelf").arg("-W").arg(options).arg(file).env("LC_ALL", "C"))
}

/// Names that are declared in nlrs.ffi.h as functions.
fn declared() -> BTreeSet<String> {
    read("include/nlrs.ffi.h")
        .lines()
        .filter(|line| !line.starts_with(' ') && !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next().map(String::from))
        .collect()
}

/// The map's names with their nodes.
fn mapped() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for node in header::nodes(&read("abi/nlrs.map")) {
        for name in node.names {
            let before = names.insert(name.clone(), node.name.clone());
            assert!(before.is_none(), "{name} stands twice in the map");
        }
    }
    names
}

/// A line of readelf's symbol table: binding, section, name.
fn symbols(table: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    table.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields.as_slice() {
            [number, _, _, _, binding, _, section, name, ..]
                if number.strip_suffix(':').is_some_and(|n| n.parse::<u32>().is_ok()) =>
            {
                Some((*binding, *section, *name))
            }
            _ => None,
        }
    })
}

#[test]
fn header_map_and_library_name_the_same() {
    let Some(library) = library() else { return };
    let declared = declared();
    let mapped = mapped();
    assert_eq!(declared, mapped.keys().cloned().collect(), "header (left) and map (right)");

    let table = readelf("--dyn-syms", &library);
    let exported: BTreeMap<String, String> = symbols(&table)
        .filter(|(binding, section, name)| {
            *section != "UND" && *section != "ABS" && *binding != "LOCAL" && !name.is_empty()
        })
        .map(|(_, _, name)| {
            let (name, node) = name.split_once("@@").unwrap_or((name, "(no version)"));
            (name.to_string(), node.to_string())
        })
        .collect();
    assert_eq!(exported, mapped, "library (left) and map (right)");
    note(&format!("{} exported names, in header, map and library alike", exported.len()));
}

/// Forgotten in the header means forgotten in the map, and then it is silently local: so the archive from which the
/// library was linked is asked too.
#[test]
fn every_export_of_the_source_is_declared() {
    let Some(library) = library() else { return };
    let archive = library.with_file_name("rust/libnlrs.a");
    let table = tools::output(Command::new("readelf").args(["-W", "-s"]).arg(archive).env("LC_ALL", "C"));
    let table = String::from_utf8_lossy(&table.stdout);
    let defined: BTreeSet<String> = symbols(&table)
        .filter(|(binding, section, name)| *binding != "LOCAL" && *section != "UND" && name.starts_with("nlrs_"))
        .map(|(_, _, name)| name.to_string())
        .collect();
    assert_eq!(defined, declared(), "source (left) and header (right)");
}

/// What the dynamic section says under a tag.
fn values(dynamic: &str, tag: &str) -> Vec<String> {
    dynamic
        .lines()
        .filter(|line| line.contains(&format!("({tag})")))
        .filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_string()))
        .collect()
}

/// A bare `cargo build` makes a library that programs can be linked to and that keeps its name.
#[test]
fn cargos_library_names_itself() {
    let dynamic = readelf("-d", &tools::cargo_library_dir().join("libnlrs.so"));
    assert_eq!(values(&dynamic, "SONAME"), ["libnlrs.so.0"]);
}

#[test]
fn library_names_itself_and_needs_libc_alone() {
    let Some(library) = library() else { return };
    let dynamic = readelf("-d", &library);
    let values = |tag: &str| values(&dynamic, tag);
    assert_eq!(values("SONAME"), ["libnlrs.so.0"]);
    assert_eq!(values("NEEDED"), ["libc.so.6"]);
    for tag in ["(TEXTREL)", "(RPATH)", "(RUNPATH)"] {
        assert!(!dynamic.contains(tag), "{tag}");
    }
    assert!(
        dynamic.lines().any(|line| line.contains("(FLAGS") && line.contains("NOW")),
        "not bound at start:\n{dynamic}"
    );
    let nodes: Vec<String> = header::nodes(&read("abi/nlrs.map")).into_iter().map(|node| node.name).collect();
    let versions = readelf("-V", &library);
    for node in nodes {
        assert!(versions.contains(&format!("Name: {node}")), "{node} is not defined in the library");
    }
}

#[test]
fn library_is_hardened() {
    let Some(library) = library() else { return };
    let segments = readelf("-l", &library);
    assert!(segments.contains("GNU_RELRO"), "no RELRO:\n{segments}");
    let stack = segments.lines().find(|line| line.contains("GNU_STACK")).expect("GNU_STACK");
    assert!(stack.contains(" RW ") && !stack.contains("RWE"), "an executable stack: {stack}");
    for line in segments.lines().filter(|line| line.contains("LOAD")) {
        assert!(!line.contains("RWE"), "writable and executable: {line}");
    }
}

#[test]
fn library_is_small() {
    let Some(library) = library() else { return };
    let stripped = scratch("abi-size").join("libnlrs.so");
    tools::run(Command::new("strip").arg("--strip-unneeded").arg("-o").arg(&stripped).arg(&library));
    let size = std::fs::metadata(&stripped).unwrap().len();
    note(&format!("{size} bytes stripped, of {MAX_SIZE}"));
    assert!(size <= MAX_SIZE, "{size} bytes stripped, more than {MAX_SIZE}");
    // Neither a panic's source path nor the folder of the build is inside.
    let bytes = std::fs::read(&stripped).unwrap();
    for text in [".rs\0", ".rs:", "src/", root().to_str().unwrap(), "/rustc/", "/.cargo/"] {
        let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!found, "the stripped library contains {text:?}");
    }
}

/// No function of Rust's panic machinery survived the linker's removal of what nothing reaches, and nothing calls abort,
/// which is all that our panic handler does (and what is left of it where it was inlined).
#[test]
fn library_cannot_panic() {
    let Some(library) = library() else { return };
    let table = readelf("-s", &library);
    let mut count = 0;
    for (_, _, name) in symbols(&table) {
        count += 1;
        for word in [
            "panic",
            "begin_unwind",
            "unwrap_failed",
            "expect_failed",
            "slice_index",
            "slice_start",
            "slice_end",
            "len_mismatch",
            "handle_alloc_error",
            "alloc_error",
            "capacity_overflow",
            "core3fmt",
            "abort",
        ] {
            assert!(!name.contains(word), "{name} in the library: something can panic");
        }
    }
    assert!(count > declared().len(), "the library is stripped already: nothing was checked");
}

/// Only our names are global in libnlrs.a, so that it links beside other Rust archives.
#[test]
fn archive_exports_our_names_alone() {
    let Some(library) = library() else { return };
    let archive = library.with_file_name("libnlrs.a");
    let table = readelf("-s", &archive);
    let defined: BTreeSet<String> = symbols(&table)
        .filter(|(binding, section, _)| *binding != "LOCAL" && *section != "UND")
        .map(|(_, _, name)| name.to_string())
        .collect();
    assert_eq!(defined, declared(), "archive (left) and header (right)");
}

/// The same source in another folder gives the same bytes.
#[test]
fn builds_are_reproducible() {
    let Some(library) = library() else { return };
    let copy = scratch("abi-elsewhere");
    copy_of_sources(&copy);
    tools::run(tools::make().current_dir(&copy).arg("--quiet"));
    for name in ["libnlrs.so", "libnlrs.a"] {
        let ours = std::fs::read(library.with_file_name(name)).unwrap();
        let theirs = std::fs::read(copy.join("build").join(name)).unwrap();
        assert!(ours == theirs, "{name} differs between two folders");
    }
}
