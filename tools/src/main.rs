// SPDX-License-Identifier: MIT OR Apache-2.0
//! `nlrs-tools generate` writes what is generated from the sources, and names what it changed; `nlrs-tools html FOLDER` renders the
//! manual.
use nlrs_tools::{generate, html};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generate"] => generate().map(|changed| changed.iter().for_each(|path| println!("{path} rewritten"))),
        ["html", folder] => html::write(Path::new(folder)).map(|pages| println!("{pages} pages, {folder}/index.html")),
        _ => {
            eprintln!("usage: nlrs-tools generate | html FOLDER");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nlrs-tools: {error}");
            ExitCode::FAILURE
        }
    }
}
