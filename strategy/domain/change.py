"""What changed under the callers: plans and rulebooks that came into force, in one sequence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a plan or to the rules."""

    PLAN_ACTIVATED = "plan_activated"
    PLAN_RETIRED = "plan_retired"
    RULEBOOK_LOADED = "rulebook_loaded"
    RULEBOOK_PUBLISHED = "rulebook_published"
    RULEBOOK_ROLLED_BACK = "rulebook_rolled_back"


@dataclass(frozen=True, slots=True)
class Change:
    """Number `number` of the sequence, at a UTC instant. `subject` is the plan's id or the
    rulebook's hash."""

    number: int
    at: datetime
    kind: ChangeKind
    subject: str
