"""Leave to make one attempt in a short window."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.reason import Reason
from strategy.domain.room import Taken


class PermitState(StrEnum):
    """`RESERVED`, then `CONFIRMED` (placed) or `RELEASED` (not placed); `DONE` with an outcome.

    A reservation that runs out unconfirmed stays `RESERVED`: it may have been dialled, so it
    counts as the worst until an outcome is reported. `IMPORTED` comes from an older dialer.
    """

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    DONE = "done"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to start one attempt before `expires_at` (UTC)."""

    id: str
    account_id: str
    party_id: str
    contact_point_id: str
    channel: Channel
    script: str
    granted_at: datetime
    expires_at: datetime
    purpose: Purpose = Purpose.COLLECTION
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A permit, or the reasons why not and the next instant worth asking (None: not foreseen).

    `taken` is what the permit takes of the active plan's day; None where no plan is active, or not
    for now."""

    decision_id: str
    permit: Permit | None
    reasons: tuple[Reason, ...] = ()
    next_at: datetime | None = None
    taken: Taken | None = None
