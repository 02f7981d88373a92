# SPDX-License-Identifier: MIT OR Apache-2.0
"""Measures the package beside pyroute2: `make bench-python`, in a network namespace of its own.

CPU time of the process (time.process_time), the smallest of three runs; memory is what tracemalloc counts.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from typing import Any, Callable

from pyroute2 import IPRoute

import nlrs

ROUTES = 50_000


def cpu(function: Callable[[], Any], times: int = 3) -> float:
    """Returns the least CPU seconds of some runs."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        function()
        best = min(best, time.process_time() - begun)
    return best


def memory(function: Callable[[], Any]) -> int:
    """Returns the bytes that the result holds."""
    tracemalloc.start()
    result = function()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del result
    return held


def importing(module: str) -> float:
    """Returns the milliseconds that an import takes beyond the interpreter's own start; least of five."""

    def run(code: str) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - begun)
        return min(times)

    return (run("import " + module) - run("pass")) * 1000


def row(what: str, ours: float, theirs: float, unit: str) -> None:
    print("| %s | %.2f %s | %.2f %s | %.1f |" % (what, ours, unit, theirs, unit, theirs / ours))


def main() -> None:
    with nlrs.batch() as batch:
        batch.change(nlrs.Link(name="lo", flags=1, change=1))
        for host in range(ROUTES):
            batch.add(nlrs.Route(dst="20.%d.%d.%d/32" % (host >> 16, host >> 8 & 255, host & 255), oif=1))
    socket, other = nlrs.Socket(), IPRoute()

    def ours() -> list[nlrs.Route]:
        return socket.routes(table=254, family=2)

    def theirs() -> list[Any]:
        return list(other.get_routes(table=254, family=2))

    assert len(ours()) == len(theirs()) == ROUTES
    print("| | nlrs | pyroute2 | times |\n|---|---|---|---|")
    row("dump to objects, per route", cpu(ours) / ROUTES * 1e6, cpu(theirs) / ROUTES * 1e6, "us")
    row(
        "the same, destination and link read",
        cpu(lambda: [(route.dst, route.oif) for route in ours()]) / ROUTES * 1e6,
        cpu(lambda: [(route.get_attr("RTA_DST"), route.get_attr("RTA_OIF")) for route in theirs()]) / ROUTES * 1e6,
        "us",
    )
    row("memory of the objects, per route", memory(ours) / ROUTES, memory(theirs) / ROUTES, "bytes")
    change = nlrs.Link(index=1, flags=1, change=1)
    row(
        "a request and its ack",
        cpu(lambda: [socket.change(change) for _ in range(2000)]) / 2000 * 1e6,
        cpu(lambda: [other.link("set", index=1, state="up") for _ in range(500)]) / 500 * 1e6,
        "us",
    )
    row("import", importing("nlrs"), importing("pyroute2"), "ms")
    other.close()


if __name__ == "__main__":
    main()
