"""What a plan must keep to, by what it costs: capacities, budgets and floors at their prices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.floor import FloorResult


@dataclass(frozen=True, slots=True)
class Requirement:
    """`kind` is the word of the constraint, or `floor`; `of` the channel, robot type, budget, or
    the floor's name.

    `price_cents` is what one unit more of a capacity, or one contact fewer in a floor, would add to
    the value at the margin; of a capacity by half hours, in the dearest of them. `cost_cents` is
    amount times price, over its half hours.
    """

    kind: str
    of: str
    amount: float
    price_cents: float
    cost_cents: float


def requirements(
    capacity: Capacity, prices: CapacityPrices, floors: Sequence[FloorResult]
) -> tuple[Requirement, ...]:
    """All of them, the one that costs most first."""
    return tuple(sorted(_all(capacity, prices, floors), key=lambda one: -one.cost_cents))


def _all(
    capacity: Capacity, prices: CapacityPrices, floors: Sequence[FloorResult]
) -> Iterator[Requirement]:
    for channel, room in capacity.attempts.items():
        yield _by_slot("channel_slot_capacity", channel, room, prices.slots[channel])
    for robot, room in capacity.robots.items():
        yield _by_slot("robot_lines", robot, room, prices.robots[robot])
    for channel, most in capacity.per_day.items():
        yield _whole_day("attempts_per_day", channel, most, prices.days[channel])
    if capacity.money_cents is not None:
        yield _whole_day("money_budget", "money", capacity.money_cents, prices.money)
    budget = capacity.complaints_micro / 1e6
    yield _whole_day("complaint_budget", "complaints", budget, prices.complaint)
    for floor in floors:
        kept = floor.asked - floor.shortfall
        yield _whole_day("floor", floor.name, kept, floor.price_cents)


def _by_slot(kind: str, of: str, room: Sequence[int], price: Sequence[float]) -> Requirement:
    cost = sum(amount * cents for amount, cents in zip(room, price, strict=True))
    return Requirement(kind, of, sum(room), max(price, default=0.0), cost)


def _whole_day(kind: str, of: str, amount: float, price: float) -> Requirement:
    return Requirement(kind, of, amount, price, amount * price)
