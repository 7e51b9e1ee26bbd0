"""The ledger on a real file."""

import sqlite3
import subprocess
import sys

import pytest
from examples import shanghai

from strategy.domain.attempt import Purpose
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.permit import PermitState
from strategy.errors import LedgerUnavailable
from strategy.ledger import migrations
from strategy.ledger.attempts import LONGEST_CALL
from strategy.ledger.migrations import MIGRATIONS, applied, migrate
from strategy.ledger.sqlite import SqliteLedger

NOON = shanghai("2026-03-10 12:00")


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


def test_a_migration_that_fails_leaves_neither_its_changes_nor_its_record(monkeypatch):
    broken = ("CREATE TABLE half (id TEXT)", "INSERT INTO nowhere VALUES (1)")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, broken))
    db = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(sqlite3.Error, match="nowhere"):
        migrate(db)

    assert applied(db) == len(MIGRATIONS)
    assert not db.in_transaction
    assert db.execute("SELECT * FROM sqlite_master WHERE name = 'half'").fetchall() == []
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, broken[:1]))
    migrate(db)
    assert applied(db) == len(MIGRATIONS) + 1
    db.close()


def test_attempts_of_an_older_ledger_move_with_everything_known_of_them(path):
    db = sqlite3.connect(path, isolation_level=None)
    for statement in (one for migration in MIGRATIONS[:5] for one in migration):
        db.execute(statement)
    db.execute("PRAGMA user_version = 5")
    at = to_micros(NOON)
    columns = "(id, party_id, account_id, contact_point_id, channel, script, state, granted_at,"
    columns += " expires_at, at, outcome, purpose, agency)"
    rows = [
        ("p-2", "P1", "A1", "P1-m1", "sms", "S", "confirmed", at, at + 60, at + 5, "unknown"),
        ("t-1", "P1", "A9", "P1-m1", "agent_call", "", "imported", at, at, at, "busy"),
        ("p-3", "P2", "A1", "P2-m1", "agent_call", "S", "released", at, at + 9, at, "not_placed"),
    ]
    for row in rows:
        marks = ", ".join("?" * 11)
        db.execute(f"INSERT INTO attempt {columns} VALUES ({marks}, 'service', 'firm')", row)
    db.close()
    ledger = SqliteLedger.open(path)
    attempts, still_open = ledger.read(lambda tx: tx.attempts.of_party("P1", NOON))
    released = ledger.read(lambda tx: tx.attempts.permit("p-3"))
    ledger.close()

    assert [(a.id, a.account_id, a.outcome, a.purpose, a.agency) for a in attempts] == [
        ("t-1", "A9", Outcome.BUSY, Purpose.SERVICE, "firm"),
        ("p-2", "A1", Outcome.UNKNOWN, Purpose.SERVICE, "firm"),
    ]
    assert still_open == (NOON, from_micros(at + 5) + LONGEST_CALL)
    assert released[1:3] == (PermitState.RELEASED, Outcome.NOT_PLACED)
