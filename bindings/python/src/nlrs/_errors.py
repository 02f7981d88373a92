# SPDX-License-Identifier: MIT OR Apache-2.0
"""Errors: an OSError with what the kernel reported."""

from __future__ import annotations

import errno as _errno
from ctypes import byref, c_int64, c_uint32, c_uint64
from typing import Any, Optional, Union

from ._library import nlrs as _lib

EPARTIAL, EINTR_DUMP, EOVERRUN, ETRUNC = -0x10001, -0x10005, -0x10006, -0x10007
ETIMEDOUT, ECANCELED, EBUSY, ECLOSED = -0x10008, -0x10009, -0x1000A, -0x1000B

# The errno that comes nearest to each code of the library.
_NEAREST = {
    EINTR_DUMP: _errno.EAGAIN,
    EOVERRUN: _errno.ENOBUFS,
    ETRUNC: _errno.EMSGSIZE,
    ETIMEDOUT: _errno.ETIMEDOUT,
    ECANCELED: _errno.ECANCELED,
    EBUSY: _errno.EBUSY,
    ECLOSED: _errno.EBADF,
    EPARTIAL: _errno.EIO,
}


class NetlinkError(OSError):
    """A request was refused, or an exchange failed.

    errno is the kernel's, or the nearest to a code of the library; strerror describes it.
    """

    code: int
    """The negative code of the C library: -errno, or one of NLRS_E..."""
    message: str
    """The kernel's extended ack message; empty if it sent none."""
    attribute: str
    """The attribute that was refused: by name through Family, "18.2.4" (types from the outermost nest on) elsewhere."""
    missing: str
    """The attribute that the request lacks, as attribute; empty if that was not the reason."""
    allowed: dict[str, Any]
    """Limits that the kernel reported: min, max, min-length, max-length, mask."""

    def __init__(
        self,
        code: int,
        *,
        message: str = "",
        attribute: str = "",
        missing: str = "",
        allowed: Optional[dict[str, Any]] = None,
    ) -> None:
        text = _lib.nlrs_strerror(code).decode()
        super().__init__(_NEAREST.get(code, -code), text)
        self.code, self.message, self.attribute, self.missing = code, message, attribute, missing
        self.allowed = allowed or {}

    def __str__(self) -> str:
        parts = [super().__str__()]
        if self.message and self.message != self.strerror:
            parts.append(self.message)
        if self.attribute:
            parts.append("attribute %s" % self.attribute)
        if self.missing:
            parts.append("missing attribute %s" % self.missing)
        if self.allowed:
            parts.append("allowed: " + ", ".join("%s %s" % item for item in self.allowed.items()))
        return "; ".join(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.code, self.message, self.attribute, self.missing, self.allowed))


class NotFound(NetlinkError, FileNotFoundError):
    """ENOENT, ENODEV, ESRCH, EADDRNOTAVAIL: there is no such object."""


class Exists(NetlinkError, FileExistsError):
    """EEXIST: the object exists already."""


class PermissionDenied(NetlinkError, PermissionError):
    """EPERM, EACCES: this process may not do that."""


class Timeout(NetlinkError, TimeoutError):
    """The deadline has passed."""


class DumpInterrupted(NetlinkError):
    """The table changed during the dump, each time that it was tried."""


class Overrun(NetlinkError):
    """The receive buffer was full, and messages were lost."""


_CLASSES: dict[int, type[NetlinkError]] = {
    -_errno.ENOENT: NotFound,
    -_errno.ENODEV: NotFound,
    -_errno.ESRCH: NotFound,
    -_errno.EADDRNOTAVAIL: NotFound,
    -_errno.EEXIST: Exists,
    -_errno.EPERM: PermissionDenied,
    -_errno.EACCES: PermissionDenied,
    ETIMEDOUT: Timeout,
    EINTR_DUMP: DumpInterrupted,
    EOVERRUN: Overrun,
}


def _rebuild(
    kind: type[NetlinkError], code: int, message: str, attribute: str, missing: str, allowed: dict[str, Any]
) -> NetlinkError:
    return kind(code, message=message, attribute=attribute, missing=missing, allowed=allowed)


def error_of(code: int, **details: Any) -> NetlinkError:
    """Returns the exception for a code."""
    return _CLASSES.get(code, NetlinkError)(code, **details)


def check(code: int) -> int:
    """Returns a result that is no failure; raises the exception for one that is."""
    if code < 0:
        raise error_of(code)
    return code


class ErrorObject:
    """A struct nlrs_error, whose details become those of an exception."""

    __slots__ = ("_free", "pointer")

    def __init__(self) -> None:
        self._free = _lib.nlrs_error_free
        self.pointer: Optional[int] = _lib.nlrs_error_new()
        if not self.pointer:
            raise MemoryError

    def __del__(self) -> None:
        self._free(self.pointer)

    def _path(self, function: Any) -> list[int]:
        types = (c_uint32 * 16)()
        return types[: max(0, min(16, function(self.pointer, types, 16)))]

    def exception(self, code: int) -> NetlinkError:
        """Returns the exception for a code, with the details of the last call that got this object."""
        missing = c_uint32()
        nests: list[int] = []
        if _lib.nlrs_error_missing_type(self.pointer, byref(missing)) == 0:
            nests = [*self._path(_lib.nlrs_error_missing_path), missing.value]
        return error_of(
            code,
            message=_lib.nlrs_error_message(self.pointer).decode(errors="replace"),
            attribute=".".join(map(str, self._path(_lib.nlrs_error_path))),
            missing=".".join(map(str, nests)),
            allowed=self._allowed(),
        )

    def _allowed(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        readers: list[tuple[Any, type[Union[c_int64, c_uint64, c_uint32]], tuple[str, ...]]] = [
            (_lib.nlrs_error_policy_range_u, c_uint64, ("min", "max")),
            (_lib.nlrs_error_policy_range_s, c_int64, ("min", "max")),
            (_lib.nlrs_error_policy_length, c_uint32, ("min-length", "max-length")),
            (_lib.nlrs_error_policy_mask, c_uint64, ("mask",)),
        ]
        for reader, kind, names in readers:
            values = [kind() for _ in names]
            if reader(self.pointer, *map(byref, values)) == 0:
                found.update(zip(names, (value.value for value in values)))
        return found
