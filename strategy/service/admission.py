"""How much of the server one client may hold, so that others get their share.

Refused calls cost little: they are counted before their message is read, and answered by threads
of their own.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from strategy.errors import StrategyError
from strategy.service.clients import ANYBODY, Client

CALLS_PER_THREAD = 32
"""Calls that may be open for each thread: running or waiting for it."""

HEALTH_CALLS = 32
"""Calls of `ANYBODY` that may be open. They can take no place of callers who have a name."""

SLOW_FOR_S = 60.0
"""A client that kept a thread waiting may hold few threads for so long."""


class TooMany(StrategyError):
    """The client asks for more than its share. `why` is one word for counts."""

    def __init__(self, why: str, what: str, retry_s: float = 1.0) -> None:
        super().__init__(what)
        self.why, self.retry_s = why, retry_s


@dataclass(slots=True)
class _Held:
    """What a client holds, and the tokens of its bucket."""

    calls: int = 0
    bulk: int = 0
    slow_until: float = 0.0
    bucket: float = 1.0
    filled_at: float = field(default=float("-inf"))


class Admission:
    """Counts open calls by client. Every `enter` that returns is followed by one `leave`."""

    def __init__(self, threads: int, now: Callable[[], float] = monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._most = threads * CALLS_PER_THREAD
        self._few = max(1, threads // 4)
        self._most_bulk = max(1, threads // 2)
        self._held: dict[Client, _Held] = defaultdict(_Held)
        self._all = _Held()

    @property
    def open(self) -> int:
        """Calls running or waiting for a thread, health apart."""
        return self._all.calls

    def enter(self, client: Client, bulk: bool) -> None:
        """Raises `TooMany`."""
        with self._lock:
            held, now = self._held[client], self._now()
            if self._full(client, held):
                raise TooMany("calls", f"{held.calls} of your calls are open; wait for answers")
            if held.slow_until > now and held.calls >= self._few:
                what = "your calls kept the server waiting for their messages; send them at once"
                raise TooMany("slow", what, held.slow_until - now)
            share = self._few if client.named else self._most_bulk
            if bulk and (held.bulk >= share or self._all.bulk >= self._most_bulk):
                what = f"{held.bulk} streams or large calls of yours are open; end one first"
                raise TooMany("streams", what)
            if client.rate is not None:
                self._take(held, client.rate, now)
            for counts in self._counts(client):
                counts.calls += 1
                counts.bulk += bulk

    def leave(self, client: Client, bulk: bool) -> None:
        with self._lock:
            for counts in self._counts(client):
                counts.calls -= 1
                counts.bulk -= bulk

    def was_slow(self, client: Client) -> None:
        """It kept a thread waiting for longer than it may."""
        if client is ANYBODY:
            return  # nobody knows whether it is the same who asks next
        with self._lock:
            self._held[client].slow_until = self._now() + SLOW_FOR_S

    def _full(self, client: Client, held: _Held) -> bool:
        if client is ANYBODY:
            return held.calls >= HEALTH_CALLS
        share = self._most // 2 if client.named else self._most
        return self._all.calls >= self._most or held.calls >= share

    def _counts(self, client: Client) -> tuple[_Held, ...]:
        held = self._held[client]
        return (held,) if client is ANYBODY else (held, self._all)

    def _take(self, held: _Held, rate: int, now: float) -> None:
        """One token from a bucket that holds a second's worth."""
        held.bucket = min(float(rate), held.bucket + (now - held.filled_at) * rate)
        held.filled_at = now
        if held.bucket < 1:
            wait = (1 - held.bucket) / rate
            raise TooMany("rate", f"more than {rate} calls a second; slow down", wait)
        held.bucket -= 1
