"""What a plan for the same day is made again from."""

from dataclasses import dataclass

from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.contact_plan import Assignment


@dataclass(frozen=True)
class Before:
    """The plan in use: its assignments and prices, None where nobody kept them.

    At most the share `most_changed` of the people, 0 to 1, may be treated otherwise, and each that
    is costs `change_cents` of the value. `pinned` assignments stay, and their people get no other.
    """

    assignments: tuple[Assignment, ...]
    prices: CapacityPrices | None
    pinned: tuple[Assignment, ...] = ()
    most_changed: float = 1.0
    change_cents: int = 0
