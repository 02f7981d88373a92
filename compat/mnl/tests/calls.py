#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The C programs of this folder with the stock libmnl and with ours: the output must be the same text.

    calls.py --ours DIR --header DIR --work DIR

Each program is compiled twice: against Debian's header and library, and against ours. Three runs are compared: the first
program with the stock library, the same program with ours (what a user of the drop-in does), and the second program with
ours. What differs on purpose is what holes.c prints, and is in "differences", line by line. The programs are run once
more under valgrind with ours, when it is installed. DIR of --ours holds libmnl.so.0 and libmnl.so.
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys

import stock

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = ["message", "attribute", "validate", "callback", "batch", "text", "random", "socket", "holes"]
# Need a network namespace of their own.
NETWORK = {"socket", "holes"}
# Pass NULL to the kernel, or die, on purpose: nothing for valgrind.
DARING = {"socket", "holes"}
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-Werror"]


def fail(text):
    print(text)
    sys.exit(1)


def compile_program(name, to, include, library):
    command = [os.environ.get("CC", "cc"), *FLAGS, *include, os.path.join(HERE, f"{name}.c"), "-o", to, *library]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"{' '.join(command)}\n{done.stderr}")


def namespace():
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def run(program, library, name, wrapper=()):
    """Output, after a check that `library` is what the program loads."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C", "LD_LIBRARY_PATH": library}
    loaded = subprocess.run(["ldd", program], capture_output=True, text=True, env=environment, check=True).stdout
    if f"=> {library}/libmnl.so.0 " not in loaded:
        fail(f"{program} does not load {library}/libmnl.so.0:\n{loaded}")
    command = [*(namespace() if name in NETWORK else []), *wrapper, program]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=300, check=False)
    if done.returncode != 0:
        fail(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout.decode("latin-1")


def differences():
    """Pairs of lines from the file of that name: what the stock library prints, and what ours does."""
    pairs, before = [], None
    with open(os.path.join(HERE, "differences"), encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            if line.startswith("- ") and before is None:
                before = line[2:]
            elif line.startswith("+ ") and before is not None:
                pairs.append((before, line[2:]))
                before = None
            else:
                fail(f"differences:{number}: a line with - and one with + make a pair")
    return pairs


def expected(stock_output):
    """What ours has to print where the stock library printed `stock_output`: changed by the pairs, each of which must apply once."""
    lines, left = stock_output.split("\n"), differences()
    for index, line in enumerate(lines):
        for pair in left:
            before, after = pair
            name = re.split(r" = |: nlmsg_len", after)[0]
            if line == before or (before == "*" and re.split(r" = |: nlmsg_len", line)[0] == name):
                lines[index] = after
                left.remove(pair)
                break
    if left:
        fail("in differences, but not what the stock library does:\n" + "\n".join(f"  {before}" for before, _ in left))
    return "\n".join(lines)


def compare(name, want, got, what):
    if want == got:
        return
    lines = list(difflib.unified_diff(want.split("\n"), got.split("\n"), "stock", what, lineterm="", n=1))
    fail(f"{name}: {what} differs from the stock library\n" + "\n".join(lines[:60]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    ours, work = os.path.abspath(options.ours), os.path.abspath(options.work)
    os.makedirs(work, exist_ok=True)
    theirs = stock.folder(work)
    valgrind = shutil.which("valgrind")
    lines = 0
    for name in PROGRAMS:
        first, second = (os.path.join(work, f"{name}-{kind}") for kind in ("stock", "ours"))
        compile_program(name, first, [], ["-lmnl"])
        compile_program(name, second, ["-I", os.path.abspath(options.header)], ["-L", ours, "-lmnl"])
        output = run(first, theirs, name)
        want = expected(output) if name == "holes" else output
        compare(name, want, run(first, ours, name), "the program with our library")
        compare(name, want, run(second, ours, name), "the program with our header and library")
        if valgrind and name not in DARING:
            run(second, ours, name, [valgrind, "--quiet", "--error-exitcode=9"])
        lines += output.count("\n")
    print(f"{len(PROGRAMS)} programs: {lines} lines are the same with Debian's libmnl and with ours, "
          f"{len(differences())} differ on purpose" + ("" if valgrind else "; SKIP valgrind: not installed"))


if __name__ == "__main__":
    main()
