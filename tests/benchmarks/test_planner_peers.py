"""The peers of the planner keep the constraints, and the checker that says so can say no."""

from dataclasses import replace

import numpy as np
import pytest
from planner_book import synthetic_book
from planner_peers.best_fit import best_fit
from planner_peers.check import check
from planner_peers.flat import flat, rows_of, whole_units
from planner_peers.flow import flow_plan, reduced
from planner_peers.full_model import FullModel
from planner_peers.orders import greedy_peers

from strategy.optimizer.priced.problem import BookProblem
from strategy.optimizer.priced.solve import plan_book


@pytest.fixture(scope="module")
def made():
    book, overdue = synthetic_book(300, 5, "tight", scripts=30)
    plan = plan_book(book)
    peers = greedy_peers(book, overdue, plan, 0)
    return book, plan, {name: peer() for name, peer in peers.items()}


def test_every_peer_keeps_every_constraint(made):
    book, plan, peers = made
    for name, found in {"planner": plan, **peers}.items():
        checked = check(book, found)
        assert checked.faults == [], name
        assert 0 < checked.value <= plan.bound, name


def test_nothing_that_still_fits_is_left_by_a_greedy_peer(made):
    book, _, peers = made
    found = peers["value"]
    left = whole_units(book.capacity) - _used(book, found)
    room = np.empty(book.scripts), np.empty(book.channels)
    free = np.zeros(len(left))
    for party in np.flatnonzero(found.account[:, 0] < 0):
        assert best_fit(flat(book), left, free, False, party, -1, *room)[1] == -1


def test_a_party_takes_the_best_of_all_its_options():
    book, _ = synthetic_book(60, 1, "loose", scripts=30)
    model = FullModel(book)
    left, free = whole_units(book.capacity), np.zeros(len(rows_of(book.capacity)))
    left[:] = 2**62
    room = np.empty(book.scripts), np.empty(book.channels)
    for party in range(book.parties):
        options = slice(model.problem.first[party], model.problem.first[party + 1])
        best = model.problem.value[options].max(initial=0) / 10
        found, *touch = best_fit(flat(book), left, free, False, party, -1, *room)
        assert found == pytest.approx(best, abs=0.1)
        if best:
            assert touch in model.touch[options].tolist()


def test_what_the_full_model_allows_is_feasible_and_worth_as_much(made):
    book, plan, _ = made
    model = FullModel(book)
    chosen = model.chosen(plan)
    chosen = chosen[chosen >= 0]
    assert len(chosen) == (plan.account >= 0).sum()
    checked = check(book, model.plan(chosen))
    assert checked.faults == []
    assert model.problem.value[chosen].sum() / 10 == pytest.approx(checked.value, abs=len(chosen))


def test_a_flow_is_the_best_plan_of_the_reduced_book():
    book = reduced(synthetic_book(300, 5, "tight", scripts=30)[0])
    flow, plan = check(book, flow_plan(book)), plan_book(book)
    assert flow.faults == []
    assert plan.value <= flow.value + 0.01 * book.parties
    assert flow.value <= plan.bound


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("account", 1, "an account of another party"),
        ("script", 29, "a script of another channel"),
        ("slot", 27, "an option that is not allowed"),
    ],
)
def test_a_touch_that_may_not_be_is_named(made, name, value, fault):
    book, plan, _ = made
    robots = (plan.account >= 0) & (plan.channel == 1)
    night = book.contact[plan.account, 1, 27] == 0  # by the clock of the party
    party = np.flatnonzero((robots & night)[:, 0])[-1]
    array = getattr(plan, name).copy()
    array[party, 0] = value
    assert fault in check(book, replace(plan, **{name: array})).faults


@pytest.mark.parametrize("kind", ["minutes", "script_day", "channel_day", "money", "complaints"])
def test_a_capacity_that_is_exceeded_is_named(made, kind):
    book, plan, _ = made
    less = getattr(book.capacity, kind) * 0.05
    smaller = replace(book, capacity=replace(book.capacity, **{kind: less}))
    assert check(smaller, plan).faults == [f"more {kind} than there is"]


def test_caps_of_a_party_are_checked(made):
    book, plan, _ = made
    assert check(replace(book, touches_left=book.touches_left * 0), plan).faults == [
        "more touches than are left to a party"
    ]
    late = np.full(book.parties, 28, np.int16)
    assert check(replace(book, open_from=late), plan).faults == ["a touch before the party is open"]


def _used(book: BookProblem, plan) -> np.ndarray:
    """Billionths by row, from the plan alone."""
    made = plan.account[:, 0] >= 0
    a, c, t, s = (
        getattr(plan, name)[made, 0].astype(int)
        for name in ("account", "channel", "slot", "script")
    )
    x = book.contact[a, c, t].astype(float)
    risk = x * book.complaint[a].astype(float) * book.tone[s]
    at, one = flat(book).at, np.ones(len(a))
    used = np.zeros(at[-1], np.int64)
    for row, amount in (
        (c * book.slots + t, book.try_minutes[c] + book.contact_minutes[c] * x),
        (at[1] + s, one),
        (at[2] + s, one),
        (at[3] + c, one),
        (at[4] + 0 * a, book.try_cents[c] + book.contact_cents[c] * x),
        (at[5] + 0 * a, risk),
    ):
        np.add.at(used, row, np.ceil(amount * 1e9).astype(np.int64))
    return used
