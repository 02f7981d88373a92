# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each test runs in a network namespace of its own; without the privilege for that all are skipped."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator

import pytest

CLONE_NEWNET = 0x40000000


@pytest.fixture(autouse=True)
def namespace() -> Iterator[None]:
    """Moves this thread into a new namespace for the test, and back."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(CLONE_NEWNET) != 0:
        os.close(home)
        pytest.skip("no network namespace: %s" % os.strerror(ctypes.get_errno()))
    import nlrs._socket

    nlrs._socket._default = None
    nlrs.change(nlrs.Link(name="lo", flags=nlrs.LinkFlags.UP, change=nlrs.LinkFlags.UP))
    yield
    nlrs._socket._default = None
    assert libc.setns(home, CLONE_NEWNET) == 0
    os.close(home)
