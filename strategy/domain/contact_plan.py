"""The answer of the planner: who is contacted how, what it is worth, and how good it is."""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.channel import Channel
from strategy.domain.slot import Slot


class PlanStatus(StrEnum):
    """`OPTIMAL`: value equals the bound to the cent. `FEASIBLE`: value and bound differ."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One planned attempt. `value_cents` is expected and simulated; complaints in millionths."""

    account_id: str
    party_id: str
    contact_point_id: str
    channel: Channel
    slot: Slot
    script: str
    value_cents: int
    complaint_micro: int


@dataclass(frozen=True)
class ContactPlan:
    """Assignments with a proven upper bound on their total value.

    `prices` is the marginal value in cents of one more attempt of a channel in a slot;
    `complaint_price` the cents that one more expected complaint in the budget would be worth.
    """

    status: PlanStatus
    assignments: tuple[Assignment, ...]
    value_cents: int
    bound_cents: int
    prices: dict[Channel, tuple[float, ...]]
    complaint_price: float

    @property
    def gap(self) -> float:
        """Relative distance between bound and value: 0.001 is a tenth of a percent."""
        if self.bound_cents <= 0:
            return 0.0
        return (self.bound_cents - self.value_cents) / self.bound_cents
