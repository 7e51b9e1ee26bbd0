"""The best whole choice among the options that can still matter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor, inf

import numpy as np

from strategy.optimizer import pricing, scip
from strategy.optimizer.choice_problem import ChoiceProblem, Floats, Ints
from strategy.optimizer.interrupt import Stop
from strategy.optimizer.whole import Limits, Whole


def _cp_sat(problem: ChoiceProblem, hint: Ints, limits: Limits, stop: Stop) -> Whole:
    """Loaded when it is asked: CP-SAT brings pandas, and most plans end before it."""
    from strategy.optimizer import cp_sat

    return cp_sat.search(problem, hint, limits, stop)


WIDTHS = (250, 1_000, 4_000, 16_000)
"""Options beside the best choice so far handed to a solver, one try after the other: a narrow try
finds a better choice fast, and a better choice leaves fewer options to look at."""
SOLVERS = (scip.search, _cp_sat)
"""SCIP closes most, in floats. CP-SAT reckons in whole numbers: it goes on where those are too
large for floats, and it alone may say that there is no choice. See docs/decisions/0013."""


@dataclass(frozen=True)
class Best:
    """A choice, positions of options; a bound on every choice; and whether it is a whole answer.

    `chosen` that leaves out groups that must choose is no answer yet: `value` is None then. `bound`
    is minus infinity where it is proven that there is no choice.
    """

    chosen: Ints
    value: int | None
    bound: float


def improve(
    problem: ChoiceProblem,
    prices: Floats,
    bound: float,
    start: Ints,
    *,
    seed: int,
    effort: float,
    gap: float,
    tell: Callable[[int, Best], None],
    stop: Stop,
) -> Best:
    """Improve a choice `start` (positions of options) until it is within `gap` of a bound.

    `start` keeps the capacities. `prices` are those that prove `bound`. `tell` hears of the best
    choice, with the number of the width, before each try.
    """
    value = int(problem.value[start].sum()) if problem.allows(start) else None
    best = Best(start, value, floor(bound))
    worth = pricing.net(problem, prices)
    for number, width in enumerate(WIDTHS):
        for search in SOLVERS:
            tell(number, best)
            if stop() or effort == 0 or best.bound == -inf:
                return best
            enough = ceil(best.bound - gap * abs(best.bound))
            if best.value is not None and best.value >= enough:
                return best
            core = _core(problem, worth, bound, best, width)
            hint = np.flatnonzero(np.isin(core.inside, best.chosen))
            # Another seed where all that matters is inside already and the try is a second one.
            limits = Limits((seed + number) % 2**31, effort / len(WIDTHS), enough)
            best = _better(problem, best, core, search(core.problem, hint, limits, stop))
    return best


@dataclass(frozen=True)
class _Core:
    """The problem over the options `inside`; a choice with others is worth `outside` at most."""

    problem: ChoiceProblem
    inside: Ints
    outside: float


def _core(problem: ChoiceProblem, worth: Floats, bound: float, best: Best, width: int) -> _Core:
    """The best choice so far and up to `width` other options of least regret.

    An option whose net value is r below the best of its group cannot be part of a choice worth more
    than `bound - r` (reduced-cost fixing), and neither can leaving out a group whose best is r. So
    a bound over the options up to some regret, or `bound` minus that regret if that is more,
    bounds every choice.
    """
    top = pricing.best(problem, worth)
    regret = top[problem.group] - worth
    ours = np.zeros(problem.options, np.bool_)
    ours[best.chosen] = True
    # Values are whole: what is worth less than one more than the best is not better.
    reach, outside = (inf, -inf) if best.value is None else (bound - best.value - 1, best.value)
    near = ~ours & (regret <= reach)
    others = np.flatnonzero(near)
    if len(others) > width:
        order = np.argpartition(regret[others], width)
        near[others[order[width:]]] = False
        reach = float(regret[others[order[width]]])
        outside = floor(bound - reach)
    inside = np.flatnonzero(near | ours)
    served = np.zeros(problem.groups, np.bool_)
    served[problem.group[best.chosen]] = True
    forced = served & (top > reach)
    small = replace(problem.take(inside), exactly_one=problem.exactly_one | forced)
    return _Core(small, inside, outside)


def _better(problem: ChoiceProblem, best: Best, core: _Core, found: Whole) -> Best:
    chosen, value = best.chosen, best.value
    if found.chosen is not None:
        fresh = core.inside[found.chosen]
        worth = int(problem.value[fresh].sum())
        if value is None or worth > value:
            chosen, value = fresh, worth
    proven = max(core.outside, found.bound, -inf if value is None else value)
    bound = min(best.bound, proven)
    return Best(chosen, value, bound if bound == -inf else floor(bound))
