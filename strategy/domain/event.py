"""What customers say and do, as recorded by the lender."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened. Each pair (`x`, `x_ended`) opens and closes a state of the account."""

    PAYMENT = "payment"
    PROMISE = "promise"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    DISPUTE = "dispute"
    DISPUTE_ENDED = "dispute_ended"
    COMPLAINT = "complaint"
    COMPLAINT_ENDED = "complaint_ended"
    HARDSHIP = "hardship"
    HARDSHIP_ENDED = "hardship_ended"
    AGREEMENT = "agreement"
    AGREEMENT_ENDED = "agreement_ended"
    ATTORNEY = "attorney"
    ATTORNEY_ENDED = "attorney_ended"
    CEASE = "cease"
    CEASE_ENDED = "cease_ended"
    DECEASED = "deceased"
    WRONG_NUMBER = "wrong_number"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a UTC instant.

    `account_id` None means it concerns every account of the party. `channel` is used by
    opt-outs and opt-ins, `contact_point_id` by wrong numbers, `due` and `amount_cents` by promises.
    """

    id: str
    party_id: str
    kind: EventKind
    at: datetime
    account_id: str | None = None
    channel: str | None = None
    contact_point_id: str | None = None
    due: date | None = None
    amount_cents: int | None = None

    def concerns(self, account_id: str) -> bool:
        return self.account_id is None or self.account_id == account_id
