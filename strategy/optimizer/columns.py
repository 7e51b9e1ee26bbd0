"""Optimal prices of the relaxed plan by column generation.

The relaxation over every option is too large to hand over at once, and nearly all options are
never near to being chosen. So solve it over a few options per account, read off prices, add the
options that would pay at these prices, and repeat until none does (Gilmore and Gomory 1961; with
all columns at hand this is called sifting, Bixby et al. 1992). Good first prices come from a
sample of the parties with capacities in proportion, found in the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from strategy.optimizer.master import relax
from strategy.optimizer.pricing import Market, Prices
from strategy.optimizer.problem import Floats, Ints

AT_ONCE = 30_000
"""So many options are relaxed without generating columns."""
PER_ACCOUNT = 4
"""Options per account to start from: more makes fewer but slower rounds."""
SAMPLE = 4
"""One party in so many makes the sample that first prices come from."""
ROUNDS = 40
SAMPLE_TOLERANCE, TOLERANCE = 1e-4, 1e-6
"""Relative distance between relaxation and bound that ends the rounds."""
NOISE_CENTS = 1e-6
"""Solver noise: gains below this are none."""

Tell = Callable[[int, float | None], None]
"""Called after each round with its number and the bound so far; samples bound nothing."""


@dataclass(frozen=True)
class Relaxation:
    """Best prices found, the bound they prove in cents, and the last relaxed plan, if any.

    `share[i]` is how much of option `active[i]` the relaxed plan takes.
    """

    prices: Prices
    bound: float
    active: Ints
    share: Floats


def relaxation(
    market: Market,
    rng: np.random.Generator,
    tell: Tell,
    tolerance: float = TOLERANCE,
    stop: Callable[[], bool] = lambda: False,
) -> Relaxation:
    """Prices whose bound is close to the optimum of the relaxation over all options, or the best so
    far when `stop` says so."""
    prices = _first_prices(market, rng, tell, stop)
    net = market.net(prices)
    best = market.best(net)
    found = Relaxation(prices, market.bound(best, prices), np.zeros(0, np.int64), np.zeros(0))
    active = _nearest(market, best, net)
    for number in range(ROUNDS):
        if stop():
            break
        relaxed = relax(market.problem, market.options.take(active))
        if relaxed is None:
            break
        net = market.net(relaxed.prices)
        best = market.best(net)
        bound = market.bound(best, relaxed.prices)
        prices = relaxed.prices if bound < found.bound else found.prices
        found = Relaxation(prices, min(bound, found.bound), active, relaxed.share)
        tell(number, found.bound)
        fresh = _improving(market, net, active)
        if not len(fresh) or found.bound - relaxed.value <= tolerance * found.bound:
            break
        active = np.union1d(active, fresh)
    return found


def _first_prices(
    market: Market, rng: np.random.Generator, tell: Tell, stop: Callable[[], bool]
) -> Prices:
    parties = np.unique(market.problem.party)
    if len(market.options) <= AT_ONCE or len(parties) < SAMPLE * SAMPLE:
        return tuple(np.zeros(len(rows.limit)) for rows in market.rows)
    drawn = rng.permutation(parties)[: len(parties) // SAMPLE]
    inside = np.isin(market.problem.party, drawn)
    sample = market.options.take(np.flatnonzero(inside[market.options.account]))
    scaled = replace(
        market.problem,
        capacity=market.problem.capacity // SAMPLE,
        complaints_micro=market.problem.complaints_micro // SAMPLE,
    )
    return relaxation(
        Market.of(scaled, sample),
        rng,
        lambda number, _: tell(number, None),
        SAMPLE_TOLERANCE,
        stop,
    ).prices


def _nearest(market: Market, best: Floats, net: Floats) -> Ints:
    """Options that come closest to the best of their account."""
    if len(net) <= AT_ONCE:
        return np.arange(len(net))
    wanted = min(len(net), PER_ACCOUNT * len(best))
    return np.sort(np.argpartition(best[market.group] - net, wanted - 1)[:wanted])


def _improving(market: Market, net: Floats, active: Ints) -> Ints:
    """Options worth more at these prices than every active one of their account.

    At most as many as there are accounts, those that gain most.
    """
    reached = np.zeros(len(market.first))
    np.maximum.at(reached, market.group[active], net[active])
    gain = net - reached[market.group]
    fresh = np.flatnonzero(gain > NOISE_CENTS)
    if len(fresh) > len(reached):
        most = np.argpartition(-gain[fresh], len(reached) - 1)[: len(reached)]
        fresh = np.sort(fresh[most])
    return fresh
