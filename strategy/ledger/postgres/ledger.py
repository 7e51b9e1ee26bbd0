"""The ledger on PostgreSQL: each replica has one writer that commits what is waiting as a batch.

Batches of several replicas run side by side unless they concern the same people. The lock on the
head of the audit chain comes last and is held only while the batch commits.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from time import perf_counter
from typing import Any, TypeVar, cast

import psycopg
from psycopg_pool import ConnectionPool

from strategy.errors import BeyondKeys, LedgerUnavailable
from strategy.ledger.ledger import Keys, Work
from strategy.ledger.postgres.batch import NoRoom, commit, opened
from strategy.ledger.postgres.connection import Chat, Connection, conninfo, set_up
from strategy.ledger.postgres.functions import EVERYTHING, HELD, PLAN
from strategy.ledger.postgres.reader import read
from strategy.ledger.postgres.schema import migrate
from strategy.ledger.postgres.workspace import Row, Workspace
from strategy.ledger.transaction import Transaction
from strategy.ledger.waiting import batches

T = TypeVar("T")
Waiting = tuple[Work[Any], bool, Keys, Future[Any]]
"""The bool: whether the work may have to be undone."""

CONNECTIONS = 8
"""For reading and for work without keys; the writer has one of its own."""

WAIT_S = 5.0
"""For a free connection."""

_TRIES = 3
_COLLISIONS = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
_ANSWERABLE = (*_COLLISIONS, psycopg.DataError)
"""Errors that concern one piece of work of a batch, not all of it."""

_log = logging.getLogger(__name__)


class PostgresLedger:
    """One database, any number of replicas. Raises `LedgerUnavailable` where it cannot answer.

    What was sent to be committed when the connection broke may be there or not; it is not tried
    again here, since callers ask again under the same request id and get the one answer.
    """

    def __init__(
        self, url: str, connections: int = CONNECTIONS, clock: Callable[[], float] = time.time
    ) -> None:
        self.place, self._clock = url, clock
        try:
            self._conninfo = conninfo(url)
            with psycopg.connect(self._conninfo, autocommit=True) as db:
                _check_durable(db)
                migrate(db)
                self._salt = _salt(db)
            self._workspace = Workspace(self._salt)
            self._pool: ConnectionPool[Connection] = ConnectionPool(
                self._conninfo,
                min_size=1,
                max_size=connections,
                timeout=WAIT_S,
                configure=set_up,
                check=ConnectionPool.check_connection,
                open=True,
            )
        except (psycopg.Error, ValueError) as error:
            raise LedgerUnavailable(f"cannot open the ledger on PostgreSQL: {error}") from error
        self.watch: Callable[[int, float], None] = lambda writes, seconds: None
        self._db: Connection | None = None
        self._waiting: SimpleQueue[list[Waiting] | None] = SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._writer = threading.Thread(target=self._write_all, name="ledger-writer", daemon=True)
        self._writer.start()

    def write(self, work: Work[T], keys: Keys | None = None) -> T:
        if keys is None or keys.plans:
            # In this order. Changes are numbered under PLAN, so that they commit in their order.
            return self._chat(work, *((EVERYTHING, PLAN) if keys is None else (PLAN,)))
        (future,) = self._put([(work, True, keys, Future())])
        result = self._result(work, future)
        if isinstance(result, Exception):
            raise result
        return cast(T, result)

    def write_each(self, works: Sequence[Work[T]], keys: Sequence[Keys]) -> list[T | Exception]:
        futures = self._put([(w, False, k, Future()) for w, k in zip(works, keys, strict=True)])
        results = [self._result(work, one) for work, one in zip(works, futures, strict=True)]
        if results and all(isinstance(result, LedgerUnavailable) for result in results):
            raise cast(LedgerUnavailable, results[0])
        return results

    def _result(self, work: Work[T], future: Future[T]) -> T | Exception:
        """Work that found that it needs more than its keys was undone, and runs again alone."""
        try:
            try:
                return future.result()
            except BeyondKeys:
                return self._chat(work, EVERYTHING)
        except Exception as error:
            return error

    def _put(self, waiting: list[Waiting]) -> list[Future[Any]]:
        with self._closing:
            self._check_open()
            self._waiting.put(waiting)
        return [future for *_, future in waiting]

    def truncate_log(self) -> bool:
        """The log is the database's, and so are dead rows; see docs/deploy/README.md."""
        return False

    def read(self, work: Work[T]) -> T:
        self._check_open()
        try:
            with self._pool.connection() as db:
                return read(db, work)
        except psycopg.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be read: {error}") from error

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """By a lock of a session of its own, which the database ends with this process."""
        try:
            db = psycopg.connect(self._conninfo, autocommit=True)
            db.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (HELD, name))
        except psycopg.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be written: {error}") from error
        try:
            yield
        finally:
            with suppress(psycopg.Error):  # a session that is gone holds nothing
                db.execute("SELECT pg_advisory_unlock_all()")
            db.close()

    def held(self, name: str) -> bool:
        free = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))"
        try:
            with self._pool.connection() as db:
                row = db.execute(free, (HELD, name)).fetchone()
        except psycopg.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be read: {error}") from error
        return row is not None and not row[0]

    def healthy(self) -> bool:
        """Whether a write can be made durable now."""
        try:
            self.write(lambda tx: None, Keys())
        except LedgerUnavailable:
            return False
        return True

    def close(self) -> None:
        """Finish what is waiting, then leave. Safe to call twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._waiting.put(None)
        self._writer.join()
        if self._db is not None:
            self._db.close()
        self._workspace.close()
        self._pool.close()

    def _check_open(self) -> None:
        if self._closed:
            raise LedgerUnavailable("the ledger is closed")

    def _chat(self, work: Work[T], *locks: int) -> T:
        """Statement by statement; nobody else has these locks meanwhile."""
        self._check_open()
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._pool.connection() as db:
                    for lock in locks:
                        db.execute("SELECT pg_advisory_xact_lock(%s, 0)", (lock,))
                    tx = Transaction(Chat(db))
                    result = work(tx)
                    tx.finish()
                    began = perf_counter()
                    db.commit()
                self.watch(1, perf_counter() - began)
                return result
            except _COLLISIONS as error:
                if not tries_left:
                    raise LedgerUnavailable(f"the ledger cannot be written: {error}") from error
            except psycopg.Error as error:
                raise LedgerUnavailable(f"the ledger cannot be written: {error}") from error
        raise AssertionError("unreachable")

    def _write_all(self) -> None:
        for together in batches(self._waiting, len):
            self._answer([one for item in together for one in item])

    def _answer(self, batch: list[Waiting], tries: int = _TRIES) -> None:
        try:
            try:
                results = self._run(batch)
            except NoRoom:
                results = self._run(batch, alone=True)
        except _ANSWERABLE as error:
            if len(batch) > 1:
                for one in batch:
                    self._answer([one])
            elif isinstance(error, _COLLISIONS) and tries > 1:
                self._answer(batch, tries - 1)
            else:
                self._refuse(batch, error)
        except Exception as error:  # the writer lives on for the next batch
            self._refuse(batch, error)
        else:
            for (*_, future), result in zip(batch, results, strict=True):
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _refuse(self, batch: list[Waiting], error: Exception) -> None:
        _log.error("the ledger could not commit: %s", error)
        for *_, future in batch:
            future.set_exception(LedgerUnavailable(f"the ledger cannot be written: {error}"))

    def _run(self, batch: list[Waiting], alone: bool = False) -> list[Any]:
        keys = [keys for _, __, keys, ___ in batch]
        try:
            try:
                rows = self._open(keys, alone)
            except psycopg.OperationalError:
                if self._db is None or not self._db.closed:
                    raise
                # The connection was lost since the last batch, and nothing was sent yet.
                self._db = None
                rows = self._open(keys, alone)
            work = [(work, may_undo) for work, may_undo, *_ in batch]
            results, changes = self._workspace.run(rows, work, any(k.room for k in keys))
            began = perf_counter()
            commit(self._connected(), changes, alone)
            self.watch(len(batch), perf_counter() - began)
        except BaseException:
            self._abandon()
            raise
        return results

    def _open(self, keys: list[Keys], alone: bool) -> list[Row]:
        terms_of = self._workspace.terms_of
        return opened(self._connected(), keys, self._salt, self._clock, terms_of, alone)

    def _connected(self) -> Connection:
        if self._db is None:
            self._db = psycopg.connect(self._conninfo)
            set_up(self._db)
            self._db.execute("SET statement_timeout = '15s'")
            self._db.commit()
        return self._db

    def _abandon(self) -> None:
        """Undo the batch; a connection that cannot is dropped, and the server undoes it."""
        if self._db is None:
            return
        try:
            self._db.rollback()
        except psycopg.Error:
            self._db.close()
            self._db = None


def _salt(db: psycopg.Connection[Any]) -> bytes:
    row = db.execute("SELECT salt FROM erasure_salt").fetchone()
    assert row is not None, "the schema puts it there"
    return bytes(row[0])


def _check_durable(db: psycopg.Connection[Any]) -> None:
    """A database that may lose what it has committed is no ledger."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        row = db.execute(f"SHOW {setting}".encode()).fetchone()
        if row is not None and row[0] == "off":
            raise ValueError(f"the database has `{setting} = off`; it would lose permits")
