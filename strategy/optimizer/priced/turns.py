"""Several touches: parties choose again, one after the other, among all that still fits.

A whole plan is chosen from a few near-best sequences of each party. Where many slots are equally
good these are the same few for everybody, and what somebody would gladly take stays empty.
"""

import numpy as np

from strategy.optimizer.priced.columns import columns_of
from strategy.optimizer.priced.kernels.take_turns import take_turns
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int16s, Int32s, Ints
from strategy.optimizer.priced.resources import UNIT, tables_by_period

PRICE_SHARES = (1.0, 1.0, 0.5, 0.0)
"""One round of turns for each, at this share of the prices: what is scarce goes first to those who
make most of it, and at last what is left goes to anybody."""


def turns(
    market: Market,
    prices: Floats,
    left: Ints,
    account: Int32s,
    cell: Int16s,
    script: Int16s,
) -> float:
    """Changes the touches (parties, touches) and what is `left`; returns what all of them are worth
    then, in cents."""
    asked = market.respond(prices, market.everyone)
    order = np.lexsort((-market.reach[market.everyone], -asked.net))
    parties = market.everyone[order]
    for share in PRICE_SHARES:
        # by period: of two with the same price one may be full
        price = tables_by_period(market.problem, market.resources, share * prices)
        free = price._replace(offset=price.offset.copy(), script=price.script.copy())
        number, paid = market.resources.number, share * prices
        touches = (account, cell, script)
        take_turns(market.book, price, free, number, paid, UNIT, parties, left, *touches)
    made = np.flatnonzero(account[:, 0] >= 0).astype(np.int32)
    one = np.ones(len(made), np.int32)
    chosen = account[made], cell[made], script[made]
    columns = columns_of(market.book, market.resources, made, one, *chosen)
    return float(columns.value.sum())
