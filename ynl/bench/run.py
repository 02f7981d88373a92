#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""libnlrs-ynl beside ip -j and the kernel's own ynl tool, in CPU time, in a network namespace of its own.

What ip and the tool are not there for is left out and reported. The limits are those that the library promises; one
that is not met is status 1.
"""

import argparse
import ctypes
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

ROUTES = 100_000
# The kernel's tool is slower by two orders of magnitude: it gets fewer, and the result is for each.
ROUTES_TOOL = 10_000
REPEATS = 5


def cpu(command, **options):
    """CPU seconds of a command: the least of some runs, since the machine does other things too."""
    best = None
    for _ in range(REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = used if best is None else min(best, used)
    return best


def routes(count):
    subprocess.run(["ip", "route", "flush", "table", "200"], check=False, capture_output=True)
    lines = "".join(
        f"route add 10.{n >> 16}.{n >> 8 & 255}.{n & 255}/32 via 192.0.2.9 table 200\n" for n in range(count)
    )
    subprocess.run(["ip", "-batch", "-"], input=lines.encode(), check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--kernel", required=True)
    args = parser.parse_args()
    program, kernel = os.path.abspath(args.program), os.path.abspath(args.kernel)
    library = os.path.dirname(os.path.abspath(args.library))
    here = os.path.dirname(os.path.abspath(__file__))
    if not shutil.which("ip"):
        print("ip is not installed: nothing to measure with")
        return 0
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
        print(f"no network namespace of its own: {os.strerror(ctypes.get_errno())}")
        return 0
    os.environ.pop("NLRS_YNL_PATH", None)
    for line in (
        "link set lo up",
        "link add v0 type veth peer name v1",
        "addr add 192.0.2.1/24 dev v0",
        "link set v0 up",
    ):
        subprocess.run(["ip", *line.split()], check=True)
    missed = []

    def limit(what, value, most, unit):
        print(f"{what}: {value:.3f} {unit} (at most {most:.3f} {unit})")
        if value > most:
            missed.append(what)

    with tempfile.TemporaryDirectory() as work:
        calls = os.path.join(work, "calls")
        subprocess.run(
            [
                "cc",
                "-O2",
                "-o",
                calls,
                os.path.join(here, "calls.c"),
                f"-I{here}/../include",
                f"-L{library}",
                f"-Wl,-rpath,{library}",
                "-lnlrs-ynl",
            ],
            check=True,
        )
        specs = os.path.join(kernel, "Documentation/netlink/specs")
        more = [os.path.join(specs, name) for name in ("tc.yaml", "rt_link.yaml", "ethtool.yaml")]
        routes(ROUTES)
        found = subprocess.run(
            [calls, *filter(os.path.exists, more)], check=True, capture_output=True, text=True
        ).stdout
        print(found, end="")
        number = lambda pattern: min(float(value) for value in re.findall(pattern, found))
        limit("encoding a NEWROUTE", number(r"encode newroute ([\d.]+)"), 3.0, "us")
        limit("a route in a dump", number(r"dump \d+ routes ([\d.]+)"), 2.5, "us")
        for value in re.findall(r"open (\S+) ([\d.]+)", found):
            limit(f"opening {value[0]}", float(value[1]), 5.0, "ms")
        limit("memory of a dump", number(r"memory (\d+)") / 1024, 16.0, "MiB")

        ours = cpu([program, "--family", "rt-route", "--dump", "getroute"])
        theirs = cpu(["ip", "-j", "route", "show", "table", "all"])
        limit(f"{ROUTES} routes by nlrs-ynl", ours * 1e3, theirs * 1e3, "ms of ip -j route")

        tool = os.path.join(kernel, "tools/net/ynl/cli.py")
        spec = os.path.join(specs, "rt_route.yaml")
        if os.path.exists(tool):
            routes(ROUTES_TOOL)
            start = cpu([sys.executable, tool, "--spec", spec, "--no-schema", "--list-ops"])
            slow = (
                cpu([sys.executable, tool, "--spec", spec, "--no-schema", "--dump", "getroute", "--output-json"])
                - start
            ) / ROUTES_TOOL
            print(f"the kernel's tool: {slow * 1e6:.1f} us a route, {slow / (ours / ROUTES):.0f} times as much")
            if slow < 20 * ours / ROUTES:
                missed.append("twenty times less than the kernel's tool")
        else:
            print("the kernel's tool is not there: `make ynl-kernel` downloads it")
    for what in missed:
        print("NOT MET:", what)
    return 1 if missed else 0


sys.exit(main())
