"""Numbers, devices and addresses through which a party can be reached."""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.channel import Channel


class ContactKind(StrEnum):
    """What sort of contact point it is."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    APP = "app"
    EMAIL = "email"
    ADDRESS = "address"


class Owner(StrEnum):
    """Whose contact point it is. `UNKNOWN` is refused everywhere."""

    DEBTOR = "debtor"
    GUARANTOR = "guarantor"
    CONTACT_PERSON = "contact_person"
    UNKNOWN = "unknown"


SUITABLE: dict[Channel, frozenset[ContactKind]] = {
    Channel.AGENT_CALL: frozenset({ContactKind.MOBILE, ContactKind.HOME, ContactKind.WORK}),
    Channel.ROBOT_CALL: frozenset({ContactKind.MOBILE, ContactKind.HOME, ContactKind.WORK}),
    Channel.SMS: frozenset({ContactKind.MOBILE}),
    Channel.PUSH: frozenset({ContactKind.APP}),
    Channel.EMAIL: frozenset({ContactKind.EMAIL}),
    Channel.LETTER: frozenset({ContactKind.ADDRESS}),
    Channel.VISIT: frozenset({ContactKind.ADDRESS}),
}
"""Which kinds of contact point a channel can use."""


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """One number, device or address of a party. `address` may be a token instead of the number."""

    id: str
    party_id: str
    kind: ContactKind
    owner: Owner
    address: str
    valid: bool = True
