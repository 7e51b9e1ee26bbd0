"""What caps, gaps and rests count, and for whom."""

from datetime import timedelta

import pytest
from examples import RULE, a_call, a_case, a_mobile, a_party, an_attempt, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.domain.attempt import Purpose
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Cap, CapKey, CapWindow, CoolDown, MinimumGap
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import local_day
from strategy.domain.outcome import Count, Outcome
from strategy.limits import check

TEN = "2026-03-10 10:00"  # a Tuesday


def cap(maximum, days=0, window=CapWindow.DAYS, **changes):
    values = {"channels": VOICE, "count": Count.DIALS, "key": CapKey.PARTY} | changes
    return Cap(RULE, maximum=maximum, days=days, window=window, **values)


def blocked(case, at=TEN, **changes):
    return [r.code for r in check.reasons(a_call(shanghai(at), case, **changes), case)]


def opens(case, at=TEN):
    return check.next_permitted(a_call(shanghai(at), case), case)


def calls(*walls, **changes):
    return tuple(an_attempt(shanghai(wall), id=f"t{n}", **changes) for n, wall in enumerate(walls))


def test_a_calendar_week_is_monday_to_sunday_and_a_rolling_week_is_not():
    friday_and_sunday = calls("2026-03-06 10:00", "2026-03-08 20:00")

    by_calendar = a_case(cap(2, window=CapWindow.WEEK), attempts=friday_and_sunday)
    rolling = a_case(cap(2, days=7), attempts=friday_and_sunday)

    assert blocked(by_calendar, "2026-03-08 21:00") == ["frequency_cap"]
    assert opens(by_calendar, "2026-03-08 21:00") == shanghai("2026-03-09 00:00")
    assert blocked(by_calendar) == []
    assert blocked(rolling) == ["frequency_cap"]
    assert opens(rolling) == shanghai("2026-03-13 00:00")


def test_both_a_calendar_month_and_thirty_days_must_pass():
    # Six contacts from 20 to 25 January and four on 1 to 4 February: the eleventh is refused.
    made = calls(
        *[f"2026-01-{day} 10:00" for day in range(20, 26)],
        *[f"2026-02-0{day} 10:00" for day in range(1, 5)],
    )
    month, thirty = cap(10, window=CapWindow.MONTH), cap(10, days=30)

    assert blocked(a_case(month, attempts=made), "2026-02-09 10:00") == []
    assert blocked(a_case(month, thirty, attempts=made), "2026-02-09 10:00") == ["frequency_cap"]
    assert blocked(a_case(month, thirty, attempts=made), "2026-02-19 10:00") == []


def test_outcomes_that_do_not_count_leave_the_cap_alone_and_unknown_ones_count():
    engaged = cap(1, days=1, uncounted=frozenset({Outcome.BUSY, Outcome.NOT_IN_SERVICE}))

    busy = calls("2026-03-10 09:00", outcome=Outcome.BUSY)
    unknown = calls("2026-03-10 09:00", outcome=Outcome.UNKNOWN)

    assert blocked(a_case(engaged, attempts=busy)) == []
    assert blocked(a_case(engaged, attempts=unknown)) == ["frequency_cap"]


def test_agencies_are_pooled_unless_the_law_counts_each_for_itself():
    by_another = calls("2026-03-10 09:00", agency="north")

    pooled = a_case(cap(1, days=1), attempts=by_another)
    apart = a_case(cap(1, days=1, pooled=False), attempts=by_another)

    assert blocked(pooled) == ["frequency_cap"]
    assert blocked(apart) == []
    assert blocked(apart, agency="north") == ["frequency_cap"]


def test_an_exempt_purpose_is_neither_counted_nor_bound():
    notices = cap(1, days=7, channels=ALL_CHANNELS, exempt=frozenset({Purpose.LEGAL_NOTICE}))
    notice = a_case(notices, attempts=calls("2026-03-09 10:00", purpose=Purpose.LEGAL_NOTICE))
    demand = a_case(notices, attempts=calls("2026-03-09 10:00"))

    assert blocked(notice) == []
    assert blocked(demand) == ["frequency_cap"]
    assert blocked(demand, purpose=Purpose.LEGAL_NOTICE) == []


def test_a_cap_on_work_numbers_counts_work_numbers_and_those_nobody_knows_any_more():
    work = a_mobile(number="2", kind=ContactKind.WORK)
    party = a_party(contact_points=(a_mobile(), work))
    at_work = cap(1, days=30, kinds=frozenset({ContactKind.WORK}))

    def case(point):
        made = calls("2026-03-01 10:00", contact_point_id=point)
        return a_case(at_work, attempts=made, party=party)

    assert blocked(case("P1-m1"), contact_point=work) == []
    assert blocked(case("P1-m2"), contact_point=work) == ["frequency_cap"]
    assert blocked(case("gone"), contact_point=work) == ["frequency_cap"]
    assert blocked(case("P1-m2")) == []  # the mobile


@pytest.mark.parametrize(
    ("wall", "allowed"),
    [("2026-03-10 23:59:59", False), ("2026-03-11 00:00", True), ("2026-03-11 12:00", True)],
)
def test_two_days_apart_is_monday_and_again_wednesday(wall, allowed):
    monday = calls("2026-03-09 22:00", channel=Channel.EMAIL)
    case = a_case(MinimumGap(RULE, ALL_CHANNELS, days=2), attempts=monday)

    assert (blocked(case, wall) == []) is allowed


def inbound(wall, account=None):
    return Event("e1", "P1", EventKind.INBOUND_CONVERSATION, shanghai(wall), account)


def test_a_conversation_that_the_person_began_rests_that_debt_and_no_other():
    rest = CoolDown(
        RULE,
        VOICE,
        frozenset({Outcome.RIGHT_PARTY_CONTACT}),
        7,
        frozenset({EventKind.INBOUND_CONVERSATION}),
        key=CapKey.ACCOUNT,
    )

    mine = a_case(rest, events=(inbound("2026-03-02 23:50", "A1"),))
    other = a_case(rest, events=(inbound("2026-03-02 23:50", "A2"),))

    assert blocked(mine, "2026-03-08 20:00") == ["cool_down"]
    assert blocked(mine, "2026-03-09 00:00") == []  # its own day is day one; not 168 hours
    assert blocked(other, "2026-03-08 20:00") == []


def test_who_was_reached_by_phone_hears_nothing_else_for_the_rest_of_the_week():
    rest = CoolDown(
        RULE,
        frozenset({Channel.SMS, Channel.EMAIL}),
        frozenset({Outcome.RIGHT_PARTY_CONTACT}),
        0,
        by=VOICE,
    )
    reached = calls("2026-03-10 09:00", outcome=Outcome.RIGHT_PARTY_CONTACT)
    case = a_case(rest, attempts=reached)

    assert blocked(case, "2026-03-15 20:00", channel=Channel.SMS) == ["cool_down"]
    assert blocked(case, "2026-03-16 08:00", channel=Channel.SMS) == []
    assert blocked(case, "2026-03-15 20:00") == []  # calls are another rule's business
    by_mail = calls("2026-03-10 09:00", outcome=Outcome.DELIVERED, channel=Channel.EMAIL)
    assert blocked(a_case(rest, attempts=by_mail), "2026-03-11 20:00", channel=Channel.SMS) == []


WEEKLY = cap(3, window=CapWindow.WEEK)
MONTHLY = cap(5, window=CapWindow.MONTH)
ROLLING = cap(2, days=3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=60))
def test_whoever_follows_the_permits_never_exceeds_a_window(gaps):
    at, made = shanghai("2026-02-20 00:30"), []
    for hours in gaps:
        at += timedelta(hours=hours)
        case = a_case(WEEKLY, MONTHLY, ROLLING, attempts=tuple(made))
        if not check.reasons(a_call(at, case), case):
            made.append(an_attempt(at, id=f"t{len(made)}"))
    days = [local_day(a.at, "Asia/Shanghai") for a in made]
    for day in days:
        assert sum(d.isocalendar()[:2] == day.isocalendar()[:2] for d in days) <= 3
        assert sum((d.year, d.month) == (day.year, day.month) for d in days) <= 5
        assert sum(0 <= (day - d).days < 3 for d in days) <= 2
