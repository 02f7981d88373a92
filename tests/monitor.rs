// SPDX-License-Identifier: MIT OR Apache-2.0
//! The examples that follow events, run beside changes in a network namespace of their own: what they print.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::programs::Library;
use common::{root, scratch, skip, tools};
use std::process::Command;

/// What the example says while `script` runs. None, said aloud: there can be no namespace, or no link, here.
fn beside(example: &str, script: &str) -> Option<String> {
    let folder = Library::Cargo.folder(&scratch(&format!("monitor-{example}")))?;
    let program = folder.join(example);
    let mut compile = tools::cc();
    compile.arg(root().join(format!("examples/{example}.c"))).arg("-o").arg(&program).arg("-L").arg(&folder);
    tools::run(compile.arg("-lnlrs").arg(format!("-Wl,-rpath,{}", folder.display())));
    let probe = Command::new("unshare").args(["-n", "ip", "link", "add", "d0", "type", "ifb"]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        skip(example, "no network namespace with a link of type ifb");
        return None;
    }
    let script = format!("{} 1 & sleep 0.3; {script}; wait $!", program.display());
    Some(tools::run(Command::new("timeout").args(["30", "unshare", "-n", "sh", "-c"]).arg(script)))
}

/// Each of these is a line, in this order; others may stand between.
fn has_lines(text: &str, wanted: &[&str]) {
    let mut lines = text.lines();
    for want in wanted {
        assert!(lines.any(|line| line == *want), "{want:?} is missing, or not in its place, in\n{text}");
    }
}

#[test]
fn links_come_and_go() {
    let script = "ip link add d0 type ifb; ip link set d0 up; ip link del d0";
    let Some(text) = beside("links", script) else { return };
    has_lines(&text, &["2: d0: down", "2: d0: up", "2: d0: deleted", "links: the deadline passed"]);
}

#[test]
fn routes_that_vanish_in_silence_are_told() {
    let script = "ip link set lo up; ip link add d0 type ifb; ip link set d0 up; ip addr add 10.0.0.1/24 dev d0; \
                  ip route add 10.5.0.0/16 via 10.0.0.7; ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:01 dev d0; \
                  ip link set d0 down";
    let Some(text) = beside("ipmonitor", script) else { return };
    has_lines(
        &text,
        &[
            "+ link 2 d0 mtu 1500 down",
            "+ address 10.0.0.1/24 dev 2",
            "+ route 10.5.0.0/16 table 254 type 1 via 10.0.0.7 dev 2",
            "+ neighbour 10.0.0.7 dev 2 02:00:00:00:00:01 state 0x80",
            "~ link 2 d0 mtu 1500 down",
            "- route 10.5.0.0/16 table 254 type 1 via 10.0.0.7 dev 2",
            "ipmonitor: the deadline passed",
        ],
    );
}

#[test]
fn devices_are_told() {
    let Some(text) = beside("uevents", "ip link add d0 type ifb") else { return };
    if text == "uevents: the deadline passed\n" {
        skip("uevents", "none come in a namespace of its own");
        return;
    }
    has_lines(&text, &["add@/devices/virtual/net/d0", "    ACTION=add", "    INTERFACE=d0"]);
}
