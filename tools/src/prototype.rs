// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions of nlrs.ffi.h, taken apart.

use crate::read;

/// One function.
pub struct Prototype {
    pub name: String,
    /// What it returns, as C writes it.
    pub returns: String,
    pub parameters: Vec<Parameter>,
}

/// One parameter.
pub struct Parameter {
    /// Its type as C writes it, with the stars: `const struct nlattr **`.
    pub ty: String,
    pub name: String,
}

impl Parameter {
    /// Whether NULL can stand here: a pointer, or a typedef of one to a function.
    pub fn is_pointer(&self) -> bool {
        self.ty.contains('*') || self.ty.ends_with("_fn")
    }
}

/// A declarator: the last word is the name, the stars before it belong to the type.
fn split(declarator: &str) -> (String, String) {
    let declarator = declarator.trim();
    let at = declarator.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    (declarator[..at].trim().to_string(), declarator[at..].to_string())
}

/// All functions, in the header's order.
pub fn prototypes() -> Vec<Prototype> {
    let text = read("include/nlrs.ffi.h");
    let body = text.split_once("*/").and_then(|(_, rest)| rest.split_once("*/")).map_or("", |(_, rest)| rest);
    let mut prototypes = Vec::new();
    let mut depth = 0;
    let mut statement = String::new();
    for c in body.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => {
                let words = std::mem::take(&mut statement).split_whitespace().collect::<Vec<_>>().join(" ");
                if let Some((start, parameters)) = words.split_once('(') {
                    if !words.starts_with("typedef") {
                        let (returns, name) = split(start);
                        let parameters = parameters
                            .trim_end_matches(')')
                            .split(',')
                            .filter(|parameter| parameter.trim() != "void")
                            .map(split)
                            .map(|(ty, name)| Parameter { ty, name })
                            .collect();
                        prototypes.push(Prototype { name, returns, parameters });
                    }
                }
                continue;
            }
            _ => {}
        }
        statement.push(c);
    }
    prototypes
}
