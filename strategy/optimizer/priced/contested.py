"""Parties whose choice can still change inside what is left uncertain about the prices."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from strategy.optimizer.priced.columns import Columns
from strategy.optimizer.priced.kernels.nets import best_of_each_group, net_of_each_column
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
    net = np.empty(len(columns.value))
    uses = (columns.use_first, columns.use_row, columns.use_amount)
    net_of_each_column(columns.value, *uses, prices, net)
    return net


def choices(columns: Columns, prices: Floats) -> Choices:
    """Every group must have a column."""
    net = net_of_columns(columns, prices)
    n = len(columns.party)
    best, top, margin = np.empty(n, np.int64), np.empty(n), np.empty(n)
    best_of_each_group(columns.first, net, best, top, margin)
    return Choices(net, best, top, margin)


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
    few = PER_ROW + most // 100
    for start, end in pairwise(columns.row_first(rows).tolist()):
        column = columns.column_by_row[start:end]
        if len(column) > few:
            column = column[np.argpartition(regret[column], few - 1)[:few]]
        inside[columns.group[column]] = True
    return inside
