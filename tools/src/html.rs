// SPDX-License-Identifier: MIT OR Apache-2.0
//! The manual as HTML: each page by mandoc, and an index that searches names and text in the browser, without a server.

use crate::manual::FOLDER;
use crate::{read, root, version};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const STYLE: &str = include_str!("html/style.css");
const INDEX: &str = include_str!("html/index.html");

/// The pages below man/, by section and name.
fn pages() -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for section in std::fs::read_dir(root().join(FOLDER))? {
        let section = section?.path();
        if section.is_dir() {
            for page in std::fs::read_dir(section)? {
                pages.push(page?.path());
            }
        }
    }
    // The overview first, then what it leads to.
    pages.sort_by_key(|page| (std::cmp::Reverse(page.extension().map(ToOwned::to_owned)), page.clone()));
    Ok(pages)
}

fn mandoc(page: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("mandoc").args(arguments).arg(page).output()?;
    if !output.status.success() && output.stdout.is_empty() {
        return Err(Error::other(format!("mandoc {}: {}", page.display(), String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Text as a terminal shows it, without the strokes that make letters bold.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c == '\u{8}' {
            out.pop();
        } else {
            out.push(c);
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// References to other pages as links: mandoc makes them of macros, but not of a name whose font is set within a line.
fn linked(html: &str, target: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<b>") {
        out.push_str(before);
        rest = after;
        let reference = after.split_once("</b>(").and_then(|(name, after)| {
            let (section, after) = after.split_once(')')?;
            Some((name, section, target(name, section)?, after))
        });
        if let Some((name, section, target, after)) = reference {
            out.push_str(&format!("<a class=\"Xr\" href=\"{target}\"><b>{name}</b>({section})</a>"));
            rest = after;
        } else {
            out.push_str("<b>");
        }
    }
    out.push_str(rest);
    out
}

/// Writes the pages and the index into a folder.
///
/// # Errors
/// What the file system reports, and when mandoc is not installed or fails.
pub fn write(folder: &Path) -> Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let links = read(format!("{FOLDER}/links"));
    for (name, page) in links.lines().filter_map(|line| line.split_once(' ')) {
        others.entry(page).or_default().push(name);
    }
    let pages_by_name: BTreeMap<&str, &str> = links.lines().filter_map(|line| line.split_once(' ')).collect();
    let pages = pages()?;
    let mut entries = Vec::new();
    for page in &pages {
        let (Some(name), Some(section)) =
            (page.file_stem().and_then(|s| s.to_str()), page.extension().and_then(|s| s.to_str()))
        else {
            continue;
        };
        let options = "man=%N.%S.html,style=style.css,toc";
        let html = mandoc(page, &["-T", "html", "-O", options])?;
        let html = linked(&html, |name, section| {
            let page = pages_by_name.get(name).copied().unwrap_or(name);
            let known = pages.iter().any(|path| path.ends_with(format!("{page}.{section}")));
            known.then(|| format!("{page}.{section}.html"))
        });
        // A page leads back to the index.
        let html = html.replacen("<body>", "<body>\n<p><a href=\"index.html\">libnlrs</a></p>", 1);
        std::fs::write(folder.join(format!("{name}.{section}.html")), html)?;
        let text = plain(&mandoc(page, &["-T", "utf8", "-O", "width=240"])?);
        let purpose =
            text.split(" - ").nth(1).and_then(|rest| rest.split(" LIBRARY ").next()?.split(" SYNOPSIS ").next());
        let purpose = purpose.and_then(|text| text.split(" DESCRIPTION ").next()).unwrap_or_default();
        entries.push(json!({
            "page": name, "section": section, "purpose": purpose, "text": text,
            "names": others.get(name).cloned().unwrap_or_default(),
        }));
    }
    std::fs::write(folder.join("style.css"), STYLE)?;
    std::fs::write(folder.join("pages.js"), format!("const PAGES = {};\n", json!(entries)))?;
    std::fs::write(folder.join("index.html"), INDEX.replace("@VERSION@", &version()))?;
    Ok(pages.len())
}
