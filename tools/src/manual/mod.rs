// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes the manual pages of section 3, and nlrs(7), from the header's comments, and a link for every name.
//!
//! A page has the functions of a row of pages.rs. Types and constants are on the first page that needs them.

mod comment;
mod examples;
mod pages;
mod text;

use crate::header::{self, Item, Kind, Section};
use crate::{Files, read, version};
use comment::{Block, Comment};
use roff::{Inline, Roff, bold, italic, roman};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use text::{Words, folded, sentence};

/// The folder of the pages.
pub const FOLDER: &str = "man";

/// A declaration with its comment taken apart.
struct Entry<'a> {
    item: &'a Item,
    comment: Comment,
    section: usize,
    parameters: Vec<String>,
}

/// One page of section 3.
struct Page<'a> {
    name: String,
    /// What stands behind the names.
    purpose: String,
    section: usize,
    functions: Vec<Entry<'a>>,
    types: Vec<Entry<'a>>,
    constants: Vec<Entry<'a>>,
}

/// The pages, and the links to them: a line for each name, with its page.
pub fn generate() -> Files {
    let (introduction, sections) = header::contents();
    let pages = pages_of(&sections);
    let owners: BTreeMap<String, String> = pages
        .iter()
        .flat_map(|page| page.functions.iter().map(|entry| (entry.item.name.clone(), page.name.clone())))
        .collect();
    let examples = examples::all();
    let map = header::nodes(&read("abi/nlrs.map"));
    let mut files: Files = pages
        .iter()
        .map(|page| {
            let text = render(page, &pages, &sections, &owners, &examples, &map);
            (format!("{FOLDER}/man3/{}.3", page.name), text)
        })
        .collect();
    files.push((format!("{FOLDER}/man7/nlrs.7"), overview(&introduction, &sections, &pages, &owners)));
    let mut links = String::new();
    for page in &pages {
        for entry in page.functions.iter().chain(&page.types).chain(&page.constants) {
            if entry.item.name != page.name {
                writeln!(links, "{} {}", entry.item.name, page.name).expect("a string takes everything");
            }
        }
    }
    files.push((format!("{FOLDER}/links"), links));
    files
}

/// The rows that no function needs: what they name is gone or has another name.
pub fn unused_rows() -> Vec<&'static str> {
    let (_, sections) = header::contents();
    let used: BTreeSet<&str> = sections
        .iter()
        .flat_map(|section| &section.items)
        .filter(|item| item.kind == Kind::Function)
        .filter_map(|item| Some(pages::row(&item.name)?.0))
        .collect();
    pages::PAGES.iter().map(|(page, _, _)| *page).filter(|page| !used.contains(page)).collect()
}

/// What is asked for the first line of a text.
fn first_sentence(blocks: &[Block]) -> String {
    let Some(Block::Paragraph(text)) = blocks.first() else { return String::new() };
    let end = text.match_indices(['.', ':', ';']).map(|(at, _)| at).find(|at| {
        let after = &text[at + 1..];
        (after.is_empty() || after.starts_with(' ')) && !text[..*at].ends_with("..")
    });
    let text = &text[..end.unwrap_or(text.len())];
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    let named = text.split(' ').next().is_some_and(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1);
    if named { text.to_string() } else { format!("{first}{}", chars.as_str()) }
}

fn pages_of(sections: &[Section]) -> Vec<Page<'_>> {
    let mut pages: Vec<Page> = Vec::new();
    let entries: Vec<Entry> = sections
        .iter()
        .enumerate()
        .flat_map(|(section, content)| content.items.iter().map(move |item| (section, item)))
        .map(|(section, item)| Entry {
            item,
            comment: comment::parse(&item.comment),
            section,
            parameters: parameters(&item.text),
        })
        .collect();
    let (functions, rest): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.item.kind == Kind::Function);
    for entry in functions {
        let (name, purpose) = match pages::row(&entry.item.name) {
            Some((page, purpose, _)) => (page.to_string(), (*purpose).to_string()),
            None => (entry.item.name.clone(), first_sentence(&entry.comment.blocks)),
        };
        match pages.iter_mut().find(|page| page.name == name) {
            Some(page) => page.functions.push(entry),
            None => pages.push(Page {
                name,
                purpose,
                section: entry.section,
                functions: vec![entry],
                types: Vec::new(),
                constants: Vec::new(),
            }),
        }
    }
    // A type is on the first page that names it in a prototype, a constant where the comments name it or what it begins with.
    for entry in rest {
        let name = &entry.item.name;
        let at = pages
            .iter()
            .position(|page| page.functions.iter().any(|function| mentions(&function.item.text, name)))
            .or_else(|| {
                let mut best: Option<(usize, usize)> = None;
                for (index, page) in pages.iter().enumerate() {
                    let length = page.functions.iter().map(|function| closeness(&function.item.comment, name)).max();
                    let length = length.unwrap_or(0);
                    let length = if page.section == entry.section { length } else { length / 2 };
                    if length > 0 && best.is_none_or(|(_, most)| length > most) {
                        best = Some((index, length));
                    }
                }
                best.map(|(index, _)| index)
            })
            .or_else(|| pages.iter().position(|page| page.section == entry.section));
        let page = &mut pages[at.expect("a section with functions")];
        match entry.item.kind {
            Kind::Constant | Kind::Text => page.constants.push(entry),
            _ => page.types.push(entry),
        }
    }
    pages
}

/// Whether a text has this name as a word.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(word) && !text[at + name.len()..].starts_with(word)
    })
}

/// How much of a constant's name a comment has: all of it, or what comes before "..." in NLRS_KIND_...
fn closeness(comment: &str, name: &str) -> usize {
    if mentions(comment, name) {
        return 2 * name.len();
    }
    let prefixes = name.match_indices('_').map(|(at, _)| &name[..=at]);
    prefixes
        .filter(|prefix| *prefix != "NLRS_" && comment.contains(&format!("{prefix}...")))
        .map(|prefix| 2 * prefix.len())
        .max()
        .unwrap_or(0)
}

/// The names of a prototype's parameters.
fn parameters(prototype: &str) -> Vec<String> {
    let Some((_, list)) = prototype.split_once('(') else { return Vec::new() };
    list.trim_end_matches([')', ';'])
        .split(',')
        .filter_map(|parameter| {
            let name: String = parameter.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            Some(name.chars().rev().collect::<String>()).filter(|name| !name.is_empty() && name != "void")
        })
        .collect()
}

fn heading(roff: &mut Roff, text: &str) {
    roff.control("SH", [text]);
}

/// The date of this version in the list of changes.
fn date() -> String {
    let heading = format!("## {} - ", version());
    let changes = read("CHANGELOG.md");
    changes.lines().find_map(|line| line.strip_prefix(&heading)).unwrap_or_default().trim().to_string()
}

fn title(name: &str, section: &str) -> Roff {
    let mut roff = Roff::new();
    let (date, source) = (date(), format!("libnlrs {}", version()));
    roff.control("TH", [name, section, date.as_str(), source.as_str(), "libnlrs Manual"]);
    // Names are not broken, and no gaps are made to fill a line.
    roff.control("nh", []);
    roff.control("ad", ["l"]);
    roff
}

const HEAD: &str = ".\\\" SPDX-License-Identifier: MIT OR Apache-2.0\n.\\\" Made by `make header` from the comments of the header; not to be edited.\n";

fn finish(roff: &Roff) -> String {
    format!("{HEAD}{}", roff.to_roff())
}

fn render(
    page: &Page,
    pages: &[Page],
    sections: &[Section],
    owners: &BTreeMap<String, String>,
    examples: &[examples::Example],
    map: &[header::Node],
) -> String {
    let words = Words {
        pages: owners,
        page: &page.name,
        parameters: page.functions.iter().flat_map(|function| function.parameters.iter().cloned()).collect(),
    };
    let mut roff = title(&page.name, "3");
    heading(&mut roff, "NAME");
    let mut names: Vec<&str> = page.functions.iter().map(|function| function.item.name.as_str()).collect();
    // A page that is named after what its functions have in common.
    if !names.contains(&page.name.as_str()) {
        names.insert(0, &page.name);
    }
    folded(&mut roff, [roman(format!("{} - {}", names.join(", "), page.purpose))]);
    heading(&mut roff, "LIBRARY");
    roff.text([roman("Netlink library ("), italic("libnlrs"), roman(", "), italic("-lnlrs"), roman(")")]);
    synopsis(&mut roff, page);
    let first = pages.iter().find(|other| other.section == page.section).is_some_and(|other| other.name == page.name);
    let introduction = if first { sections[page.section].introduction.as_str() } else { "" };
    description(&mut roff, page, introduction, &words);
    returns(&mut roff, page, &words);
    errors(&mut roff, page, pages, &words);
    let functions: Vec<&str> = page.functions.iter().map(|function| function.item.name.as_str()).collect();
    if let Some(example) = examples::best(examples, &functions) {
        heading(&mut roff, "EXAMPLES");
        roff.text([roman("From "), italic(&example.file), roman(":")]);
        code(&mut roff, &example.lines);
    }
    see_also(&mut roff, page, pages, owners);
    history(&mut roff, page, map);
    finish(&roff)
}

fn code(roff: &mut Roff, lines: &[String]) {
    roff.control("PP", []);
    roff.control("in", ["+4n"]);
    roff.control("EX", []);
    for line in lines {
        roff.text([roman(line.as_str())]);
    }
    roff.control("EE", []);
    roff.control("in", []);
}

/// Columns of a prototype.
const WIDTH: usize = 74;

fn synopsis(roff: &mut Roff, page: &Page) {
    heading(roff, "SYNOPSIS");
    roff.control("nf", []);
    roff.text([bold("#include <nlrs.h>")]);
    for function in &page.functions {
        roff.control("PP", []);
        for line in prototype(&function.item.text, &function.parameters) {
            roff.text(line);
        }
    }
    roff.control("fi", []);
}

/// A prototype in lines, with its parameters italic.
fn prototype(text: &str, parameters: &[String]) -> Vec<Vec<Inline>> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((start, rest)) = words.split_once('(') else { return vec![vec![bold(words)]] };
    let list: Vec<&str> = rest.trim_end_matches(';').trim_end_matches(')').split(", ").collect();
    let mut lines: Vec<Vec<Inline>> = vec![vec![bold(format!("{start}("))]];
    let mut column = start.len() + 1;
    // As deep as the parenthesis, but not where that leaves no room.
    let indent = if column > 40 { 8 } else { column };
    for (index, parameter) in list.iter().enumerate() {
        let end = if index + 1 == list.len() { ");" } else { "," };
        if index > 0 && column + parameter.len() + end.len() > WIDTH {
            lines.push(vec![roman(" ".repeat(indent))]);
            column = indent;
        } else if index > 0 {
            lines.last_mut().expect("a line").push(roman(" "));
            column += 1;
        }
        let line = lines.last_mut().expect("a line");
        match parameters.get(index).and_then(|name| Some((name, parameter.strip_suffix(name.as_str())?))) {
            Some((name, ty)) => line.extend([bold(ty), italic(name), bold(end)]),
            None => line.push(bold(format!("{parameter}{end}"))),
        }
        column += parameter.len() + end.len();
    }
    lines
}

/// Paragraphs begin with this macro: PP, or IP inside an entry of a list.
fn write_blocks(roff: &mut Roff, blocks: &[Block], words: &Words, paragraph: &str, first: &mut bool) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => {
                if !std::mem::take(first) {
                    roff.control(paragraph, []);
                }
                words.line(roff, text);
            }
            Block::List(entries) => {
                for (tag, text) in entries {
                    if tag.is_empty() {
                        roff.control("IP", ["\\(bu", "3"]);
                    } else {
                        roff.control("TP", []);
                        roff.text([bold(tag.as_str())]);
                    }
                    words.line(roff, text);
                }
                *first = false;
            }
            Block::Code(lines) => {
                code(roff, lines);
                *first = false;
            }
        }
    }
}

/// Parameters that two functions or more describe in the same words.
fn common_parameters(page: &Page) -> Vec<(String, String)> {
    let mut counted: Vec<((String, String), usize)> = Vec::new();
    for parameter in page.functions.iter().flat_map(|function| &function.comment.parameters) {
        match counted.iter_mut().find(|(known, _)| known == parameter) {
            Some((_, count)) => *count += 1,
            None => counted.push((parameter.clone(), 1)),
        }
    }
    // Of a parameter with several descriptions the most frequent is the common one.
    let mut common: Vec<((String, String), usize)> = Vec::new();
    for (parameter, count) in counted {
        if count < 2 {
            continue;
        }
        match common.iter_mut().find(|(known, _)| known.0 == parameter.0) {
            Some(known) if known.1 < count => *known = (parameter, count),
            Some(_) => {}
            None => common.push((parameter, count)),
        }
    }
    common.into_iter().map(|(parameter, _)| parameter).collect()
}

fn argument(roff: &mut Roff, (name, text): &(String, String), words: &Words) {
    roff.control("TP", []);
    roff.text([italic(name.as_str())]);
    if text.is_empty() {
        roff.text([roman("The same as above.")]);
    } else {
        words.line(roff, &sentence(text));
    }
}

/// The introduction is that of the section, on its first page.
fn description(roff: &mut Roff, page: &Page, introduction: &str, words: &Words) {
    heading(roff, "DESCRIPTION");
    if !introduction.is_empty() {
        write_blocks(roff, &comment::blocks(introduction), words, "PP", &mut true);
        if page.functions.len() == 1 {
            roff.control("PP", []);
        }
    }
    if let [function] = &page.functions[..] {
        write_blocks(roff, &function.comment.blocks, words, "PP", &mut true);
        if !function.comment.parameters.is_empty() {
            roff.control("PP", []);
            roff.text([roman("The arguments are:")]);
            for parameter in &function.comment.parameters {
                argument(roff, parameter, words);
            }
        }
    } else {
        let common = common_parameters(page);
        for function in &page.functions {
            roff.control("TP", []);
            roff.text([bold(function.item.name.as_str()), roman("()")]);
            write_blocks(roff, &function.comment.blocks, words, "IP", &mut true);
            let own: Vec<_> =
                function.comment.parameters.iter().filter(|parameter| !common.contains(parameter)).collect();
            if !own.is_empty() {
                roff.control("RS", []);
                for parameter in own {
                    argument(roff, parameter, words);
                }
                roff.control("RE", []);
            }
        }
        if !common.is_empty() {
            roff.control("SS", ["Arguments"]);
            for parameter in &common {
                argument(roff, parameter, words);
            }
        }
    }
    for entry in &page.types {
        let what = if entry.item.text.starts_with("typedef") { "" } else { "struct " };
        roff.control("SS", [format!("{what}{}", entry.item.name).as_str()]);
        write_blocks(roff, &entry.comment.blocks, words, "PP", &mut true);
        code(roff, &entry.item.text.lines().map(String::from).collect::<Vec<_>>());
        for parameter in &entry.comment.parameters {
            argument(roff, parameter, words);
        }
        let mut returned: Vec<String> = entry.comment.returns.clone();
        returned.extend(entry.comment.errors.iter().map(|(codes, when)| format!("{}: {when}", codes.join(", "))));
        if !returned.is_empty() {
            roff.control("PP", []);
            words.line(roff, &format!("It returns {}.", returned.join("; ")));
        }
    }
    if !page.constants.is_empty() {
        roff.control("SS", ["Constants"]);
        for entry in &page.constants {
            roff.control("TP", []);
            roff.text([bold(entry.item.name.as_str())]);
            if entry.comment.blocks.is_empty() {
                roff.text([roman(entry.item.text.rsplit(' ').next().unwrap_or_default())]);
            }
            write_blocks(roff, &entry.comment.blocks, words, "IP", &mut true);
        }
    }
}

/// The functions whose result is described in the same words, by these.
fn grouped<'a>(page: &'a Page, of: impl Fn(&'a Entry<'a>) -> Option<String>) -> Vec<(String, Vec<&'a str>)> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for function in &page.functions {
        let Some(text) = of(function) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(&function.item.name),
            None => groups.push((text, vec![&function.item.name])),
        }
    }
    groups
}

/// Names as in a sentence: a(), b() and c().
fn enumeration(names: &[&str]) -> Vec<Inline> {
    let mut parts = Vec::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            parts.push(roman(if index + 1 == names.len() { " and " } else { ", " }));
        }
        parts.push(bold(*name));
        parts.push(roman("()"));
    }
    parts
}

fn returns(roff: &mut Roff, page: &Page, words: &Words) {
    let groups = grouped(page, |function| {
        let mut text = function.comment.returns.join("; ");
        if text.is_empty() {
            return None;
        }
        if !function.comment.errors.is_empty() {
            text.push_str("; a negative code on failure");
        }
        Some(text)
    });
    if groups.is_empty() {
        return;
    }
    heading(roff, "RETURN VALUE");
    let all = groups.len() == 1 && groups[0].1.len() == page.functions.len() && page.functions.len() > 1;
    for (index, (text, names)) in groups.iter().enumerate() {
        if index > 0 {
            roff.control("PP", []);
        }
        let mut line = if all {
            vec![roman(if names.len() == 2 { "Both functions" } else { "All of these functions" })]
        } else {
            enumeration(names)
        };
        line.push(roman(if names.len() > 1 { " return " } else { " returns " }));
        line.extend(words.inline(&format!("{text}.")));
        folded(roff, line);
    }
}

/// For each code: when, and by which functions.
type Causes<'a> = Vec<(String, Vec<(String, Vec<&'a str>)>)>;

fn add<'a>(causes: &mut Causes<'a>, code: &str, when: &str, name: &'a str) {
    if !causes.iter().any(|(known, _)| known == code) {
        causes.push((code.to_string(), Vec::new()));
    }
    let (_, list) = causes.iter_mut().find(|(known, _)| known == code).expect("it was added");
    match list.iter_mut().find(|(known, _)| known == when) {
        Some((_, names)) if names.contains(&name) => {}
        Some((_, names)) => names.push(name),
        None => list.push((when.to_string(), vec![name])),
    }
}

/// What a code means wherever it is returned.
fn meaning(code: &str, pages: &[Page]) -> String {
    let entry = pages.iter().flat_map(|page| &page.constants).find(|entry| entry.item.name == code);
    match (entry.and_then(|entry| entry.comment.blocks.first()), code) {
        (Some(Block::Paragraph(text)), _) => text.clone(),
        (_, "-ENOMEM") => "there is no memory".into(),
        (_, "-EMFILE") => "the process has as many descriptors as it may have".into(),
        (_, "-ENFILE") => "the machine has as many open files as it may have".into(),
        _ => "a system call or the kernel returned it".into(),
    }
}

fn errors(roff: &mut Roff, page: &Page, pages: &[Page], words: &Words) {
    let mut causes: Causes = Vec::new();
    for function in &page.functions {
        let name = function.item.name.as_str();
        for (codes, when) in &function.comment.errors {
            for code in codes {
                add(&mut causes, code, when, name);
            }
        }
        // "(struct X lists the codes)": in its comment.
        for text in &function.comment.returns {
            let Some((_, of)) = text.split_once("(struct ").filter(|(_, rest)| rest.contains(" lists the codes"))
            else {
                continue;
            };
            let of: String = of.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let entry = pages.iter().flat_map(|page| &page.types).find(|entry| entry.item.name == of);
            for block in entry.iter().flat_map(|entry| &entry.comment.blocks) {
                let Block::List(entries) = block else { continue };
                for (tag, text) in entries.iter().filter(|(tag, _)| comment::is_code(tag)) {
                    add(&mut causes, tag, text.trim_end_matches([';', '.']), name);
                }
            }
        }
        for (parameter, text) in &function.comment.parameters {
            // Other codes in the text of a parameter are not what the function returns.
            let split = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
            for clause in text.split([';', '.']).map(str::trim) {
                for code in clause.split(split).filter(|word| word.starts_with('-') && comment::is_code(word)) {
                    add(&mut causes, code, &format!("{parameter}: {clause}"), name);
                }
            }
        }
    }
    if causes.is_empty() {
        return;
    }
    heading(roff, "ERRORS");
    for (code, list) in causes {
        roff.control("TP", []);
        roff.text([bold(code.as_str())]);
        for (index, (when, names)) in list.iter().enumerate() {
            if index > 0 {
                roff.control("IP", []);
            }
            let everyone = names.len() == page.functions.len();
            let mut line = if everyone { Vec::new() } else { enumeration(names) };
            let meaning = meaning(&code, pages);
            let when = if when.is_empty() { &meaning } else { when };
            if everyone {
                line.extend(words.inline(&sentence(when)));
            } else {
                line.push(roman(": "));
                line.extend(words.inline(&format!("{}.", when.trim_end_matches('.'))));
            }
            folded(roff, line);
        }
    }
}

fn see_also(roff: &mut Roff, page: &Page, pages: &[Page], owners: &BTreeMap<String, String>) {
    let mut names: BTreeSet<&str> =
        pages.iter().filter(|other| other.section == page.section).map(|other| other.name.as_str()).collect();
    for function in &page.functions {
        for word in function.item.comment.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            if let Some(owner) = owners.get(word) {
                names.insert(owner);
            }
        }
    }
    names.remove(page.name.as_str());
    heading(roff, "SEE ALSO");
    let mut line = Vec::new();
    for name in names {
        line.extend([bold(name), roman("(3), ")]);
    }
    line.extend([bold("nlrs"), roman("(7), "), bold("nlrs-netlink"), roman("(7), "), bold("netlink"), roman("(7)")]);
    folded(roff, line);
}

/// The version whose node the functions are in.
fn history(roff: &mut Roff, page: &Page, map: &[header::Node]) {
    let versions = grouped(page, |function| {
        let node = map.iter().find(|node| node.names.contains(&function.item.name))?;
        let version = node.name.strip_prefix("NLRS_")?;
        // The first node is named after the soname alone.
        Some(if version == "0" { "0.1.0".to_string() } else { format!("{version}.0") })
    });
    heading(roff, "HISTORY");
    for (version, names) in &versions {
        let mut line = if names.len() == page.functions.len() {
            vec![roman(if names.len() == 1 { "This function" } else { "These functions" })]
        } else {
            enumeration(names)
        };
        line.push(roman(format!(" appeared in libnlrs {version}.")));
        folded(roff, line);
    }
}

/// nlrs(7): the header's introduction, and what is where.
fn overview(introduction: &str, sections: &[Section], pages: &[Page], owners: &BTreeMap<String, String>) -> String {
    let words = Words { pages: owners, page: "", parameters: BTreeSet::new() };
    let mut roff = title("nlrs", "7");
    heading(&mut roff, "NAME");
    folded(&mut roff, [roman("nlrs - the netlink library: messages, sockets, requests, dumps, batches and monitors")]);
    heading(&mut roff, "SYNOPSIS");
    roff.control("nf", []);
    roff.text([bold("#include <nlrs.h>")]);
    roff.control("PP", []);
    roff.text([bold("cc prog.c $(pkg-config --cflags --libs nlrs)")]);
    roff.control("fi", []);
    heading(&mut roff, "DESCRIPTION");
    words.line(
        &mut roff,
        "libnlrs is what a program links to talk to the Linux kernel by netlink(7): about links, addresses, routes, neighbours, \
         firewalls and everything else that has a netlink family. It builds and reads messages, sends requests and waits for their \
         answers, reads tables (dumps), sends many requests at once (batches), and follows events (monitors). It needs the C \
         library and nothing else.",
    );
    let mut first = false;
    for paragraph in introduction.split("\n\n") {
        let title = !paragraph.is_empty() && paragraph.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
        if title {
            let mut chars = paragraph.chars();
            let heading: String = chars.next().into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect();
            roff.control("SS", [heading.as_str()]);
            first = true;
        } else if !paragraph.starts_with("libnlrs:") && !paragraph.starts_with("This file is the reference manual") {
            write_blocks(&mut roff, &comment::blocks(paragraph), &words, "PP", &mut first);
        }
    }
    heading(&mut roff, "FUNCTIONS");
    for (index, section) in sections.iter().enumerate() {
        let mine: Vec<&Page> = pages.iter().filter(|page| page.section == index).collect();
        if mine.is_empty() {
            continue;
        }
        roff.control("SS", [section.heading.as_str()]);
        write_blocks(&mut roff, &comment::blocks(&section.introduction), &words, "PP", &mut true);
        for page in mine {
            roff.control("TP", []);
            roff.text([bold(page.name.as_str()), roman("(3)")]);
            words.line(&mut roff, &sentence(&page.purpose));
        }
    }
    heading(&mut roff, "EXAMPLES");
    roff.text([roman("A program that prints the index and the name of each link:")]);
    let readme = read("README.md");
    let program =
        readme.split("```c\n").nth(1).and_then(|rest| rest.split("```").next()).expect("README has a program");
    code(&mut roff, &program.lines().map(String::from).collect::<Vec<_>>());
    heading(&mut roff, "SEE ALSO");
    roff.text([bold("nlrs-netlink"), roman("(7), "), bold("netlink"), roman("(7), "), bold("rtnetlink"), roman("(7)")]);
    finish(&roff)
}
