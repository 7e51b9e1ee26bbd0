"""Decide: the planned treatment, else the best at the plan's prices where there is room."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from days import (
    CALL,
    RULES,
    SLOTS,
    SMS,
    TEN,
    WORTH_OF_200_000,
    Day,
    codes,
    people,
    planned,
    put_in_force,
    what_now,
)
from examples import RULE, SHANGHAI, a_party, an_account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.accounts import import_parties
from strategy.audit.replay import again
from strategy.decide import request_permit
from strategy.domain.channel import Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Forbid
from strategy.domain.outcome import Outcome
from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.domain.room import Basis
from strategy.erasure import SHORTEST, erase_party, expire
from strategy.errors import NotFound, WrongState
from strategy.ledger.opening import open_ledger
from strategy.outcomes import AttemptOutcome, confirm, release, report
from strategy.plans import create_plan, run_plan, work

CAPACITY = """\
zone: Asia/Shanghai
horizon: {from: "10:00", to: "10:30"}
channels: {sms: 2}
expected_complaints: 1
"""


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    yield opened
    opened.close()


def request(ledger, number, at=TEN, script=SMS, request_id=None):
    asked = PermitRequest(
        request_id or f"q-{number}-{at:%H%M%S}",
        f"A{number}",
        f"P{number}-m1",
        script.channel,
        script.id,
    )
    return request_permit(ledger, RULES, asked, at, SHANGHAI)


def gone(ledger, slot=0, plan_id="plan-1"):
    """Texts taken and kept in a slot, as the counters say."""

    def read(tx):
        start = SLOTS[slot].start
        taken = tx.plan_use.taken(start, start, start)
        return [sum(c.now for c in side) for side in (taken, tx.plan_use.kept(plan_id, start))]

    return tuple(ledger.read(read))


def test_at_the_same_prices_decide_chooses_what_the_plan_chooses(ledger):
    # 857, 425 and 209 cents (see days.py; half and a quarter of 864, less 6.73). With two texts the
    # plan takes the first two, and any price of a text from 209 to 425 proves it.
    people(ledger, 200_000, 100_000, 50_000)
    record, _ = create_plan(ledger, RULES, "p", CAPACITY, TEN, TEN)
    done = run_plan(ledger, RULES, record.plan_id, SHANGHAI, lambda: TEN)
    assert done.value_cents == 857 + 425
    assert {w.assignment.account_id for w in work(ledger, None, None, None)} == {"A1", "A2"}

    third, second, first = (what_now(ledger, n) for n in (3, 2, 1))

    assert codes(third) == ["not_planned", "not_worth"]
    assert [a.taken.value_cents for a in (first, second)] == [857, 425]
    assert all(a.taken.basis is Basis.PLAN and a.taken.price_cents <= 425 for a in (first, second))
    assert first.taken.price_cents >= 209


def test_without_assignments_the_prices_alone_lead_to_the_same_choice(ledger):
    people(ledger, 200_000, 100_000, 50_000)
    put_in_force(ledger, Day(price=(300.0, 300.0)))

    third, second, first = (what_now(ledger, n) for n in (3, 2, 1))

    assert codes(third) == ["not_planned", "not_worth"]
    assert [(a.permit.channel, a.taken.basis) for a in (first, second)] == [
        (Channel.SMS, Basis.PRICES)
    ] * 2
    assert (first.taken.value_cents, first.taken.price_cents) == (WORTH_OF_200_000, 300.0)


def test_who_is_worth_more_in_a_later_slot_waits_for_it(ledger):
    people(ledger, 200_000)
    put_in_force(ledger, Day(price=(300.0, 299.0)))
    early = what_now(ledger, 1)

    assert codes(early) == ["not_planned", "better_later"]
    assert early.next_at == SLOTS[1].start
    assert what_now(ledger, 1, SLOTS[1].start).permit is not None


def test_before_the_day_begins_decide_names_the_slot_that_is_best(ledger):
    people(ledger, 200_000)
    put_in_force(ledger, Day(price=(300.0, 300.0)))

    answer = what_now(ledger, 1, TEN - timedelta(hours=1))

    assert (codes(answer)[-1], answer.next_at) == ("better_later", TEN)


def test_a_planned_call_that_is_forbidden_now_gives_way_to_the_best_text(ledger):
    people(ledger, 200_000)
    put_in_force(ledger, Day(calls=(1, 1)), planned(1, script=CALL))
    no_calls = replace(RULES, directives=(Forbid(RULE, frozenset({Channel.AGENT_CALL})),))
    answer = what_now(ledger, 1, rules=no_calls)

    assert (answer.permit.channel, answer.taken.basis) == (Channel.SMS, Basis.PRICES)
    assert answer.reasons == ()
    assert gone(ledger) == (1, 0)  # the call that was kept will not come


def test_who_missed_the_planned_slot_is_treated_by_the_prices(ledger):
    people(ledger, 200_000)
    put_in_force(ledger, Day(), planned(1))

    assert what_now(ledger, 1, SLOTS[1].start).taken.basis is Basis.PRICES


def test_the_unplanned_take_only_what_is_not_kept_for_the_planned(ledger):
    people(ledger, *[200_000] * 6)
    put_in_force(ledger, Day(sms=(3, 0)), planned(1), planned(2))
    burst = [what_now(ledger, n) for n in (3, 4, 5, 6)]

    assert [a.permit is not None for a in burst] == [True, False, False, False]
    assert codes(burst[-1]) == ["not_planned", "no_room"]
    assert burst[-1].next_at == SLOTS[0].end
    assert gone(ledger) == (1, 2)
    assert all(what_now(ledger, n).taken.basis is Basis.PLAN for n in (1, 2))
    assert gone(ledger) == (3, 0)


def test_what_was_kept_for_a_slot_that_is_over_is_anybodys(ledger):
    people(ledger, *[200_000] * 3)
    put_in_force(ledger, Day(per_day=1), planned(1))

    assert codes(what_now(ledger, 2)) == ["not_planned", "no_room", "better_later"]
    assert what_now(ledger, 2, SLOTS[1].start).permit is not None
    assert codes(what_now(ledger, 3, SLOTS[1].start)) == ["not_planned", "no_room"]


def test_complaints_expected_all_day_are_a_budget_too(ledger):
    people(ledger, *[200_000] * 3)
    put_in_force(ledger, Day(complaints_micro=2 * 58 + 57))

    assert [what_now(ledger, n).permit is not None for n in (1, 2, 3)] == [True, True, False]


def test_a_release_gives_the_place_back_and_an_expired_permit_does_not(ledger):
    people(ledger, *[200_000] * 3)
    put_in_force(ledger, Day(sms=(1, 0)))
    first = what_now(ledger, 1)
    later = TEN + timedelta(minutes=10)  # the minute of the first permit is long over

    assert codes(what_now(ledger, 2, later)) == ["not_planned", "no_room"]
    release(ledger, first.permit.id, later)
    assert gone(ledger) == (0, 0)
    assert what_now(ledger, 3, later).permit is not None
    with pytest.raises(WrongState):  # made after all: it counts, and the slot is over its limit
        confirm(ledger, first.permit.id, later)
    assert gone(ledger) == (2, 0)


def test_a_released_planned_attempt_is_kept_for_its_account_again(ledger):
    people(ledger, *[200_000] * 2)
    put_in_force(ledger, Day(sms=(1, 0)), planned(1))
    first = what_now(ledger, 1)
    release(ledger, first.permit.id, TEN)

    assert gone(ledger) == (0, 1)
    assert codes(what_now(ledger, 2)) == ["not_planned", "no_room"]
    assert what_now(ledger, 1, TEN + timedelta(minutes=1)).taken.basis is Basis.PLAN


def test_what_a_permit_took_is_known_as_long_as_its_attempt(ledger):
    people(ledger, *[200_000] * 2)
    put_in_force(ledger, Day())
    old, young = what_now(ledger, 1), what_now(ledger, 2, TEN + timedelta(minutes=10))
    expire(ledger, SHORTEST, TEN + SHORTEST + timedelta(minutes=5))

    release(ledger, young.permit.id, TEN + timedelta(minutes=11))
    with pytest.raises(NotFound):
        release(ledger, old.permit.id, TEN)
    assert gone(ledger) == (1, 0)
    left = ledger.read(
        lambda tx: tx.plan_use._db.execute("SELECT permit_id FROM permit_use").fetchall()
    )
    assert left == [(young.permit.id,)]


def test_what_was_kept_for_a_person_who_is_erased_is_anybodys(ledger):
    people(ledger, *[200_000] * 3)
    put_in_force(ledger, Day(sms=(2, 0)), planned(1), planned(2))
    permit = what_now(ledger, 2).permit
    later = TEN + timedelta(minutes=5)
    assert codes(what_now(ledger, 3)) == ["not_planned", "no_room"]
    for party in ("P1", "P2"):
        erase_party(ledger, party, later)

    assert gone(ledger) == (1, 0)
    assert what_now(ledger, 3, later).permit is not None
    release(ledger, permit.id, later)
    assert gone(ledger) == (1, 0)  # nobody is planned any more for whom it could be kept


def test_what_is_left_is_known_after_a_restart_and_to_a_plan_that_replaces_another(ledger, place):
    people(ledger, *[200_000] * 3)
    put_in_force(ledger, Day(sms=(1, 0)))
    assert what_now(ledger, 1).permit is not None
    put_in_force(ledger, Day(sms=(1, 0)), plan_id="plan-2")
    assert codes(what_now(ledger, 2)) == ["not_planned", "no_room"]
    ledger.close()

    opened = open_ledger(place)
    assert codes(what_now(opened, 3)) == ["not_planned", "no_room"]
    opened.close()


def test_a_requested_attempt_counts_but_is_not_refused_for_capacity(ledger):
    people(ledger, *[200_000] * 3)
    put_in_force(ledger, Day(sms=(1, 0)), planned(3))

    assert request(ledger, 1).taken.basis is Basis.REQUEST
    assert codes(what_now(ledger, 3))[0] == "no_room"  # the line is in use
    assert request(ledger, 2).permit is not None
    assert gone(ledger) == (2, 1)


def test_a_person_is_contacted_as_often_as_the_plan_allows_and_planned_contacts_come_first(ledger):
    import_parties(ledger, [(a_party("P1"), (an_account("A1", "P1"), an_account("A2", "P1")))])
    put_in_force(ledger, Day(), planned(1, slot=1))

    assert codes(what_now(ledger, 2)) == ["not_planned", "touches_spent"]


def test_a_plan_without_terms_gives_planned_treatments_only(ledger):
    people(ledger, *[200_000] * 2)
    record = PlanRecord("plan-0", PlanState.ACTIVE, "done", "h")

    def put(tx):
        tx.plans.add(replace(record, state=PlanState.RUNNING), "", TEN)
        tx.plans.activate(record, [planned(1)])

    ledger.write(put)

    assert codes(what_now(ledger, 2)) == ["not_planned"]
    assert what_now(ledger, 1).permit is not None


def test_in_a_race_for_the_last_places_no_more_are_given_than_there_are(ledger):
    people(ledger, *[200_000] * 40)
    put_in_force(ledger, Day(sms=(12, 0)), *[planned(n) for n in range(1, 6)])
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: what_now(ledger, n), range(40, 0, -1)))

    bases = [a.taken.basis for a in answers if a.permit is not None]
    assert (bases.count(Basis.PLAN), bases.count(Basis.PRICES)) == (5, 7)
    assert gone(ledger) == (12, 0)


steps = st.lists(
    st.tuples(
        st.sampled_from(["decide", "request", "release", "confirm", "placed", "not placed"]),
        st.integers(1, 7),
        st.integers(0, 12),
    ),
    max_size=40,
)


@given(steps=steps, limit=st.integers(0, 3), kept=st.integers(0, 3), day=st.integers(1, 4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_comes_in_between_decide_never_overspends_a_slot_or_the_day(
    new_place, steps, limit, kept, day
):
    ledger = open_ledger(new_place())
    people(ledger, *[200_000] * 7)
    terms = Day(sms=(limit, limit), per_day=day)
    plan = [planned(n, slot=n % 2) for n in range(1, min(kept, 2 * limit, day) + 1)]
    put_in_force(ledger, terms, *plan)
    at, permits, live = TEN, {}, {}  # the slot that each permit was given in
    for number, (step, who, minutes) in enumerate(steps):
        at += timedelta(minutes=minutes)
        slot = next((i for i, s in enumerate(SLOTS) if s.contains(at)), None)
        if step in ("decide", "request"):
            ask = what_now if step == "decide" else request
            answer = ask(ledger, who, at, request_id=f"n{number}")
            if answer.permit is None:
                continue
            if step == "decide":
                assert slot is not None
                standing = ledger.read(
                    lambda tx: [
                        s for p, s in live.items() if tx.attempts.permit(p)[1] != "released"
                    ]
                )
                assert standing.count(slot) < limit
                assert sum(s is not None for s in standing) < day
            permits[who] = answer.permit.id
            live[answer.permit.id] = slot
        elif who in permits:
            permit = permits[who]
            try:
                if step == "release":
                    release(ledger, permit, at)
                elif step == "confirm":
                    confirm(ledger, permit, at)
            except WrongState:
                pass
            if step in ("placed", "not placed"):
                outcome = Outcome.DELIVERED if step == "placed" else Outcome.NOT_PLACED
                report(ledger, [AttemptOutcome(permit, outcome)], at)
    # Counted anew from the permits themselves, the counters are right.
    for place, slot in enumerate(SLOTS):
        starts = ledger.read(
            lambda tx: [
                p.granted_at
                for p, state, _, _ in map(tx.attempts.permit, live)
                if state != "released"
            ]
        )
        assert gone(ledger, place)[0] == sum(slot.contains(start) for start in starts)
    for entry in ledger.read(lambda tx: tx.audit.stored(0, 1000)):
        assert again(entry.record.decode(), RULES, terms.terms).difference is None
    ledger.close()
