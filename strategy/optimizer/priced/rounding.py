"""Whole choices: what overfills leaves, what still fits enters, and parties make room."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.columns import Columns
from strategy.optimizer.priced.contested import Choices
from strategy.optimizer.priced.kernels.exchange import Board, exchange, go_back
from strategy.optimizer.priced.problem import Bools, Floats, Ints
from strategy.optimizer.priced.resources import Resources

PRICE_SHARES = (1.0, 1.0, 0.5, 0.0)
"""One sweep of moves for each, which gain after this share of the prices: what is scarce goes
first to those who make most of it, and at last what is left goes to anybody."""

USERS = 200
USERS_OF_SEVERAL = 100
USERS_AGAIN = 30
"""Users of an overfilled row that are asked to make room; fewer where parties may get several
touches, which use many rows, and where a plan is made again, where most people keep what they have:
the others cost hardly any value."""


@dataclass
class Whole:
    """`chosen[g]` is the column of each group, -1 for no contact.

    `capacity` and what is `left` of it: whole units of each row. `changed` is the row of changes,
    -1 if there is none.
    """

    columns: Columns
    chosen: Ints
    capacity: Ints
    left: Ints
    changed: int

    @classmethod
    def of(cls, resources: Resources, columns: Columns, chosen: Ints) -> "Whole":
        whole = cls(columns, chosen, resources.whole, resources.whole.copy(), resources.changed)
        whole.left[:] = whole._left_of(chosen)
        return whole

    def _left_of(self, chosen: Ints) -> Ints:
        c = self.columns
        taken = np.zeros(len(c.value), np.bool_)
        taken[chosen[chosen >= 0]] = True
        entries = taken[c.entry_column]
        left = self.capacity.copy()
        np.subtract.at(left, c.use_row[entries], c.whole[entries])
        return left

    def total(self) -> float:
        """Cents that the chosen columns are worth."""
        return float(self.columns.value[self.chosen[self.chosen >= 0]].sum())

    def evict(self, net: Floats) -> None:
        """Choices leave rows that are over capacity, the least net cents per unit first."""
        c = self.columns
        start = c.row_first(len(self.left))
        for row in np.flatnonzero(self.left < 0).tolist():
            if self.left[row] >= 0 or row == self.changed:
                continue  # those who left other rows made room; too many changes are taken back
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

    def go_back(self, net: Floats, stays: Bools) -> None:
        """While more parties change than may, those who lose least take their change back.

        Where that does not do, every party keeps its present touch that `stays`, nobody else is
        touched, and moves that gain start from there.
        """
        if self.changed < 0 or self.left[self.changed] >= 0:
            return
        c = self.columns
        entries = np.flatnonzero(c.use_row == self.changed)
        column, back = c.entry_column[entries], c.whole[entries] < 0
        present = np.full(len(c.party), -1, np.int64)
        present[c.group[column[back]]] = column[back]
        may = present >= 0
        may[c.group[column[~back]]] = True
        now = np.where(self.chosen >= 0, net[self.chosen], 0.0)
        then = np.where(present >= 0, net[present], 0.0)
        order = np.flatnonzero(may)[np.argsort((now - then)[may], kind="stable")]
        board = self._board(c.value)
        while self.left[self.changed] < 0 and go_back(board, order, present):
            pass
        if self.left[self.changed] < 0:
            self.chosen[:] = np.where(stays[c.party], present, -1)
            self.left[:] = self._left_of(self.chosen)

    def improve(self, found: Choices, users: int) -> None:
        """Moves that gain, of those first whose choice is furthest from their best; `users` of an
        overfilled row are asked to make room."""
        several = np.diff(self.columns.first) > 1
        for share in PRICE_SHARES:
            board = self._board((1 - share) * self.columns.value + share * found.net)
            may = np.flatnonzero(several | (self.chosen < 0))
            regret = found.top - np.where(self.chosen >= 0, found.net[self.chosen], 0.0)
            exchange(board, may[np.argsort(-regret[may], kind="stable")], users)

    def _board(self, value: Floats) -> Board:
        c = self.columns
        lists = (c.group, c.first, value, c.use_first, c.use_row, c.whole)
        by_row = (c.row_first(len(self.left)), c.column_by_row)
        return Board(*lists, *by_row, self.changed, self.left, self.chosen)
