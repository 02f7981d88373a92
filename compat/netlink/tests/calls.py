#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The C programs of this folder with iproute2's libnetlink and with ours: see compat/tests/calls.py.

    calls.py --ours DIR --header DIR --iproute2 DIR --work DIR

Each program is compiled with iproute2's header and with ours. The first is linked with iproute2's libnetlink.o, with our archive,
and with our shared library; the second with our archive and with our shared library: five runs that have to print the same.
DIR of --iproute2 is the tree of that which iproute2.py built as it is.
"""

import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests"))
# This file has the name of the module, which is to be found before it.
sys.path.remove(HERE)
import calls  # noqa: E402

SONAME = "libnetlink.so.0"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--iproute2", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    ours, work, tree = (os.path.abspath(path) for path in (options.ours, options.work, options.iproute2))
    os.makedirs(work, exist_ok=True)
    lib = os.path.join(tree, "lib")
    stock = [os.path.join(lib, "libnetlink.o"), "-lmnl"]
    archive, shared = [os.path.join(ours, "libnetlink.a")], ["-L", ours, "-lnetlink"]
    header = ["-I", os.path.abspath(options.header)]
    # What iproute2 itself is compiled with: the kernel's headers of its own, before the system's.
    theirs = ["-isystem", os.path.join(tree, "include", "uapi"), "-isystem", os.path.join(tree, "include")]

    def build(name):
        programs = []
        for what, include, library, loads in (
            ("iproute2's libnetlink.o", theirs, stock, None),
            ("our archive with iproute2's header", theirs, archive, None),
            ("our shared library with iproute2's header", theirs, shared, ours),
            ("our archive with our header", header, archive, None),
            ("our shared library with our header", header, shared, ours),
        ):
            path = os.path.join(work, f"{name}-{len(programs)}")
            calls.compile_program(os.path.join(HERE, f"{name}.c"), path, include, [os.path.join(HERE, "json.c"), *library])
            programs.append(calls.Program(what, path, ours, os.path.join(loads, SONAME) if loads else None, SONAME))
        return programs

    calls.main(calls.Profile(
        folder=HERE,
        programs=["requests", "talk", "dump", "listen", "attribute", "parse", "error", "random", "socket", "manual", "holes"],
        build=build,
        network={"socket", "manual"},
        daring={"holes"},
    ), "iproute2's libnetlink")


if __name__ == "__main__":
    main()
