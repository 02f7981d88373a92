// SPDX-License-Identifier: MIT OR Apache-2.0
//! A comment of the header, taken apart: paragraphs, lists, code, parameters, results, and the codes among them.

/// What a comment consists of.
#[derive(Debug, Default)]
pub struct Comment {
    pub blocks: Vec<Block>,
    pub parameters: Vec<(String, String)>,
    /// The clauses of @return that are no errors.
    pub returns: Vec<String>,
    /// The clauses of @return that name codes: the codes, and when they are returned.
    pub errors: Vec<(Vec<String>, String)>,
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Block {
    Paragraph(String),
    /// Entries with a tag each; the tag is empty in a plain list.
    List(Vec<(String, String)>),
    Code(Vec<String>),
}

/// A line that begins an entry of a list: "- text", or " -EINVAL  text" with two spaces behind the tag.
fn entry(line: &str) -> Option<(String, String)> {
    let text = line.trim_start();
    if let Some(text) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
        return Some((String::new(), text.trim().to_string()));
    }
    let (tag, rest) = text.split_once("  ")?;
    let indented = line.starts_with(' ');
    (indented && !tag.is_empty() && is_tag(tag)).then(|| (tag.to_string(), rest.trim().to_string()))
}

/// Codes, ranges of codes and constants stand as tags of lists; what begins with a call is code.
fn is_tag(tag: &str) -> bool {
    tag.starts_with('-') || tag.starts_with("NLRS_")
}

/// Text of several lines, as the header generator leaves it: a paragraph is one line.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in text.lines() {
        let last = blocks.last_mut();
        if line.trim().is_empty() {
            // Code may have empty lines, but not at its end.
            if let Some(Block::Code(lines)) = last {
                lines.push(String::new());
            } else if !matches!(last, Some(Block::Paragraph(text)) if text.is_empty()) {
                blocks.push(Block::Paragraph(String::new()));
            }
        } else if let Some(entry) = entry(line) {
            match last {
                Some(Block::List(entries)) => entries.push(entry),
                _ => blocks.push(Block::List(vec![entry])),
            }
        } else if line.starts_with("    ") || (line.starts_with(' ') && matches!(last, Some(Block::List(_)))) {
            match last {
                Some(Block::List(entries)) => {
                    if let Some((_, text)) = entries.last_mut() {
                        text.push(' ');
                        text.push_str(line.trim());
                    }
                }
                Some(Block::Code(lines)) => lines.push(line.to_string()),
                _ => blocks.push(Block::Code(vec![line.to_string()])),
            }
        } else {
            match last {
                Some(Block::Paragraph(text)) if text.is_empty() => text.push_str(line.trim()),
                _ => blocks.push(Block::Paragraph(line.trim().to_string())),
            }
        }
    }
    blocks.retain(|block| !matches!(block, Block::Paragraph(text) if text.is_empty()));
    for block in &mut blocks {
        if let Block::Code(lines) = block {
            while lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
        }
    }
    blocks
}

pub fn parse(text: &str) -> Comment {
    let mut comment = Comment::default();
    let mut prose = String::new();
    // What a line without a tag of its own continues.
    enum Open {
        Prose,
        Parameter,
        Return,
    }
    let mut open = Open::Prose;
    let mut returns = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("@param ") {
            let (name, text) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            comment.parameters.push((name.to_string(), text.trim().to_string()));
            open = Open::Parameter;
        } else if let Some(rest) = line.strip_prefix("@return ") {
            returns.push_str(rest.trim());
            open = Open::Return;
        } else {
            match open {
                Open::Parameter if !line.trim().is_empty() => {
                    let text = &mut comment.parameters.last_mut().expect("a parameter is open").1;
                    text.push(' ');
                    text.push_str(line.trim());
                }
                Open::Return if !line.trim().is_empty() => {
                    returns.push(' ');
                    returns.push_str(line.trim());
                }
                _ => {
                    open = Open::Prose;
                    prose.push_str(line);
                    prose.push('\n');
                }
            }
        }
    }
    comment.blocks = blocks(&prose);
    for clause in clauses(&returns) {
        match codes(&clause) {
            Some((codes, when)) => comment.errors.push((codes, when)),
            None => comment.returns.push(clause),
        }
    }
    comment
}

/// The parts between semicolons that are not inside parentheses.
fn clauses(text: &str) -> Vec<String> {
    let mut clauses = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ';' if depth == 0 => {
                clauses.push(String::new());
                continue;
            }
            _ => {}
        }
        clauses.last_mut().expect("never empty").push(c);
    }
    clauses
        .iter()
        .map(|clause| clause.trim().trim_end_matches('.').to_string())
        .filter(|text| !text.is_empty())
        .collect()
}

/// A negative errno or a code of the library.
pub fn is_code(word: &str) -> bool {
    let name = word.strip_prefix('-').or_else(|| word.strip_prefix("NLRS_"));
    name.is_some_and(|name| {
        name.len() > 2
            && name.starts_with('E')
            && !name.starts_with("EVENT")
            && name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
    })
}

/// The codes that a clause begins with, and what it says of them.
fn codes(clause: &str) -> Option<(Vec<String>, String)> {
    let mut codes = Vec::new();
    let mut rest = clause.strip_prefix("or ").unwrap_or(clause);
    loop {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !is_code(word) {
            break;
        }
        codes.push(word.to_string());
        rest = after.trim_start_matches([',', ' ']);
        rest = rest.strip_prefix("or ").unwrap_or(rest);
    }
    if codes.is_empty() {
        return None;
    }
    Some((codes, rest.trim_start_matches(':').trim().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_taken_apart() {
        let text = "Set a rule.\n\nMore of it.\n -EBUSY  in use; or\n         sent\n -ENOMEM  no memory\n\n    code();\n\n\
                    @param p  the policy\n@param max_len  longest; 0: any\n\
                    @return 0; -ERANGE: above 5 (or below; never); -EMFILE, -ENFILE; -EINVAL when p is NULL; NULL: no memory";
        let comment = parse(text);
        assert_eq!(
            comment.blocks,
            [
                Block::Paragraph("Set a rule.".into()),
                Block::Paragraph("More of it.".into()),
                Block::List(vec![("-EBUSY".into(), "in use; or sent".into()), ("-ENOMEM".into(), "no memory".into())]),
                Block::Code(vec!["    code();".into()]),
            ]
        );
        assert_eq!(comment.parameters[1], ("max_len".into(), "longest; 0: any".into()));
        assert_eq!(comment.returns, ["0", "NULL: no memory"]);
        let codes: Vec<_> = comment.errors.iter().map(|(codes, when)| (codes.join(" "), when.as_str())).collect();
        assert_eq!(
            codes,
            [
                ("-ERANGE".into(), "above 5 (or below; never)"),
                ("-EMFILE -ENFILE".into(), ""),
                ("-EINVAL".into(), "when p is NULL")
            ]
        );
    }
}
