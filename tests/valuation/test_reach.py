"""Reach by hour, past calls and number; stages; and what holds for every account."""

from datetime import timedelta

import numpy as np
import pytest
from examples import SHANGHAI, an_account, an_attempt, shanghai
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.history import History
from strategy.domain.outcome import Outcome
from strategy.domain.script import Script
from strategy.domain.slot import slots_between
from strategy.valuation.book_value import BookValue, value_book

AGENT, SMS = Channel.AGENT_CALL, Channel.SMS
MORNING = shanghai("2026-03-10 08:00")  # due 2026-02-01: 37 days past due, mid stage
SLOTS = slots_between(MORNING, MORNING + timedelta(hours=14))
AT_11 = 6
PLAIN = Script("plain", AGENT, "plain", frozenset({"zh"}))
FIRM = Script("firm", AGENT, "firm", frozenset({"zh"}), lift_bp=12_000, complaint_bp=20_000)


def value(account=None, attempts=(), kind=ContactKind.MOBILE, channels=(AGENT, SMS)) -> BookValue:
    return value_book(
        [account or an_account()],
        [History(tuple(attempts))],
        channels,
        SLOTS,
        (PLAIN, FIRM),
        SHANGHAI,
        [[kind] * len(channels)],
        [[1.0] * len(channels)],
    )


def test_a_first_call_at_eleven_reaches_the_person_as_published_figures_say() -> None:
    # Pick-up by the half hour from 08:00 to 21:30: 1.9 before 11, 5.025 before 18, 2.225 after;
    # 9.15 / 28 on average. 0.19 answered * 0.70 right party * 0.41 / (9.15 / 28).
    assert value().contact[0, 0, AT_11] == pytest.approx(0.133 * 0.41 * 28 / 9.15)


def test_calls_over_the_day_reach_the_published_share_on_average() -> None:
    assert value().contact[0, 0].mean() == pytest.approx(0.133)


def test_each_call_of_the_last_seven_days_takes_its_share_of_the_reach_of_calls() -> None:
    days = [timedelta(days=d) for d in (1, 6)]
    tired = value(attempts=[an_attempt(MORNING - d) for d in days])
    assert tired.contact[0, 0] == pytest.approx(value().contact[0, 0] * 0.82 * 0.82)
    assert tired.contact[0, 1] == pytest.approx(value().contact[0, 1])


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(MORNING - timedelta(days=7, seconds=1)),
        an_attempt(MORNING - timedelta(days=1), channel=SMS),
        an_attempt(MORNING - timedelta(days=1), outcome=Outcome.NOT_PLACED),
    ],
    ids=["longer ago", "a message", "never placed"],
)
def test_what_was_no_recent_call_takes_nothing(attempt) -> None:
    assert value(attempts=[attempt]).contact[0, 0, 0] == value().contact[0, 0, 0]


def test_a_call_exactly_seven_days_ago_still_counts() -> None:
    tired = value(attempts=[an_attempt(MORNING - timedelta(days=7))])
    assert tired.contact[0, 0, 0] == pytest.approx(value().contact[0, 0, 0] * 0.82)


def test_messages_care_less_for_the_hour_than_calls() -> None:
    calls, messages = value().contact[0]
    assert messages[AT_11] == pytest.approx(0.6)
    assert messages[0] == pytest.approx(0.6 * 0.9)
    assert calls.max() / calls.min() > 1.6
    assert messages.max() / messages.min() < 1.2


def test_the_hour_is_the_lenders_clock() -> None:
    london = value_book(
        [an_account()],
        [History()],
        [AGENT],
        slots_between(shanghai("2026-03-10 19:00"), shanghai("2026-03-10 19:30")),
        [PLAIN],
        "Europe/London",
        [[ContactKind.MOBILE]],
        [[1.0]],
    )  # 19:00 in Shanghai is 11:00 in London in winter
    assert london.contact[0, 0, 0] == pytest.approx(value().contact[0, 0, AT_11])


def test_a_home_number_reaches_less_than_a_mobile_and_no_number_nobody() -> None:
    assert value(kind=ContactKind.HOME).contact == pytest.approx(value().contact * 0.7)
    assert not value(kind=None).contact.any()


@pytest.mark.parametrize(
    ("due", "gain"), [("2026-02-08", 16_000), ("2025-12-10", 9_600), ("2025-12-09", 4_000)]
)
def test_the_uplift_falls_with_the_stage(due: str, gain: float) -> None:
    # 30, 90 and 91 days past due: factors 1, 0.6 and 0.25 of 200,000 * 0.08.
    account = an_account(due_date=shanghai(f"{due} 12:00").date())
    assert value(account).gain_cents[0, 0] == pytest.approx(gain)


@given(
    st.integers(0, 10**12),
    st.integers(0, 4000),
    st.lists(st.integers(0, 10_000), max_size=30),
    st.sampled_from([None, *ContactKind]),
)
def test_whatever_the_account_the_factors_are_fit_to_plan_with(overdue, days, ago, kind) -> None:
    due = (MORNING - timedelta(days=days)).date()
    account = an_account(overdue_cents=overdue, due_date=due)
    attempts = [an_attempt(MORNING - timedelta(minutes=m)) for m in sorted(ago, reverse=True)]
    found = value(account, attempts, kind, tuple(Channel))
    assert ((found.contact >= 0) & (found.contact <= 1)).all()
    for array in (found.gain_cents, found.spend_cents, found.complaint_micro):
        assert np.isfinite(array).all()
        assert (array >= 0).all()


def test_a_larger_debt_is_worth_more_and_nothing_else_changes() -> None:
    small, large = value(an_account(overdue_cents=1000)), value(an_account(overdue_cents=3000))
    assert large.gain_cents == pytest.approx(3 * small.gain_cents)
    assert np.array_equal(large.contact, small.contact)
    assert np.array_equal(large.spend_cents, small.spend_cents)
