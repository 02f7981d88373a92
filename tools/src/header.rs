// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes include/nlrs.h, include/nlrs.ffi.h and abi/nlrs.map from src (and, by kernel.rs, a list for tests/layout.rs).
//!
//! cbindgen translates the declarations of src and of the files in ELSEWHERE. What is done here is to put them in
//! sections, one for each file of src: the file's head comment gives heading and introduction, and its order is kept. A
//! comment loses its `# Safety` paragraph, which speaks to Rust.

use crate::{Files, comment, read, root, version};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Files of src in the order of their sections. A file that is not named here comes behind these.
#[rustfmt::skip]
const ORDER: &[&str] = &[
    "macros", "build", "put", "nest", "copy", "reply", "message", "attribute", "value", "policy", "status",
    "socket_options", "socket", "setting", "datagram", "filter", "exchange", "batch", "monitor", "event", "table",
    "addr", "link", "address", "route", "rule", "neighbour", "nexthop", "records", "lookup", "genl", "sock_diag", "uevent",
    "connector", "ethtool", "nfnetlink", "conntrack", "audit",
    "trace", "peer", "error", "version",
];

/// Files of src that declare nothing for C.
const NO_SECTIONS: &[&str] = &["lib", "pointers", "record", "rt", "constants"];

/// Types and constants that core/ declares stand with the functions that they are for.
const ELSEWHERE: &[(&str, &str)] = &[
    ("error", "core/src/error/code.rs"),
    ("addr", "core/src/family/addr.rs"),
    ("link", "core/src/family/rtnetlink/link.rs"),
    ("address", "core/src/family/rtnetlink/address.rs"),
    ("route", "core/src/family/rtnetlink/route.rs"),
    ("rule", "core/src/family/rtnetlink/rule.rs"),
    ("neighbour", "core/src/family/rtnetlink/neighbour.rs"),
    ("nexthop", "core/src/family/rtnetlink/nexthop.rs"),
    ("sock_diag", "core/src/family/sock_diag.rs"),
    ("connector", "core/src/family/connector.rs"),
    ("conntrack", "core/src/family/conntrack.rs"),
    ("nfnetlink", "core/src/family/nfnetlink.rs"),
    ("audit", "core/src/family/audit.rs"),
];

/// Structs that <linux/netlink.h> defines. nlrs.ffi.h, which includes nothing, says what is in them.
const KERNEL_STRUCTS: &[(&str, &str)] = &[
    (
        "nlmsghdr",
        "struct nlmsghdr {\n    uint32_t nlmsg_len;\n    uint16_t nlmsg_type;\n    uint16_t nlmsg_flags;\n    \
         uint32_t nlmsg_seq;\n    uint32_t nlmsg_pid;\n};\n",
    ),
    ("nlattr", "struct nlattr {\n    uint16_t nla_len;\n    uint16_t nla_type;\n};\n"),
    (
        "sockaddr_nl",
        "struct sockaddr_nl {\n    uint16_t nl_family;\n    uint16_t nl_pad;\n    uint32_t nl_pid;\n    uint32_t nl_groups;\n};\n",
    ),
    ("nlmsgerr", "struct nlmsgerr {\n    int error;\n    struct nlmsghdr msg;\n};\n"),
];

/// One declaration.
pub struct Item {
    pub name: String,
    pub comment: String,
    pub text: String,
    pub kind: Kind,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, Debug)]
pub enum Kind {
    /// A constant string, which nlrs.h alone has.
    Text,
    Constant,
    Type,
    Function,
}

pub struct Section {
    pub heading: String,
    pub introduction: String,
    pub items: Vec<Item>,
}

/// The generated files and what src says that they should be.
pub fn generate() -> Files {
    let (config, sections) = sections();
    let names: BTreeSet<String> = sections
        .iter()
        .flat_map(|section| &section.items)
        .filter(|item| item.kind == Kind::Function)
        .map(|item| item.name.clone())
        .collect();
    let files = [
        ("include/nlrs.h", header(config.header.as_deref().unwrap_or(""), &sections)),
        ("include/nlrs.ffi.h", ffi(&sections)),
        ("abi/nlrs.map", map(&read("abi/nlrs.map"), &names)),
        ("src/constants.rs", constants(&sections)),
        ("tests/layout/constants.rs", crate::kernel::constants()),
    ];
    files.map(|(path, text)| (path.to_string(), text)).into()
}

/// The introduction of the header, which holds for all of it, and its sections.
pub fn contents() -> (String, Vec<Section>) {
    let (config, sections) = sections();
    (comment::joined(&without_links(config.header.as_deref().unwrap_or("").trim())), sections)
}

fn sections() -> (cbindgen::Config, Vec<Section>) {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml");
    let mut stems: Vec<String> = std::fs::read_dir(root().join("src"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".rs").map(String::from))
        .filter(|stem| !NO_SECTIONS.contains(&stem.as_str()))
        .collect();
    stems.sort_by_key(|stem| (ORDER.iter().position(|name| name == stem).unwrap_or(ORDER.len()), stem.clone()));

    let mut builder = cbindgen::Builder::new();
    for (_, path) in ELSEWHERE {
        builder = builder.with_src(root().join(path));
    }
    for stem in &stems {
        builder = builder.with_src(root().join(format!("src/{stem}.rs")));
    }
    let mut quiet = config.clone();
    quiet.header = None;
    let bindings = builder.with_config(quiet).generate().expect("cbindgen");
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).unwrap().replace("struct struct ", "struct ");
    let mut items = parse(&text);

    let mut sections = Vec::new();
    for stem in &stems {
        let source = read(format!("src/{stem}.rs"));
        let (heading, introduction) = head_comment(&source, stem);
        let mut own = Vec::new();
        for (_, path) in ELSEWHERE.iter().filter(|(section, _)| section == stem) {
            own.extend(take(&mut items, &read(path), &config));
        }
        own.extend(take(&mut items, &source, &config));
        own.extend(texts(&source));
        own.sort_by_key(|item| item.kind); // stable: constants, types, functions, each in the order of the source
        sections.push(Section { heading, introduction, items: own });
    }
    let lost: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
    assert!(lost.is_empty(), "cbindgen gave declarations whose source was not found: {lost:?}");
    (config, sections)
}

/// The constant strings of a source, which cbindgen leaves out.
fn texts(source: &str) -> Vec<Item> {
    let mut found = Vec::new();
    let mut comment = String::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push_str(text);
            comment.push('\n');
            continue;
        }
        if let Some((name, rest)) = line.strip_prefix("pub const ").and_then(|rest| rest.split_once(": &str = ")) {
            let text = format!("#define {name} {}", rest.trim_end_matches(';'));
            found.push(Item { name: name.to_string(), comment: tidy(&comment), text, kind: Kind::Text });
        }
        comment.clear();
    }
    found
}

/// Heading and introduction of a section: the head comment of its file.
fn head_comment(source: &str, stem: &str) -> (String, String) {
    let lines: Vec<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let heading = lines.first().copied().unwrap_or(stem).trim_end_matches('.').to_string();
    let introduction = comment::joined(&without_links(lines.get(1..).unwrap_or(&[]).join("\n").trim()));
    (heading, introduction)
}

/// rustdoc's [`links`] as plain words, and plain ASCII.
fn without_links(text: &str) -> String {
    text.replace("[`", "").replace("`]", "").replace('…', "...")
}

/// The items that this source defines, in its order.
fn take(items: &mut Vec<Item>, source: &str, config: &cbindgen::Config) -> Vec<Item> {
    let position = |item: &Item| {
        let c_name = format!("struct {}", item.name);
        let renamed = config.export.rename.iter().find(|(_, to)| **to == c_name).map(|(from, _)| from.as_str());
        let name = renamed.filter(|_| item.kind == Kind::Type).unwrap_or(&item.name);
        ["fn", "const", "struct", "type", "union"].into_iter().find_map(|keyword| {
            let start = format!("{keyword} {name}");
            source.match_indices(&start).map(|(at, _)| at).find(|at| {
                let next = source[at + start.len()..].chars().next();
                !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        })
    };
    let mut mine = Vec::new();
    for mut item in std::mem::take(items) {
        match position(&item) {
            Some(at) => {
                if item.kind == Kind::Constant {
                    item.text = as_written(&item, &source[at..]);
                }
                mine.push((at, item));
            }
            None => items.push(item),
        }
    }
    mine.sort_by_key(|(at, _)| *at);
    mine.into_iter().map(|(_, item)| item).collect()
}

/// A constant with the number as the source writes it: cbindgen makes decimals of all.
fn as_written(item: &Item, source: &str) -> String {
    let statement = source.split(';').next().unwrap_or_default();
    let Some((_, value)) = statement.split_once('=') else { return item.text.clone() };
    let value = value.trim().replace('_', "");
    let digits = value.strip_prefix('-').unwrap_or(&value);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.chars().all(|c| c.is_ascii_hexdigit() || c == 'x') {
        return item.text.clone();
    }
    let value = if value.starts_with('-') { format!("({value})") } else { value };
    format!("#define {} {value}", item.name)
}

/// Splits cbindgen's output.
fn parse(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut comment = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        if line.starts_with("/**") {
            comment.clear();
            let mut line = line.trim_start_matches("/**");
            loop {
                let last = line.ends_with("*/");
                let body = line.trim_end_matches("*/").trim_start();
                let body = body.strip_prefix('*').unwrap_or(body);
                comment.push_str(body.strip_prefix(' ').unwrap_or(body).trim_end());
                comment.push('\n');
                if last {
                    break;
                }
                line = lines.next().expect("an open comment in cbindgen's output");
            }
            continue;
        }
        let mut text = String::from(line);
        if !line.starts_with('#') {
            while !(text.ends_with(';') && text.matches('{').count() == text.matches('}').count()) {
                text.push('\n');
                text.push_str(lines.next().expect("an open declaration in cbindgen's output"));
            }
        }
        let comment = tidy(&std::mem::take(&mut comment));
        if let Some(item) = item(text, comment) {
            items.push(item);
        }
    }
    items
}

/// A comment without what speaks to Rust alone.
fn tidy(comment: &str) -> String {
    let mut kept = String::new();
    let mut safety = false;
    for line in comment.lines() {
        if line.starts_with('#') {
            safety = line.trim_start_matches('#').trim() == "Safety";
        }
        if !safety {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    comment::joined(&without_links(kept.trim()))
}

/// One declaration; None for the forward declaration of an opaque struct, which the header makes itself.
fn item(text: String, comment: String) -> Option<Item> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    if let Some(rest) = text.strip_prefix("#define ") {
        let name = word(rest);
        let value = rest[name.len()..].trim();
        let value = if value.starts_with('-') { format!("({value})") } else { value.to_string() };
        return Some(Item { text: format!("#define {name} {value}"), name, comment, kind: Kind::Constant });
    }
    if let Some(rest) = text.strip_prefix("typedef ") {
        let name = match rest.split_once("(*") {
            Some((_, rest)) => word(rest),
            None => rest.trim_end_matches(';').rsplit(' ').next().map(word)?,
        };
        return Some(Item { name, comment, text, kind: Kind::Type });
    }
    if (text.starts_with("struct ") || text.starts_with("union ")) && !without_comments(&text).contains('(') {
        let name = word(text.split_once(' ')?.1);
        let text = short_comments(&text);
        return text.contains('{').then_some(Item { name, comment, text, kind: Kind::Type });
    }
    let before = text.split_once('(').unwrap_or_else(|| panic!("cbindgen gave what is no declaration: {text}")).0;
    let name = before.rsplit([' ', '*']).next().unwrap_or_default().to_string();
    Some(Item { name, comment, text: wrapped(&text), kind: Kind::Function })
}

/// A struct with the comments of its fields on one line each, where they are one line.
fn short_comments(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut index = 0;
    while index < lines.len() {
        if let [open, body, close, ..] = &lines[index..] {
            if open.trim() == "/**" && close.trim() == "*/" {
                let indent = &open[..open.len() - open.trim_start().len()];
                out.push(format!("{indent}/** {} */", body.trim().trim_start_matches('*').trim()));
                index += 3;
                continue;
            }
        }
        out.push(lines[index].to_string());
        index += 1;
    }
    out.join("\n")
}

/// A declaration without the comments inside.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// The structs that the declarations name without defining them, in order of appearance.
fn undefined_structs(sections: &[Section]) -> Vec<String> {
    let items = || sections.iter().flat_map(|section| &section.items);
    let mut names: Vec<String> = Vec::new();
    for item in items() {
        for part in item.text.split("struct ").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.retain(|name| !items().any(|item| item.kind == Kind::Type && item.name == *name && item.text.contains('{')));
    names
}

/// A prototype on one line, or broken between parameters where it is too long.
fn wrapped(prototype: &str) -> String {
    let words = prototype.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.len() <= comment::WIDTH {
        return words;
    }
    let (start, rest) = words.split_once('(').unwrap();
    let mut out = format!("{start}(");
    let mut column = out.len();
    let indent = column;
    for (index, parameter) in rest.split(", ").enumerate() {
        if index > 0 {
            out.push(',');
            if column + parameter.len() + 3 > comment::WIDTH {
                out.push_str(&format!("\n{:indent$}", ""));
                column = indent;
            } else {
                out.push(' ');
                column += 2;
            }
        }
        out.push_str(parameter);
        column += parameter.len();
    }
    out
}

/// A comment block; `*/` cannot stand inside.
fn block(text: &str) -> String {
    assert!(!text.contains("*/"), "a comment with the end of a comment inside: {text}");
    if !text.contains('\n') && text.len() < comment::WIDTH - 8 {
        return format!("/** {text} */\n");
    }
    let mut out = String::from("/**\n");
    for line in text.lines().flat_map(comment::wrapped) {
        out.push_str(format!(" * {line}").trim_end());
        out.push('\n');
    }
    out.push_str(" */\n");
    out
}

fn header(introduction: &str, sections: &[Section]) -> String {
    let mut out = String::from(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n/* Made from src by `make header`; not to be edited. */\n",
    );
    out.push_str(&block(&comment::joined(&without_links(introduction.trim()))));
    out.push_str(
        "#ifndef NLRS_H\n#define NLRS_H\n\n#include <stddef.h>\n#include <stdint.h>\n#include <linux/netlink.h>\n\n",
    );
    out.push_str("#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    for name in undefined_structs(sections) {
        if !KERNEL_STRUCTS.iter().any(|(known, _)| *known == name) {
            writeln!(out, "struct {name};").unwrap();
        }
    }
    for section in sections.iter().filter(|section| !section.items.is_empty()) {
        let rule = "=".repeat(100);
        write!(out, "\n/* {rule}\n * {}\n", section.heading.to_uppercase()).unwrap();
        if !section.introduction.is_empty() {
            out.push_str(" *\n");
            for line in section.introduction.lines().flat_map(comment::wrapped) {
                out.push_str(format!(" * {line}").trim_end());
                out.push('\n');
            }
        }
        writeln!(out, " * {rule} */").unwrap();
        for item in &section.items {
            out.push('\n');
            if !item.comment.is_empty() {
                out.push_str(&block(&item.comment));
            }
            writeln!(out, "{}", item.text).unwrap();
        }
    }
    out.push_str("\n#ifdef __cplusplus\n} /* extern \"C\" */\n#endif\n\n#endif /* NLRS_H */\n");
    out
}

fn ffi(sections: &[Section]) -> String {
    let mut out = String::from(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n/* Made from src by `make header`; not to be edited.\n\n   \
         The declarations of nlrs.h for tools that read C without a preprocessor, such as Python's cffi and LuaJIT. What they\n   \
         mean is said in nlrs.h. */\n\n",
    );
    let items = || sections.iter().flat_map(|section| &section.items);
    out.push_str("enum {\n");
    for item in items().filter(|item| item.kind == Kind::Constant) {
        let value = item.text.rsplit(' ').next().unwrap().trim_matches(['(', ')']);
        writeln!(out, "    {} = {value},", item.name).unwrap();
    }
    out.push_str("};\n\n/* Numbers of the kernel that the records are used with. */\nenum {\n");
    for (name, value) in crate::uapi::constants() {
        writeln!(out, "    {name} = {value},").unwrap();
    }
    out.push_str("};\n\n");
    for (name, definition) in KERNEL_STRUCTS {
        // The header's forward declarations depend on what is used; here a definition too many does no harm.
        assert!(definition.contains(name));
        out.push_str(definition);
    }
    out.push('\n');
    for name in undefined_structs(sections) {
        if !KERNEL_STRUCTS.iter().any(|(known, _)| *known == name) {
            writeln!(out, "struct {name};").unwrap();
        }
    }
    out.push('\n');
    for item in items().filter(|item| !matches!(item.kind, Kind::Constant | Kind::Text)) {
        writeln!(out, "{}", without_comments(&item.text)).unwrap();
    }
    out
}

/// The table behind nlrs_constant. The names are one text, without the prefix: a slice for each would take more room.
fn constants(sections: &[Section]) -> String {
    let mut out = String::from(
        "// SPDX-License-Identifier: MIT OR Apache-2.0\n//! Made from src by `make header`; not to be edited.\n\n\
         /// The constants of the header without their NLRS_, a NUL behind each.\npub(crate) const NAMES: &[u8] = b\"",
    );
    let mut values = String::new();
    for item in sections.iter().flat_map(|section| &section.items).filter(|item| item.kind == Kind::Constant) {
        let name = item.name.strip_prefix("NLRS_").unwrap_or_else(|| panic!("{} has no NLRS_", item.name));
        let value = item.text.rsplit(' ').next().unwrap().trim_matches(['(', ')']);
        write!(out, "\\\n    {name}\\0").unwrap();
        writeln!(values, "    {value},").unwrap();
    }
    write!(out, "\";\n\n/// Their values, in the same order.\n#[rustfmt::skip]\npub(crate) const VALUES: &[i32] = &[\n{values}];\n")
        .unwrap();
    out
}

/// One version node of a map.
pub struct Node {
    pub name: String,
    pub sealed: bool,
    pub names: Vec<String>,
    pub parent: Option<String>,
}

/// What stands before a node that was released: its names may never change again.
const SEAL: &str = "/* sealed */";

/// The nodes of a version script, oldest first.
pub fn nodes(map: &str) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut sealed = false;
    let mut open = false;
    for line in map.lines().map(str::trim) {
        if line == SEAL {
            sealed = true;
        } else if let Some(name) = line.strip_suffix(" {") {
            nodes.push(Node { name: name.into(), sealed, names: Vec::new(), parent: None });
            (sealed, open) = (false, true);
        } else if let (true, Some(end)) = (open, line.strip_prefix('}')) {
            let parent = end.trim_end_matches(';').trim();
            nodes.last_mut().unwrap().parent = (!parent.is_empty()).then(|| parent.into());
            open = false;
        } else if let (true, Some(name)) = (open, line.strip_suffix(';')) {
            if name != "*" {
                nodes.last_mut().unwrap().names.push(name.into());
            }
        }
    }
    nodes
}

/// The map with these names: what is sealed stays, the rest stands sorted in the newest node.
fn map(old: &str, names: &BTreeSet<String>) -> String {
    let mut nodes = nodes(old);
    let sealed: BTreeSet<String> =
        nodes.iter().filter(|node| node.sealed).flat_map(|node| node.names.iter().cloned()).collect();
    let new: Vec<String> = names.difference(&sealed).cloned().collect();
    match nodes.last_mut() {
        Some(node) if !node.sealed => node.names = new,
        last if last.is_none() || !new.is_empty() => {
            let parent = last.map(|node| node.name.clone());
            let name = match parent {
                None => "NLRS_0".to_string(),
                Some(_) => {
                    let version = version();
                    let series = version.rsplit_once('.').map_or(version.as_str(), |(series, _)| series);
                    format!("NLRS_{series}")
                }
            };
            nodes.push(Node { name, sealed: false, names: new, parent });
        }
        _ => {}
    }
    let mut out = String::from(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n/* Exported names. `make header` adds to the newest node until a release seals it:\n   see CONTRIBUTING.md, ABI. */\n",
    );
    for (index, node) in nodes.iter().enumerate() {
        if node.sealed {
            writeln!(out, "{SEAL}").unwrap();
        }
        writeln!(out, "{} {{\nglobal:", node.name).unwrap();
        for name in &node.names {
            writeln!(out, "    {name};").unwrap();
        }
        if index == 0 {
            out.push_str("local:\n    *;\n");
        }
        match &node.parent {
            Some(parent) => writeln!(out, "}} {parent};").unwrap(),
            None => out.push_str("};\n"),
        }
    }
    out
}
