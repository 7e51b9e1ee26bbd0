"""What a day's operation can do, and what it may spend."""

from dataclasses import dataclass, field

from strategy.domain.channel import Channel
from strategy.domain.floor import Floor
from strategy.domain.slot import Slot

MOST_TOUCHES = 3
"""Attempts to one person in a day that a plan may make."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Capacity of one planning horizon.

    `attempts[channel][i]` is how many attempts the channel can make in `slots[i]`,
    `robots[type][i]` how many the robots of one type can (a type that is not named is bounded by
    its channel alone), `per_day[channel]` how many the channel can make in the whole horizon.
    `complaints_micro` is the budget of expected complaints in millionths of a complaint,
    `money_cents` of `currency` what all attempts may cost together; None: no bound.
    `touches_per_party` bounds attempts to one party in the horizon, over all its accounts; one
    account may get several of them.
    `floors` are what must be reached within all that, the one to keep longest first.
    """

    zone: str
    slots: tuple[Slot, ...]
    attempts: dict[Channel, tuple[int, ...]]
    complaints_micro: int
    touches_per_party: int = 1
    robots: dict[str, tuple[int, ...]] = field(default_factory=dict)
    per_day: dict[Channel, int] = field(default_factory=dict)
    money_cents: int | None = None
    currency: str = ""
    floors: tuple[Floor, ...] = ()

    def __post_init__(self) -> None:
        for name, per_slot in (*self.attempts.items(), *self.robots.items()):
            if len(per_slot) != len(self.slots):
                raise ValueError(f"`{name}` has {len(per_slot)} slots, not {len(self.slots)}")
            if min(per_slot, default=0) < 0:
                raise ValueError(f"`{name}` has a negative capacity")
        if min((self.complaints_micro, self.money_cents or 0, *self.per_day.values())) < 0:
            raise ValueError("complaints, money and attempts of a day must not be negative")
        if not 1 <= self.touches_per_party <= MOST_TOUCHES:
            raise ValueError(f"touches per party must be 1 to {MOST_TOUCHES}")
