"""Takes options in a given order while they fit."""

import numpy as np

from strategy.optimizer.pricing import Market
from strategy.optimizer.problem import Ints


def fill(market: Market, order: Ints) -> Ints:
    """Positions, ascending, of the options taken: each one that still fits when its turn comes.

    Used with the relaxed plan first and then by closeness to the best net value ("value minus
    price"), and by the benchmark with the orders that people use today.
    """
    left = np.concatenate([rows.limit for rows in market.rows]).tolist()
    row, weight, ends = _uses(market)
    group = market.group.tolist()
    served = [False] * len(market.first)
    taken = []
    for option in order.tolist():
        if served[group[option]]:
            continue
        mine = range(ends[option], ends[option + 1])
        if all(weight[entry] <= left[row[entry]] for entry in mine):
            for entry in mine:
                left[row[entry]] -= weight[entry]
            served[group[option]] = True
            taken.append(option)
    return np.sort(np.array(taken, np.int64))


def _uses(market: Market) -> tuple[list[int], list[int], list[int]]:
    """Row (numbered through all constraints) and weight of each entry, sorted by option.

    The entries of option i are those from `ends[i]` to `ends[i + 1]`.
    """
    offsets = np.cumsum([0, *(len(rows.limit) for rows in market.rows)])
    option = np.concatenate([rows.option for rows in market.rows])
    row = np.concatenate([r.row + offset for r, offset in zip(market.rows, offsets, strict=False)])
    weight = np.concatenate([rows.weight for rows in market.rows])
    order = np.argsort(option, kind="stable")
    ends = np.searchsorted(option[order], np.arange(len(market.options) + 1))
    return row[order].tolist(), weight[order].tolist(), ends.tolist()
