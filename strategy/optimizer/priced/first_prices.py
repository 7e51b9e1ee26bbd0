"""First prices: multiplicative weights on a sample."""

import numpy as np

from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats
from strategy.optimizer.priced.sample import Sample

SHARE = 0.002
"""Share of the value without limits that each capacity costs at the start."""


def first_prices(market: Market, sample: Sample, rounds: int, control: Control) -> Floats:
    """Prices rise where the parties, scaled up to the book, ask for more than there is.

    What there is nothing of, and nobody can ask for, costs nothing: nothing would lower its price.
    """
    capacity, size, weight = sample.capacity, market.resources.size, sample.weight
    free = market.respond(np.zeros(len(capacity)), sample.parties)
    prices = SHARE * weight * free.net_cents / size
    prices[(capacity == 0) & (free.use[market.resources.limited] == 0)] = 0.0
    lowest, best = np.inf, prices
    for number in range(rounds):
        if control.halted(market):
            break
        response = market.respond(prices, sample.parties)
        exact = weight * response.net_cents + float(capacity @ prices)
        if exact < lowest:
            lowest, best = exact, prices
        demand = weight * response.use[market.resources.limited]
        over = np.clip((demand - capacity) / size, -1, 2)
        prices = prices * np.exp(0.7 / np.sqrt(number + 1) * over)
    return best
