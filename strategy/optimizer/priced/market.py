"""A book asked at prices, and how often it was asked."""

from dataclasses import dataclass, field

import numpy as np

from strategy.optimizer.priced.best_response import Response, respond
from strategy.optimizer.priced.columns import Near, near_columns
from strategy.optimizer.priced.factors import Factors, factors
from strategy.optimizer.priced.kernels.reach import reach_of_each_party
from strategy.optimizer.priced.problem import BookProblem, Float32s, Floats, Int32s
from strategy.optimizer.priced.resources import Resources, tables

ROUNDINGS = 24
"""More roundings of 32-bit floats than there are between the data and the net of an option."""


@dataclass
class Market:
    """`passes` counts passes over all parties; a pass over a tenth of them counts a tenth.

    `bound` is the lowest proven so far, found at prices `proven_at`. `reach[p]` is the most that
    any option of a party could be worth, in cents, costs left out.
    """

    problem: BookProblem
    resources: Resources
    book: Factors
    everyone: Int32s
    reach: Float32s
    passes: float = 0.0
    bound: float = np.inf
    proven_at: Floats = field(default_factory=lambda: np.zeros(0))
    _scale: Float32s | None = None

    @classmethod
    def of(cls, problem: BookProblem) -> "Market":
        book = factors(problem)
        reach = np.empty(problem.parties, np.float32)
        reach_of_each_party(book, reach)
        everyone = np.arange(problem.parties, dtype=np.int32)
        return cls(problem, Resources.of(problem), book, everyone, reach)

    def respond(self, prices: Floats, parties: Int32s) -> Response:
        price = tables(self.problem, self.resources, prices)
        response = respond(self.book, price, parties, self.resources.rows)
        self._count(parties, prices, response.net_cents)
        return response

    def near(self, prices: Floats, parties: Int32s, window: Float32s, most: int) -> Near:
        price = tables(self.problem, self.resources, prices)
        found = near_columns(self.book, price, self.resources, parties, window, most)
        self._count(parties, prices, found.net_cents)
        return found

    def expected_gain(self, prices: Floats, parties: Int32s) -> Float32s:
        """Contact chance times gain of each party's first touch, cents; at least a twentieth of
        the median. A scale only: of the whole book it is looked at once, at the first prices."""
        whole_book = len(parties) == len(self.everyone)
        if whole_book and self._scale is not None:
            return self._scale
        best = self.respond(prices, parties)
        chosen = best.account[:, 0] >= 0
        account, cell = best.account[chosen, 0], best.cell[chosen, 0]
        script = best.script[chosen, 0]
        contact = self.book.contact.reshape(len(self.book.complaint), -1)
        gain = np.zeros(len(parties), np.float32)
        gain[chosen] = contact[account, cell] * self.book.gain[account, script]
        middle = float(np.median(gain[chosen])) if chosen.any() else 1.0
        scale = np.maximum(gain, np.float32(0.05 * middle))
        if whole_book:
            self._scale = scale
        return scale

    def dual(self, prices: Floats, net_cents: float) -> float:
        """What capacities cost at these prices and parties pay: no plan is worth more."""
        return net_cents + float(self.resources.capacity @ prices)

    def _count(self, parties: Int32s, prices: Floats, net_cents: float) -> None:
        self.passes += len(parties) / max(1, len(self.everyone))
        if len(parties) == len(self.everyone):
            bound = self.dual(prices, net_cents) + self._margin(prices)
            if bound < self.bound:
                self.bound, self.proven_at = bound, prices.copy()

    def _margin(self, prices: Floats) -> float:
        """More than rounding can hide.

        An option can only be the best choice if it nets at least nothing. Every term subtracted
        from its gain is positive, so none of them, nor any sum on the way, exceeds its expected
        gain and what not changing is worth, hence the reach of its party and that. Each rounding
        to 32 bits moves such a term by at most 2^-24 of it. Fewer than `ROUNDINGS` are made: of
        the prices in the tables, of the products and sums of an option, of the chord that lets
        slots be skipped. Every touch of a sequence may add as much. Sums over parties and rows
        are in doubles, where a million terms lose less than 2^-32 of their total.
        """
        total = self.problem.touches * float(self.reach.sum(dtype=np.float64))
        total += len(self.everyone) * float(tables(self.problem, self.resources, prices)[-1])
        every_term = total + float(np.abs(self.resources.capacity) @ prices)
        return ROUNDINGS * 2.0**-24 * total + 2.0**-32 * every_term
