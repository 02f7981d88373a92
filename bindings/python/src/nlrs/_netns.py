# SPDX-License-Identifier: MIT OR Apache-2.0
"""Network namespaces: by name, path, process or descriptor."""

from __future__ import annotations

import os
from typing import NamedTuple, Union

from ._errors import check
from ._library import nlrs as _lib


class Pid(NamedTuple):
    """The network namespace of a process."""

    pid: int


Netns = Union[str, "os.PathLike[str]", Pid, int]
"""A namespace: the name of one below /run/netns, a path (with a slash), Pid(process), or an open descriptor."""


def open_netns(netns: Netns) -> int:
    """Returns a descriptor of a namespace, to be closed with os.close()."""
    if isinstance(netns, Pid):
        return os.open("/proc/%d/ns/net" % netns.pid, os.O_RDONLY | os.O_CLOEXEC)
    if isinstance(netns, int):
        return os.dup(netns)
    path = os.fspath(netns)
    return os.open(path if "/" in path else "/run/netns/" + path, os.O_RDONLY | os.O_CLOEXEC)


class Options:
    """The options of a socket, for the duration of a with statement."""

    def __init__(self, netns: Union[Netns, None], buffer: int = 0) -> None:
        self._netns, self._buffer = netns, buffer

    def __enter__(self) -> int:
        self._pointer = _lib.nlrs_socket_options_new()
        if not self._pointer:
            raise MemoryError
        check(_lib.nlrs_socket_options_set_timeout(self._pointer, 0))
        if self._buffer:
            check(_lib.nlrs_socket_options_set_recv_buffer(self._pointer, self._buffer))
        if isinstance(self._netns, Pid):
            check(_lib.nlrs_socket_options_set_netns_pid(self._pointer, self._netns.pid))
        elif isinstance(self._netns, int):
            check(_lib.nlrs_socket_options_set_netns_fd(self._pointer, self._netns))
        elif self._netns is not None:
            text = os.fspath(self._netns)
            way = _lib.nlrs_socket_options_set_netns_path if "/" in text else _lib.nlrs_socket_options_set_netns_name
            check(way(self._pointer, text.encode()))
        pointer: int = self._pointer
        return pointer

    def __exit__(self, *_: object) -> None:
        _lib.nlrs_socket_options_free(self._pointer)
