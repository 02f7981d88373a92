// SPDX-License-Identifier: MIT OR Apache-2.0
//! The job of examples/bindings in every language, each in a network namespace of its own, with the shipped library: all of
//! them have to print the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::programs::Library;
use common::{root, scratch, skip, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the job prints in a fresh namespace.
const PRINTED: &str = "\
link 1 lo mtu 65536
address added
route added
route 198.51.100.0/24 dev 1
routes 1
error -22
message IFLA_INET6_RA_MTU can not be set
path 26 10 9
line request RTM_NEWLINK(16): IFLA_INET6_RA_MTU can not be set (EINVAL) at attribute 26/10/9
batch -65537 failed 3 of 1000: 100 (it exists already) 500 (it exists already) 900 (it exists already)
event link 1 mtu 1400 group 1
closed -65547 -65547
";

fn example(name: &str) -> PathBuf {
    root().join("examples/bindings").join(name)
}

/// A folder with the shipped library; None, said aloud, when that, a namespace or the language is missing.
fn prepare(language: &str, tool: &str, version: &str) -> Option<PathBuf> {
    if !Command::new(tool).arg(version).output().is_ok_and(|output| output.status.success()) {
        skip(&format!("the bindings' job in {language}"), &format!("{tool} is not installed (make deps-bindings)"));
        return None;
    }
    if !Command::new("unshare").args(["-rn", "true"]).output().is_ok_and(|output| output.status.success()) {
        skip(&format!("the bindings' job in {language}"), "no network namespace is to be had here");
        return None;
    }
    Library::Shipped.folder(&scratch(&format!("bindings-{}", language.replace(' ', "-"))))
}

/// Runs the program with these arguments in a namespace.
fn printed(folder: &Path, program: &str, arguments: &[&Path], environment: &[(&str, &Path)]) {
    let mut command = Command::new("timeout");
    command.args(["60", "unshare", "-rn", program]).args(arguments);
    command.env("LD_LIBRARY_PATH", folder).env("NLRS_FFI_H", root().join("include/nlrs.ffi.h"));
    command.env("GUILE_AUTO_COMPILE", "0").envs(environment.iter().copied());
    let out = tools::run(&mut command);
    assert_eq!(out, format!("library {}\n{PRINTED}", env!("CARGO_PKG_VERSION")), "printed (left) and expected (right)");
}

fn compiled(language: &str, compilers: &[&str], flags: &[&str], source: &str) {
    for compiler in compilers {
        let what = format!("{language} with {compiler}");
        let Some(folder) = prepare(&what, compiler, "--version") else { continue };
        let program = folder.join("job");
        let mut compile = Command::new(compiler);
        compile.args(flags).args(["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-I"]);
        compile.arg(root().join("include")).arg(example(source)).arg("-o").arg(&program);
        tools::run(compile.arg("-L").arg(&folder).arg("-lnlrs"));
        printed(&folder, program.to_str().unwrap(), &[], &[]);
    }
}

#[test]
fn c() {
    compiled("C", &["gcc", "clang"], &["-std=c11", "-D_GNU_SOURCE"], "job.c");
}

#[test]
fn cpp() {
    compiled("C++17", &["g++", "clang++"], &["-std=c++17"], "job.cc");
    compiled("C++20", &["g++", "clang++"], &["-std=c++20"], "job.cc");
}

/// What the form without exceptions offers compiles where there are none.
#[test]
fn cpp_without_exceptions() {
    for compiler in ["g++", "clang++"] {
        let Some(folder) = prepare(&format!("C++ without exceptions by {compiler}"), compiler, "--version") else {
            continue;
        };
        let source = folder.join("quiet.cc");
        std::fs::write(
            &source,
            "#include <nlrs.hpp>\n#include <linux/rtnetlink.h>\nint main()\n{\n    nlrs::socket sock;\n    nlrs::error err;\n    \
             nlrs::builder m;\n    nlrs::dump dump;\n    nlrs::message message;\n    int count = 0, code;\n    ifinfomsg ifi{};\n    \
             if (sock.open(NETLINK_ROUTE) < 0 || m.begin(RTM_GETLINK).header(ifi).end(err) < 0 || sock.begin_dump(m, dump) < 0)\n        \
             return 1;\n    while ((code = dump.next(message)) == 1)\n        count++;\n    \
             return code == 0 && dump.end(err) == 0 && count > 0 ? 0 : 2;\n}\n",
        )
        .unwrap();
        let program = folder.join("quiet");
        let mut compile = Command::new(compiler);
        compile
            .args(["-std=c++17", "-fno-exceptions", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(root().join("include"));
        tools::run(compile.arg(&source).arg("-o").arg(&program).arg("-L").arg(&folder).arg("-lnlrs"));
        tools::run(Command::new(&program).env("LD_LIBRARY_PATH", &folder));
    }
}

#[test]
fn python_ctypes() {
    let Some(folder) = prepare("Python with ctypes", "python3", "--version") else { return };
    printed(&folder, "python3", &[&example("job_ctypes.py")], &[]);
}

#[test]
fn python_cffi() {
    let Some(python) = tools::python_with("cffi") else {
        return skip("the bindings' job in Python with cffi", "cffi is not installed (make deps-bindings)");
    };
    let Some(folder) = prepare("Python with cffi", python, "--version") else { return };
    printed(&folder, python, &[&example("job_cffi.py")], &[]);
}

#[test]
fn luajit() {
    let Some(folder) = prepare("LuaJIT", "luajit", "-v") else { return };
    printed(&folder, "luajit", &[&example("job.lua")], &[]);
}

#[test]
fn guile() {
    let Some(folder) = prepare("Guile", "guile", "--version") else { return };
    printed(&folder, "guile", &[&example("job.scm")], &[]);
}

#[test]
fn node_koffi() {
    let modules = root().join("build/node/node_modules");
    if !modules.join("koffi").exists() {
        return skip("the bindings' job in Node", "koffi is not installed (make deps-bindings)");
    }
    let Some(folder) = prepare("Node", "node", "--version") else { return };
    printed(&folder, "node", &[&example("job.js")], &[("NODE_PATH", &modules)]);
}

#[test]
fn go_cgo() {
    let Some(folder) = prepare("Go", "go", "version") else { return };
    // cgo asks pkg-config; this answer is for the library in that folder.
    let pc = common::read("pkgconfig/nlrs.pc.in")
        .replace("@PREFIX@", folder.to_str().unwrap())
        .replace("@LIBDIR@", folder.to_str().unwrap())
        .replace("@INCLUDEDIR@", root().join("include").to_str().unwrap())
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    std::fs::write(folder.join("nlrs.pc"), pc).unwrap();
    let program = folder.join("job");
    tools::run(
        Command::new("go")
            .args(["build", "-o"])
            .arg(&program)
            .arg(".")
            .current_dir(example("go"))
            .env("PKG_CONFIG_PATH", &folder)
            .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"))
            .env("GOFLAGS", "-buildvcs=false"),
    );
    printed(&folder, program.to_str().unwrap(), &[], &[]);
}
