"""Parties whose choice can still change inside what is left uncertain about the prices."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.columns import Columns
from strategy.optimizer.priced.problem import Bools, Floats, Ints

PER_ROW = 12
"""Columns of every row that are contested whatever their margin; more in a larger core."""


@dataclass(frozen=True)
class Choices:
    """Net cents of every column at given prices, and what each group prefers.

    `best[g]` is the column that nets most, -1 where no contact does; `top[g]` what that choice
    nets; `margin[g]` how much more than the next best choice, no contact included.
    """

    net: Floats
    best: Ints
    top: Floats
    margin: Floats


def net_of_columns(columns: Columns, prices: Floats) -> Floats:
    """What each column is worth less what it uses, cents."""
    charged = prices[columns.use_row] * columns.use_amount
    used = np.bincount(columns.entry_column, charged, len(columns.value)).astype(np.float64)
    return columns.value - used


def choices(columns: Columns, prices: Floats) -> Choices:
    """Every group must have a column."""
    net = net_of_columns(columns, prices)
    if not len(columns.party):
        return Choices(net, np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    first = columns.first[:-1]
    top = np.maximum.reduceat(net, first)
    leader = np.lexsort((-net, columns.group))[first]
    rest = net.copy()
    rest[leader] = -np.inf
    second = np.maximum.reduceat(rest, first)
    margin = np.where(top > 0, top - np.maximum(second, 0.0), -top)
    return Choices(net, np.where(top > 0, leader, -1), np.maximum(top, 0.0), margin)


def contested(columns: Columns, found: Choices, scale: Floats, most: int, rows: int) -> Bools:
    """About `most` groups: those of the smallest margin compared with `scale` (cents a group).

    Of every row the few columns nearest to a change are among them, so that no row is left without
    anybody who could enter or leave it.
    """
    if len(columns.party) <= most:
        return np.ones(len(columns.party), np.bool_)
    relative = found.margin / scale
    inside: Bools = relative <= np.partition(relative, most)[most]
    regret = found.top[columns.group] - found.net
    led = found.best[found.best >= 0]
    regret[led] = found.margin[columns.group[led]]
    column = columns.entry_column
    order = np.lexsort((regret[column], columns.use_row))
    row = columns.use_row[order]
    place = np.arange(len(order)) - np.searchsorted(row, np.arange(rows))[row]
    inside[columns.group[column[order[place < PER_ROW + most // 100]]]] = True
    return inside
