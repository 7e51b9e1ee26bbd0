"""Copies SQLite's write-ahead log into the main file beside the writer, so that no caller waits.

Left to SQLite, the writer copies the log itself in the middle of its work, and whoever waits then
waits some tens of milliseconds longer. Here a thread copies what was committed, often: the disk
serves a commit and the copying in turn, so a caller waits for as much as is copied at once.
It never copies the newest commits of a busy ledger, and SQLite begins the log anew only when all of
it was copied: once the log is long, the writer copies the little that is left.
"""

import logging
import sqlite3
from threading import Event, Lock, Thread
from typing import cast

EVERY_S = 0.05
LONG_PAGES = 8192
"""32 MiB of log: then it should begin anew. Pages written often are copied again and again."""

MOST_PAGES = 4 * LONG_PAGES
"""Where this thread cannot keep up, or fails, the writer copies by itself from here on."""

_log = logging.getLogger(__name__)


class Checkpoints:
    """`db` is a connection of its own; closed with this.

    Whoever copies holds `one_at_a_time`: SQLite does not wait for another's copying, it fails.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.one_at_a_time, self._closing = Lock(), Event()
        self._long = False
        self._thread = Thread(target=self._run, name="ledger-checkpoints", daemon=True)
        self._thread.start()

    def before_writing(self, db: sqlite3.Connection) -> None:
        """Called by the writer, with its connection, outside any transaction."""
        if self._long and self.one_at_a_time.acquire(blocking=False):
            try:
                _copy(db)
            finally:
                self._long = False
                self.one_at_a_time.release()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._db.close()

    def _run(self) -> None:
        while not self._closing.wait(EVERY_S):
            with self.one_at_a_time:
                self._long = _copy(self._db) >= LONG_PAGES


def _copy(db: sqlite3.Connection) -> int:
    """Returns the pages of the log. What fails is tried again; the commits are safe in the log."""
    try:
        _, pages, _ = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error:
        _log.exception("the ledger's log could not be copied into its file")
        return 0
    return cast(int, pages)
