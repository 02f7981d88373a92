// SPDX-License-Identifier: MIT OR Apache-2.0
//! The pages of docs: every C block compiles and runs, every function that they name exists, and the manual is rendered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::programs::Library;
use common::{read, root, scratch, skip, tools};
use std::process::Command;

fn pages() -> Vec<String> {
    let mut pages: Vec<String> = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_string())
        .filter(|name| name.ends_with(".md"))
        .collect();
    pages.sort();
    assert!(pages.len() >= 2, "{pages:?}");
    pages
}

/// The blocks of a language, put together: a page is one program.
fn blocks(page: &str, language: &str) -> String {
    let start = format!("```{language}\n");
    page.split(&start).skip(1).filter_map(|rest| rest.split("```").next()).collect::<Vec<_>>().join("\n")
}

#[test]
fn c_blocks_of_each_page_are_a_program() {
    let mut programs = 0;
    for page in pages() {
        let text = read(format!("docs/{page}"));
        // What another language's block says is not tried here: so there is none.
        let fences = text.lines().filter(|line| line.starts_with("```") && *line != "```");
        for fence in fences {
            assert!(["```c", "```sh"].contains(&fence), "{page}: nobody tries a block of {fence:?}");
        }
        let program = blocks(&text, "c");
        if program.is_empty() {
            continue;
        }
        programs += 1;
        let Some(folder) = Library::Shipped.folder(&scratch(&format!("docs-{page}"))) else { continue };
        let (source, binary) = (folder.join("page.c"), folder.join("page"));
        std::fs::write(&source, program).unwrap();
        for standard in ["-std=c99", "-std=c17"] {
            let mut compile = tools::compiler(false);
            compile.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-I"]);
            compile
                .arg(root().join("include"))
                .arg(&source)
                .arg("-o")
                .arg(&binary)
                .arg("-L")
                .arg(&folder)
                .arg("-lnlrs");
            tools::run(&mut compile);
        }
        if !Command::new("unshare").args(["-rn", "true"]).output().is_ok_and(|output| output.status.success()) {
            skip(&format!("the program of docs/{page}"), "no network namespace is to be had here");
            continue;
        }
        let mut run = Command::new("timeout");
        let out = tools::run(run.args(["60", "unshare", "-rn"]).arg(&binary).env("LD_LIBRARY_PATH", &folder));
        for line in ["1 lo", "route 50: it exists already", "link 1 exists"] {
            assert!(out.lines().any(|said| said == line), "{page}: no {line:?} in\n{out}");
        }
        assert!(out.contains("Nexthop has invalid gateway"), "{page}:\n{out}");
    }
    assert_eq!(programs, 1, "pages with a program");
}

/// Variables of the environment and a target of CMake, which the header does not declare.
const ELSEWHERE: [&str; 3] = ["NLRS_DEBUG", "NLRS_DEEP_SECONDS", "nlrs_static"];

#[test]
fn functions_that_the_pages_name_exist() {
    let header = read("include/nlrs.ffi.h");
    let mut named = 0;
    for page in pages() {
        for word in read(format!("docs/{page}")).split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if ELSEWHERE.contains(&word) {
                continue;
            }
            if word.starts_with("nlrs_") {
                named += 1;
                assert!(
                    header.contains(&format!("{word}(")) || header.contains(&format!("struct {word}")),
                    "{page}: {word}"
                );
            } else if word.starts_with("NLRS_") {
                assert!(header.contains(&format!("{word} =")), "{page}: {word}");
            }
        }
    }
    assert!(named > 60, "only {named} names found");
}

#[test]
fn cpp_header_is_rendered() {
    if !tools::have("doxygen") {
        return skip("nlrs.hpp as HTML", "doxygen is not installed (make deps-bindings)");
    }
    let folder = scratch("doxygen");
    let config = format!("{}\nOUTPUT_DIRECTORY = {}\n", read("docs/Doxyfile"), folder.display());
    let file = folder.join("Doxyfile");
    std::fs::write(&file, config).unwrap();
    tools::run(Command::new("doxygen").arg(&file).current_dir(root()));
    let page = std::fs::read_to_string(folder.join("html/annotated.html")).unwrap();
    for name in ["socket", "monitor"] {
        assert!(page.contains(name), "{name} is not among the classes");
    }
}
