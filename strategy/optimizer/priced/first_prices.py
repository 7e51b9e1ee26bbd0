"""First prices: multiplicative weights on a sample."""

import numpy as np

from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int32s

SHARE = 0.002
"""Share of the value without limits that each capacity costs at the start."""


def first_prices(market: Market, parties: Int32s, rounds: int, control: Control) -> Floats:
    """Prices rise where the parties, scaled up to the book, ask for more than there is."""
    capacity, size = market.resources.capacity, market.resources.size
    weight = len(market.everyone) / len(parties)
    free = weight * market.respond(np.zeros(len(capacity)), parties).net_cents
    prices = SHARE * free / size
    lowest, best = np.inf, prices
    for number in range(rounds):
        if control.halted(market):
            break
        response = market.respond(prices, parties)
        exact = market.dual(prices, weight * response.net_cents)
        if exact < lowest:
            lowest, best = exact, prices
        demand = weight * response.use[market.resources.limited]
        over = np.clip((demand - capacity) / size, -1, 2)
        prices = prices * np.exp(0.7 / np.sqrt(number + 1) * over)
    return best
