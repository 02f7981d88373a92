# SPDX-License-Identifier: MIT OR Apache-2.0
"""Any family by name, through its YNL specification: requests and replies are dicts."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import AsyncIterator, Iterator
from ctypes import byref, c_char_p, c_void_p, string_at
from types import TracebackType
from typing import Any, Optional

from ._errors import error_of
from ._library import ynl as _load
from ._netns import Netns, Pid
from ._wait import Deadline

_EAGAIN = -errno.EAGAIN
_FLAGS = {"echo": 8, "replace": 256, "excl": 512, "create": 1024, "append": 2048, "unchecked": 131072}
_lib = _load()


def _text(pointer: c_void_p) -> Optional[str]:
    """Returns a text that the library gave, and frees it."""
    if not pointer.value:
        return None
    text = string_at(pointer.value).decode()
    _lib.nlrs_ynl_free(pointer)
    return text


def _check(code: int, error: c_void_p) -> int:
    if code >= 0:
        return code
    details = json.loads(_text(error) or "{}")
    raise error_of(
        code,
        message=details.get("message", ""),
        attribute=details.get("attribute", ""),
        missing=details.get("missing", ""),
        allowed=details.get("allowed"),
    )


def _json(request: Optional[dict[str, Any]]) -> Optional[bytes]:
    return None if request is None else json.dumps(request, default=str).encode()


def _flags(names: tuple[str, ...]) -> int:
    bits = 0
    for name in names:
        if name not in _FLAGS:
            raise ValueError("no flag %r: %s" % (name, ", ".join(_FLAGS)))
        bits |= _FLAGS[name]
    return bits


def families() -> dict[str, str]:
    """Returns the families that can be opened by name, and where the specification of each is."""
    pointer = c_void_p()
    _check(_lib.nlrs_ynl_families(byref(pointer)), c_void_p())
    found: dict[str, str] = json.loads(_text(pointer) or "{}")
    return found


class Family:
    """A family of netlink: its specification, and a socket for requests. Threads may share it.

    name: that of a specification ("rt-link", "ethtool"), or the path of one, with a slash or ".yaml" at its end.
    netns: the namespace to open sockets in. timeout: seconds for each operation; None: no limit.
    """

    def __init__(self, name: str, *, netns: Optional[Netns] = None, timeout: Optional[float] = 30.0) -> None:
        self._pointer: Optional[int] = None
        self._close = _lib.nlrs_ynl_close
        self._pid = os.getpid()
        self._netns_fd = -1
        pointer, error = c_void_p(), c_void_p()
        _check(_lib.nlrs_ynl_open(name.encode(), 0, byref(pointer), byref(error)), error)
        self._pointer = pointer.value
        self.set_timeout(timeout)
        if netns is not None:
            if isinstance(netns, Pid):
                path = "/proc/%d/ns/net" % netns.pid
            elif isinstance(netns, int):
                self._netns_fd = os.dup(netns)
                path = "/proc/self/fd/%d" % self._netns_fd
            else:
                path = os.fspath(netns)
            _check(_lib.nlrs_ynl_set_netns(self._pointer, path.encode()), c_void_p())

    def close(self) -> None:
        """Closes the family. No other thread may be using it. Events that were opened from it remain usable."""
        pointer, self._pointer = self._pointer, None
        self._close(pointer)
        if self._netns_fd >= 0:
            os.close(self._netns_fd)
            self._netns_fd = -1

    def __del__(self) -> None:
        if self._pointer is not None:
            self.close()

    def __enter__(self) -> Family:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def _open(self) -> int:
        if self._pointer is None:
            raise ValueError("the family is closed")
        if self._pid != os.getpid():
            raise RuntimeError("the family is of the process that forked this one; open another")
        return self._pointer

    @property
    def name(self) -> str:
        """The family's name in its specification."""
        text: bytes = _lib.nlrs_ynl_name(self._open())
        return text.decode()

    def set_timeout(self, seconds: Optional[float]) -> None:
        """Sets how long each operation may take as a whole; None: any time."""
        _lib.nlrs_ynl_set_timeout(self._open(), -1 if seconds is None else int(seconds * 1000))

    def do(self, operation: str, request: Optional[dict[str, Any]] = None, *flags: str) -> Any:
        """Sends a request: returns None, or the reply as a dict, or a list of several.

        flags: "create", "excl", "replace", "append", "echo", "unchecked". NetlinkError names the attribute that was
        refused: "linkinfo.data.id".
        """
        return self._call(operation, request, _flags(flags))

    def dump(self, operation: str, request: Optional[dict[str, Any]] = None) -> list[dict[str, Any]]:
        """Returns all objects that match a request, as dicts."""
        found: list[dict[str, Any]] = self._call(operation, request, 65536)
        return found

    def _call(self, operation: str, request: Optional[dict[str, Any]], flags: int) -> Any:
        reply, error = c_void_p(), c_void_p()
        code = _lib.nlrs_ynl_call(
            self._open(), operation.encode(), _json(request), flags, byref(reply), byref(error)
        )
        _check(code, error)
        return json.loads(_text(reply) or "null")

    def iterate(self, operation: str, request: Optional[dict[str, Any]] = None) -> Dump:
        """Returns an iterator over a dump, of which no more than one object is in memory."""
        return Dump(self, operation, request)

    def listen(self, *groups: str, buffer: int = 0, timeout: Optional[float] = None) -> Events:
        """Returns the events of multicast groups, without a name of all that the specification has: an iterator.

        buffer: bytes of the receive buffer, 0: the system's default. timeout: seconds to wait for each event.
        """
        return Events(self, groups, buffer, timeout)

    def describe(self, section: str = "operations", name: Optional[str] = None) -> Any:
        """Returns a part of the specification: "family", "operations", "attribute-sets", "enums", "structs", ..."""
        text, error = c_void_p(), c_void_p()
        code = _lib.nlrs_ynl_describe(
            self._open(), section.encode(), None if name is None else name.encode(), byref(text), byref(error)
        )
        _check(code, error)
        return json.loads(_text(text) or "null")


class Dump:
    """The objects of a dump, one by one."""

    def __init__(self, family: Family, operation: str, request: Optional[dict[str, Any]]) -> None:
        self._end = _lib.nlrs_ynl_dump_end
        self._pointer: Optional[int] = None
        pointer, error = c_void_p(), c_void_p()
        code = _lib.nlrs_ynl_dump_begin(
            family._open(), operation.encode(), _json(request), 0, byref(pointer), byref(error)
        )
        _check(code, error)
        self._pointer = pointer.value

    def close(self) -> None:
        """Ends the dump, also before all was read."""
        pointer, self._pointer = self._pointer, None
        self._end(pointer)

    def __del__(self) -> None:
        self.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        if self._pointer is None:
            raise StopIteration
        text, error = c_char_p(), c_void_p()
        code = _lib.nlrs_ynl_dump_next(self._pointer, byref(text), byref(error))
        if code == 1 and text.value is not None:
            found: dict[str, Any] = json.loads(text.value)
            return found
        self.close()
        _check(code, error)
        raise StopIteration


class Events:
    """Events of a family: an iterator, also for async for, of {"name": ..., "msg": {...}}.

    Overrun is raised where events were lost; the next one continues with those that came after.
    """

    def __init__(self, family: Family, groups: tuple[str, ...], buffer: int, timeout: Optional[float]) -> None:
        self._close = _lib.nlrs_ynl_events_close
        self._pointer: Optional[int] = None
        self._lock = threading.Lock()
        self.timeout = timeout
        """Seconds to wait for each event; None: no limit."""
        pointer, error = c_void_p(), c_void_p()
        code = _lib.nlrs_ynl_events_open(
            family._open(), ",".join(groups).encode(), buffer, byref(pointer), byref(error)
        )
        _check(code, error)
        self._pointer = pointer.value
        _lib.nlrs_ynl_events_set_timeout(self._pointer, 0)

    def close(self) -> None:
        """Closes the socket."""
        with self._lock:
            pointer, self._pointer = self._pointer, None
            self._close(pointer)

    def __del__(self) -> None:
        if self._pointer is not None:
            self._close(self._pointer)

    def __enter__(self) -> Events:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def _open(self) -> int:
        if self._pointer is None:
            raise ValueError("the events are closed")
        return self._pointer

    def fileno(self) -> int:
        """Returns the descriptor, for poll."""
        fd: int = _lib.nlrs_ynl_events_fd(self._open())
        return fd

    def poll_event(self) -> Optional[dict[str, Any]]:
        """Returns the next event that has arrived, or None. Never waits."""
        with self._lock:
            text, error = c_char_p(), c_void_p()
            code = _lib.nlrs_ynl_events_next(self._open(), byref(text), byref(error))
            if code == _EAGAIN:
                _lib.nlrs_ynl_free(error)
                return None
            _check(code, error)
            found: dict[str, Any] = json.loads(text.value or b"null")
            return found

    def next_event(self, timeout: Optional[float] = None) -> dict[str, Any]:
        """Waits for the next event; Timeout after so many seconds (None: any time)."""
        deadline = Deadline(timeout)
        while True:
            event = self.poll_event()
            if event is not None:
                return event
            deadline.poll(self.fileno())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        if self._pointer is None:
            raise StopIteration
        return self.next_event(self.timeout)

    def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        return self

    async def __anext__(self) -> dict[str, Any]:
        from ._monitor import readable

        while True:
            event = self.poll_event()
            if event is not None:
                return event
            await readable(self.fileno(), self.timeout)
