"""What came of an attempt, and what it counts as. Dial, connect and conversation differ."""

from enum import StrEnum

from strategy.domain.event import EventKind


class Outcome(StrEnum):
    """What came of an attempt. `UNKNOWN` counts as the worst until something better is known."""

    UNKNOWN = "unknown"
    NOT_PLACED = "not_placed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    NOT_IN_SERVICE = "not_in_service"
    VOICEMAIL = "voicemail"
    WRONG_PARTY = "wrong_party"
    DROPPED = "dropped"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    RIGHT_PARTY_CONTACT = "right_party_contact"
    PROMISE_TO_PAY = "promise_to_pay"
    REFUSED = "refused"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    ASKS_FOR_HELP = "asks_for_help"


class Count(StrEnum):
    """What a cap counts.

    `TOUCHES` and `DIALS`: every attempt placed, connected or not. `CONNECTED`: answered by
    anyone or anything, voicemail and drops included. `CONVERSATIONS`: talk with the right party.
    """

    TOUCHES = "touches"
    DIALS = "dials"
    CONNECTED = "connected"
    CONVERSATIONS = "conversations"


RIGHT_PARTY = frozenset(
    {
        Outcome.RIGHT_PARTY_CONTACT,
        Outcome.PROMISE_TO_PAY,
        Outcome.REFUSED,
        Outcome.DISPUTE,
        Outcome.COMPLAINT,
        Outcome.ASKS_FOR_HELP,
    }
)
"""Outcomes that need a conversation with the right party."""

ANSWERED = RIGHT_PARTY | {Outcome.VOICEMAIL, Outcome.WRONG_PARTY, Outcome.DROPPED}


_PLACED = frozenset(Outcome) - {Outcome.NOT_PLACED}
COUNTED: dict[Count, frozenset[Outcome]] = {
    Count.TOUCHES: _PLACED,
    Count.DIALS: _PLACED,
    Count.CONNECTED: ANSWERED | {Outcome.UNKNOWN},
    Count.CONVERSATIONS: RIGHT_PARTY | {Outcome.UNKNOWN},
}
"""The outcomes with which an attempt counts; an unknown outcome counts as everything."""


EVENT_OF: dict[Outcome, EventKind] = {
    Outcome.PROMISE_TO_PAY: EventKind.PROMISE,
    Outcome.DISPUTE: EventKind.DISPUTE,
    Outcome.COMPLAINT: EventKind.COMPLAINT,
    Outcome.ASKS_FOR_HELP: EventKind.HARDSHIP,
}
"""Outcomes that change the account's state at once, so that the next decision knows."""


def stands_above(reported: Outcome, known: Outcome) -> bool:
    """Whether a report that contradicts a known outcome takes its place: where it counts for more.

    What is not known gives way to whatever is.
    """
    return known is Outcome.UNKNOWN or _weight(reported) > _weight(known)


def _weight(outcome: Outcome) -> int:
    """Not placed or unknown, placed, answered, talked with, and what changes the account."""
    if outcome in (Outcome.NOT_PLACED, Outcome.UNKNOWN):
        return 0
    return 1 + (outcome in ANSWERED) + (outcome in RIGHT_PARTY) + (outcome in EVENT_OF)
