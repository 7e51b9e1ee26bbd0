"""The ledger on SQLite: one writer, group commit, one fsync for everything that is waiting.

A caller's answer leaves only after the fsync that made it durable. Each piece of work decides
against everything the batch has written before it, so two callers can never both take the last
free attempt of a cap.
"""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, TypeVar

from strategy.errors import LedgerUnavailable
from strategy.ledger.integrity import damage
from strategy.ledger.migrations import migrate
from strategy.ledger.transaction import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]

MOST_IN_A_BATCH = 256
_log = logging.getLogger(__name__)


class SqliteLedger:
    """One file, one writing process. Raises `LedgerUnavailable` where it cannot answer."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = _lock_out_other_processes(path)
        try:
            self._db = _connect(path)
            if broken := damage(self._db):
                raise ValueError(broken)
            migrate(self._db)
        except (sqlite3.Error, ValueError) as error:
            self._lock.close()
            raise LedgerUnavailable(f"cannot open the ledger `{path}`: {error}") from error
        self._waiting: SimpleQueue[tuple[Work[Any], Future[Any]] | None] = SimpleQueue()
        self._reading = threading.local()
        self._closed = False
        self._closing = threading.Lock()
        self.watch: Callable[[int, float], None] = lambda writes, seconds: None
        """Is told of each commit: how many writes shared it, and the seconds it took."""
        self._writer = threading.Thread(target=self._write_all, name="ledger-writer", daemon=True)
        self._writer.start()

    @classmethod
    def open(cls, path: str) -> "SqliteLedger":
        return cls(path)

    def write(self, work: Work[T]) -> T:
        """Run the work in the writer and return its result once it is on disk.

        What the work raises is raised here, and then nothing of it is stored.
        """
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise LedgerUnavailable("the ledger is closed")
            self._waiting.put((work, future))
        return future.result()

    def read(self, work: Work[T]) -> T:
        """Run the work against the latest committed state, beside the writer."""
        if self._closed:
            raise LedgerUnavailable("the ledger is closed")
        try:
            db = getattr(self._reading, "db", None)
            if db is None:
                db = self._reading.db = _connect(self._path)
                db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            try:
                return work(Transaction(db))
            finally:
                db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be read: {error}") from error

    def truncate_log(self) -> bool:
        """Bring everything into the main file and empty the write-ahead log, in which older states
        of erased rows may stand. False: a reader held it; the log empties at the next stop."""
        db = _connect(self._path)
        try:
            (busy, _, __) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be written: {error}") from error
        finally:
            db.close()
        return not busy

    def healthy(self) -> bool:
        """Whether a write can be made durable now."""
        try:
            self.write(lambda tx: None)
        except LedgerUnavailable:
            return False
        return True

    def close(self) -> None:
        """Finish what is waiting, then release the file. Safe to call twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._waiting.put(None)
        self._writer.join()
        self._db.close()
        self._lock.close()

    def _write_all(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, last = [first], False
            while len(batch) < MOST_IN_A_BATCH:
                try:
                    item = self._waiting.get_nowait()
                except Empty:
                    break
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Work[Any], Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            # IMMEDIATE takes the write lock before the first read, so what the work reads is
            # what it writes against.
            self._db.execute("BEGIN IMMEDIATE")
            for work, future in batch:
                self._db.execute("SAVEPOINT one")
                try:
                    result = work(Transaction(self._db))
                except sqlite3.Error:
                    raise
                except Exception as error:  # the caller's, not the batch's
                    self._db.execute("ROLLBACK TO one")
                    done.append((future, error))
                else:
                    done.append((future, result))
                self._db.execute("RELEASE one")
            began = perf_counter()
            self._db.execute("COMMIT")
            self.watch(len(batch), perf_counter() - began)
        except sqlite3.Error as error:
            _log.exception("the ledger could not commit")
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            for _, future in batch:
                future.set_exception(LedgerUnavailable(f"the ledger cannot be written: {error}"))
            return
        for future, result in done:
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


def _connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")  # NORMAL loses the last commits on a power cut
    db.execute("PRAGMA secure_delete = ON")  # what is erased does not stay in free pages
    return db


def _lock_out_other_processes(path: str) -> Any:
    """A second writing process would have its own queue, and permits would no longer be atomic."""
    try:
        file = Path(f"{path}.lock").open("w")  # noqa: SIM115 - held until the ledger closes
    except OSError as error:
        raise LedgerUnavailable(f"cannot open the ledger `{path}`: {error}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise LedgerUnavailable(f"another process has the ledger `{path}` open") from error
    return file
