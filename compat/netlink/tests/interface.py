#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""What programs and compilers see of the drop-in, beside iproute2's libnetlink.

    interface.py --ours DIR --header DIR --iproute2 DIR

The names that archive and shared library define equal those of iproute2's libnetlink.o; prototypes and macros those of its header.
DIR of --iproute2 is the tree of that which iproute2.py built as it is.
"""

import argparse
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests"))
# This file has the name of the module, which is to be found before it.
sys.path.remove(HERE)
import interface  # noqa: E402

HEADER = "libnetlink.h"
# Every macro that the two headers may define; those of the kernel's headers begin otherwise.
MACROS = (r"RTNL_\w+|rtnl_\w+|RTA_TAIL|parse_rtattr\w+|NLMSG_TAIL|NLMSG_TSTAMP|rtattr_\w+|IFA_(?:RTA|PAYLOAD)|IFLA_(?:RTA|PAYLOAD|STATS_RTA)|"
          r"NDA_(?:RTA|PAYLOAD)|NDTA_(?:RTA|PAYLOAD)|NETNS_(?:RTA|PAYLOAD)|BRVLAN_RTA|TUNNEL_RTA|__LIBNETLINK_H__")
PROTOTYPES = r"libnetlink\.h:"


def defined(path):
    """The names that an object or archive defines for others."""
    return {line.split()[2] for line in interface.output("nm", "-g", "--defined-only", path).splitlines() if len(line.split()) == 3}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--iproute2", required=True)
    options = parser.parse_args()
    shared, archive = (os.path.join(options.ours, name) for name in ("libnetlink.so.0", "libnetlink.a"))
    theirs = os.path.join(options.iproute2, "lib", "libnetlink.o")
    # iproute2 has the kernel's headers of its own.
    kernel = ["-I", os.path.join(options.iproute2, "include", "uapi")]
    stock, ours = [*kernel, "-I", os.path.join(options.iproute2, "include")], [*kernel, "-I", options.header]
    names = interface.same("names of the archive", defined(theirs), defined(archive))
    exported = {name.split("@")[0] for name in interface.symbols(shared, ("FUNC", "OBJECT"))}
    interface.same("names of the shared library", defined(theirs), exported)
    interface.same("soname", {"libnetlink.so.0"}, interface.dynamic(shared, "SONAME"))
    interface.same("needed libraries", {"libc.so.6"}, interface.dynamic(shared, "NEEDED"))
    interface.no_panics(shared)
    interface.no_panics(archive)
    with tempfile.TemporaryDirectory(prefix="compat-") as work:
        declared = interface.same("prototypes", *(interface.prototypes(HEADER, path, work, PROTOTYPES) for path in (stock, ours)))
        macros = interface.same("macros", *(interface.macros(HEADER, path, MACROS) for path in (stock, ours)))
        dialects = interface.compiles(HEADER, ["-I", options.header], work, "RTNL_LET_NLERR")
        size = interface.stripped_size(shared, work)
    interface.end(f"{names} names, {declared} prototypes and {macros} macros are the same; {dialects} dialects; stripped {size} bytes")


if __name__ == "__main__":
    main()
