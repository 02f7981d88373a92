// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program nlrs-ynl: its output in a pipe, its errors and its exit status.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test
#![cfg(feature = "program")]

mod common;

use std::io::Write;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_nlrs-ynl");

fn run(command: &mut Command, input: &str) -> Output {
    command.env_remove("NLRS_YNL_PATH").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read its input may have ended by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = run(Command::new(PROGRAM).args(arguments), "");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Exit status and what is on standard error.
fn failed(arguments: &[&str]) -> (i32, String) {
    let output = run(Command::new(PROGRAM).args(arguments), "");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_a_specification_has_is_listed() {
    assert_eq!(printed(&["--family", "nlctrl", "--list-ops"]), "getfamily  [ do, dump ]\ngetpolicy  [ dump ]\n");
    let messages = printed(&["--family", "rt-link", "--list-msgs"]);
    assert!(
        messages.contains("newlink-ntf  [ notify ]\n") && messages.contains("getlink  [ do, dump ]\n"),
        "{messages}"
    );
    let set: serde_json::Value =
        serde_json::from_str(&printed(&["--family", "rt-addr", "--list-attrs", "newaddr"])).unwrap();
    assert_eq!((&set["name"], &set["attributes"][1]["name"]), (&"addr-attrs".into(), &"local".into()));
    let sets: serde_json::Value = serde_json::from_str(&printed(&["--family", "nlctrl", "--list-attrs"])).unwrap();
    assert_eq!(sets.as_array().unwrap().len(), 5);
    let families: serde_json::Value = serde_json::from_str(&printed(&["--list-families"])).unwrap();
    assert!(families.get("rt-rule").or(families.get("rt_rule")).is_some(), "{families}");
}

#[test]
fn completions_and_the_manual_page_are_made() {
    assert!(printed(&["--generate", "man"]).contains(".SH OPTIONS"));
    for (shell, part) in [("bash", "complete -F"), ("zsh", "#compdef nlrs-ynl"), ("fish", "complete -c nlrs-ynl")] {
        let text = printed(&["--generate", shell]);
        assert!(text.contains(part) && text.contains("subscribe"), "{shell}");
    }
}

#[test]
fn what_is_wrong_is_said_with_a_status() {
    let (status, text) = failed(&["--family", "rt-link", "--do", "fly"]);
    assert!(
        status == 1 && text.starts_with("nlrs-ynl: the family 'rt-link' has no operation 'fly': newlink"),
        "{text}"
    );
    let (status, text) =
        failed(&["--family", "rt-link", "--do", "newlink", "--json", "{\"mtu\": \"x\"}", "--output-json"]);
    let error: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &error["code"], &error["attribute"]), (1, &(-22).into(), &"mtu".into()));
    let (status, text) = failed(&["--spec", "nonesuch.yaml", "--list-ops"]);
    assert!(status == 1 && text.contains("./nonesuch.yaml: the specification cannot be read"), "{text}");
    assert_eq!(failed(&["--family", "rt-link"]).0, 1);
    assert_eq!(failed(&["--list-ops"]).0, 1);
    // A wrong command line.
    assert_eq!(failed(&["--nonesuch"]).0, 2);
    assert_eq!(failed(&["--family", "rt-link", "--do", "a", "--dump", "b"]).0, 2);
    assert_eq!(failed(&["--family", "rt-link", "--spec", "x", "--list-ops"]).0, 2);
}

/// Runs the program as root of a network namespace of its own, one command after the other.
fn in_namespace(script: &str, input: &str) -> Option<String> {
    let mut command = Command::new("unshare");
    if !command.args(["-rn", "true"]).status().is_ok_and(|status| status.success()) {
        common::skip("the program with a kernel: no network namespace of its own");
        return None;
    }
    let output = run(Command::new("unshare").args(["-rn", "sh", "-ec", script]).env("Y", PROGRAM), input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn replies_are_lines_or_one_text() {
    let script = r#"
        "$Y" --family rt-link --do newlink --create --json '{"ifname": "b0", "linkinfo": {"kind": "bridge"}}'
        "$Y" --family rt-link --dump getlink
        "$Y" --family rt-link --dump getlink --output-json
        "$Y" --family rt-link --do getlink --json -
        "$Y" --family rt-link --multi getlink '{"ifname": "lo"}' --multi dellink '{"ifname": "b0"}' --output-json
        "$Y" --family rt-addr --dump getaddr --output-json
    "#;
    let Some(text) = in_namespace(script, r#"{"ifname": "lo"}"#) else { return };
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 7, "{text}");
    assert!(lines[0].is_null());
    assert_eq!((&lines[1]["ifname"], &lines[2]["ifname"]), (&"lo".into(), &"b0".into()));
    assert_eq!(lines[3], serde_json::json!([lines[1], lines[2]]));
    assert_eq!(lines[4]["ifname"], "lo");
    assert_eq!((&lines[5][0]["ifname"], &lines[5][1]), (&"lo".into(), &serde_json::Value::Null));
    assert_eq!(lines[6], serde_json::json!([]));
}

#[test]
fn events_are_followed_for_a_time() {
    let script = r#"
        "$Y" --family rt-link --subscribe rtnlgrp-link --duration 0.2 \
            --do newlink --create --json '{"ifname": "b0", "linkinfo": {"kind": "bridge"}}'
        "$Y" --family rt-link --ntf rtnlgrp-link --sleep 0.1 --do dellink --json '{"ifname": "b0"}'
    "#;
    let Some(text) = in_namespace(script, "") else { return };
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| line["name"].as_str()).collect();
    assert_eq!((names.first(), names.last()), (Some(&"newlink-ntf"), Some(&"dellink-ntf")), "{text}");
    assert_eq!(lines[1]["msg"]["ifname"], "b0");
}
