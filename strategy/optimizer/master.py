"""The linear relaxation over some of the options, solved by OR-Tools GLOP."""

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

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
    solved = linear_solver_pb2.MPSolutionResponse()
    solver.FillSolutionResponseProto(solved)
    return Relaxed(
        solver.Objective().Value(),
        np.array(solved.variable_value),
        np.maximum(solved.dual_value[: len(problem.capacity)], 0.0),
    )
