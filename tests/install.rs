// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a user does: installs, finds the library by pkg-config, compiles, runs, uninstalls. And what README shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::programs::{Library, sources, try_programs};
use common::{read, scratch, shipped, skip, tools};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// False, said aloud, when there is nothing to install.
fn can_install() -> bool {
    if shipped().is_none() {
        skip("installing", "NLRS_SHIPPED_DIR is not set (make check sets it)");
        return false;
    }
    true
}

fn have_pkg_config() -> bool {
    let have = tools::have("pkg-config");
    if !have {
        skip("what pkg-config says of an install", "not installed (make deps)");
    }
    have
}

fn make(target: &str, variables: &[(&str, &str)]) {
    let mut command = tools::make();
    command.arg("--quiet").arg(target).current_dir(common::root());
    for (name, value) in variables {
        command.arg(format!("{name}={value}"));
    }
    tools::run(&mut command);
}

/// Files and links below a folder.
fn files(folder: &Path) -> BTreeSet<String> {
    fn walk(folder: &Path, top: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                walk(&path, top, found);
            } else {
                found.insert(path.strip_prefix(top).unwrap().to_str().unwrap().to_string());
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(folder, folder, &mut found);
    found
}

/// Compiles by what pkg-config says, as a shell does it, and runs.
fn build_and_run(compile: &str, prefix: &Path, source: &Path, out: &str) -> String {
    let folder = source.parent().unwrap();
    let library = prefix.join("lib");
    tools::run(
        Command::new("sh")
            .arg("-euc")
            .arg(compile)
            .current_dir(folder)
            .env("PKG_CONFIG_PATH", library.join("pkgconfig"))
            .env("SOURCE", source)
            .env("OUT", folder.join(out)),
    );
    tools::run(Command::new(folder.join(out)).env("LD_LIBRARY_PATH", &library))
}

/// README's one C block.
fn readme_example() -> String {
    let readme = read("README.md");
    let blocks: Vec<&str> = readme.split("```c\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 1, "README shows one C program");
    blocks[0].to_string()
}

#[test]
fn installed_below_an_odd_prefix_it_builds_c_and_cpp() {
    if !can_install() || !have_pkg_config() {
        return;
    }
    let folder = scratch("install");
    let prefix = folder.join("odd prefix, with all+sorts");
    make("install", &[("PREFIX", prefix.to_str().unwrap())]);

    let source = folder.join("readme.c");
    std::fs::write(&source, readme_example()).unwrap();
    // eval, since pkg-config quotes what the shell would split.
    let shared = "eval \"cc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Werror -o \\\"\\$OUT\\\" \\\"\\$SOURCE\\\" $(pkg-config --cflags --libs nlrs)\"";
    let out = build_and_run(shared, &prefix, &source, "readme");
    assert!(out.lines().any(|line| line == "1 lo"), "README's example printed {out:?}");

    let fixed = "eval \"cc -o \\\"\\$OUT\\\" \\\"\\$SOURCE\\\" -static $(pkg-config --static --cflags --libs nlrs)\"";
    let out = build_and_run(fixed, &prefix, &source, "readme-static");
    assert!(out.lines().any(|line| line == "1 lo"), "README's example, static, printed {out:?}");
    let dynamic = tools::run(Command::new("readelf").arg("-d").arg(folder.join("readme-static")));
    assert!(!dynamic.contains("NEEDED"), "the static program needs a shared library:\n{dynamic}");

    if tools::have("c++") {
        let source = folder.join("program.cc");
        std::fs::write(
            &source,
            "#include <nlrs.h>\n#include <cstdio>\n#include <string>\nint main()\n{\n    std::string version = nlrs_version();\n    \
             std::puts(version.c_str());\n    return nlrs_nlmsg_align(5) == 8 ? 0 : 1;\n}\n",
        )
        .unwrap();
        let cpp = "eval \"c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -o \\\"\\$OUT\\\" \\\"\\$SOURCE\\\" $(pkg-config --cflags --libs nlrs)\"";
        assert_eq!(build_and_run(cpp, &prefix, &source, "program").trim(), env!("CARGO_PKG_VERSION"));
    } else {
        skip("an installed library from C++", "no c++ (make deps)");
    }

    make("uninstall", &[("PREFIX", prefix.to_str().unwrap())]);
    assert_eq!(files(&prefix), BTreeSet::new(), "uninstall left files");
}

/// As a distribution packages it: DESTDIR and a LIBDIR of its own.
#[test]
fn a_staged_install_lays_out_what_it_says() {
    if !can_install() {
        return;
    }
    let stage = scratch("stage");
    let variables = [("DESTDIR", stage.to_str().unwrap()), ("PREFIX", "/usr"), ("LIBDIR", "/usr/lib/x86_64-linux-gnu")];
    make("install", &variables);
    let lib = "usr/lib/x86_64-linux-gnu";
    let expected: BTreeSet<String> = [
        format!("{lib}/libnlrs.so"),
        format!("{lib}/libnlrs.so.0"),
        format!("{lib}/libnlrs.so.0.{}", env!("CARGO_PKG_VERSION")),
        format!("{lib}/libnlrs.a"),
        format!("{lib}/pkgconfig/nlrs.pc"),
        format!("{lib}/cmake/nlrs/nlrs-config.cmake"),
        format!("{lib}/cmake/nlrs/nlrs-config-version.cmake"),
        "usr/include/nlrs.h".into(),
        "usr/include/nlrs.hpp".into(),
        "usr/include/nlrs.ffi.h".into(),
        "usr/share/doc/libnlrs/README.md".into(),
        "usr/share/doc/libnlrs/CHANGELOG.md".into(),
        "usr/share/doc/libnlrs/LICENSE-MIT".into(),
        "usr/share/doc/libnlrs/LICENSE-APACHE".into(),
    ]
    .into();
    let (pages, rest): (BTreeSet<String>, BTreeSet<String>) =
        files(&stage).into_iter().partition(|file| file.starts_with("usr/share/man/man"));
    assert_eq!(rest, expected);
    // tests/manual.rs looks for each name.
    assert!(pages.len() > 300 && pages.contains("usr/share/man/man7/nlrs.7"), "{} manual pages", pages.len());
    let pc = std::fs::read_to_string(stage.join(lib).join("pkgconfig/nlrs.pc")).unwrap();
    assert!(pc.contains("libdir=/usr/lib/x86_64-linux-gnu\n") && !pc.contains('@'), "{pc}");
    assert!(pc.contains(&format!("Version: {}\n", env!("CARGO_PKG_VERSION"))), "{pc}");
    assert!(pc.contains("URL: https://") && pc.contains("License: MIT OR Apache-2.0\n"), "{pc}");
    let link = std::fs::read_link(stage.join(lib).join("libnlrs.so")).unwrap();
    assert_eq!(link, PathBuf::from("libnlrs.so.0"));
    make("uninstall", &variables);
    assert_eq!(files(&stage), BTreeSet::new(), "uninstall left files");
}

#[test]
fn readme_example_is_short_and_runs_with_cargos_library() {
    let example = readme_example();
    assert!(example.lines().count() <= 40, "{} lines", example.lines().count());
    let folder = scratch("readme");
    let source = folder.join("readme.c");
    std::fs::write(&source, example).unwrap();
    try_programs("readme-run", &[source], Library::Cargo);
}

/// README's Python block and its command, with libnlrs-ynl where it was built.
#[test]
fn readme_shows_the_same_in_python_and_as_a_command() {
    let readme = read("README.md");
    let block = |language: &str| {
        let start = format!("```{language}\n");
        readme.split(&start).skip(1).filter_map(|rest| rest.split("```").next()).map(String::from).collect::<Vec<_>>()
    };
    let [program] = &block("python")[..] else { panic!("README shows one Python program") };
    let command = block("sh").into_iter().find(|block| block.starts_with("nlrs-ynl ")).expect("README shows a command");
    let Some(build) = shipped().map(|folder| folder.join("ynl")) else {
        return skip("README's Python program", "NLRS_SHIPPED_DIR is not set (make check sets it)");
    };
    if !build.join("nlrs-ynl").exists() || !tools::have("python3") {
        return skip("README's Python program", "libnlrs-ynl is not built (make ynl), or there is no python3");
    }
    let path = format!("{}:{}", build.display(), std::env::var("PATH").unwrap_or_default());
    let names = tools::run(Command::new("python3").args(["-c", program]).env("LD_LIBRARY_PATH", &build));
    assert!(names.lines().any(|name| name == "lo"), "{names}");
    let json = tools::run(Command::new("sh").args(["-euc", &command]).env("PATH", path));
    assert!(json.contains("\"ifname\"") && json.contains("\"lo\""), "{json}");
}

#[test]
fn examples_run_with_cargos_library() {
    try_programs("examples", &sources("examples"), Library::Cargo);
}

#[test]
fn examples_run_with_the_shipped_library() {
    try_programs("examples", &sources("examples"), Library::Shipped);
}

/// CI runs the commands that README names, and nothing else.
#[test]
fn ci_runs_what_readme_names() {
    let script = read(".ci/run");
    let commands: Vec<&str> =
        script.lines().filter(|line| !line.starts_with('#') && !line.starts_with("set ")).collect();
    let [enter, deps, demo, check, deps_ynl, check_ynl, deep] = commands[..] else {
        panic!("more or less than expected: {commands:?}")
    };
    assert_eq!(enter, "cd \"$(dirname \"$0\")/..\"");
    assert!(deps.starts_with("make deps deps-deep || echo "), "{deps}");
    assert_eq!((demo, check, check_ynl), ("make demo", "make check", "make check-ynl"));
    assert!(deps_ynl.starts_with("make deps-ynl || echo "), "{deps_ynl}");
    assert!(deep.starts_with("timeout ") && deep.contains(" make check-deep NLRS_DEEP_SECONDS="), "{deep}");
    let readme = read("README.md");
    for command in ["make demo ", "make check "] {
        assert!(readme.lines().any(|line| line.starts_with(command)), "README does not name {command}");
    }
    for command in ["`make deps`", "`make deps-deep`", "`make check-deep`", "`make deps-ynl`", "`make check-ynl`"] {
        assert!(readme.contains(command), "README does not name {command}");
    }
}
