// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header and the other generated files are up to date, keep to their rules, and are accepted by compilers and FFI
//! tools.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{read, root, scratch, skip, tools};
use nlrs_tools::{comment, header};
use std::process::Command;

/// The generated files are what `make header` would write.
#[test]
fn generated_files_are_fresh() {
    let files = header::generate();
    let stale = nlrs_tools::stale(&files);
    assert!(stale.is_empty(), "stale: {stale:?}; `make header` rewrites them");
}

/// What must not be in the header.
#[test]
fn header_keeps_to_its_rules() {
    assert!(!read("include/nlrs.h").contains("# Safety"), "a paragraph for Rust is in nlrs.h");
    let ffi = read("include/nlrs.ffi.h");
    for word in ["bool ", "enum nlrs", "FILE", "...", "uintptr_t", "int8_t value", "int16_t value", "NLMSG_"] {
        assert!(!ffi.contains(word), "{word:?} in nlrs.h");
    }
    assert!(!ffi.lines().any(|line| line.starts_with('#')), "a directive in nlrs.ffi.h");
    for node in header::nodes(&read("abi/nlrs.map")) {
        for name in node.names {
            assert!(ffi.contains(&format!("{name}(")), "{name} is in the map and not in nlrs.ffi.h");
        }
    }
}

/// Pointers to one value or to a pointer that are not called ret_…, and why.
const NOT_OUTPUTS: &[(&str, &str, &str)] = &[
    ("nlrs_nlmsg_next", "len", "read and written, as by the macro"),
    ("nlrs_rta_next", "len", "read and written, as by the macro"),
    ("nlrs_rtnl_key", "key", "a nlrs_monitor_key_fn"),
];

/// Functions whose outputs do not come last, and why.
const OUTPUTS_NOT_LAST: &[(&str, &str)] = &[("nlrs_rtnl_key", "a nlrs_monitor_key_fn")];

fn is_pointer_to_output(ty: &str) -> bool {
    let stars = ty.matches('*').count();
    // struct T * is an object, const T * an input; T ** gets a pointer and int * a value.
    stars >= 2 || (stars == 1 && !ty.starts_with("const ") && !ty.starts_with("struct "))
}

/// The rules of the introduction for names, widths and the order of parameters.
#[test]
fn prototypes_keep_to_the_rules_of_the_introduction() {
    let manual = read("include/nlrs.h");
    let mut broken = Vec::new();
    for prototype in nlrs_tools::prototype::prototypes() {
        let name = prototype.name.as_str();
        let parameters = &prototype.parameters;
        let mut fault = |what: String| broken.push(format!("{name}: {what}"));
        if !name.starts_with("nlrs_") || name.chars().any(|c| c.is_ascii_uppercase()) {
            fault("not called nlrs_…".into());
        }
        let returns = prototype.returns.as_str();
        if !["void", "int", "size_t", "uint32_t", "int32_t", "uint64_t", "int64_t"].contains(&returns)
            && !returns.ends_with('*')
        {
            fault(format!("returns {returns}"));
        }
        if (name.contains("_is_") || name.ends_with("_ok")) && returns != "int" {
            fault(format!("a predicate that returns {returns}"));
        }
        for (at, parameter) in parameters.iter().enumerate() {
            let (ty, what) = (parameter.ty.as_str(), parameter.name.as_str());
            let next = parameters.get(at + 1).map_or("", |next| next.name.as_str());
            if !parameter.is_pointer() && !["int", "size_t", "uint32_t", "int32_t", "uint64_t", "int64_t"].contains(&ty)
            {
                fault(format!("{what} is a {ty}"));
            }
            let is_excepted =
                NOT_OUTPUTS.iter().any(|(function, parameter, _)| (*function, *parameter) == (name, what));
            if is_pointer_to_output(ty)
                && !what.starts_with("ret_")
                && !["arg", "buf", "pos"].contains(&what)
                && !is_excepted
            {
                fault(format!("{what}, a {ty}, is not called ret_…"));
            }
            if what.starts_with("ret_") && !is_pointer_to_output(ty) && !ty.starts_with("struct ") {
                fault(format!("{what} is a {ty}"));
            }
            if what == "buf" && !["len", "size"].contains(&next) {
                fault("buf is not followed by its size".into());
            }
            if what == "err" && (ty != "struct nlrs_error *" && ty != "const struct nlrs_error *") {
                fault(format!("err is a {ty}"));
            }
            if what == "on" && (ty != "int" || !comment_of(&manual, name).contains("-EINVAL")) {
                fault("on is no int that is checked".into());
            }
        }
        // After the first output there may be outputs, their sizes, and err.
        let outputs: Vec<usize> = (0..parameters.len()).filter(|&at| parameters[at].name.starts_with("ret_")).collect();
        if let (Some(&first), false) = (outputs.first(), OUTPUTS_NOT_LAST.iter().any(|(function, _)| *function == name))
        {
            for at in first..parameters.len() {
                let what = parameters[at].name.as_str();
                let is_size = ["size", "max"].contains(&what) && parameters[at - 1].name.starts_with("ret_");
                let is_last_err = what == "err" && at + 1 == parameters.len();
                if !what.starts_with("ret_") && !is_size && !is_last_err {
                    fault(format!("{what} comes after an output"));
                }
            }
            if returns != "int" {
                fault(format!("has outputs and returns {returns}"));
            }
        }
        if comment_of(&manual, name).is_empty() {
            fault("has no comment".into());
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The comment before the prototype of a function.
fn comment_of<'a>(manual: &'a str, name: &str) -> &'a str {
    let declared = [format!(" {name}("), format!(" *{name}(")];
    let is_prototype = |line: &str| !line.starts_with([' ', '/']) && declared.iter().any(|start| line.contains(start));
    let mut at = 0;
    for line in manual.split_inclusive('\n') {
        if is_prototype(line) {
            let before = &manual[..at];
            return match (before.rfind("/**"), before.rfind("*/")) {
                (Some(start), Some(end)) if before[end..].trim() == "*/" => &before[start..end],
                _ => "",
            };
        }
        at += line.len();
    }
    ""
}

/// Words that the header does not use, since there is a technical word for each.
const METAPHORS: &[&str] = &[
    "tell", "tells", "told", "hear", "hears", "heard", "say", "says", "said", "stands", "want", "wants", "wanted",
    "whoever", "nobody", "somebody", "verdict", "verdicts", "stray", "strays", "culprit", "aloud",
];

/// Comments of functions begin with a verb, and the words are those of the kernel and of technical English.
#[test]
fn comments_are_plain_english() {
    let manual = read("include/nlrs.h");
    let mut broken = Vec::new();
    for prototype in nlrs_tools::prototype::prototypes() {
        let comment = comment_of(&manual, &prototype.name);
        let first = comment.trim_start_matches(['/', '*', ' ', '\n']).split_whitespace().next().unwrap_or_default();
        let is_macro =
            first.ends_with(':') && first.trim_end_matches(':').chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let is_verb = first.ends_with('s') && first.starts_with(|c: char| c.is_ascii_uppercase());
        if !is_macro && !is_verb && first != "Whether" {
            broken.push(format!("{}: begins with {first:?}", prototype.name));
        }
    }
    for (number, line) in manual.lines().enumerate() {
        let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let found: Vec<&str> = words.filter(|word| METAPHORS.contains(&word.to_lowercase().as_str())).collect();
        if !found.is_empty() {
            broken.push(format!("nlrs.h:{}: {found:?}: {line}", number + 1));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Comments are wrapped once: wrapping them again changes nothing, so that no line ends early and none is too long.
#[test]
fn comments_are_wrapped_once() {
    let manual = read("include/nlrs.h");
    for (number, line) in manual.lines().enumerate() {
        assert!(line.chars().count() <= comment::WIDTH, "nlrs.h:{}: {} columns", number + 1, line.chars().count());
    }
    let mut rest = manual.as_str();
    let mut blocks = 0;
    while let Some((_, block)) = rest.split_once("/**\n * ") {
        let (block, after) = block.split_once("\n */").expect("the end of a comment");
        rest = after;
        blocks += 1;
        let lines: Vec<&str> = block.lines().map(|line| line.strip_prefix(" *").unwrap_or(line)).collect();
        let lines: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        assert_eq!(comment::lines(&lines.join("\n")), lines, "left: wrapped again");
    }
    assert!(blocks > 100, "only {blocks} comments");
}

/// The header compiles in every supported dialect, with warnings as errors, alone and included twice.
#[test]
fn header_compiles_everywhere() {
    let folder = scratch("header-matrix");
    for (language, compilers, standards) in
        [("c", ["gcc", "clang"], ["c99", "c11", "c17"]), ("c++", ["g++", "clang++"], ["c++11", "c++17", "c++20"])]
    {
        for source in ["nlrs.h", "nlrs.ffi.h"] {
            // nlrs.ffi.h needs only the types of <stddef.h> and <stdint.h>, which cffi and LuaJIT define themselves.
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

/// Python's cffi reads nlrs.ffi.h unchanged, and calls the library through it.
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

/// The kernel's numbers in nlrs.ffi.h are those of its headers.
#[test]
fn numbers_of_the_kernel_are_its() {
    let mut source: String = nlrs_tools::uapi::HEADERS.iter().map(|header| format!("#include <{header}>\n")).collect();
    for (name, value) in nlrs_tools::uapi::constants() {
        source += &format!("_Static_assert({name} == {value}, \"{name}\");\n");
        assert!(read("include/nlrs.ffi.h").contains(&format!("    {name} = {value},")), "{name} is missing");
    }
    let file = scratch("kernel-numbers").join("numbers.c");
    std::fs::write(&file, source).unwrap();
    tools::run(tools::cc().arg("-fsyntax-only").arg(&file));
}
