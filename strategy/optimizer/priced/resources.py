"""The shared resources as one list of rows, and what prices on them mean for an option."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from strategy.optimizer.priced.problem import BookProblem, Float32s, Floats, Int32s, Ints

UNIT = 10**9
"""Whole units in one minute, use, touch, cent or expected complaint: plans are counted in whole
units, amounts rounded up and capacities down, so a plan never exceeds a capacity."""


TINY = 1e-9


@dataclass(frozen=True)
class Resources:
    """Rows `minutes` (channel by slot), `script_period` (kind of script by period), `script_day`,
    `channel_day`, `money`, `complaints`, one after the other, starting at `start[kind]`.

    The last row is `changed`: parties whose treatment becomes another. A party without a present
    touch uses one if it gets any; a party with one gives one back if it keeps it, and the capacity
    is that much smaller, perhaps below 0. `size` is the scale of each row, above 0.

    `limited` holds the R rows that have a limit, ascending: prices, uses and capacities are
    arrays of these only. `number[row]` is the place of a row among them, -1 without a limit.
    """

    start: dict[str, int]
    rows: int
    limited: Ints
    number: Ints
    capacity: Floats
    whole: Ints
    size: Floats

    @classmethod
    def of(cls, problem: BookProblem, forced: int = 0) -> "Resources":
        """At least `forced` parties may change."""
        parts = _capacities(problem, forced)
        sizes = np.cumsum([0, *(part.size for part in parts.values())]).tolist()
        capacity = np.concatenate([part.ravel() for part in parts.values()])
        limited = np.flatnonzero(np.isfinite(capacity))
        number = np.full(len(capacity), -1, np.int64)
        number[limited] = np.arange(len(limited))
        whole = np.minimum(np.floor(capacity[limited] * UNIT), 2.0**62).astype(np.int64)
        start = dict(zip(parts, sizes, strict=False))
        size = np.maximum(capacity, TINY)
        size[start["changed"]] = max(1.0, capacity[-1] + touched(problem))
        return cls(start, len(capacity), limited, number, capacity[limited], whole, size[limited])

    @property
    def changed(self) -> int:
        """The limited row of changes, -1 if there is no limit."""
        return int(self.number[self.start["changed"]])

    def names(self, problem: BookProblem) -> list[tuple[str, tuple[int, ...]]]:
        """Of every limited row its kind and where in the capacity array of that kind it is."""
        where = [
            (kind, tuple(int(i) for i in index))
            for kind, part in _capacities(problem).items()
            for index in np.ndindex(part.shape)
        ]
        return [where[row] for row in self.limited]


def _capacities(problem: BookProblem, forced: int = 0) -> dict[str, Floats]:
    capacity = problem.capacity
    return {
        "minutes": capacity.minutes,
        "script_period": capacity.script_period,
        "script_day": capacity.script_day,
        "channel_day": capacity.channel_day,
        "money": np.array([capacity.money]),
        "complaints": np.array([capacity.complaints]),
        "changed": np.array([_changes(problem, forced)]),
    }


def _changes(problem: BookProblem, forced: int) -> float:
    present = problem.present
    if present is None or present.most_changed >= 1:
        return np.inf
    may = max(forced, int(np.floor(present.most_changed * problem.parties)))
    return float(may - touched(problem))


def touched(problem: BookProblem) -> int:
    """Parties that have a present touch."""
    return 0 if problem.present is None else int((problem.present.account >= 0).sum())


class Tables(NamedTuple):
    """Prices as the kernels read them: an option nets, for its contact chance x,

    `x * (gain - complaint_cents * complaint * tone) - script[w, s] + x * slope[j] + offset[j]`
    with cell j = channel * slots + slot. Slope and offset are never above 0.
    Keeping the present touch nets `change_cents` more; a party without one must net as much.
    Period w is the slots `first_slot[w]` to `first_slot[w + 1]`. Neighbours in which every script
    costs the same may be one here; kernels then look at them at once.
    """

    first_slot: Int32s
    slope: Float32s
    offset: Float32s
    script: Float32s
    complaint_cents: np.float32
    change_cents: np.float32


def tables(problem: BookProblem, resources: Resources, prices: Floats) -> Tables:
    """As `tables_by_period`; periods in which every script costs the same are one."""
    price = tables_by_period(problem, resources, prices)
    new = np.append(True, (price.script[1:] != price.script[:-1]).any(axis=1))
    first = np.append(price.first_slot[:-1][new], price.first_slot[-1])
    return price._replace(first_slot=first, script=price.script[new])


def tables_by_period(problem: BookProblem, resources: Resources, prices: Floats) -> Tables:
    """`prices`: cents per minute, use, touch, cent and expected complaint; not negative."""
    every = np.zeros(resources.rows)
    every[resources.limited] = prices
    at = resources.start
    c, t, kinds, w = problem.channels, problem.slots, problem.kinds, problem.periods
    minute = every[: c * t].reshape(c, t)
    period = every[at["script_period"] : at["script_day"]].reshape(kinds, w)
    if problem.robot is not None:
        period = period[problem.robot]
    script = period.T + every[at["script_day"] : at["channel_day"]]
    touch = every[at["channel_day"] : at["money"]]
    change = problem.present.change_cents if problem.present is not None else 0.0
    cent = 1.0 + every[at["money"]]
    slope = -(problem.contact_minutes[:, None] * minute + (problem.contact_cents * cent)[:, None])
    offset = -(problem.try_minutes[:, None] * minute + (problem.try_cents * cent + touch)[:, None])
    return Tables(
        problem.first_slot,
        slope.ravel().astype(np.float32),
        offset.ravel().astype(np.float32),
        np.ascontiguousarray(script, np.float32),
        np.float32(problem.complaint_cents + every[at["complaints"]]),
        np.float32(change + every[at["changed"]]),
    )
