"""Stops a solver that is inside a long call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

Stop = Callable[[], bool]
"""Asked again and again whether to stop early with what there is; may be asked by any thread."""

EVERY_SECONDS = 0.1


def never() -> bool:
    return False


@contextmanager
def interrupting(interrupt: Callable[[], object], stop: Stop) -> Iterator[None]:
    """Call `interrupt` once `stop` says so while the block runs."""
    if stop is never:
        yield
        return
    done = Event()

    def watch() -> None:
        while not done.wait(EVERY_SECONDS):
            if stop():
                interrupt()  # again and again: before a solver has begun it is not heard

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
