# SPDX-License-Identifier: MIT OR Apache-2.0
"""libnlrs for Python: netlink by records and by names.

links(), addresses(), routes(), neighbours() and rules() return immutable objects; add(), change() and delete() take
them; Family reaches every family that has a YNL specification; Monitor and view() follow events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._enums import (
    AddressFlags,
    EventKind,
    LinkFlags,
    NeighbourFlags,
    NeighbourState,
    OperState,
    RouteProtocol,
    RouteType,
    RuleAction,
    Scope,
)
from ._errors import DumpInterrupted, Exists, NetlinkError, NotFound, Overrun, PermissionDenied, Timeout
from ._library import nlrs as _lib
from ._netns import Netns, Pid, open_netns
from ._record import AnyAddress, IPAddress, IPInterface, IPNetwork, Record
from ._records import Address, Link, LinkStats, Neighbour, NextHop, Nexthop, Route, Rule
from ._socket import (
    Batch,
    BatchError,
    Failure,
    Socket,
    add,
    addresses,
    batch,
    change,
    delete,
    link,
    links,
    neighbours,
    nexthops,
    replace,
    routes,
    rules,
)

if TYPE_CHECKING:
    from ._family import Dump, Events, Family, families
    from ._monitor import Event, Monitor, View, view

__version__: str = _lib.nlrs_version().decode()

# What is loaded when it is used first: a program that lists links needs neither JSON nor asyncio.
_LATER = {
    "Dump": "_family",
    "Event": "_monitor",
    "Events": "_family",
    "Family": "_family",
    "Monitor": "_monitor",
    "View": "_monitor",
    "families": "_family",
    "view": "_monitor",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError("module 'nlrs' has no attribute %r" % name)
    from importlib import import_module

    value = getattr(import_module("nlrs." + _LATER[name]), name)
    globals()[name] = value
    return value


__all__ = [
    "Address",
    "AddressFlags",
    "AnyAddress",
    "Batch",
    "BatchError",
    "Dump",
    "DumpInterrupted",
    "Event",
    "EventKind",
    "Events",
    "Exists",
    "Failure",
    "Family",
    "IPAddress",
    "IPInterface",
    "IPNetwork",
    "Link",
    "LinkFlags",
    "LinkStats",
    "Monitor",
    "Neighbour",
    "NeighbourFlags",
    "NeighbourState",
    "NetlinkError",
    "Netns",
    "NextHop",
    "Nexthop",
    "NotFound",
    "OperState",
    "Overrun",
    "PermissionDenied",
    "Pid",
    "Record",
    "Route",
    "RouteProtocol",
    "RouteType",
    "Rule",
    "RuleAction",
    "Scope",
    "Socket",
    "Timeout",
    "View",
    "add",
    "addresses",
    "batch",
    "change",
    "delete",
    "families",
    "link",
    "links",
    "neighbours",
    "nexthops",
    "open_netns",
    "replace",
    "routes",
    "rules",
    "view",
]
