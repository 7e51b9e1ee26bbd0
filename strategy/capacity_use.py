"""How much of every capacity a plan uses, and what one more unit would be worth."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.contact_plan import CERTAIN, Assignment, expected_sum
from strategy.domain.local_time import local
from strategy.domain.script import Script
from strategy.domain.slot import Slot


@dataclass(frozen=True, slots=True)
class CapacityUse:
    """One capacity. `kind` is the word of the constraint, `of` the channel, robot type or budget.

    `limit` and `used` count attempts, cents for `money`, complaints for `complaints`; an attempt
    counts as often as it is made. `price` is cents for one more of them.
    """

    kind: str
    of: str
    slot: Slot | None
    limit: float
    used: float
    price: float

    @property
    def cost_cents(self) -> float:
        """The limit at its price: by so much, at most, the bound falls if there is none of it."""
        return self.limit * self.price

    def label(self, zone: str) -> str:
        """How a person asks for it: `agent_call@10:00`, `sms`, `money`."""
        return self.of if self.slot is None else f"{self.of}@{local(self.slot.start, zone):%H:%M}"


def capacity_uses(
    capacity: Capacity,
    prices: CapacityPrices,
    scripts: Mapping[str, Script],
    assignments: Sequence[Assignment],
) -> tuple[CapacityUse, ...]:
    """Every capacity in the order of the capacity file."""
    return tuple(_uses(capacity, prices, scripts, assignments))


def _uses(
    capacity: Capacity,
    prices: CapacityPrices,
    scripts: Mapping[str, Script],
    assignments: Sequence[Assignment],
) -> Iterator[CapacityUse]:
    channels: Counter[tuple[str, Slot]] = Counter()
    robots: Counter[tuple[str, Slot]] = Counter()
    days: Counter[str] = Counter()
    for a in assignments:
        channels[a.channel, a.slot] += a.chance_micro
        robots[scripts[a.script].robot, a.slot] += a.chance_micro
        days[a.channel] += a.chance_micro
    for channel, room in capacity.attempts.items():
        for place, slot in enumerate(capacity.slots):
            used, price = channels[channel, slot] / CERTAIN, prices.slots[channel][place]
            yield CapacityUse("channel_slot_capacity", channel, slot, room[place], used, price)
    for robot, room in capacity.robots.items():
        for place, slot in enumerate(capacity.slots):
            used, price = robots[robot, slot] / CERTAIN, prices.robots[robot][place]
            yield CapacityUse("robot_lines", robot, slot, room[place], used, price)
    for channel, most in capacity.per_day.items():
        price = prices.days[channel]
        used = days[channel] / CERTAIN
        yield CapacityUse("attempts_per_day", channel, None, most, used, price)
    if capacity.money_cents is not None:
        spent = expected_sum(assignments, lambda a: a.cost_cents)
        yield CapacityUse("money_budget", "money", None, capacity.money_cents, spent, prices.money)
    budget = capacity.complaints_micro / 1e6
    expected = expected_sum(assignments, lambda a: a.complaint_micro) / 1e6
    yield CapacityUse("complaint_budget", "complaints", None, budget, expected, prices.complaint)
