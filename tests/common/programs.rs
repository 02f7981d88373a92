// SPDX-License-Identifier: MIT OR Apache-2.0
//! C and C++ programs against a library: compiled with warnings as errors, run, their skips counted.

use super::{root, scratch, shipped, skip, tools};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which library a program is linked to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// What cargo built for the tests: with debug assertions and overflow checks.
    Cargo,
    /// build/libnlrs.so, as it is installed.
    Shipped,
}

impl Library {
    /// A folder with libnlrs.so and its soname; None, said aloud, when there is none.
    pub fn folder(self, scratch: &Path) -> Option<PathBuf> {
        let file = match self {
            Library::Cargo => tools::cargo_library_dir().join("libnlrs.so"),
            Library::Shipped => match shipped() {
                Some(folder) => folder.join("libnlrs.so"),
                None => {
                    skip("the shipped library", "NLRS_SHIPPED_DIR is not set (make check sets it)");
                    return None;
                }
            },
        };
        assert!(file.exists(), "{} is not there", file.display());
        for name in ["libnlrs.so", "libnlrs.so.0"] {
            tools::link(&file, &scratch.join(name));
        }
        Some(scratch.to_path_buf())
    }
}

/// Seconds after which a program counts as hanging.
const PATIENCE: &str = "120";

/// Exit status of a program that skipped itself: CHECK_SKIPPED of check.h.
const SKIPPED: i32 = 77;

/// What a program's line `/* link: NAME … */` asks for beside libnlrs.
fn extra_libraries(source: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(source).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("/* link: ")?.strip_suffix(" */"))
        .flat_map(|names| names.split_whitespace().map(|name| format!("-l{name}")))
        .collect()
}

/// What a program's line `/* arguments: … */` wants to be started with.
fn arguments(source: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(source).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("/* arguments: ")?.strip_suffix(" */"));
    lines.flat_map(str::split_whitespace).map(String::from).collect()
}

/// What a program's line `/* in a namespace: … */` wants to be run before it, in a network namespace of its own.
fn preparation(source: &Path) -> Option<String> {
    let text = std::fs::read_to_string(source).unwrap();
    text.lines().find_map(|line| Some(line.strip_prefix("/* in a namespace: ")?.strip_suffix(" */")?.to_string()))
}

/// Whether the linker finds these.
fn can_link(libraries: &[String], folder: &Path) -> bool {
    let source = folder.join(format!("empty{}.c", libraries.concat()));
    std::fs::write(&source, "int main(void) { return 0; }\n").unwrap();
    let status = tools::cc().arg(&source).arg("-o").arg(source.with_extension("")).args(libraries).output();
    status.is_ok_and(|output| output.status.success())
}

/// Compiles and runs one program. Err: everything that it said.
pub fn try_program(source: &Path, library: &Path) -> Result<(), String> {
    let name = source.file_name().unwrap().to_str().unwrap();
    let extra = extra_libraries(source);
    if !extra.is_empty() && !can_link(&extra, library) {
        skip(name, &format!("no {} to link (make deps)", extra.join(" ")));
        return Ok(());
    }
    let program = library.join(source.file_stem().unwrap());
    let mut compile = if source.extension().is_some_and(|extension| extension == "cc") {
        if !tools::have("c++") {
            skip(name, "no C++ compiler (make deps)");
            return Ok(());
        }
        tools::cxx()
    } else {
        tools::cc()
    };
    compile.arg("-pthread").arg(source).arg("-o").arg(&program).arg("-L").arg(library).arg("-lnlrs");
    compile.arg(format!("-Wl,-rpath,{}", library.display())).args(&extra);
    let output = tools::output(&mut compile);
    if !output.status.success() {
        return Err(format!("{name} does not compile:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let mut command = Command::new("timeout");
    command.arg(PATIENCE);
    if let Some(preparation) = preparation(source) {
        let script = format!("{preparation}\nexec \"$0\" \"$@\"");
        let probe = Command::new("unshare").args(["-n", "ip", "link"]).output();
        if !probe.is_ok_and(|probe| probe.status.success()) {
            skip(name, "no network namespace of its own, or no iproute2 (make deps)");
            return Ok(());
        }
        command.args(["unshare", "-n", "sh", "-c", &script]);
    }
    let output = tools::output(command.arg(&program).args(arguments(source)).current_dir(root()));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match output.status.code() {
        Some(0) => {
            // A program may also skip a part of itself and go on.
            for line in said.lines().filter_map(|line| line.strip_prefix("SKIP: ")) {
                skip(name, line);
            }
            println!("{name}: {}", said.lines().last().unwrap_or("(said nothing)"));
            Ok(())
        }
        Some(SKIPPED) => {
            skip(name, said.lines().find_map(|line| line.strip_prefix("SKIP: ")).unwrap_or("gave no reason"));
            Ok(())
        }
        Some(124) => Err(format!("{name} still ran after {PATIENCE} s:\n{said}")),
        _ => Err(format!("{name}: {}\n{said}", output.status)),
    }
}

/// All of these programs with one library, several at a time; panics at the end with the output of every failed one.
pub fn try_programs(what: &str, sources: &[PathBuf], library: Library) {
    let folder = scratch(&format!("{what}-{}", if library == Library::Cargo { "cargo" } else { "shipped" }));
    let Some(folder) = library.folder(&folder) else { return };
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    // Most of them wait more than they compute.
    let workers = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(output) = try_program(source, &folder) {
                        failures.lock().unwrap().push(output);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {} failed\n\n{}", failures.len(), sources.len(), failures.join("\n"));
}

/// The sources in a folder, sorted.
pub fn sources(folder: &str) -> Vec<PathBuf> {
    let mut sources: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "c" || extension == "cc"))
        .collect();
    sources.sort();
    sources
}
