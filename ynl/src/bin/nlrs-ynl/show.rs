// SPDX-License-Identifier: MIT OR Apache-2.0
//! Replies on the terminal, or in a pipe.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::{self, IsTerminal, Write};

/// How replies are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Names and values, indented.
    Indented,
    /// One line of JSON for each.
    Lines,
}

impl Style {
    /// What suits standard output.
    pub(crate) fn of_output() -> Style {
        if io::stdout().is_terminal() { Style::Indented } else { Style::Lines }
    }
}

/// Writes a reply.
pub(crate) fn reply(style: Style, json: &[u8], out: &mut dyn Write) -> io::Result<()> {
    match style {
        Style::Lines => {
            out.write_all(json)?;
            out.write_all(b"\n")
        }
        Style::Indented => {
            let mut text = String::new();
            match serde_json::from_slice::<Tree>(json) {
                Ok(tree) => tree.write(&mut text, 0),
                // The library writes JSON; should it not be, it is shown as it is.
                Err(_) => text.push_str(&String::from_utf8_lossy(json)),
            }
            out.write_all(text.trim_start_matches('\n').as_bytes())?;
            out.write_all(b"\n")
        }
    }
}

/// A JSON value whose numbers are kept as their digits, and whose members keep their order.
enum Tree {
    Scalar(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    fn is_scalar(&self) -> bool {
        matches!(self, Tree::Scalar(_))
    }

    /// What stands behind a name: a value on its line, or lines below it.
    fn write(&self, out: &mut String, indent: usize) {
        let pad = "  ".repeat(indent);
        match self {
            Tree::Scalar(text) => out.push_str(text),
            Tree::List(items) if items.iter().all(Tree::is_scalar) => {
                let items: Vec<&str> = items
                    .iter()
                    .map(|item| match item {
                        Tree::Scalar(text) => text.as_str(),
                        _ => "",
                    })
                    .collect();
                out.push_str(&format!("[{}]", items.join(", ")));
            }
            Tree::List(items) => {
                for item in items {
                    let mut text = String::new();
                    item.write(&mut text, indent + 1);
                    let text = text.trim_start();
                    out.push_str(&format!("\n{pad}- {text}"));
                }
            }
            Tree::Object(members) if members.is_empty() => out.push_str("{}"),
            Tree::Object(members) => {
                for (name, value) in members {
                    let mut text = String::new();
                    value.write(&mut text, indent + 1);
                    let space = if text.starts_with('\n') { "" } else { " " };
                    out.push_str(&format!("\n{pad}{name}:{space}{text}"));
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Scalar("-".into()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
                Ok(Tree::Scalar(if value { "yes" } else { "no" }.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
                Ok(Tree::Scalar(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
                Ok(Tree::Scalar(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
                Ok(Tree::Scalar(value.to_string()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
                // Nothing from the kernel may move the terminal's cursor.
                let plain = !value.is_empty() && !value.chars().any(char::is_control) && value.trim() == value;
                Ok(Tree::Scalar(if plain { value.to_owned() } else { format!("{value:?}") }))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Tree, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = from.next_element()? {
                    items.push(item);
                }
                Ok(Tree::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Tree, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = from.next_entry()? {
                    members.push(member);
                }
                Ok(Tree::Object(members))
            }
        }
        from.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_shown_indented() {
        let mut out = Vec::new();
        let json =
            br#"{"name":"lo","flags":["up","loopback"],"stats":{"rx":1},"list":[{"a":1,"b":"\u001b"},{"a":2}],"x":{}}"#;
        reply(Style::Indented, json, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "name: lo\nflags: [up, loopback]\nstats:\n  rx: 1\nlist:\n  - a: 1\n    b: \"\\u{1b}\"\n  - a: 2\nx: {}\n"
        );
    }

    #[test]
    fn a_reply_in_a_pipe_is_a_line() {
        let mut out = Vec::new();
        reply(Style::Lines, b"{\"a\":1}", &mut out).unwrap();
        assert_eq!(out, b"{\"a\":1}\n");
    }
}
