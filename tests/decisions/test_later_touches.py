"""A later touch is given only where those before it failed: Decide, and the list of work.

Person 1 is to get a call at 10:00 and, where that fails, a text at 10:30.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from days import CALL, SLOTS, TEN, Day, codes, people, planned, put_in_force, what_now
from examples import a_party, an_account

from strategy.accounts import import_parties
from strategy.domain.channel import Channel
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Outcome
from strategy.domain.room import Basis
from strategy.ledger.opening import open_ledger
from strategy.outcomes import AttemptOutcome, confirm, release, report
from strategy.plans import work

HALF_PAST = SLOTS[1].start
DAY = Day(calls=(2, 2), touches=2)
FIRST = planned(1, script=CALL, contact_micro=300_000)
SECOND = planned(1, slot=1, touch=2, chance_micro=700_000)


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    people(opened, 200_000, 200_000)
    put_in_force(opened, DAY, FIRST, SECOND)
    yield opened
    opened.close()


def called(ledger, outcome, **details):
    """The first touch is made, and this comes of it."""
    permit = what_now(ledger, 1).permit
    assert permit.channel is Channel.AGENT_CALL
    confirm(ledger, permit.id, TEN + timedelta(seconds=20))
    if outcome is not None:
        came = AttemptOutcome(permit.id, outcome, **details)
        (told,) = report(ledger, [came], TEN + timedelta(minutes=2))
        assert told.accepted


def listed(ledger):
    return [(w.assignment.account_id, w.assignment.touch) for w in work(ledger, None, None, None)]


@pytest.mark.parametrize(
    "outcome", [Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL, Outcome.DROPPED]
)
def test_the_second_touch_follows_a_first_that_failed(ledger, outcome):
    called(ledger, outcome)

    assert listed(ledger) == [("A1", 1), ("A1", 2)]
    answer = what_now(ledger, 1, HALF_PAST)
    assert answer.permit.channel is Channel.SMS
    assert answer.taken.basis is Basis.PLAN


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.RIGHT_PARTY_CONTACT,
        Outcome.REFUSED,
        Outcome.ASKS_FOR_HELP,
        Outcome.COMPLAINT,
        Outcome.DISPUTE,
        Outcome.PROMISE_TO_PAY,
    ],
)
def test_a_person_who_was_reached_gets_no_second_touch(ledger, outcome):
    due = {"promise_due": TEN.date() + timedelta(days=2)}
    called(ledger, outcome, **(due if outcome is Outcome.PROMISE_TO_PAY else {}))

    assert listed(ledger) == [("A1", 1)]
    assert codes(what_now(ledger, 1, HALF_PAST)) == ["reached"]


@pytest.mark.parametrize(
    "kind", [EventKind.PAYMENT, EventKind.HARDSHIP, EventKind.CEASE, EventKind.INBOUND_CONVERSATION]
)
def test_a_person_who_paid_or_was_heard_from_after_the_first_gets_no_second_touch(ledger, kind):
    called(ledger, Outcome.NO_ANSWER)
    event = Event("e1", "P1", kind, TEN + timedelta(minutes=9), "A1", amount_cents=100)
    ledger.write(lambda tx: tx.people.add_event(event))

    assert listed(ledger) == [("A1", 1)]
    assert codes(what_now(ledger, 1, HALF_PAST)) == ["heard_from"]


def test_what_happened_before_the_day_ends_no_touch(ledger):
    event = Event("e1", "P1", EventKind.PAYMENT, TEN - timedelta(hours=1), "A1", amount_cents=100)
    ledger.write(lambda tx: tx.people.add_event(event))
    called(ledger, Outcome.NO_ANSWER)

    assert what_now(ledger, 1, HALF_PAST).permit is not None


def test_while_nobody_says_what_came_of_a_call_the_second_touch_waits(ledger):
    called(ledger, None)
    answer = what_now(ledger, 1, HALF_PAST)

    assert codes(answer) == ["outcome_missing"]
    permit = next(a.id for a in ledger.read(lambda tx: tx.history("P1", HALF_PAST)).attempts)
    report(ledger, [AttemptOutcome(permit, Outcome.NO_ANSWER)], HALF_PAST)
    assert what_now(ledger, 1, HALF_PAST + timedelta(seconds=1)).permit is not None


def test_a_first_touch_that_nobody_made_does_not_hold_the_second_up(ledger):
    permit = what_now(ledger, 1).permit
    release(ledger, permit.id, TEN + timedelta(seconds=9))

    assert what_now(ledger, 1, HALF_PAST).permit.channel is Channel.SMS


def test_a_text_that_nobody_reported_on_is_no_talk(place):
    ledger = open_ledger(place)
    people(ledger, 200_000)
    text = planned(1, contact_micro=300_000)
    call = planned(1, slot=1, script=CALL, touch=2, chance_micro=700_000)
    put_in_force(ledger, DAY, text, call)
    what_now(ledger, 1)

    assert what_now(ledger, 1, HALF_PAST).permit.channel is Channel.AGENT_CALL
    ledger.close()


def test_a_second_touch_may_be_about_another_account_of_the_person(place):
    ledger = open_ledger(place)
    import_parties(ledger, [(a_party("P1"), (an_account("A1", "P1"), an_account("A2", "P1")))])
    other = replace(SECOND, account_id="A2")
    put_in_force(ledger, DAY, FIRST, other)
    called(ledger, Outcome.REFUSED)

    assert codes(what_now(ledger, 2, HALF_PAST)) == ["reached"]
    assert listed(ledger) == [("A1", 1)]
    ledger.close()


def test_each_touch_is_kept_and_taken_by_itself_and_decides_the_same_again(ledger):
    def counted(at):
        return [
            (row.of, row.taken, row.kept)
            for row in ledger.read(lambda tx: tx.plan_use.room("plan-1", DAY.terms, at)).rows
            if row.kind == "channel_slot_capacity"
        ]

    assert counted(0) == [("sms", 0, 0), ("agent_call", 0, 1)]
    assert counted(1) == [("sms", 0, 1), ("agent_call", 0, 0)]
    called(ledger, Outcome.NO_ANSWER)
    assert counted(0) == [("sms", 0, 0), ("agent_call", 1, 0)]
    assert counted(1) == [("sms", 0, 1), ("agent_call", 0, 0)]
    answer = what_now(ledger, 1, HALF_PAST)
    assert counted(1) == [("sms", 1, 0), ("agent_call", 0, 0)]
    record = ledger.read(lambda tx: tx.decisions.get(answer.decision_id))
    assert record.grounds.planned == SECOND
