"""minimum_gap: so many minutes between two attempts to one person."""

from collections.abc import Iterator
from datetime import timedelta

from strategy.domain.attempt import Proposal
from strategy.domain.directive import MinimumGap
from strategy.domain.outcome import Count, counts_as
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    last = proposal.ends or proposal.at
    for gap in case.directives(MinimumGap, proposal.channel):
        minutes = timedelta(minutes=gap.minutes)
        near = [
            a.at
            for a in case.history.attempts
            if a.channel in gap.channels
            and counts_as(a.outcome, Count.TOUCHES)
            and a.at - minutes < last
            and proposal.at < a.at + minutes
        ]
        if near:
            yield Reason(
                "minimum_gap",
                f"{gap.rule.title}: less than {gap.minutes} minutes from another attempt",
                gap.rule,
                until=max(near) + minutes,
                values=(("attempt_at", f"{max(near):%Y-%m-%d %H:%M:%S} UTC"),),
            )
