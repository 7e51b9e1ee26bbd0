"""The ledger on a real file."""

import sqlite3
import subprocess
import sys

import pytest

from strategy.errors import LedgerUnavailable
from strategy.ledger.migrations import MIGRATIONS, applied, migrate
from strategy.ledger.sqlite import SqliteLedger


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "ledger.sqlite")


@pytest.fixture
def ledger(path):
    opened = SqliteLedger.open(path)
    yield opened
    opened.close()


def test_a_second_process_cannot_write_the_same_ledger(ledger, path):
    code = f"from strategy.ledger.sqlite import SqliteLedger\nSqliteLedger.open({path!r})"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert other.returncode != 0
    assert "another process has the ledger" in other.stderr


def test_a_closed_ledger_and_a_foreign_file_say_so(path, tmp_path):
    ledger = SqliteLedger.open(path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerUnavailable, match="closed"):
        ledger.write(lambda tx: None)
    with pytest.raises(LedgerUnavailable, match="closed"):
        ledger.read(lambda tx: None)
    text = tmp_path / "text"
    text.write_text("not a database, but long enough to be read as one " * 50)
    with pytest.raises(LedgerUnavailable, match="cannot open"):
        SqliteLedger.open(str(text))
    with pytest.raises(LedgerUnavailable, match="cannot open"):
        SqliteLedger.open(str(tmp_path / "missing" / "ledger"))


def test_a_ledger_from_a_newer_program_is_not_touched():
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    assert applied(db) == len(MIGRATIONS)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(ValueError, match="schema"):
        migrate(db)
    db.close()
