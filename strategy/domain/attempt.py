"""Outbound tries, made or asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactPoint
from strategy.domain.outcome import Outcome
from strategy.domain.script import EVERYTHING, Mention


class Purpose(StrEnum):
    """Why somebody is contacted. Whatever demands payment is `COLLECTION`.

    `SERVICE`: receipts, statements, plan reminders, without a demand. `LEGAL_NOTICE`: a notice
    that the law requires. `REQUESTED`: the answer or call back that the person asked for.
    `LOCATE`: asks how to reach the debtor, without a word about the debt.
    """

    COLLECTION = "collection"
    SERVICE = "service"
    LEGAL_NOTICE = "legal_notice"
    REQUESTED = "requested"
    LOCATE = "locate"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One outbound try at a UTC instant, as the history knows it.

    `agency` names the firm that made it; empty: the lender itself.
    """

    id: str
    party_id: str
    account_id: str
    contact_point_id: str
    channel: Channel
    at: datetime
    outcome: Outcome = Outcome.UNKNOWN
    purpose: Purpose = Purpose.COLLECTION
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An attempt somebody would like to make at any instant of [at, ends).

    A dialer asks for one instant (`ends` is None); the planner asks for a whole slot. `script`
    None asks about contact as such. `mentions` is what the script says of the debt.
    """

    account_id: str
    contact_point: ContactPoint
    channel: Channel
    at: datetime
    ends: datetime | None = None
    script: str | None = None
    purpose: Purpose = Purpose.COLLECTION
    agency: str = ""
    mentions: frozenset[Mention] = EVERYTHING
