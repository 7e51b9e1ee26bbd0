"""Calls of one generating process: timed from when they were due, retried as a client should."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import grpc

from loadtest.journal import Journal, now
from strategy.cli.connection import from_environment

DEADLINE_S = 30.0
"""From the first try; a client that lost its server asks again with the same id."""

_AGAIN_AFTER_S = 0.2
_AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


class Calls:
    """A channel to the server, a journal of what it said, and samples of how long it took."""

    def __init__(self, host: str, folder: Path, index: int, fire: Callable[..., None]) -> None:
        self.channel = from_environment(host, os.environ).open()
        self._fire = fire
        self.journal = Journal(folder / f"journal-{index}.jsonl")
        self._samples = (folder / f"samples-{index}.csv").open("a", encoding="utf-8")

    def call(self, method: Any, request: Any, due: int) -> Any:
        """The answer, or None: an error, which is counted. `due` in microseconds of our clock."""
        name = method._method.decode().rpartition("/")[2]
        started, status, answer = now(), "OK", None
        ends = started + DEADLINE_S * 1e6
        while True:
            try:
                answer = method(request, timeout=max(0.1, (ends - now()) / 1e6))
                if hasattr(answer, "__next__"):  # a stream
                    answer = list(answer)
                status = "OK"
            except grpc.RpcError as error:
                status = error.code().name
                if error.code() in _AGAIN and now() + _AGAIN_AFTER_S * 1e6 < ends:
                    gevent.sleep(_AGAIN_AFTER_S)
                    continue
            break
        self._sample(name, due, started, now(), status)
        return answer

    def _sample(self, name: str, due: int, started: int, ended: int, status: str) -> None:
        self._samples.write(f"{name},{due},{started},{ended},{status}\n")
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
        self.channel.close()
