"""Parties whose treatment is fixed already: dialled, or promised a call back."""

from dataclasses import dataclass, replace

import numpy as np

from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.columns import columns_of
from strategy.optimizer.priced.factors import factors
from strategy.optimizer.priced.problem import (
    BookProblem,
    Capacity,
    Int16s,
    Int32s,
    Ints,
    Present,
    derived,
)
from strategy.optimizer.priced.resources import UNIT, Resources
from strategy.optimizer.priced.rounding import Whole

TOUCH = ("account", "channel", "slot", "script")


@dataclass(frozen=True)
class Pins:
    """Touch of each of these different parties; it stays, and the party gets no other."""

    party: Int32s
    account: Int32s
    channel: Int16s
    slot: Int16s
    script: Int16s


@dataclass(frozen=True)
class Pinned:
    """The problem that remains, and what the pins are worth (cents) and use (by kind and place of
    the capacity, in its own unit)."""

    pins: Pins
    remaining: BookProblem
    value: float
    used: dict[tuple[str, tuple[int, ...]], float]

    def added_to(self, plan: BookPlan) -> BookPlan:
        """The plan of what remained, with the pinned touches in it."""
        pins, problem = self.pins, self.remaining
        touches = {name: getattr(plan, name).copy() for name in TOUCH}
        for name, array in touches.items():
            array[pins.party, 0] = getattr(pins, name)
        share = plan.share.copy()
        share[pins.party, 0] = 1.0
        x = problem.contact[pins.account, pins.channel, pins.slot].astype(np.float64)
        complaints = x * problem.complaint[pins.account] * problem.tone[pins.script]
        resources = []
        for row in plan.resources:
            use = self.used.get((row.kind, row.place), 0.0)
            resources.append(replace(row, capacity=row.capacity + use, used=row.used + use))
        return replace(
            plan,
            **touches,
            share=share,
            value=plan.value + self.value,
            bound=plan.bound + self.value,
            resources=tuple(resources),
            complaints=plan.complaints + float(complaints.sum()),
            alone=replace(plan.alone, not_allowed=plan.alone.not_allowed - len(pins.party)),
        )


def pin(problem: BookProblem, pins: Pins) -> Pinned:
    """Take the pinned parties out, and what they use out of the capacities.

    Raises `ValueError` if a party is pinned twice or pins use more than a capacity.
    """
    if len(np.unique(pins.party)) != len(pins.party):
        raise ValueError("`pins` name a party twice")
    unchanged = derived(problem, present=None)
    book, resources = factors(unchanged), Resources.of(unchanged)
    cell = (pins.channel * problem.slots + pins.slot).astype(np.int16)
    one = np.ones(len(pins.party), np.int32)
    columns = columns_of(
        book, resources, pins.party, one, pins.account[:, None], cell[:, None], pins.script[:, None]
    )
    whole = Whole.of(resources, columns, np.arange(len(one)))
    over = [
        f"`{kind}`{list(place)}"
        for (kind, place), left in zip(resources.names(unchanged), whole.left, strict=True)
        if left < 0
    ]
    if over:
        raise ValueError(f"`pins` use more than there is of {', '.join(over)}")
    touches_left = problem.touches_left.copy()
    touches_left[pins.party] = 0
    remaining = derived(
        problem,
        touches_left=touches_left,
        capacity=_left(unchanged, resources, whole.left),
        present=_without(problem, pins),
    )
    used = (resources.whole - whole.left) / UNIT
    names = resources.names(unchanged)
    return Pinned(pins, remaining, whole.total(), dict(zip(names, used.tolist(), strict=True)))


def _left(problem: BookProblem, resources: Resources, left: Ints) -> Capacity:
    rows = np.full(resources.rows, np.inf)
    rows[resources.limited] = left / UNIT
    kinds = ("minutes", "script_period", "script_day", "channel_day", "money", "complaints")
    ends = [resources.start[kind] for kind in (*kinds, "changed")]
    parts = dict(zip(kinds, np.split(rows, ends[1:]), strict=False))
    shapes = problem.capacity
    return Capacity(
        minutes=parts["minutes"].reshape(shapes.minutes.shape),
        script_period=parts["script_period"].reshape(shapes.script_period.shape),
        script_day=parts["script_day"],
        channel_day=parts["channel_day"],
        money=float(parts["money"][0]),
        complaints=float(parts["complaints"][0]),
    )


def _without(problem: BookProblem, pins: Pins) -> Present | None:
    """A pinned party neither keeps nor changes anything."""
    present = problem.present
    if present is None:
        return None
    arrays = {}
    for name in TOUCH:
        arrays[name] = getattr(present, name).copy()
        arrays[name][pins.party] = -1
    return replace(present, **arrays)
