"""The answer of the planner: who is contacted how, what it is worth, and how good it is."""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.slot import Slot


class PlanStatus(StrEnum):
    """`OPTIMAL`: value equals the bound to the cent. `FEASIBLE`: value and bound differ."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One planned attempt. `value_cents` is expected and simulated, `cost_cents` what the attempt
    itself costs; complaints in millionths."""

    account_id: str
    party_id: str
    contact_point_id: str
    channel: Channel
    slot: Slot
    script: str
    value_cents: int
    complaint_micro: int
    cost_cents: int = 0


@dataclass(frozen=True)
class ContactPlan:
    """Assignments with a proven upper bound on their total value, and the prices that prove it."""

    status: PlanStatus
    assignments: tuple[Assignment, ...]
    value_cents: int
    bound_cents: int
    prices: CapacityPrices

    @property
    def gap(self) -> float:
        """Relative distance between bound and value: 0.001 is a tenth of a percent."""
        if self.bound_cents <= 0:
            return 0.0
        return (self.bound_cents - self.value_cents) / self.bound_cents
