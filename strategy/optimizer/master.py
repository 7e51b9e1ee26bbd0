"""The linear relaxation over some of the options, solved by OR-Tools GLOP."""

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from strategy.optimizer.choice_problem import ChoiceProblem, Floats
from strategy.optimizer.linear_model import linear_model


@dataclass(frozen=True)
class Relaxed:
    """Optimum of the relaxation, the share of each option, and the prices (R,) it implies."""

    value: float
    share: Floats
    prices: Floats


def relax(problem: ChoiceProblem) -> Relaxed | None:
    """Solve the relaxation; None if there is no solution or GLOP gives up on it."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.LoadModelFromProto(linear_model(problem, whole=False))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    rows = solver.constraints()[: len(problem.capacity)]
    return Relaxed(
        solver.Objective().Value(),
        np.array([variable.solution_value() for variable in solver.variables()]),
        np.maximum([row.dual_value() for row in rows], 0.0),
    )
