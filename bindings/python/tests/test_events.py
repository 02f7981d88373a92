# SPDX-License-Identifier: MIT OR Apache-2.0
"""Monitors, views and families by name."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time

import pytest

import nlrs


def set_up(up: bool) -> None:
    nlrs.change(nlrs.Link(name="lo", flags=int(up), change=1))


def test_monitor() -> None:
    with nlrs.Monitor("links", "addresses", timeout=2) as monitor:
        set_up(False)
        event = next(iter(monitor))
        assert isinstance(event.record, nlrs.Link)
        assert (event.record.name, event.group) == ("lo", 1)
    with nlrs.Monitor("links", timeout=0.05) as monitor, pytest.raises(nlrs.Timeout):
        next(monitor)


def test_an_overrun_is_an_event() -> None:
    with nlrs.Monitor("addresses", buffer=4096) as monitor:
        with nlrs.batch() as batch:
            for host in range(1, 200):
                batch.add(nlrs.Address(index=1, local="10.0.0.%d/32" % host))
        kinds = []
        while (event := monitor.poll_event()) is not None:
            kinds.append(event.kind)
        assert nlrs.EventKind.OVERRUN in kinds


def test_asyncio() -> None:
    async def first(monitor: nlrs.Monitor) -> nlrs.Event:
        async for event in monitor:
            return event
        raise AssertionError

    async def main() -> None:
        monitor = nlrs.Monitor("links")
        task = asyncio.create_task(first(monitor))
        await asyncio.sleep(0.02)
        set_up(False)
        assert (await asyncio.wait_for(task, 2)).type == 16
        task = asyncio.create_task(first(monitor))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        set_up(True)
        assert (await asyncio.wait_for(first(monitor), 2)).type == 16

    asyncio.run(main())


def test_a_view_is_the_table() -> None:
    with nlrs.view("links") as links:
        assert [link.name for link in links.values()] == ["lo"]
        nlrs.add(nlrs.Link(name="v0", kind="veth", peer=nlrs.Link(name="v1")))
        assert {link.name for link in links.values()} == {"lo", "v0", "v1"}
        index = nlrs.link("v0").index
        assert links[index].name == "v0"
        nlrs.delete(nlrs.Link(name="v0"))
        assert list(links) == [1]
        with pytest.raises(nlrs.Timeout):
            links.wait(lambda view: len(view) > 1, timeout=0.05)


def test_a_view_after_an_overrun() -> None:
    view = nlrs.view("addresses", family=2, buffer=4096)
    assert len(view) == 1
    with nlrs.batch() as batch:
        for host in range(1, 201):
            batch.add(nlrs.Address(index=1, local="10.0.0.%d/32" % host))
    assert set(view.snapshot()) == set(nlrs.addresses(family=2))
    assert len(view) == 201


def test_keyboard_interrupt_ends_a_wait() -> None:
    monitor = nlrs.Monitor("links")
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        next(monitor)
    assert time.monotonic() - begun < 2
    timer.join()


def test_family() -> None:
    with nlrs.Family("rt-link", timeout=5) as family:
        assert family.dump("getlink")[0]["ifname"] == "lo"
        assert [link["ifname"] for link in family.iterate("getlink")] == ["lo"]
        with family.listen(timeout=2) as events:
            family.do("newlink", {"ifname": "br0", "linkinfo": {"kind": "bridge"}}, "create")
            assert next(events)["msg"]["ifname"] == "br0"
        with pytest.raises(nlrs.NetlinkError) as refused:
            family.do("newlink", {"ifname": "x", "mtu": 1 << 40}, "create")
        assert (refused.value.attribute, refused.value.allowed["max"]) == ("mtu", 0xFFFFFFFF)
    assert "rt-link" in nlrs.families()
    with pytest.raises(nlrs.NotFound):
        nlrs.Family("no-such-family")
