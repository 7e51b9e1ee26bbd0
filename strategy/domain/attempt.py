"""Outbound tries, made or asked for."""

from dataclasses import dataclass
from datetime import datetime

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactPoint
from strategy.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """One outbound try at a UTC instant, as the history knows it."""

    id: str
    party_id: str
    account_id: str
    contact_point_id: str
    channel: Channel
    at: datetime
    outcome: Outcome = Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Proposal:
    """An attempt somebody would like to make at any instant of [at, ends).

    A dialer asks for one instant (`ends` is None); the planner asks for a whole slot. `script`
    None asks about contact as such.
    """

    account_id: str
    contact_point: ContactPoint
    channel: Channel
    at: datetime
    ends: datetime | None = None
    script: str | None = None
