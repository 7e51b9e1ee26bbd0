"""Whether a later touch of a person may still be made: only where those before it failed."""

from datetime import datetime

from strategy.domain.channel import MESSAGES
from strategy.domain.event import EventKind
from strategy.domain.history import History
from strategy.domain.outcome import RIGHT_PARTY, Outcome
from strategy.domain.reason import Reason

HEARD = frozenset(
    {
        EventKind.PAYMENT,
        EventKind.PROMISE,
        EventKind.PROMISE_KEPT,
        EventKind.DISPUTE,
        EventKind.COMPLAINT,
        EventKind.HARDSHIP,
        EventKind.AGREEMENT,
        EventKind.ATTORNEY,
        EventKind.CEASE,
        EventKind.DECEASED,
        EventKind.BANKRUPTCY,
        EventKind.MORATORIUM,
        EventKind.INCAPACITY,
        EventKind.BEREAVEMENT,
        EventKind.DISASTER,
        EventKind.FRAUD,
        EventKind.DEBT_SOLD,
        EventKind.INBOUND_CONVERSATION,
        EventKind.OPT_OUT,
    }
)
"""The person paid, spoke, or something happened that no plan of the morning could know."""


def touches_over(history: History, since: datetime) -> Reason | None:
    """Why the person gets no later touch any more, by what came from a UTC instant on."""
    for attempt in history.attempts:
        if attempt.at >= since and attempt.outcome in RIGHT_PARTY:
            what = f"the person was reached by `{attempt.channel}` at {attempt.at:%H:%M} UTC"
            return Reason("reached", f"{what}; later touches are for those who were not")
    for event in history.events:
        if event.at >= since and event.kind in HEARD:
            what = f"`{event.kind}` came at {event.at:%H:%M} UTC"
            return Reason("heard_from", f"{what}; later touches are for those nobody heard from")
    return None


def not_known(history: History, since: datetime) -> Reason | None:
    """The call from an instant on of which nobody said what came of it: perhaps the person was
    reached. A message cannot have been a conversation."""
    for attempt in history.attempts:
        unknown = attempt.outcome is Outcome.UNKNOWN and attempt.channel not in MESSAGES
        if attempt.at >= since and unknown:
            what = f"what came of `{attempt.channel}` at {attempt.at:%H:%M} UTC was not reported"
            return Reason("outcome_missing", f"{what}; a later touch is for those not reached")
    return None
