# SPDX-License-Identifier: MIT OR Apache-2.0
"""C programs that call every function of a library, with the stock library and with a drop-in: the output must be the same text.

What differs on purpose is what the program "holes" prints, and is listed line by line in the file "differences" of the drop-in's
tests. The programs are run once more under valgrind with the drop-in, when it is installed.
"""

import dataclasses
import difflib
import os
import re
import shutil
import subprocess
import sys
import typing

FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-Werror"]


@dataclasses.dataclass
class Program:
    """A program as it was built, to be run."""

    what: str
    path: str
    # LD_LIBRARY_PATH.
    libraries: str
    # The file that it has to load; None: none, since the library is linked statically.
    loads: typing.Optional[str]
    # The soname of that.
    soname: str


@dataclasses.dataclass
class Profile:
    """The programs of one drop-in."""

    # Where programs and "differences" are.
    folder: str
    programs: list
    # Builds one: the first is with the stock library, the last with ours.
    build: typing.Callable
    # Need a network namespace of their own.
    network: set
    # Pass NULL to the kernel, or die, on purpose: nothing for valgrind.
    daring: set
    # Where the part of a line ends that says what it is about.
    subject: str = r" = |: "


def fail(text):
    print(text)
    sys.exit(1)


def compile_program(source, to, include, library):
    command = [os.environ.get("CC", "cc"), *FLAGS, *include, source, "-o", to, *library]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"{' '.join(command)}\n{done.stderr}")


def namespace():
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def run(profile, name, program, wrapper=()):
    """Output, after a check that the right library is what the program loads."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C", "LD_LIBRARY_PATH": program.libraries}
    loaded = subprocess.run(["ldd", program.path], capture_output=True, text=True, env=environment, check=True).stdout
    found = re.search(rf"{re.escape(program.soname)} => (\S+) ", loaded)
    if (found[1] if found else None) != program.loads:
        fail(f"{program.path} does not load {program.loads}:\n{loaded}")
    command = [*(namespace() if name in profile.network else []), *wrapper, program.path]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=300, check=False)
    if done.returncode != 0:
        fail(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stderr or done.stdout).decode(errors='replace')[-2000:]}")
    return done.stdout.decode("latin-1")


def differences(profile):
    """Pairs of lines from the file of that name: what the stock library prints, and what ours does."""
    pairs, before = [], None
    with open(os.path.join(profile.folder, "differences"), encoding="utf-8") as file:
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


def expected(profile, stock_output):
    """What ours has to print where the stock library printed `stock_output`: changed by the pairs, each of which must apply once."""
    lines, left = stock_output.split("\n"), differences(profile)
    for index, line in enumerate(lines):
        for pair in left:
            before, after = pair
            subject = re.split(profile.subject, after)[0]
            if line == before or (before == "*" and re.split(profile.subject, line)[0] == subject):
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


def main(profile, library):
    """Compares; `library` is what the stock one is called."""
    valgrind = shutil.which("valgrind")
    lines = 0
    for name in profile.programs:
        stock, *ours = profile.build(name)
        output = run(profile, name, stock)
        want = expected(profile, output) if name == "holes" else output
        for program in ours:
            compare(name, want, run(profile, name, program), program.what)
        if valgrind and name not in profile.daring:
            # Its output, too: what it finds in a child is there.
            compare(name, want, run(profile, name, ours[-1], [valgrind, "--quiet", "--error-exitcode=9", "--leak-check=full"]), "a run under valgrind")
        lines += output.count("\n")
    print(f"{len(profile.programs)} programs: {lines} lines are the same with {library} and with ours, "
          f"{len(differences(profile))} differ on purpose" + ("" if valgrind else "; SKIP valgrind: not installed"))
