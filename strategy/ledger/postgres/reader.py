"""Reads a ledger on PostgreSQL beside the servers that write it; a standby will do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg

from strategy.errors import LedgerUnavailable
from strategy.ledger.postgres.connection import Chat, Connection, conninfo
from strategy.ledger.postgres.schema import MIGRATIONS, applied
from strategy.ledger.transaction import Transaction

T = TypeVar("T")


class PostgresReader:
    """A connection that cannot write; each `read` is one consistent moment."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Raises `LedgerUnavailable`."""
        return read(self._db, work)


def read(db: Connection, work: Callable[[Transaction], T]) -> T:
    """Run the work against one committed moment. Raises `LedgerUnavailable`."""
    try:
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            return work(Transaction(Chat(db)))
        finally:
            db.rollback()
    except psycopg.Error as error:
        raise LedgerUnavailable(f"the ledger cannot be read: {error}") from error


@contextmanager
def postgres_reader(url: str) -> Iterator[PostgresReader]:
    """Raises `LedgerUnavailable` for what is no ledger, or not one of this program's version."""
    try:
        with psycopg.connect(conninfo(url, target_session_attrs="any")) as db:
            have = applied(db)
            db.rollback()
            if have != len(MIGRATIONS):
                raise LedgerUnavailable(
                    f"the ledger has schema {have}, this program reads {len(MIGRATIONS)};"
                    " start the server of this version on it once"
                )
            yield PostgresReader(db)
    except psycopg.Error as error:
        raise LedgerUnavailable(f"cannot read the ledger on PostgreSQL: {error}") from error
