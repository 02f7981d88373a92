# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where the stock library is, in a folder of its own so that LD_LIBRARY_PATH can name it as it names ours."""

import os
import subprocess


def library():
    """The libmnl.so.0 that the system's programs load."""
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for line in cache.splitlines():
        if line.strip().startswith("libmnl.so.0 "):
            path = os.path.realpath(line.split("=>")[1].strip())
            owner = subprocess.run(["dpkg", "-S", path, path.removeprefix("/usr")], capture_output=True, text=True, check=False).stdout
            if "libmnl0" not in owner:
                raise SystemExit(f"{path} is not Debian's: nothing to compare with")
            return path
    raise SystemExit("Debian's libmnl0 is not installed; make deps-compat installs it")


def folder(parent):
    """A folder below `parent` with the stock libmnl.so.0 alone."""
    path = os.path.join(os.path.abspath(parent), "stock")
    os.makedirs(path, exist_ok=True)
    link = os.path.join(path, "libmnl.so.0")
    if not os.path.islink(link) or os.readlink(link) != library():
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(library(), link)
    return path
