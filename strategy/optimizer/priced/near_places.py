"""Near-best touches at each place of a party's best sequence, for the steps of prices."""

from dataclasses import replace

import numpy as np

from strategy.optimizer.priced.best_response import CHUNKS, most_touches
from strategy.optimizer.priced.columns import Columns, Near, columns_of
from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.kernels.near_touches import near_touches_of_each_party
from strategy.optimizer.priced.problem import Floats, Int32s, Ints
from strategy.optimizer.priced.resources import Resources, Tables


def near_places(
    book: Factors,
    price: Tables,
    prices: Floats,
    resources: Resources,
    parties: Int32s,
    window: float,
    floor: float,
    most: int,
) -> Near:
    """As `near_columns`, but a group is one place in the best sequence of a party, and a column a
    single touch there, which counts as often as it is made.

    A party has so many sequences near its best that no few of them show what it could do; touches
    at one place do, and places are nearly independent. A column is worth what makes it net at
    `prices` (limited rows) as much more as the party nets with it than without a touch there. So
    the slope of the dual is right at `prices`, its value but for a constant.
    """
    n, touches = len(parties), most_touches(book)
    share, count = np.empty((n, touches), np.float32), np.empty((n, touches), np.int32)
    scale, total = np.empty(n, np.float32), np.zeros(CHUNKS)
    shape = (n, touches, most)
    account, net = np.empty(shape, np.int32), np.empty(shape, np.float32)
    cell, script = np.empty(shape, np.int16), np.empty(shape, np.int16)
    found = (share, scale, count, account, cell, script, net, total)
    limit = np.float32(window)
    near_touches_of_each_party(book, price, parties, limit, np.float32(floor), CHUNKS, *found)
    scales = np.repeat(scale, touches)
    number, made = count.ravel(), share.ravel()
    party = np.repeat(parties, touches)
    settled = (number == 1) & (net[:, :, 0].ravel() > limit * scales)
    filled = np.arange(most) < number[:, None]

    def columns(groups: Ints) -> Columns:
        inside = filled[groups]
        whole = columns_of(
            book,
            resources,
            party[groups],
            number[groups],
            account.reshape(-1, most, 1)[groups][inside],
            cell.reshape(-1, most, 1)[groups][inside],
            script.reshape(-1, most, 1)[groups][inside],
        )
        amount = whole.use_amount * made[groups][whole.group][whole.entry_column]
        paid = np.bincount(whole.entry_column, prices[whole.use_row] * amount, len(whole.value))
        value = (net.reshape(-1, most)[groups][inside] + paid).astype(np.float64)
        return replace(whole, value=value, use_amount=amount)

    place = np.flatnonzero((number > 0) & ~settled)
    return Near(columns(place), columns(np.flatnonzero(settled)), float(total.sum()), scales, place)
