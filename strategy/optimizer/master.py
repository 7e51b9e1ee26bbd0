"""The linear relaxation over some of the options, solved by OR-Tools GLOP."""

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from strategy.optimizer.constraints import Rows, one_treatment_per_account, shared_rows
from strategy.optimizer.options import Options
from strategy.optimizer.pricing import Prices
from strategy.optimizer.problem import Floats, PlanProblem


@dataclass(frozen=True)
class Relaxed:
    """Optimum of the relaxation in cents, the share of each option, and the prices it implies."""

    value: float
    share: Floats
    prices: Prices


def relax(problem: PlanProblem, options: Options) -> Relaxed | None:
    """Solve the relaxation over these options; None if GLOP gives up on it."""
    shared = shared_rows(problem, options)
    model = linear_solver_pb2.MPModelProto(maximize=True)
    for value in options.value.tolist():
        model.variable.add(lower_bound=0.0, objective_coefficient=value)
    for rows in (*shared, _one_per_group(options)):
        _add_rows(model, rows)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.LoadModelFromProto(model)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    dual = np.maximum([row.dual_value() for row in solver.constraints()], 0.0)
    ends = np.cumsum([len(rows.limit) for rows in shared])
    return Relaxed(
        solver.Objective().Value(),
        np.array([variable.solution_value() for variable in solver.variables()]),
        tuple(np.split(dual, ends)[: len(shared)]),
    )


def _one_per_group(options: Options) -> Rows:
    group = one_treatment_per_account(options)
    ones = np.ones(len(options), np.int64)
    return Rows(
        np.ones(int(group.max(initial=-1)) + 1, np.int64), np.arange(len(ones)), group, ones
    )


def _add_rows(model: linear_solver_pb2.MPModelProto, rows: Rows) -> None:
    for limit, option, weight in rows.each():
        model.constraint.add(upper_bound=limit, var_index=option, coefficient=weight)
