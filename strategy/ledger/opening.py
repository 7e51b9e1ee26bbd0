"""Opens the ledger that a place names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strategy.errors import LedgerUnavailable
from strategy.ledger.ledger import Ledger, Reader
from strategy.ledger.reader import ledger_reader
from strategy.ledger.sqlite import SqliteLedger

SQLITE, POSTGRESQL = "sqlite:", "postgresql://"
_EXTRA = "a ledger on PostgreSQL needs `pip install collections-strategy[postgres]`"


def open_ledger(place: str) -> Ledger:
    """`sqlite:PATH` or a `postgresql://` URL. Raises `LedgerUnavailable`."""
    if not place.startswith(POSTGRESQL):
        return SqliteLedger.open(place.removeprefix(SQLITE))
    try:
        from strategy.ledger.postgres.ledger import PostgresLedger
    except ImportError as error:
        raise LedgerUnavailable(f"{_EXTRA}: {error}") from error
    return PostgresLedger(place)


@contextmanager
def ledger_to_read(place: str) -> Iterator[Reader]:
    """PATH, `sqlite:PATH` or a `postgresql://` URL, beside the servers that write there.

    Raises `LedgerUnavailable`.
    """
    if not place.startswith(POSTGRESQL):
        with ledger_reader(Path(place.removeprefix(SQLITE))) as reader:
            yield reader
        return
    try:
        from strategy.ledger.postgres.reader import postgres_reader
    except ImportError as error:
        raise LedgerUnavailable(f"{_EXTRA}: {error}") from error
    with postgres_reader(place) as reader:
        yield reader
