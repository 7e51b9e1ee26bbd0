"""What a plan comes to: attempts by channel, capacity used, who is left alone and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import CERTAIN, Assignment, expected_sum
from strategy.domain.slot import Slot
from strategy.left_alone import LeftAlone, RefusalCount
from strategy.plan import PlannedDay


@dataclass(frozen=True)
class PlanSummary:
    """Counts of one planned day. `by_touch[k]` are attempts that are touch k + 1 of their person,
    `expected` how many are made on average, `used[channel][i]` the same in slot i."""

    accounts: int
    parties: int
    attempts: dict[Channel, int]
    by_touch: tuple[int, ...]
    expected: float
    used: dict[Channel, tuple[float, ...]]
    complaints_micro: int
    left_alone: LeftAlone
    refusals: tuple[RefusalCount, ...] = field(default=())


def summarise(day: PlannedDay, capacity: Capacity) -> PlanSummary:
    """Every account is planned or left alone."""
    planned = day.plan.assignments
    touches = Counter(a.touch for a in planned)
    return PlanSummary(
        accounts=day.tally.accounts,
        parties=len(day.tally.parties),
        attempts=dict(Counter(a.channel for a in planned)),
        by_touch=tuple(touches[k + 1] for k in range(capacity.touches_per_party)),
        expected=sum(a.chance_micro for a in planned) / CERTAIN,
        used=_used(planned, capacity),
        complaints_micro=expected_sum(planned, lambda a: a.complaint_micro),
        left_alone=day.tally.left_alone(planned),
        refusals=day.tally.refusals(),
    )


def _used(
    assignments: Iterable[Assignment], capacity: Capacity
) -> dict[Channel, tuple[float, ...]]:
    micro: Counter[tuple[Channel, Slot]] = Counter()
    for a in assignments:
        micro[a.channel, a.slot] += a.chance_micro
    return {
        channel: tuple(micro[channel, slot] / CERTAIN for slot in capacity.slots)
        for channel in capacity.attempts
    }
