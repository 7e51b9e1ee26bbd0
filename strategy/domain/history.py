"""What is known of a party's past when a decision is made."""

from dataclasses import dataclass, replace
from datetime import datetime

from strategy.domain.attempt import Attempt
from strategy.domain.event import Event, EventKind


@dataclass(frozen=True, slots=True)
class History:
    """A party's attempts and events up to now, oldest first.

    `open_until` is the UTC instant until which somebody holds an open permit for this party.
    """

    attempts: tuple[Attempt, ...] = ()
    events: tuple[Event, ...] = ()
    open_until: datetime | None = None

    def known_at(self, at: datetime) -> "History":
        """What had happened by a UTC instant."""
        return replace(
            self,
            attempts=tuple(a for a in self.attempts if a.at <= at),
            events=tuple(e for e in self.events if e.at <= at),
        )

    def last(self, account_id: str, *kinds: EventKind) -> Event | None:
        """The latest event of these kinds that concerns the account."""
        return next(
            (e for e in reversed(self.events) if e.kind in kinds and e.concerns(account_id)), None
        )

    def open_promise(self, account_id: str) -> Event | None:
        """The latest promise that is neither kept nor broken."""
        last = self.last(
            account_id, EventKind.PROMISE, EventKind.PROMISE_KEPT, EventKind.PROMISE_BROKEN
        )
        return last if last is not None and last.kind is EventKind.PROMISE else None
