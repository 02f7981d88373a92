// SPDX-License-Identifier: MIT OR Apache-2.0
//! The words of a comment in the fonts of a manual page: functions and constants bold, parameters italic.

use roff::{Inline, Roff, bold, italic, roman};
use std::collections::{BTreeMap, BTreeSet};

/// What decides on the font of a word.
pub struct Words<'a> {
    /// The page of each function.
    pub pages: &'a BTreeMap<String, String>,
    /// The page that is being written.
    pub page: &'a str,
    /// Names of the parameters of the functions on it.
    pub parameters: BTreeSet<String>,
}

/// Parameters whose names are words of prose are not told from these by their font.
const PROSE: &[&str] = &[
    "type",
    "value",
    "data",
    "flags",
    "table",
    "name",
    "index",
    "group",
    "text",
    "key",
    "count",
    "kind",
    "to",
    "on",
    "family",
    "size",
    "message",
    "timeout",
    "protocol",
    "path",
    "mask",
    "event",
    "code",
    "limit",
    "bytes",
    "bits",
    "line",
    "socket",
    "request",
    "options",
    "port",
    "selector",
    "attribute",
    "nest",
    "mode",
    "what",
    "id",
    "seq",
];

impl Words<'_> {
    /// The text as inline parts.
    pub fn inline(&self, text: &str) -> Vec<Inline> {
        let mut parts: Vec<Inline> = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let start = c.is_ascii_alphabetic() || c == '_' || (c == '-' && starts_with_code(rest));
            if !start || plain.ends_with(|before: char| before.is_ascii_alphanumeric() || before == '\'') {
                if c != '`' {
                    plain.push(c);
                }
                rest = &rest[c.len_utf8()..];
                continue;
            }
            let skip = usize::from(c == '-');
            let end = rest[skip..]
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .map_or(rest.len(), |at| at + skip);
            let (word, after) = rest.split_at(end);
            rest = after;
            match self.font(word) {
                Font::Roman => plain.push_str(word),
                Font::Bold => {
                    flush(&mut parts, &mut plain);
                    parts.push(bold(word));
                }
                Font::Italic => {
                    flush(&mut parts, &mut plain);
                    parts.push(italic(word));
                }
                Font::Function { elsewhere } => {
                    flush(&mut parts, &mut plain);
                    parts.push(bold(word));
                    rest = rest.strip_prefix("()").unwrap_or(rest);
                    plain.push_str(if elsewhere { "(3)" } else { "()" });
                }
            }
        }
        flush(&mut parts, &mut plain);
        parts
    }

    fn font(&self, word: &str) -> Font {
        let constant = word.starts_with(|c: char| c.is_ascii_uppercase() || c == '-')
            && word.contains(['_', '-'])
            && !word.contains(|c: char| c.is_ascii_lowercase());
        if constant {
            return Font::Bold;
        }
        match self.pages.get(word) {
            Some(page) => Font::Function { elsewhere: page != self.page },
            None if self.parameters.contains(word) && !PROSE.contains(&word) && word != "a" => Font::Italic,
            None => Font::Roman,
        }
    }

    /// A text line of the page.
    pub fn line(&self, roff: &mut Roff, text: &str) {
        folded(roff, self.inline(text));
    }
}

enum Font {
    Roman,
    Bold,
    Italic,
    Function { elsewhere: bool },
}

fn starts_with_code(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_ascii_uppercase() || *c == '-' || *c == '_').collect();
    super::comment::is_code(&word)
}

fn flush(parts: &mut Vec<Inline>, plain: &mut String) {
    if !plain.is_empty() {
        parts.push(roman(std::mem::take(plain)));
    }
}

/// The first letter as a capital, and a full stop at the end.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    // A name stays as it is.
    let word: String = text.chars().take_while(|c| !c.is_whitespace()).collect();
    let named = word.contains(['_', '(', '0', '-', '.']);
    let mut out = if named { text.to_string() } else { format!("{first}{}", chars.as_str()) };
    if !out.ends_with(['.', '!', '?', ':']) {
        out.push('.');
    }
    out
}

/// Columns of the source of a page.
const WIDTH: usize = 78;

/// The parts as lines of the source: a new one after each sentence, and where one becomes too long.
pub fn folded(roff: &mut Roff, parts: impl IntoIterator<Item = Inline>) {
    let (mut line, mut column, mut ended) = (Vec::new(), 0, false);
    for word in words(parts) {
        // As it is escaped, with the changes of the font.
        let length: usize = word
            .iter()
            .map(|part| match part {
                Inline::Roman(text) => text.len() + text.matches('-').count(),
                Inline::Bold(text) | Inline::Italic(text) => text.len() + text.matches('-').count() + 6,
                Inline::LineBreak => 0,
            })
            .sum();
        let capital = text_of(&word[0]).starts_with(char::is_uppercase);
        if column > 0 && (column + length > WIDTH || (ended && capital)) {
            roff.text(std::mem::take(&mut line));
            column = 0;
        }
        if column > 0 {
            line.push(Inline::Roman(" ".into()));
        }
        column += length + 1;
        ended = word.last().is_some_and(|part| text_of(part).ends_with('.'));
        line.extend(word);
    }
    if !line.is_empty() {
        roff.text(line);
    }
}

fn text_of(part: &Inline) -> &str {
    match part {
        Inline::Roman(text) | Inline::Bold(text) | Inline::Italic(text) => text,
        Inline::LineBreak => "",
    }
}

/// What stands between spaces, each with the fonts of its parts.
fn words(parts: impl IntoIterator<Item = Inline>) -> Vec<Vec<Inline>> {
    let mut words: Vec<Vec<Inline>> = Vec::new();
    let mut joined = false; // whether the next part belongs to the last word
    for part in parts {
        let font: fn(String) -> Inline = match part {
            Inline::Roman(_) | Inline::LineBreak => Inline::Roman,
            Inline::Bold(_) => Inline::Bold,
            Inline::Italic(_) => Inline::Italic,
        };
        for (index, piece) in text_of(&part).split(' ').enumerate() {
            joined &= index == 0;
            if piece.is_empty() {
                continue;
            }
            match words.last_mut() {
                Some(word) if joined => word.push(font(piece.to_string())),
                _ => words.push(vec![font(piece.to_string())]),
            }
            joined = true;
        }
    }
    words
}
