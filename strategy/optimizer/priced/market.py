"""A book asked at prices, and how often it was asked."""

from dataclasses import dataclass, field

import numpy as np

from strategy.optimizer.priced.best_response import Response, respond
from strategy.optimizer.priced.columns import Columns, Near, near_columns
from strategy.optimizer.priced.factors import Factors, factors
from strategy.optimizer.priced.forced import staying
from strategy.optimizer.priced.kernels.reach import reach_of_each_party
from strategy.optimizer.priced.near_places import near_places
from strategy.optimizer.priced.problem import BookProblem, Bools, Float32s, Floats, Int32s
from strategy.optimizer.priced.resources import TINY, Resources, Tables, tables, touched

ROUNDINGS = 24
"""More roundings of 32-bit floats than there are between the data and the net of an option."""

FLOOR = 0.02
"""What a party is taken to be worth at least, as a share of the median reach."""


@dataclass
class Market:
    """`passes` counts passes over all parties; a pass over a tenth of them counts a tenth.

    `everyone` are the parties that may get a touch, `staying` the present touches that can stay,
    all of them together.
    `bound` is the lowest proven so far, found at prices `proven_at`. `reach[p]` is the most that
    any option of a party could be worth, in cents, costs left out; `floor` is a small share of what
    a party is usually worth.
    """

    problem: BookProblem
    resources: Resources
    book: Factors
    everyone: Int32s
    staying: Columns | None
    reach: Float32s
    floor: float
    passes: float = 0.0
    bound: float = np.inf
    proven_at: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, problem: BookProblem) -> "Market":
        book = factors(problem)
        reach = np.empty(problem.parties, np.float32)
        reach_of_each_party(book, reach)
        everyone = np.flatnonzero(book.touches_left > 0).astype(np.int32)
        kept = staying(problem, book)
        resources = Resources.of(
            problem, touched(problem) - (0 if kept is None else len(kept.party))
        )
        floor = FLOOR * float(np.median(reach[everyone])) if len(everyone) else 0.0
        return cls(problem, resources, book, everyone, kept, reach, max(floor, TINY))

    @property
    def stays(self) -> Bools:
        """Of each party whether its present touch can stay."""
        found = np.zeros(self.problem.parties, np.bool_)
        if self.staying is not None:
            found[self.staying.party] = True
        return found

    def respond(self, prices: Floats, parties: Int32s) -> Response:
        price = tables(self.problem, self.resources, prices)
        response = respond(self.book, price, parties, self.resources.rows)
        self._count(parties, prices, price, response.net_cents)
        return response

    def near(self, prices: Floats, parties: Int32s, window: float, most: int) -> Near:
        price = tables(self.problem, self.resources, prices)
        found = near_columns(self.book, price, self.resources, parties, window, self.floor, most)
        self._count(parties, prices, price, found.net_cents)
        return found

    def near_places(self, prices: Floats, parties: Int32s, window: float, most: int) -> Near:
        """What the steps of prices look at: `near`, for several touches by place."""
        if self.problem.touches == 1:
            return self.near(prices, parties, window, most)
        price = tables(self.problem, self.resources, prices)
        asked = (self.resources, parties, window, self.floor, most)
        found = near_places(self.book, price, prices, *asked)
        self._count(parties, prices, price, found.net_cents)
        return found

    def dual(self, prices: Floats, net_cents: float) -> float:
        """What capacities cost at these prices and parties pay: no plan is worth more."""
        return net_cents + float(self.resources.capacity @ prices)

    def _count(self, parties: Int32s, prices: Floats, price: Tables, net_cents: float) -> None:
        self.passes += len(parties) / max(1, len(self.everyone))
        if np.array_equal(parties, self.everyone):
            bound = self.dual(prices, net_cents) + self._margin(prices, price)
            if bound < self.bound:
                self.bound, self.proven_at = bound, prices.copy()

    def _margin(self, prices: Floats, price: Tables) -> float:
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
        total += len(self.everyone) * float(price.change_cents)
        every_term = total + float(np.abs(self.resources.capacity) @ prices)
        return ROUNDINGS * 2.0**-24 * total + 2.0**-32 * every_term
