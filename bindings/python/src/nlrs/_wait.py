# SPDX-License-Identifier: MIT OR Apache-2.0
"""Waiting: in Python's poll, so that signals are handled, and never in the library."""

from __future__ import annotations

import select
import time
from typing import Optional

from ._errors import ETIMEDOUT, error_of

POLLIN = select.POLLIN


class Deadline:
    """A point in time until which something may wait. seconds None: no limit."""

    __slots__ = ("_at",)

    def __init__(self, seconds: Optional[float]) -> None:
        self._at = None if seconds is None else time.monotonic() + seconds

    def left(self) -> Optional[float]:
        """Returns the seconds that are left, at least 0; None without a limit."""
        return None if self._at is None else max(0.0, self._at - time.monotonic())

    def poll(self, fd: int, events: int = POLLIN, at_most: Optional[float] = None) -> None:
        """Waits until the descriptor is ready, or for at_most seconds. Raises Timeout at the deadline."""
        left = self.left()
        if left == 0:
            raise error_of(ETIMEDOUT)
        limit = min((value for value in (left, at_most) if value is not None), default=None)
        poller = select.poll()
        poller.register(fd, events)
        if not poller.poll(None if limit is None else limit * 1000) and limit == left:
            raise error_of(ETIMEDOUT)
