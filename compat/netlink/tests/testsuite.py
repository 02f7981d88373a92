#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""iproute2's own test suite with its own libnetlink and with ours: the same tests pass, fail and are skipped, with the same output.

    testsuite.py --ours DIR --work DIR

DIR of --work is where iproute2.py built its trees, DIR of --ours what it built them with. Each run has a network and a mount
namespace of its own; what a test needs and this machine lacks makes it fail in both.
"""

import argparse
import os
import re
import subprocess
import sys

import iproute2

# Not the same in any two runs: random addresses, times, process IDs in names of files.
MASKS = [(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", "<address>"), (r"tc_testsuite\.\w+|rand_dev\w+|dev-\w+", "<name>"), (r"\x1b\[[0-9;]*m", "")]


def generate(tree, ours, kind):
    """The suite's own program, which links libnetlink too."""
    library = {"archive": os.path.join(ours, "archive", "libnetlink.o"), "shared": os.path.join(ours, "libnetlink.so")}.get(kind.split("-")[0])
    tools = os.path.join(tree, "testsuite", "tools")
    iproute2.run("make", "clean", cwd=tools, log=os.path.join(tools, "log"))
    # The library comes before what uses it.
    iproute2.run("make", f"EXTRA_CFLAGS=-Wl,--no-as-needed {library or str()}", cwd=tools, log=os.path.join(tools, "log"))


def without_dummy(suite):
    """Where the kernel has no dummy devices, the tests take ifb devices."""
    for folder, _, names in os.walk(suite):
        for name in names:
            if not name.endswith((".t", ".sh")):
                continue
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            changed = re.sub(r"\btype dummy\b", "type ifb", text)
            if changed != text:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(changed)


def has_dummy():
    return subprocess.run(["unshare", "--net", "ip", "link", "add", "probe", "type", "dummy"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def mask(text):
    for what, by in MASKS:
        text = re.sub(what, by, text)
    return text


def run(tree, work):
    """Result and output of each test."""
    suite = os.path.join(tree, "testsuite")
    tools = os.path.join(work, "bin")
    os.makedirs(tools, exist_ok=True)
    # The suite asks for root by sudo, and has it here.
    sudo = os.path.join(tools, "sudo")
    with open(sudo, "w", encoding="ascii") as file:
        file.write('#!/bin/sh\n[ "$1" != -E ] || shift\nexec "$@"\n')
    os.chmod(sudo, 0o755)
    link = os.path.join(suite, "iproute2", "iproute2-this")
    if not os.path.lexists(link):
        os.symlink(os.path.join("..", ".."), link)
    environment = {"PATH": f"{tools}:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "LD_LIBRARY_PATH": iproute2.library(tree)}
    script = "mount -t tmpfs none /run && exec make --no-print-directory PREFIX='unshare -n' alltests"
    done = subprocess.run(["unshare", "--net", "--mount", "sh", "-c", script], cwd=suite, env=environment, capture_output=True, text=True,
                          errors="replace", check=False)
    results = {}
    for match in re.finditer(r"Running (\S+) \[\S+?\]: (?:\x1b\[[0-9;]*m)?(\w+)", done.stdout):
        name, files = match[1], []
        for kind in ("out", "err"):
            path = os.path.join(suite, "results", f"{name}.iproute2-this.{kind}")
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    files.append(f"{kind}: {mask(file.read())}")
        results[name] = (match[2], files)
    if not results:
        sys.exit(f"{suite}: no test ran:\n{done.stdout}{done.stderr}")
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    ours, work = os.path.abspath(options.ours), os.path.abspath(options.work)
    results = {}
    dummy = has_dummy()
    for kind in ["stock", "archive", "shared"]:
        tree = os.path.join(work, kind)
        if not dummy:
            without_dummy(os.path.join(tree, "testsuite"))
        generate(tree, ours, kind)
        results[kind] = run(tree, work)
    failed = 0
    for name, stock in sorted(results["stock"].items()):
        for kind in ("archive", "shared"):
            got = results[kind].get(name)
            if got != stock:
                failed += 1
                print(f"{name}, {kind}: {got}, stock: {stock}")
    outcomes = [outcome for outcome, _ in results["stock"].values()]
    print(f"iproute2's test suite: {len(outcomes)} tests, {outcomes.count('PASS')} pass, {outcomes.count('FAILED')} fail, "
          f"{outcomes.count('SKIPPED')} skipped with stock; {failed} differ" + ("" if dummy else "; this kernel has no dummy devices: ifb devices instead"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
