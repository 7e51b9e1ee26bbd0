"""What new rules would do: the same day planned under the old and under the new rulebook.

Values and complaints are expected and simulated, as everywhere in a plan.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.contact_plan import expected_sum
from strategy.domain.directive import Relief
from strategy.domain.local_time import local_day
from strategy.domain.verdict import Verdict
from strategy.errors import InputError
from strategy.plan import MOST_EXACT, PlannedDay, plan_day
from strategy.plan_difference import PlanDifference, difference
from strategy.rules.difference import RuleChange, rule_changes
from strategy.rules.rulebook import Rulebook
from strategy.segments import segments_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two plans: value in cents, complaints in millionths, attempts by channel, accounts
    for which no channel is open."""

    rulebook: str
    value_cents: int
    complaints_micro: int
    attempts: Mapping[str, int]
    blocked: int


@dataclass(frozen=True, slots=True)
class ReliefChange:
    """Accounts of a segment that are offered relief they were not, or no longer."""

    segment: str
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Both plans side by side. `portfolio` and `capacity` are digests of what was planned."""

    old: Side
    new: Side
    rules: tuple[RuleChange, ...]
    contact: PlanDifference
    relief: tuple[ReliefChange, ...]
    portfolio: str
    capacity: str
    seed: int


def preview(
    book: Book,
    capacity: Capacity,
    old: Rulebook,
    new: Rulebook,
    *,
    digests: Mapping[str, str],
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Preview:
    """Plans twice with the same seed, exactly. Raises `InputError` as `plan_day`, and for a book
    too large for that."""
    if len(book.accounts) > MOST_EXACT:
        what = f"has {len(book.accounts):,} accounts; previews plan up to {MOST_EXACT:,}"
        raise InputError("portfolio", what)
    progress("planning under the rules in force")
    first = plan_day(book, old, capacity, seed=seed)
    progress("planning under the new rules")
    second = plan_day(book, new, capacity, seed=seed)
    places = segments_of(book, capacity, second.cases)
    return Preview(
        _side(old, first),
        _side(new, second),
        tuple(rule_changes(old.rules, new.rules)),
        difference(places, first.plan.assignments, second.plan.assignments),
        tuple(_relief_changes(places, _relief(first, capacity), _relief(second, capacity))),
        digests["portfolio"],
        digests["capacity"],
        seed,
    )


def _side(rulebook: Rulebook, day: PlannedDay) -> Side:
    open_accounts = {account for (account, _), o in day.openings.items() if o.slots.any()}
    return Side(
        rulebook.hash,
        day.plan.value_cents,
        expected_sum(day.plan.assignments, lambda one: one.complaint_micro),
        dict(sorted(Counter(one.channel.value for one in day.plan.assignments).items())),
        len(day.cases) - len(open_accounts),
    )


def _relief(day: PlannedDay, capacity: Capacity) -> dict[str, frozenset[str]]:
    today = local_day(capacity.slots[0].start, capacity.zone)
    return {
        account: frozenset(_offered(case.verdict, lambda r: r.rule.in_force(today, today)))
        for account, case in day.cases.items()
    }


def _offered(verdict: Verdict, in_force: Callable[[Relief], bool]) -> Iterator[str]:
    for directive in verdict.directives:
        if isinstance(directive, Relief) and in_force(directive):
            yield f"{directive.kind} {directive.max_months or directive.max_waiver_bp}"


def _relief_changes(
    places: Mapping[str, str],
    before: Mapping[str, frozenset[str]],
    after: Mapping[str, frozenset[str]],
) -> Iterator[ReliefChange]:
    gained = Counter(places[account] for account in places if after[account] - before[account])
    lost = Counter(places[account] for account in places if before[account] - after[account])
    for segment in sorted({*gained, *lost}):
        yield ReliefChange(segment, gained[segment], lost[segment])
