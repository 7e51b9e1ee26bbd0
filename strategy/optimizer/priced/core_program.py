"""The linear programme over contested parties, solved by OR-Tools GLOP."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from strategy.optimizer.priced.columns import Columns
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats

PENALTY = 3.0
"""What a unit above a capacity costs, in prices: some other party is given up later."""

OVER = 2e-5
"""Using a whole capacity once more costs at least this share of the value of the plan."""


@dataclass(frozen=True)
class Share:
    """Share of each column in the relaxed optimum, and the prices (rows) it implies."""

    share: Floats
    prices: Floats


def least_penalty(market: Market) -> Floats:
    """Cents that a unit above each capacity costs at least."""
    penalty: Floats = OVER * abs(market.bound) / market.resources.size
    return penalty


def solve_core(columns: Columns, left: Floats, prices: Floats, least: Floats) -> Share | None:
    """Relaxed choice of the columns within `left` of every row; None if GLOP gives up.

    What the other parties use may exceed a row already, so going over is allowed at a penalty of
    a few times its price and at least `least`.
    """
    model = linear_solver_pb2.MPModelProto(maximize=True)
    for value in columns.value.tolist():
        model.variable.add(lower_bound=0.0, objective_coefficient=value)
    n, rows = len(columns.value), len(left)
    for cents in np.maximum(PENALTY * prices, least).tolist():
        model.variable.add(lower_bound=0.0, objective_coefficient=-cents)
    column = np.repeat(np.arange(n), np.diff(columns.use_first))
    order = np.argsort(columns.use_row, kind="stable")
    ends = np.searchsorted(columns.use_row[order], np.arange(rows + 1)).tolist()
    variables = column[order].tolist()
    amounts = columns.use_amount[order].astype(np.float64).tolist()
    for row, room in enumerate(left.tolist()):
        entries = slice(ends[row], ends[row + 1])
        model.constraint.add(
            upper_bound=room,
            var_index=[*variables[entries], n + row],
            coefficient=[*amounts[entries], -1.0],
        )
    for start, end in pairwise(columns.first.tolist()):
        model.constraint.add(
            upper_bound=1.0, var_index=range(start, end), coefficient=[1.0] * (end - start)
        )
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.LoadModelFromProto(model)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    share = np.array([v.solution_value() for v in solver.variables()[:n]])
    price = np.maximum([row.dual_value() for row in solver.constraints()[:rows]], 0.0)
    return Share(share, price)
