// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs that the tests run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs it; panics with everything that it said unless it succeeds.
pub fn run(command: &mut Command) -> String {
    let output = output(command);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {}\n{text}{errors}", words(command), output.status);
    text
}

/// Runs it; panics when it cannot be started.
pub fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{}: {error}", words(command)))
}

/// The command without its environment, which may be long and is nobody's business.
fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" ")
}

/// Whether a program of that name starts.
pub fn have(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The C compiler with the flags that every C source of this tree has to stand.
pub fn cc() -> Command {
    let mut command = compiler(false);
    command.args(["-std=c11", "-D_GNU_SOURCE"]).args(WARNINGS).args(includes());
    command
}

/// The C++ compiler likewise.
pub fn cxx() -> Command {
    let mut command = compiler(true);
    command.args(["-std=c++17"]).args(WARNINGS).args(includes());
    command
}

const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"];

fn includes() -> [std::ffi::OsString; 4] {
    ["-I".into(), super::root().join("include").into(), "-I".into(), super::root().join("c-tests").into()]
}

/// The compiler that the cc crate finds ($CC, or the system's).
pub fn compiler(cpp: bool) -> Command {
    cc::Build::new()
        .cpp(cpp)
        .target(TARGET)
        .host(TARGET)
        .opt_level(1)
        .cargo_metadata(false)
        .out_dir(env!("CARGO_TARGET_TMPDIR"))
        .get_compiler()
        .to_command()
}

/// What this test program runs on. The C side is always compiled for the same.
const TARGET: &str = env!("NLRS_TARGET");

/// A Python that can import the module, if there is one: the first on the path, or the system's own.
pub fn python_with(module: &str) -> Option<&'static str> {
    ["python3", "/usr/bin/python3"].into_iter().find(|python| {
        Command::new(python)
            .args(["-c", &format!("import {module}")])
            .output()
            .is_ok_and(|output| output.status.success())
    })
}

/// The folder of a libnlrs.so with debug assertions and overflow checks. Cargo does not make one by itself.
pub fn cargo_library_dir() -> PathBuf {
    static BUILT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let build = || {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library");
        let mut command = Command::new(env!("CARGO"));
        command.args(["rustc", "--quiet", "--locked", "--lib", "--crate-type", "cdylib", "--target-dir"]).arg(&target);
        run(command.args(["--", "-Clink-arg=-Wl,-soname,libnlrs.so.0"]).current_dir(super::root()));
        target.join("debug")
    };
    BUILT.get_or_init(build).clone()
}

/// `to` becomes a symbolic link to `from`, whoever else is doing the same.
pub fn link(from: &Path, to: &Path) {
    let own = to.with_extension(format!("{}", std::process::id()));
    let _ = std::fs::remove_file(&own);
    std::os::unix::fs::symlink(from, &own).unwrap();
    std::fs::rename(&own, to).unwrap();
}

/// make without what the make and the cargo around us say of themselves; what says where their tools are stays.
pub fn make() -> Command {
    let mut command = Command::new("make");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let theirs = [
            "MAKE",
            "MFLAGS",
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_TARGET_TMPDIR",
            "CARGO_CRATE_",
            "LD_LIBRARY_PATH",
        ];
        if theirs.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.env("CARGO", env!("CARGO"));
    command
}
