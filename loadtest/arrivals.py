"""When calls are due, whatever became of the calls before: an open loop.

Arrivals are a Poisson process whose rate follows the scenario, drawn once from a seed. Several
generators share one schedule: the n-th of them takes every n-th arrival.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

Rate = Sequence[tuple[float, float]]
"""(second, arrivals a second), straight lines in between."""


def rate_at(rate: Rate, at: float) -> float:
    """Arrivals a second at that second; 0 outside."""
    for (start, low), (end, high) in pairwise(rate):
        if start <= at <= end and end > start:
            return low + (high - low) * (at - start) / (end - start)
    return 0.0


def arrivals(
    rate: Rate, share: float, seed: str, place: int = 0, places: int = 1
) -> Iterator[float]:
    """Seconds after the start, ascending: this generator's part of `share` of all arrivals."""
    return islice(_all(rate, share, seed), place, None, places)


def _all(rate: Rate, share: float, seed: str) -> Iterator[float]:
    """By thinning: candidates at the highest rate, each kept with the probability of its second."""
    chance = random.Random(seed)
    highest, at, ends = max(one for _, one in rate) * share, 0.0, rate[-1][0]
    while (at := at + chance.expovariate(highest)) < ends:
        if chance.random() * highest < rate_at(rate, at) * share:
            yield at
