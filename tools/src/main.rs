// SPDX-License-Identifier: MIT OR Apache-2.0
//! `nlrs-tools header`: writes what is generated from the sources, and names what it changed.
use nlrs_tools::{header, write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let files = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["header"] => header::generate(),
        _ => {
            eprintln!("usage: nlrs-tools header");
            return ExitCode::from(2);
        }
    };
    match write(&files) {
        Ok(written) => {
            for path in written {
                println!("{path} rewritten");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("nlrs-tools: {error}");
            ExitCode::FAILURE
        }
    }
}
