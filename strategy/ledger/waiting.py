"""What waits for a ledger's one writer."""

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

from strategy.ledger.ledger import MOST_IN_A_BATCH

W = TypeVar("W")


def batches(waiting: SimpleQueue[W | None], size: Callable[[W], int]) -> Iterator[list[W]]:
    """All that is waiting, a commit's worth at a time, as long as it takes for more to come.

    `size`: pieces of work in an item. None ends it, after what was put in before.
    """
    while (first := waiting.get()) is not None:
        batch, pieces = [first], size(first)
        while pieces < MOST_IN_A_BATCH:
            try:
                item = waiting.get_nowait()
            except Empty:
                break
            if item is None:
                yield batch
                return
            batch.append(item)
            pieces += size(item)
        yield batch
