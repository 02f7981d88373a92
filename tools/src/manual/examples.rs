// SPDX-License-Identifier: MIT OR Apache-2.0
//! Code for the EXAMPLES of a page: functions of the programs in examples/ and of the tutorial, which the tests compile and run.

use crate::{read, root};

/// A C function, and where it stands.
pub struct Example {
    pub file: String,
    pub lines: Vec<String>,
}

/// What is short enough to be read in a manual page, and long enough to show something.
const LENGTH: std::ops::RangeInclusive<usize> = 5..=45;

pub fn all() -> Vec<Example> {
    let mut files: Vec<String> = std::fs::read_dir(root().join("examples"))
        .expect("examples")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".c"))
        .map(|name| format!("examples/{name}"))
        .collect();
    files.sort();
    files.push("docs/tutorial.md".into());
    let mut examples = Vec::new();
    for file in files {
        let text = read(&file);
        let mut open: Option<Vec<String>> = None;
        let mut before = String::new();
        for line in text.lines() {
            match &mut open {
                None if line == "{" && before.ends_with(')') => open = Some(vec![before.clone(), line.to_string()]),
                None => {}
                Some(lines) => {
                    lines.push(line.to_string());
                    if line == "}" {
                        let lines = open.take().unwrap_or_default();
                        examples.push(Example { file: file.clone(), lines });
                    }
                }
            }
            before = line.to_string();
        }
    }
    examples
}

impl Example {
    fn calls(&self, name: &str) -> bool {
        let call = format!("{name}(");
        self.lines.iter().any(|line| {
            line.match_indices(&call).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    }
}

/// The one that calls most of these functions; of several the shortest.
pub fn best<'a>(examples: &'a [Example], functions: &[&str]) -> Option<&'a Example> {
    let count = |example: &Example| functions.iter().filter(|name| example.calls(name)).count();
    examples
        .iter()
        .filter(|example| LENGTH.contains(&example.lines.len()) && count(example) > 0)
        .min_by_key(|example| (std::cmp::Reverse(count(example)), example.lines.len()))
}
