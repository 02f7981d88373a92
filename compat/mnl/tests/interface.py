#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""What programs and compilers see of the drop-in, beside Debian's libmnl.

    interface.py --ours DIR --header DIR

Exported names with their versions, the tree of version nodes and the soname equal those of Debian's library; prototypes
and macros those of Debian's header. DIR of --ours holds libmnl.so.0, DIR of --header libmnl/libmnl.h.
"""

import argparse
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests"))
# This file has the name of the module, which is to be found before it.
sys.path.remove(HERE)
import interface  # noqa: E402

sys.path.append(HERE)
import stock  # noqa: E402

HEADER = "libmnl/libmnl.h"
MACROS = r"MNL_\w+|mnl_\w+|SOL_NETLINK"
PROTOTYPES = r"\bmnl_\w+ \("


def nodes(path):
    """Version nodes, each with what it inherits. The base node is the soname, or the file's name, as the linker likes."""
    found, name = set(), None
    text = interface.output("readelf", "-W", "-V", path)
    section = text.split("Version definition section", 1)[1].split("Version needs section", 1)[0]
    for line in section.splitlines():
        if match := re.search(r"Name: (\S+)", line):
            name = match[1]
            found.add(name)
        elif match := re.search(r"Parent \d+: (\S+)", line):
            found.add(f"{name} <- {match[1]}")
    return {node for node in found if "LIBMNL" in node}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header", required=True)
    options = parser.parse_args()
    theirs, ours = stock.library(), os.path.join(options.ours, "libmnl.so.0")
    include = ["-I", options.header]
    functions = interface.same("exported functions", interface.symbols(theirs), interface.symbols(ours))
    if functions != 68:
        interface.FAILURES.append(f"exported functions: {functions}, not 68")
    interface.same("version nodes", nodes(theirs), nodes(ours))
    interface.same("soname", interface.dynamic(theirs, "SONAME"), interface.dynamic(ours, "SONAME"))
    interface.same("needed libraries", interface.dynamic(theirs, "NEEDED"), interface.dynamic(ours, "NEEDED"))
    interface.no_panics(ours)
    with tempfile.TemporaryDirectory(prefix="compat-") as work:
        declared = interface.same("prototypes", *(interface.prototypes(HEADER, path, work, PROTOTYPES) for path in ([], include)))
        defined = interface.same("macros", *(interface.macros(HEADER, path, MACROS) for path in ([], include)))
        dialects = interface.compiles(HEADER, include, work, "MNL_CB_STOP")
        sizes = [interface.stripped_size(path, work) for path in (theirs, ours)]
    interface.end(f"{functions} functions with their versions, {declared} prototypes and {defined} macros are the same; "
                  f"{dialects} dialects; stripped {sizes[1]} bytes, Debian's {sizes[0]}")


if __name__ == "__main__":
    main()
