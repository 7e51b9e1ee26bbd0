"""What is kept of a decision, so that it can be explained and made again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from strategy.domain.account import Account
from strategy.domain.contact_plan import Assignment
from strategy.domain.directive import Relief
from strategy.domain.facts import Fact
from strategy.domain.history import History
from strategy.domain.party import Party
from strategy.domain.permit import Answer
from strategy.domain.reason import RuleRef
from strategy.domain.room import Room


class Asked(StrEnum):
    """Which question was decided."""

    PERMIT = "permit"
    DECIDE = "decide"
    RELIEF = "relief"


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that a decision reads besides the request and the rulebook.

    `now` is the caller's clock and `last` the ledger's last instant, both UTC; `zone` the lender's.
    `planned` is the active plan's next for the account, where the question is what to do; then
    `room` is what is left of the present slot (None: outside of the plan's day, or not counted) and
    `others_to_come` how many planned attempts to the party for its other accounts have not come.
    """

    now: datetime
    last: datetime
    zone: str
    account: Account
    party: Party
    history: History
    plan_id: str | None = None
    planned: Assignment | None = None
    room: Room | None = None
    others_to_come: int = 0


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """Inputs and answer of one decision. `asked` is the request, by field.

    `kind` and `grounds` are None for decisions made before they were kept.
    """

    decision_id: str
    at: datetime
    asked: dict[str, str]
    rulebook_hash: str
    plan_id: str | None
    facts: dict[str, Fact]
    fired: tuple[RuleRef, ...]
    answer: Answer
    relief: tuple[Relief, ...] = ()
    kind: Asked | None = None
    grounds: Grounds | None = None

    @property
    def people(self) -> set[str]:
        """Ids of all parties that the record names."""
        if self.grounds is None:
            return set()
        account, history = self.grounds.account, self.grounds.history
        return {
            self.grounds.party.id,
            *account.owed_by,
            *(attempt.party_id for attempt in history.others),
            *(event.party_id for event in history.events),
        }
