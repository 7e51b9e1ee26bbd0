"""Replays a plan through the limits. Shares no code with the optimizer: domain and limits only.

Nobody knows yet how planned attempts will end or at which instant of its slot each is made, so an
earlier planned attempt counts as the worst: outcome unknown, made at the last instant of its slot.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.contact_plan import Assignment
from strategy.domain.floor import FloorResult
from strategy.domain.history import History
from strategy.domain.reason import RuleRef
from strategy.domain.script import Script
from strategy.domain.verdict import Verdict
from strategy.limits import check
from strategy.limits.case import Case
from strategy.optimizer.verify_capacity import Spending
from strategy.optimizer.verify_floors import wrong_floors

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something the plan must not do. `limit` is the word of the limit, `rule` its rule if any."""

    account_id: str
    limit: str
    what: str
    rule: RuleRef | None = None


def verify(
    assignments: Sequence[Assignment],
    book: Book,
    verdicts: Mapping[str, Verdict],
    scripts: Mapping[str, Script],
    capacity: Capacity,
    floors: Sequence[FloorResult] = (),
) -> tuple[Violation, ...]:
    """Every violation, first in time first; empty for a plan that may be used.

    `verdicts` are the rulebook's, by account, for the day of the plan; `floors` is what the plan
    says of them.
    """
    replay = _Replay(book, verdicts, scripts, capacity)
    ordered = sorted(assignments, key=lambda a: (a.slot.start, a.account_id))
    found = [violation for a in ordered for violation in replay.play(a)]
    wrong = wrong_floors(assignments, verdicts, scripts, capacity, floors)
    return (*found, *(Violation("", "floor", what) for what in wrong))


class _Replay:
    """What has been planned so far, in time order."""

    def __init__(
        self,
        book: Book,
        verdicts: Mapping[str, Verdict],
        scripts: Mapping[str, Script],
        capacity: Capacity,
    ) -> None:
        self._book, self._verdicts = book, verdicts
        self._scripts, self._spending = scripts, Spending(capacity, scripts)
        self._accounts: set[str] = set()
        self._planned: dict[str, tuple[Attempt, ...]] = {}

    def play(self, a: Assignment) -> Iterator[Violation]:
        for limit, what in self._spending.add(a):
            yield Violation(a.account_id, limit, what)
        if a.account_id in self._accounts:
            yield Violation(a.account_id, "one_treatment_per_account", "planned more than once")
        self._accounts.add(a.account_id)
        broken = self._references(a)
        if broken is not None:
            yield Violation(a.account_id, "reference", broken)
            return
        yield from self._limits(a)

    def _references(self, a: Assignment) -> str | None:
        account = self._book.accounts.get(a.account_id)
        party = self._book.parties.get(a.party_id)
        script = self._scripts.get(a.script)
        if account is None or party is None or account.party_id != a.party_id:
            return f"party `{a.party_id}` has no account `{a.account_id}`"
        if a.account_id not in self._verdicts:
            return f"the rules said nothing about account `{a.account_id}`"
        if party.contact_point(a.contact_point_id) is None:
            return f"party `{a.party_id}` has no contact point `{a.contact_point_id}`"
        if script is None or script.channel is not a.channel:
            return f"`{a.script}` is no script for `{a.channel}`"
        if party.language not in script.languages:
            return f"script `{a.script}` is not in language `{party.language}`"
        return None

    def _limits(self, a: Assignment) -> Iterator[Violation]:
        party = self._book.parties[a.party_id]
        point = party.contact_point(a.contact_point_id)
        if point is None:
            return
        past = self._book.history_of(self._book.accounts[a.account_id])
        earlier = self._planned.get(a.party_id, ())
        if any(a.slot.contains(attempt.at) for attempt in earlier):
            yield Violation(a.account_id, "open_permit", "two attempts to one person in one slot")
        history: History = replace(past, attempts=past.attempts + earlier)
        proposal = Proposal(
            a.account_id,
            point,
            a.channel,
            a.slot.start,
            a.slot.end,
            script=a.script,
            mentions=self._scripts[a.script].mentions,
        )
        case = Case(party, history, self._verdicts[a.account_id])
        for reason in check.reasons(proposal, case):
            yield Violation(a.account_id, reason.code, reason.message, reason.rule)
        made = Attempt(
            f"planned-{a.account_id}",
            a.party_id,
            a.account_id,
            a.contact_point_id,
            a.channel,
            a.slot.end - _INSTANT,
        )
        self._planned[a.party_id] = (*earlier, made)
