#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""iproute2 from Debian's source package, as it is and without its own libnetlink.

    iproute2.py --ours DIR --header DIR --work DIR [--jobs N]
    iproute2.py --ours DIR --work DIR --broken NAME
    iproute2.py --ours DIR --work DIR --valgrind

DIR of --ours holds libnetlink.a and libnetlink.so.0, DIR of --header libnetlink.h. Below DIR of --work:

    stock                 as the package is
    archive, shared       linked with our archive or shared library; compiled with iproute2's own header
    archive-header, shared-header    the same, compiled with our header

Of all but the first lib/libnetlink.c is removed before anything is made: what they use can be ours alone. The package is got by
apt-get with a list of sources of its own, so that nothing on the system changes.
"""

import argparse
import glob
import os
import shutil
import subprocess
import sys

VERSION = "6.1.0-3"
# Where the tools are in the tree, in the order of PATH.
FOLDERS = ["ip", "tc", "bridge", "misc", "genl", "devlink", "rdma", "dcb", "tipc", "vdpa"]
TOOLS = ["ip/ip", "ip/rtmon", "tc/tc", "bridge/bridge", "misc/ss", "misc/nstat", "misc/ifstat", "misc/lnstat", "misc/rtacct", "misc/arpd",
         "genl/genl", "devlink/devlink", "rdma/rdma", "dcb/dcb", "tipc/tipc", "vdpa/vdpa"]
# What the issue of the drop-in is about: these call libnetlink.
LINKED = {"ip", "rtmon", "tc", "bridge", "ss", "nstat", "ifstat", "arpd", "genl", "devlink", "rdma", "dcb", "tipc", "vdpa"}
TREES = ["archive", "shared", "archive-header", "shared-header"]


def run(*command, cwd, log):
    with open(log, "ab") as file:
        done = subprocess.run(command, cwd=cwd, stdout=file, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} in {cwd} failed: see {log}")


def sources():
    """A line for the source packages of the archive that this machine's packages of Debian 12 come from."""
    targets = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages"],
                             capture_output=True, text=True, check=False).stdout
    sites = [line.split()[0] for line in targets.splitlines() if line.endswith(" bookworm")]
    if not sites:
        sys.exit("no archive of Debian 12 among apt's sources")
    return f"deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {sites[0]} bookworm main\n"


def fetch(work):
    """The unpacked source package."""
    unpacked = os.path.join(work, f"iproute2-{VERSION.split('-', maxsplit=1)[0]}")
    if os.path.isdir(unpacked):
        return unpacked
    apt = os.path.join(work, "apt")
    os.makedirs(os.path.join(apt, "lists", "partial"), exist_ok=True)
    with open(os.path.join(apt, "sources.list"), "w", encoding="ascii") as file:
        file.write(sources())
    options = ["-o", f"Dir::Etc::sourcelist={apt}/sources.list", "-o", "Dir::Etc::sourceparts=-", "-o", f"Dir::State::lists={apt}/lists",
               "-o", "Debug::NoLocking=1"]
    log = os.path.join(work, "log")
    run("apt-get", *options, "update", cwd=work, log=log)
    run("apt-get", *options, "source", "--only-source", f"iproute2={VERSION}", cwd=work, log=log)
    return unpacked


def make(tree, jobs, log, *variables):
    run("make", f"-j{jobs}", "KERNEL_INCLUDE=./include", "NETNS_RUN_DIR=/run/netns", *variables, cwd=tree, log=log)


def stock(work, jobs):
    tree = os.path.join(work, "stock")
    if not os.path.exists(os.path.join(tree, "vdpa", "vdpa")):
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(fetch(work), tree, symlinks=True)
        make(tree, jobs, os.path.join(work, "log.stock"))
    return tree


def without_libnetlink(tree):
    """Removes iproute2's own libnetlink from a tree, and the programs that were linked with it."""
    os.unlink(os.path.join(tree, "lib", "libnetlink.c"))
    makefile = os.path.join(tree, "lib", "Makefile")
    with open(makefile, encoding="ascii") as file:
        text = file.read()
    if text.count(" libnetlink.o") != 1:
        sys.exit(f"{makefile} does not name libnetlink.o once")
    with open(makefile, "w", encoding="ascii") as file:
        file.write(text.replace(" libnetlink.o", ""))
    for path in [*TOOLS, "lib/libnetlink.o", "lib/libnetlink.a"]:
        os.unlink(os.path.join(tree, path))


def build(kind, work, ours, header, jobs):
    """One tree. It is made anew when the library or the header is newer than its programs."""
    tree, log = os.path.join(work, kind), os.path.join(work, f"log.{kind}")
    used = [ours] + ([header] if header else [])
    last = os.path.join(tree, "vdpa", "vdpa")
    if os.path.exists(last) and all(os.path.getmtime(path) < os.path.getmtime(last) for path in used):
        return
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(os.path.join(work, "stock"), tree, symlinks=True)
    without_libnetlink(tree)
    if header:
        shutil.copy(header, os.path.join(tree, "include", "libnetlink.h"))
        for path in glob.glob(os.path.join(tree, "*", "*.o")) + glob.glob(os.path.join(tree, "*", "*.a")) + glob.glob(os.path.join(tree, "tc", "*.so")):
            os.unlink(path)
    make(tree, jobs, log, f"LIBNETLINK=../lib/libutil.a ../lib/libnetlink.a {ours}")
    if kind.startswith("shared"):
        os.symlink(os.path.dirname(ours), library(tree))


def library(tree):
    """The folder with the libnetlink.so.0 that the programs of a tree load; of some trees it does not exist."""
    return os.path.join(tree, "library")


def broken(work, name, ours):
    """A tree of the programs of "shared" with another library."""
    tree = os.path.join(work, f"broken-{name}")
    shutil.rmtree(tree, ignore_errors=True)
    os.makedirs(tree)
    for folder in FOLDERS:
        os.symlink(os.path.join("..", "shared", folder), os.path.join(tree, folder))
    os.symlink(ours, library(tree))
    return tree


def under_valgrind(work, kind):
    """A tree whose programs are those of another one, run by valgrind."""
    tree = os.path.join(work, f"valgrind-{kind}")
    shutil.rmtree(tree, ignore_errors=True)
    for tool in TOOLS:
        script = os.path.join(tree, tool)
        os.makedirs(os.path.dirname(script), exist_ok=True)
        with open(script, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec valgrind --quiet --error-exitcode=99 {os.path.join(work, kind, tool)} "$@"\n')
        os.chmod(script, 0o755)


def path(tree):
    """PATH with the tools of a tree first."""
    return ":".join([*(os.path.join(tree, folder) for folder in FOLDERS), "/usr/sbin:/usr/bin:/sbin:/bin"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--header")
    parser.add_argument("--work", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--broken", metavar="NAME", help="make a tree that loads the library in --ours with the programs of the tree shared")
    parser.add_argument("--valgrind", action="store_true", help="make trees whose programs are run by valgrind: valgrind-stock, valgrind-archive")
    parser.add_argument("--jobs", default=str(os.cpu_count()))
    options = parser.parse_args()
    ours, work = os.path.abspath(options.ours), os.path.abspath(options.work)
    if options.valgrind:
        for kind in ("stock", "archive"):
            under_valgrind(work, kind)
        return
    if options.broken:
        broken(work, options.broken, ours)
        return
    header = os.path.join(os.path.abspath(options.header), "libnetlink.h")
    os.makedirs(work, exist_ok=True)
    stock(work, options.jobs)
    for kind in options.only.split(",") if options.only else TREES:
        file = os.path.join(ours, "libnetlink.a" if kind.startswith("archive") else "libnetlink.so")
        build(kind, work, file, header if kind.endswith("header") else None, options.jobs)
    print(f"iproute2 {VERSION}: {len(TOOLS)} programs built as they are and without lib/libnetlink.c: {options.only or ', '.join(TREES)}")


if __name__ == "__main__":
    main()
