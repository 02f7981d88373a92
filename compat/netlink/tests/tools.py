#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""iproute2's programs with their own libnetlink and without it, compared command by command: see compat/tests/scenarios.py.

DIR is one of the trees that iproute2.py builds.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests"))

import iproute2  # noqa: E402
import scenarios  # noqa: E402

SONAME = "libnetlink.so.0"


def environment(tree):
    return {"PATH": iproute2.path(tree), "LD_LIBRARY_PATH": iproute2.library(tree)}


def expected(tree):
    path = os.path.join(iproute2.library(tree), SONAME)
    return path if os.path.exists(path) else None


PROFILE = scenarios.Profile(
    folders=[os.path.join(HERE, "scenarios"), scenarios.SHARED],
    linked=iproute2.LINKED,
    soname=SONAME,
    expected=expected,
    stock=None,
    environment=environment,
    unordered={"ip-neigh"},
    masks=[
        # What valgrind writes, in trees whose programs it runs: the process.
        ("", r"^==\d+==", "=="),
        ("", r"0x[0-9A-F]{6,12}\b", "<pointer>"),
        ("ip-link", r"\breachable \d+", "reachable <time>"),
        ("ip-link", r'"reachable":\d+', '"reachable":<time>'),
        ("ip-route", r"idle_time \d+(\.\d+)?", "idle_time <time>"),
        ("ip-route", r'"idle_time":\d+(\.\d+)?', '"idle_time":<time>'),
    ],
)

if __name__ == "__main__":
    sys.exit(scenarios.main(PROFILE))
