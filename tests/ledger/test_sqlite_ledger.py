"""The ledger on a real file."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from examples import a_party, an_account, an_attempt, shanghai

from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.event import Event, EventKind
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent
from strategy.domain.permit import Permit, PermitState
from strategy.errors import Conflict, LedgerUnavailable
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


def a_permit(number=1, party="P1", at=NOON):
    return Permit(
        f"p-{number}", "A1", party, "P1-m1", Channel.AGENT_CALL, "S", at, at + timedelta(minutes=1)
    )


def test_people_come_back_as_they_went_in(ledger):
    party = a_party(consents=(Consent(Channel.SMS, NOON, NOON + timedelta(days=1), True),))
    account = an_account()
    event = Event("e1", "P1", EventKind.PROMISE, NOON, "A1", due=date(2026, 3, 12))

    def put(tx):
        tx.people.put_party(party)
        tx.people.put_account(account)
        return tx.people.add_event(event), tx.people.add_event(event)

    assert ledger.write(put) == (True, False)
    assert ledger.read(lambda tx: tx.people.party("P1")) == party
    assert ledger.read(lambda tx: tx.people.account("A1")) == account
    assert ledger.read(lambda tx: tx.people.events("P1")) == (event,)


def test_what_raises_leaves_nothing_behind_and_spoils_nobody_elses_work(ledger):
    gate = threading.Event()

    def spoiled(tx):
        tx.people.put_party(a_party("P2"))
        raise Conflict("no")

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ledger.write, lambda tx: gate.wait(5))
        bad = pool.submit(ledger.write, spoiled)
        good = pool.submit(ledger.write, lambda tx: tx.people.put_party(a_party("P3")))
        gate.set()
        first.result()
        with pytest.raises(Conflict):
            bad.result()
        good.result()

    assert ledger.read(lambda tx: tx.people.party("P2")) is None
    assert ledger.read(lambda tx: tx.people.party("P3")) is not None


def test_a_reserved_permit_is_open_until_it_expires_and_then_counts_at_its_last_instant(ledger):
    ledger.write(lambda tx: tx.attempts.reserve(a_permit()))
    expires = NOON + timedelta(minutes=1)

    attempts, still_open = ledger.read(lambda tx: tx.attempts.of_party("P1", NOON))
    assert still_open == (NOON, expires)
    attempts, still_open = ledger.read(lambda tx: tx.attempts.of_party("P1", expires))
    assert still_open is None
    assert [(a.at, a.outcome) for a in attempts] == [(expires, Outcome.UNKNOWN)]


def test_a_confirmed_call_keeps_its_person_busy_until_its_outcome_or_an_hour(ledger):
    ledger.write(lambda tx: tx.attempts.reserve(a_permit()))
    ledger.write(lambda tx: tx.attempts.move("p-1", PermitState.CONFIRMED, NOON, Outcome.UNKNOWN))
    _, busy = ledger.read(lambda tx: tx.attempts.of_party("P1", NOON))
    assert busy == (NOON, NOON + LONGEST_CALL)

    ledger.write(lambda tx: tx.attempts.move("p-1", PermitState.DONE, NOON, Outcome.BUSY))
    attempts, busy = ledger.read(lambda tx: tx.attempts.of_party("P1", NOON))
    assert busy is None
    assert attempts[0].outcome is Outcome.BUSY


def test_a_released_permit_is_no_attempt(ledger):
    ledger.write(lambda tx: tx.attempts.reserve(a_permit()))
    ledger.write(lambda tx: tx.attempts.move("p-1", PermitState.RELEASED, NOON, Outcome.NOT_PLACED))

    assert ledger.read(lambda tx: tx.attempts.of_party("P1", NOON)) == ((), None)


def test_an_imported_attempt_replaces_itself_and_never_a_permit(ledger):
    past = an_attempt(NOON, id="t-1")
    ledger.write(lambda tx: tx.attempts.add_past(past, ""))
    ledger.write(lambda tx: tx.attempts.add_past(past, ""))

    attempts, busy = ledger.read(lambda tx: tx.attempts.of_party("P1", NOON))
    assert (attempts, busy) == ((past,), None)
    assert ledger.read(lambda tx: tx.attempts.permit("t-1")) is None


def test_everything_acknowledged_is_there_after_reopening(path):
    ledger = SqliteLedger.open(path)
    with ThreadPoolExecutor(16) as pool:
        list(
            pool.map(
                lambda n: ledger.write(lambda tx: tx.attempts.reserve(a_permit(n, f"P{n}"))),
                range(300),
            )
        )
    ledger.close()
    again = SqliteLedger.open(path)
    found = [again.read(lambda tx, n=n: tx.attempts.permit(f"p-{n}")) for n in range(300)]
    again.close()

    assert all(found)


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


def test_instants_keep_their_microseconds():
    instant = NOON + timedelta(microseconds=123_457)

    assert from_micros(to_micros(instant)) == instant
