// SPDX-License-Identifier: MIT OR Apache-2.0
//! The manual pages: made from the header's comments as they are now, without a warning of man and mandoc, found by every name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{read, root, scratch, shipped, skip, tools};
use nlrs_tools::header::Kind;
use nlrs_tools::{header, html, manual};
use std::path::PathBuf;
use std::process::Command;

fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for section in std::fs::read_dir(root().join(manual::FOLDER)).unwrap() {
        let section = section.unwrap().path();
        if section.is_dir() {
            pages.extend(std::fs::read_dir(section).unwrap().map(|page| page.unwrap().path()));
        }
    }
    assert!(pages.len() > 40, "{} pages", pages.len());
    pages.sort();
    pages
}

#[test]
fn pages_are_fresh() {
    let stale = nlrs_tools::stale(&manual::generate());
    assert!(stale.is_empty(), "stale: {stale:?}; `make man` rewrites them");
    let unused = manual::unused_rows();
    assert!(unused.is_empty(), "rows of tools/src/manual/pages.rs that no function needs: {unused:?}");
}

/// What a reader expects of a page of section 3.
#[test]
fn pages_have_their_sections() {
    for page in pages().iter().filter(|page| page.extension().is_some_and(|section| section == "3")) {
        let text = read(page);
        for heading in ["NAME", "LIBRARY", "SYNOPSIS", "DESCRIPTION", "\"SEE ALSO\"", "HISTORY"] {
            assert!(text.contains(&format!(".SH {heading}\n")), "{}: no {heading}", page.display());
        }
    }
    let with = |heading: &str| pages().iter().filter(|page| read(page).contains(heading)).count();
    for (heading, least) in [(".SH \"RETURN VALUE\"\n", 30), (".SH ERRORS\n", 25), (".SH EXAMPLES\n", 20)] {
        assert!(with(heading) >= least, "{} pages have {heading}", with(heading));
    }
}

#[test]
fn man_and_mandoc_have_no_complaint() {
    if tools::have("man") {
        for page in pages() {
            let mut man = Command::new("man");
            man.args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]).arg(&page).env("LC_ALL", "C.UTF-8");
            let output = tools::output(&mut man);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{}:\n{said}", page.display());
        }
    } else {
        skip("manual pages with man --warnings", "man is not installed (make deps)");
    }
    if Command::new("mandoc").arg("-Tlint").arg("/dev/null").output().is_err() {
        return skip("manual pages with mandoc -Tlint", "mandoc is not installed (make deps)");
    }
    let output = tools::output(Command::new("mandoc").args(["-T", "lint", "-W", "style"]).args(pages()));
    // Names of C functions are not written in capitals.
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints: Vec<&str> =
        said.lines().filter(|line| !line.contains("STYLE: lower case character in document title")).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_name_is_found() {
    if shipped().is_none() {
        return skip("finding manual pages", "NLRS_SHIPPED_DIR is not set (make check sets it)");
    }
    let stage = scratch("manual-stage");
    let mut install = tools::make();
    install.args(["--silent", "install", "PREFIX=/usr"]).arg(format!("DESTDIR={}", stage.display()));
    tools::run(install.current_dir(root()));
    let folder = stage.join("usr/share/man");
    let (_, sections) = header::contents();
    let items = || sections.iter().flat_map(|section| &section.items);
    assert!(items().filter(|item| item.kind == Kind::Function).count() > 250);
    let names: Vec<&str> = items().map(|item| item.name.as_str()).chain(["nlrs", "nlrs-netlink"]).collect();
    for name in &names {
        let sections = ["man3", "man7"];
        let page = sections.iter().map(|section| folder.join(section).join(format!("{name}.{}", &section[3..])));
        let text = page.filter_map(|page| std::fs::read_to_string(page).ok()).next();
        let text = text.unwrap_or_else(|| panic!("no page {name}"));
        if let Some(target) = text.strip_prefix(".so ") {
            let target = folder.join(target.trim());
            let text = std::fs::read_to_string(&target).unwrap_or_else(|_| panic!("{} is not there", target.display()));
            assert!(text.contains(name), "{name} leads to {}, which does not have it", target.display());
        }
    }
    if !tools::have("man") {
        return skip("finding pages with man", "man is not installed (make deps)");
    }
    let found = tools::run(Command::new("man").arg("-M").arg(&folder).arg("-w").args(&names));
    assert_eq!(found.lines().count(), names.len(), "{found}");
    let text = tools::run(Command::new("man").arg("-M").arg(&folder).args(["-P", "cat", "nlrs_msg_put_u32"]));
    assert!(text.contains("SYNOPSIS") && text.contains("nlrs_msg_put_u32"), "{text}");
}

/// Pages that were written by hand may name functions that are gone.
#[test]
fn functions_that_pages_name_exist() {
    let known = read("include/nlrs.ffi.h");
    let links = read("man/links");
    for page in pages() {
        for word in read(&page).replace("\\-", "-").split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            let name = word.trim_end_matches('_');
            if !word.starts_with("nlrs_") || word.ends_with('_') || word == "nlrs_private" {
                continue;
            }
            let page_of_its_own = root().join(format!("man/man3/{name}.3")).exists();
            let declared = known.contains(&format!("{name}(")) || known.contains(&format!("struct {name}"));
            assert!(page_of_its_own || declared || links.contains(name), "{}: {word}", page.display());
        }
    }
}

#[test]
fn manual_is_rendered_with_a_search() {
    if Command::new("mandoc").arg("-Tlint").arg("/dev/null").output().is_err() {
        return skip("the manual as HTML", "mandoc is not installed (make deps)");
    }
    let folder = scratch("manual-html");
    let count = html::write(&folder).unwrap();
    assert_eq!(count, pages().len());
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let page = text("nlrs_dump.3.html");
    assert!(page.contains("nlrs_dump_next") && page.contains("href=\"nlrs.7.html\""), "{page}");
    let data = text("pages.js");
    for name in ["nlrs_request", "nlrs_monitor_next", "NLRS_EPARTIAL", "read a table of the kernel"] {
        assert!(data.contains(name), "{name} is not searched");
    }
    if !tools::have("node") {
        return skip("the search of the manual", "node is not installed (make deps-bindings)");
    }
    // The functions of the page itself, without a browser.
    let index = text("index.html");
    let (_, script) = index.rsplit_once("<script>").unwrap();
    let weight = script.split_once("function show()").unwrap().0.split_once("function weight").unwrap().1;
    let program = format!(
        "{data}\nfunction weight{weight}\nconst best = (word) => PAGES.map((page) => [weight(page, word), page.page])\
         .sort((a, b) => b[0] - a[0])[0][1];\nconsole.log(best('nlrs_dump_next'), best('nlrs_epartial'));"
    );
    let file = folder.join("search.js");
    std::fs::write(&file, program).unwrap();
    let found = tools::run(Command::new("node").arg(&file));
    assert!(found.starts_with("nlrs_dump "), "{found}");
    assert!(!found.contains("undefined"), "{found}");
}
