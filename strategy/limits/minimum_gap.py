"""minimum_gap: so many minutes, or local days, between two attempts to one person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.directive import MinimumGap
from strategy.domain.local_time import CLOCK_CHANGE, local_day, start_of_day
from strategy.domain.outcome import COUNTED, Count
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for gap in case.directives(MinimumGap, proposal):
        near = [
            (_opens(gap, a, case), a.at)
            for a in _too_near(gap, proposal.at, proposal.ends or proposal.at, case)
            if counts(gap, a)
        ]
        if near:
            length = f"{gap.days} days" if gap.days else f"{gap.minutes} minutes"
            yield Reason(
                "minimum_gap",
                f"{gap.rule.title}: less than {length} from another attempt",
                gap.rule,
                until=max(near)[0],
                values=(("attempt_at", f"{max(near)[1]:%Y-%m-%d %H:%M:%S} UTC"),),
            )


def counts(gap: MinimumGap, attempt: Attempt) -> bool:
    """Whether the gap is kept from this attempt."""
    return (
        attempt.channel in gap.channels
        and attempt.purpose not in gap.exempt
        and attempt.outcome in COUNTED[Count.TOUCHES]
    )


def longest(gap: MinimumGap) -> timedelta:
    """The gap is kept from no attempt for longer, whatever the zone and its clock changes."""
    return timedelta(days=gap.days) + CLOCK_CHANGE if gap.days else timedelta(minutes=gap.minutes)


def _too_near(gap: MinimumGap, first: datetime, last: datetime, case: Case) -> list[Attempt]:
    if not gap.days:
        minutes = timedelta(minutes=gap.minutes)
        after, before = first - minutes, last + minutes
        return [a for a in case.history.attempts if after < a.at < before]
    days = timedelta(days=gap.days)
    zones = case.party.zones
    nearest = [(local_day(first, z) - days, local_day(last, z) + days, z) for z in zones]
    return [
        a
        for a in case.history.attempts
        if any(after < local_day(a.at, zone) < before for after, before, zone in nearest)
    ]


def _opens(gap: MinimumGap, attempt: Attempt, case: Case) -> datetime:
    if not gap.days:
        return attempt.at + timedelta(minutes=gap.minutes)
    days = timedelta(days=gap.days)
    zones = case.party.zones
    return max(start_of_day(local_day(attempt.at, zone) + days, zone) for zone in zones)
