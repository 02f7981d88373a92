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
import subprocess
import sys
import tempfile

import stock

CC = os.environ.get("CC", "cc")
CXX = os.environ.get("CXX", "c++")
# What was found to differ.
FAILURES = []


def output(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def same(what, theirs, ours):
    """Notes what one has and the other lacks."""
    for name, here, there in (("only Debian's", theirs, ours), ("only ours", ours, theirs)):
        for item in sorted(here - there):
            FAILURES.append(f"{what}: {name}: {item}")
    if not theirs:
        FAILURES.append(f"{what}: nothing to compare")
    return len(theirs & ours)


def symbols(path):
    """name@@version of each function that is exported."""
    found = set()
    for line in output("readelf", "-W", "--dyn-syms", path).splitlines():
        words = line.split()
        if len(words) >= 8 and words[3] == "FUNC" and words[6] != "UND" and words[4] in ("GLOBAL", "WEAK"):
            found.add(words[7])
    return found


def nodes(path):
    """Version nodes, each with what it inherits."""
    found, name = set(), None
    text = output("readelf", "-W", "-V", path)
    section = text.split("Version definition section", 1)[1].split("Version needs section", 1)[0]
    for line in section.splitlines():
        if match := re.search(r"Name: (\S+)", line):
            name = match[1]
            found.add(name)
        elif match := re.search(r"Parent \d+: (\S+)", line):
            found.add(f"{name} <- {match[1]}")
    return found


def dynamic(path, tag):
    return set(re.findall(rf"\({tag}\).*\[(.*)\]", output("readelf", "-W", "-d", path)))


def prototypes(include, work):
    """Each function of the header as the compiler has understood it."""
    source, listing = os.path.join(work, "all.c"), os.path.join(work, "all.txt")
    with open(source, "w", encoding="ascii") as file:
        file.write("#include <libmnl/libmnl.h>\n")
    output(CC, "-std=gnu11", *include, "-aux-info", listing, "-c", source, "-o", os.devnull)
    with open(listing, encoding="ascii") as file:
        found = {line.split("*/", 1)[1].strip() for line in file if re.search(r"\bmnl_\w+ \(", line)}
    return {re.sub(r"__(\w+)_t\b", r"\1_t", line) for line in found}


def macros(include):
    """Names with the number of their arguments; values are what the programs of calls.py print."""
    text = output(CC, "-std=gnu11", *include, "-dM", "-E", "-include", "libmnl/libmnl.h", "-x", "c", os.devnull)
    found = set()
    for match in re.finditer(r"^#define (MNL_\w+|mnl_\w+|SOL_NETLINK)(\([^)]*\))?", text, re.MULTILINE):
        found.add(match[1] + (f" of {match[2].count(',') + 1}" if match[2] else ""))
    return found


def compiles(include, work):
    """The header alone and twice, in every dialect, with warnings as errors."""
    count = 0
    for compiler, suffix, standards in ((CC, "c", ("c99", "c11", "c17")), (CXX, "cc", ("c++11", "c++17", "c++20"))):
        source = os.path.join(work, f"header.{suffix}")
        with open(source, "w", encoding="ascii") as file:
            file.write("#include <libmnl/libmnl.h>\n#include <libmnl/libmnl.h>\nextern int nothing;\nint nothing = MNL_CB_STOP;\n")
        for standard in standards:
            command = [compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", *include, "-c", source, "-o", os.devnull]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                FAILURES.append(f"{' '.join(command)}\n{done.stderr}")
            count += 1
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header", required=True)
    options = parser.parse_args()
    theirs, ours = stock.library(), os.path.join(options.ours, "libmnl.so.0")
    include = ["-I", options.header]
    functions = same("exported functions", symbols(theirs), symbols(ours))
    if functions != 68:
        FAILURES.append(f"exported functions: {functions}, not 68")
    # The base node is the soname, or the file's name, as the linker likes: the soname is compared by itself.
    same("version nodes", {n for n in nodes(theirs) if "LIBMNL" in n}, {n for n in nodes(ours) if "LIBMNL" in n})
    same("soname", dynamic(theirs, "SONAME"), dynamic(ours, "SONAME"))
    same("needed libraries", dynamic(theirs, "NEEDED"), dynamic(ours, "NEEDED"))
    panics = [line for line in output("nm", ours).splitlines() if "panic" in line or "rust_begin_unwind" in line]
    FAILURES.extend(f"a path to a panic: {line}" for line in panics)
    with tempfile.TemporaryDirectory(prefix="compat-") as work:
        declared = same("prototypes", prototypes([], work), prototypes(include, work))
        defined = same("macros", macros([]), macros(include))
        dialects = compiles(include, work)
        sizes = []
        for path in (theirs, ours):
            stripped = os.path.join(work, "stripped")
            output("strip", "--strip-unneeded", "-o", stripped, path)
            sizes.append(os.path.getsize(stripped))
    if FAILURES:
        print("\n".join(FAILURES))
        sys.exit(1)
    print(f"{functions} functions with their versions, {declared} prototypes and {defined} macros are the same; "
          f"{dialects} dialects; stripped {sizes[1]} bytes, Debian's {sizes[0]}")


if __name__ == "__main__":
    main()
