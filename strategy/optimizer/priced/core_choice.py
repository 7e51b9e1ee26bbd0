"""The best relaxed choice of the contested parties, with every other party at its best."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.columns import Columns, part, used
from strategy.optimizer.priced.contested import Choices, contested
from strategy.optimizer.priced.core_program import least_penalty, solve_core
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Ints

CORE = 1_500
SHARE = 1200
"""Contested parties: so many, and one more for so many of the book, beside some for every row."""

NARROW = 0.02
"""Columns of the core net at most this share of a party's expected gain less than its best."""


@dataclass(frozen=True)
class CoreChoice:
    """`chosen[g]`: column of each group, -1 for none, also where the optimum is in parts.

    `prices`: of the programme; None where it could not be solved.
    """

    chosen: Ints
    prices: Floats | None


def core_choice(
    market: Market, columns: Columns, found: Choices, scale: Floats, prices: Floats
) -> CoreChoice:
    """`scale`: expected gain in cents of each group; `found`: the choices at `prices`."""
    rows = len(prices)
    inside = contested(columns, found, scale, CORE + len(market.everyone) // SHARE, rows)
    near = found.top[columns.group] - found.net <= NARROW * scale[columns.group]
    core = part(columns, inside, near)
    chosen = found.best.copy()
    best = np.zeros(len(columns.value), np.bool_)
    best[chosen[(chosen >= 0) & ~inside]] = True
    left = market.resources.capacity - used(part(columns, ~inside, best), rows)
    solved = solve_core(core, left, prices, least_penalty(market))
    if solved is None:
        return CoreChoice(chosen, None)
    chosen[inside] = -1
    whole = np.flatnonzero(inside[columns.group] & near)[solved.share > 1 - 1e-6]
    chosen[columns.group[whole]] = whole
    return CoreChoice(chosen, solved.prices)
