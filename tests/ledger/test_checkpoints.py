"""SQLite's write-ahead log is copied into the file beside the writer."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from strategy.ledger import checkpoints
from strategy.ledger.sqlite import SqliteLedger

PAGE = 4096


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A ledger that copies its log all the time."""
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.001)
    ledger = SqliteLedger.open(str(tmp_path / "ledger.sqlite"))
    ledger.write(
        lambda _: ledger._db.execute("CREATE TABLE noise (id INTEGER PRIMARY KEY, b BLOB)")
    )
    yield ledger
    ledger.close()


def noise(ledger, i):
    ledger.write(
        lambda _: ledger._db.execute(
            "INSERT OR REPLACE INTO noise VALUES (?, zeroblob(?))", (i % 10, 20 * PAGE)
        )
    )


def test_the_log_begins_anew_although_commits_go_on(opened, monkeypatch):
    monkeypatch.setattr(checkpoints, "LONG_PAGES", 200)
    longest = 0
    for i in range(400):  # about 8,000 pages, and SQLite itself would copy at 32,768
        noise(opened, i)
        longest = max(longest, Path(f"{opened.path}-wal").stat().st_size)

    assert longest < 4000 * PAGE


def test_the_log_can_be_emptied_while_it_is_copied_and_written(opened):
    done = threading.Event()

    def go_on():
        i = 0
        while not done.is_set():
            noise(opened, i)
            i += 1

    writing = threading.Thread(target=go_on)
    writing.start()
    try:
        for _ in range(50):
            assert opened.truncate_log()  # SQLite refuses it where another copies
    finally:
        done.set()
        writing.join()
    assert opened.healthy()


def test_a_log_that_cannot_be_copied_is_reported_and_stops_no_commit(opened, monkeypatch, caplog):
    gone = sqlite3.connect(":memory:")
    gone.close()
    copying = opened._checkpoints._db
    monkeypatch.setattr(opened._checkpoints, "_db", gone)
    late = time.monotonic() + 10
    while not caplog.records and time.monotonic() < late:
        time.sleep(0.001)
    noise(opened, 1)
    assert opened._checkpoints._thread.is_alive()
    copying.close()

    assert "could not be copied" in caplog.text


def test_what_was_committed_is_there_after_the_log_was_copied_and_cut(opened):
    noise(opened, 3)
    assert opened.truncate_log()
    opened.close()
    db = sqlite3.connect(opened.path)
    assert db.execute("SELECT id FROM noise").fetchall() == [(3,)]
    db.close()
