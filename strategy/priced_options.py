"""What every option of one account is worth, and what it costs at a plan's prices.

Decide and the explanation of a plan both read it here, so that both value alike, and as the
planner did: whole cents at the start of the plan's day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from strategy.domain.account import Account
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactPoint
from strategy.domain.floor import bonuses
from strategy.domain.room import Use
from strategy.domain.script import Script
from strategy.domain.slot import Slot
from strategy.limits.case import Case
from strategy.optimizer.problem import Floats
from strategy.priority import weights
from strategy.valuation.book_value import value_book


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make an attempt. Cents; `paid` is what each thing that it uses costs at the plan's
    prices, by name: slot, robot, day, money, complaints. `bonus` is what floors that it counts for
    are worth to the plan, by their names. `use` is how much of each thing it uses."""

    channel: Channel
    slot: Slot
    script: str
    value_cents: float
    paid: dict[str, float]
    use: Use
    bonus: dict[str, float] = field(default_factory=dict)

    @property
    def price_cents(self) -> float:
        return sum(self.paid.values())

    @property
    def surplus_cents(self) -> float:
        return self.value_cents - self.price_cents + sum(self.bonus.values())


class PricedOptions:
    """Options of one account over the channels and slots of a day's capacity. `points` are the
    contact points that would be used (None: there is none), `usable` the scripts, by channel."""

    def __init__(
        self,
        account: Account,
        case: Case,
        capacity: Capacity,
        prices: CapacityPrices,
        scripts: Mapping[str, Script],
        zone: str,
        points: Mapping[Channel, ContactPoint | None],
        usable: Mapping[Channel, tuple[str, ...]],
    ) -> None:
        self._capacity, self._prices, self._usable = capacity, prices, usable
        self._segment = case.verdict.segment
        self._channels, self._scripts = tuple(capacity.attempts), tuple(scripts.values())
        self._place = {script.id: place for place, script in enumerate(self._scripts)}
        kinds = [p.kind if (p := points[channel]) else None for channel in self._channels]
        self._value = value_book(
            (account,),
            [case.history],
            self._channels,
            capacity.slots,
            self._scripts,
            zone,
            [kinds],
            [weights(case, self._channels, capacity.slots)],
        )

    def option(self, channel: Channel, place: int, script_id: str) -> Option:
        """The attempt in slot `place` with a script."""
        c, s, value = self._channels.index(channel), self._place[script_id], self._value
        robot, cents = self._scripts[s].robot, int(value.spend_cents[c])
        contact = float(value.contact[0, c, place])
        micro = contact * float(value.complaint_micro[0, s])
        paid = self._prices.parts(channel, place, robot, micro, cents)
        worth = contact * value.net_cents[0, s] - cents
        use = Use(channel, robot, 1, cents, int(micro))
        slot = self._capacity.slots[place]
        bonus = self._bonus(channel, robot)
        return Option(channel, slot, script_id, float(np.rint(worth)), paid, use, bonus)

    def _bonus(self, channel: Channel, robot: str) -> dict[str, float]:
        floors = self._capacity.floors
        return bonuses(floors, self._prices.floors, self._segment, channel, robot)

    def best(self, channel: Channel, place: int) -> Option | None:
        """With the script that leaves most in that slot; None where no script may be used."""
        found = self.ranked(channel, place)
        return self.option(channel, place, found[0]) if found else None

    def ranked(self, channel: Channel, place: int, more_than: float = -np.inf) -> list[str]:
        """The scripts that may be used and leave more than so many cents in that slot, the one that
        leaves most first."""
        left = self._surplus[self._channels.index(channel), place]
        fit = [s for s in self._usable[channel] if left[self._place[s]] > more_than]
        return sorted(fit, key=lambda script: -left[self._place[script]])

    def surplus(self, channel: Channel) -> Floats:
        """Shape (T,): cents that the best script leaves in each slot; minus infinity where there is
        none, or nothing of a capacity that it uses: what there is none of has no price."""
        places = [self._place[script] for script in self._usable[channel]]
        left = self._surplus[self._channels.index(channel)][:, places]
        room, robots = self._capacity.attempts[channel], self._capacity.robots
        lines = [robots.get(self._scripts[place].robot, room) for place in places]
        there = np.minimum(np.array(lines).reshape(len(places), len(room)), room) > 0
        most: Floats = np.where(there.T, left, -np.inf).max(axis=1, initial=-np.inf)
        return most

    @cached_property
    def _surplus(self) -> Floats:
        """Shape (C, T, S): value less price and with what floors add, in cents."""
        value, prices = self._value, self._prices
        contact = value.contact[0].astype(np.float64)[:, :, None]
        worth = np.rint(contact * value.net_cents[0] - value.spend_cents[:, None, None])
        none = (0.0,) * len(self._capacity.slots)
        slot = np.array([prices.slots[channel] for channel in self._channels])
        robot = np.array([prices.robots.get(one.robot, none) for one in self._scripts])
        day = np.array([prices.days.get(channel, 0.0) for channel in self._channels])
        attempt = day + prices.money * value.spend_cents
        complaints = prices.complaint / 1e6 * value.complaint_micro[0]
        left: Floats = worth - contact * complaints - attempt[:, None, None]
        left -= slot[:, :, None]
        if robot.size:
            left -= robot.T[None]
        if self._prices.floors:
            left += np.array([sum(self._bonus(s.channel, s.robot).values()) for s in self._scripts])
        return left


def use_of(
    account: Account,
    case: Case,
    slots: tuple[Slot, ...],
    place: int,
    channel: Channel,
    point: ContactPoint,
    script: Script,
    zone: str,
) -> Use:
    """What one attempt in slot `place` uses, whoever asks for it."""
    value = value_book(
        (account,), [case.history], (channel,), slots, (script,), zone, [[point.kind]], [[1.0]]
    )
    micro = float(value.contact[0, 0, place]) * float(value.complaint_micro[0, 0])
    return Use(channel, script.robot, 1, int(value.spend_cents[0]), int(micro))
