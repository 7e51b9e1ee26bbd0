"""Whole choices: what overfills leaves, what still fits enters, and parties make room."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.columns import Columns
from strategy.optimizer.priced.contested import Choices
from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.kernels.exchange import exchange, go_back
from strategy.optimizer.priced.problem import Floats, Ints
from strategy.optimizer.priced.resources import Resources

PRICE_SHARES = (1.0, 0.5, 0.0)
"""Moves are made that gain after this share of the prices, then of the next: what is scarce goes
first to those who make most of it, and at last what is left goes to anybody."""

SWEEPS = 2
USERS = 200
"""Users of an overfilled row that are asked to make room."""

ENOUGH = 1e-6
"""Share of the value that one more sweep must gain."""


@dataclass
class Whole:
    """`chosen[g]` is the column of each group, -1 for no contact.

    `left` whole units of each row; `changed` is the row of changes, -1 if there is none.
    """

    columns: Columns
    chosen: Ints
    left: Ints
    changed: int

    @classmethod
    def of(cls, resources: Resources, columns: Columns, chosen: Ints) -> "Whole":
        taken = np.zeros(len(columns.value), np.bool_)
        taken[chosen[chosen >= 0]] = True
        entries = taken[columns.entry_column]
        left = resources.whole.copy()
        np.subtract.at(left, columns.use_row[entries], columns.whole[entries])
        return cls(columns, chosen, left, resources.changed)

    def total(self) -> float:
        """Cents that the chosen columns are worth."""
        return float(self.columns.value[self.chosen[self.chosen >= 0]].sum())

    def evict(self, net: Floats) -> None:
        """Choices leave rows that are over capacity, the least net cents per unit first."""
        c = self.columns
        start = self._row_first()
        for row in np.flatnonzero(self.left < 0).tolist():
            if self.left[row] >= 0:
                continue  # those who left other rows made room
            entries = c.by_row[start[row] : start[row + 1]]
            column = c.entry_column[entries]
            entries = entries[(self.chosen[c.group[column]] == column) & (c.whole[entries] > 0)]
            price = net[c.entry_column[entries]] / c.whole[entries]
            entries = entries[np.argsort(price, kind="stable")]
            enough = int(np.searchsorted(np.cumsum(c.whole[entries]), -self.left[row])) + 1
            for gone in c.entry_column[entries[:enough]].tolist():
                self.chosen[c.group[gone]] = -1
                uses = slice(c.use_first[gone], c.use_first[gone + 1])
                self.left[c.use_row[uses]] += c.whole[uses]

    def go_back(self, book: Factors, net: Floats) -> None:
        """While more parties change than may, those who lose least take up their present touch."""
        if self.changed < 0 or self.left[self.changed] >= 0:
            return
        c = self.columns
        present = np.full(len(c.party), -1, np.int64)
        kept = np.flatnonzero(
            (book.present_cell[c.account[:, 0]] == c.cell[:, 0])
            & (book.present_script[c.account[:, 0]] == c.script[:, 0])
        )
        present[c.group[kept]] = kept
        away = np.flatnonzero((present >= 0) & (self.chosen != present))
        now = np.where(self.chosen[away] >= 0, net[self.chosen[away]], 0.0)
        order = away[np.argsort(now - net[present[away]], kind="stable")]
        go_back(
            order,
            present,
            c.use_first,
            c.use_row,
            c.whole,
            self.changed,
            self.left,
            self.chosen,
        )

    def improve(self, found: Choices) -> None:
        """Moves that gain, of those first whose choice is furthest from their best."""
        c = self.columns
        excess = min(0, int(self.left[self.changed])) if self.changed >= 0 else 0
        if excess:
            self.left[self.changed] = 0  # too many change already: no more do
        row_first = self._row_first()
        row_column = c.entry_column[c.by_row]
        for share in PRICE_SHARES:
            worth = (1 - share) * c.value + share * found.net
            for _ in range(SWEEPS):
                gained = exchange(
                    np.argsort(-self._regret(found), kind="stable"),
                    c.group,
                    c.first,
                    worth,
                    c.use_first,
                    c.use_row,
                    c.whole,
                    row_first,
                    row_column,
                    USERS,
                    self.changed,
                    self.left,
                    self.chosen,
                )
                if gained <= ENOUGH * self.total():
                    break
        if excess:
            self.left[self.changed] += excess

    def _regret(self, found: Choices) -> Floats:
        return found.top - np.where(self.chosen >= 0, found.net[self.chosen], 0.0)

    def _row_first(self) -> Ints:
        """Where the entries of each row begin in `columns.by_row`."""
        ordered = self.columns.use_row[self.columns.by_row]
        return np.searchsorted(ordered, np.arange(len(self.left) + 1)).astype(np.int64)
