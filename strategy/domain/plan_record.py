"""A plan as the ledger keeps it."""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.floor import FloorResult


class PlanState(StrEnum):
    """`ACTIVE`: verified, used by permits and work lists. `RETIRED`: replaced by a later one."""

    RUNNING = "running"
    ACTIVE = "active"
    RETIRED = "retired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A plan asked for as a change of another: which one, the share of people who may be treated
    otherwise in basis points, what each change costs, and a CSV text of what stays."""

    plan_id: str
    most_changed_bp: int = 10_000
    change_cents: int = 0
    pins_csv: str = ""


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """How far a plan is, and what came out. Cents and seconds; `gap` as in `ContactPlan`.

    `change` says that it was made from another plan, `changed_people` how many people that treats
    otherwise. `prices` start a plan made from this one. `floors` as in `ContactPlan`.
    """

    plan_id: str
    state: PlanState
    phase: str
    rulebook_hash: str
    accounts: int = 0
    attempts: int = 0
    value_cents: int = 0
    bound_cents: int = 0
    gap: float = 0.0
    seconds: float = 0.0
    change: PlanChange | None = None
    changed_people: int = 0
    prices: CapacityPrices | None = None
    floors: tuple[FloorResult, ...] = ()
    floors_cost_cents: int = 0
