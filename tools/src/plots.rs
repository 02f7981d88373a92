// SPDX-License-Identifier: MIT OR Apache-2.0
//! docs/performance.svg: the measured times of docs/performance.md, relative to C that checks nothing.

use crate::{Files, read};
use svg::Document;
use svg::node::element::{Group, Line, Rectangle, Style, Text};

/// The table that figures come from, and the picture.
const TABLES: &str = "docs/performance.md";
const PICTURE: &str = "docs/performance.svg";

/// A work, and the time of each program as a multiple of the floor's.
struct Work {
    title: String,
    times: Vec<(String, f64)>,
}

/// The tables whose second column is the time divided by the floor's.
fn works(text: &str) -> Vec<Work> {
    let mut works: Vec<Work> = Vec::new();
    let mut title = "";
    let mut open = false;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            (title, open) = (heading, false);
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [program, time, ..] = cells[..] else {
            open = false;
            continue;
        };
        if time == "time / floor" {
            works.push(Work { title: title.to_string(), times: Vec::new() });
            open = true;
        } else if let (true, Some(value)) = (open, time.split(' ').next().and_then(|time| time.parse().ok())) {
            if let Some(work) = works.last_mut() {
                work.times.push((program.to_string(), value));
            }
        }
    }
    works.retain(|work| !work.times.is_empty());
    works
}

const ROW: f64 = 18.0;
const LEFT: f64 = 190.0;
const SCALE: f64 = 130.0;
/// Beyond this a bar ends, and its number says how much it is.
const MOST: f64 = 4.0;
const WIDTH: f64 = LEFT + SCALE * MOST + 50.0;

fn text(x: f64, y: f64, class: &str, content: &str) -> Text {
    Text::new(content).set("x", x).set("y", y).set("class", class)
}

fn picture(works: &[Work]) -> String {
    let mut group = Group::new();
    let mut y = 20.0;
    group = group.add(text(8.0, y, "title", "Time relative to C that checks nothing (less is better)"));
    for work in works {
        y += 14.0 + ROW;
        group = group.add(text(8.0, y, "work", &work.title));
        let top = y + 4.0;
        for (program, time) in &work.times {
            y += ROW;
            let class = match program.split(',').next() {
                Some("nlrs") => "nlrs",
                Some("floor") => "floor",
                _ => "other",
            };
            let length = (SCALE * time.min(MOST)).round();
            group = group
                .add(text(LEFT - 8.0, y, "name", program))
                .add(
                    Rectangle::new()
                        .set("x", LEFT)
                        .set("y", y - 11.0)
                        .set("width", length)
                        .set("height", 13)
                        .set("class", class),
                )
                .add(text(LEFT + length + 5.0, y, "number", &format!("{time:.2}")));
        }
        let one = LEFT + SCALE;
        group =
            group.add(Line::new().set("x1", one).set("x2", one).set("y1", top).set("y2", y + 5.0).set("class", "one"));
    }
    let style = "text{font:12px sans-serif;fill:#222}.title{font-weight:bold;font-size:14px}.work{font-weight:bold}\
                 .name{text-anchor:end}.nlrs{fill:#c4551b}.floor{fill:#999}.other{fill:#6b8fb5}.one{stroke:#222;stroke-dasharray:2 2}\
                 .ground{fill:#fff}";
    let height = y + 16.0;
    Document::new()
        .set("viewBox", (0.0, 0.0, WIDTH, height))
        .set("width", WIDTH)
        .set("height", height)
        .add(Style::new(style))
        .add(Rectangle::new().set("width", WIDTH).set("height", height).set("class", "ground"))
        .add(group)
        .to_string()
}

/// The picture of the figures that docs/performance.md has now.
pub fn generate() -> Files {
    let works = works(&read(TABLES));
    let comment =
        "<!-- SPDX-License-Identifier: MIT OR Apache-2.0; made by `make bench-plots` from docs/performance.md -->";
    vec![(PICTURE.to_string(), format!("{comment}\n{}\n", picture(&works)))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read() {
        let text = "### A work\n\n| program | time / floor | x |\n|---|---|---|\n| floor | 1.00 (1.00-1.00) | 1 |\n\
                    | nlrs, b | 1.06 (1.05-1.08) | 2 |\n\n### Other\n\n| program | ns |\n|---|---|\n| nlrs | 5 |\n";
        let works = works(text);
        assert_eq!(works.len(), 1);
        assert_eq!(works[0].title, "A work");
        assert_eq!(works[0].times, [("floor".to_string(), 1.0), ("nlrs, b".to_string(), 1.06)]);
        assert!(picture(&works).contains("1.06"));
    }
}
