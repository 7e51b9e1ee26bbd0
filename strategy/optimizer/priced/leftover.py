"""What is left over goes to parties without a touch.

A whole plan is chosen from a few near-best options of each party. Where many slots are equally good
these are the same few for everybody, and whole slots stay empty that somebody would gladly take.
"""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.kernels.fill import fill
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int16s, Int32s, Ints
from strategy.optimizer.priced.resources import UNIT


@dataclass(frozen=True)
class Leftover:
    """Touches of `party`, in any order, worth `value` cents together; `left` whole units remain."""

    party: Int32s
    account: Int32s
    cell: Int16s
    script: Int16s
    value: float
    left: Ints


def leftover(market: Market, prices: Floats, without: Int32s, left: Ints) -> Leftover:
    """Those who net most at these prices choose first, then those who could be worth most."""
    asked = market.respond(prices, without)
    order = np.lexsort((-market.reach[without], -asked.net))
    parties = without[order]
    n, left = len(parties), left.copy()
    account, cell, script = np.empty(n, np.int32), np.empty(n, np.int16), np.empty(n, np.int16)
    value = fill(
        market.book, market.resources.number, prices, UNIT, parties, left, account, cell, script
    )
    took = account >= 0
    return Leftover(parties[took], account[took], cell[took], script[took], float(value), left)
