"""The best whole plan among the options that can still matter, by OR-Tools CP-SAT."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

import numpy as np
from ortools.sat.python import cp_model

from strategy.optimizer.pricing import Market
from strategy.optimizer.problem import Bools, Floats, Ints

WIDTHS = (1_000, 4_000, 16_000)
"""Options beside the plan handed to CP-SAT, one try after the other: a narrow try finds a better
plan fast, and a better plan leaves fewer options to look at."""


@dataclass(frozen=True)
class Whole:
    """Chosen options, ascending, and a proven bound on every plan, in cents."""

    chosen: Ints
    bound: int


def best_whole(
    market: Market,
    net: Floats,
    bound: float,
    start: Ints,
    *,
    seed: int,
    effort: float,
    gap: float,
    tell: Callable[[Whole], None],
    stop: Callable[[], bool] = lambda: False,
) -> Whole:
    """Improve a feasible plan `start` (positions of options) until it is within `gap` of a bound.

    `net` are net values at the prices that prove `bound`. `effort` is deterministic time of one
    worker, not seconds. `tell` hears of the plan before each try, and `stop` is asked.
    """
    best = Whole(start, floor(bound))
    for width in WIDTHS:
        tell(best)
        value = int(market.options.value[best.chosen].sum())
        enough = min(best.bound, floor(best.bound * (1 - gap)))
        if value >= enough or stop():
            break
        limits = _Limits(seed % 2**31, effort / len(WIDTHS), enough)
        best = _try(market, net, bound, best, width, limits)
    return best


@dataclass(frozen=True)
class _Limits:
    seed: int
    effort: float
    enough: int


def _try(
    market: Market, net: Floats, bound: float, known: Whole, width: int, limits: _Limits
) -> Whole:
    """The best plan over the options of least regret.

    An option whose net value is r cents below the best of its group cannot be part of a plan
    worth more than `bound - r` (reduced-cost fixing), and neither can leaving a group without
    contact whose best is r. So a bound over the options up to regret `reach`, or `bound - reach`
    if that is more, bounds every plan.
    """
    value = int(market.options.value[known.chosen].sum())
    top = market.best(net)
    inside, reach = _within(top[market.group] - net, bound - value, known.chosen, width)
    small = Market.of(market.problem, market.options.take(inside))
    hint = np.isin(inside, known.chosen)
    used = np.isin(small.group[small.first], small.group[hint])
    model, variables = whole_model(small, used & (top[market.group[inside[small.first]]] > reach))
    for variable, hinted in zip(variables, hint.tolist(), strict=True):
        model.add_hint(variable, hinted)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_deterministic_time = limits.effort
    solver.parameters.cp_model_presolve = False  # spends more than it saves on this shape
    status = solver.solve(model, _Enough(limits.enough))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return known
    picked = inside[[solver.boolean_value(variable) for variable in variables]]
    found = int(market.options.value[picked].sum())
    over_inside = floor(solver.best_objective_bound + 1e-6)
    proven = max(found, value, over_inside, floor(bound - reach))
    return Whole(picked if found >= value else known.chosen, min(known.bound, proven))


def _within(regret: Floats, window: float, known: Ints, width: int) -> tuple[Ints, float]:
    """The known plan's options and up to `width` of least regret; up to what none is missing."""
    near = regret <= window
    reach = window
    if np.count_nonzero(near) > width:
        order = np.argpartition(regret, width)
        near[:] = False
        near[order[:width]] = True
        reach = float(regret[order[width]])
    near[known] = True
    return np.flatnonzero(near), reach


def whole_model(market: Market, forced: Bools) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """One variable per option, whole cents in the objective; `forced` groups choose one."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in range(len(market.options))]
    ends = [*market.first[1:].tolist(), len(chosen)]
    for first, end, force in zip(market.first.tolist(), ends, forced.tolist(), strict=True):
        group = chosen[first:end]
        (model.add_exactly_one if force else model.add_at_most_one)(group)
    for rows in market.rows:
        for limit, options, weights in rows.each():
            if sum(weights) > limit:
                used = cp_model.LinearExpr.weighted_sum([chosen[o] for o in options], weights)
                model.add(used <= limit)
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, market.options.value.tolist()))
    return model, chosen


class _Enough(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]  # ortools has no types
    """Stops at a plan that is good enough."""

    def __init__(self, value: int) -> None:
        super().__init__()
        self.value = value

    def on_solution_callback(self) -> None:
        if round(self.objective_value) >= self.value:
            self.stop_search()
