"""Reads a ledger beside the server that writes it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from strategy.errors import LedgerUnavailable
from strategy.ledger.migrations import MIGRATIONS, applied
from strategy.ledger.transaction import Transaction

T = TypeVar("T")


class LedgerReader:
    """A connection that cannot write and takes no lock; each `read` is one consistent moment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Raises `LedgerUnavailable`."""
        try:
            self._db.execute("BEGIN")
            try:
                return work(Transaction(self._db))
            finally:
                self._db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be read: {error}") from error


@contextmanager
def ledger_reader(path: Path) -> Iterator[LedgerReader]:
    """Raises `LedgerUnavailable` for what is no ledger, or not one of this program's version."""
    db = open_read_only(path)
    try:
        have = applied(db)
        if have != len(MIGRATIONS):
            raise LedgerUnavailable(
                f"the ledger `{path}` has schema {have}, this program reads {len(MIGRATIONS)};"
                " start the server of this version on it once"
            )
        yield LedgerReader(db)
    except sqlite3.Error as error:
        raise LedgerUnavailable(f"cannot read the ledger `{path}`: {error}") from error
    finally:
        db.close()


def open_read_only(path: Path) -> sqlite3.Connection:
    """Raises `LedgerUnavailable` where there is no such file."""
    if not path.is_file():
        raise LedgerUnavailable(f"there is no ledger `{path}`")
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5
    )
