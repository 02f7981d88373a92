// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header and its relatives are what src says, and compilers and FFI tools take them as they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{read, root, scratch, skip, tools};
use nlrs_tools::header;
use std::process::Command;

/// The generated files are what `make header` would write.
#[test]
fn generated_files_are_fresh() {
    let files = header::generate();
    let stale = nlrs_tools::stale(&files);
    assert!(stale.is_empty(), "stale: {stale:?}; `make header` rewrites them");
}

/// What must not get into the header, whoever adds a file.
#[test]
fn header_keeps_to_its_rules() {
    assert!(!read("include/nlrs.h").contains("# Safety"), "what speaks to Rust is in nlrs.h");
    let ffi = read("include/nlrs.ffi.h");
    for word in ["bool ", "enum nlrs", "FILE", "...", "uintptr_t", "int8_t value", "int16_t value", "NLMSG_", "NLM_F_"]
    {
        assert!(!ffi.contains(word), "{word:?} in nlrs.h");
    }
    assert!(!ffi.lines().any(|line| line.starts_with('#')), "a directive in nlrs.ffi.h");
    for node in header::nodes(&read("abi/nlrs.map")) {
        for name in node.names {
            assert!(ffi.contains(&format!("{name}(")), "{name} is in the map and not in nlrs.ffi.h");
        }
    }
}

/// Every dialect that the header promises, with warnings as errors, alone and included twice.
#[test]
fn header_compiles_everywhere() {
    let folder = scratch("header-matrix");
    for (language, compilers, standards) in
        [("c", ["gcc", "clang"], ["c99", "c11", "c17"]), ("c++", ["g++", "clang++"], ["c++11", "c++17", "c++20"])]
    {
        for source in ["nlrs.h", "nlrs.ffi.h"] {
            // The second file stands alone too: it needs the widths of <stdint.h> only, as cffi and LuaJIT know them.
            let file = folder.join(format!("{source}.{}", if language == "c" { "c" } else { "cc" }));
            let text = match source {
                "nlrs.h" => "#include <nlrs.h>\n#include <nlrs.h>\nint nothing; int nothing = NLRS_STOP;\n".replace("int nothing; ", "extern int nothing; "),
                _ => "#include <stddef.h>\n#include <stdint.h>\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n#include <nlrs.ffi.h>\n#ifdef __cplusplus\n}\n#endif\n".into(),
            };
            std::fs::write(&file, text).unwrap();
            for compiler in compilers {
                if !tools::have(compiler) {
                    skip(&format!("{source} with {compiler}"), "not installed (make deps)");
                    continue;
                }
                for standard in standards {
                    tools::run(
                        Command::new(compiler)
                            .args([
                                &format!("-std={standard}"),
                                "-Wall",
                                "-Wextra",
                                "-Wpedantic",
                                "-Wconversion",
                                "-Werror",
                            ])
                            .args(["-fsyntax-only", "-x", language, "-I"])
                            .arg(root().join("include"))
                            .arg(&file),
                    );
                }
            }
        }
    }
}

/// Python's cffi reads nlrs.ffi.h unedited, and calls the library through it.
#[test]
fn cffi_reads_the_ffi_header() {
    let Some(python) = tools::python_with("cffi") else {
        return skip("nlrs.ffi.h with cffi", "Python's cffi is not installed (make deps)");
    };
    let program = "import cffi, sys\n\
         ffi = cffi.FFI()\n\
         text = open(sys.argv[1]).read()\n\
         ffi.cdef(text)\n\
         lib = ffi.dlopen(sys.argv[2])\n\
         assert lib.nlrs_nlmsg_align(5) == 8\n\
         assert lib.NLRS_STOP == 1 and lib.NLRS_EPARTIAL == -0x10001\n\
         assert ffi.sizeof('struct nlmsghdr') == 16 and ffi.sizeof('struct nlattr') == 4\n\
         h = ffi.new('struct nlmsghdr *', {'nlmsg_len': 20})\n\
         assert lib.nlrs_nlmsg_ok(h, 20) == 1 and lib.nlrs_nlmsg_ok(h, 19) == 0\n\
         import re\n\
         names = re.findall(r'(nlrs_\\w+)\\(', text)\n\
         [getattr(lib, name) for name in names]\n\
         print(len(names))\n";
    let library = tools::cargo_library_dir().join("libnlrs.so");
    let count =
        tools::run(Command::new(python).args(["-c", program]).arg(root().join("include/nlrs.ffi.h")).arg(library));
    assert!(count.trim().parse::<usize>().unwrap() > 10, "cffi saw {count} functions");
}
