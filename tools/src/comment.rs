// SPDX-License-Identifier: MIT OR Apache-2.0
//! Comments of the header: the lines of a paragraph or a list item are joined and wrapped once; code and tables are
//! kept.

/// Columns of the header.
pub const WIDTH: usize = 120;

/// Columns that " * " takes before each line of a comment.
const MARGIN: usize = 3;

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line begins with a tag (@param) or is the first of a list item ("- ", "* ").
fn is_item(line: &str) -> bool {
    line.starts_with('@') || line.starts_with("- ") || line.starts_with("* ")
}

/// The comment with each paragraph and each list item on one line. Fences of code are dropped: only rustdoc needs them.
///
/// An indented line continues a list item when it is indented further than the item; after a paragraph it is an item.
pub fn joined(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    // Indentation of the line that the next one may continue; None: it may not.
    let mut open: Option<usize> = None;
    let mut is_code = false;
    for line in text.lines().map(str::trim_end) {
        if line.starts_with("```") {
            (is_code, open) = (!is_code, None);
            continue;
        }
        let indent = indent_of(line);
        let continues = match (open, out.last()) {
            _ if is_code || line.is_empty() || line.starts_with('|') || is_item(line) => false,
            (Some(0), Some(last)) => indent == 0 || is_item(last),
            (Some(start), Some(_)) => indent > start,
            _ => false,
        };
        if continues {
            let last = out.last_mut().expect("a line to be continued");
            last.push(' ');
            last.push_str(line.trim_start());
        } else {
            out.push(line.to_string());
            open = (!is_code && !line.is_empty() && !line.starts_with('|')).then_some(indent);
        }
    }
    out.join("\n")
}

/// The column at which the further lines of a paragraph or list item begin.
fn hanging_indent(line: &str) -> usize {
    let indent = indent_of(line);
    let after_word = |from: usize| {
        let rest = &line[from..];
        let word = rest.find(' ').unwrap_or(rest.len());
        from + word + indent_of(&rest[word..])
    };
    if line.starts_with("@param ") {
        return after_word("@param ".len());
    }
    if is_item(line) {
        return after_word(0);
    }
    match line[indent..].find("  ") {
        Some(gap) if indent > 0 => indent + gap + indent_of(&line[indent + gap..]),
        _ => indent,
    }
}

/// A line of [`joined`] as lines of the header, without their margin.
pub fn wrapped(line: &str) -> Vec<String> {
    let indent = match hanging_indent(line) {
        // Nothing would fit beside a long term.
        indent if indent > WIDTH / 2 => indent_of(line) + 4,
        indent => indent,
    };
    let mut lines = vec![String::new()];
    for word in line.split_inclusive(' ') {
        let last = lines.last_mut().expect("at least one line");
        let columns = last.chars().count() + word.trim_end().chars().count();
        if columns > WIDTH - MARGIN && !last.trim().is_empty() && word != " " {
            lines.push(format!("{:indent$}{word}", ""));
        } else {
            last.push_str(word);
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_string()).collect()
}

/// The lines of a comment, without their margin.
pub fn lines(text: &str) -> Vec<String> {
    joined(text).lines().flat_map(wrapped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_are_joined() {
        let text = "One\nparagraph.\n\n@param x  first\n          second\n@return 0; or\n        -EINVAL\n\nCodes:\n  -1  one\n      and more\n  -2  two\n\n| a |\n| b |\n```text\n    code();\n    more();\n```\n- item\n  continued";
        assert_eq!(
            joined(text),
            "One paragraph.\n\n@param x  first second\n@return 0; or -EINVAL\n\nCodes:\n  -1  one and more\n  -2  two\n\n| a |\n| b |\n    code();\n    more();\n- item continued"
        );
    }

    #[test]
    fn long_lines_are_wrapped_once() {
        let line = format!("@param name  {}", "word ".repeat(60).trim_end());
        let lines = wrapped(&line);
        assert!(lines.len() == 3 && lines.iter().all(|line| line.len() <= WIDTH - MARGIN));
        assert!(lines[1].starts_with("             word") && lines[0].len() > WIDTH - MARGIN - 5);
        assert_eq!(joined(&lines.join("\n")), line);
        let listed = wrapped(&format!("  -1 ... -9   {}", "word ".repeat(40).trim_end()));
        assert!(listed[1].starts_with("              word"), "{listed:?}");
        assert_eq!(wrapped(""), [""]);
    }
}
