"""What a dialer may ask, and how a record holds it."""

from dataclasses import dataclass
from typing import Any

import msgspec

from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.decision_record import Asked, DecisionRecord


@dataclass(frozen=True, slots=True)
class PermitRequest:
    """May this very attempt be made? `agency` is the firm that would make it; empty: the lender.
    `party_id` is who would be contacted; empty: the account's own party."""

    request_id: str
    account_id: str
    contact_point_id: str
    channel: Channel
    script: str
    purpose: Purpose = Purpose.COLLECTION
    agency: str = ""
    party_id: str = ""


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """What should happen now for this account, over these channels (empty: any)? Plans contact the
    account's own party only; others who owe it are asked for with a `PermitRequest`."""

    request_id: str
    account_id: str
    channels: frozenset[Channel] = frozenset()
    agency: str = ""


def request_of(record: DecisionRecord) -> PermitRequest | DecideRequest:
    """The request that a record answers. Raises `ValueError` where it holds none."""
    asked: dict[str, Any] = dict(record.asked)
    if record.kind is Asked.PERMIT:
        return msgspec.convert(asked, PermitRequest)
    asked["channels"] = [channel for channel in asked.get("channels", "").split(",") if channel]
    return msgspec.convert(asked, DecideRequest)
