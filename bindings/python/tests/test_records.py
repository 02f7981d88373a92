# SPDX-License-Identifier: MIT OR Apache-2.0
"""Links, addresses, routes, neighbours and rules: added, read, changed, deleted, alone and in batches."""

from __future__ import annotations

import errno
import gc
import os
import pickle
import resource
import signal
import threading
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

import nlrs


def veth() -> nlrs.Link:
    nlrs.add(nlrs.Link(name="v0", kind="veth", peer=nlrs.Link(name="v1")))
    for name in ("v0", "v1"):
        nlrs.change(nlrs.Link(name=name, flags=1, change=1))
    nlrs.add(nlrs.Address(index=nlrs.link("v0").index, local="10.0.0.1/24"))
    return nlrs.link("v0")


def test_links() -> None:
    v0 = veth()
    assert sorted(link.name for link in nlrs.links()) == ["lo", "v0", "v1"]
    assert v0.flags & nlrs.LinkFlags.UP
    assert v0.kind == "veth"
    assert v0.master is None
    assert v0.stats is not None
    assert v0.stats.rx_errors == 0
    nlrs.change(nlrs.Link(index=v0.index, mtu=1400, address="02:00:00:00:00:07"))
    assert (nlrs.link("v0").mtu, nlrs.link(v0.index).address) == (1400, "02:00:00:00:00:07")
    nlrs.delete(nlrs.Link(name="v0"))
    with pytest.raises(nlrs.NotFound):
        nlrs.link("v0")


def test_addresses_routes_neighbours_rules() -> None:
    v0 = veth()
    (address,) = nlrs.addresses(index=v0.index, family=2)
    assert address.local == IPv4Interface("10.0.0.1/24")
    assert address.label == "v0"
    nlrs.add(nlrs.Route(dst="10.9.0.0/16", gateway=IPv4Address("10.0.0.2")))
    hops = [nlrs.NextHop(gateway="10.0.0.3"), nlrs.NextHop(gateway="10.0.0.4", weight=3)]
    nlrs.add(nlrs.Route(dst="0.0.0.0/0", next_hops=hops))
    routes = {route.dst: route for route in nlrs.routes(table=254, family=2)}
    assert routes[IPv4Network("10.9.0.0/16")].gateway == IPv4Address("10.0.0.2")
    assert routes[IPv4Network("10.9.0.0/16")].protocol is nlrs.RouteProtocol.STATIC
    read = routes[IPv4Network("0.0.0.0/0")].next_hops
    assert [(str(hop.gateway), hop.weight, hop.oif) for hop in read] == [
        ("10.0.0.3", 1, v0.index),
        ("10.0.0.4", 3, v0.index),
    ]
    nlrs.add(nlrs.Neighbour(index=v0.index, dst="10.0.0.9", lladdr="02:00:00:00:00:01"))
    (neighbour,) = nlrs.neighbours(family=2)
    assert (neighbour.lladdr, neighbour.state) == ("02:00:00:00:00:01", nlrs.NeighbourState.PERMANENT)
    nlrs.add(nlrs.Rule(dst="10.1.0.0/16", table=100, priority=5))
    assert [rule.table for rule in nlrs.rules(family=2) if rule.priority == 5] == [100]
    for record in (neighbour, routes[IPv4Network("10.9.0.0/16")], address):
        nlrs.delete(record)
    assert not nlrs.neighbours(family=2)


def test_records_are_values() -> None:
    link = nlrs.Link(name="a", mtu=1500, master=0)
    assert link == nlrs.Link(name="a", mtu=1500, master=0) != nlrs.Link(name="a", mtu=1500)
    assert link.master == 0
    assert nlrs.Link(name="a").master is None
    assert repr(link) == "Link(mtu=1500, master=0, name='a')"
    assert link.replace(mtu=9000).mtu == 9000
    assert pickle.loads(pickle.dumps(link)) == link
    assert len({link, nlrs.Link(name="a", mtu=1500, master=0)}) == 1
    with pytest.raises(AttributeError):
        link.mtu = 3  # type: ignore[misc]
    with pytest.raises(ValueError, match="longer than 15"):
        nlrs.Link(name="x" * 16)
    with pytest.raises(ValueError, match="4294967295"):
        nlrs.Link(mtu=1 << 32)
    assert nlrs.Route(protocol=77).protocol.name == "UNKNOWN_77"


def test_errors() -> None:
    veth()
    with pytest.raises(nlrs.Exists) as exists:
        nlrs.add(nlrs.Link(name="v0", kind="veth"))
    assert (exists.value.errno, exists.value.code) == (errno.EEXIST, -errno.EEXIST)
    assert isinstance(exists.value, FileExistsError)
    with pytest.raises(nlrs.NetlinkError, match="mtu less than device minimum") as refused:
        nlrs.change(nlrs.Link(name="v0", mtu=1))
    assert refused.value.message == "mtu less than device minimum"
    assert pickle.loads(pickle.dumps(refused.value)).message == refused.value.message


def test_batch() -> None:
    v0 = veth()
    with nlrs.batch() as batch:
        for host in range(1, 201):
            batch.add(nlrs.Route(dst="10.7.0.%d/32" % host, oif=v0.index))
    assert len([r for r in nlrs.routes(table=254, family=2) if str(r.dst).startswith("10.7.")]) == 200
    batch = nlrs.batch()
    for host in (7, 201, 8):
        batch.add(nlrs.Route(dst="10.7.0.%d/32" % host, oif=v0.index))
    with pytest.raises(nlrs.BatchError) as refused:
        batch.send()
    assert [(failure.index, type(failure.error)) for failure in refused.value.failures] == [
        (0, nlrs.Exists),
        (2, nlrs.Exists),
    ]


def test_namespaces() -> None:
    child = os.fork()
    if child == 0:
        import ctypes

        ctypes.CDLL(None).unshare(0x40000000)
        signal.pause()
        os._exit(0)
    try:
        while os.stat("/proc/%d/ns/net" % child).st_ino == os.stat("/proc/thread-self/ns/net").st_ino:
            pass
        fd = nlrs.open_netns(nlrs.Pid(child))
        nlrs.add(nlrs.Link(name="v0", kind="veth", peer=nlrs.Link(name="v1", netns_fd=fd)))
        for netns in (nlrs.Pid(child), fd, "/proc/%d/ns/net" % child):
            assert [link.name for link in nlrs.links(netns=netns)] == ["lo", "v1"]
        os.close(fd)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with pytest.raises(nlrs.NotFound):
        nlrs.links(netns="no-such-namespace")


def test_threads_and_fork() -> None:
    veth()
    socket = nlrs.Socket()
    found: list[int] = []

    def work() -> None:
        found.extend(len(socket.links()) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 200
    child = os.fork()
    if child == 0:
        try:
            socket.links()
        except RuntimeError:
            os._exit(7 if len(nlrs.links()) == 3 else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_memory_is_constant() -> None:
    socket = nlrs.Socket()
    request = nlrs.Link(index=1, flags=1, change=1)

    def work(times: int) -> int:
        for _ in range(times):
            socket.change(request)
            socket.links()
            with pytest.raises(nlrs.NotFound):
                socket.delete(nlrs.Link(index=999))
        gc.collect()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = work(500)
    assert work(3000) - before < 1024
