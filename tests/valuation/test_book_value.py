"""The valuation, worked out by hand, and its page."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from examples import SHANGHAI, an_account, an_attempt, shanghai

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.history import History
from strategy.domain.script import Script
from strategy.domain.slot import slots_between
from strategy.valuation import assumptions
from strategy.valuation.book_value import value_book

PAGE = Path(__file__).resolve().parents[2] / "docs" / "valuation.md"
SLOTS = slots_between(shanghai("2026-03-10 08:00"), shanghai("2026-03-10 12:00"))
PLAIN = Script("S", Channel.AGENT_CALL, "plain", frozenset({"zh"}))
STRONG = Script("T", Channel.AGENT_CALL, "strong", frozenset({"zh"}), 15_000, 20_000)


def value(
    account=None, history=None, channel=Channel.AGENT_CALL, kind=ContactKind.MOBILE, weight=1.0
):
    return value_book(
        [account or an_account()],
        [history or History()],
        [channel],
        SLOTS,
        [PLAIN, STRONG],
        SHANGHAI,
        [[kind]],
        [[weight]],
    )


def calls(number):
    return History(tuple(an_attempt(SLOTS[0].start - timedelta(days=n + 1)) for n in range(number)))


def test_a_late_account_gains_overdue_times_uplift_times_lift():
    # Due on 1 February, so 37 days past due on 10 March: the middle stage.
    found = value(an_account(overdue_cents=100_000))

    assert found.gain_cents[0] == pytest.approx([100_000 * 0.08 * 0.6, 100_000 * 0.08 * 0.6 * 1.5])


def test_what_was_called_before_is_reached_less_and_complains_more():
    fresh, called = value(), value(history=calls(2))

    assert called.contact == pytest.approx(fresh.contact * 0.82**2)
    # 74 micro x 1.5 for an agent x 1.3 for the stage x (1 + 2 x 0.25), doubled by the script.
    assert fresh.complaint_micro[0] == pytest.approx([144.3, 288.6])
    assert called.complaint_micro[0] == pytest.approx([216.45, 432.9])


def test_old_calls_no_longer_count():
    old = History((an_attempt(SLOTS[0].start - timedelta(days=8)),))

    assert np.array_equal(value(history=old).contact, value().contact)


def test_an_attempt_costs_its_channel_and_a_contact_its_expected_complaints():
    found = value()

    assert found.spend_cents.tolist() == [150]
    paid = found.gain_cents[0, 0] - found.net_cents[0, 0]
    assert paid == pytest.approx(144.3 / 1e6 * 50_000, rel=1e-4)


def test_a_script_of_a_channel_that_is_not_asked_for_gains_nothing():
    assert not value(channel=Channel.SMS).gain_cents.any()


def test_the_best_hour_for_a_call_is_eleven_and_for_a_message_the_peak():
    spoken, written = value().contact[0, 0], value(channel=Channel.SMS).contact[0, 0]

    assert SLOTS[int(spoken.argmax())].start == shanghai("2026-03-10 11:00")
    assert written.tolist() == pytest.approx([0.54] * 4 + [0.6] * 4)


def test_a_work_number_reaches_half_of_a_mobile_and_no_number_nobody():
    assert value(kind=ContactKind.WORK).contact == pytest.approx(value().contact * 0.5)
    assert not value(kind=None).contact.any()


def test_what_is_not_overdue_is_worth_nothing():
    assert not value(an_account(overdue_cents=0)).gain_cents.any()


@pytest.mark.parametrize(("due", "share"), [(date(2026, 2, 20), 1.0), (date(2025, 9, 1), 0.25)])
def test_the_stage_scales_the_uplift(due, share):
    found = value(an_account(due_date=due, overdue_cents=100_000))

    assert found.gain_cents[0, 0] == pytest.approx(100_000 * 0.08 * share)


def test_the_page_lists_every_assumption_with_its_value():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", PAGE.read_text(), re.MULTILINE))
    constants = {n: v for n, v in vars(assumptions).items() if n.isupper()}

    assert rows == {name: _written(v) for name, v in constants.items()}


def _written(constant):
    if isinstance(constant, tuple):
        return ", ".join(f"{hour:g}: {ratio}" for hour, ratio in constant)
    if isinstance(constant, dict):
        return ", ".join(f"{key}: {number}" for key, number in constant.items())
    return str(constant)


def test_a_rule_that_weighs_a_contact_multiplies_its_gain_and_nothing_else():
    plain, heavy = value(), value(weight=1.5)

    assert heavy.gain_cents == pytest.approx(plain.gain_cents * 1.5)
    assert (heavy.spend_cents == plain.spend_cents).all()
    assert (heavy.complaint_micro == plain.complaint_micro).all()
