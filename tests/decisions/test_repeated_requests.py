"""The same request id gets the same answer for a day, over restarts; then it is forgotten."""

import sqlite3
from datetime import timedelta

import pytest
from examples import CALM, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.decide import request_permit
from strategy.domain.channel import Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.outcome import Outcome
from strategy.errors import Conflict
from strategy.ledger.migrations import MIGRATIONS
from strategy.ledger.opening import open_ledger
from strategy.ledger.requests import KEPT
from strategy.outcomes import AttemptOutcome, report
from strategy.relief import request_relief

NOON = shanghai("2026-03-10 12:00")
DAY = timedelta(hours=24)
ZONE = "Asia/Shanghai"


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    import_parties(opened, [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in (1, 2)])
    yield opened
    opened.close()


def ask(ledger, request_id="r1", at=NOON, party=1):
    body = PermitRequest(request_id, f"A{party}", f"P{party}-m1", Channel.AGENT_CALL, CALM.id)
    answer = request_permit(ledger, FixedRules(), body, at, ZONE)
    if answer.permit is not None:
        report(ledger, [AttemptOutcome(answer.permit.id, Outcome.BUSY)], at)
    return answer


def remembered(ledger):
    return ledger.read(lambda tx: tx.requests._db.execute("SELECT id FROM request").fetchall())


def test_a_day_later_and_after_a_restart_the_answer_is_still_the_same(ledger, place):
    first = ask(ledger)
    for hour in range(1, 25):  # others ask meanwhile, and each may push out what is old
        ask(ledger, f"other-{hour}", NOON + timedelta(hours=hour), party=2)
    ledger.close()
    again = open_ledger(place)
    assert ask(again, at=NOON + DAY) == first
    with pytest.raises(Conflict):
        ask(again, at=NOON + DAY, party=2)
    again.close()


def test_after_that_it_is_forgotten_and_can_be_asked_anew(ledger):
    first = ask(ledger)
    late = NOON + KEPT + timedelta(seconds=1)
    ask(ledger, "r2", late, party=2)  # forgets r1
    second = ask(ledger, at=late + timedelta(minutes=1))

    assert first.permit is not None
    assert second.permit is not None
    assert first.permit.id != second.permit.id
    assert ask(ledger, at=late + timedelta(minutes=2)) == second


def test_help_asked_for_with_the_same_id_is_recorded_once_a_day(ledger):
    first = request_relief(ledger, FixedRules(), "help", "A1", NOON, ZONE)
    assert request_relief(ledger, FixedRules(), "help", "A1", NOON + DAY, ZONE) == first
    ask(ledger, "r2", NOON + timedelta(days=3), party=2)
    later = request_relief(ledger, FixedRules(), "help", "A1", NOON + timedelta(days=3), ZONE)

    assert later.decision_id != first.decision_id
    assert len(ledger.read(lambda tx: tx.people.events("P1"))) == 2


def test_the_table_holds_about_a_day_however_long_it_goes_on(ledger):
    most = 0
    for number in range(300):  # ten a day for thirty days
        ask(ledger, f"r{number}", NOON + number * timedelta(hours=2.4))
        most = max(most, len(remembered(ledger)))

    assert 10 <= most <= 13


def test_a_long_rest_leaves_a_heap_that_goes_in_small_steps(ledger):
    for number in range(40):
        ask(ledger, f"r{number}", NOON + timedelta(minutes=number))
    late, sizes = NOON + timedelta(days=5), [40]
    for number in range(16):
        ask(ledger, f"late-{number}", late + timedelta(minutes=number))
        sizes.append(len(remembered(ledger)))

    assert sizes == [40 - 3 * n if n <= 10 else n for n in range(17)]


def test_ids_answered_by_a_program_before_this_one_are_kept_for_a_day_from_the_upgrade(tmp_path):
    path = str(tmp_path / "ledger")
    db = sqlite3.connect(path, isolation_level=None)
    for migration in MIGRATIONS[:3]:
        for statement in migration:
            db.execute(statement)
    db.execute("PRAGMA user_version = 3")
    db.execute("INSERT INTO request VALUES ('r1', 'another body', 'd-old')")
    db.close()
    ledger = open_ledger(f"sqlite:{path}")
    import_parties(ledger, [(a_party(), (an_account(),))])
    ask(ledger, "r2", NOON)
    with pytest.raises(Conflict):
        ask(ledger)
    ledger.close()
