"""What is known of a party's past when a decision is made."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter

from strategy.domain.attempt import Attempt
from strategy.domain.event import OF_THE_PERSON, Event, EventKind
from strategy.domain.party import Party

SINCE_EVER = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """A party's attempts and events up to now, oldest first.

    `open_until` is the UTC instant until which somebody holds an open permit for this party,
    `open_since` when it was granted (None: nobody said).
    `others` are attempts to other people about the account asked about, where several owe it; they
    are whole since `others_from` (None: nobody said).
    """

    attempts: tuple[Attempt, ...] = ()
    events: tuple[Event, ...] = ()
    open_until: datetime | None = None
    others: tuple[Attempt, ...] = ()
    others_from: datetime | None = SINCE_EVER
    open_since: datetime | None = None

    def beside(
        self,
        account_id: str,
        people: Iterable[Party | None],
        attempts: Iterable[Attempt],
        events: Iterable[Event],
    ) -> "History":
        """This past as one of several who owe the account: with the attempts to others about it,
        and with what `people`, the others who owe it, said about the debt. None: not known yet."""
        told = [e for e in events if e.concerns(account_id) and e.kind not in OF_THE_PERSON]
        since = [person.history_from if person else None for person in people]
        known = [instant for instant in since if instant is not None]
        return replace(
            self,
            events=tuple(sorted((*self.events, *told), key=attrgetter("at"))),
            others=tuple(attempts),
            others_from=max(known, default=SINCE_EVER) if len(known) == len(since) else None,
        )

    def known_at(self, at: datetime) -> "History":
        """What had happened by a UTC instant, to this party and to others."""
        opened = self.open_since is None or self.open_since <= at
        return replace(
            self,
            attempts=tuple(a for a in self.attempts if a.at <= at),
            events=tuple(e for e in self.events if e.at <= at),
            open_until=self.open_until if opened else None,
            others=tuple(a for a in self.others if a.at <= at),
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
