"""Calls that last: how many at once, and how long one may wait for its reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer

import grpc

from strategy.errors import StrategyError

READS_WITHIN_S = 60.0
"""A reader who takes longer for one message is dropped: it holds a thread."""


class NoPlace(StrategyError):
    """Each such call holds a thread; the rest are needed for decisions."""


class Places:
    """Room for `most` calls of a kind. Safe to use from many threads."""

    def __init__(self, most: int, what: str) -> None:
        self._most, self._what = most, what
        self._taken, self._lock = 0, Lock()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place for as long as the call lasts. Raises `NoPlace`."""
        with self._lock:
            if self._taken >= self._most:
                raise NoPlace(f"{self._taken} callers {self._what} already; try again")
            self._taken += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1


@contextmanager
def read_in_time(context: grpc.ServicerContext) -> Iterator[None]:
    """Around the sending of one message: ends the call with CANCELLED if nobody takes it."""
    timer = Timer(READS_WITHIN_S, context.cancel)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
