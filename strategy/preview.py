"""What new rules would do: the same day planned under the old and under the new rulebook.

Values and complaints are expected and simulated, as everywhere in a plan.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from strategy.domain.account import stage_of
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.contact_plan import Assignment
from strategy.domain.directive import Relief
from strategy.domain.local_time import local_day
from strategy.domain.verdict import Verdict
from strategy.plan import PlannedDay, plan_day
from strategy.rules.difference import RuleChange, rule_changes
from strategy.rules.rulebook import Rulebook


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
class AccountChange:
    """One account that is contacted otherwise; empty where it is not contacted."""

    account_id: str
    segment: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """Accounts of a segment that gain contact, lose it, are contacted otherwise or as before."""

    segment: str
    accounts: int
    gain: int
    lose: int
    other: int
    relief_gained: int
    relief_lost: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Both plans side by side. `portfolio` and `capacity` are digests of what was planned."""

    old: Side
    new: Side
    rules: tuple[RuleChange, ...]
    segments: tuple[SegmentChange, ...]
    accounts: tuple[AccountChange, ...]
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
    """Plans twice with the same seed. Raises `InputError` as `plan_day`."""
    progress("planning under the rules in force")
    first = plan_day(book, old, capacity, seed=seed)
    progress("planning under the new rules")
    second = plan_day(book, new, capacity, seed=seed)
    places = _places(book, capacity, second)
    before, after = _contacts(first), _contacts(second)
    return Preview(
        _side(old, first),
        _side(new, second),
        tuple(rule_changes(old.rules, new.rules)),
        tuple(
            _segments(places, before, after, _relief(first, capacity), _relief(second, capacity))
        ),
        tuple(
            AccountChange(account, places[account], before.get(account, ""), after.get(account, ""))
            for account in places
            if before.get(account) != after.get(account)
        ),
        digests["portfolio"],
        digests["capacity"],
        seed,
    )


def _side(rulebook: Rulebook, day: PlannedDay) -> Side:
    open_accounts = {account for (account, _), o in day.openings.items() if o.slots.any()}
    return Side(
        rulebook.hash,
        day.plan.value_cents,
        sum(one.complaint_micro for one in day.plan.assignments),
        dict(sorted(Counter(one.channel.value for one in day.plan.assignments).items())),
        len(day.cases) - len(open_accounts),
    )


def _contacts(day: PlannedDay) -> dict[str, str]:
    return {one.account_id: _said(one) for one in day.plan.assignments}


def _said(one: Assignment) -> str:
    return f"{one.channel} {one.slot.start:%Y-%m-%d %H:%M}Z {one.script}"


def _places(book: Book, capacity: Capacity, day: PlannedDay) -> dict[str, str]:
    """The segment of every account; where there are none, its stage and product."""
    today = local_day(capacity.slots[0].start, book.zone)
    places = {}
    for account_id, account in sorted(book.accounts.items()):
        stage = stage_of(account.days_past_due(today))
        segment = day.cases[account_id].verdict.segment
        places[account_id] = segment or f"{stage} {account.product}"
    return places


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


def _segments(
    places: Mapping[str, str],
    before: Mapping[str, str],
    after: Mapping[str, str],
    offered: Mapping[str, frozenset[str]],
    offers: Mapping[str, frozenset[str]],
) -> Iterator[SegmentChange]:
    for segment in sorted(set(places.values())):
        members = [account for account, place in places.items() if place == segment]
        both = [a for a in members if a in before and a in after]
        yield SegmentChange(
            segment,
            len(members),
            sum(a in after and a not in before for a in members),
            sum(a in before and a not in after for a in members),
            sum(before[a] != after[a] for a in both),
            sum(bool(offers[a] - offered[a]) for a in members),
            sum(bool(offered[a] - offers[a]) for a in members),
        )
