// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header and the version script are what src/ffi has.
#![allow(clippy::unwrap_used)] // a test

use std::path::{Path, PathBuf};

const HEADER: &str = "include/nlrs-ynl.h";
const MAP: &str = "abi/nlrs-ynl.map";

/// In the order in which the header shows them.
const SECTIONS: [&str; 6] = ["open", "request", "dump", "events", "codec", "describe"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source(section: &str) -> PathBuf {
    root().join(format!("src/ffi/{section}.rs"))
}

/// The heading of a section: the first line of the file's comment.
fn heading(path: &Path) -> String {
    let source = std::fs::read_to_string(path).unwrap();
    source.lines().find_map(|line| line.strip_prefix("//! ")).unwrap().to_string()
}

/// The declarations of one file, as cbindgen writes them.
fn declarations(section: &str) -> String {
    let mut config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    config.header = None;
    config.include_guard = None;
    config.after_includes = None;
    config.trailer = None;
    let mut out = Vec::new();
    cbindgen::Builder::new().with_config(config).with_src(source(section)).generate().unwrap().write(&mut out);
    without_safety(&String::from_utf8(out).unwrap())
}

/// Comments without their last paragraph, which speaks to Rust.
fn without_safety(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut safety = false;
    for line in text.lines() {
        safety |= line.trim() == "* # Safety";
        if line.trim() == "*/" {
            safety = false;
            while kept.last().is_some_and(|last| last.trim() == "*") {
                kept.pop();
            }
        }
        if !safety {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_string()
}

fn header() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    let text = |text: Option<String>| text.unwrap().trim().to_string();
    let mut out = text(config.header);
    let guard = config.include_guard.unwrap();
    out += &format!("\n#ifndef {guard}\n#define {guard}\n\n{}\n", text(config.after_includes));
    for section in SECTIONS {
        out += &format!("\n/* {} */\n\n{}\n", heading(&source(section)), declarations(section));
    }
    out + &format!("\n{}\n\n#endif\n", text(config.trailer))
}

fn exported() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for section in SECTIONS {
        let source = std::fs::read_to_string(source(section)).unwrap();
        let function = source.lines().filter(|line| line.starts_with("pub ") && line.contains("extern \"C\" fn "));
        names.extend(function.map(|line| line.split("fn ").nth(1).unwrap().split('(').next().unwrap().to_string()));
    }
    names.sort();
    names
}

fn map() -> String {
    let names: String = exported().iter().map(|name| format!("    {name};\n")).collect();
    format!(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n\
         /* Exported names. `make header-ynl` writes it until a release seals the node. */\n\
         NLRS_YNL_0 {{\nglobal:\n{names}local:\n    *;\n}};\n"
    )
}

/// With BLESS=1 the files are rewritten; without, they must be what they would be rewritten to.
#[test]
fn generated_files_are_fresh() {
    for (name, text) in [(HEADER, header()), (MAP, map())] {
        let path = root().join(name);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, text).unwrap();
        } else {
            assert!(std::fs::read_to_string(path).unwrap() == text, "{name} is stale; `make header-ynl` rewrites it");
        }
    }
}

#[test]
fn every_export_is_declared() {
    let header = header();
    let names = exported();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(header.contains(&format!("{name}(")), "{name} is not in the header");
    }
}
