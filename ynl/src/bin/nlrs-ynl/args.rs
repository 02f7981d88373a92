// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line.

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};

/// What the program is asked for.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) family: Option<String>,
    pub(crate) no_schema: bool,
    pub(crate) json: Option<String>,
    pub(crate) action: Action,
    pub(crate) subscribe: Vec<String>,
    pub(crate) sleep: Option<f64>,
    pub(crate) duration: Option<f64>,
    pub(crate) flags: u32,
    pub(crate) output_json: bool,
    pub(crate) netns: Option<String>,
    pub(crate) timeout: Option<f64>,
}

/// One of the things that it does.
#[derive(Debug)]
pub(crate) enum Action {
    None,
    ListFamilies,
    Do(String),
    Dump(String),
    /// Operations with their JSON.
    Multi(Vec<(String, String)>),
    ListOps,
    ListMsgs,
    /// Of one operation, or of all sets.
    ListAttrs(Option<String>),
    /// What the kernel accepts for an operation.
    Policy(String),
    /// The name of a shell, or `man`.
    Generate(String),
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn seconds(name: &'static str, help: &'static str) -> Arg {
    option(name, "SECONDS", help).value_parser(value_parser!(f64))
}

/// Returns the description of the command line, of which help, completions and the manual page are made.
pub(crate) fn command() -> Command {
    Command::new("nlrs-ynl")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Talks to any netlink family by name, in JSON")
        .long_about(
            "Talks to any family of the kernel's netlink by the names of a YNL specification: sends requests, shows \
             whole tables, follows events. Requests and replies are JSON. On a terminal replies are shown indented, \
             otherwise as one line of JSON each.",
        )
        .after_help(AFTER)
        .arg(option("family", "NAME", "Family whose specification is searched for").conflicts_with("spec"))
        .arg(option("spec", "FILE", "File of a specification"))
        .arg(option("do", "OPERATION", "Sends a request and shows the reply"))
        .arg(option("dump", "OPERATION", "Shows all objects"))
        .arg(
            Arg::new("multi")
                .long("multi")
                .value_names(["OPERATION", "JSON"])
                .num_args(2)
                .action(ArgAction::Append)
                .help("Sends several requests together; may be repeated"),
        )
        .arg(option("json", "JSON", "Attributes of the request; - reads standard input, @FILE a file"))
        .arg(
            option("subscribe", "GROUP", "Follows the events of a group; may be repeated")
                .visible_alias("ntf")
                .action(ArgAction::Append),
        )
        .arg(seconds("sleep", "Shows events for so long before the request"))
        .arg(seconds("duration", "Shows events for so long, then ends"))
        .arg(flag("create", "Create the object if it does not exist"))
        .arg(flag("excl", "Fail if the object exists"))
        .arg(flag("replace", "Replace the object if it exists"))
        .arg(flag("append", "Add to the end of the list"))
        .arg(flag("echo", "Show the object as it is afterwards"))
        .arg(flag("unchecked", "Do not check values against the limits in the specification"))
        .arg(flag("list-families", "Lists the families whose specification is found"))
        .arg(flag("list-ops", "Lists the operations"))
        .arg(flag("list-msgs", "Lists operations and events"))
        .arg(
            option("list-attrs", "OPERATION", "Lists the attributes of an operation, or of all sets")
                .num_args(0..=1)
                .default_missing_value(""),
        )
        .arg(option("policy", "OPERATION", "Shows what the kernel accepts for an operation (generic netlink)"))
        .arg(flag("output-json", "Writes one JSON text: a list for a dump, an object for a request"))
        .arg(option("netns", "NAME", "Network namespace: a name below /run/netns, or the path of a file"))
        .arg(seconds("timeout", "How long a request may take"))
        .arg(flag("no-schema", "Accept keys in the specification that no schema has"))
        .arg(option("schema", "FILE", "Accepted for scripts of the kernel's tool: the schemas are built in").hide(true))
        .arg(
            flag("process-unknown", "Accepted, as the kernel's tool has it: unknown attributes are always shown")
                .hide(true),
        )
        .arg(flag("no-process-unknown", "Accepted for scripts of the kernel's tool, and ignored").hide(true))
        .arg(
            option(
                "dbg-small-recv",
                "BYTES",
                "Accepted, as the kernel's tool has it: the receive buffer grows as needed",
            )
            .num_args(0..=1)
            .default_missing_value("0")
            .hide(true),
        )
        .arg(
            option("generate", "WHAT", "Writes completions for a shell, or the manual page")
                .value_parser(["bash", "zsh", "fish", "elvish", "powershell", "man"])
                .hide(true),
        )
        .group(ArgGroup::new("action").args([
            "do",
            "dump",
            "multi",
            "list-families",
            "list-ops",
            "list-msgs",
            "list-attrs",
            "policy",
            "generate",
        ]))
}

const AFTER: &str = "\
Examples:
  nlrs-ynl --family rt-link --dump getlink
  nlrs-ynl --family rt-link --do getlink --json '{\"ifname\": \"eth0\"}'
  nlrs-ynl --family rt-link --do newlink --create --excl \\
      --json '{\"ifname\": \"br0\", \"linkinfo\": {\"kind\": \"bridge\"}}'
  nlrs-ynl --family rt-route --subscribe rtnlgrp-ipv4-route

Specifications are searched for in the folders of NLRS_YNL_PATH, where the kernel's
tools and distributions install them, and among those that the library carries.

Exit status: 0; 1 when a request failed, with the reason on standard error; 2 for a wrong
command line.";

/// Reads the command line; ends the program where it is wrong, or asks for help.
pub(crate) fn parse() -> Args {
    let matches = command().get_matches();
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let number = |name: &str| matches.get_one::<f64>(name).copied().filter(|value| *value >= 0.0);
    let is_set = |name: &str| matches.get_flag(name);
    let mut flags = 0;
    for (name, bit) in [
        ("create", nlrs_ynl::flags::CREATE),
        ("excl", nlrs_ynl::flags::EXCL),
        ("replace", nlrs_ynl::flags::REPLACE),
        ("append", nlrs_ynl::flags::APPEND),
        ("echo", nlrs_ynl::flags::ECHO),
        ("unchecked", nlrs_ynl::flags::UNCHECKED),
    ] {
        if is_set(name) {
            flags |= bit;
        }
    }
    Args {
        family: text("family").or(text("spec").map(as_path)),
        no_schema: is_set("no-schema"),
        json: text("json"),
        action: action(&matches),
        subscribe: matches.get_many::<String>("subscribe").into_iter().flatten().cloned().collect(),
        sleep: number("sleep"),
        duration: number("duration"),
        flags,
        output_json: is_set("output-json"),
        netns: text("netns"),
        timeout: number("timeout"),
    }
}

/// A file in the current folder has to look like one.
fn as_path(file: String) -> String {
    if file.contains('/') { file } else { format!("./{file}") }
}

fn action(matches: &ArgMatches) -> Action {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    if matches.get_flag("list-families") {
        return Action::ListFamilies;
    }
    if matches.get_flag("list-ops") {
        return Action::ListOps;
    }
    if matches.get_flag("list-msgs") {
        return Action::ListMsgs;
    }
    if let Some(multi) = matches.get_many::<String>("multi") {
        let words: Vec<&String> = multi.collect();
        let pairs = words.chunks_exact(2).filter_map(|pair| match pair {
            [operation, json] => Some(((*operation).clone(), (*json).clone())),
            _ => None,
        });
        return Action::Multi(pairs.collect());
    }
    None.or_else(|| text("do").map(Action::Do))
        .or_else(|| text("dump").map(Action::Dump))
        .or_else(|| text("list-attrs").map(|name| Action::ListAttrs(Some(name).filter(|name| !name.is_empty()))))
        .or_else(|| text("policy").map(Action::Policy))
        .or_else(|| text("generate").map(Action::Generate))
        .unwrap_or(Action::None)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
