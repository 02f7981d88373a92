#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The C programs of this folder with the stock libmnl and with ours: see compat/tests/calls.py.

    calls.py --ours DIR --header DIR --work DIR

Each program is compiled twice: against Debian's header and library, and against ours. Three runs are compared: the first
program with the stock library, the same program with ours (what a user of the drop-in does), and the second program with
ours. DIR of --ours holds libmnl.so.0 and libmnl.so.
"""

import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests"))
# This file has the name of the module, which is to be found before it.
sys.path.remove(HERE)
import calls  # noqa: E402

sys.path.append(HERE)
import stock  # noqa: E402

SONAME = "libmnl.so.0"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    ours, work = os.path.abspath(options.ours), os.path.abspath(options.work)
    os.makedirs(work, exist_ok=True)
    theirs = stock.folder(work)

    def build(name):
        source = os.path.join(HERE, f"{name}.c")
        first, second = (os.path.join(work, f"{name}-{kind}") for kind in ("stock", "ours"))
        calls.compile_program(source, first, [], ["-lmnl"])
        calls.compile_program(source, second, ["-I", os.path.abspath(options.header)], ["-L", ours, "-lmnl"])
        return [calls.Program(what, path, library, os.path.join(library, SONAME), SONAME) for what, path, library in (
            ("the stock library", first, theirs),
            ("the program with our library", first, ours),
            ("the program with our header and library", second, ours),
        )]

    calls.main(calls.Profile(
        folder=HERE,
        programs=["message", "attribute", "validate", "callback", "batch", "text", "random", "socket", "holes"],
        build=build,
        network={"socket", "holes"},
        daring={"socket", "holes"},
        subject=r" = |: nlmsg_len",
    ), "Debian's libmnl")


if __name__ == "__main__":
    main()
