// SPDX-License-Identifier: MIT OR Apache-2.0
//! One version, wherever it is written: crates, header, files for pkg-config and CMake, manual pages, packages, changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{read, root, scratch, shipped, skip, tools};
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stands behind the first line that begins with this.
fn behind<'a>(text: &'a str, start: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(start));
    line.unwrap_or_else(|| panic!("no line begins with {start:?}")).trim()
}

#[test]
fn every_crate_of_the_workspace() {
    let mut members: Vec<String> = ["Cargo.toml"].map(String::from).into();
    let manifest = read("Cargo.toml");
    let list = behind(&manifest, "members = [").trim_end_matches(']');
    members.extend(list.split(',').map(|member| format!("{}/Cargo.toml", member.trim().trim_matches('"'))));
    assert!(members.len() > 3, "{members:?}");
    for member in members {
        assert!(read(&member).contains("version.workspace = true"), "{member} has a version of its own");
    }
    assert_eq!(behind(&manifest, "version = "), format!("\"{VERSION}\""));
}

#[test]
fn header_and_library() {
    let header = read("include/nlrs.h");
    let parts =
        ["MAJOR", "MINOR", "PATCH"].map(|part| behind(&header, &format!("#define NLRS_VERSION_{part} ")).to_string());
    assert_eq!(parts.join("."), VERSION);
}

#[test]
fn manual_pages() {
    let date = behind(&read("CHANGELOG.md"), &format!("## {VERSION} - ")).to_string();
    let mut count = 0;
    for section in ["man/man3", "man/man7"] {
        for page in std::fs::read_dir(root().join(section)).unwrap() {
            let text = std::fs::read_to_string(page.as_ref().unwrap().path()).unwrap();
            let title = behind(&text, ".TH ");
            assert!(title.contains(&format!(" {date} \"libnlrs {VERSION}\"")), "{title}, not {date} and {VERSION}");
            count += 1;
        }
    }
    assert!(count > 40);
}

#[test]
fn packages() {
    let changelog = read("packaging/debian/changelog");
    assert!(changelog.starts_with(&format!("libnlrs ({VERSION})")), "{changelog}");
    let spec = read("packaging/rpm/libnlrs.spec");
    assert_eq!(behind(&spec, "Version:"), VERSION);
    assert!(behind(&spec, "* ").ends_with(&format!("- {VERSION}-1")), "the spec's changelog");
    assert_eq!(behind(&read("packaging/alpine/APKBUILD"), "pkgver="), VERSION);
    // Each node of the maps has its line, with the version in which it appeared.
    for (map, symbols) in [("abi/nlrs.map", "libnlrs0"), ("ynl/abi/nlrs-ynl.map", "libnlrs-ynl0")] {
        let symbols = read(format!("packaging/debian/{symbols}.symbols"));
        for node in nlrs_tools::header::nodes(&read(map)) {
            assert!(symbols.contains(&format!("(symver){} ", node.name)), "{} is not in\n{symbols}", node.name);
        }
    }
}

#[test]
fn installed_files() {
    if shipped().is_none() {
        return skip("versions of installed files", "NLRS_SHIPPED_DIR is not set (make check sets it)");
    }
    let stage = scratch("versions");
    let mut install = tools::make();
    install.args(["--silent", "install", "PREFIX=/usr"]).arg(format!("DESTDIR={}", stage.display()));
    tools::run(install.current_dir(root()));
    let text = |name: &str| std::fs::read_to_string(stage.join("usr/lib").join(name)).unwrap();
    assert_eq!(behind(&text("pkgconfig/nlrs.pc"), "Version:"), VERSION);
    assert_eq!(
        behind(&text("cmake/nlrs/nlrs-config-version.cmake"), "set(PACKAGE_VERSION "),
        format!("\"{VERSION}\")")
    );
    assert!(text("cmake/nlrs/nlrs-config.cmake").contains(&format!("libnlrs.so.0.{VERSION}\"")));
    assert!(stage.join(format!("usr/lib/libnlrs.so.0.{VERSION}")).exists());
    // What the library itself says.
    let program = stage.join("version");
    let source = stage.join("version.c");
    std::fs::write(
        &source,
        "#include <nlrs.h>\n#include <stdio.h>\nint main(void) { return puts(nlrs_version()) < 0; }\n",
    )
    .unwrap();
    let library = stage.join("usr/lib");
    let mut compile = tools::compiler(false);
    compile.arg("-I").arg(stage.join("usr/include")).arg(&source).arg("-o").arg(&program);
    tools::run(compile.arg("-L").arg(&library).arg("-lnlrs"));
    assert_eq!(tools::run(Command::new(&program).env("LD_LIBRARY_PATH", &library)).trim(), VERSION);
}
