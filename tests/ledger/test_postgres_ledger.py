"""What is special about the ledger on PostgreSQL: broken connections, hung replicas, schema."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from examples import a_party, an_account
from replicas import ask, dials, people

from strategy.accounts import import_parties
from strategy.audit.verify import verify
from strategy.cli.main import main
from strategy.errors import InputError, LedgerUnavailable
from strategy.ledger.ledger import PLANS, Keys
from strategy.ledger.migrations import migrate
from strategy.ledger.opening import open_ledger

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

from strategy.ledger.postgres import schema  # noqa: E402 - needs psycopg
from strategy.ledger.postgres.ledger import PostgresLedger  # noqa: E402 - needs psycopg


@pytest.fixture
def ledger(replicas):
    return replicas[0]


def test_a_record_changed_in_the_database_is_found_by_the_chain(replicas, url):
    people(replicas[0], 3)
    for n in range(3):
        ask(replicas[0], f"r{n}", n)
    with psycopg.connect(url) as db:
        db.execute("UPDATE decision_record SET party_id = 'P9' WHERE number = 2")

    assert "record of entry 2" in verify(replicas[0]).fault


def test_auditors_read_beside_the_servers_and_make_no_tables(ledger, url, postgres):
    people(ledger, 3)
    for n in range(3):
        ask(ledger, f"r{n}", n)
    whole = CliRunner().invoke(main, ["audit", "verify", url])
    empty = CliRunner().invoke(main, ["audit", "verify", postgres.empty()])

    assert (whole.exit_code, "3 entries" in whole.output) == (0, True), whole.output
    assert isinstance(empty.exception, LedgerUnavailable), empty.output


def test_a_backup_of_postgresql_is_refused_and_names_the_databases_own(url, tmp_path):
    ran = CliRunner().invoke(main, ["ledger", "backup", url, str(tmp_path / "copy")])

    assert isinstance(ran.exception, InputError)
    assert "pg_basebackup" in str(ran.exception)
    assert "docs/deploy/README.md" in str(ran.exception)


def test_what_the_database_cannot_store_spoils_nobody_elses_work(ledger):
    gate = threading.Event()
    nul = a_party("P\0")
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ledger.write, lambda tx: gate.wait(5), Keys())
        bad = pool.submit(import_parties, ledger, [(nul, ())])
        good = pool.submit(import_parties, ledger, [(a_party("P3"), ())])
        gate.set()
        first.result()
        with pytest.raises(LedgerUnavailable):
            bad.result()
        good.result()

    assert ledger.read(lambda tx: tx.people.party("P3")) is not None


@pytest.mark.parametrize(("off", "sign"), [(-60.0, "-"), (60.0, r"\+")])
def test_a_machine_whose_clock_is_off_the_databases_decides_nothing(url, off, sign):
    ledger = PostgresLedger(url, clock=lambda: time.time() + off)
    with pytest.raises(LedgerUnavailable, match=rf"clock is {sign}[0-9.]+ s off the database's"):
        people(ledger, 1)
    assert not ledger.healthy()
    ledger.close()


def test_a_batch_that_is_larger_than_the_socket_is_stored(ledger):
    long = {"note": "x" * 100_000}
    accounts = [an_account(f"A{n}", f"P{n}", attributes=long) for n in range(50)]
    batch = [(a_party(account.party_id), (account,)) for account in accounts]
    stored = threading.Thread(target=import_parties, args=(ledger, batch), daemon=True)
    stored.start()
    stored.join(30)

    assert not stored.is_alive()
    assert ledger.read(lambda tx: tx.people.account("A49")).attributes == long


def test_connections_lost_between_batches_are_made_anew(ledger, url):
    people(ledger, 2)
    ask(ledger, "r1")
    _end_all_sessions(url)

    assert ask(ledger, "r2", 1).permit is not None
    assert dials(ledger) == 1


def test_a_connection_lost_in_the_middle_leaves_nothing_and_the_next_call_works(ledger, url):
    people(ledger, 1)

    def cut(tx):
        tx.people.put_party(a_party("P9"))
        _end_all_sessions(url)

    with pytest.raises(LedgerUnavailable):
        ledger.write(cut, Keys(parties=("P9",)))
    assert ledger.read(lambda tx: tx.people.party("P9")) is None
    assert ask(ledger, "r1").permit is not None


def test_a_connection_lost_in_the_middle_of_work_without_keys_leaves_nothing(ledger, url):
    def cut(tx):
        tx.people.put_party(a_party("P9"))
        _end_all_sessions(url)
        return tx.people.party("P9")

    with pytest.raises(LedgerUnavailable):
        ledger.write(cut)
    assert ledger.read(lambda tx: tx.people.party("P9")) is None


def test_permits_are_given_while_every_connection_for_reading_is_taken(url, monkeypatch):
    monkeypatch.setattr("strategy.ledger.postgres.ledger.WAIT_S", 0.3)
    ledger = PostgresLedger(url, connections=1)
    people(ledger, 1)
    taken, done = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ledger.read, lambda tx: taken.set() or done.wait(10))
        taken.wait()
        with pytest.raises(LedgerUnavailable, match="cannot be read"):
            ledger.read(lambda tx: None)
        assert ask(ledger, "r1").permit is not None
        done.set()
        slow.result()
    ledger.read(lambda tx: None)
    ledger.close()


def test_work_on_plans_does_not_hold_up_decisions_and_work_without_keys_does(replicas):
    people(replicas[0], 1)
    with ThreadPoolExecutor(1) as pool:
        for keys, waits in ((PLANS, False), (None, True)):
            with _while_writing(replicas[0], keys):
                answer = pool.submit(ask, replicas[1], f"r{waits}")
                time.sleep(0.5)
                assert answer.done() is not waits
            answer.result()


def test_a_replica_that_hangs_while_it_holds_people_makes_others_say_so(replicas, url):
    people(replicas[0], 2)
    with psycopg.connect(url) as hung:
        hung.execute("SELECT open_batch('{A0}', '{}', '{}', '{}', '{}', '{}', false, false, '')")
        with pytest.raises(LedgerUnavailable, match="lock timeout"):
            ask(replicas[0], "r0")
        assert ask(replicas[1], "r1", 1).permit is not None
    assert ask(replicas[0], "r0").permit is not None


def test_a_database_that_may_lose_what_it_committed_is_no_ledger(url):
    with pytest.raises(LedgerUnavailable, match="synchronous_commit = off"):
        open_ledger(url + "%20-csynchronous_commit%3Doff")


def test_no_database_and_a_closed_ledger_say_so(ledger):
    with pytest.raises(LedgerUnavailable, match="cannot open"):
        open_ledger("postgresql://strategy@/postgres?host=/nowhere")
    with pytest.raises(LedgerUnavailable, match="cannot open"):
        open_ledger("postgresql://strategy@/postgres?colour=red")
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerUnavailable, match="closed"):
        ask(ledger, "r1")
    with pytest.raises(LedgerUnavailable, match="closed"):
        ledger.read(lambda tx: None)


def test_a_schema_of_a_newer_program_is_not_touched(ledger, url):
    with psycopg.connect(url) as db:
        db.execute("INSERT INTO ledger_schema VALUES (%s)", (len(schema.MIGRATIONS) + 1,))
    with pytest.raises(LedgerUnavailable, match="has schema"):
        PostgresLedger(url)


def test_replicas_that_start_together_make_the_tables_once(url):
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(PostgresLedger, [url] * 6))
    assert all(one.healthy() for one in opened)
    for one in opened:
        one.close()


def test_both_databases_have_the_same_tables_and_columns(ledger, url):
    lite = sqlite3.connect(":memory:", isolation_level=None)
    migrate(lite)
    expected = {
        (table, column)
        for (table,) in lite.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if table != "sqlite_sequence"  # SQLite's own
        for (column,) in lite.execute("SELECT name FROM pragma_table_info(?)", (table,))
    }
    lite.close()
    with psycopg.connect(url) as db:
        found = set(
            db.execute(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND table_name <> 'ledger_schema'"
            ).fetchall()
        )

    assert found == expected


@contextmanager
def _while_writing(ledger, keys):
    """Another thread is in the middle of a write."""
    inside, done = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(ledger.write, lambda tx: inside.set() or done.wait(10), keys)
        inside.wait(10)
        try:
            yield
        finally:
            done.set()
        writing.result()


def _end_all_sessions(url):
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'collections-strategy'"
        )
