"""The price-directed mode inside the product: the same plan, by the same words, as the exact mode.

Small books are planned by prices here, so that the exact mode can say how good the plan is.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from examples import SHANGHAI, FixedRules, a_party, an_account, shanghai

from strategy import plan as planner
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import PlanMode
from strategy.domain.slot import slots_between
from strategy.errors import Stopped
from strategy.plan import plan_day
from strategy.plan_summary import summarise
from strategy.portfolio.sample import sample_book
from strategy.publish import publish
from strategy.rule_files import read_rule_files

HOME = Path(__file__).resolve().parents[2]
SLOTS = slots_between(shanghai("2026-03-10 08:00"), shanghai("2026-03-10 22:00"))
FEW = slots_between(shanghai("2026-03-10 09:00"), shanghai("2026-03-10 10:00"))
ROBOT = "小雨"


@pytest.fixture(scope="module")
def packs():
    return publish(read_rule_files([HOME / "rules" / "cn", HOME / "rules" / "house"]))


@pytest.fixture(scope="module")
def book():
    return sample_book(200, 7, datetime(2026, 3, 9, 12, tzinfo=UTC))


@pytest.fixture
def by_prices(monkeypatch):
    """Every book is planned by prices."""
    monkeypatch.setattr(planner, "MOST_EXACT", 0)


def tight(**changes):
    """Every kind of capacity binds."""
    rooms = {Channel.AGENT_CALL: (1,) * 28, Channel.ROBOT_CALL: (4,) * 28, Channel.SMS: (2,) * 28}
    values = {
        "complaints_micro": 1500,
        "robots": {ROBOT: (1,) * 28},
        "per_day": {Channel.SMS: 10},
        "money_cents": 1500,
        "currency": "CNY",
    } | changes
    return Capacity(SHANGHAI, SLOTS, rooms, **values)


def treatment(a):
    return a.account_id, a.channel, a.slot, a.script


@pytest.mark.parametrize(
    "free",
    [{}, {"complaints_micro": 10**9}, {"robots": {}}, {"money_cents": None, "per_day": {}}],
    ids=["all bind", "no complaints", "no robots", "no money, no days"],
)
def test_both_modes_plan_the_same_day_and_each_bound_holds_for_the_other(
    packs, book, monkeypatch, free
):
    capacity = tight(**free)
    exact = plan_day(book, packs, capacity).plan
    monkeypatch.setattr(planner, "MOST_EXACT", 0)
    day = plan_day(book, packs, capacity)
    priced = day.plan

    assert (exact.mode, priced.mode) == (PlanMode.EXACT, PlanMode.PRICED)
    assert day.violations == ()
    assert priced.value_cents == sum(a.value_cents for a in priced.assignments)
    assert 0.97 * exact.value_cents <= priced.value_cents <= exact.bound_cents
    assert exact.value_cents <= priced.bound_cents <= 1.05 * exact.bound_cents
    shared = {treatment(a) for a in exact.assignments} & {treatment(a) for a in priced.assignments}
    # Whole assignments are equal: to the cent, the millionth and the contact point.
    assert len(set(exact.assignments) & set(priced.assignments)) == len(shared) > 10


def test_every_capacity_of_the_file_is_kept_to_the_last_unit(packs, book, by_prices):
    capacity = tight()
    plan = plan_day(book, packs, capacity).plan
    slots = Counter((a.channel, a.slot) for a in plan.assignments)

    assert all(n <= capacity.attempts[c][SLOTS.index(slot)] for (c, slot), n in slots.items())
    assert sum(a.channel is Channel.SMS for a in plan.assignments) <= 10
    assert 1200 < sum(a.cost_cents for a in plan.assignments) <= 1500
    assert sum(a.complaint_micro for a in plan.assignments) <= 1500
    assert plan.prices.money > 0


def test_the_lines_of_a_robot_are_shared_by_its_scripts_and_have_a_price(packs, book, by_prices):
    robots = {ROBOT: (1,) * 28, "小航": (0,) * 28}
    capacity = tight(robots=robots, complaints_micro=10**9, money_cents=None)
    plan = plan_day(book, packs, capacity).plan
    used = Counter((packs.scripts[a.script].robot, a.slot) for a in plan.assignments)

    assert {n for (robot, _), n in used.items() if robot == ROBOT} == {1}
    assert not any(robot == "小航" for robot, _ in used)
    assert max(plan.prices.robots[ROBOT]) > 0


def test_accounts_left_alone_are_counted_the_same_in_both_modes(packs, book, monkeypatch):
    capacity = tight()
    exact = summarise(plan_day(book, packs, capacity), capacity)
    monkeypatch.setattr(planner, "MOST_EXACT", 0)
    day = plan_day(book, packs, capacity)
    priced = summarise(day, capacity)
    alone = priced.left_alone

    assert alone.closed == exact.left_alone.closed > 0
    assert alone.worth_nothing == exact.left_alone.worth_nothing
    assert priced.refusals == exact.refusals
    left = alone.closed + alone.worth_nothing + alone.person_planned + alone.outbid
    assert len(day.plan.assignments) + left == len(book.accounts)


def test_the_same_book_in_another_order_gives_the_same_plan_by_prices(packs, book, by_prices):
    turned = replace(
        book,
        parties=dict(reversed(book.parties.items())),
        accounts=dict(reversed(book.accounts.items())),
    )

    assert plan_day(book, packs, tight()).plan == plan_day(turned, packs, tight()).plan


def one_person(*overdue):
    """Accounts of one person; what matters is what is overdue on each."""
    accounts = {
        f"A{n}": an_account(f"A{n}", overdue_cents=cents, due_date=date(2026, 3, 1))
        for n, cents in enumerate(overdue)
    }
    return Book(shanghai("2026-03-09 12:00"), SHANGHAI, {"P1": a_party()}, accounts, {})


def test_a_person_with_seven_accounts_is_called_about_the_one_worth_most(by_prices):
    book = one_person(100_000, 200_000, 900_000, 300_000, 400_000, 500_000, 600_000)
    capacity = Capacity(SHANGHAI, FEW, {Channel.AGENT_CALL: (5, 5)}, 10**6)
    day = plan_day(book, FixedRules(), capacity)

    assert [a.account_id for a in day.plan.assignments] == ["A2"]
    assert summarise(day, capacity).left_alone.person_planned == 6
    assert day.violations == ()


def test_a_treatment_is_worth_the_hand_worked_cents_in_both_modes(monkeypatch):
    book = one_person(500_000)
    capacity = Capacity(SHANGHAI, FEW, {Channel.AGENT_CALL: (1, 1)}, 10**6)
    exact = plan_day(book, FixedRules(), capacity).plan.assignments
    monkeypatch.setattr(planner, "MOST_EXACT", 0)
    priced = plan_day(book, FixedRules(), capacity).plan.assignments
    # Between 0.25 at 8:00 and 0.41 at 11:00: 0.33 at 9:30, over the mean 9.15 / 28 of the day.
    reached = 0.19 * 0.7 * 0.33 / (9.15 / 28)
    complaints = 74 * 1.5  # millionths a contact
    cents = reached * (500_000 * 0.08 - complaints / 1e6 * 50_000) - 150

    assert exact == priced
    assert exact[0].value_cents == pytest.approx(cents, abs=1)
    assert exact[0].complaint_micro == int(reached * complaints)


def test_it_can_be_stopped_before_and_while_it_solves(packs, book, by_prices):
    with pytest.raises(Stopped):
        plan_day(book, packs, tight(), stop=lambda: True)

    heard = []
    day = plan_day(
        book,
        packs,
        tight(),
        tell=heard.append,
        stop=lambda: any(p.phase.startswith("solving") for p in heard),
    )
    full = plan_day(book, packs, tight()).plan

    assert day.violations == ()
    assert day.plan.value_cents <= full.bound_cents
    assert full.value_cents <= day.plan.bound_cents
    assert any(p.bound_cents for p in heard)
