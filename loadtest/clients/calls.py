"""Calls of one generating process: timed from when they were due, retried as a client should."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import gevent
import grpc

from loadtest.journal import Journal, now
from strategy.cli.connection import from_environment

DEADLINE_S = 30.0
"""From the first try; a client that lost its server asks again with the same id."""

_AGAIN_AFTER_S = 0.2
_AGAIN = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.CANCELLED,  # a stream that was silent for too long
)

Ask = Callable[[grpc.Channel, float], Any]
"""Asks over a channel, within so many seconds."""


class Calls:
    """Channels to the servers, a journal of what they said, and samples of how long it took."""

    def __init__(self, hosts: str, folder: Path, index: int, fire: Callable[..., None]) -> None:
        """`hosts`: HOST:PORT of each replica, with commas. Calls go round; one that gets no answer
        from a replica asks the next."""
        self._channels = [from_environment(host, os.environ).open() for host in hosts.split(",")]
        self._turns = count(index)
        self._fire = fire
        self.journal = Journal(folder / f"journal-{index}.jsonl")
        self._samples = (folder / f"samples-{index}.csv").open("a", encoding="utf-8")

    def call(self, stub: Callable[[grpc.Channel], Any], name: str, request: Any, due: int) -> Any:
        """The answer, or None: an error, which is counted. `due` in microseconds of our clock."""

        def ask(channel: grpc.Channel, timeout: float) -> Any:
            answer = getattr(stub(channel), name)(request, timeout=timeout)
            return list(answer) if hasattr(answer, "__next__") else answer

        return self.until_answered(name, ask, due)

    def until_answered(self, name: str, ask: Ask, due: int, items: int = 1) -> Any:
        """As `call`; `items` is what was asked in one message."""
        started, turn, status, answer = now(), next(self._turns), "OK", None
        ends = started + DEADLINE_S * 1e6
        for tries in count(1):
            channel = self._channels[turn % len(self._channels)]
            try:
                answer = ask(channel, max(0.1, (ends - now()) / 1e6))
                status = "OK"
            except grpc.RpcError as error:
                status, turn = error.code().name, turn + 1
                if error.code() in _AGAIN and now() + _AGAIN_AFTER_S * 1e6 < ends:
                    if tries % len(self._channels) == 0:  # all of them were asked
                        gevent.sleep(_AGAIN_AFTER_S)
                    continue
            break
        self._sample(name, due, started, now(), status, items)
        return answer

    def _sample(
        self, name: str, due: int, started: int, ended: int, status: str, items: int
    ) -> None:
        self._samples.write(f"{name},{due},{started},{ended},{status},{items}\n")
        self._fire(
            request_type="grpc",
            name=name,
            response_time=(ended - due) / 1000,
            response_length=0,
            exception=None if status == "OK" else RuntimeError(status),
        )

    def close(self) -> None:
        self.journal.close()
        self._samples.close()
        for channel in self._channels:
            channel.close()
