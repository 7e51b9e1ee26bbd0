"""What a plan comes to: attempts by channel, capacity used, who is left alone and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.reason import Reason
from strategy.plan import PlannedDay


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How many accounts a rule keeps from a whole channel for the whole horizon, and an example."""

    code: str
    rule_id: str
    source: str
    title: str
    accounts: int
    example_account: str
    example: str


@dataclass(frozen=True)
class PlanSummary:
    """Counts of one planned day. `used[channel][i]` are attempts in slot i."""

    accounts: int
    parties: int
    attempts: dict[Channel, int]
    used: dict[Channel, tuple[int, ...]]
    complaints_micro: int
    blocked_accounts: int
    outbid_accounts: int
    refusals: tuple[RefusalCount, ...] = field(default=())


def summarise(day: PlannedDay, capacity: Capacity) -> PlanSummary:
    """Accounts are planned, blocked (no channel has an open slot) or outbid (no room worth it)."""
    planned = {a.account_id for a in day.plan.assignments}
    open_accounts = {account for (account, _), o in day.openings.items() if o.slots.any()}
    return PlanSummary(
        accounts=len(day.cases),
        parties=len({case.party.id for case in day.cases.values()}),
        attempts=dict(Counter(a.channel for a in day.plan.assignments)),
        used=_used(day.plan.assignments, capacity),
        complaints_micro=sum(a.complaint_micro for a in day.plan.assignments),
        blocked_accounts=len(day.cases) - len(open_accounts),
        outbid_accounts=len(open_accounts - planned),
        refusals=_refusals(day),
    )


def _used(assignments: Iterable[Assignment], capacity: Capacity) -> dict[Channel, tuple[int, ...]]:
    counts = Counter((a.channel, a.slot) for a in assignments)
    return {
        channel: tuple(counts[channel, slot] for slot in capacity.slots)
        for channel in capacity.attempts
    }


def _refusals(day: PlannedDay) -> tuple[RefusalCount, ...]:
    accounts: dict[tuple[str, str], set[str]] = {}
    first: dict[tuple[str, str], tuple[str, Reason]] = {}
    for (account_id, _), openings in day.openings.items():
        for reason in openings.reasons:
            key = (reason.code, reason.rule.id if reason.rule else "")
            accounts.setdefault(key, set()).add(account_id)
            first.setdefault(key, (account_id, reason))
    counts = [_count(key, len(found), *first[key]) for key, found in accounts.items()]
    return tuple(sorted(counts, key=lambda c: (-c.accounts, c.code, c.rule_id)))


def _count(key: tuple[str, str], accounts: int, account_id: str, reason: Reason) -> RefusalCount:
    rule = reason.rule
    return RefusalCount(
        code=key[0],
        rule_id=key[1],
        source=rule.source if rule else "",
        title=rule.title if rule else "",
        accounts=accounts,
        example_account=account_id,
        example=reason.message.removeprefix(f"{rule.title}: ") if rule else reason.message,
    )
