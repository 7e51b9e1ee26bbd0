"""Floors of the exact planner: by hand, and against every plan of tiny books."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import feasible, options_by_account, problem, random_problem

from strategy.optimizer import columns, floors
from strategy.optimizer.exact import solve
from strategy.optimizer.problem import FloorRow, PlanProblem

ALL = np.ones(1, bool)


def row(name, accounts, at_least, scripts=ALL):
    return FloorRow(name, np.array(accounts, bool), np.array(scripts, bool), at_least)


def chosen(found):
    return found.account.tolist()


def test_a_floor_is_met_at_a_loss_of_value_and_costs_just_that():
    # One attempt in all. Without the floor account 0 has it, for 100 cents; with it account 1, for
    # 30: the floor costs 70.
    found = solve(problem([[[100.0]], [[30.0]]], capacity=[[1]], floors=(row("f", [0, 1], 1),)))

    assert chosen(found) == [1]
    assert (found.value_cents, found.bound_cents, found.floors_cost_cents) == (30, 30, 70)
    (reach,) = found.floors
    assert (reach.allowed, reach.possible, reach.reached, reach.most) == (1, 1, 1, 1)
    assert reach.cost_cents == 70
    assert reach.price == pytest.approx(70)
    assert reach.scarce == ()


def test_contacts_that_lose_money_are_made_only_for_a_floor():
    # Three accounts of -10, -20 and -40 cents; a floor of two takes the two that lose least.
    loses = problem(
        np.ones((3, 1, 1)) * 1000, gain_cents=np.array([-10.0, -20, -40])[:, None, None]
    )
    assert chosen(solve(loses)) == []

    found = solve(replace(loses, floors=(row("f", [1, 1, 1], 2),)))
    assert chosen(found) == [0, 1]
    assert (found.value_cents, found.bound_cents, found.floors_cost_cents) == (-30, -30, 30)


def test_a_floor_above_what_is_allowed_gets_all_that_is_and_no_capacity_is_blamed():
    values = problem([[[5.0]], [[6.0]], [[7.0]]])
    shut = replace(values, allowed=np.array([True, False, True]).reshape(3, 1, 1))
    found = solve(replace(shut, floors=(row("f", [1, 1, 1], 3),)))

    assert chosen(found) == [0, 2]
    (reach,) = found.floors
    assert (reach.allowed, reach.possible, reach.reached, reach.most) == (2, 2, 2, 2)


def test_a_floor_above_a_capacity_is_missed_by_what_the_capacity_lacks_and_names_it():
    # Two channels of one and of no attempt; two slots.
    values = np.full((4, 2, 1), 5.0)
    found = solve(problem(values, capacity=[[1], [0]], floors=(row("f", [1, 1, 1, 1], 3),)))

    (reach,) = found.floors
    assert (reach.allowed, reach.possible, reach.reached, reach.most) == (4, 1, 1, 1)
    assert reach.scarce == (("channel_slot_capacity", 0), ("channel_slot_capacity", 1))


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_floors_that_want_the_same_attempts_the_first_named_keeps_its_own(turned):
    # Two attempts; both floors ask for two, of different accounts.
    both = (row("a", [1, 1, 0, 0], 2), row("b", [0, 0, 1, 1], 2))
    named = both[::-1] if turned else both
    found = solve(problem([[[1.0]], [[1.0]], [[9.0]], [[9.0]]], capacity=[[2]], floors=named))

    assert chosen(found) == ([2, 3] if turned else [0, 1])
    assert [reach.reached for reach in found.floors] == [2, 0]
    assert [reach.possible for reach in found.floors] == [2, 2]
    assert [reach.most for reach in found.floors] == [2, 0]


def test_one_contact_counts_for_every_floor_that_it_is_in():
    both = (row("a", [1, 1, 0], 1), row("b", [0, 1, 1], 1))
    found = solve(problem([[[9.0]], [[1.0]], [[8.0]]], capacity=[[1]], floors=both))

    assert chosen(found) == [1]
    assert [reach.reached for reach in found.floors] == [1, 1]


def test_a_floor_that_the_best_plan_meets_anyway_costs_nothing():
    plain = problem([[[9.0]], [[1.0]]])
    found = solve(replace(plain, floors=(row("f", [1, 1], 1),)))

    assert (found.value_cents, found.floors_cost_cents) == (solve(plain).value_cents, 0)
    assert [(r.reached, r.price, r.cost_cents) for r in found.floors] == [(2, 0.0, 0)]


def listed(p: PlanProblem):
    """Options by account as `options_by_account`, also those that lose money."""
    raised = options_by_account(replace(p, gain_cents=p.gain_cents + 10**6))
    return [
        [
            (
                c,
                t,
                s,
                int(np.rint(p.contact[a, c, t] * p.gain_cents[a, c, s] - p.cost_cents[a, c, s])),
                m,
            )
            for c, t, s, _, m in mine
        ]
        for a, mine in enumerate(raised)
    ]


def every_plan(p: PlanProblem):
    for choice in product(*([None, *mine] for mine in listed(p))):
        plan = {a: option for a, option in enumerate(choice) if option is not None}
        if feasible(p, plan):
            yield plan


def counts(p: PlanProblem, plan):
    """Of each floor, up to what it asks for."""
    return tuple(
        min(f.at_least, sum(f.accounts[a] and f.scripts[o[2]] for a, o in plan.items()))
        for f in p.floors
    )


def worth(plan) -> int:
    return sum(option[3] for option in plan.values())


@st.composite
def with_floors(draw) -> PlanProblem:
    seed, accounts = draw(st.integers(0, 2**32)), draw(st.integers(1, 4))
    rng = np.random.default_rng(seed)
    plain = random_problem(rng, accounts, most=2)
    gains = plain.gain_cents - rng.uniform(0, 20, plain.gain_cents.shape)  # some lose money
    a, s = len(plain.accounts), len(plain.scripts)
    rows = tuple(
        FloorRow(f"f{n}", rng.random(a) < 0.7, rng.random(s) < 0.8, int(rng.integers(0, a + 2)))
        for n in range(draw(st.integers(1, 3)))
    )
    return replace(plain, gain_cents=gains, floors=rows)


def check_best(p: PlanProblem) -> None:
    found = solve(p, effort=20.0)
    options, plans = listed(p), list(every_plan(p))
    columns_ = (found.account, found.channel, found.slot, found.script)
    plan = {
        a: next(o for o in options[a] if o[:3] == (c, t, s))
        for a, c, t, s in zip(*(x.tolist() for x in columns_), strict=True)
    }
    best = max(counts(p, one) for one in plans)  # tuples: the first floor weighs most
    most_worth = max(worth(one) for one in plans if counts(p, one) == best)

    assert feasible(p, plan)
    assert counts(p, plan) == best
    assert found.value_cents == found.bound_cents == worth(plan) == most_worth
    assert found.floors_cost_cents == max(worth(one) for one in plans) - most_worth
    for n, (floor, reach) in enumerate(zip(p.floors, found.floors, strict=True)):
        assert min(reach.reached, floor.at_least) == reach.most == best[n]
        assert reach.possible == max(counts(p, one)[n] for one in plans)
        counted = [any(floor.scripts[o[2]] for o in mine) for mine in options]
        assert reach.allowed == sum(floor.accounts & np.array(counted))


@settings(max_examples=150, deadline=None)
@given(with_floors())
def test_no_plan_keeps_law_and_capacity_and_misses_floors_by_less(p: PlanProblem) -> None:
    check_best(p)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(with_floors())
def test_columns_and_small_fillers_lose_nothing(monkeypatch, p: PlanProblem) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", 0)
    monkeypatch.setattr(columns, "PER_GROUP", 1)
    monkeypatch.setattr(floors, "MOST_FILLED", 2)
    check_best(p)
