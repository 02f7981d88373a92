# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the classes of records have in common: immutable values over the bytes of a C struct."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import byref, c_size_t, create_string_buffer
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
)
from struct import Struct, error
from typing import TYPE_CHECKING, Any, ClassVar, Optional, TypeVar, Union

from ._library import nlrs as _lib

if TYPE_CHECKING:
    from ._records import LinkStats

IPAddress = Union[IPv4Address, IPv6Address]
IPNetwork = Union[IPv4Network, IPv6Network]
IPInterface = Union[IPv4Interface, IPv6Interface]
AnyAddress = Union[str, IPAddress, IPNetwork, IPInterface]

AF_INET, AF_INET6 = 2, 10

_u32: Callable[[bytes, int], tuple[int]] = Struct("=I").unpack_from
_addr: Callable[[bytes, int], tuple[int, int, bytes]] = Struct("=II16s").unpack_from
_NO_ADDRESS = (0, 0, b"")
_Self = TypeVar("_Self", bound="Record")


class Record:
    """An object of the kernel. It does not change; replace() returns a changed copy.

    Two are equal if the structs are, that is all fields but those that are read from the message alone.
    """

    __slots__ = ("_extra", "_message", "_raw")

    _SIZE: ClassVar[int]
    _TYPE: ClassVar[int]
    _FIELDS: ClassVar[tuple[str, ...]]

    _raw: bytes
    _message: Optional[bytes]
    _extra: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._raw == other._raw and self._beside() == other._beside()

    def _beside(self) -> Any:
        """Returns what the object has beside the struct. The slots are empty in one that was read from a table."""
        return getattr(self, "_extra", None)

    def __hash__(self) -> int:
        return hash(self._raw)

    def __setattr__(self, name: str, value: object) -> None:
        if name not in Record.__slots__:
            raise AttributeError("%s does not change: use replace()" % type(self).__name__)
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        zeros = type(self)()
        values = ((name, getattr(self, name), getattr(zeros, name)) for name in self._FIELDS)
        shown = ("%s=%r" % (name, value) for name, value, zero in values if value != zero)
        return "%s(%s)" % (type(self).__name__, ", ".join(shown))

    def replace(self: _Self, **changes: Any) -> _Self:
        """Returns a copy in which these fields have other values."""
        return type(self)(**{**{name: getattr(self, name) for name in self._FIELDS}, **changes})

    def as_dict(self) -> dict[str, Any]:
        """Returns all fields by name."""
        return {name: getattr(self, name) for name in self._FIELDS}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self._raw, getattr(self, "_message", None), self._beside()))

    def _stats(self, kind: type[LinkStats]) -> Optional[LinkStats]:
        message = getattr(self, "_message", None)
        if message is None:
            return None
        buf = create_string_buffer(8 * len(kind._fields))
        if _lib.nlrs_link_read_stats(message, buf, len(buf)) != 0:
            return None
        return kind(*Struct("=%dQ" % len(kind._fields)).unpack(buf.raw))


def _restore(kind: type[_Self], raw: bytes, message: Optional[bytes], extra: Any) -> _Self:
    record = kind.__new__(kind)
    record._raw, record._message, record._extra = raw, message, extra
    return record


def pack_record(layout: Struct, *values: Any) -> bytes:
    """Returns the bytes of a struct; ValueError for a number that does not fit its field."""
    try:
        return layout.pack(*values)
    except error as reason:
        raise ValueError(str(reason)) from None


def pack_text(text: str, size: int, name: str) -> bytes:
    """Returns a text for an array of size bytes, of which the last is a NUL."""
    raw = text.encode()
    if len(raw) >= size or b"\0" in raw:
        raise ValueError("%s: %r is longer than %d bytes or has a NUL" % (name, text, size - 1))
    return raw


def pack_lladdr(text: str) -> tuple[int, bytes]:
    """Returns length and bytes of a link-layer address."""
    if not text:
        return (0, b"")
    raw = bytes.fromhex(text.replace(":", ""))
    if len(raw) > 32:
        raise ValueError("%r is longer than 32 bytes" % text)
    return (len(raw), raw)


def pack_address(value: Optional[AnyAddress]) -> tuple[int, int, bytes]:
    """Returns family, prefix length and bytes of an address or a prefix."""
    if value is None or value == "":
        return _NO_ADDRESS
    if isinstance(value, str):
        value = ip_interface(value) if "/" in value else ip_address(value)
    family = AF_INET if value.version == 4 else AF_INET6
    if isinstance(value, (IPv4Interface, IPv6Interface)):
        return (family, value.network.prefixlen, value.packed)
    if isinstance(value, (IPv4Network, IPv6Network)):
        return (family, value.prefixlen, value.network_address.packed)
    return (family, value.max_prefixlen, value.packed)


def read_address(raw: bytes, offset: int) -> Optional[IPAddress]:
    """Returns the address at an offset; None if there is none, or one that is not of IP."""
    family, _, packed = _addr(raw, offset)
    if family == AF_INET:
        return IPv4Address(packed[:4])
    return IPv6Address(packed) if family == AF_INET6 else None


def read_interface(raw: bytes, offset: int) -> Optional[IPInterface]:
    """Returns the address at an offset with the prefix that it is in."""
    family, bits, packed = _addr(raw, offset)
    if family == AF_INET:
        return IPv4Interface((packed[:4], bits))
    return IPv6Interface((packed, bits)) if family == AF_INET6 else None


def read_network(raw: bytes, offset: int, default: int = 0) -> Optional[IPNetwork]:
    """Returns the prefix at an offset; where there is none the default route's, if default is an address family."""
    family, bits, packed = _addr(raw, offset)
    family = family or default
    if family == AF_INET:
        return IPv4Network((packed[:4], bits), strict=False)
    return IPv6Network((packed, bits), strict=False) if family == AF_INET6 else None


def read_lladdr(raw: bytes, offset: int) -> str:
    """Returns the link-layer address at an offset as text."""
    (length,) = _u32(raw, offset)
    return raw[offset + 4 : offset + 4 + length].hex(":") if length else ""


def read_text(raw: bytes, offset: int, size: int) -> str:
    """Returns the text at an offset."""
    return raw[offset : raw.index(0, offset, offset + size)].decode(errors="surrogateescape")


def read_optional(raw: bytes, offset: int, bit: int) -> Optional[int]:
    """Returns the number at an offset; None if it is 0 and the bit that says that it holds is not set."""
    (value,) = _u32(raw, offset)
    return value if value or _u32(raw, 0)[0] & bit else None


def walk_next_hops(message: bytes, size: int) -> list[bytes]:
    """Returns the structs of the next hops in a route's message."""
    found, pos, buf = [], c_size_t(), create_string_buffer(size)
    while _lib.nlrs_next_hop_walk(message, byref(pos), buf, size, None, None) == 1:
        found.append(buf.raw)
    return found


