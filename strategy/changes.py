"""What changed since a caller last looked, and what changes while it looks."""

from collections.abc import Callable, Iterator

from strategy.domain.change import Change
from strategy.errors import InputError
from strategy.ledger.ledger import Ledger

_PAGE = 100


def changes_after(ledger: Ledger, after: int, wait: Callable[[], bool] | None) -> Iterator[Change]:
    """Changes with a higher number than `after`, oldest first. At the end of them `wait` is asked
    to wait a moment and to say whether more are wanted; None: no more are.

    One page is held at a time, however slowly it is read. Raises `InputError` for a number that
    this ledger has not reached: it would never be answered.
    """
    last = ledger.read(lambda tx: tx.changes.last_number())
    if after > last:
        raise InputError("after", f"is beyond the last change, {last}; this is another ledger")
    while True:
        page = ledger.read(lambda tx: tx.changes.after(after, _PAGE))  # noqa: B023
        yield from page
        if page:
            after = page[-1].number
        elif wait is None or not wait():
            return
