"""Takes options in a given order while they fit."""

import numpy as np

from strategy.optimizer.pricing import Market
from strategy.optimizer.problem import Ints


def fill(market: Market, order: Ints) -> Ints:
    """Positions, ascending, of the options taken: each one that still fits when its turn comes.

    Used with the relaxed plan first and then by closeness to the best net value ("value minus
    price"), and by the benchmark with the orders that people use today.
    """
    limits = np.concatenate([rows.limit for rows in market.rows]).tolist()
    uses = _uses(market)
    group = market.group.tolist()
    served = [False] * len(market.first)
    taken = []
    for option in order.tolist():
        if served[group[option]]:
            continue
        if all(limits[row] >= weight for row, weight in uses[option]):
            for row, weight in uses[option]:
                limits[row] -= weight
            served[group[option]] = True
            taken.append(option)
    return np.sort(np.array(taken, np.int64))


def _uses(market: Market) -> list[list[tuple[int, int]]]:
    """Rows (numbered through all constraints) and weights of each option."""
    uses: list[list[tuple[int, int]]] = [[] for _ in range(len(market.options))]
    offset = 0
    for rows in market.rows:
        entries = zip(rows.option.tolist(), rows.row.tolist(), rows.weight.tolist(), strict=True)
        for option, row, weight in entries:
            uses[option].append((row + offset, weight))
        offset += len(rows.limit)
    return uses
