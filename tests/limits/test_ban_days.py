"""Bans on weekdays and holidays, in the person's own calendar."""

from datetime import date, timedelta

import pytest
from examples import RULE, SHANGHAI, a_call, a_case, a_mobile, a_party, shanghai, utc
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.domain.attempt import Purpose
from strategy.domain.calendar import WEEKDAYS, HolidayCalendar, Weekday
from strategy.domain.channel import ALL_CHANNELS, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Forbid
from strategy.domain.local_time import LocalWindow, local
from strategy.domain.reason import RuleRef
from strategy.limits import check

WORKDAYS, WEEKEND = frozenset(WEEKDAYS[:5]), frozenset(WEEKDAYS[5:])
PUBLIC = HolidayCalendar("au", frozenset({2026}), frozenset({date(2026, 1, 26)}))


def until(minutes_from: int, minutes_to: int) -> tuple[LocalWindow, ...]:
    return (LocalWindow(minutes_from, minutes_to),)


# RG 96: Monday to Friday 7:30-21:00, weekends 9:00-21:00, national public holidays never.
AUSTRALIA = (
    Forbid(RULE, ALL_CHANNELS, until(0, 450), weekdays=WORKDAYS),
    Forbid(RULE, ALL_CHANNELS, until(0, 540), weekdays=WEEKEND),
    Forbid(RULE, ALL_CHANNELS, until(1260, 1440)),
    Forbid(RULE, ALL_CHANNELS, calendar=PUBLIC),
)


def codes(at, case, **changes):
    return [reason.code for reason in check.reasons(a_call(at, case, **changes), case)]


@pytest.mark.parametrize(
    ("zone", "instant", "allowed"),
    [
        ("Australia/Sydney", "2026-10-03T21:15", False),  # Sunday 08:15, summer time has begun
        ("Australia/Brisbane", "2026-10-03T21:15", False),  # Sunday 07:15
        ("Australia/Sydney", "2026-10-03T22:15", True),  # Sunday 09:15
        ("Australia/Brisbane", "2026-10-03T22:15", False),  # Sunday 08:15
        ("Australia/Sydney", "2026-10-05T20:29:59", False),  # Tuesday 07:29:59
        ("Australia/Sydney", "2026-10-05T20:30", True),  # Tuesday 07:30
        ("Australia/Sydney", "2026-01-25T23:00", False),  # Monday 26 January, 10:00
        ("Australia/Sydney", "2026-01-26T23:00", True),  # the day after
    ],
)
def test_weekdays_weekends_and_holidays_have_hours_of_their_own(zone, instant, allowed):
    case = a_case(*AUSTRALIA, party=a_party(zones=(zone,)))

    assert (codes(utc(instant), case) == []) is allowed


def test_after_a_long_weekend_the_next_permitted_instant_is_the_first_working_morning():
    case = a_case(*AUSTRALIA, party=a_party(zones=("Australia/Sydney",)))
    sunday_night = utc("2026-01-25T10:30")  # 21:30 on Sunday; Monday is a holiday

    found = check.next_permitted(a_call(sunday_night, case), case)

    assert found == utc("2026-01-26T20:30")  # Tuesday 07:30


def test_a_window_that_crosses_midnight_belongs_to_the_day_on_which_it_starts():
    friday = Forbid(RULE, ALL_CHANNELS, until(1260, 480), weekdays=frozenset({Weekday.FRI}))
    case = a_case(friday)

    assert codes(shanghai("2026-03-13 21:00"), case) == ["contact_time_ban"]  # Friday evening
    assert codes(shanghai("2026-03-14 07:59"), case) == ["contact_time_ban"]  # Saturday morning
    assert codes(shanghai("2026-03-14 21:00"), case) == []
    assert codes(shanghai("2026-03-13 07:59"), case) == []  # that was Thursday's night


def test_a_year_whose_holidays_nobody_wrote_down_refuses():
    case = a_case(Forbid(RULE, ALL_CHANNELS, calendar=PUBLIC))

    assert codes(shanghai("2026-12-31 10:00"), case) == []
    assert codes(shanghai("2027-01-01 10:00"), case) == ["holidays_unknown"]
    assert check.next_permitted(a_call(shanghai("2027-01-01 10:00"), case), case) is None


def test_a_ban_on_work_numbers_leaves_the_mobile_alone():
    work = a_mobile(number="2", kind=ContactKind.WORK)
    case = a_case(
        Forbid(RULE, ALL_CHANNELS, kinds=frozenset({ContactKind.WORK})),
        party=a_party(contact_points=(a_mobile(), work)),
    )
    at = shanghai("2026-03-10 10:00")

    assert codes(at, case) == []
    assert codes(at, case, contact_point=work) == ["channel_ban"]


def test_a_service_message_passes_a_rule_that_exempts_it_and_no_other():
    held = Forbid(RULE, ALL_CHANNELS, exempt=frozenset({Purpose.SERVICE}))
    strict = Forbid(RULE, frozenset({Channel.SMS}))
    at = shanghai("2026-03-10 10:00")

    assert codes(at, a_case(held)) == ["channel_ban"]
    assert codes(at, a_case(held), purpose=Purpose.SERVICE) == []
    both = a_case(held, strict)
    assert codes(at, both, purpose=Purpose.SERVICE, channel=Channel.SMS) == ["channel_ban"]


def test_a_rule_binds_from_its_first_to_its_last_local_day():
    ref = RuleRef("R", "f:1", "t", "c", "policy", date(2026, 9, 1), date(2026, 9, 2))
    case = a_case(Forbid(ref, ALL_CHANNELS))

    assert codes(shanghai("2026-08-31 23:59:59"), case) == []
    assert codes(shanghai("2026-09-01 00:00"), case) == ["channel_ban"]
    assert codes(shanghai("2026-09-02 23:59:59"), case) == ["channel_ban"]
    assert codes(shanghai("2026-09-03 00:00"), case) == []
    found = check.next_permitted(a_call(shanghai("2026-09-01 10:00"), case), case)
    assert found == shanghai("2026-09-03 00:00")


def test_no_permit_runs_into_the_day_on_which_a_rule_begins():
    ref = RuleRef("R", "f:1", "t", "c", "policy", date(2026, 9, 1))
    case = a_case(Forbid(ref, ALL_CHANNELS))
    late = shanghai("2026-08-31 23:59:30")

    closes = check.open_until(a_call(late, case), case, late + timedelta(seconds=60))

    assert closes == shanghai("2026-09-01 00:00")


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 1439),
    end=st.integers(1, 1440),
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1, max_size=6),
    hours=st.integers(0, 24 * 14),
    zone=st.sampled_from([SHANGHAI, "Asia/Kolkata", "America/Phoenix"]),
)
def test_the_next_permitted_instant_is_the_first_open_minute(start, end, days, hours, zone):
    if start == end:
        end = (end + 1) % 1440
    window = LocalWindow(start, end)
    ban = Forbid(RULE, ALL_CHANNELS, (window,), weekdays=frozenset(days))
    case = a_case(ban, party=a_party(zones=(zone,)))
    at = utc("2026-03-02T00:00") + timedelta(hours=hours)

    def banned(instant):
        wall = local(instant, zone)
        minute, today = wall.hour * 60 + wall.minute, WEEKDAYS[wall.weekday()] in days
        if window.start < window.end:
            return today and window.covers(minute)
        yesterday = WEEKDAYS[(wall.weekday() - 1) % 7] in days
        return (today and minute >= window.start) or (yesterday and minute < window.end)

    minute = at
    while banned(minute):
        minute += timedelta(minutes=1)

    assert check.next_permitted(a_call(at, case), case) == minute
