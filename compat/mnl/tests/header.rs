// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header is made from src.
#![allow(clippy::unwrap_used)] // a test

use std::path::{Path, PathBuf};

const HEADER: &str = "include/libmnl/libmnl.h";

/// In the order in which the header shows them.
const SECTIONS: [&str; 5] = ["socket", "message", "batch", "attribute", "callback"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
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
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(root().join(format!("src/ffi/{section}.rs")))
        .generate()
        .unwrap()
        .write(&mut out);
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

fn generate() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    let text = |text: Option<String>| text.unwrap().trim().to_string();
    let mut out = text(config.header);
    let guard = config.include_guard.unwrap();
    out += &format!("\n#ifndef {guard}\n#define {guard}\n\n{}\n", text(config.after_includes));
    for section in SECTIONS {
        out += &format!("\n/* {} */\n", heading(&root().join(format!("src/ffi/{section}.rs"))));
        out += &format!("\n{}\n", declarations(section));
    }
    out + &format!("\n{}\n\n#endif\n", text(config.trailer))
}

/// With BLESS=1 the header is rewritten; without, it must be what it would be rewritten to.
#[test]
fn header_is_fresh() {
    let (path, text) = (root().join(HEADER), generate());
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    } else {
        assert!(std::fs::read_to_string(path).unwrap() == text, "{HEADER} is stale; `make header-compat` rewrites it");
    }
}

/// Every name of the version script has a declaration, and every function of the sources is in the script.
#[test]
fn header_map_and_sources_agree() {
    let map = std::fs::read_to_string(root().join("libmnl.map")).unwrap();
    let header = std::fs::read_to_string(root().join(HEADER)).unwrap();
    let names: Vec<&str> =
        map.lines().filter_map(|line| line.trim().strip_suffix(';')).filter(|name| name.starts_with("mnl_")).collect();
    assert_eq!(names.len(), 68);
    for name in &names {
        assert_eq!(header.matches(&format!("{name}(")).count() - iterators(&header, name), 1, "{name} in the header");
    }
    for section in SECTIONS {
        let source = std::fs::read_to_string(root().join(format!("src/ffi/{section}.rs"))).unwrap();
        for function in source.split("extern \"C\" fn mnl_").skip(1) {
            let name = format!("mnl_{}", function.split('(').next().unwrap());
            assert!(names.contains(&name.as_str()), "{name} is not in libmnl.map");
        }
    }
}

/// How often the iterators, which are macros, call a function.
fn iterators(header: &str, name: &str) -> usize {
    header
        .split("#define mnl_attr_for_each")
        .skip(1)
        .map(|text| text.split("\n\n").next().unwrap().matches(&format!("{name}(")).count())
        .sum()
}
