"""Connections to PostgreSQL, and the ledger's statements sent over one."""

from collections.abc import Iterable, Sequence
from select import POLLIN, POLLOUT, poll
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from strategy.ledger.database import Rows

Connection = psycopg.Connection[tuple[Any, ...]]

_DEFAULTS: dict[str, Any] = {
    "application_name": "collections-strategy",
    "target_session_attrs": "read-write",  # of several hosts the one that is the primary
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SESSION = (
    # Not to wait for ever for a replica that hangs, and not to be the one that hangs.
    "-c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
)


def conninfo(url: str, **further: str) -> str:
    """The URL with what it leaves out. Raises `psycopg.ProgrammingError` for what is no URL."""
    given = further | conninfo_to_dict(url)
    options = f"{_SESSION} {given.pop('options', '')}".rstrip()
    return make_conninfo("", **(_DEFAULTS | given), options=options)


def set_up(db: Connection) -> None:
    """READ COMMITTED, whatever the database's default: each statement after a lock must see what
    the holder before committed."""
    db.isolation_level = psycopg.IsolationLevel.READ_COMMITTED


def send(db: Connection, sql: bytes | LiteralString, values: Sequence[Any] = ()) -> None:
    """A statement of a pipeline, handed to the system to the last byte.

    psycopg (3.3.9) flushes once for each statement and then waits until there is something to read.
    What did not fit the socket would stay here, the server would wait for it, and both for ever.
    """
    db.execute(sql, values)
    connection, ready = db.pgconn, poll()
    ready.register(connection.socket, POLLIN | POLLOUT)
    while connection.flush():
        ready.poll()
        connection.consume_input()


class Chat:
    """The ledger's own statements, one at a time, over a connection inside a transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        return self._db.execute(_translated(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Rows:
        cursor = self._db.cursor()
        cursor.executemany(_translated(sql), list(rows))  # rows may be made by statements, too
        return cursor


def _translated(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()
