"""Each constraint on a problem solved by hand, and what happens without it."""

from dataclasses import dataclass, field
from functools import wraps

import numpy as np
import pytest
from tiny_problems import problem

from strategy.optimizer import constraints
from strategy.optimizer.constraints import Rows
from strategy.optimizer.exact import solve
from strategy.optimizer.problem import PlanProblem


@dataclass(frozen=True)
class ByHand:
    """A problem, the best value in cents, and the best value if the constraint were not kept."""

    constraint: str
    problem: PlanProblem
    best: int
    without: int
    chosen: dict[str, list[int]] = field(default_factory=dict)


BY_HAND = [
    # One call to make; two accounts worth 10 and 7.
    ByHand("channel_slot_capacity", problem([[[10]], [[7]]], capacity=[[1]]), 10, 17),
    # Budget 5: the most valuable brings 6 complaints; the other two 3 + 2.
    ByHand(
        "complaint_budget",
        problem([[[10]], [[7]], [[6]]], complaints=[[[6]], [[3]], [[2]]], complaints_micro=5),
        13,
        23,
    ),
    # One robot of a type in one slot; the other type is worth 6 and 5 and has no bound.
    ByHand(
        "robot_lines",
        problem(
            [[[10]], [[9]]],
            scripts=("few", "many"),
            gain_cents=np.array([[[1000.0, 600.0]], [[1000.0, 5000 / 9]]]),
            cost_cents=np.zeros((2, 1, 2)),
            complaint_micro=np.zeros((2, 1, 2)),
            script_allowed=np.ones((2, 1, 2), bool),
            robot=np.array([0, -1]),
            robot_capacity=np.array([[1]]),
        ),
        15,
        19,
    ),
    # Two slots of one call each, but one call a day.
    ByHand(
        "attempts_per_day",
        problem([[[10, 8]], [[9, 8]]], capacity=[[1, 1]], per_day=np.array([1])),
        10,
        18,
    ),
    # Five cents: a call costs 5, a message 2; two messages of 6 and 4 beat one call of 9.
    ByHand(
        "money_budget",
        problem([[[9], [6]], [[8], [4]]], spend_cents=np.array([5, 2]), money_cents=5),
        10,
        17,
    ),
    # The first two accounts belong to one person who may be tried once.
    ByHand(
        "touches_per_party",
        problem([[[10]], [[7]], [[1]]], party=[0, 0, 1], touches_per_party=1),
        11,
        18,
    ),
    # Both slots are free, but one account is tried once.
    ByHand("one_treatment_per_account", problem([[[10, 7]]]), 10, 17),
]


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: case.constraint)
def test_each_constraint_is_kept(case: ByHand) -> None:
    found = solve(case.problem)
    assert (found.value_cents, found.bound_cents) == (case.best, case.best)


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: case.constraint)
def test_leaving_a_constraint_out_changes_the_answer(
    monkeypatch: pytest.MonkeyPatch, case: ByHand
) -> None:
    if case.constraint == "one_treatment_per_account":
        monkeypatch.setattr(
            constraints, case.constraint, lambda options: np.arange(len(options) + 1)
        )
    else:
        shared = [_unused(c) if c.__name__ == case.constraint else c for c in constraints.SHARED]
        assert shared != list(constraints.SHARED)
        monkeypatch.setattr(constraints, "SHARED", tuple(shared))
    assert solve(case.problem).value_cents == case.without


def _unused(constraint):
    @wraps(constraint)
    def rows(p, options) -> Rows:
        nothing = np.zeros(0, np.int64)
        return Rows(constraint(p, options).limit, nothing, nothing, nothing)

    return rows


def test_a_script_that_brings_fewer_complaints_is_taken_when_the_budget_asks_for_it() -> None:
    # Scripts worth 10 with 4 complaints, or 8 with 1. Budget 5: 10 + 8, not 10 + 10.
    p = problem(
        np.zeros((2, 1, 1)),
        scripts=("hard", "soft"),
        contact=np.ones((2, 1, 1)),
        gain_cents=np.array([[[10.0, 8.0]], [[10.0, 8.0]]]),
        cost_cents=np.zeros((2, 1, 2)),
        complaint_micro=np.array([[[4.0, 1.0]], [[4.0, 1.0]]]),
        script_allowed=np.ones((2, 1, 2), bool),
        complaints_micro=5,
    )
    found = solve(p)
    assert found.value_cents == 18
    assert sorted(found.script.tolist()) == [0, 1]


def test_the_price_of_a_slot_is_what_one_more_attempt_there_would_bring() -> None:
    # Capacity 1 for accounts worth 10 and 7: between 7 (gained with one more) and 10 (lost).
    p = problem([[[10, 0]], [[7, 0]]], capacity=[[1, 5]])
    found = solve(p)
    assert 7 <= found.prices[0, 0] <= 10
    assert found.prices[0, 1] == 0
    assert found.complaint_price == 0


def test_the_complaint_price_is_in_cents_per_complaint() -> None:
    # 10 cents for 2 millionths, and half of 8 cents for 2 more: 4 cents a millionth at the margin.
    p = problem([[[10]], [[8]]], complaints=[[[2]], [[2]]], complaints_micro=3)
    assert solve(p).complaint_price == pytest.approx(4_000_000)
