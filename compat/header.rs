// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a drop-in's header is made from its sources; a part of the tests of each.

use std::path::{Path, PathBuf};

/// A drop-in's header.
pub(crate) struct Header {
    /// Where it is, from the crate's folder.
    pub(crate) path: &'static str,
    /// The files of src/ffi that declare functions, in the order in which the header shows them.
    pub(crate) sections: &'static [&'static str],
    /// The version script, from the crate's folder.
    pub(crate) map: &'static str,
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn section_path(section: &str) -> PathBuf {
    root().join(format!("src/ffi/{section}.rs"))
}

/// The comment at the head of a section's file: heading and introduction.
fn introduction(path: &Path) -> String {
    let source = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    if let [heading] = lines.as_slice() {
        return format!("/* {heading} */");
    }
    let mut text = String::from("/*");
    for line in lines {
        text += &format!("\n * {line}");
        text.truncate(text.trim_end().len());
    }
    text + "\n */"
}

/// The declarations of one file, as cbindgen writes them.
fn declarations(section: &str) -> String {
    let mut config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    config.header = None;
    config.include_guard = None;
    config.after_includes = None;
    config.trailer = None;
    let mut out = Vec::new();
    cbindgen::Builder::new().with_config(config).with_src(section_path(section)).generate().unwrap().write(&mut out);
    without_safety(&String::from_utf8(out).unwrap())
}

/// Comments without their last paragraph, which is for Rust.
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

impl Header {
    fn generate(&self) -> String {
        let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
        let text = |text: Option<String>| text.unwrap().trim().to_string();
        let mut out = text(config.header);
        let guard = config.include_guard.unwrap();
        out += &format!("\n#ifndef {guard}\n#define {guard}\n\n{}\n", text(config.after_includes));
        for section in self.sections {
            out += &format!("\n{}\n", introduction(&section_path(section)));
            out += &format!("\n{}\n", declarations(section));
        }
        out + &format!("\n{}\n\n#endif\n", text(config.trailer))
    }

    /// With BLESS=1 the header is rewritten; without, it must be what it would be rewritten to.
    pub(crate) fn is_fresh(&self) {
        let (path, text) = (root().join(self.path), self.generate());
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        } else {
            assert!(
                std::fs::read_to_string(path).unwrap() == text,
                "{} is stale; `make header-compat` rewrites it",
                self.path
            );
        }
    }

    /// Every name of the version script is declared once, and every exported function of the sources is in the script. Returns the
    /// names.
    pub(crate) fn agrees_with_map(&self) -> Vec<String> {
        let map = std::fs::read_to_string(root().join(self.map)).unwrap();
        let header = std::fs::read_to_string(root().join(self.path)).unwrap();
        let names: Vec<String> = map
            .lines()
            .filter_map(|line| line.trim().strip_suffix(';'))
            .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
            .map(str::to_string)
            .collect();
        for name in &names {
            assert_eq!(declared(&header, name), 1, "{name} in the header");
        }
        for section in self.sections {
            let source = std::fs::read_to_string(section_path(section)).unwrap();
            let exported = source.split("#[unsafe(no_mangle)]").skip(1);
            for function in exported.filter(|item| !item.trim_start().starts_with("pub static")) {
                let function = function.split(" fn ").nth(1).unwrap().split('(').next().unwrap();
                assert!(names.iter().any(|name| name == function), "{function} is not in {}", self.map);
            }
        }
        names
    }
}

/// How often a name is declared: at the start of a line's declaration, not in a macro or a comment.
fn declared(header: &str, name: &str) -> usize {
    header
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .filter(|line| {
            line.match_indices(name).any(|(at, _)| {
                let (before, after) = (line[..at].chars().next_back(), line[at + name.len()..].chars().next());
                before.is_some_and(|c| c == ' ' || c == '*') && after.is_some_and(|c| c == '(' || c == ';')
            })
        })
        .count()
}
