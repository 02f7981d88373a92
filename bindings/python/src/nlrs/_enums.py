# SPDX-License-Identifier: MIT OR Apache-2.0
"""Values and flags by name. A value without a name stays what it is: a member called by its number."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any


class _Open(IntEnum):
    """An enum of which the kernel may have more members than this file."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = "UNKNOWN_%d" % value
        member._value_ = value
        cls._value2member_map_[value] = member
        return member


class LinkFlags(IntFlag):
    """IFF_...: state of a link."""

    UP = 0x1
    BROADCAST = 0x2
    DEBUG = 0x4
    LOOPBACK = 0x8
    POINTOPOINT = 0x10
    NOTRAILERS = 0x20
    RUNNING = 0x40
    NOARP = 0x80
    PROMISC = 0x100
    ALLMULTI = 0x200
    MASTER = 0x400
    SLAVE = 0x800
    MULTICAST = 0x1000
    PORTSEL = 0x2000
    AUTOMEDIA = 0x4000
    DYNAMIC = 0x8000
    LOWER_UP = 0x10000
    DORMANT = 0x20000
    ECHO = 0x40000


class OperState(_Open):
    """IF_OPER_...: operational state of a link."""

    UNKNOWN = 0
    NOTPRESENT = 1
    DOWN = 2
    LOWERLAYERDOWN = 3
    TESTING = 4
    DORMANT = 5
    UP = 6


class AddressFlags(IntFlag):
    """IFA_F_...: state of an address."""

    SECONDARY = 0x1
    NODAD = 0x2
    OPTIMISTIC = 0x4
    DADFAILED = 0x8
    HOMEADDRESS = 0x10
    DEPRECATED = 0x20
    TENTATIVE = 0x40
    PERMANENT = 0x80
    MANAGETEMPADDR = 0x100
    NOPREFIXROUTE = 0x200
    MCAUTOJOIN = 0x400
    STABLE_PRIVACY = 0x800


class Scope(_Open):
    """RT_SCOPE_...: how far away a destination is."""

    UNIVERSE = 0
    SITE = 200
    LINK = 253
    HOST = 254
    NOWHERE = 255


class RouteProtocol(_Open):
    """RTPROT_...: who made a route or a rule."""

    UNSPEC = 0
    REDIRECT = 1
    KERNEL = 2
    BOOT = 3
    STATIC = 4
    GATED = 8
    RA = 9
    MRT = 10
    ZEBRA = 11
    BIRD = 12
    DNROUTED = 13
    XORP = 14
    NTK = 15
    DHCP = 16
    MROUTED = 17
    KEEPALIVED = 18
    BABEL = 42
    OVN = 84
    OPENR = 99
    BGP = 186
    ISIS = 187
    OSPF = 188
    RIP = 189
    EIGRP = 192


class RouteType(_Open):
    """RTN_...: what a route does with a packet."""

    UNSPEC = 0
    UNICAST = 1
    LOCAL = 2
    BROADCAST = 3
    ANYCAST = 4
    MULTICAST = 5
    BLACKHOLE = 6
    UNREACHABLE = 7
    PROHIBIT = 8
    THROW = 9
    NAT = 10
    XRESOLVE = 11


class RuleAction(_Open):
    """FR_ACT_...: what a rule does with a packet."""

    UNSPEC = 0
    TO_TABLE = 1
    GOTO = 2
    NOP = 3
    BLACKHOLE = 6
    UNREACHABLE = 7
    PROHIBIT = 8


class NeighbourState(IntFlag):
    """NUD_...: what is known about a neighbour."""

    INCOMPLETE = 0x1
    REACHABLE = 0x2
    STALE = 0x4
    DELAY = 0x8
    PROBE = 0x10
    FAILED = 0x20
    NOARP = 0x40
    PERMANENT = 0x80


class NeighbourFlags(IntFlag):
    """NTF_...: what kind of entry a neighbour is."""

    USE = 0x1
    SELF = 0x2
    MASTER = 0x4
    PROXY = 0x8
    EXT_LEARNED = 0x10
    OFFLOADED = 0x20
    STICKY = 0x40
    ROUTER = 0x80


class EventKind(_Open):
    """What an event of a monitor or a view reports."""

    MESSAGE = 1
    """A message of the kernel."""
    DATAGRAM = 2
    """A datagram as a whole, whose payload is not netlink messages."""
    OVERRUN = 3
    """Events were lost here."""
    SNAPSHOT_BEGIN = 4
    """A snapshot of a table begins."""
    OBJECT = 5
    """An object of the snapshot."""
    SNAPSHOT_END = 6
    """The snapshot is complete."""
    ADDED = 7
    """An object was added to the table."""
    CHANGED = 8
    """An object has changed."""
    REMOVED = 9
    """An object was removed from the table."""
