"""Whole choices by SCIP, which OR-Tools brings along: branch and cut in floats."""

from math import inf

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from strategy.optimizer.choice_problem import ChoiceProblem, Ints
from strategy.optimizer.interrupt import Stop, interrupting
from strategy.optimizer.linear_model import linear_model
from strategy.optimizer.whole import Limits, Whole

NODES = 500_000
"""Nodes of the search tree for a unit of effort, times the options that each has to look at."""
NOISE = 1e-9
"""SCIP reckons in floats: its bound is widened by so much of the largest total there can be,"""
LARGEST_SAFE = 10**9
"""and not taken at all where a value or an amount is above this."""


def search(problem: ChoiceProblem, hint: Ints, limits: Limits, stop: Stop) -> Whole:
    """The best choice found from `hint`, positions of options. Nodes are counted, not seconds.

    What it finds is checked, and it is not asked whether there is a choice at all.
    """
    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.LoadModelFromProto(_model(problem, hint))
    nodes = int(limits.effort * NODES / max(problem.options, 1))
    understood = solver.SetSolverSpecificParametersAsString(
        f"limits/totalnodes = {nodes}\n"
        f"limits/absgap = 0.5\n"  # values are whole
        f"limits/primal = {limits.enough}\n"
        f"randomization/randomseedshift = {limits.seed}\n"
    )
    if not understood:
        raise RuntimeError("this OR-Tools brings a SCIP that does not know these limits")
    exact = pywraplp.MPSolverParameters()
    exact.SetDoubleParam(exact.RELATIVE_MIP_GAP, 0.0)
    with interrupting(solver.InterruptSolve, stop):
        status = solver.Solve(exact)
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return Whole(None, inf)
    share = np.array([variable.solution_value() for variable in solver.variables()])
    chosen = np.flatnonzero(share > 0.5)
    return Whole(
        chosen if problem.allows(chosen) else None,
        _bound(problem, solver.Objective().BestBound()),
    )


def _bound(problem: ChoiceProblem, told: float) -> float:
    largest = max(np.abs(problem.value).max(initial=0), problem.use_amount.max(initial=0))
    if largest > LARGEST_SAFE:
        return inf
    return told + 1e-6 + NOISE * problem.largest_total


def _model(problem: ChoiceProblem, hint: Ints) -> linear_solver_pb2.MPModelProto:
    model = linear_model(problem, whole=True)
    model.solution_hint.var_index.extend(range(problem.options))
    hinted = np.isin(np.arange(problem.options), hint)
    model.solution_hint.var_value.extend(hinted.astype(np.float64).tolist())
    return model
