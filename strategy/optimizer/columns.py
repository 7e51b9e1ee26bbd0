"""Optimal prices of the relaxed choice by column generation.

The relaxation over every option is too large to hand over at once, and nearly all options are
never near to being chosen. So solve it over a few options per group, read off prices, add the
options that would pay at these prices, and repeat until none does (Gilmore and Gomory 1961; with
all columns at hand this is called sifting, Bixby et al. 1992). Good first prices come from a
sample of the groups with capacities in proportion, found in the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from strategy.optimizer import pricing
from strategy.optimizer.choice_problem import ChoiceProblem, Floats, Ints
from strategy.optimizer.master import relax

AT_ONCE = 30_000
"""So many options are relaxed without generating columns."""
PER_GROUP = 4
"""Options per group to start from: more makes fewer but slower rounds."""
SAMPLE = 4
"""One group in so many makes the sample that first prices come from."""
ROUNDS = 40
SAMPLE_TOLERANCE, TOLERANCE = 1e-4, 1e-6
"""Relative distance between relaxation and bound that ends the rounds."""
NOISE = 1e-6
"""Solver noise: gains below this are none."""

Tell = Callable[[int, float | None], None]
"""Called after each round with its number and the bound so far; samples bound nothing."""
Stop = Callable[[], bool]
"""Asked again and again whether to stop early with what there is."""


@dataclass(frozen=True)
class Relaxation:
    """Best prices found, the bound they prove, and the last relaxed choice, if any.

    `share[i]` is how much of option `active[i]` the relaxed choice takes.
    """

    prices: Floats
    bound: float
    active: Ints
    share: Floats


def relaxation(
    problem: ChoiceProblem,
    rng: np.random.Generator,
    tell: Tell,
    stop: Stop,
    *,
    prices: Floats | None = None,
    tolerance: float = TOLERANCE,
) -> Relaxation:
    """Prices whose bound is close to the optimum of the relaxation over all options.

    `prices` to start from save rounds if they are near.
    """
    if prices is None:
        prices = _first_prices(problem, rng, tell, stop)
    found = Relaxation(prices, pricing.bound(problem, prices), np.zeros(0, np.int64), np.zeros(0))
    active = _nearest(problem, pricing.net(problem, prices))
    if problem.options > AT_ONCE and problem.exactly_one.any():
        active = np.union1d(active, _serving_all(problem, rng, tell, stop))
    for number in range(ROUNDS):
        relaxed = None if stop() else relax(problem.take(active))
        if relaxed is None:
            break
        bound = pricing.bound(problem, relaxed.prices)
        if bound < found.bound:
            found = replace(found, prices=relaxed.prices, bound=bound)
        found = replace(found, active=active, share=relaxed.share)
        fresh = _improving(problem, pricing.net(problem, relaxed.prices), active)
        tell(number, found.bound)
        if not len(fresh) or found.bound - relaxed.value <= tolerance * abs(found.bound):
            break
        active = np.union1d(active, fresh)
    return found


def most_served(problem: ChoiceProblem) -> ChoiceProblem:
    """The choice that serves as many as possible of the groups that must choose."""
    must = problem.exactly_one
    return replace(
        problem, value=must[problem.group].astype(np.int64), exactly_one=np.zeros_like(must)
    )


def _serving_all(problem: ChoiceProblem, rng: np.random.Generator, tell: Tell, stop: Stop) -> Ints:
    """Options that a relaxed choice serves every group with that must choose, if there is one."""
    served = relaxation(most_served(problem), rng, lambda n, _: tell(n, None), stop, tolerance=0.0)
    return served.active[served.share > 0]


def _first_prices(
    problem: ChoiceProblem, rng: np.random.Generator, tell: Tell, stop: Stop
) -> Floats:
    if problem.options <= AT_ONCE or problem.groups < SAMPLE * SAMPLE:
        return np.zeros(len(problem.capacity))
    drawn = np.zeros(problem.groups, np.bool_)
    drawn[rng.permutation(problem.groups)[: problem.groups // SAMPLE]] = True
    sample = problem.take(np.flatnonzero(drawn[problem.group]))
    asked, of_sample = _asked(problem), _asked(sample)
    part = np.divide(of_sample, asked, out=np.zeros(len(asked)), where=asked > 0)
    scaled = replace(
        sample,
        capacity=np.ceil(problem.capacity * part).astype(np.int64),
        exactly_one=sample.exactly_one & drawn,
    )
    return relaxation(
        scaled, rng, lambda number, _: tell(number, None), stop, tolerance=SAMPLE_TOLERANCE
    ).prices


def _asked(problem: ChoiceProblem) -> Floats:
    """How much of each resource all options together would take: shape (R,)."""
    asked = np.bincount(problem.use_row, problem.use_amount, len(problem.capacity))
    return asked.astype(np.float64)


def _nearest(problem: ChoiceProblem, worth: Floats) -> Ints:
    """Options that come closest to the best of their group."""
    if len(worth) <= AT_ONCE:
        return np.arange(len(worth))
    wanted = min(len(worth), PER_GROUP * len(problem.filled))
    regret = pricing.best(problem, worth)[problem.group] - worth
    return np.sort(np.argpartition(regret, wanted - 1)[:wanted])


def _improving(problem: ChoiceProblem, worth: Floats, active: Ints) -> Ints:
    """Options worth more at these prices than every active one of their group.

    At most as many as there are groups, those that gain most.
    """
    reached = np.where(problem.exactly_one, -np.inf, 0.0)
    np.maximum.at(reached, problem.group[active], worth[active])
    gain = worth - reached[problem.group]
    fresh = np.flatnonzero(gain > NOISE)
    most = len(problem.filled)
    if len(fresh) > most:
        fresh = np.sort(fresh[np.argpartition(-gain[fresh], most - 1)[:most]])
    return fresh
