"""First prices: multiplicative weights on a sample."""

from collections.abc import Callable

import numpy as np

from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int32s

SHARE = 0.002
"""Share of the value without limits that each capacity costs at the start."""


def first_prices(market: Market, parties: Int32s, rounds: int, stop: Callable[[], bool]) -> Floats:
    """Prices rise where the parties, scaled up to the book, ask for more than there is."""
    capacity = market.resources.capacity
    weight = len(market.everyone) / len(parties)
    free = weight * market.respond(np.zeros(len(capacity)), parties).net_cents
    prices = SHARE * free / np.maximum(capacity, 1.0 / UNUSED)
    prices[capacity == 0] = UNUSED * free
    lowest, best = np.inf, prices
    for number in range(rounds):
        if stop():
            break
        response = market.respond(prices, parties)
        exact = market.dual(prices, weight * response.net_cents)
        if exact < lowest:
            lowest, best = exact, prices
        demand = weight * response.use[market.resources.limited]
        over = demand / np.maximum(capacity, 1e-12) - 1
        prices = prices * np.exp(0.7 / np.sqrt(number + 1) * np.clip(over, -1, 2))
    return best


UNUSED = 1.0
