# SPDX-License-Identifier: MIT OR Apache-2.0
"""Sockets for requests, dumps and batches of NETLINK_ROUTE."""

from __future__ import annotations

import errno
import os
import sys
import threading
from ctypes import byref, c_void_p, string_at
from types import TracebackType
from typing import Any, Optional, TypeVar, Union

from ._errors import EINTR_DUMP, EPARTIAL, ErrorObject, NetlinkError, check, error_of
from ._library import nlrs as _lib
from ._netns import Netns, Options
from ._record import Record, walk_next_hops
from ._records import Address, Link, Neighbour, NextHop, Nexthop, Route, Rule
from ._wait import Deadline

NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND = 0x100, 0x200, 0x400, 0x800
RTA_MULTIPATH, VETH_INFO_PEER = 9, 1
RTN_UNICAST, RTPROT_STATIC, RT_TABLE_MAIN, FR_ACT_TO_TBL, NUD_PERMANENT = 1, 4, 254, 1, 0x80
RTEXT_FILTER_BRVLAN = 2
RT_SCOPE_LINK = 253

_EAGAIN = -errno.EAGAIN
_R = TypeVar("_R", bound=Record)

_BEGIN: dict[type[Record], Any] = {
    Link: _lib.nlrs_link_begin,
    Address: _lib.nlrs_address_begin,
    Route: _lib.nlrs_route_begin,
    Neighbour: _lib.nlrs_neighbour_begin,
    Rule: _lib.nlrs_rule_begin,
    Nexthop: _lib.nlrs_nexthop_begin,
}


def completed(record: Record) -> Record:
    """Returns what is to be added: with the type, protocol, table or state that an object nearly always has."""
    if isinstance(record, Route):
        changes: dict[str, int] = {}
        if not record.type:
            changes["type"] = RTN_UNICAST
        if not record.protocol:
            changes["protocol"] = RTPROT_STATIC
        unicast = record.type in (0, RTN_UNICAST)
        if not record.scope and unicast and not (record.gateway or record.next_hops or record.nh_id):
            changes["scope"] = RT_SCOPE_LINK
        return record.replace(**changes) if changes else record
    if isinstance(record, Rule) and not record.action:
        return record.replace(action=FR_ACT_TO_TBL)
    if isinstance(record, Neighbour) and not record.state:
        return record.replace(state=NUD_PERMANENT)
    return record


def append(m: int, record: Record, operation: int, flags: int) -> None:
    """Appends the message of a request; operation: 0 new, 1 delete, 2 get, 3 set."""
    begin = _BEGIN[type(record)]
    if isinstance(record, Link) and record.peer is not None:
        kind, peer = record.kind.encode(), record.peer
        bare = record.replace(kind="", peer=None)
        begin(m, record._TYPE + operation, flags, bare._raw, record._SIZE)
        data = _lib.nlrs_link_data_begin(m, kind)
        nest = _lib.nlrs_msg_nest_begin(m, VETH_INFO_PEER)
        _lib.nlrs_link_put(m, peer._raw, peer._SIZE)
        _lib.nlrs_msg_nest_end(m, nest)
        _lib.nlrs_link_data_end(m, data)
    else:
        begin(m, record._TYPE + operation, flags, record._raw, record._SIZE)
        if isinstance(record, Route) and record.next_hops:
            nest = _lib.nlrs_msg_nest_begin(m, RTA_MULTIPATH)
            for hop in record.next_hops:
                _lib.nlrs_next_hop_end(m, _lib.nlrs_next_hop_begin(m, hop._raw, hop._SIZE))
            _lib.nlrs_msg_nest_end(m, nest)
    # The builder keeps the first failure: this returns it.
    check(_lib.nlrs_msg_end(m))


def record_of(kind: type[_R], raw: bytes, message: Optional[bytes]) -> _R:
    """Returns the record of a struct and, where they are needed for more than it has, of its message."""
    record = kind.__new__(kind)
    set_slot = object.__setattr__
    hops: Any = None
    if kind is Route and message is not None:
        hops = tuple(record_of(NextHop, hop, None) for hop in walk_next_hops(message, NextHop._SIZE)) or None
    set_slot(record, "_raw", raw)
    set_slot(record, "_message", message if kind is Link else None)
    set_slot(record, "_extra", hops)
    return record


class Socket:
    """A socket of NETLINK_ROUTE. Threads may share it; a child of fork() opens its own.

    netns: the namespace to open it in; None: this thread's. timeout: seconds for each operation; None: no limit.
    """

    def __init__(self, *, netns: Optional[Netns] = None, timeout: Optional[float] = 30.0) -> None:
        self._pointer: Optional[int] = None
        self._close = _lib.nlrs_socket_close
        self.timeout = timeout
        """Seconds that each operation may take as a whole; None: any time."""
        self._lock = threading.RLock()
        self._pid = os.getpid()
        pointer = c_void_p()
        with Options(netns) as options:
            check(_lib.nlrs_socket_open(0, options, byref(pointer)))
        self._pointer = pointer.value
        self._error = ErrorObject()
        self._free = _lib.nlrs_msg_free
        self._msg: Optional[int] = _lib.nlrs_msg_new(512)

    def close(self) -> None:
        """Closes the socket, after the operation that is in progress in another thread."""
        with self._lock:
            pointer, self._pointer = self._pointer, None
            msg, self._msg = self._msg, None
            self._close(pointer)
            self._free(msg)

    def __del__(self) -> None:
        if self._pointer is not None:
            self._close(self._pointer)
            self._free(self._msg)

    def __enter__(self) -> Socket:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """Returns the descriptor, which remains the socket's."""
        return check(_lib.nlrs_socket_fd(self._open()))

    def _open(self) -> int:
        if self._pointer is None:
            raise ValueError("the socket is closed")
        if self._pid != os.getpid():
            raise RuntimeError("the socket is of the process that forked this one; open another")
        return self._pointer

    def _request(self, record: Record, operation: int, flags: int) -> None:
        with self._lock:
            pointer, m = self._open(), self._msg
            _lib.nlrs_msg_reset(m)
            append(m or 0, record, operation, flags)
            request, nlh = c_void_p(), c_void_p()
            check(_lib.nlrs_request_begin(pointer, _lib.nlrs_msg_first(m), byref(request)))
            code = -errno.EINTR
            try:
                deadline = None
                while True:
                    code = _lib.nlrs_request_next(request, byref(nlh))
                    if code == 0 or (code < 0 and code != _EAGAIN):
                        break
                    if code == _EAGAIN:
                        deadline = deadline or Deadline(self.timeout)
                        deadline.poll(self.fileno(), _lib.nlrs_socket_poll_events(pointer))
            finally:
                _lib.nlrs_request_end(request, self._error.pointer)
            if code < 0:
                raise self._error.exception(code)

    def add(self, record: Record) -> None:
        """Adds an object; Exists if there is one.

        A route without a type is RTN_UNICAST, without a protocol RTPROT_STATIC, without a gateway of scope link; a rule
        without an action looks up its table; a neighbour without a state is permanent.
        """
        self._request(completed(record), 0, NLM_F_CREATE | NLM_F_EXCL)

    def replace(self, record: Record) -> None:
        """Adds an object, or replaces the one that exists."""
        self._request(completed(record), 0, NLM_F_CREATE | NLM_F_REPLACE)

    def change(self, record: Record) -> None:
        """Changes an object that exists; NotFound if there is none. A link is meant by index or name."""
        self._request(record, 0, 0 if isinstance(record, Link) else NLM_F_REPLACE)

    def delete(self, record: Record) -> None:
        """Deletes an object; NotFound if there is none."""
        self._request(record, 1, 0)

    def dump(self, kind: type[_R], request: Optional[_R] = None, *, retries: int = 10) -> list[_R]:
        """Returns all objects of a kind that match a request; without one, all.

        retries: how often the dump is repeated if the table changes meanwhile, before DumpInterrupted is raised.
        """
        deadline = Deadline(self.timeout)
        while True:
            try:
                return self._dump(kind, request or kind(), deadline)
            except NetlinkError as error:
                if error.code != EINTR_DUMP or retries <= 0:
                    raise
                retries -= 1

    def _dump(self, kind: type[_R], request: _R, deadline: Deadline) -> list[_R]:
        records = c_void_p()
        check(_lib.nlrs_records_new(kind._TYPE, kind._SIZE, byref(records)))
        try:
            with self._lock:
                pointer, m = self._open(), self._msg
                _lib.nlrs_msg_reset(m)
                append(m or 0, request, 2, 0)
                dump, code = c_void_p(), -errno.EINTR
                while True:
                    begun = _lib.nlrs_dump_begin(pointer, _lib.nlrs_msg_first(m), byref(dump))
                    if begun != _EAGAIN:
                        break
                    deadline.poll(self.fileno(), _lib.nlrs_socket_poll_events(pointer))
                check(begun)
                try:
                    while True:
                        code = _lib.nlrs_records_add_dump(records, dump)
                        if code != _EAGAIN:
                            break
                        deadline.poll(self.fileno(), _lib.nlrs_socket_poll_events(pointer))
                finally:
                    _lib.nlrs_dump_end(dump, self._error.pointer)
                if code < 0:
                    raise self._error.exception(code)
            return collect(kind, records)
        finally:
            _lib.nlrs_records_free(records)

    def links(self, *, kind: str = "", master: Optional[int] = None) -> list[Link]:
        """Returns the links; of a kind ("bridge") or of a master, if these are given."""
        return self.dump(Link, Link(kind=kind, master=master, ext_mask=RTEXT_FILTER_BRVLAN))

    def link(self, name: Union[str, int]) -> Link:
        """Returns the link of a name or an index; NotFound if there is none."""
        for link in self.dump(Link, Link(ext_mask=RTEXT_FILTER_BRVLAN)):
            if name in (link.name, link.index):
                return link
        raise error_of(-errno.ENODEV)

    def addresses(self, *, index: int = 0, family: int = 0) -> list[Address]:
        """Returns the addresses; of a link or an address family (AF_INET, AF_INET6), if these are given."""
        return self.dump(Address, Address(index=index, family=family))

    def routes(self, *, table: int = 0, family: int = 0, oif: int = 0) -> list[Route]:
        """Returns the routes; of a table, an address family or a link, if these are given."""
        return self.dump(Route, Route(table=table, family=family, oif=oif))

    def neighbours(self, *, index: int = 0, family: int = 0) -> list[Neighbour]:
        """Returns the neighbours; of a link or an address family (AF_BRIDGE, 7: the forwarding tables), if given."""
        return self.dump(Neighbour, Neighbour(index=index, family=family))

    def rules(self, *, family: int = 0) -> list[Rule]:
        """Returns the routing policy rules; of an address family, if it is given."""
        return self.dump(Rule, Rule(family=family))

    def nexthops(self) -> list[Nexthop]:
        """Returns the nexthop objects."""
        return self.dump(Nexthop)

    def batch(self, *, check: bool = True) -> Batch:
        """Returns a batch that is sent through this socket. check: as of Batch."""
        return Batch(self, check=check)


def collect(kind: type[_R], records: c_void_p) -> list[_R]:
    """Returns the objects of an array of records."""
    count = _lib.nlrs_records_count(records)
    if count == 0:
        return []
    size = kind._SIZE
    data = string_at(_lib.nlrs_records_data(records), count * size)
    if kind is Link or kind is Route:
        # A route with an outgoing link is no multipath route, and needs its message no longer.
        oif = slice(32, 36)
        found = []
        for index in range(count):
            raw = data[index * size : index * size + size]
            message = None
            if kind is Link or raw[oif] == b"\0\0\0\0":
                at = _lib.nlrs_records_message(records, index)
                message = string_at(at, int.from_bytes(string_at(at, 4), sys.byteorder))
                found.append(record_of(kind, raw, message))
            else:
                found.append(bare(kind, raw))
        return found
    return [bare(kind, data[at : at + size]) for at in range(0, count * size, size)]





def bare(kind: type[_R], raw: bytes) -> _R:
    """Returns the record of a struct."""
    record = kind.__new__(kind)
    _set_raw(record, raw)
    return record


_set_raw = Record._raw.__set__  # type: ignore[attr-defined, misc]


class Failure:
    """One request of a batch that was refused."""

    __slots__ = ("error", "index", "record")

    def __init__(self, index: int, record: Record, error: NetlinkError) -> None:
        self.index, self.record, self.error = index, record, error

    def __repr__(self) -> str:
        return "Failure(%d, %r, %s)" % (self.index, self.record, self.error)


class BatchError(NetlinkError):
    """Some requests of a batch were refused; failures has each of them."""

    failures: list[Failure]


class Batch:
    """Requests that are sent together, at the end of a with statement or by send().

    check: whether BatchError is raised if requests were refused; otherwise failures has them.
    """

    def __init__(self, socket: Socket, *, check: bool = True) -> None:
        self._free = _lib.nlrs_batch_free
        self._pointer: Optional[int] = _lib.nlrs_batch_new()
        if not self._pointer:
            raise MemoryError
        self._msg: int = _lib.nlrs_batch_msg(self._pointer)
        self._socket, self._check = socket, check
        self._records: list[Record] = []
        self.failures: list[Failure] = []
        """Requests that were refused, in their order; after send()."""

    def __del__(self) -> None:
        self._free(self._pointer)

    def __len__(self) -> int:
        return len(self._records)

    def __enter__(self) -> Batch:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if kind is None:
            self.send()

    def _append(self, record: Record, operation: int, flags: int) -> None:
        append(self._msg, record, operation, flags)
        self._records.append(record)

    def add(self, record: Record) -> None:
        """As Socket.add()."""
        self._append(completed(record), 0, NLM_F_CREATE | NLM_F_EXCL)

    def replace(self, record: Record) -> None:
        """As Socket.replace()."""
        self._append(completed(record), 0, NLM_F_CREATE | NLM_F_REPLACE)

    def change(self, record: Record) -> None:
        """As Socket.change()."""
        self._append(record, 0, 0 if isinstance(record, Link) else NLM_F_REPLACE)

    def delete(self, record: Record) -> None:
        """As Socket.delete()."""
        self._append(record, 1, 0)

    def send(self) -> None:
        """Sends all requests and waits for the status of each. A batch is sent once."""
        socket = self._socket
        with socket._lock:
            pointer = socket._open()
            timeout = socket.timeout
            # The library waits here: with a timeout of 0 the statuses of what was sent would be lost.
            _lib.nlrs_socket_set_timeout(pointer, -1 if timeout is None else int(timeout * 1000))
            try:
                code = _lib.nlrs_batch_send(pointer, self._pointer, socket._error.pointer)
            finally:
                _lib.nlrs_socket_set_timeout(pointer, 0)
            if code not in (0, EPARTIAL):
                raise socket._error.exception(code)
            if code == EPARTIAL:
                for index, record in enumerate(self._records):
                    result = _lib.nlrs_batch_result(self._pointer, index, socket._error.pointer)
                    if result < 0:
                        self.failures.append(Failure(index, record, socket._error.exception(result)))
        if self.failures and self._check:
            first = self.failures[0].error
            error = BatchError(first.code, message=first.message, attribute=first.attribute, allowed=first.allowed)
            error.failures = self.failures
            raise error


_default: Optional[Socket] = None
_default_lock = threading.Lock()


def default_socket() -> Socket:
    """Returns the socket of the module's functions, which is opened in the namespace of the first call."""
    global _default
    with _default_lock:
        if _default is None or _default._pid != os.getpid() or _default._pointer is None:
            _default = Socket()
        return _default


def _forget() -> None:
    """In a child of fork(): its parent may have held the lock, and keeps the socket."""
    global _default_lock
    _default_lock = threading.Lock()


os.register_at_fork(after_in_child=_forget)


def _at(netns: Optional[Netns]) -> Socket:
    return default_socket() if netns is None else Socket(netns=netns)


def links(*, netns: Optional[Netns] = None, kind: str = "") -> list[Link]:
    """Returns the links of a namespace; None: the one that this process was in at the first call."""
    return _at(netns).links(kind=kind)


def link(name: Union[str, int], *, netns: Optional[Netns] = None) -> Link:
    """Returns the link of a name or an index; NotFound if there is none."""
    return _at(netns).link(name)


def addresses(*, netns: Optional[Netns] = None, index: int = 0, family: int = 0) -> list[Address]:
    """Returns the addresses, as Socket.addresses()."""
    return _at(netns).addresses(index=index, family=family)


def routes(*, netns: Optional[Netns] = None, table: int = 0, family: int = 0) -> list[Route]:
    """Returns the routes, as Socket.routes()."""
    return _at(netns).routes(table=table, family=family)


def neighbours(*, netns: Optional[Netns] = None, index: int = 0, family: int = 0) -> list[Neighbour]:
    """Returns the neighbours, as Socket.neighbours()."""
    return _at(netns).neighbours(index=index, family=family)


def rules(*, netns: Optional[Netns] = None, family: int = 0) -> list[Rule]:
    """Returns the rules, as Socket.rules()."""
    return _at(netns).rules(family=family)


def nexthops(*, netns: Optional[Netns] = None) -> list[Nexthop]:
    """Returns the nexthop objects."""
    return _at(netns).nexthops()


def add(record: Record, *, netns: Optional[Netns] = None) -> None:
    """Adds an object, as Socket.add()."""
    _at(netns).add(record)


def change(record: Record, *, netns: Optional[Netns] = None) -> None:
    """Changes an object, as Socket.change()."""
    _at(netns).change(record)


def replace(record: Record, *, netns: Optional[Netns] = None) -> None:
    """Adds or replaces an object, as Socket.replace()."""
    _at(netns).replace(record)


def delete(record: Record, *, netns: Optional[Netns] = None) -> None:
    """Deletes an object, as Socket.delete()."""
    _at(netns).delete(record)


def batch(*, netns: Optional[Netns] = None, check: bool = True) -> Batch:
    """Returns a batch, as Socket.batch()."""
    return _at(netns).batch(check=check)


