"""What is special about the ledger on PostgreSQL: replicas, collisions, broken connections."""

import itertools
import re
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner
from examples import CALM, RULE, FixedRules, a_party, an_account, an_attempt, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.accounts import import_attempts, import_parties, record_event
from strategy.audit.verify import verify
from strategy.cli.main import main
from strategy.decide import PermitRequest, request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.directive import Cap, CapKey, MinimumGap
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Count, Outcome
from strategy.errors import Conflict, InputError, LedgerUnavailable
from strategy.ledger.ledger import PLANS, Keys
from strategy.ledger.migrations import migrate
from strategy.ledger.opening import open_ledger
from strategy.outcomes import AttemptOutcome, report

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

from strategy.ledger.postgres import schema  # noqa: E402 - needs psycopg
from strategy.ledger.postgres.ledger import PostgresLedger  # noqa: E402 - needs psycopg

NOON = shanghai("2026-03-10 12:00")
ZONE = "Asia/Shanghai"
MOST = 3
RULES = FixedRules(
    (
        Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, MOST, 1),
        Cap(RULE, VOICE, Count.DIALS, CapKey.ACCOUNT, MOST, 1),
    )
)


@pytest.fixture
def url(postgres):
    return postgres.empty()


@pytest.fixture
def replicas(url):
    """Two services on one database."""
    opened = [PostgresLedger(url), PostgresLedger(url)]
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def ledger(replicas):
    return replicas[0]


def people(ledger, count):
    import_parties(
        ledger, [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in range(count)]
    )


def ask(ledger, request_id, person=0, at=NOON, rules=RULES, **changes):
    body = {
        "account_id": f"A{person}",
        "contact_point_id": f"P{person}-m1",
        "channel": Channel.AGENT_CALL,
        "script": CALM.id,
    } | changes
    return request_permit(ledger, rules, PermitRequest(request_id, **body), at, ZONE)


def dial(ledger, request_id, person=0, **changes):
    """Ask, and tell at once that nobody answered, so that only caps stand in the way."""
    answer = ask(ledger, request_id, person, **changes)
    if answer.permit is not None:
        report(ledger, [AttemptOutcome(answer.permit.id, Outcome.BUSY)], NOON)
    return answer


def dials(ledger, person=0):
    attempts, _ = ledger.read(lambda tx: tx.attempts.of_party(f"P{person}", NOON))
    return len(attempts)


def test_sixty_four_callers_of_two_replicas_never_exceed_a_cap(replicas):
    people(replicas[0], 4)
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda n: dial(replicas[n % 2], f"r{n}", n % 4), range(512)))
    answers += [dial(replicas[n % 2], f"late-{n}", n) for n in range(4)]

    assert [dials(replicas[0], person) for person in range(4)] == [MOST] * 4
    assert sum(answer.permit is not None for answer in answers) == 4 * MOST


def test_of_two_replicas_asked_about_two_debts_at_one_instant_one_gets_the_person(replicas):
    people(replicas[0], 100)
    others = [(a_party(f"P{n}"), (an_account(f"B{n}", f"P{n}"),)) for n in range(100)]
    import_parties(replicas[0], others)
    both = threading.Barrier(2)

    def at_once(replica):
        given = []
        for person in range(100):
            both.wait(10)
            debt = f"{'AB'[replica]}{person}"
            answer = ask(replicas[replica], f"{replica}-{person}", person, account_id=debt)
            given.append(answer.permit)
        return given

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(at_once, range(2))

    assert all((a is None) != (b is None) for a, b in zip(first, second, strict=True))
    assert None in first
    assert None in second


def test_two_people_who_owe_one_account_share_its_cap_over_replicas(replicas):
    import_parties(replicas[0], [(a_party("P0"), (an_account("A0", "P0", liable=("P1",)),))])
    import_parties(replicas[0], [(a_party("P1"), ())])

    def to(n):
        who = f"P{n // 2 % 2}"
        return dial(replicas[n % 2], f"r{n}", party_id=who, contact_point_id=f"{who}-m1")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(to, range(64)))
    for n in range(64, 72):
        to(n)

    assert dials(replicas[0], 0) + dials(replicas[0], 1) == MOST


def test_of_two_people_who_owe_one_account_one_replica_gets_the_last_call(replicas):
    both = threading.Barrier(2)
    for n in range(60):
        import_parties(
            replicas[0], [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}", liable=("Q",)),))]
        )
    import_parties(replicas[0], [(a_party("Q"), ())])
    rules = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.ACCOUNT, 1, 1),))

    def at_once(replica):
        given = []
        for n in range(60):
            at, who = NOON + timedelta(hours=n), f"P{n}" if replica else "Q"
            both.wait(10)
            asked = {"party_id": who, "contact_point_id": f"{who}-m1", "rules": rules, "at": at}
            given.append(ask(replicas[replica], f"{replica}-{n}", n, **asked).permit)
        return given

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(at_once, range(2))

    assert all((a is None) != (b is None) for a, b in zip(first, second, strict=True))


def test_the_decisions_of_all_replicas_form_one_chain(replicas):
    people(replicas[0], 20)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: dial(replicas[n % 2], f"r{n}", n % 20), range(200)))
    found = verify(replicas[1])

    assert (found.fault, found.entries) == (None, 200)


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


def test_one_request_id_sent_to_both_replicas_at_once_has_one_answer(replicas):
    people(replicas[0], 1)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: ask(replicas[n % 2], "same"), range(32)))

    assert answers == answers[:1] * 32
    assert verify(replicas[0]).entries == 1


def test_one_request_id_with_two_bodies_is_answered_to_one_of_them(replicas):
    people(replicas[0], 40)

    def one(n):
        try:
            return ask(replicas[n % 2], f"r{n // 2}", n)
        except Conflict:
            return None

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(40)))

    assert all((a is None) != (b is None) for a, b in zip(answers[::2], answers[1::2], strict=True))


def test_one_event_sent_to_both_replicas_at_once_is_recorded_once(replicas):
    people(replicas[0], 1)
    for n in range(8):
        event = Event(f"e{n}", "P0", EventKind.OPT_OUT, NOON)
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda k: record_event(replicas[k % 2], event, NOON), range(8)))  # noqa: B023
        assert sorted(told) == [False] * 7 + [True]


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


def test_imported_attempts_count_and_replace_themselves(replicas):
    people(replicas[0], 1)
    past = [
        an_attempt(NOON - timedelta(hours=h), id=f"t{h}", party_id="P0", account_id="A0")
        for h in (1, 2, 3)
    ]
    for ledger in replicas:
        assert import_attempts(ledger, past) == (None,) * 3
    assert dials(replicas[0]) == 3
    assert ask(replicas[1], "r").permit is None


asked = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0, 1])), min_size=2, max_size=20)


@given(asked=asked, apart=st.integers(-3600, 3600), gap=st.integers(1, 90))
@settings(max_examples=15, deadline=None)
def test_replicas_with_clocks_apart_never_open_a_window_twice(postgres, asked, apart, gap):
    url = postgres.empty()
    replicas = [PostgresLedger(url, connections=1) for _ in range(2)]
    people(replicas[0], 1)
    rules = FixedRules((*RULES.directives, MinimumGap(RULE, VOICE, gap)))
    real, grants = shanghai("2026-03-10 20:00"), []
    for number, (minutes, replica) in enumerate(asked):
        real += timedelta(minutes=minutes)
        clock = real + timedelta(seconds=apart) * replica
        answer = ask(replicas[replica], f"r{number}", at=clock, rules=rules)
        if answer.permit is not None:
            grants.append(answer.permit.granted_at)
    for one in replicas:
        one.close()
    days = [(at + timedelta(hours=8)).date() for at in grants]

    assert all(b - a >= timedelta(minutes=gap) for a, b in itertools.pairwise(grants))
    assert all(days.count(day) <= MOST for day in days)


@pytest.mark.parametrize("off", [-7.0, 7.0])
def test_a_machine_whose_clock_is_off_the_databases_decides_nothing(url, off):
    ledger = PostgresLedger(url, clock=lambda: time.time() + off)
    with pytest.raises(LedgerUnavailable, match=re.escape(f"{off:+.1f} s off")):
        people(ledger, 1)
    assert not ledger.healthy()
    ledger.close()


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
