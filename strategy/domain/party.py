"""A person: where they are, how they can be reached, what they agreed to."""

from dataclasses import dataclass
from datetime import datetime

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint
from strategy.domain.local_time import LocalWindow


@dataclass(frozen=True, slots=True)
class Consent:
    """Stored consent to a channel, from one UTC instant until another (None: until withdrawn).

    `any_hour` says that the person also agreed to contact outside the ordinary hours.
    """

    channel: Channel
    granted_at: datetime
    until: datetime | None = None
    any_hour: bool = False

    def holds_at(self, at: datetime) -> bool:
        return self.granted_at <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Wish:
    """A person's own wish not to be contacted: by these channels, at these local hours, on these
    kinds of contact point, until a UTC instant. What is left empty is meant entirely.
    """

    channels: frozenset[Channel] = frozenset()
    windows: tuple[LocalWindow, ...] = ()
    kinds: frozenset[ContactKind] = frozenset()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A person.

    `zones` are all IANA time zones the person may be in: empty means unknown, and then no
    contact is allowed. `history_from` is the UTC instant since which every contact attempt is
    in the ledger (None: nobody said, so nothing that counts attempts can be checked).
    """

    id: str
    jurisdiction: str
    zones: tuple[str, ...]
    language: str
    contact_points: tuple[ContactPoint, ...]
    consents: tuple[Consent, ...] = ()
    history_from: datetime | None = None
    wishes: tuple[Wish, ...] = ()

    def contact_point(self, contact_point_id: str) -> ContactPoint | None:
        return next((p for p in self.contact_points if p.id == contact_point_id), None)
