"""What capacity is worth at the margin: the prices that a plan was made at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategy.domain.channel import Channel


@dataclass(frozen=True, slots=True)
class CapacityPrices:
    """Cents that one more unit of each capacity would add to the value of the plan.

    `slots[channel][i]` one more attempt in slot i, `robots[type][i]` one more by robots of a type,
    `days[channel]` one more in the whole horizon, `money` one more cent to spend, `complaint` one
    more expected complaint in the budget, `change` one more person who may be treated otherwise
    than in the plan before. `floors[name]` is what one contact fewer in a floor would add. What is
    not named has no price.
    """

    slots: Mapping[Channel, tuple[float, ...]]
    complaint: float = 0.0
    robots: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    days: Mapping[Channel, float] = field(default_factory=dict)
    money: float = 0.0
    change: float = 0.0
    floors: Mapping[str, float] = field(default_factory=dict)

    def parts(
        self, channel: Channel, slot: int, robot: str, complaint_micro: float, cost_cents: int
    ) -> dict[str, float]:
        """Cents that others would pay for each thing that such an attempt uses."""
        return {
            "slot": self.slots[channel][slot],
            "robot": self.robots[robot][slot] if robot in self.robots else 0.0,
            "day": self.days.get(channel, 0.0),
            "money": self.money * cost_cents,
            "complaints": self.complaint * complaint_micro / 1e6,
        }
