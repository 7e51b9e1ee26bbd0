"""What holds for the ledger on either database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from examples import a_party, an_account, an_attempt, shanghai

from strategy.domain.channel import Channel
from strategy.domain.event import Event, EventKind
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent
from strategy.domain.permit import Permit, PermitState
from strategy.errors import Conflict
from strategy.ledger.attempts import LONGEST_CALL
from strategy.ledger.ledger import Keys
from strategy.ledger.opening import open_ledger

NOON = shanghai("2026-03-10 12:00")


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
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
        first = pool.submit(ledger.write, lambda tx: gate.wait(5), Keys())
        bad = pool.submit(ledger.write, spoiled, Keys(parties=("P2",)))
        good = pool.submit(ledger.write, lambda tx: tx.people.put_party(a_party("P3")), Keys())
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


def test_everything_acknowledged_is_there_after_reopening(place):
    ledger = open_ledger(place)
    with ThreadPoolExecutor(16) as pool:
        list(
            pool.map(
                lambda n: ledger.write(
                    lambda tx: tx.attempts.reserve(a_permit(n, f"P{n}")), Keys(parties=(f"P{n}",))
                ),
                range(300),
            )
        )
    ledger.close()
    again = open_ledger(place)
    found = [again.read(lambda tx, n=n: tx.attempts.permit(f"p-{n}")) for n in range(300)]
    again.close()

    assert all(found)


def test_instants_keep_their_microseconds():
    instant = NOON + timedelta(microseconds=123_457)

    assert from_micros(to_micros(instant)) == instant
