#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The drop-in beside Debian's libmnl, on libmnl's own terms: the same C program with one library and with the other.

    run.py --ours DIR --work DIR [--quick]

Instructions of each operation, counted by callgrind (what runs in libc for the library counts too), and a dump of
1,000,000 routes in a namespace of its own, as ratios of paired rounds. --quick: 100,000 routes and fewer rounds.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

import stock  # noqa: E402

# Instructions of one operation: of MANY, less those of FEW, so that start and end of the process cancel out.
FEW, MANY = 10, 210


def environment(library):
    return {"PATH": os.environ["PATH"], "LANG": "C", "LD_LIBRARY_PATH": library}


def output(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def compile_program(name, work):
    program = os.path.join(work, name)
    output(os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", os.path.join(HERE, f"{name}.c"), "-o", program, "-lmnl")
    return program


def instructions(program, name, count, library, work):
    # LD_BIND_NOW: the linker's look-up of names is not the library's cost.
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={work}/callgrind.out", program, name, str(count)],
                          capture_output=True, text=True, env={**environment(library), "LD_BIND_NOW": "1"}, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def compare_operations(work, theirs, ours):
    program = compile_program("operations", work)
    print(f"{'instructions an operation':<50} {'libmnl':>9} {'ours':>9} {'ratio':>6}")
    slower = []
    for name in output(program).splitlines():
        each = [(instructions(program, name, MANY, library, work) - instructions(program, name, FEW, library, work)) / (MANY - FEW)
                for library in (theirs, ours)]
        ratio = each[1] / each[0]
        print(f"{name:<50} {each[0]:>9.1f} {each[1]:>9.1f} {ratio:>6.2f}", flush=True)
        if ratio > 1.005:
            slower.append(name)
    return slower


def inside(options, theirs):
    """In the namespace: makes the routes, then dumps them in pairs of rounds whose order alternates."""
    program = compile_program("dump", options.work)
    count, rounds = (100_000, 11) if options.quick else (1_000_000, 15)
    output("ip", "link", "set", "lo", "up")
    batch = "".join(f"route add {(10 << 24) + (i << 3) >> 24}.{(i << 3) >> 16 & 255}.{(i << 3) >> 8 & 255}.{(i << 3) & 255}/29 dev lo\n" for i in range(count))
    output("ip", "-batch", "-", input=batch)
    ratios, libraries = [], (theirs, options.ours)
    for number in range(rounds + 1):
        took = {}
        for library in libraries if number % 2 else reversed(libraries):
            routes, took[library] = map(int, output(program, env=environment(library)).split())
            if routes < count:
                sys.exit(f"{routes} routes instead of {count}")
        if number > 0:  # the first round warms up
            ratios.append(took[options.ours] / took[theirs])
    print(f"dump of {count} routes, ours / libmnl: median {statistics.median(ratios):.3f}, {min(ratios):.3f} … {max(ratios):.3f} in {rounds} paired rounds")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--inside", action="store_true")
    options = parser.parse_args()
    options.ours, options.work = os.path.abspath(options.ours), os.path.abspath(options.work)
    os.makedirs(options.work, exist_ok=True)
    theirs = stock.folder(options.work)
    if options.inside:
        inside(options, theirs)
        return 0
    sizes = {}
    for name, library in (("libmnl", theirs), ("ours", options.ours)):
        stripped = os.path.join(options.work, "stripped")
        output("strip", "--strip-unneeded", "-o", stripped, os.path.join(library, "libmnl.so.0"))
        sizes[name] = os.path.getsize(stripped)
    print(f"stripped: libmnl {sizes['libmnl']} bytes, ours {sizes['ours']}")
    slower = []
    if shutil.which("valgrind"):
        slower = compare_operations(options.work, theirs, options.ours)
    else:
        print("SKIP instructions: valgrind is not installed")
    namespace = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*namespace, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        subprocess.run([*namespace, sys.executable, os.path.abspath(__file__), "--inside", *sys.argv[1:]], check=True)
    else:
        print("SKIP dump: this user may not make network namespaces")
    if slower:
        print(f"slower than libmnl: {', '.join(slower)}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
