# SPDX-License-Identifier: MIT OR Apache-2.0
"""Monitors: events as they come; views: tables that stay equal to the kernel's."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from ctypes import byref, c_size_t, c_uint32, c_void_p, create_string_buffer, string_at
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Generic, Optional, TypeVar, Union, overload

from ._enums import EventKind
from ._errors import ETIMEDOUT, check, error_of
from ._library import nlrs as _lib
from ._netns import Netns, Options
from ._record import Record
from ._records import Address, Link, Neighbour, Nexthop, Route, Rule
from ._socket import record_of
from ._wait import Deadline

if TYPE_CHECKING:
    from typing import Literal

_EAGAIN = -errno.EAGAIN
_BUFFER = 32 << 20

# Numbers of multicast groups (RTNLGRP_...) of each word.
_GROUPS = {
    "links": (1,),
    "neighbours": (3,),
    "addresses": (5, 9),
    "routes": (7, 11),
    "rules": (8, 19),
    "nexthops": (32,),
}
# Class, function and the first of four message types.
_READERS: dict[int, tuple[type[Record], Any]] = {
    16: (Link, _lib.nlrs_link_read),
    20: (Address, _lib.nlrs_address_read),
    24: (Route, _lib.nlrs_route_read),
    28: (Neighbour, _lib.nlrs_neighbour_read),
    32: (Rule, _lib.nlrs_rule_read),
    104: (Nexthop, _lib.nlrs_nexthop_read),
}
_OBJECTS = {"links": 0x101, "addresses": 0x102, "routes": 0x103, "neighbours": 0x104, "rules": 0x105}

R = TypeVar("R", bound=Record)


class Event:
    """An event of a monitor or a change of a view. It remains valid."""

    __slots__ = ("_record", "count", "group", "kind", "message", "nsid", "old", "table")

    def __init__(
        self,
        kind: EventKind,
        message: bytes,
        group: int,
        nsid: int,
        count: int,
        old: Optional[Record] = None,
    ) -> None:
        self.kind = kind
        """What happened."""
        self.message = message
        """The bytes of the message, from its struct nlmsghdr on; empty if the event has none."""
        self.group = group
        """Number of the multicast group; 0: none."""
        self.nsid = nsid
        """ID of the namespace that the event is from; -1: the monitor's own."""
        self.count = count
        """Of an overrun, how many datagrams were lost, 0 if that is not known; of a snapshot, its objects."""
        self.old = old
        """Of a change in a view, the object as it was."""
        self._record: Optional[Record] = None

    @property
    def type(self) -> int:
        """Message type, RTM_NEWLINK for instance; 0 without a message."""
        return int.from_bytes(self.message[4:6], _ORDER) if self.message else 0

    @property
    def deleted(self) -> bool:
        """Whether the message reports that an object was deleted."""
        return self.kind == EventKind.REMOVED or (self.record is not None and self.type % 4 == 1)

    @property
    def record(self) -> Optional[Record]:
        """The object that the message is about; None if it is about no link, address, route, neighbour or rule."""
        if self._record is None and self.message:
            self._record = read_record(self.message)
        return self._record

    def __repr__(self) -> str:
        what = repr(self.record) if self.record is not None else "type %d" % self.type
        return "Event(%s%s, %s)" % (self.kind.name, " deleted" if self.deleted else "", what)


_ORDER: Literal["little", "big"] = "little" if c_uint32.__ctype_le__ is c_uint32 else "big"


def read_record(message: bytes) -> Optional[Record]:
    """Returns the object that a message of NETLINK_ROUTE is about, None for another message."""
    found = _READERS.get(int.from_bytes(message[4:6], _ORDER) & ~3)
    if found is None:
        return None
    kind, read = found
    buf = create_string_buffer(kind._SIZE)
    if read(message, buf, kind._SIZE) != 0:
        return None
    return record_of(kind, buf.raw, message)


class Monitor:
    """Events of multicast groups: an iterator, also for async for.

    groups: "links", "addresses", "routes", "neighbours", "rules", "nexthops", numbers (RTNLGRP_...), or of generic
    netlink (protocol 16) "family:group". netns: the namespace. buffer: bytes of the receive buffer, which is filled
    where events come faster than they are read. timeout: seconds to wait for each event; None: no limit.

    A loss is an event of the kind OVERRUN in its place, and the iteration continues.
    """

    def __init__(
        self,
        *groups: Union[str, int],
        protocol: int = 0,
        netns: Optional[Netns] = None,
        buffer: int = _BUFFER,
        timeout: Optional[float] = None,
    ) -> None:
        self._pointer: Optional[int] = None
        self._close = _lib.nlrs_monitor_close
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self.timeout = timeout
        """Seconds to wait for each event; None: no limit."""
        pointer = c_void_p()
        with Options(netns, buffer) as options:
            check(_lib.nlrs_monitor_open(protocol, None, 0, options, byref(pointer)))
        self._pointer = pointer.value
        check(_lib.nlrs_monitor_set_timeout(self._pointer, 0))
        for group in groups:
            self.join(group)

    def join(self, group: Union[str, int]) -> None:
        """Joins a group, as those of the constructor."""
        pointer = self._open()
        if isinstance(group, int):
            numbers: tuple[int, ...] = (group,)
        elif ":" in group:
            family, _, name = group.partition(":")
            _lib.nlrs_monitor_set_timeout(pointer, -1)
            try:
                numbers = (check(_lib.nlrs_monitor_group(pointer, family.encode(), name.encode())),)
            finally:
                _lib.nlrs_monitor_set_timeout(pointer, 0)
        elif group in _GROUPS:
            numbers = _GROUPS[group]
        else:
            raise ValueError("no group %r" % group)
        for number in numbers:
            check(_lib.nlrs_monitor_join(pointer, number))

    def close(self) -> None:
        """Closes the monitor."""
        with self._lock:
            pointer, self._pointer = self._pointer, None
            self._close(pointer)

    def __del__(self) -> None:
        if self._pointer is not None:
            self._close(self._pointer)

    def __enter__(self) -> Monitor:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """Returns the descriptor, for poll: when it is readable, call poll_event() until it returns None."""
        return check(_lib.nlrs_monitor_fd(self._open()))

    def _open(self) -> int:
        if self._pointer is None:
            raise ValueError("the monitor is closed")
        if self._pid != os.getpid():
            raise RuntimeError("the monitor is of the process that forked this one; open another")
        return self._pointer

    def poll_event(self) -> Optional[Event]:
        """Returns the next event that has arrived, or None. Never waits."""
        with self._lock:
            event = c_void_p()
            code = _lib.nlrs_monitor_next(self._open(), byref(event))
            if code == _EAGAIN:
                return None
            check(code)
            return _event_of(event)

    def next_event(self, timeout: Optional[float] = None) -> Event:
        """Waits for the next event; Timeout after so many seconds (None: any time)."""
        event = self.poll_event()
        if event is None:
            deadline = Deadline(timeout)
            while event is None:
                deadline.poll(self.fileno())
                event = self.poll_event()
        return event

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        if self._pointer is None:
            raise StopIteration
        return self.next_event(self.timeout)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        if self._pointer is None:
            raise StopAsyncIteration
        while True:
            event = self.poll_event()
            if event is not None:
                return event
            await readable(self.fileno(), self.timeout)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def readable(fd: int, timeout: Optional[float]) -> None:
    """Waits in the running event loop until a descriptor is readable."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(fd, _set, ready)
    try:
        await asyncio.wait_for(ready, timeout)
    except asyncio.TimeoutError:
        raise error_of(ETIMEDOUT) from None
    finally:
        loop.remove_reader(fd)


def _event_of(event: c_void_p) -> Event:
    data, length = c_void_p(), c_size_t()
    message = b""
    if _lib.nlrs_event_data(event, byref(data), byref(length)) == 0 and data.value is not None:
        message = string_at(data.value, length.value)
    kind = EventKind(_lib.nlrs_event_kind(event))
    old = None
    if kind == EventKind.CHANGED:
        at = _lib.nlrs_event_old(event)
        old = read_record(string_at(at, int.from_bytes(string_at(at, 4), _ORDER)))
    count = 0 if kind <= EventKind.DATAGRAM else _lib.nlrs_event_count(event)
    return Event(kind, message, _lib.nlrs_event_group(event), _lib.nlrs_event_nsid(event), count, old)


class View(Mapping[Any, R], Generic[R]):
    """A table that stays equal to the kernel's: a mapping, brought up to date by every access.

    Keys are indices of links, and bytes that identify the object of other tables. After a loss the library takes
    another snapshot by itself, and the differences are applied.
    """

    def __init__(
        self,
        objects: str,
        *,
        family: int = 0,
        netns: Optional[Netns] = None,
        buffer: int = _BUFFER,
        timeout: Optional[float] = 30.0,
    ) -> None:
        if objects not in _OBJECTS:
            raise ValueError("no table %r: one of %s" % (objects, ", ".join(_OBJECTS)))
        self._monitor = Monitor(netns=netns, buffer=buffer)
        self._table: dict[Any, R] = {}
        self._by_index = objects == "links"
        self._key = create_string_buffer(128)
        self.timeout = timeout
        """Seconds that an access may wait for a snapshot to be complete; None: any time."""
        pointer = self._monitor._open()
        check(_lib.nlrs_monitor_set_difference(pointer, 1))
        check(_lib.nlrs_monitor_follow(pointer, _OBJECTS[objects], family))

    def close(self) -> None:
        """Closes the view. The objects that it had last can still be read from copies that were made."""
        self._monitor.close()

    def __enter__(self) -> View[R]:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """Returns the descriptor, for poll: when it is readable, call update()."""
        return self._monitor.fileno()

    def _apply(self, event: Event) -> bool:
        if event.kind not in (EventKind.ADDED, EventKind.CHANGED, EventKind.REMOVED):
            return False
        record: Any = event.record
        if record is None:
            return False
        key: Any = record.index if self._by_index else self._key_of(event.message)
        if event.kind == EventKind.REMOVED:
            self._table.pop(key, None)
        else:
            self._table[key] = record
        return True

    def _key_of(self, message: bytes) -> bytes:
        length = c_size_t()
        check(_lib.nlrs_rtnl_key(message, self._key, byref(length), None))
        return self._key.raw[: length.value]

    def update(self) -> list[Event]:
        """Brings the table up to date, and returns what was added, changed and removed. Waits for a snapshot only."""
        changes: list[Event] = []
        deadline: Optional[Deadline] = None
        with self._monitor._lock:
            while True:
                event = self._monitor.poll_event()
                if event is not None:
                    if self._apply(event):
                        changes.append(event)
                    continue
                if _lib.nlrs_monitor_is_current(self._monitor._open()):
                    return changes
                deadline = deadline or Deadline(self.timeout)
                deadline.poll(self.fileno(), at_most=0.05)

    def changes(self, timeout: Optional[float] = None) -> Iterator[Event]:
        """Waits for changes and returns each; Timeout if none comes for so many seconds (None: any time)."""
        while True:
            yield from self.update()
            Deadline(timeout).poll(self.fileno())

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            for change in self.update():
                yield change
            await readable(self.fileno(), None)

    def wait(self, condition: Callable[[View[R]], Any], timeout: Optional[float] = None) -> Any:
        """Waits until a condition over the view is true, and returns its value; Timeout after so many seconds."""
        deadline = Deadline(timeout)
        while True:
            value = condition(self)
            if value:
                return value
            deadline.poll(self.fileno())

    def __getitem__(self, key: Any) -> R:
        self.update()
        return self._table[key]

    def __iter__(self) -> Iterator[Any]:
        self.update()
        return iter(list(self._table))

    def __len__(self) -> int:
        self.update()
        return len(self._table)

    def snapshot(self) -> list[R]:
        """Returns the objects as they are now."""
        self.update()
        return list(self._table.values())


if TYPE_CHECKING:

    @overload
    def view(
        objects: Literal["links"], *, family: int = 0, netns: Optional[Netns] = None, buffer: int = _BUFFER
    ) -> View[Link]: ...
    @overload
    def view(
        objects: Literal["addresses"], *, family: int = 0, netns: Optional[Netns] = None, buffer: int = _BUFFER
    ) -> View[Address]: ...
    @overload
    def view(
        objects: Literal["routes"], *, family: int = 0, netns: Optional[Netns] = None, buffer: int = _BUFFER
    ) -> View[Route]: ...
    @overload
    def view(
        objects: Literal["neighbours"], *, family: int = 0, netns: Optional[Netns] = None, buffer: int = _BUFFER
    ) -> View[Neighbour]: ...
    @overload
    def view(
        objects: Literal["rules"], *, family: int = 0, netns: Optional[Netns] = None, buffer: int = _BUFFER
    ) -> View[Rule]: ...


def view(
    objects: str, *, family: int = 0, netns: Optional[Netns] = None, buffer: int = _BUFFER
) -> View[Any]:
    """Returns a view of "links", "addresses", "routes", "neighbours" or "rules"."""
    return View(objects, family=family, netns=netns, buffer=buffer)
