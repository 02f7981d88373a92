# SPDX-License-Identifier: MIT OR Apache-2.0
"""What programs and compilers see of a library and its header: what the drop-ins' interface.py compare with the stock ones."""

import os
import re
import subprocess
import sys

CC = os.environ.get("CC", "cc")
CXX = os.environ.get("CXX", "c++")
# What was found to differ.
FAILURES = []


def output(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def same(what, theirs, ours):
    """Notes what one has and the other lacks; how many both have."""
    for name, here, there in (("only the stock one's", theirs, ours), ("only ours", ours, theirs)):
        for item in sorted(here - there):
            FAILURES.append(f"{what}: {name}: {item}")
    if not theirs:
        FAILURES.append(f"{what}: nothing to compare")
    return len(theirs & ours)


def symbols(path, kinds=("FUNC",)):
    """name@@version of what a shared library exports."""
    found = set()
    for line in output("readelf", "-W", "--dyn-syms", path).splitlines():
        words = line.split()
        if len(words) >= 8 and words[3] in kinds and words[6] not in ("UND", "ABS") and words[4] in ("GLOBAL", "WEAK"):
            found.add(words[7])
    return found


def dynamic(path, tag):
    return set(re.findall(rf"\({tag}\).*\[(.*)\]", output("readelf", "-W", "-d", path)))


def no_panics(path):
    for line in output("nm", path).splitlines():
        if "panic" in line or "rust_begin_unwind" in line:
            FAILURES.append(f"a path to a panic: {line}")


def prototypes(header, include, work, pattern):
    """Each function of the header as the compiler has understood it, whose text matches `pattern`."""
    source, listing = os.path.join(work, "all.c"), os.path.join(work, "all.txt")
    with open(source, "w", encoding="ascii") as file:
        file.write(f"#include <{header}>\n")
    output(CC, "-std=gnu11", *include, "-aux-info", listing, "-c", source, "-o", os.devnull)
    with open(listing, encoding="ascii") as file:
        found = {line.split("*/", 1)[1].split("/*", maxsplit=1)[0].strip() for line in file if re.search(pattern, line)}
    return {re.sub(r"__(\w+)_t\b", r"\1_t", line) for line in found}


def macros(header, include, pattern):
    """Names with the number of their arguments; values are what the programs of calls.py print."""
    text = output(CC, "-std=gnu11", *include, "-dM", "-E", "-include", header, "-x", "c", os.devnull)
    found = set()
    for match in re.finditer(rf"^#define ({pattern})(\([^)]*\))?", text, re.MULTILINE):
        found.add(match[1] + (f" of {match[2].count(',') + 1}" if match[2] else ""))
    return found


def compiles(header, include, work, value):
    """The header alone and twice, in every dialect, with warnings as errors; how many there are."""
    count = 0
    for compiler, suffix, standards in ((CC, "c", ("c99", "c11", "c17")), (CXX, "cc", ("c++11", "c++17", "c++20"))):
        source = os.path.join(work, f"header.{suffix}")
        with open(source, "w", encoding="ascii") as file:
            file.write(f"#include <{header}>\n#include <{header}>\nextern int nothing;\nint nothing = {value};\n")
        for standard in standards:
            command = [compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", *include, "-c", source, "-o", os.devnull]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                FAILURES.append(f"{' '.join(command)}\n{done.stderr}")
            count += 1
    return count


def stripped_size(path, work):
    stripped = os.path.join(work, "stripped")
    output("strip", "--strip-unneeded", "-o", stripped, path)
    return os.path.getsize(stripped)


def end(text):
    """Ends the program: with what was found, or with `text`."""
    if FAILURES:
        print("\n".join(FAILURES))
        sys.exit(1)
    print(text)
