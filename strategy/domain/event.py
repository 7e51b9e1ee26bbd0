"""What customers say and do, as recorded by the lender."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened. Each pair (`x`, `x_ended`) opens and closes a state of the account.

    `MORATORIUM` is a breathing space or stay; `INCAPACITY` hospital, minority or a guardian;
    `INBOUND_CONVERSATION` a talk that the person began. `QUARANTINE` is set by the service itself
    where its own checks disagree, and ended by whoever has looked.
    """

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
    BANKRUPTCY = "bankruptcy"
    BANKRUPTCY_ENDED = "bankruptcy_ended"
    MORATORIUM = "moratorium"
    MORATORIUM_ENDED = "moratorium_ended"
    INCAPACITY = "incapacity"
    INCAPACITY_ENDED = "incapacity_ended"
    BEREAVEMENT = "bereavement"
    BEREAVEMENT_ENDED = "bereavement_ended"
    DISASTER = "disaster"
    DISASTER_ENDED = "disaster_ended"
    FRAUD = "fraud"
    FRAUD_ENDED = "fraud_ended"
    LOST_CONTACT = "lost_contact"
    LOST_CONTACT_ENDED = "lost_contact_ended"
    DEBT_SOLD = "debt_sold"
    INBOUND_CONVERSATION = "inbound_conversation"
    QUARANTINE = "quarantine"
    QUARANTINE_ENDED = "quarantine_ended"
    WRONG_NUMBER = "wrong_number"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


OF_THE_PERSON = frozenset(
    {
        EventKind.ATTORNEY,
        EventKind.ATTORNEY_ENDED,
        EventKind.CEASE,
        EventKind.CEASE_ENDED,
        EventKind.DECEASED,
        EventKind.INCAPACITY,
        EventKind.INCAPACITY_ENDED,
        EventKind.BEREAVEMENT,
        EventKind.BEREAVEMENT_ENDED,
        EventKind.DISASTER,
        EventKind.DISASTER_ENDED,
        EventKind.LOST_CONTACT,
        EventKind.LOST_CONTACT_ENDED,
        EventKind.INBOUND_CONVERSATION,
        EventKind.WRONG_NUMBER,
        EventKind.OPT_OUT,
        EventKind.OPT_IN,
    }
)
"""What concerns its person alone. All others are of the debt and hold for everybody who owes it: a
dispute, a promise, and also a stay, because nobody read that it leaves co-borrowers out."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a UTC instant.

    `account_id` None means it concerns every account of the party. `channel` is used by opt-outs
    and opt-ins, `contact_point_id` by these and by wrong numbers, `due` and `amount_cents` by
    promises.
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
