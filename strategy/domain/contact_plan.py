"""The answer of the planner: who is contacted how, what it is worth, and how good it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.floor import FloorResult
from strategy.domain.slot import Slot


class PlanStatus(StrEnum):
    """`OPTIMAL`: value equals the bound to the cent. `FEASIBLE`: value and bound differ."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


class PlanMode(StrEnum):
    """`EXACT`: every option was looked at. `PRICED`: people took what nets most at the prices of
    the capacities, for books too large to list their options."""

    EXACT = "exact"
    PRICED = "priced"


CERTAIN = 1_000_000
"""A chance in millionths."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One planned attempt: touch number `touch` of the person in the day, 1 the first.

    A later touch is made only where those before it did not reach the person: `chance_micro` is the
    chance of that in millionths, `contact_micro` that this one reaches. What it is worth and uses
    holds if it is made: `value_cents` is expected and simulated, `cost_cents` what the attempt
    itself costs; expected complaints in millionths, rounded down.
    """

    account_id: str
    party_id: str
    contact_point_id: str
    channel: Channel
    slot: Slot
    script: str
    value_cents: int
    complaint_micro: int
    cost_cents: int = 0
    touch: int = 1
    chance_micro: int = CERTAIN
    contact_micro: int = 0


def expected_sum(assignments: Iterable[Assignment], of: Callable[[Assignment], int]) -> int:
    """Of what each is worth or uses if it is made, as often as it is made; rounded down."""
    return sum(of(a) * a.chance_micro for a in assignments) // CERTAIN


def next_chance(chance_micro: int, contact_micro: int) -> int:
    """The chance that the touch after one is made, in millionths, rounded down."""
    return chance_micro * (CERTAIN - contact_micro) // CERTAIN


@dataclass(frozen=True, slots=True)
class Churn:
    """People treated otherwise than in the plan before: contacted now and not then, then and not
    now, or in another way. Each costs `change_cents`. `pinned` people keep what was fixed."""

    begun: int
    ended: int
    moved: int
    pinned: int
    change_cents: int

    @property
    def changed(self) -> int:
        return self.begun + self.ended + self.moved


@dataclass(frozen=True)
class ContactPlan:
    """Assignments with a proven upper bound on their total value, and the prices that prove it.

    `churn` is what a plan changes that was made from another one; `value_cents` and `bound_cents`
    are less what these changes cost.

    With `floors` the bound is of plans that reach as much of every floor; without any floor the
    plan would be worth `floors_cost_cents` more.
    """

    mode: PlanMode
    status: PlanStatus
    assignments: tuple[Assignment, ...]
    value_cents: int
    bound_cents: int
    prices: CapacityPrices
    churn: Churn | None = None
    floors: tuple[FloorResult, ...] = ()
    floors_cost_cents: int = 0

    @property
    def gap(self) -> float:
        """Relative distance between bound and value: 0.001 is a tenth of a percent."""
        if self.bound_cents <= 0:
            return 0.0
        return (self.bound_cents - self.value_cents) / self.bound_cents
