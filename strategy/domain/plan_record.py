"""A plan as the ledger keeps it."""

from dataclasses import dataclass
from enum import StrEnum


class PlanState(StrEnum):
    """`ACTIVE`: verified, used by permits and work lists. `RETIRED`: replaced by a later one."""

    RUNNING = "running"
    ACTIVE = "active"
    RETIRED = "retired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """How far a plan is, and what came out. Cents and seconds; `gap` as in `ContactPlan`."""

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
