// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the Makefile promises to who builds and packages: other machines, other linkers, older C libraries, folders, modes.
//! rustc's archive of the shipped library is used again, so that nothing is compiled twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{copy_of_sources, root, scratch, shipped, skip, tools};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of rustc's archive; None, reported as skipped, where nothing was built.
fn archive() -> Option<PathBuf> {
    let folder = shipped();
    if folder.is_none() {
        skip("how the library is built", "NLRS_SHIPPED_DIR is not set (make check sets it)");
    }
    Some(folder?.join("rust/libnlrs.a"))
}

/// A build folder with rustc's archive in it.
fn build_folder(name: &str) -> Option<PathBuf> {
    let archive = archive()?;
    let build = scratch(name).join("build");
    std::fs::create_dir_all(build.join("rust")).unwrap();
    std::fs::copy(archive, build.join("rust/libnlrs.a")).unwrap();
    Some(build)
}

/// make, which takes the archive of this build folder as it is.
fn make(build: &Path, arguments: &[&str]) -> Output {
    let mut make = tools::make();
    make.arg("--silent").arg("-o").arg(build.join("rust/libnlrs.a")).arg(format!("BUILD={}", build.display()));
    tools::output(make.args(arguments).current_dir(root()))
}

fn succeeds(output: Output) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}:\n{text}", output.status);
    text
}

fn fails(output: Output) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success(), "succeeded:\n{text}");
    text
}

fn script(path: &Path, text: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn readelf(option: &str, file: &Path) -> String {
    tools::run(Command::new("readelf").arg("-W").arg(option).arg(file).env("LC_ALL", "C"))
}

/// A shared library with these functions, all of which return 0.
fn stub(folder: &Path, name: &str, soname: &str, functions: &[&str]) {
    let source = folder.join("stub.c");
    let text: String = functions.iter().map(|name| format!("long {name}(void) {{ return 0; }}\n")).collect();
    std::fs::write(&source, text).unwrap();
    tools::run(
        Command::new("cc")
            .args(["-w", "-fno-builtin", "-shared", "-fPIC", "-nostdlib"])
            .arg(format!("-Wl,-soname,{soname}"))
            .arg(&source)
            .arg("-o")
            .arg(folder.join(name)),
    );
}

/// glibc before 2.34 has pthread_create and others in libpthread alone: here as two libraries of stubs, and in `make deep-glibc`
/// as Debian 11's own.
#[test]
fn threads_may_be_in_a_library_of_their_own() {
    let Some(build) = build_folder("build-threads") else { return };
    let library = shipped().unwrap().join("libnlrs.so");
    let table = readelf("--dyn-syms", &library);
    let wanted: Vec<&str> = table
        .lines()
        .filter(|line| line.contains(" UND "))
        .filter_map(|line| line.split_whitespace().nth(7)?.split('@').next())
        .collect();
    let (threads, rest): (Vec<&str>, Vec<&str>) = wanted.into_iter().partition(|name| name.starts_with("pthread_"));
    assert!(!threads.is_empty() && rest.contains(&"sendmsg"), "{threads:?} {rest:?}");
    let stubs = build.join("stubs");
    std::fs::create_dir(&stubs).unwrap();
    stub(&stubs, "libc.so", "libc.so.6", &rest);
    stub(&stubs, "libpthread.so", "libpthread.so.0", &threads);
    let ldflags = format!("LDFLAGS=-L{}", stubs.display());
    let product = build.join("libnlrs.so");
    succeeds(make(&build, &[&ldflags, product.to_str().unwrap()]));
    let dynamic = readelf("-d", &product);
    assert!(dynamic.contains("[libpthread.so.0]") && dynamic.contains("[libc.so.6]"), "{dynamic}");
}

/// gold and zig refuse options that only save room.
#[test]
fn the_linker_may_know_few_options() {
    let Some(build) = build_folder("build-linker") else { return };
    let product = build.join("libnlrs.so");
    let picky = build.join("cc");
    script(
        &picky,
        "for option; do case $option in *noseparate-code*|*hash-style*|*build-id*|*no-undefined-version*)\n\
         echo \"unknown option $option\" >&2; exit 1;; esac; done\nexec cc \"$@\"",
    );
    succeeds(make(&build, &[&format!("CC={}", picky.display()), product.to_str().unwrap()]));
    assert!(readelf("-d", &product).contains("[libnlrs.so.0]"));

    if !tools::have("ld.gold") {
        return skip("linking with gold", "it is not installed (make deps)");
    }
    std::fs::remove_file(build.join(std::fs::read_link(build.join("libnlrs.so.0")).unwrap())).unwrap();
    let archive = build.join("libnlrs.a");
    succeeds(make(&build, &["CC=cc -fuse-ld=gold", product.to_str().unwrap(), archive.to_str().unwrap()]));
    assert!(readelf("-d", &product).contains("[libnlrs.so.0]"));
}

/// In place of cargo: it notes its arguments, and reports an archive where the target's would be.
fn recording_cargo(folder: &Path, archive: &Path) -> PathBuf {
    let cargo = folder.join("cargo");
    script(
        &cargo,
        &format!(
            "echo \"$@\" > '{0}/arguments'\nmkdir -p \"$CARGO_TARGET_DIR/elsewhere\"\n\
             cp '{1}' \"$CARGO_TARGET_DIR/elsewhere/libnlrs.a\"\n\
             echo \"{{\\\"reason\\\":\\\"compiler-artifact\\\",\\\"filenames\\\":[\\\"$CARGO_TARGET_DIR/elsewhere/libnlrs.a\\\"]}}\"",
            folder.display(),
            archive.display()
        ),
    );
    cargo
}

#[test]
fn another_target_has_products_of_its_own() {
    let Some(archive) = archive() else { return };
    let folder = scratch("build-target");
    let cargo = format!("CARGO={}", recording_cargo(&folder, &archive).display());
    // BUILD is the Makefile's own choice here.
    copy_of_sources(&folder);
    let arguments = || std::fs::read_to_string(folder.join("arguments")).unwrap();
    let here = |environment: &[(&str, &str)], arguments: &[&str]| {
        let mut make = tools::make();
        make.env_remove("CARGO_BUILD_TARGET").env_remove("CARGO").envs(environment.iter().copied());
        tools::output(make.arg("--silent").arg(&cargo).args(arguments).current_dir(&folder))
    };
    succeeds(here(&[], &[]));
    assert!(!arguments().contains("--target"), "{}", arguments());
    assert!(folder.join("build/libnlrs.so").exists() && folder.join("build/libnlrs.a").exists());
    succeeds(here(&[], &["TARGET=some-machine"]));
    assert!(arguments().contains("--target some-machine"), "{}", arguments());
    assert!(folder.join("build/some-machine/libnlrs.so").exists());
    succeeds(here(&[("CARGO_BUILD_TARGET", "other-machine")], &[]));
    assert!(arguments().contains("--target other-machine"), "{}", arguments());
    assert!(folder.join("build/other-machine/libnlrs.a").exists());

    // The tools that belong to the compiler.
    let shown = |cc: &str| succeeds(here(&[], &["-pn", cc]));
    let database = shown("CC=s390x-linux-gnu-gcc");
    for line in ["OBJCOPY = $(CROSS_PREFIX)objcopy", "AR := s390x-linux-gnu-ar", "LD := s390x-linux-gnu-ld"] {
        assert!(database.lines().any(|text| text == line), "{line}");
    }
    assert!(shown("CC=musl-gcc").lines().any(|text| text == "AR := ar"));
}

/// An archive that cargo did not write is an error, and nothing is left that the next call takes for a product.
#[test]
fn without_an_archive_there_is_no_product() {
    let Some(_) = archive() else { return };
    let folder = scratch("build-empty");
    for (name, body) in [
        ("silent", "exit 0"),
        ("empty", ": > '@/libnlrs.a'; echo '{\"filenames\":[\"@/libnlrs.a\"]}'"),
        ("missing", "echo '{\"filenames\":[\"@/missing/libnlrs.a\"]}'"),
        ("failing", "exit 101"),
    ] {
        let cargo = folder.join(name);
        script(&cargo, &body.replace('@', folder.to_str().unwrap()));
        let build = folder.join(format!("build-{name}"));
        let mut make = tools::make();
        make.arg("--silent").arg(format!("BUILD={}", build.display())).arg(format!("CARGO={}", cargo.display()));
        fails(tools::output(make.current_dir(root())));
        for product in ["rust/libnlrs.a", "libnlrs.a", "libnlrs.so"] {
            assert!(!build.join(product).exists(), "{name}: {product} is there");
        }
    }
}

/// A relative folder would be one thing below DESTDIR and another in nlrs.pc.
#[test]
fn relative_folders_are_refused() {
    let Some(build) = build_folder("build-relative") else { return };
    let stage = build.join("stage");
    let destdir = format!("DESTDIR={}", stage.display());
    for variable in ["PREFIX", "LIBDIR", "INCLUDEDIR", "MANDIR", "DOCDIR"] {
        for target in ["install", "uninstall"] {
            let said = fails(make(&build, &[target, &destdir, &format!("{variable}=lib64")]));
            assert!(said.contains(&format!("{variable}=lib64 is not an absolute path")), "{said}");
        }
    }
    assert!(!stage.exists(), "something was installed");
}

/// Symbols are the distribution's to take out, and so is the mode.
#[test]
fn install_keeps_symbols_and_install_strip_does_not() {
    let Some(build) = build_folder("build-strip") else { return };
    let stage = build.join("stage");
    let destdir = format!("DESTDIR={}", stage.display());
    let installed = || {
        let folder = stage.join("usr/lib");
        let soname = std::fs::read_link(folder.join("libnlrs.so")).unwrap();
        folder.join(std::fs::read_link(folder.join(soname)).unwrap())
    };
    let mode = |file: &Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    succeeds(make(&build, &["install", &destdir, "PREFIX=/usr"]));
    assert!(readelf("-S", &installed()).contains(".symtab"), "install stripped");
    assert_eq!(mode(&installed()), 0o755);
    succeeds(make(&build, &["install-strip", &destdir, "PREFIX=/usr", "SHLIBMODE=644"]));
    assert!(!readelf("-S", &installed()).contains(".symtab"), "install-strip did not");
    assert_eq!(mode(&installed()), 0o644);
    assert_eq!(
        installed().file_name().unwrap().to_str().unwrap(),
        format!("libnlrs.so.0.{}", env!("CARGO_PKG_VERSION")),
        "the file's name begins with the soname"
    );
}

/// Without it a program that was just linked does not start.
#[test]
fn the_linkers_cache_is_updated() {
    let Some(build) = build_folder("build-ldconfig") else { return };
    let prefix = build.join("prefix");
    let log = build.join("ldconfig.log");
    let ldconfig = build.join("ldconfig");
    script(
        &ldconfig,
        &format!(
            "if [ \"$1\" = -N ]; then echo '{}/lib: (from config)'; else echo updated >> '{}'; fi",
            prefix.display(),
            log.display()
        ),
    );
    let ldconfig = format!("LDCONFIG={}", ldconfig.display());
    let updates = || std::fs::read_to_string(&log).map_or(0, |text| text.lines().count());
    succeeds(make(&build, &["install", &ldconfig, &format!("PREFIX={}", prefix.display())]));
    assert_eq!(updates(), 1);
    // Below DESTDIR a package's own scripts do it; elsewhere it would change nothing, which is said.
    succeeds(make(
        &build,
        &["install", &ldconfig, "PREFIX=/usr", &format!("DESTDIR={}", build.join("stage").display())],
    ));
    let said = succeeds(make(&build, &["install", &ldconfig, &format!("PREFIX={}", build.join("other").display())]));
    assert!(said.contains("LD_LIBRARY_PATH"), "{said}");
    assert_eq!(updates(), 1);
}

/// `make dist` packs a commit; where there is none it must not make an empty archive.
#[test]
fn dist_needs_a_clone() {
    let folder = scratch("build-dist");
    for name in ["Makefile", "Cargo.toml"] {
        std::fs::copy(root().join(name), folder.join(name)).unwrap();
    }
    let mut make = tools::make();
    let said = fails(tools::output(make.args(["--silent", "dist"]).current_dir(&folder)));
    assert!(said.contains("no clone of the repository"), "{said}");
    let made = std::fs::read_dir(folder.join("build")).map_or(0, Iterator::count);
    assert_eq!(made, 0, "something was packed");
}

/// The policy of CONTRIBUTING.md: a program may use every later version with the same soname.
#[test]
fn cmake_accepts_what_the_abi_promises() {
    let Some(build) = build_folder("build-cmake") else { return };
    if !tools::have("cmake") {
        return skip("the version file of CMake", "cmake is not installed (make deps-bindings)");
    }
    let stage = build.join("stage");
    // A later version: what find_package says of it to programs that were written for an earlier one.
    let destdir = format!("DESTDIR={}", stage.display());
    succeeds(make(&build, &["install", &destdir, "PREFIX=/usr", "VERSION=1.2.0"]));
    let file = stage.join("usr/lib/cmake/nlrs/nlrs-config-version.cmake");
    let verdict = build.join("verdict.cmake");
    std::fs::write(&verdict, "include(${FILE})\nmessage(\"${PACKAGE_VERSION_COMPATIBLE}\")\n").unwrap();
    for (asked, range, compatible) in [
        ("0.1", "", true),
        ("0.9.3", "", true),
        ("1.2.0", "", true),
        ("1.2.1", "", false),
        ("2", "", false),
        ("0.0.1", "", false),
        ("0.1", "INCLUDE 1.2.0", true),
        ("0.1", "EXCLUDE 1.2.0", false),
        ("0.1", "INCLUDE 1.1", false),
    ] {
        let mut cmake = Command::new("cmake");
        cmake.arg(format!("-DFILE={}", file.display())).arg(format!("-DPACKAGE_FIND_VERSION={asked}"));
        if let Some((end, most)) = range.split_once(' ') {
            cmake.arg(format!("-DPACKAGE_FIND_VERSION_RANGE={asked}...{most}"));
            cmake
                .arg(format!("-DPACKAGE_FIND_VERSION_RANGE_MAX={end}"))
                .arg(format!("-DPACKAGE_FIND_VERSION_MAX={most}"));
        }
        let said = succeeds(tools::output(cmake.arg("-P").arg(&verdict)));
        assert_eq!(said.contains("TRUE"), compatible, "{asked} {range}: {said}");
    }
}
