"""How much it holds: the load at which the 99th percentile crosses the pass line.

Latency counts from when a call was due, so a step that the server cannot follow shows at once.
Near the knee every load is visited several times, up and down again, and the median of its visits
counts: what disturbs one visit does not move it. The knee lies between the last load that held and
the first that did not, where the straight line between their percentiles (in logarithms) crosses.
"""

from collections.abc import Sequence
from math import log
from statistics import median
from typing import NamedTuple

KEPT_UP = 0.9
"""A step holds only if this share of its decisions was answered within the step and its line."""

SPREAD = 0.15
"""Runs further apart than this, from the lowest to the highest, are of a machine that was busy."""

_NEAR = (0.76, 0.87, 1.0, 1.15, 1.32)


class Step(NamedTuple):
    """Decisions a second that were due, answered, and their 99th percentile in milliseconds;
    `core_ms`: the server's processor time for each, which a busy machine hardly changes."""

    offered: float
    answered: float
    p99_ms: float
    first_limit: str
    core_ms: float = 0.0


def near(centre: float) -> list[float]:
    """Loads around a first estimate, ascending; in its unit."""
    return [centre * factor for factor in _NEAR]


def sweep(loads: Sequence[float], visit: int) -> list[int]:
    """The order of one visit to each: up, down and up again, so that what drifts hits all alike."""
    up = list(range(len(loads)))
    return up if visit % 2 == 0 else up[::-1]


def middle(visits: Sequence[Step], p99_ms: float) -> Step:
    """The visits of one load as one: the medians, and the limit of the slowest."""
    return Step(
        round(median(one.offered for one in visits), 1),
        round(median(one.answered for one in visits), 1),
        round(median(_p99(one, p99_ms) for one in visits), 2),
        max(visits, key=lambda one: one.p99_ms).first_limit,
        round(median(one.core_ms for one in visits), 2),
    )


def knee_of(steps: Sequence[Step], p99_ms: float) -> tuple[float, bool]:
    """Decisions a second that hold, and whether the knee was found: False, it holds more or, where
    the first step broke, less. `steps` by growing load.

    More load never makes calls faster; where a step says so, chance does, and it is evened out.
    """
    even = _rising([log(_p99(step, p99_ms)) for step in steps], [step.offered for step in steps])
    broken = next((n for n, one in enumerate(even) if one > log(p99_ms)), len(steps))
    if broken in (0, len(steps)):
        return steps[min(broken, len(steps) - 1)].offered, False
    low, high = steps[broken - 1].offered, steps[broken].offered
    way = (log(p99_ms) - even[broken - 1]) / (even[broken] - even[broken - 1])
    return float(low * (high / low) ** way), True


def spread(holds: Sequence[float]) -> float:
    """From the lowest to the highest, as a share of the median."""
    return (max(holds) - min(holds)) / (median(holds) or 1.0)


def _p99(step: Step, line: float) -> float:
    """A step that was not kept up with is over the line whatever its calls say."""
    return step.p99_ms if step.answered >= KEPT_UP * step.offered else max(line * 2, step.p99_ms)


def _rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest values that never fall: neighbours that do are replaced by their mean."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, count = value, weight, 1
        while pools and pools[-1][0] > mean:
            before, other, more = pools.pop()
            mean = (before * other + mean * total) / (other + total)
            total, count = total + other, count + more
        pools.append((mean, total, count))
    return [mean for mean, _, count in pools for _ in range(count)]
