"""Seeded chance. Each kind of thing has its own stream, so that one does not shift another."""

import zlib
from typing import TypeVar

import numpy as np

from strategy.portfolio.rates import Rate

Item = TypeVar("Item")


class Chance:
    """Draws from numpy's generator, seeded by (seed, name of the stream)."""

    def __init__(self, seed: int, stream: str) -> None:
        self._random = np.random.default_rng([seed, zlib.crc32(stream.encode())])

    def happens(self, rate: Rate | float) -> bool:
        return self._random.random() < (rate if isinstance(rate, float) else rate.value)

    def pick(self, items: tuple[Item, ...], shares: tuple[float, ...]) -> Item:
        """One of the items with these shares; what is missing to 1 goes to the last item."""
        left = self._random.random()
        for item, share in zip(items, shares, strict=True):
            if left < share:
                return item
            left -= share
        return items[-1]

    def whole(self, low: int, high: int) -> int:
        """A whole number of low..high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def poisson(self, mean: float) -> int:
        return int(self._random.poisson(mean))

    def normal(self, mean: float, deviation: float) -> float:
        return float(self._random.normal(mean, deviation))

    def some(self, items: range, count: int) -> list[int]:
        """`count` different items (all of them when there are fewer), ascending."""
        chosen = self._random.permutation(len(items))[:count]
        return sorted(items[int(i)] for i in chosen)
