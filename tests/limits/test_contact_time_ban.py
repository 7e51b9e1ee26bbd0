"""Hours in which nobody is contacted. Cases follow the edge cases of the rule packs' sources."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from examples import RULE, a_call, a_case, a_mobile, a_party, shanghai, utc
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain.calendar import HolidayCalendar, Weekday
from strategy.domain.channel import ALL_CHANNELS, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Forbid
from strategy.domain.history import History
from strategy.domain.local_time import LocalWindow
from strategy.domain.party import Consent
from strategy.limits import check, contact_time_ban
from strategy.limits.case import Case

NIGHT = Forbid(RULE, ALL_CHANNELS, (LocalWindow(22 * 60, 8 * 60),))
US_NIGHT = Forbid(RULE, ALL_CHANNELS, (LocalWindow(21 * 60, 8 * 60),))


def blocked(at, case, **changes):
    return bool(list(contact_time_ban.blocks(a_call(at, case, **changes), case)))


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-10 21:59:59", False),
        ("2026-03-10 22:00:00", True),
        ("2026-03-11 07:59:59", True),
        ("2026-03-11 08:00:00", False),
    ],
)
def test_a_window_across_midnight_is_half_open(wall, expected):
    assert blocked(shanghai(wall), a_case(NIGHT)) is expected


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("America/New_York", "2026-11-01T12:30", True),  # 07:30 EST; a stale offset says 08:30
        ("America/New_York", "2026-03-09T01:30", True),  # 21:30 EDT; a stale offset says 20:30
        ("America/New_York", "2026-03-08T12:30", False),  # 08:30 EDT
        ("America/New_York", "2026-11-01T05:30", True),  # 01:30, first time
        ("America/New_York", "2026-11-01T06:30", True),  # 01:30, second time
        ("America/Phoenix", "2026-07-01T14:30", True),  # 07:30, no daylight saving
        ("America/Denver", "2026-07-01T14:30", False),  # 08:30
    ],
)
def test_clock_changes_move_the_window_with_the_wall_clock(zone, instant, expected):
    case = a_case(US_NIGHT, party=a_party(zones=(zone,)))

    assert blocked(utc(instant), case) is expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-07-01T14:30", True),
        ("2026-07-01T15:00", False),
        ("2026-07-02T00:59", False),
        ("2026-07-02T01:00", True),
    ],
)
def test_a_person_in_two_possible_zones_is_protected_in_both(instant, expected):
    case = a_case(US_NIGHT, party=a_party(zones=("America/New_York", "America/Los_Angeles")))

    assert blocked(utc(instant), case) is expected


def test_the_refusal_says_when_the_window_ends():
    case = a_case(NIGHT)
    (reason,) = contact_time_ban.blocks(a_call(shanghai("2026-03-10 23:15"), case), case)

    assert reason.until == shanghai("2026-03-11 08:00")
    assert reason.rule is RULE
    assert "22:00-08:00" in reason.message


def test_two_windows_that_touch_end_together():
    noon = Forbid(RULE, ALL_CHANNELS, (LocalWindow(720, 780), LocalWindow(780, 840)))
    case = a_case(noon)
    (reason,) = contact_time_ban.blocks(a_call(shanghai("2026-03-10 12:30"), case), case)

    assert reason.until == shanghai("2026-03-10 14:00")


def test_a_slot_that_a_window_cuts_into_is_closed():
    short = Forbid(RULE, ALL_CHANNELS, (LocalWindow(12 * 60 + 10, 12 * 60 + 20),))
    start = shanghai("2026-03-10 12:00")

    assert blocked(start, a_case(short), ends=start + timedelta(minutes=30))
    assert not blocked(start, a_case(short))


def test_a_slot_that_ends_when_the_window_begins_is_open():
    start = shanghai("2026-03-10 21:30")

    assert not blocked(start, a_case(NIGHT), ends=start + timedelta(minutes=30))


def test_only_consent_to_these_hours_lifts_a_ban_that_consent_can_lift():
    lifted = Forbid(RULE, ALL_CHANNELS, NIGHT.windows, consent_lifts=True)
    night = shanghai("2026-03-10 23:00")
    to_channel = Consent(Channel.AGENT_CALL, shanghai("2026-01-01 00:00"))
    to_hours = Consent(Channel.AGENT_CALL, shanghai("2026-01-01 00:00"), any_hour=True)
    expired = Consent(
        Channel.AGENT_CALL, shanghai("2026-01-01 00:00"), shanghai("2026-02-01 00:00"), True
    )

    assert blocked(night, a_case(lifted, party=a_party(consents=(to_channel,))))
    assert blocked(night, a_case(lifted, party=a_party(consents=(expired,))))
    assert not blocked(night, a_case(lifted, party=a_party(consents=(to_hours,))))
    assert blocked(night, a_case(NIGHT, party=a_party(consents=(to_hours,))))


def test_a_permit_does_not_outlive_the_start_of_a_ban():
    case = a_case(NIGHT)
    at = shanghai("2026-03-10 21:59:50")
    until = check.open_until(a_call(at, case), case, at + timedelta(seconds=60))

    assert until == shanghai("2026-03-10 22:00:00")


ZONES = ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"]


@given(
    start=st.integers(0, 1439),
    length=st.integers(1, 1438),
    minute=st.integers(0, 365 * 1440),
    zone=st.sampled_from(ZONES),
)
def test_the_end_of_a_ban_is_the_first_minute_that_is_free(start, length, minute, zone):
    window = LocalWindow(start, (start + length) % 1440 or 1440)
    if window.start == window.end % 1440:
        return
    case = a_case(Forbid(RULE, ALL_CHANNELS, (window,)), party=a_party(zones=(zone,)))
    at = utc("2026-01-01T00:00") + timedelta(minutes=minute)
    found = list(contact_time_ban.blocks(a_call(at, case), case))
    if not found:
        assert not window.covers(_minute(at, zone))
        return
    walked = at
    while window.covers(_minute(walked, zone)):
        walked += timedelta(minutes=1)

    assert found[0].until == walked


def _minute(at, zone):
    from zoneinfo import ZoneInfo

    wall = at.astimezone(ZoneInfo(zone))
    return wall.hour * 60 + wall.minute


A_YEAR = HolidayCalendar("cn", frozenset({2026}), frozenset({date(2026, 3, 12)}))
SOON = replace(RULE, valid_from=date(2026, 3, 11))
SPARED = Forbid(
    RULE, ALL_CHANNELS, (LocalWindow(13 * 60, 14 * 60),), kinds=frozenset({ContactKind.HOME})
)
SEVERAL = (
    NIGHT,
    SPARED,
    Forbid(RULE, ALL_CHANNELS, (LocalWindow(12 * 60, 13 * 60),), consent_lifts=True),
    Forbid(SOON, ALL_CHANNELS, (LocalWindow(9 * 60, 10 * 60),)),
    Forbid(RULE, ALL_CHANNELS, weekdays=frozenset({Weekday.SUN}), calendar=A_YEAR),
    Forbid(RULE, frozenset({Channel.SMS}), (LocalWindow(11 * 60, 15 * 60),)),
)
PEOPLE = [
    a_party(zones=zones, contact_points=(a_mobile(kind=kind),), consents=consents)
    for zones in (("Asia/Shanghai",), ("Asia/Shanghai", "Asia/Tokyo"))
    for kind in (ContactKind.MOBILE, ContactKind.HOME)
    for consents in ((), (Consent(Channel.AGENT_CALL, utc("2020-01-01T00:00"), any_hour=True),))
]
ASKED = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from([Channel.AGENT_CALL, Channel.SMS]),
    st.integers(0, 3 * 24 * 2).map(lambda halves: timedelta(minutes=30 * halves)),
)


@given(st.lists(ASKED, min_size=20, max_size=60))
def test_what_was_asked_before_changes_no_answer(asked):
    """Verdicts of the same rules share their directives and what limits remember with them."""
    shared = a_case(*SEVERAL).verdict
    for person, channel, later in asked:
        at = shanghai("2026-03-10 00:00") + later
        for verdict in (shared, a_case(*SEVERAL).verdict):
            case = Case(person, History(), verdict)
            call = a_call(at, case, channel=channel)
            found = list(contact_time_ban.blocks(call, case)), contact_time_ban.next_ban(call, case)
            if verdict is shared:
                expected = found
        assert found == expected


def test_an_open_hour_is_worked_out_once_for_all_who_ask_in_it(monkeypatch):
    case = a_case(NIGHT)
    assert not blocked(shanghai("2026-03-10 09:00"), case)
    monkeypatch.setattr(contact_time_ban, "first_inside", None)  # asking it again would fail

    for wall in ("2026-03-10 09:00", "2026-03-10 21:59:59"):
        call = a_call(shanghai(wall), case)
        assert contact_time_ban.next_ban(call, case) == shanghai("2026-03-10 22:00")


def test_an_open_hour_is_of_one_channel_and_ends_with_its_day():
    tomorrow = a_case(Forbid(SOON, ALL_CHANNELS, (LocalWindow(9 * 60, 10 * 60),)))
    texts = a_case(SEVERAL[-1])

    assert not blocked(shanghai("2026-03-10 12:00"), tomorrow)
    assert blocked(shanghai("2026-03-11 09:30"), tomorrow)
    assert not blocked(shanghai("2026-03-10 12:00"), texts)
    assert blocked(shanghai("2026-03-10 12:00"), texts, channel=Channel.SMS)
