"""What is kept of a decision, so that it can be explained."""

from dataclasses import dataclass
from datetime import datetime

from strategy.domain.directive import Relief
from strategy.domain.facts import Fact
from strategy.domain.permit import Answer
from strategy.domain.reason import RuleRef


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """Inputs and answer of one decision. `asked` is the request, by field."""

    decision_id: str
    at: datetime
    asked: dict[str, str]
    rulebook_hash: str
    plan_id: str | None
    facts: dict[str, Fact]
    fired: tuple[RuleRef, ...]
    answer: Answer
    relief: tuple[Relief, ...] = ()
