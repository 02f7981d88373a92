// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which names of the kernel and the C library src uses: by reading src, so that none is forgotten.

use crate::{read, root};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// What src takes from the libc crate, and the constants of src/uapi.rs.
pub struct Used {
    pub libc_constants: BTreeSet<String>,
    pub libc_types: BTreeSet<String>,
    pub uapi_constants: BTreeSet<String>,
}

fn rust_files(folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

fn word(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("")
}

pub fn used() -> Used {
    let mut files = Vec::new();
    for folder in ["src", "core/src"] {
        rust_files(&root().join(folder), &mut files);
    }
    let mut used =
        Used { libc_constants: BTreeSet::new(), libc_types: BTreeSet::new(), uapi_constants: BTreeSet::new() };
    for text in &files {
        for rest in text.split("libc::").skip(1) {
            let list: Vec<&str> = match rest.strip_prefix('{') {
                Some(rest) => rest.split('}').next().unwrap_or("").split(',').map(|name| word(name.trim())).collect(),
                None => vec![word(rest)],
            };
            for name in list.into_iter().filter(|name| !name.is_empty()) {
                if text.contains(&format!("{name}(")) {
                    continue; // a function or a macro
                }
                let constant = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                let set =
                    if constant || name.starts_with("SYS_") { &mut used.libc_constants } else { &mut used.libc_types };
                set.insert(name.into());
            }
        }
    }
    for line in read("core/src/uapi.rs").lines() {
        if let Some(rest) = line.trim().strip_prefix("pub const ") {
            used.uapi_constants.insert(word(rest).into());
        }
    }
    used
}

/// tests/layout/constants.rs: each constant with the value that Rust sees.
pub fn constants() -> String {
    let used = used();
    let mut out = String::from(
        "// SPDX-License-Identifier: MIT OR Apache-2.0\n//! Made from src by `make header`; not to be edited.\n\n\
         /// Constants that src uses, with Rust's value.\npub const CONSTANTS: &[(&str, i128)] = &[\n",
    );
    for (module, names) in [("libc", &used.libc_constants), ("nlrs_core::uapi", &used.uapi_constants)] {
        for name in names {
            writeln!(out, "    (\"{name}\", {module}::{name} as i128),").unwrap();
        }
    }
    out.push_str("];\n");
    out
}
