"""What a plan comes to: attempts by channel, capacity used, who is left alone and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.left_alone import LeftAlone, RefusalCount
from strategy.plan import PlannedDay


@dataclass(frozen=True)
class PlanSummary:
    """Counts of one planned day. `used[channel][i]` are attempts in slot i."""

    accounts: int
    parties: int
    attempts: dict[Channel, int]
    used: dict[Channel, tuple[int, ...]]
    complaints_micro: int
    left_alone: LeftAlone
    refusals: tuple[RefusalCount, ...] = field(default=())


def summarise(day: PlannedDay, capacity: Capacity) -> PlanSummary:
    """Every account is planned or left alone."""
    return PlanSummary(
        accounts=day.tally.accounts,
        parties=len(day.tally.parties),
        attempts=dict(Counter(a.channel for a in day.plan.assignments)),
        used=_used(day.plan.assignments, capacity),
        complaints_micro=sum(a.complaint_micro for a in day.plan.assignments),
        left_alone=day.tally.left_alone(day.plan.assignments),
        refusals=day.tally.refusals(),
    )


def _used(assignments: Iterable[Assignment], capacity: Capacity) -> dict[Channel, tuple[int, ...]]:
    counts = Counter((a.channel, a.slot) for a in assignments)
    return {
        channel: tuple(counts[channel, slot] for slot in capacity.slots)
        for channel in capacity.attempts
    }
