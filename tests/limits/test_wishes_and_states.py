"""What the person asked for, and states that last."""

import pytest
from examples import RULE, a_call, a_case, a_mobile, a_party, shanghai

from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Hold, ScriptChoice, ScriptUse
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.party import Wish
from strategy.limits import check

TEN = "2026-03-10 10:00"
WORK = a_mobile(number="2", kind=ContactKind.WORK)


def codes(case, at=TEN, **changes):
    return [r.code for r in check.reasons(a_call(shanghai(at), case, **changes), case)]


def wishing(*wishes):
    return a_case(party=a_party(contact_points=(a_mobile(), WORK), wishes=wishes))


def event(kind, wall="2026-03-01 10:00", **changes):
    return Event(f"e-{kind}-{wall}", "P1", kind, shanghai(wall), **changes)


def test_hours_that_the_person_does_not_want_are_closed_and_open_again():
    case = wishing(Wish(VOICE, (LocalWindow(9 * 60, 18 * 60),)))

    assert codes(case) == ["wish"]
    assert codes(case, channel=Channel.SMS) == []
    found = check.next_permitted(a_call(shanghai(TEN), case), case)
    assert found == shanghai("2026-03-10 18:00")


def test_who_is_not_to_be_called_at_work_is_called_on_the_mobile():
    case = wishing(Wish(kinds=frozenset({ContactKind.WORK})))

    assert codes(case, contact_point=WORK) == ["wish"]
    assert codes(case) == []


def test_a_wish_ends_when_it_was_said_to_end():
    case = wishing(Wish(until=shanghai("2026-03-20 00:00")))

    assert codes(case) == ["wish"]
    assert check.next_permitted(a_call(shanghai(TEN), case), case) == shanghai("2026-03-20 00:00")
    assert codes(wishing(Wish()), "2030-01-01 10:00") == ["wish"]


def test_a_permit_does_not_run_into_hours_that_the_person_does_not_want():
    case = wishing(Wish(windows=(LocalWindow(600, 660),)))
    before = shanghai("2026-03-10 09:59:40")

    assert check.open_until(a_call(before, case), case, shanghai("2026-03-10 10:30")) == shanghai(
        TEN
    )


def test_who_opted_out_of_one_number_can_be_reached_on_another():
    out = event(EventKind.OPT_OUT, contact_point_id=WORK.id)
    case = a_case(events=(out,), party=a_party(contact_points=(a_mobile(), WORK)))

    assert codes(case, contact_point=WORK) == ["opt_out"]
    assert codes(case) == []


def test_quarantine_lasts_until_somebody_has_looked():
    caught = event(EventKind.QUARANTINE, account_id="A1")
    looked = event(EventKind.QUARANTINE_ENDED, "2026-03-05 10:00", account_id="A1")

    assert codes(a_case(events=(caught,))) == ["quarantine"]
    assert codes(a_case(events=(caught, looked))) == []


@pytest.mark.parametrize(
    ("wall", "allowed"), [("2026-04-29 23:59:59", False), ("2026-04-30 00:00", True)]
)
def test_sixty_days_of_breathing_space_end_by_themselves(wall, allowed):
    held = Hold(RULE, ALL_CHANNELS, since=frozenset({EventKind.MORATORIUM}), days=60)
    case = a_case(held, events=(event(EventKind.MORATORIUM),))  # 1 March is day one

    assert (codes(case, wall) == []) is allowed
    found = check.next_permitted(a_call(shanghai("2026-03-10 10:00"), case), case)
    assert found == shanghai("2026-04-30 00:00")


def test_a_hold_whose_beginning_nobody_recorded_does_not_end_by_itself():
    held = Hold(RULE, ALL_CHANNELS, since=frozenset({EventKind.MORATORIUM}), days=60)

    assert codes(a_case(held)) == ["hold"]
    assert check.next_permitted(a_call(shanghai(TEN), a_case(held)), a_case(held)) is None


def require(priority, *scripts):
    return ScriptChoice(RULE, VOICE, ScriptUse.REQUIRE, frozenset(scripts), priority)


def test_of_required_scripts_the_highest_priority_decides():
    case = a_case(require(1, "calm"), require(2, "firm", "plan"), require(2, "plan", "calm"))

    allowed = [s for s in ("calm", "firm", "plan") if codes(case, script=s) == []]
    assert allowed == ["plan"]


def test_a_forbidden_script_stays_forbidden_when_another_rule_requires_it():
    forbid = ScriptChoice(RULE, VOICE, ScriptUse.FORBID, frozenset({"plan"}))

    assert codes(a_case(require(2, "plan"), forbid), script="plan") == ["script_choice"]
