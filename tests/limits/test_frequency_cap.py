"""Counting attempts by the person's own days."""

from datetime import timedelta

import pytest
from examples import RULE, a_call, a_case, a_mobile, a_party, an_attempt, shanghai, utc
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain.channel import VOICE, Channel
from strategy.domain.directive import Cap, CapKey
from strategy.domain.outcome import Count, Outcome
from strategy.limits import frequency_cap

THREE_CONNECTED = Cap(RULE, VOICE, Count.CONNECTED, CapKey.PARTY, 3, 1)
SIX_DIALS = Cap(RULE, VOICE, Count.DIALS, CapKey.CONTACT_POINT, 6, 1)
SEVEN_IN_SEVEN = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 7, 7)


def reasons(at, case, **changes):
    return list(frequency_cap.blocks(a_call(at, case, **changes), case))


def calls(*walls, outcome=Outcome.NO_ANSWER, **changes):
    return tuple(an_attempt(shanghai(w), outcome, **changes) for w in walls)


def test_three_answered_calls_close_the_day_until_the_persons_midnight():
    made = calls(
        "2026-03-10 09:00", "2026-03-10 11:00", "2026-03-10 15:00", outcome=Outcome.REFUSED
    )
    (reason,) = reasons(shanghai("2026-03-10 18:00"), a_case(THREE_CONNECTED, attempts=made))

    assert reason.until == shanghai("2026-03-11 00:00")
    assert "3 of 3 connected" in reason.message


def test_unanswered_calls_do_not_count_as_connected_but_count_as_dials():
    made = calls(*(f"2026-03-10 {h:02d}:00" for h in range(9, 15)))
    at = shanghai("2026-03-10 18:00")

    assert reasons(at, a_case(THREE_CONNECTED, attempts=made)) == []
    assert len(reasons(at, a_case(SIX_DIALS, attempts=made))) == 1


def test_an_attempt_whose_outcome_is_unknown_counts_as_answered():
    made = calls(
        "2026-03-10 09:00", "2026-03-10 11:00", "2026-03-10 15:00", outcome=Outcome.UNKNOWN
    )

    assert reasons(shanghai("2026-03-10 18:00"), a_case(THREE_CONNECTED, attempts=made))


def test_the_servers_midnight_does_not_reset_a_shanghai_day():
    made = calls(
        "2026-03-10 09:00", "2026-03-10 10:00", "2026-03-11 07:59", outcome=Outcome.REFUSED
    )
    case = a_case(Cap(RULE, VOICE, Count.CONNECTED, CapKey.PARTY, 1, 1), attempts=made)

    # 2026-03-11 08:30 in Shanghai is 00:30 UTC of the 11th; the 07:59 call was on the 10th, UTC.
    assert reasons(shanghai("2026-03-11 08:30"), case)


def test_a_rolling_week_looks_back_six_days_and_no_further():
    made = calls(*(f"2026-04-0{d} 10:00" for d in range(1, 8)))
    case = a_case(SEVEN_IN_SEVEN, attempts=made)

    (reason,) = reasons(shanghai("2026-04-07 18:00"), case)
    assert reason.until == shanghai("2026-04-08 00:00")
    assert reasons(shanghai("2026-04-08 09:00"), case) == []


def test_numbers_of_one_person_pool_only_where_the_cap_says_party():
    made = calls("2026-03-10 09:00", "2026-03-10 10:00", contact_point_id="P1-m2")
    at = shanghai("2026-03-10 18:00")
    per_party = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 2, 1)
    per_number = Cap(RULE, VOICE, Count.DIALS, CapKey.CONTACT_POINT, 2, 1)

    assert reasons(at, a_case(per_party, attempts=made))
    assert reasons(at, a_case(per_number, attempts=made)) == []
    second = a_mobile(number="2")
    assert reasons(at, a_case(per_number, attempts=made), contact_point=second)


def test_attempts_of_other_channels_do_not_count():
    made = calls("2026-03-10 09:00", channel=Channel.SMS)

    cap = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1)
    assert reasons(shanghai("2026-03-10 18:00"), a_case(cap, attempts=made)) == []


def test_history_that_was_never_imported_refuses():
    case = a_case(SIX_DIALS, party=a_party(history_from=None))

    (reason,) = reasons(shanghai("2026-03-10 18:00"), case)
    assert reason.code == "history_missing"
    assert reason.until is None


def test_history_known_since_noon_opens_after_whole_days_have_passed():
    case = a_case(SEVEN_IN_SEVEN, party=a_party(history_from=shanghai("2026-03-10 12:00")))

    (reason,) = reasons(shanghai("2026-03-12 09:00"), case)
    assert reason.code == "history_missing"
    # The first whole day is the 11th; a window of seven days fits from the 17th on.
    assert reason.until == shanghai("2026-03-17 00:00")
    assert reasons(shanghai("2026-03-17 00:00"), case) == []


def test_the_strictest_of_two_zones_decides():
    # 23:30 in New York on the 10th is 20:30 in Los Angeles on the 10th and 03:30 UTC on the 11th.
    made = (an_attempt(utc("2026-03-11T03:30")),)
    both = a_party(zones=("America/New_York", "America/Los_Angeles"))
    case = a_case(Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1), attempts=made, party=both)

    # 00:30 of the 11th in New York is still the 10th in Los Angeles.
    (reason,) = reasons(utc("2026-03-11T04:30"), case)
    assert reason.until == utc("2026-03-11T07:00")


minutes = st.lists(st.integers(0, 10 * 1440), max_size=12)


@given(made=minutes, asked=st.integers(0, 12 * 1440), maximum=st.integers(1, 4))
def test_a_cap_blocks_exactly_when_the_counted_days_are_full_and_opens_when_it_says(
    made, asked, maximum
):
    start = shanghai("2026-03-01 00:00")
    attempts = tuple(an_attempt(start + timedelta(minutes=m)) for m in sorted(made))
    case = a_case(Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, maximum, 3), attempts=attempts)
    at = start + timedelta(minutes=asked)
    inside = [m for m in made if m // 1440 >= asked // 1440 - 2]
    found = reasons(at, case)

    assert bool(found) == (len(inside) >= maximum)
    if found:
        until = found[0].until
        assert reasons(until, case) == []
        assert reasons(until - timedelta(seconds=1), case)


@pytest.mark.parametrize("outcome", [Outcome.NOT_PLACED])
def test_what_was_never_placed_counts_as_nothing(outcome):
    made = calls("2026-03-10 09:00", outcome=outcome)
    cap = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1)

    assert reasons(shanghai("2026-03-10 18:00"), a_case(cap, attempts=made)) == []
