"""A window of so many hours, as carriers count."""

from datetime import timedelta

from examples import RULE, a_call, a_case, a_party, an_attempt, shanghai
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain.channel import VOICE
from strategy.domain.directive import Cap, CapKey, CapWindow
from strategy.domain.outcome import Count, Outcome
from strategy.limits import check

NOON = shanghai("2026-03-10 12:00")
HOUR = timedelta(hours=1)


def cap(maximum, hours):
    return Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, maximum, 0, CapWindow.HOURS, hours=hours)


def refused(at, maximum, hours, *instants, **party):
    made = tuple(an_attempt(one) for one in instants)
    case = a_case(cap(maximum, hours), attempts=made, party=a_party(**party))
    return check.reasons(a_call(at, case), case)


def test_a_call_leaves_the_window_when_it_is_exactly_as_old_as_it_is_long():
    first = NOON - HOUR
    second = timedelta(seconds=1)

    (reason,) = refused(NOON - second, 1, 1, first)
    assert reason.until == NOON
    assert "1 of 1 dials in one hour" in reason.message
    assert refused(NOON, 1, 1, first) == ()


def test_hours_run_over_midnight_and_over_clock_changes():
    night = shanghai("2026-03-10 00:30")
    assert refused(night, 1, 2, shanghai("2026-03-09 23:00"))
    # New York lost the hour from two to three: half past one is an hour before half past three
    spring = shanghai("2026-03-08 15:30")
    zone = {"zones": ("America/New_York",)}
    assert refused(spring, 1, 2, spring - HOUR, **zone)
    assert not refused(spring, 1, 1, spring - HOUR, **zone)


def test_a_window_that_reaches_back_before_the_known_history_refuses_until_it_does_not():
    (reason,) = refused(NOON, 5, 24, history_from=NOON - 20 * HOUR)

    assert reason.code == "history_missing"
    again = check.next_permitted(
        a_call(NOON), a_case(cap(5, 24), party=a_party(history_from=NOON - 20 * HOUR))
    )
    assert again is not None
    assert timedelta() <= NOON + 4 * HOUR - again < timedelta(seconds=1)


def test_a_call_that_was_not_placed_uses_nothing():
    made = (an_attempt(NOON - HOUR / 2, Outcome.NOT_PLACED),)
    case = a_case(cap(1, 1), attempts=made)

    assert check.reasons(a_call(NOON, case), case) == ()


@given(
    asked=st.lists(st.integers(0, 300), min_size=1, max_size=60).map(sorted),
    maximum=st.integers(1, 5),
    hours=st.integers(1, 3),
)
def test_who_keeps_to_it_never_meets_the_carriers_own_count(asked, maximum, hours):
    """The carrier opens a window at the first call and counts until it is over, then opens the
    next at the next call. Minutes are asked in order; what is allowed is placed."""
    placed: list[int] = []
    for minute in asked:
        made = [NOON + timedelta(minutes=one) for one in placed]
        young = sum(minute - one < 60 * hours for one in placed)
        allowed = not refused(NOON + timedelta(minutes=minute), maximum, hours, *made)
        assert allowed is (young < maximum)
        if allowed:
            placed.append(minute)
    window, count = None, 0
    for minute in placed:
        if window is None or minute >= window + 60 * hours:
            window, count = minute, 0
        count += 1
        assert count <= maximum
