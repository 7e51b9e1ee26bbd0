"""The general core: a proven choice for any problem of that shape. See `choice_problem`.

Prices by column generation, a whole choice by SCIP and CP-SAT over the options that can still
matter, and a bound that proves it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import floor, inf

import numpy as np

from strategy.optimizer import pricing
from strategy.optimizer.choice_problem import Bools, ChoiceProblem, Floats, Ints
from strategy.optimizer.columns import Relaxation, most_served, relaxation
from strategy.optimizer.greedy import fill
from strategy.optimizer.integer import Best, improve
from strategy.optimizer.interrupt import Stop, never

NEAR = 20
"""Options per group that the first whole choice is filled from."""


class ChoiceStatus(StrEnum):
    """`UNKNOWN`: no choice found, and none excluded."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChoiceProgress:
    """`stage` is `prices` or `choice`. None while not known."""

    stage: str
    step: int
    value: int | None
    bound: int | None


@dataclass(frozen=True)
class ChoiceSolution:
    """`chosen[g]`: the option of group g, or -1. Without a choice all are -1 and `value` is None.

    No choice is worth more than `bound`; None where there is no choice at all. `prices[r]` is the
    marginal value of one more unit of resource r, never negative.
    """

    status: ChoiceStatus
    chosen: Ints
    value: int | None
    bound: int | None
    prices: Floats

    @property
    def options(self) -> Ints:
        """Positions of the chosen options, ascending."""
        return self.chosen[self.chosen >= 0]


def solve_choice(
    problem: ChoiceProblem,
    *,
    seed: int = 0,
    effort: float = 5.0,
    gap: float = 0.0,
    start: Ints | None = None,
    prices: Floats | None = None,
    progress: Callable[[ChoiceProgress], None] = lambda p: None,
    stop: Stop = never,
) -> ChoiceSolution:
    """The most valuable choice. The same arguments give the same answer, unless `stop` says so.

    Stops looking for better ones once the value is proven to be within `gap`, a share of the bound,
    or after `effort`: a few seconds per unit, counted in work, never by the clock. `start[g]` is an
    option to begin with or -1; what does not fit of it is left out. `prices` of an earlier answer
    save work. `stop` is asked again and again, from any thread; what was found so far is the
    answer then. Raises `ValueError` that names every argument that is wrong.

    Options that alone take more than there is are left out first: otherwise a part of one might
    fit and lift the bound.
    """
    faults = _faults(problem, effort, gap, start, prices)
    if faults:
        raise ValueError("; ".join(faults))
    fits = problem.fits
    if not fits.all():
        found = solve_choice(
            problem.take(np.flatnonzero(fits)),
            seed=seed,
            effort=effort,
            gap=gap,
            start=None if start is None else _start_among(fits, start),
            prices=prices,
            progress=progress,
            stop=stop,
        )
        return replace(found, chosen=_back_among(fits, found.chosen))
    if (problem.exactly_one & (np.diff(problem.first) == 0)).any():
        return _none(problem, ChoiceStatus.INFEASIBLE, None, np.zeros(len(problem.capacity)))
    relaxed = relaxation(
        problem,
        np.random.default_rng(seed),
        lambda step, bound: progress(
            ChoiceProgress("prices", step, None, None if bound is None else floor(bound))
        ),
        stop,
        prices=prices,
    )
    first = _first_choice(problem, relaxed, start)
    if not problem.allows(first) and _proven_impossible(problem, seed, stop):
        return _none(problem, ChoiceStatus.INFEASIBLE, None, relaxed.prices)
    best = improve(
        problem,
        relaxed.prices,
        relaxed.bound,
        first,
        seed=seed,
        effort=effort,
        gap=gap,
        tell=_telling(progress),
        stop=stop,
    )
    return _solution(problem, best, relaxed.prices)


def _start_among(fits: Bools, start: Ints) -> Ints:
    """`start` with the positions of options among those that fit; -1 for one that does not."""
    place = np.where(fits, np.cumsum(fits) - 1, -1)
    moved = np.full(len(start), -1, np.int64)
    moved[start >= 0] = place[start[start >= 0]]
    return moved


def _back_among(fits: Bools, chosen: Ints) -> Ints:
    """Positions among all options, from those among the options that fit."""
    moved = chosen.copy()
    moved[chosen >= 0] = np.flatnonzero(fits)[chosen[chosen >= 0]]
    return moved


def _telling(progress: Callable[[ChoiceProgress], None]) -> Callable[[int, Best], None]:
    def tell(step: int, best: Best) -> None:
        bound = None if best.bound == -inf else int(best.bound)
        progress(ChoiceProgress("choice", step, best.value, bound))

    return tell


def _faults(
    problem: ChoiceProblem,
    effort: float,
    gap: float,
    start: Ints | None,
    prices: Floats | None,
) -> list[str]:
    faults = []
    if not 0 <= effort < inf:
        faults.append("`effort` must be finite and not negative")
    if not 0 <= gap < inf:
        faults.append("`gap` must be finite and not negative")
    if start is not None and not _is_start(problem, start):
        faults.append(
            f"`start` must hold an option of the group, or -1, for {problem.groups} groups"
        )
    if prices is not None and not _are_prices(problem, prices):
        faults.append(f"`prices` must be {len(problem.capacity)} finite numbers, none negative")
    return faults


def _is_start(problem: ChoiceProblem, start: Ints) -> bool:
    if start.shape != (problem.groups,) or start.dtype.kind != "i":
        return False
    inside = (problem.first[:-1] <= start) & (start < problem.first[1:])
    return bool((inside | (start == -1)).all())


def _are_prices(problem: ChoiceProblem, prices: Floats) -> bool:
    right = prices.shape == problem.capacity.shape and prices.dtype.kind == "f"
    return right and bool((np.isfinite(prices) & (prices >= 0)).all())


def _first_choice(problem: ChoiceProblem, found: Relaxation, start: Ints | None) -> Ints:
    """What `start` or the relaxed choice takes whole, then by closeness to the best at the prices.

    The better of the two; it keeps the capacities, but may leave groups out that must choose.
    """
    worth = pricing.net(problem, found.prices)
    regret = pricing.best(problem, worth)[problem.group] - worth
    wanted = min(len(worth), NEAR * len(problem.filled))
    near = np.zeros(len(worth), np.bool_)
    near[np.argpartition(regret, wanted - 1)[:wanted] if wanted else []] = True
    near &= (problem.value > 0) | problem.exactly_one[problem.group]
    firsts = [found.active[found.share > 0.999]]
    if start is not None:
        firsts.append(start[start >= 0])
    filled = [_fill(problem, near, regret, first) for first in firsts]
    return max(filled, key=lambda f: (problem.allows(f), int(problem.value[f].sum())))


def _fill(problem: ChoiceProblem, near: Bools, regret: Floats, first: Ints) -> Ints:
    early = np.zeros(problem.options, np.bool_)
    early[first] = True
    inside = np.flatnonzero(near | early)
    order = np.lexsort((regret[inside], ~early[inside]))
    return inside[fill(problem.take(inside), order)]


def _proven_impossible(problem: ChoiceProblem, seed: int, stop: Stop) -> bool:
    """Whether even a relaxed choice cannot serve every group that must choose.

    The bound on how many it serves holds at any prices, so no solver is trusted.
    """
    served = relaxation(
        most_served(problem),
        np.random.default_rng(seed),
        lambda step, bound: None,
        stop,
        tolerance=0.0,
    )
    return floor(served.bound) < int(problem.exactly_one.sum())


def _solution(problem: ChoiceProblem, best: Best, prices: Floats) -> ChoiceSolution:
    if best.bound == -inf:
        return _none(problem, ChoiceStatus.INFEASIBLE, None, prices)
    if best.value is None:
        return _none(problem, ChoiceStatus.UNKNOWN, int(best.bound), prices)
    chosen = np.full(problem.groups, -1, np.int64)
    chosen[problem.group[best.chosen]] = best.chosen
    proven = best.value == best.bound
    status = ChoiceStatus.OPTIMAL if proven else ChoiceStatus.FEASIBLE
    return ChoiceSolution(status, chosen, best.value, int(best.bound), prices)


def _none(
    problem: ChoiceProblem, status: ChoiceStatus, bound: int | None, prices: Floats
) -> ChoiceSolution:
    return ChoiceSolution(status, np.full(problem.groups, -1, np.int64), None, bound, prices)
