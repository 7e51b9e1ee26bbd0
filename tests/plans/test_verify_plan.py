"""The verifier finds each kind of fault in a plan written by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from examples import CALM, RULE, SHANGHAI, a_mobile, a_party, an_account, shanghai

from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.directive import Cap, CapKey, CoolDown, Forbid, MinimumGap
from strategy.domain.directives import Directives
from strategy.domain.floor import Floor, FloorResult
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.script import Script
from strategy.domain.slot import slots_between
from strategy.domain.verdict import Verdict
from strategy.optimizer.verify import verify

SLOTS = slots_between(shanghai("2026-03-10 09:00"), shanghai("2026-03-10 22:30"))
BOOK = Book(
    shanghai("2026-03-09 20:00"),
    SHANGHAI,
    {f"P{n}": a_party(f"P{n}") for n in (1, 2)},
    {"A1": an_account("A1"), "A2": an_account("A2", "P2"), "A3": an_account("A3")},
    {},
)


XIAOYU = Script("S-YU", Channel.ROBOT_CALL, "T", frozenset({"zh"}), persona="小雨，女声")


def an_assignment(account="A1", party="P1", slot=0, **changes):
    planned = Assignment(
        account, party, f"{party}-m1", Channel.AGENT_CALL, SLOTS[slot], CALM.id, 100, 10
    )
    return replace(planned, **changes)


def found(*assignments, directives=(), touches=2, complaints=1000, room=1, results=(), **more):
    channels = dict.fromkeys((Channel.AGENT_CALL, Channel.ROBOT_CALL), (room,) * len(SLOTS))
    capacity = Capacity(SHANGHAI, SLOTS, channels, complaints, touches, **more)
    verdicts = {account: Verdict(Directives(directives), {}) for account in BOOK.accounts}
    scripts = {CALM.id: CALM, XIAOYU.id: XIAOYU}
    violations = verify(assignments, BOOK, verdicts, scripts, capacity, results)
    return [(v.account_id, v.limit) for v in violations]


def test_a_lawful_plan_has_no_violation():
    assert found(an_assignment(), an_assignment("A2", "P2", 1)) == []


def test_floors_are_counted_again_and_none_may_be_left_out():
    floor = Floor("calls", at_least=2, channels=(Channel.AGENT_CALL,))
    said = FloorResult("calls", 2, 3, 3, 1, 1, 1, 0.0)
    planned = (an_assignment(),)

    assert found(*planned, floors=(floor,), results=(said,)) == []
    for wrong in ((), (replace(said, reached=2),), (replace(said, asked=1),)):
        assert found(*planned, floors=(floor,), results=wrong) == [("", "floor")]
    text = replace(floor, channels=(Channel.SMS,))
    assert found(*planned, floors=(text,), results=(said,)) == [("", "floor")]
    others = replace(floor, segments=("early",))  # nobody is in one
    assert found(*planned, floors=(others,), results=(said,)) == [("", "floor")]


def test_a_slot_over_capacity_is_found():
    both = (an_assignment(), an_assignment("A2", "P2"))

    assert found(*both) == [("A2", "channel_slot_capacity")]
    assert found(*both, room=2) == []


def test_a_slot_or_channel_that_has_no_capacity_is_found():
    later = replace(SLOTS[0], start=SLOTS[0].start - timedelta(days=1), end=SLOTS[0].start)

    for planned in (an_assignment(channel=Channel.SMS), replace(an_assignment(), slot=later)):
        assert ("A1", "channel_slot_capacity") in found(planned)


def test_complaints_over_the_budget_are_found_at_the_attempt_that_breaks_it():
    assert found(an_assignment(), an_assignment("A2", "P2", 1), complaints=19) == [
        ("A2", "complaint_budget")
    ]


def test_more_robots_of_a_type_than_there_are_in_a_slot_are_found():
    robot = {"channel": Channel.ROBOT_CALL, "script": XIAOYU.id}
    both = (an_assignment(**robot), an_assignment("A2", "P2", **robot))

    assert found(*both, room=2) == []
    assert found(*both, room=2, robots={"小雨": (1,) * len(SLOTS)}) == [("A2", "robot_lines")]
    assert found(*both, room=2, robots={"小航": (0,) * len(SLOTS)}) == []


def test_more_attempts_by_a_channel_than_the_day_has_are_found():
    both = (an_assignment(), an_assignment("A2", "P2", 1))

    assert found(*both, per_day={Channel.AGENT_CALL: 2, Channel.ROBOT_CALL: 0}) == []
    assert found(*both, per_day={Channel.AGENT_CALL: 1}) == [("A2", "attempts_per_day")]


def test_more_money_than_there_is_and_an_attempt_that_earns_some_are_found():
    both = (an_assignment(cost_cents=3), an_assignment("A2", "P2", 1, cost_cents=4))

    assert found(*both, money_cents=7, currency="CNY") == []
    assert found(*both, money_cents=6, currency="CNY") == [("A2", "money_budget")]
    assert found(an_assignment(cost_cents=-1)) == [("A1", "money_budget")]


def test_more_touches_than_allowed_to_one_person_are_found():
    both = (FIRST, later("A3"))

    assert found(*both, touches=1) == [("A3", "touches_per_party")]
    assert found(*both) == []


def later(account="A1", slot=9, touch=2, chance_micro=700_000, **changes):
    return an_assignment(account, slot=slot, touch=touch, chance_micro=chance_micro, **changes)


FIRST = an_assignment(contact_micro=300_000)


def test_a_later_touch_of_the_same_account_is_lawful_where_touches_are_left():
    assert found(FIRST, later()) == []
    assert found(FIRST, later(), touches=1) == [("A1", "touches_per_party")]


def test_touches_are_numbered_as_they_follow_in_time():
    assert found(FIRST, later(touch=1)) == [("A1", "touch_order")]
    assert found(FIRST, later(touch=3)) == [("A1", "touch_order")]
    assert found(replace(FIRST, slot=SLOTS[20]), later()) == [
        *[("A1", "touch_order"), ("A1", "touch_chance")] * 2
    ]


def test_a_later_touch_is_made_as_often_as_those_before_it_fail():
    third = later(slot=12, touch=3, chance_micro=350_000)
    middle = later(contact_micro=500_000)

    assert found(FIRST, middle, third, touches=3) == []
    assert found(FIRST, later(chance_micro=700_001)) == [("A1", "touch_chance")]
    assert found(replace(FIRST, contact_micro=-1)) == [("A1", "touch_chance")]
    assert found(FIRST, middle, replace(third, chance_micro=700_000), touches=3) == [
        ("A1", "touch_chance")
    ]


def test_a_touch_uses_capacity_as_often_as_it_is_made():
    other = an_assignment("A2", "P2", slot=9)
    rare = later(chance_micro=100_000)
    sure = replace(FIRST, contact_micro=900_000)

    # 1 + 0.1 attempts in one half hour; the money of 10 + 10 + 1, the complaints of 10 + 10 + 1.
    assert found(sure, rare, other) == [("A2", "channel_slot_capacity")]
    assert found(sure, rare, other, room=2, complaints=21) == []
    assert found(sure, rare, other, room=2, complaints=20) == [("A2", "complaint_budget")]
    paid = [replace(a, cost_cents=10) for a in (sure, rare, other)]
    assert found(*paid, room=2, money_cents=21, currency="CNY") == []
    assert found(*paid, room=2, money_cents=20, currency="CNY") == [("A2", "money_budget")]


def test_a_failed_call_begins_no_rest_after_a_talk_but_one_after_no_answer():
    talk = CoolDown(RULE, VOICE, frozenset({Outcome.RIGHT_PARTY_CONTACT}), 2)
    silence = CoolDown(RULE, VOICE, frozenset({Outcome.NO_ANSWER}), 2)

    assert found(FIRST, later(), directives=[talk]) == []
    assert found(FIRST, later(), directives=[silence]) == [("A1", "cool_down")]


@pytest.mark.parametrize(
    ("count", "allowed"),
    [(Count.DIALS, False), (Count.CONNECTED, False), (Count.CONVERSATIONS, True)],
)
def test_a_failed_call_counts_as_a_dial_and_perhaps_as_answered_but_not_as_a_talk(count, allowed):
    cap = Cap(RULE, VOICE, count, CapKey.PARTY, 1, 1)

    assert (found(FIRST, later(), directives=[cap]) == []) is allowed


def test_two_attempts_to_one_person_in_one_slot_are_found():
    assert found(FIRST, later("A3", slot=0), room=2) == [("A3", "open_permit")]


def test_people_points_and_scripts_that_do_not_belong_are_found():
    for changed in (
        an_assignment(party="P2"),
        an_assignment("A404"),
        an_assignment(contact_point_id="P2-m1"),
        an_assignment(script="S-404"),
    ):
        assert (changed.account_id, "reference") in found(changed)


def test_a_slot_that_reaches_into_a_ban_is_found():
    night = Forbid(RULE, ALL_CHANNELS, (LocalWindow(22 * 60 + 10, 8 * 60),))

    assert found(an_assignment(slot=26), directives=[night]) == [("A1", "contact_time_ban")]
    assert found(an_assignment(slot=25), directives=[night]) == []


def test_a_gap_between_planned_attempts_is_measured_from_the_end_of_the_earlier_slot():
    gap = MinimumGap(RULE, VOICE, 60)

    # 09:00-09:30 and 10:00-10:30 may lie half an hour apart; 10:30-11:00 is an hour away.
    assert found(FIRST, later("A3", slot=2), directives=[gap]) == [("A3", "minimum_gap")]
    assert found(FIRST, later("A3", slot=3), directives=[gap]) == []


def test_a_cap_counts_the_plans_own_earlier_attempts():
    cap = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1)

    assert found(FIRST, later("A3"), directives=[cap]) == [("A3", "frequency_cap")]


def test_a_stranger_on_the_line_is_found():
    point = a_mobile("P1", valid=False)
    book_with_dead_number = replace(
        BOOK, parties=BOOK.parties | {"P1": a_party("P1", contact_points=(point,))}
    )
    capacity = Capacity(SHANGHAI, SLOTS, {Channel.AGENT_CALL: (1,) * len(SLOTS)}, 1000)
    verdicts = {"A1": Verdict(Directives(), {})}
    (violation,) = verify(
        [an_assignment()], book_with_dead_number, verdicts, {CALM.id: CALM}, capacity
    )

    assert violation.limit == "contact_point"
