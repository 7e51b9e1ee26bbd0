"""A problem that cannot be planned says what is wrong with it, all at once."""

from typing import Any

import numpy as np
import pytest
from tiny_problems import problem

from strategy.optimizer.problem import FloorRow

VALUES = [[[10.0, 7.0]], [[3.0, 4.0]]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"contact": np.zeros((2, 1, 3))}, r"`contact` has shape \(2, 1, 3\), not \(2, 1, 2\)"),
        ({"contact": np.full((2, 1, 2), np.nan)}, "`contact` must be finite"),
        ({"contact": np.full((2, 1, 2), 1.5)}, "`contact` holds probabilities"),
        ({"cost_cents": np.full((2, 1, 1), -1.0)}, "`cost_cents` must be finite, not negative"),
        ({"gain_cents": np.full((2, 1, 1), -(2.0**40))}, "`gain_cents` must be finite, -10"),
        ({"gain_cents": np.full((2, 1, 1), np.inf)}, "`gain_cents` must be finite"),
        ({"gain_cents": np.full((2, 1, 1), 2.0**40)}, "`gain_cents` must be .* below"),
        ({"cost_cents": np.ones((2, 1, 1), int)}, "`cost_cents` must hold floats, not int64"),
        ({"complaint_micro": np.ones((2, 1, 1), int)}, "`complaint_micro` must hold floats"),
        ({"allowed": np.ones((2, 1, 2), int)}, "`allowed` must hold true or false"),
        ({"party": np.zeros(2)}, "`party` must hold whole numbers"),
        ({"capacity": np.full((1, 2), -1)}, "`capacity` must be finite, not negative"),
        ({"party": np.zeros(3, int)}, r"`party` has shape \(3,\), not \(2,\)"),
        ({"complaints_micro": -1}, "`complaints_micro` and `money_cents` must not be negative"),
        ({"money_cents": -1}, "`complaints_micro` and `money_cents` must not be negative"),
        (
            {"robot": np.array([1]), "robot_capacity": np.ones((1, 2), int)},
            "`robot` numbers a type that has no `robot_capacity`",
        ),
        ({"robot_capacity": np.ones((1, 2), int)}, r"`robot` has shape \(0,\), not \(1,\)"),
        ({"per_day": np.array([-2])}, "`per_day` must be finite, -1 or more"),
        ({"spend_cents": np.array([1, 2])}, r"`spend_cents` has shape \(2,\), not \(1,\)"),
        ({"touches_per_party": 0}, "`touches_per_party` must be at least 1"),
        ({"floors": (FloorRow("f", np.ones(3, bool), np.ones(1, bool), 1),)}, "`f` must say which"),
        (
            {"floors": (FloorRow("f", np.ones(2, bool), np.ones(1, bool), -1),)},
            "`f` must say which",
        ),
    ],
)
def test_a_fault_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        problem(VALUES, **changes)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"`cost_cents`.*`complaints_micro`.*`touches_per_party`"):
        problem(VALUES, cost_cents=np.zeros((9, 9)), complaints_micro=-1, touches_per_party=0)
