"""Ends calls that keep a thread waiting for their client, who sends or reads nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic

import grpc

MESSAGE_WITHIN_S = 2.0
"""In which a call's only message must have come."""


class Patience:
    """Watches calls that wait for their clients, in one thread, until it is closed."""

    def __init__(self) -> None:
        self._lock, self._closing = Lock(), Event()
        self._waiting: dict[object, tuple[float, grpc.ServicerContext, Callable[[], None]]] = {}
        self._thread = Thread(target=self._run, name="patience", daemon=True)
        self._thread.start()

    @contextmanager
    def waiting(
        self, context: grpc.ServicerContext, within_s: float, lost: Callable[[], None]
    ) -> Iterator[None]:
        """Around the wait. After `within_s` seconds `lost` is called and the call cancelled."""
        place = object()
        with self._lock:
            self._waiting[place] = monotonic() + within_s, context, lost
        try:
            yield
        finally:
            with self._lock:
                self._waiting.pop(place, None)

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(0.25):
            now, over = monotonic(), []
            with self._lock:
                for place, (ends, context, lost) in list(self._waiting.items()):
                    if ends <= now:
                        del self._waiting[place]
                        over.append((context, lost))
            for context, lost in over:
                lost()
                context.cancel()
