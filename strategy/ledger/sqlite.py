"""The ledger on SQLite: one writer, group commit, one fsync for everything that is waiting.

A caller's answer leaves only after the fsync that made it durable. Each piece of work decides
against everything the batch has written before it, so two callers can never both take the last
free attempt of a cap.
"""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import Any, TypeVar, cast

from strategy.errors import LedgerUnavailable
from strategy.ledger.checkpoints import MOST_PAGES, Checkpoints
from strategy.ledger.integrity import damage
from strategy.ledger.ledger import Keys, Work
from strategy.ledger.migrations import migrate
from strategy.ledger.pieces import deciding, undoable
from strategy.ledger.transaction import Transaction
from strategy.ledger.waiting import batches

T = TypeVar("T")

CACHE_KIB = 256 * 1024
"""The writer's page cache, at most; SQLite's own 2 MiB would read a big ledger again and again."""

_log = logging.getLogger(__name__)


class SqliteLedger:
    """One file, one writing process. Raises `LedgerUnavailable` where it cannot answer."""

    def __init__(self, path: str) -> None:
        self.path = self.place = path
        self._lock = _lock_out_other_processes(path)
        try:
            self._db = _connect(path)
            self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            if broken := damage(self._db):
                raise ValueError(broken)
            migrate(self._db)
            self._checkpoints = Checkpoints(_connect(path))
        except (sqlite3.Error, ValueError) as error:
            self._lock.close()
            raise LedgerUnavailable(f"cannot open the ledger `{path}`: {error}") from error
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
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

    def write(self, work: Work[T], _: Keys | None = None) -> T:
        """Run the work in the writer and return its result once it is on disk. Needs no keys.

        What the work raises is raised here, and then nothing of it is stored.
        """
        (result,) = self._wait(_Waiting((work,), may_undo=True))
        if isinstance(result, Exception):
            raise result
        return cast(T, result)

    def write_each(self, works: Sequence[Work[T]], _: Sequence[Keys] = ()) -> list[T | Exception]:
        """Many pieces of work in one transaction, in their order, for decisions.

        What a piece of work raises stands in its place. It must raise before it writes anything:
        making each undoable costs as much as deciding. One that writes and then raises takes the
        whole batch with it. Raises `LedgerUnavailable` where nothing could be stored.
        """
        return self._wait(_Waiting(works, may_undo=False))

    def _wait(self, waiting: "_Waiting") -> list[Any]:
        with self._closing:
            if self._closed:
                raise LedgerUnavailable("the ledger is closed")
            self._waiting.put(waiting)
        return waiting.results.result()

    def read(self, work: Work[T]) -> T:
        """Run the work against the latest committed state, beside the writer."""
        if self._closed:
            raise LedgerUnavailable("the ledger is closed")
        try:
            db = getattr(self._reading, "db", None)
            if db is None:
                db = self._reading.db = _connect(self.path)
                db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            try:
                return work(Transaction(db))
            finally:
                db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise LedgerUnavailable(f"the ledger cannot be read: {error}") from error

    def holding(self, _: str) -> AbstractContextManager[None]:
        """There is no other server on this ledger."""
        return nullcontext()

    def held(self, _: str) -> bool:
        return False

    def truncate_log(self) -> bool:
        """Bring everything into the main file and empty the write-ahead log, in which older states
        of erased rows may stand. False: a reader held it; the log empties at the next stop."""
        db = _connect(self.path)
        try:
            with self._checkpoints.one_at_a_time:
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
        self._checkpoints.close()
        self._db.close()
        self._lock.close()

    def _write_all(self) -> None:
        for batch in batches(self._waiting, lambda one: len(one.works)):
            self._commit(batch)

    def _commit(self, batch: list["_Waiting"]) -> None:
        try:
            self._checkpoints.before_writing(self._db)
            # IMMEDIATE takes the write lock before the first read, so what the work reads is
            # what it writes against.
            self._db.execute("BEGIN IMMEDIATE")
            tx = Transaction(self._db)
            done = [self._results(tx, waiting) for waiting in batch]
            tx.finish()
            began = perf_counter()
            self._db.execute("COMMIT")
            self.watch(sum(len(one.works) for one in batch), perf_counter() - began)
        except sqlite3.Error as error:
            _log.exception("the ledger could not commit")
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            for waiting in batch:
                unavailable = LedgerUnavailable(f"the ledger cannot be written: {error}")
                waiting.results.set_exception(unavailable)
            return
        for waiting, results in zip(batch, done, strict=True):
            waiting.results.set_result(results)

    def _results(self, tx: Transaction, waiting: "_Waiting") -> list[Any]:
        run = undoable if waiting.may_undo else deciding
        return [run(self._db, tx, work) for work in waiting.works]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Work that one caller waits for together."""

    works: Sequence[Work[Any]]
    may_undo: bool
    results: Future[list[Any]] = field(default_factory=Future)


def _connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")  # NORMAL loses the last commits on a power cut
    db.execute("PRAGMA secure_delete = ON")  # what is erased does not stay in free pages
    db.execute(f"PRAGMA wal_autocheckpoint = {MOST_PAGES}")
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
