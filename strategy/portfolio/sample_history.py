"""A simulated past of 30 days: lawful attempts, what came of them, and what customers did.

At most one attempt a day to a party, 08:00-22:00 in every zone it may be in, only to the debtor's
own valid contact points, robots and messages only with consent, and none while a promise, dispute,
complaint, hardship note or agreement is open, nor after a lawyer, a stop request or a death.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from strategy.domain.account import Account
from strategy.domain.attempt import Attempt
from strategy.domain.channel import VOICE, Channel
from strategy.domain.contact_point import SUITABLE, ContactPoint, Owner
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.domain.local_time import local_day, start_of_day
from strategy.domain.outcome import Outcome
from strategy.domain.party import Party
from strategy.portfolio import rates
from strategy.portfolio.chance import Chance
from strategy.portfolio.sample_quiet import Quiet, lawful_window

HISTORY_DAYS = 30
_TALK = timedelta(minutes=5)
_SETTLED = timedelta(hours=1)
_NOON, _NEXT_MORNING = timedelta(hours=12), timedelta(hours=33)

_CHANNELS = (Channel.AGENT_CALL, Channel.ROBOT_CALL, Channel.SMS, Channel.PUSH, Channel.EMAIL)
# In the order of the rates of the same names.
UNANSWERED = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.NOT_IN_SERVICE, Outcome.VOICEMAIL)
_ANSWERED_BY = (Outcome.RIGHT_PARTY_CONTACT, Outcome.WRONG_PARTY, Outcome.DROPPED)
SAID = (
    Outcome.RIGHT_PARTY_CONTACT,
    Outcome.PROMISE_TO_PAY,
    Outcome.REFUSED,
    Outcome.DISPUTE,
    Outcome.COMPLAINT,
    Outcome.ASKS_FOR_HELP,
)
_CASES = {
    Outcome.DISPUTE: (EventKind.DISPUTE, EventKind.DISPUTE_ENDED),
    Outcome.COMPLAINT: (EventKind.COMPLAINT, EventKind.COMPLAINT_ENDED),
    Outcome.ASKS_FOR_HELP: (EventKind.HARDSHIP, EventKind.HARDSHIP_ENDED),
}
_STOPS = (
    (EventKind.ATTORNEY, rates.ATTORNEY),
    (EventKind.CEASE, rates.CEASE),
    (EventKind.DECEASED, rates.DECEASED),
)


@dataclass
class Past:
    """The past of one party while it is being drawn. `lender_zone` counts days."""

    chance: Chance
    party: Party
    as_of: datetime
    lender_zone: str
    attempts: list[Attempt] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    _struck: set[str] = field(default_factory=set)
    _quiet: list[Quiet] = field(default_factory=list)
    _calls: int = 0

    def draw(self, accounts: Sequence[Account]) -> History:
        """Attempts and events, oldest first. The accounts are the party's."""
        self._draw_stops(accounts)
        for day, account in self._days(accounts):
            window = lawful_window(day, self.party.zones)
            if window is not None:
                minutes = int((window[1] - window[0]).total_seconds()) // 60
                at = window[0] + timedelta(minutes=self.chance.whole(0, minutes - 1))
                self._try(account, at)
        self.events.sort(key=lambda event: event.at)
        return History(tuple(self.attempts), tuple(self.events))

    def _draw_stops(self, accounts: Sequence[Account]) -> None:
        """What ends contact by itself, whoever calls: no attempt comes after it."""
        for kind, rate in _STOPS:
            if self.chance.happens(rate):
                self._stop(kind)
                break
        if self.chance.happens(rates.OPT_OUT):
            channel = _CHANNELS[self.chance.whole(1, len(_CHANNELS) - 1)]
            self._stop(EventKind.OPT_OUT, channel=channel)
        for account in accounts:
            if self.chance.happens(rates.AGREEMENT):
                self._stop(EventKind.AGREEMENT, account=account)

    def _stop(
        self, kind: EventKind, account: Account | None = None, channel: Channel | None = None
    ) -> None:
        at = self.as_of - timedelta(minutes=self.chance.whole(60, HISTORY_DAYS * 1440))
        account_id = account.id if account else None
        self._event(kind, at, account_id, channel=channel.value if channel else None)
        self._quiet.append(Quiet(at, self.as_of, account_id, channel))

    def _days(self, accounts: Sequence[Account]) -> list[tuple[date, Account]]:
        """One account for each day on which the party is contacted."""
        days: dict[int, Account] = {}
        for account in accounts:
            count = self.chance.poisson(rates.ATTEMPTS_30_DAYS.value)
            for back in self.chance.some(range(1, HISTORY_DAYS + 1), count):
                days.setdefault(back, account)
        today = local_day(self.as_of, self.lender_zone)
        return [(today - timedelta(days=back), days[back]) for back in sorted(days, reverse=True)]

    def _try(self, account: Account, at: datetime) -> None:
        channel = self.chance.pick(_CHANNELS, rates.CHANNELS.values)
        point = self._point(channel)
        consented = channel is Channel.AGENT_CALL or any(
            c.channel is channel and c.holds_at(at) for c in self.party.consents
        )
        quiet = any(q.covers(account.id, channel, at) for q in self._quiet)
        if point is None or not consented or quiet or at > self.as_of - _SETTLED:
            return
        outcome = self._outcome(channel)
        number = len(self.attempts) + 1
        self.attempts.append(
            Attempt(
                f"{self.party.id}-t{number}",
                self.party.id,
                account.id,
                point.id,
                channel,
                at,
                outcome,
            )
        )
        self._follow(account, point, outcome, at + _TALK)

    def _point(self, channel: Channel) -> ContactPoint | None:
        usable = [
            p
            for p in self.party.contact_points
            if p.kind in SUITABLE[channel]
            and p.owner is Owner.DEBTOR
            and p.valid
            and p.id not in self._struck
        ]
        return usable[self.chance.whole(0, len(usable) - 1)] if usable else None

    def _outcome(self, channel: Channel) -> Outcome:
        if channel not in VOICE:
            delivered = self.chance.happens(rates.MESSAGE_DELIVERED)
            return Outcome.DELIVERED if delivered else Outcome.UNDELIVERED
        answered = rates.ANSWERED_FIRST.value * rates.ANSWER_DECAY.value**self._calls
        self._calls += 1
        if not self.chance.happens(answered):
            return self.chance.pick(UNANSWERED, rates.UNANSWERED.values)
        by = self.chance.pick(_ANSWERED_BY, rates.ANSWERED_BY.values)
        if by is not Outcome.RIGHT_PARTY_CONTACT:
            return by
        return self.chance.pick(SAID, rates.SAID.values)

    def _follow(
        self, account: Account, point: ContactPoint, outcome: Outcome, at: datetime
    ) -> None:
        """The events that an outcome leaves behind."""
        if outcome is Outcome.PROMISE_TO_PAY:
            self._promise(account, at)
        elif outcome in _CASES:
            opens, ends = _CASES[outcome]
            self._event(opens, at, account.id)
            closed = at + timedelta(days=self.chance.whole(3, 10))
            if self.chance.happens(rates.CASE_CLOSED) and closed <= self.as_of:
                self._event(ends, closed, account.id)
            else:
                closed = self.as_of
            self._quiet.append(Quiet(at, closed, account.id))
        elif outcome is Outcome.WRONG_PARTY and self.chance.happens(rates.WRONG_NUMBER_RECORDED):
            self._struck.add(point.id)
            self._event(EventKind.WRONG_NUMBER, at, contact_point_id=point.id)

    def _promise(self, account: Account, at: datetime) -> None:
        """A promise due in 3-14 days; kept at noon of the due day, or broken the day after."""
        due = local_day(at, self.lender_zone) + timedelta(days=self.chance.whole(3, 14))
        amount = max(1, round(account.overdue_cents * rates.PROMISED_SHARE.value))
        self._event(EventKind.PROMISE, at, account.id, due=due, amount_cents=amount)
        kept = self.chance.happens(rates.PROMISE_KEPT)
        settled = start_of_day(due, self.lender_zone) + (_NOON if kept else _NEXT_MORNING)
        self._quiet.append(Quiet(at, settled, account.id))
        if settled > self.as_of:
            return
        if kept:
            self._event(EventKind.PAYMENT, settled, account.id, amount_cents=amount)
        self._event(
            EventKind.PROMISE_KEPT if kept else EventKind.PROMISE_BROKEN, settled, account.id
        )

    def _event(
        self,
        kind: EventKind,
        at: datetime,
        account_id: str | None = None,
        *,
        channel: str | None = None,
        contact_point_id: str | None = None,
        due: date | None = None,
        amount_cents: int | None = None,
    ) -> None:
        number = f"{self.party.id}-e{len(self.events) + 1}"
        self.events.append(
            Event(
                number,
                self.party.id,
                kind,
                at,
                account_id,
                channel,
                contact_point_id,
                due,
                amount_cents,
            )
        )
