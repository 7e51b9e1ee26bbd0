"""Replays a plan through the limits. Shares no code with the optimizer: domain and limits only.

Nobody knows at which instant of its slot a planned attempt is made, so an earlier one counts as
made at the last. A later touch is made only where those before it failed; how is not known either,
so they count as failed in whatever way closes most.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.contact_plan import CERTAIN, Assignment
from strategy.domain.floor import FloorResult
from strategy.domain.history import History
from strategy.domain.reason import RuleRef
from strategy.domain.script import Script
from strategy.domain.verdict import Verdict
from strategy.limits import check
from strategy.limits.case import Case
from strategy.limits.failed_touch import worst_failures
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
        self._planned: dict[str, tuple[Attempt, ...]] = {}
        self._before: dict[str, Assignment] = {}

    def play(self, a: Assignment) -> Iterator[Violation]:
        for limit, what in self._spending.add(a):
            yield Violation(a.account_id, limit, what)
        yield from self._order(a)
        broken = self._references(a)
        if broken is not None:
            yield Violation(a.account_id, "reference", broken)
            return
        yield from self._limits(a)

    def _order(self, a: Assignment) -> Iterator[Violation]:
        """Touches of a person are numbered as they follow in time, and each is made as often as
        those before it fail."""
        before = self._before.get(a.party_id)
        number, chance = 1, CERTAIN
        if before is not None:
            failed = CERTAIN - before.contact_micro
            number, chance = before.touch + 1, before.chance_micro * failed // CERTAIN
        if a.touch != number:
            what = f"touch {a.touch} of `{a.party_id}` is number {number} in time"
            yield Violation(a.account_id, "touch_order", what)
        if a.chance_micro != chance or not 0 <= a.contact_micro <= CERTAIN:
            what = f"touch {a.touch} of `{a.party_id}` is made with a chance of {chance} millionths"
            yield Violation(a.account_id, "touch_chance", what)
        self._before[a.party_id] = a

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
        proposal = Proposal(
            a.account_id,
            point,
            a.channel,
            a.slot.start,
            a.slot.end,
            script=a.script,
            mentions=self._scripts[a.script].mentions,
        )
        verdict = self._verdicts[a.account_id]
        ways = [worst_failures(attempt.channel, verdict.directives) for attempt in earlier]
        for outcomes in product(*ways):
            failed = (replace(one, outcome=o) for one, o in zip(earlier, outcomes, strict=True))
            history: History = replace(past, attempts=(*past.attempts, *failed))
            found = check.reasons(proposal, Case(party, history, verdict))
            for reason in found:
                yield Violation(a.account_id, reason.code, reason.message, reason.rule)
            if found:
                break
        made = Attempt(
            f"planned-{a.account_id}-{a.touch}",
            a.party_id,
            a.account_id,
            a.contact_point_id,
            a.channel,
            a.slot.end - _INSTANT,
        )
        self._planned[a.party_id] = (*earlier, made)
