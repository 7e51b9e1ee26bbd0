"""What a plan in force was made with, for whoever decides beside it."""

from dataclasses import dataclass
from datetime import datetime

from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """The day's capacity and the prices the plan ended with. `robots` is the robot type of every
    script that the plan uses; empty where no robot speaks it."""

    capacity: Capacity
    prices: CapacityPrices
    robots: dict[str, str]

    def place_at(self, at: datetime) -> int | None:
        """The number of the slot that a UTC instant is in; None outside of the plan's day."""
        slots = self.capacity.slots
        return next((place for place, slot in enumerate(slots) if slot.contains(at)), None)
