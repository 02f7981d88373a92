// SPDX-License-Identifier: MIT OR Apache-2.0
//! The build systems of examples/consumers against a staged install, and the ways to link that need no build system.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{root, scratch, shipped, skip, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An install, and a copy of the consumers; None, said aloud, when there is nothing to install or a tool is missing.
fn stage(what: &str, needed: &[&str]) -> Option<(PathBuf, PathBuf)> {
    for tool in needed {
        if !tools::have(tool) {
            skip(&format!("a consumer: {what}"), &format!("{tool} is not installed (make deps-bindings)"));
            return None;
        }
    }
    if shipped().is_none() {
        skip(&format!("a consumer: {what}"), "NLRS_SHIPPED_DIR is not set (make check sets it)");
        return None;
    }
    let folder = scratch(&format!("consumer-{what}"));
    let prefix = folder.join("prefix");
    let mut install = tools::make();
    tools::run(install.args(["--quiet", "install"]).arg(format!("PREFIX={}", prefix.display())).current_dir(root()));
    tools::run(Command::new("cp").arg("-R").arg(root().join("examples/consumers")).arg(&folder));
    Some((prefix, folder.join("consumers")))
}

/// Commands in a folder, with the install found by pkg-config and by CMake.
fn sh(folder: &Path, prefix: &Path, commands: &str) -> String {
    tools::run(
        Command::new("sh")
            .args(["-euc", commands])
            .current_dir(folder)
            .env("PREFIX", prefix)
            .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
            .env("CMAKE_PREFIX_PATH", prefix)
            .env("LD_LIBRARY_PATH", prefix.join("lib"))
            .env_remove("CFLAGS"),
    )
}

fn works(out: &str, times: usize) {
    let line = format!("libnlrs {}: success, links", env!("CARGO_PKG_VERSION"));
    assert_eq!(out.lines().filter(|text| *text == line).count(), times, "{out}");
}

#[test]
fn make() {
    let Some((prefix, folder)) = stage("make", &["pkg-config", "make"]) else { return };
    let out = sh(&folder.join("make"), &prefix, "make -s && ./consumer && unset LD_LIBRARY_PATH && ./consumer-static");
    works(&out, 2);
}

#[test]
fn meson() {
    let Some((prefix, folder)) = stage("meson", &["pkg-config", "meson", "ninja"]) else { return };
    let out = sh(&folder.join("meson"), &prefix, "meson setup b . && ninja -C b && b/consumer && b/consumer-static");
    works(&out, 2);
}

#[test]
fn cmake() {
    let Some((prefix, folder)) = stage("cmake", &["cmake", "make"]) else { return };
    let commands = "cmake -S . -B b && cmake --build b && b/consumer && env -u LD_LIBRARY_PATH b/consumer-static";
    works(&sh(&folder.join("cmake"), &prefix, commands), 2);
    // Another series is refused: before 1.0 a minor version may break.
    let lists = folder.join("cmake/CMakeLists.txt");
    let text = std::fs::read_to_string(&lists).unwrap();
    std::fs::write(&lists, text.replace("find_package(nlrs 0.1 ", "find_package(nlrs 0.99 ")).unwrap();
    let refused = sh(&folder.join("cmake"), &prefix, "cmake -S . -B c 2>&1 || echo refused");
    assert!(refused.contains("refused"), "{refused}");
}

#[test]
fn cmake_by_pkg_config() {
    let Some((prefix, folder)) = stage("cmake-pkgconfig", &["cmake", "make", "pkg-config"]) else { return };
    works(&sh(&folder.join("cmake-pkgconfig"), &prefix, "cmake -S . -B b && cmake --build b && b/consumer"), 1);
}

#[test]
fn autotools() {
    let Some((prefix, folder)) = stage("autotools", &["autoreconf", "automake", "pkg-config", "make"]) else { return };
    works(&sh(&folder.join("autotools"), &prefix, "autoreconf -i && ./configure && make && ./consumer"), 1);
}

#[test]
fn compilers_and_their_sanitizers() {
    for compiler in ["gcc", "clang"] {
        let Some((prefix, folder)) = stage(compiler, &["pkg-config", compiler]) else { continue };
        let both = |flags: &str| {
            let commands = format!(
                "{compiler} {flags} -o shared consumer.c $(pkg-config --cflags --libs nlrs) && ./shared && \
                 {compiler} {flags} -o archive consumer.c $(pkg-config --cflags nlrs) $PREFIX/lib/libnlrs.a && ./archive"
            );
            works(&sh(&folder, &prefix, &commands), 2);
        };
        both("-std=c11 -Wall -Wextra -Wpedantic -Werror");
        std::fs::write(folder.join("empty.c"), "int main(void) { return 0; }\n").unwrap();
        let sanitizer =
            Command::new(compiler).args(["-fsanitize=address", "-o", "empty", "empty.c"]).current_dir(&folder).output();
        if sanitizer.is_ok_and(|output| output.status.success()) {
            both("-fsanitize=address -g");
        } else {
            skip(&format!("AddressSanitizer of {compiler}"), "its runtime is not installed (make deps-bindings)");
        }
    }
}

/// Not one byte of glibc: the archive wants what musl has.
#[test]
fn musl() {
    let Some((prefix, folder)) = stage("musl", &["musl-gcc"]) else { return };
    let commands = "for d in linux asm-generic; do ln -s /usr/include/$d .; done; ln -s /usr/include/$(gcc -print-multiarch)/asm asm\n\
        musl-gcc -static -I. -I$PREFIX/include -o musl consumer.c $PREFIX/lib/libnlrs.a && ./musl";
    works(&sh(&folder, &prefix, commands), 1);
}

/// In one program with a Rust archive that has std, in both orders: neither takes the other's allocator or panic handler.
#[test]
fn beside_another_rust_archive() {
    let Some((prefix, folder)) = stage("rust", &["rustc", "gcc", "pkg-config"]) else { return };
    std::fs::write(
        folder.join("other.rs"),
        "use std::collections::HashMap;\n#[unsafe(no_mangle)]\npub extern \"C\" fn other(n: u64) -> u64 {\n    \
         let caught = std::panic::catch_unwind(|| if n == 3 { panic!(\"on purpose\") }).is_err();\n    \
         let map: HashMap<u64, String> = (0..n).map(|i| (i, i.to_string())).collect();\n    map.len() as u64 + u64::from(caught)\n}\n",
    )
    .unwrap();
    let consumer = std::fs::read_to_string(folder.join("consumer.c")).unwrap();
    let consumer = consumer.replace(
        "int main(void)\n{\n",
        "uint64_t other(uint64_t n);\nint main(void)\n{\n    if (other(3) != 4)\n        return 2;\n",
    );
    std::fs::write(folder.join("both.c"), consumer).unwrap();
    let commands = "rustc --edition 2024 -O --crate-type staticlib other.rs -o libother.a\n\
        flags=\"-I$PREFIX/include\"; tail='-lpthread -ldl -lm -lgcc_s -lc'\n\
        gcc $flags -o one both.c $PREFIX/lib/libnlrs.a libother.a $tail && ./one\n\
        gcc $flags -o two both.c libother.a $PREFIX/lib/libnlrs.a $tail && ./two";
    works(&sh(&folder, &prefix, commands), 2);
}

/// `make dist` gives the same bytes wherever and whenever it is called: those of the last commit.
#[test]
fn source_archive_is_reproducible() {
    if !root().join(".git").exists() || !tools::have("git") {
        return skip("make dist", "this is no clone");
    }
    let folder = scratch("dist");
    let archive = |name: &str| {
        let clone = folder.join(name);
        tools::run(Command::new("git").args(["clone", "--quiet"]).arg(root()).arg(&clone));
        tools::run(tools::make().args(["--quiet", "dist"]).current_dir(&clone));
        let name = format!("build/nlrs-{}.tar.gz", env!("CARGO_PKG_VERSION"));
        std::fs::read(clone.join(name)).unwrap()
    };
    let one = archive("one");
    assert!(one.len() > 50_000 && one == archive("another folder"), "two archives differ");
}
