// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every exported function with NULL in every pointer position, the other arguments being valid: the code is right, and
//! the outputs are not written. And every switch with another value than 0 and 1.
//!
//! The C program that does this is generated from nlrs.ffi.h, so that new exports are included. Each call runs in a
//! process of its own: a crash or a hang is reported with the name of the function, and the other calls still run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::programs::{Library, try_program};
use common::{read, scratch};
use nlrs_tools::prototype::{Parameter, Prototype, prototypes};
use std::fmt::Write;

/// What a call with NULL must return. `None`: anything, if only it returns; used when the manual allows NULL for the
/// parameter.
type Expected = Option<&'static str>;

/// Parameters that may be NULL in every function, by name.
const OPTIONAL: &[(&str, &str)] = &[
    ("err", "details may be left out"),
    ("fn", "messages may be ignored"),
    ("arg", "it is the callback's business"),
    ("options", "NULL means the defaults"),
    ("ret_portid", "where a datagram came from may not matter"),
    ("ret_group", "where a datagram came from may not matter"),
    ("ret_nsid", "where a datagram came from may not matter"),
];

/// Functions that return something else than -EINVAL (int), NULL (a pointer) or 0 (an unsigned number): function,
/// parameter, result, reason. The parameter "*" means all.
const DEVIATIONS: &[(&str, &str, Expected, &str)] = &[
    ("nlrs_nlmsg_ok", "nlh", Some("0"), "a predicate; it ends a loop"),
    ("nlrs_ethtool_bit_walk", "set", Some("-ENOENT"), "an empty slot of an index is passed as it is"),
    ("nlrs_conntrack_tuple_read", "attr", Some("-ENOENT"), "an empty slot of an index is passed as it is"),
    ("nlrs_rtnh_ok", "rtnh", Some("0"), "a predicate; it ends a loop"),
    ("nlrs_rta_ok", "rta", Some("0"), "a predicate; it ends a loop"),
    ("nlrs_attr_get_flag", "attr", Some("0"), "a flag that is not there is not set"),
    ("nlrs_dump_end", "d", Some("0"), "as every free"),
    ("nlrs_request_end", "r", Some("0"), "as every free"),
    ("nlrs_event_nsid", "event", Some("-1"), "the own namespace's; IDs begin at 0"),
];

/// A predicate returns 0 for NULL. Other functions of an attribute return -ENOENT, so that an empty slot of a table can
/// be passed as it is.
fn rule(prototype: &Prototype, parameter: &Parameter) -> Option<Expected> {
    let function = prototype.name.as_str();
    if prototype.returns == "int" && function.contains("_is_") {
        return Some(Some("0"));
    }
    if prototype.returns == "int" && function.starts_with("nlrs_attr_") && parameter.ty == "const struct nlattr *" {
        return Some(Some("-ENOENT"));
    }
    None
}

/// How C makes a valid object of an opaque type. For other types a block of zeros is passed.
const OBJECTS: &[(&str, &str)] = &[
    ("struct nlrs_msg *", "nlrs_msg_new(256)"),
    ("struct nlrs_error *", "nlrs_error_new()"),
    ("struct nlrs_policy *", "nlrs_policy_new()"),
    ("struct nlrs_batch *", "nlrs_batch_new()"),
    ("struct nlrs_socket *", "a_socket()"),
    ("struct nlrs_dump *", "a_dump()"),
    ("struct nlrs_request *", "a_request()"),
    ("struct nlrs_monitor *", "a_monitor()"),
    ("struct nlrs_socket_options *", "nlrs_socket_options_new()"),
    ("struct nlrs_filter *", "nlrs_filter_new()"),
    ("struct nlrs_datagrams *", "nlrs_datagrams_new(2, 64)"),
    ("struct nlrs_records *", "some_records()"),
    ("struct nlrs_peer *", "nlrs_peer_new(NULL, NULL)"),
];

/// Whether the manual allows NULL for this parameter.
fn may_be_null(manual: &str, prototype: &Prototype, parameter: &Parameter) -> bool {
    let declared = [format!(" {}(", prototype.name), format!("*{}(", prototype.name)];
    let lines: Vec<&str> = manual.lines().collect();
    let Some(at) =
        lines.iter().position(|line| !line.starts_with([' ', '/']) && declared.iter().any(|d| line.contains(d)))
    else {
        return false;
    };
    let start = lines[..at].iter().rposition(|line| line.starts_with("/**")).unwrap_or(at);
    let comment =
        lines[start..at].iter().map(|line| line.trim_start_matches(" *").trim()).collect::<Vec<_>>().join(" ");
    comment.split('@').any(|part| {
        part.strip_prefix("param ")
            .and_then(|rest| rest.trim_start().strip_prefix(parameter.name.as_str()))
            .is_some_and(|rest| {
                rest.starts_with(' ')
                    && (rest.contains("may be NULL") || rest.contains("NULL:") || rest.contains("NULL means"))
            })
    })
}

fn expected(manual: &str, prototype: &Prototype, parameter: &Parameter) -> Expected {
    let deviation =
        DEVIATIONS.iter().find(|(name, at, ..)| *name == prototype.name && (*at == parameter.name || *at == "*"));
    if let Some((_, _, expected, _)) = deviation {
        return *expected;
    }
    if OPTIONAL.iter().any(|(name, _)| *name == parameter.name) || may_be_null(manual, prototype, parameter) {
        return None;
    }
    if let Some(expected) = rule(prototype, parameter) {
        return expected;
    }
    match prototype.returns.as_str() {
        "int" => Some("-EINVAL"),
        "void" => None,
        _ if prototype.returns.ends_with('*') => Some("NULL"),
        _ => Some("0"),
    }
}

/// Whether no function makes an object of this opaque type: then all pointers are NULL in the call.
fn is_unmakeable(parameter: &Parameter, known: &dyn Fn(&str) -> bool) -> bool {
    let plain = parameter.ty.trim_start_matches("const ");
    let opaque = plain.starts_with("struct nlrs_") && plain.matches('*').count() == 1;
    opaque && plain != "struct nlrs_msg *" && !OBJECTS.iter().any(|(ty, maker)| *ty == plain && known(maker))
}

fn argument(parameter: &Parameter, known: &dyn Fn(&str) -> bool) -> String {
    let plain = parameter.ty.trim_start_matches("const ");
    if parameter.ty.ends_with("_fn") {
        return "NULL".into();
    }
    if let Some((_, maker)) = OBJECTS.iter().find(|(ty, maker)| *ty == plain && known(maker)) {
        return (*maker).into();
    }
    if plain == "char *" {
        return "some_text".into();
    }
    if parameter.name.starts_with("ret_") && parameter.name != "ret_table" {
        return format!("({})marked()", parameter.ty);
    }
    if parameter.is_pointer() {
        return format!("({})zeros()", parameter.ty);
    }
    "4".into()
}

fn program() -> (String, usize) {
    let manual = read("include/nlrs.h");
    let prototypes = prototypes();
    let names: Vec<&str> = prototypes.iter().map(|prototype| prototype.name.as_str()).collect();
    for (name, ..) in DEVIATIONS {
        assert!(names.contains(name), "{name} is a deviation and no function");
    }
    let known = |maker: &str| {
        let function = match maker.split('(').next().unwrap() {
            "a_socket" => "nlrs_socket_open",
            "a_dump" => "nlrs_dump_begin",
            "a_request" => "nlrs_request_begin",
            "a_monitor" => "nlrs_monitor_open",
            function => function,
        };
        names.contains(&function)
    };

    let mut calls = String::new();
    let mut list = String::new();
    let mut count = 0;
    for prototype in &prototypes {
        for (at, parameter) in prototype.parameters.iter().enumerate().filter(|(_, parameter)| parameter.is_pointer()) {
            let others_exist = prototype
                .parameters
                .iter()
                .enumerate()
                .all(|(index, other)| index == at || !is_unmakeable(other, &known));
            let arguments: Vec<String> = prototype
                .parameters
                .iter()
                .enumerate()
                .map(|(index, other)| {
                    if index == at || (!others_exist && other.is_pointer()) {
                        "NULL".into()
                    } else {
                        argument(other, &known)
                    }
                })
                .collect();
            let call = format!("{}({})", prototype.name, arguments.join(", "));
            let body = match (expected(&manual, prototype, parameter), prototype.returns.as_str()) {
                (None, "void") => format!("{call}; return 1;"),
                (None, _) => format!("(void){call}; return 1;"),
                // A function that returns text never returns NULL.
                (Some(_), "const char *") => format!("return {call} != NULL;"),
                (Some(value), _) => format!("return {call} == {value} && marks_are_left();"),
            };
            writeln!(calls, "static int call_{count}(void) {{ {body} }}").unwrap();
            writeln!(list, "    {{call_{count}, \"{}, NULL for {}\"}},", prototype.name, parameter.name).unwrap();
            count += 1;
        }
        // A switch is 0 or 1.
        if prototype.parameters.iter().any(|parameter| parameter.name == "on") {
            let arguments = |on: &str| -> Vec<String> {
                let argument = |parameter: &Parameter| match parameter.name.as_str() {
                    "on" => on.into(),
                    _ => argument(parameter, &known),
                };
                prototype.parameters.iter().map(argument).collect()
            };
            for on in ["2", "-1"] {
                let call = format!("{}({})", prototype.name, arguments(on).join(", "));
                writeln!(calls, "static int call_{count}(void) {{ return {call} == -EINVAL; }}").unwrap();
                writeln!(list, "    {{call_{count}, \"{}, {on} for on\"}},", prototype.name).unwrap();
                count += 1;
            }
        }
    }
    let mut helpers = String::new();
    if known("a_socket()") {
        helpers.push_str(
            "static CHECK_UNUSED struct nlrs_socket *a_socket(void)\n{\n    struct nlrs_socket *s = NULL;\n    \
             if (nlrs_socket_open(NETLINK_ROUTE, NULL, &s) != 0 || nlrs_socket_set_timeout(s, 200) != 0)\n        abort();\n    \
             return s;\n}\n",
        );
    }
    if known("a_dump()") {
        helpers.push_str(
            "static CHECK_UNUSED struct nlrs_dump *a_dump(void)\n{\n    struct nlrs_dump *d = NULL;\n    \
             struct { struct nlmsghdr nlh; struct ifinfomsg ifi; } req = {{sizeof req, RTM_GETLINK, 0, 0, 0}, {0}};\n    \
             if (nlrs_dump_begin(a_socket(), &req.nlh, &d) != 0)\n        abort();\n    return d;\n}\n",
        );
    }
    if known("some_records()") {
        helpers.push_str(
            "static CHECK_UNUSED struct nlrs_records *some_records(void)\n{\n    struct nlrs_records *r = NULL;\n    \
             if (nlrs_records_new(RTM_NEWLINK, sizeof (struct nlrs_link), &r) != 0)\n        abort();\n    return r;\n}\n",
        );
    }
    if known("a_request()") {
        helpers.push_str(
            "static CHECK_UNUSED struct nlrs_request *a_request(void)\n{\n    struct nlrs_request *r = NULL;\n    \
             struct { struct nlmsghdr nlh; struct ifinfomsg ifi; } req = {{sizeof req, RTM_GETLINK, 0, 0, 0}, {0}};\n    \
             if (nlrs_request_begin(a_socket(), &req.nlh, &r) != 0)\n        abort();\n    return r;\n}\n",
        );
    }
    if known("a_monitor()") {
        helpers.push_str(
            "static CHECK_UNUSED struct nlrs_monitor *a_monitor(void)\n{\n    struct nlrs_monitor *m = NULL;\n    \
             if (nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) != 0 || nlrs_monitor_set_timeout(m, 200) != 0)\n        \
             abort();\n    return m;\n}\n",
        );
    }
    let text = format!(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n/* Written by tests/null.rs. */\n\
         #include \"check.h\"\n#include <linux/rtnetlink.h>\n#include <nlrs.h>\n#include <sys/wait.h>\n#include <signal.h>\n\n\
         static CHECK_UNUSED char some_text[4096] = \"text\";\n\
         static CHECK_UNUSED void *zeros(void)\n{{\n    static _Alignas(16) unsigned char block[16][4096];\n    \
         static unsigned next;\n    return block[next++ % 16];\n}}\n\n\
         /* Outputs are not written on failure: what is in them must be left. */\n\
         static _Alignas(16) unsigned char marks[16 * 4096];\n\
         static size_t marked_blocks;\n\
         static CHECK_UNUSED void *marked(void)\n{{\n    unsigned char *block = marks + 4096 * (marked_blocks++ % 16);\n    \
         memset(block, 0x55, 4096);\n    return block;\n}}\n\
         static CHECK_UNUSED int marks_are_left(void)\n{{\n    size_t i;\n    for (i = 0; i < 4096 * marked_blocks; i++)\n        \
         if (marks[i] != 0x55)\n            return 0;\n    return 1;\n}}\n\n{helpers}\n{calls}\n\
         static const struct {{ int (*call)(void); const char *what; }} calls[] = {{\n{list}}};\n\n\
         int main(void)\n{{\n    size_t i;\n    check_own_netns();\n    fflush(stdout);\n\
         \x20   for (i = 0; i < sizeof calls / sizeof calls[0]; i++) {{\n\
         \x20       int status = 0;\n        pid_t child = fork();\n        REQUIRE(child >= 0);\n\
         \x20       if (child == 0) {{\n            alarm(10);\n            _exit(calls[i].call() ? 0 : 1);\n        }}\n\
         \x20       REQUIRE(waitpid(child, &status, 0) == child);\n\
         \x20       if (!check_that(status == 0, __FILE__, __LINE__, calls[i].what))\n\
         \x20           printf(WIFSIGNALED(status) ? \"    died of signal %d\\n\" : \"    wrong answer (exit %d)\\n\",\n\
         \x20                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));\n    }}\n    return check_end();\n}}\n"
    );
    (text, count)
}

fn with(library: Library, name: &str) {
    let folder = scratch(name);
    let Some(library) = library.folder(&folder) else { return };
    let (text, count) = program();
    assert!(count > 10, "only {count} pointer positions");
    let source = folder.join("null.c");
    std::fs::write(&source, text).unwrap();
    if let Err(said) = try_program(&source, &library) {
        panic!("{said}");
    }
}

#[test]
fn null_everywhere_with_cargos_library() {
    with(Library::Cargo, "null-cargo");
}

#[test]
fn null_everywhere_with_the_shipped_library() {
    with(Library::Shipped, "null-shipped");
}
