// SPDX-License-Identifier: MIT OR Apache-2.0
//! YAML text as a tree whose nodes know the line they stand on.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::HashMap;
use std::rc::Rc;

/// Levels that a document may nest.
const MAX_DEPTH: usize = 64;

/// Nodes that a document may have, those reached through aliases counted each time.
const MAX_NODES: usize = 1 << 20;

/// Where in the text, and what is wrong there.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) reason: String,
}

/// One key of a mapping with its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) value: Rc<Node>,
}

/// What a node holds.
#[derive(Debug)]
pub(crate) enum Data {
    /// Text without quotes may be a number, a truth value or null.
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<Entry>),
}

/// A node and where it begins: the line counts from 1, the column too.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) data: Data,
    /// Nodes in it, itself included.
    weight: usize,
}

impl Node {
    /// Returns the value of `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Mapping(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &*entry.value),
            _ => None,
        }
    }

    /// Returns the text of a scalar that is not null.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Whether it is YAML's null: nothing, or the word without quotes.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// Returns the integer in a scalar without quotes: decimal, 0x, 0o, or C's octal.
    pub(crate) fn integer(&self) -> Option<i64> {
        match &self.data {
            Data::Scalar { text, plain: true } => integer(text),
            _ => None,
        }
    }

    /// Returns the truth value in a scalar without quotes.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match &self.data {
            Data::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the items of a sequence; of anything else, none.
    pub(crate) fn items(&self) -> &[Rc<Node>] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns a fault at this node.
    pub(crate) fn fault(&self, reason: impl Into<String>) -> Fault {
        Fault { line: self.line, column: self.column, reason: reason.into() }
    }
}

fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let (digits, radix) = match digits.get(..2) {
        Some("0x") => (digits.get(2..)?, 16),
        Some("0o") => (digits.get(2..)?, 8),
        _ if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
        _ => (digits, 10),
    };
    if digits.starts_with(['-', '+']) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    // Values above i64::MAX keep their bits.
    let value = if negative { value.checked_neg()? } else { value };
    i64::try_from(value).ok().or_else(|| Some(i64::from_ne_bytes(u64::try_from(value).ok()?.to_ne_bytes())))
}

/// A collection whose end has not been read.
enum Open {
    Sequence { items: Vec<Rc<Node>> },
    Mapping { entries: Vec<Entry>, key: Option<(String, usize, usize)> },
}

struct Level {
    line: usize,
    column: usize,
    anchor: usize,
    weight: usize,
    open: Open,
}

struct Tree {
    levels: Vec<Level>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
    nodes: usize,
}

/// Reads the first document of `text`.
pub(crate) fn read(text: &str) -> Result<Rc<Node>, Fault> {
    let mut tree = Tree { levels: Vec::new(), anchors: HashMap::new(), root: None, nodes: 0 };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Fault {
            line: error.marker().line(),
            column: error.marker().col().saturating_add(1),
            reason: error.info().to_owned(),
        })?;
        tree.take(event, span)?;
        if tree.root.is_some() {
            break;
        }
    }
    tree.root.ok_or_else(|| Fault { line: 1, column: 1, reason: "the document is empty".into() })
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let (line, column) = (span.start.line(), span.start.col().saturating_add(1));
        let fault = |reason: &str| Fault { line, column, reason: reason.into() };
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if let Some(Level { open: Open::Mapping { entries, key: key @ None }, .. }) = self.levels.last_mut() {
                    if entries.iter().any(|entry| entry.key == *text) {
                        return Err(fault(&format!("the key '{text}' is given twice")));
                    }
                    *key = Some((text.into_owned(), line, column));
                    return Ok(());
                }
                let plain = matches!(style, ScalarStyle::Plain);
                let data = Data::Scalar { text: text.into_owned(), plain };
                self.add(Rc::new(Node { line, column, data, weight: 1 }), anchor, &fault)
            }
            Event::SequenceStart(anchor, _) => {
                self.open(Level { line, column, anchor, weight: 1, open: Open::Sequence { items: Vec::new() } }, &fault)
            }
            Event::MappingStart(anchor, _) => {
                let open = Open::Mapping { entries: Vec::new(), key: None };
                self.open(Level { line, column, anchor, weight: 1, open }, &fault)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(level) = self.levels.pop() else { return Ok(()) };
                let data = match level.open {
                    Open::Sequence { items } => Data::Sequence(items),
                    Open::Mapping { entries, .. } => Data::Mapping(entries),
                };
                let node = Node { line: level.line, column: level.column, data, weight: level.weight };
                self.add(Rc::new(node), level.anchor, &fault)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => self.add(node, 0, &fault),
                None => Err(fault("the alias refers to what contains it")),
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn open(&mut self, level: Level, fault: &dyn Fn(&str) -> Fault) -> Result<(), Fault> {
        if matches!(self.levels.last(), Some(Level { open: Open::Mapping { key: None, .. }, .. })) {
            return Err(fault("a key must be text"));
        }
        if self.levels.len() >= MAX_DEPTH {
            return Err(fault("the document nests too deep"));
        }
        self.levels.push(level);
        Ok(())
    }

    fn add(&mut self, node: Rc<Node>, anchor: usize, fault: &dyn Fn(&str) -> Fault) -> Result<(), Fault> {
        self.nodes = self.nodes.saturating_add(match node.data {
            Data::Scalar { .. } => 1,
            // What is in it was counted when it was read, unless it came by an alias.
            _ if anchor != 0 || Rc::strong_count(&node) == 1 => 1,
            _ => node.weight,
        });
        if self.nodes > MAX_NODES || node.weight > MAX_NODES {
            return Err(fault("the document is too large"));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        let Some(level) = self.levels.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        level.weight = level.weight.saturating_add(node.weight);
        match &mut level.open {
            Open::Sequence { items } => items.push(node),
            Open::Mapping { entries, key } => match key.take() {
                Some((key, line, column)) => entries.push(Entry { key, line, column, value: node }),
                None => return Err(fault("a key must be text")),
            },
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_tree_with_lines() {
        let root = read("a: 1\nb:\n  - x\n  - {c: 'null', d: ~}\n").unwrap();
        assert_eq!(root.get("a").unwrap().integer(), Some(1));
        let items = root.get("b").unwrap().items();
        assert_eq!(items[0].text(), Some("x"));
        assert_eq!(items[1].line, 4);
        assert_eq!(items[1].get("c").unwrap().text(), Some("null"));
        assert!(items[1].get("d").unwrap().is_null());
    }

    #[test]
    fn integers_of_every_base() {
        for (text, value) in [("10", 10), ("0x1f", 31), ("-5", -5), ("0o17", 15), ("017", 15), ("0", 0)] {
            assert_eq!(integer(text), Some(value), "{text}");
        }
        assert_eq!(integer("18446744073709551615"), Some(-1));
        for text in ["", "x", "1x", "--1", "0x", "99999999999999999999"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn an_alias_is_what_its_anchor_stands_before() {
        let root = read("a: &x [1, 2]\nb: *x\n").unwrap();
        assert_eq!(root.get("b").unwrap().items().len(), 2);
    }

    #[test]
    fn faults_have_a_place() {
        for (text, line) in [("a: 1\na: 2\n", 2), ("a: [1\n", 2), ("? [x]\n: 1\n", 1), ("", 1), ("a: &x [*x]\n", 1)] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        assert!(read(&"[".repeat(100)).is_err());
    }

    #[test]
    fn aliases_of_aliases_have_a_limit() {
        let mut text = String::from("- &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            text += &format!("- &a{level} [{}]\n", [alias.as_str(); 10].join(", "));
        }
        assert_eq!(read(&text).unwrap_err().reason, "the document is too large");
    }
}
