"""The facts of an account that rules may read. Never the wall clock, never counts of contact."""

from datetime import datetime

from strategy.domain.account import Account, stage_of
from strategy.domain.event import EventKind
from strategy.domain.history import History
from strategy.domain.local_time import local_day
from strategy.domain.party import Party

Fact = int | bool | str | None

_STATES: dict[str, tuple[EventKind, EventKind | None]] = {
    "dispute_open": (EventKind.DISPUTE, EventKind.DISPUTE_ENDED),
    "complaint_open": (EventKind.COMPLAINT, EventKind.COMPLAINT_ENDED),
    "hardship_declared": (EventKind.HARDSHIP, EventKind.HARDSHIP_ENDED),
    "agreement_current": (EventKind.AGREEMENT, EventKind.AGREEMENT_ENDED),
    "attorney": (EventKind.ATTORNEY, EventKind.ATTORNEY_ENDED),
    "cease_requested": (EventKind.CEASE, EventKind.CEASE_ENDED),
    "deceased": (EventKind.DECEASED, None),
    "bankruptcy": (EventKind.BANKRUPTCY, EventKind.BANKRUPTCY_ENDED),
    "moratorium": (EventKind.MORATORIUM, EventKind.MORATORIUM_ENDED),
    "incapacity": (EventKind.INCAPACITY, EventKind.INCAPACITY_ENDED),
    "bereavement": (EventKind.BEREAVEMENT, EventKind.BEREAVEMENT_ENDED),
    "disaster": (EventKind.DISASTER, EventKind.DISASTER_ENDED),
    "fraud_suspected": (EventKind.FRAUD, EventKind.FRAUD_ENDED),
    "lost_contact": (EventKind.LOST_CONTACT, EventKind.LOST_CONTACT_ENDED),
    "debt_sold": (EventKind.DEBT_SOLD, None),
}

_NOTHING_OPEN = dict.fromkeys(_STATES, False)
_TURNS = {
    kind: (name, kind is opens)
    for name, (opens, ends) in _STATES.items()
    for kind in (opens, ends)
    if kind is not None
}
"""What an event opens or ends; the last one decides."""


def facts_of(
    account: Account, party: Party, history: History, at: datetime, zone: str
) -> dict[str, Fact]:
    """Facts at a UTC instant, days counted in the lender's zone. Money in cents."""
    day = local_day(at, zone)
    dpd = account.days_past_due(day)
    facts: dict[str, Fact] = {
        **account.attributes,
        "days_past_due": dpd,
        "stage": stage_of(dpd).value,
        "product": account.product.value,
        "currency": account.currency,
        "balance": account.balance_cents,
        "overdue": account.overdue_cents,
        "jurisdiction": party.jurisdiction,
        "language": party.language,
        "promise_open": history.open_promise(account.id) is not None,
        "broken_promises_90d": sum(
            e.kind is EventKind.PROMISE_BROKEN
            and e.concerns(account.id)
            and 0 <= (day - local_day(e.at, zone)).days < 90
            for e in history.events
        ),
        **_NOTHING_OPEN,
    }
    for event in history.events:
        if event.kind in _TURNS and event.concerns(account.id):
            name, opened = _TURNS[event.kind]
            facts[name] = opened
    return facts
