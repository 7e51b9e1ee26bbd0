"""What the planner is asked: numbers in arrays, and nothing that needs a clock or a file."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strategy.domain.channel import Channel
from strategy.domain.slot import Slot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGEST_VALUE = 2**40
"""Cents. Values stay far below 2^53, so floats hold them exactly."""


@dataclass(frozen=True)
class FloorRow:
    """At least so many planned attempts to these accounts (A,) with these scripts (S,)."""

    name: str
    accounts: Bools
    scripts: Bools
    at_least: int


@dataclass(frozen=True)
class PlanProblem:
    """A accounts, C channels, T slots, S scripts. Each account gets at most one attempt.

    The attempt of account a by channel c in slot t with script s is worth
    `rint(contact[a,c,t] * gain_cents[a,c,s] - cost_cents[a,c,s])` whole cents and uses
    `contact[a,c,t] * complaint_micro[a,c,s]` millionths of an expected complaint, to the nearest
    billionth. It may be chosen where `allowed[a,c,t]` and `script_allowed[a,c,s]`; what is worth
    nothing is never chosen, unless one of the `floors` counts it. These come after all other
    constraints: each is missed by as little as the floors before it leave room for.

    `party[a]` numbers the party of an account, `capacity[c,t]` counts attempts,
    `complaints_micro` and `touches_per_party` bound the whole plan. What a contact's complaints
    cost is taken off its gain; `cost_cents` is what an attempt costs, reached or not.

    What is left empty binds nothing: `robot[s]` numbers the robot type of a script (-1: none) and
    `robot_capacity[k,t]` counts its attempts; `per_day[c]` counts attempts of a channel (-1: any
    number); an attempt by channel c spends `spend_cents[c]` of `money_cents`.

    Raises `ValueError` that names everything that is wrong.
    """

    slots: tuple[Slot, ...]
    channels: tuple[Channel, ...]
    scripts: tuple[str, ...]
    accounts: tuple[str, ...]
    party: Ints
    contact: Floats
    gain_cents: Floats
    cost_cents: Floats
    complaint_micro: Floats
    allowed: Bools
    script_allowed: Bools
    capacity: Ints
    complaints_micro: int
    touches_per_party: int
    robot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    robot_capacity: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    per_day: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    spend_cents: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    money_cents: int = LARGEST_VALUE
    floors: tuple[FloorRow, ...] = ()

    def __post_init__(self) -> None:
        faults = [*_array_faults(self), *_floor_faults(self)]
        if self.complaints_micro < 0 or self.money_cents < 0:
            faults.append("`complaints_micro` and `money_cents` must not be negative")
        if self.touches_per_party < 1:
            faults.append("`touches_per_party` must be at least 1")
        if faults:
            raise ValueError("; ".join(faults))


_LEAST = {"robot": -1, "per_day": -1, "gain_cents": 1 - LARGEST_VALUE}


def _array_faults(problem: PlanProblem) -> list[str]:
    a, c = len(problem.accounts), len(problem.channels)
    t, s = len(problem.slots), len(problem.scripts)
    kinds_of_robots = len(problem.robot_capacity)
    expected: dict[str, tuple[tuple[int, ...], str]] = {
        "party": ((a,), "i"),
        "contact": ((a, c, t), "f"),
        "gain_cents": ((a, c, s), "f"),
        "cost_cents": ((a, c, s), "f"),
        "complaint_micro": ((a, c, s), "f"),
        "allowed": ((a, c, t), "b"),
        "script_allowed": ((a, c, s), "b"),
        "capacity": ((c, t), "i"),
    }
    if problem.robot.size or kinds_of_robots:
        expected |= {"robot": ((s,), "i"), "robot_capacity": ((kinds_of_robots, t), "i")}
    if problem.per_day.size:
        expected["per_day"] = ((c,), "i")
    if problem.spend_cents.size:
        expected["spend_cents"] = ((c,), "i")
    kinds = {"i": "whole numbers", "f": "floats", "b": "true or false"}
    faults = []
    for name, (shape, kind) in expected.items():
        array: NDArray[np.generic] = getattr(problem, name)
        if array.shape != shape:
            faults.append(f"`{name}` has shape {array.shape}, not {shape}")
        elif array.dtype.kind != kind:
            faults.append(f"`{name}` must hold {kinds[kind]}, not {array.dtype}")
        elif kind != "b" and array.size and not _within(array, _LEAST.get(name, 0), LARGEST_VALUE):
            least = f"{_LEAST[name]} or more" if name in _LEAST else "not negative"
            faults.append(f"`{name}` must be finite, {least} and below {LARGEST_VALUE}")
    if not faults and problem.robot.size and problem.robot.max() >= kinds_of_robots:
        faults.append("`robot` numbers a type that has no `robot_capacity`")
    if not faults and problem.contact.size and problem.contact.max() > 1:
        faults.append("`contact` holds probabilities, none above 1")
    return faults


def _within(array: NDArray[np.generic], low: int, high: int) -> bool:
    return bool(np.isfinite(array).all() and array.min() >= low and array.max() < high)


def _floor_faults(problem: PlanProblem) -> list[str]:
    faults = []
    shapes = ((len(problem.accounts),), (len(problem.scripts),))
    for floor in problem.floors:
        if (floor.accounts.shape, floor.scripts.shape) != shapes or floor.at_least < 0:
            faults.append(
                f"`{floor.name}` must say which accounts and scripts, and not ask for < 0"
            )
    return faults
