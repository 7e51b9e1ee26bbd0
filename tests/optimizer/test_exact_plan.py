"""The exact planner against plans found by trying everything."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import brute_force, feasible, options_by_account, problem, random_problem

from strategy.domain.contact_plan import PlanStatus
from strategy.optimizer import choice, columns, integer, pricing
from strategy.optimizer.constraints import choice_of
from strategy.optimizer.exact import Progress, Solution, solve
from strategy.optimizer.options import options_of
from strategy.optimizer.problem import PlanProblem


def plan_of(p: PlanProblem, found: Solution) -> dict[int, tuple[int, int, int, int, int]]:
    """The plan in the words of the definition; fails if it picks what is not an option."""
    plan = {}
    listed = options_by_account(p)
    columns_ = (found.account, found.channel, found.slot, found.script)
    for a, c, t, s in zip(*(x.tolist() for x in columns_), strict=True):
        assert a not in plan
        plan[a] = next(o for o in listed[a] if o[:3] == (c, t, s))
    return plan


@st.composite
def tiny(draw) -> PlanProblem:
    seed, accounts = draw(st.integers(0, 2**32)), draw(st.integers(1, 4))
    return random_problem(np.random.default_rng(seed), accounts, most=2)


def medium(seed: int) -> PlanProblem:
    """60 accounts, more than a thousand options: too many to try everything."""
    return random_problem(np.random.default_rng(seed), 60, most=5)


@settings(max_examples=150, deadline=None)
@given(tiny())
def test_a_tiny_plan_is_the_best_of_all_plans(p: PlanProblem) -> None:
    found = solve(p, effort=20.0)
    plan = plan_of(p, found)
    assert feasible(p, plan)
    assert sum(o[3] for o in plan.values()) == found.value_cents == brute_force(p)
    assert found.bound_cents == found.value_cents
    assert found.status is PlanStatus.OPTIMAL
    assert (found.prices >= 0).all()
    assert found.complaint_price >= 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tiny())
def test_columns_and_samples_lose_nothing(monkeypatch: pytest.MonkeyPatch, p: PlanProblem) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", 0)
    monkeypatch.setattr(columns, "PER_GROUP", 1)
    monkeypatch.setattr(columns, "SAMPLE", 2)
    monkeypatch.setattr(choice, "NEAR", 1)
    monkeypatch.setattr(integer, "WIDTHS", (1, 2, 1000))
    found = solve(p, effort=20.0)
    assert found.value_cents == found.bound_cents == brute_force(p)


@settings(max_examples=60, deadline=None)
@given(tiny(), st.integers(0, 5))
def test_whenever_it_is_stopped_the_best_plan_so_far_is_feasible_and_bounded(
    p: PlanProblem, looks: int
) -> None:
    left = iter(range(looks))
    found = solve(p, stop=lambda: next(left, None) is None)
    plan = plan_of(p, found)

    assert feasible(p, plan)
    assert found.value_cents == sum(o[3] for o in plan.values())
    assert found.value_cents <= brute_force(p) <= found.bound_cents


@settings(max_examples=150, deadline=None)
@given(tiny(), st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 3.0, 50.0]))
def test_whatever_the_prices_the_bound_holds(p: PlanProblem, seed: int, level: float) -> None:
    general = choice_of(p, options_of(p))
    prices = level * np.random.default_rng(seed).random(len(general.capacity))
    assert pricing.bound(general, prices) >= brute_force(p)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("effort", [0.0, 0.01])
def test_without_effort_the_plan_is_feasible_and_its_bound_holds(seed: int, effort: float) -> None:
    p = medium(seed)
    hasty, careful = solve(p, effort=effort), solve(p, effort=3.0)
    assert feasible(p, plan_of(p, hasty))
    assert hasty.value_cents <= careful.value_cents <= careful.bound_cents <= hasty.bound_cents


def test_a_plan_of_a_thousand_options_is_proven_best() -> None:
    p = medium(1)
    found = solve(p)
    assert len(options_of(p)) > 1000
    assert feasible(p, plan_of(p, found))
    assert found.status is PlanStatus.OPTIMAL


def test_the_same_problem_and_seed_give_the_same_plan_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", 100)
    one, two = solve(medium(2), seed=7, effort=0.5), solve(medium(2), seed=7, effort=0.5)
    for name in ("account", "channel", "slot", "script", "value", "complaint", "prices"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert (one.value_cents, one.bound_cents) == (two.value_cents, two.bound_cents)


def test_a_wide_gap_is_enough_when_asked_for() -> None:
    found = solve(medium(3), gap=0.5, effort=20.0)
    assert found.bound_cents / 2 <= found.value_cents <= found.bound_cents


def test_nothing_worth_choosing_makes_an_empty_proven_plan() -> None:
    found = solve(problem([[[0.0]]]))
    assert (len(found.account), found.value_cents, found.bound_cents) == (0, 0, 0)
    assert (found.status, found.gap) == (PlanStatus.OPTIMAL, 0.0)


def test_no_accounts_make_an_empty_plan() -> None:
    assert solve(problem(np.zeros((0, 1, 1)))).value_cents == 0


def test_options_of_equal_value_everywhere_do_not_confuse_it() -> None:
    # 30 accounts, one cent each in any of 4 slots, two attempts a slot: 8 cents.
    found = solve(problem(np.ones((30, 1, 4)), capacity=np.full((1, 4), 2)))
    assert (found.value_cents, found.bound_cents) == (8, 8)


def test_when_the_relaxation_gives_up_a_plan_and_a_bound_remain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(columns, "relax", lambda problem: None)
    found = solve(problem([[[10.0]], [[7.0]]], capacity=[[1]]))
    assert found.value_cents == 10
    assert found.bound_cents >= 10


def test_progress_tells_stages_in_order_and_a_bound_that_only_falls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", 100)  # samples first: they say nothing of the bound
    heard: list[Progress] = []
    found = solve(medium(0), effort=0.5, progress=heard.append)
    stages = [p.stage for p in heard]
    assert stages == sorted(stages, key=("options", "prices", "plan").index)
    assert set(stages) == {"options", "prices", "plan"}
    bounds = [p.bound_cents for p in heard if p.bound_cents is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert found.bound_cents <= bounds[-1]
