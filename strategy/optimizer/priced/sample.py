"""Parties that stand for the book."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.best_response import Response
from strategy.optimizer.priced.columns import Near, part, used
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Float32s, Floats, Int32s


@dataclass(frozen=True)
class Sample:
    """`weight` copies of `parties`, ascending, share `capacity` of the limited rows."""

    parties: Int32s
    weight: float
    capacity: Floats

    @classmethod
    def of(cls, market: Market, parties: Int32s) -> "Sample":
        """What copies would use of a row for present touches is not what the book uses for them.

        Most parties keep their touch, so the same is true of what they ask for at prices near the
        present ones: capacities are corrected by the difference.
        """
        weight = len(market.everyone) / len(parties)
        capacity = market.resources.capacity
        if market.staying is not None:
            chosen = np.zeros(market.problem.parties, np.bool_)
            chosen[parties] = True
            copies = part(market.staying, chosen[market.staying.party])
            rows = len(capacity)
            capacity = capacity + weight * used(copies, rows) - used(market.staying, rows)
        return cls(parties, weight, capacity)

    def dual(self, near: Near | Response, prices: Floats) -> float:
        """What capacities cost at these prices and the copies pay."""
        return self.weight * near.net_cents + float(self.capacity @ prices)


def stratified(market: Market, size: int, rng: np.random.Generator) -> Sample:
    """`size` parties, or all, spread evenly over the order of their reach."""
    places = _stratified(market.reach[market.everyone], size, rng)
    return Sample.of(market, market.everyone[places])


def _stratified(reach: Float32s, size: int, rng: np.random.Generator) -> Int32s:
    """Places of `size` entries, ascending."""
    parties = len(reach)
    if size >= parties:
        return np.arange(parties, dtype=np.int32)
    order = np.argsort(reach, kind="stable")
    places = ((np.arange(size) + rng.random()) * parties / size).astype(np.int64)
    return np.sort(order[places]).astype(np.int32)
