"""Touches that parties take one after the other, among all that still fits."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.best_response import most_touches
from strategy.optimizer.priced.columns import Columns, columns_of
from strategy.optimizer.priced.kernels.take_turns import take_turns
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int16s, Int32s, Ints
from strategy.optimizer.priced.resources import UNIT, tables_by_period


@dataclass(frozen=True)
class Turns:
    """Touches of every party, (parties, touches), -1 for none, and what they leave of each limited
    row, in whole units. Every turn changes them."""

    account: Int32s
    cell: Int16s
    script: Int16s
    left: Ints

    @classmethod
    def none(cls, market: Market) -> "Turns":
        """Nobody has a touch yet."""
        shape = (market.problem.parties, most_touches(market.book))
        return cls(
            account=np.full(shape, -1, np.int32),
            cell=np.full(shape, -1, np.int16),
            script=np.full(shape, -1, np.int16),
            left=market.resources.whole.copy(),
        )

    @property
    def without(self) -> Int32s:
        """Parties without a touch."""
        return np.flatnonzero(self.account[:, 0] < 0).astype(np.int32)

    def put(self, columns: Columns, taken: Ints) -> None:
        """These columns, whether they fit or not, of parties without a touch."""
        party = columns.party[columns.group[taken]]
        self.account[party] = columns.account[taken]
        self.cell[party] = columns.cell[taken]
        self.script[party] = columns.script[taken]
        inside = np.zeros(len(columns.value), np.bool_)
        inside[taken] = True
        entries = inside[columns.entry_column]
        np.subtract.at(self.left, columns.use_row[entries], columns.whole[entries])

    def put_what_fits(self, columns: Columns, taken: Ints) -> None:
        """Of these columns, one after the other, those that fit."""
        fits, _ = fitting(columns, taken, self.left.copy(), len(taken))
        self.put(columns, fits)

    def choose(self, market: Market, prices: Floats, parties: Int32s) -> None:
        """One after the other gives back what it has and takes what nets most at these prices of
        what fits, or keeps what it had."""
        # by period: of two with the same price one may be full
        price = tables_by_period(market.problem, market.resources, prices)
        free = price._replace(offset=price.offset.copy(), script=price.script.copy())
        touches = (self.account, self.cell, self.script)
        number = market.resources.number
        take_turns(market.book, price, free, number, prices, UNIT, parties, self.left, *touches)

    def value(self, market: Market) -> float:
        """Cents that all touches are worth."""
        made = np.flatnonzero(self.account[:, 0] >= 0).astype(np.int32)
        one = np.ones(len(made), np.int32)
        chosen = self.account[made], self.cell[made], self.script[made]
        return float(columns_of(market.book, market.resources, made, one, *chosen).value.sum())


def fitting(columns: Columns, taken: Ints, left: Ints, most: int) -> tuple[Ints, set[int]]:
    """Of these columns, one after the other, up to `most` that fit into `left`, which they change;
    and the rows that others do not fit into."""
    fits, blocked = [], set[int]()
    for k in taken.tolist():
        uses = slice(columns.use_first[k], columns.use_first[k + 1])
        row, whole = columns.use_row[uses], columns.whole[uses]
        over = whole > left[row]
        if over.any():
            blocked.update(row[over].tolist())
            continue
        left[row] -= whole
        fits.append(k)
        if len(fits) == most:
            break
    return np.array(fits, np.int64), blocked
