"""cool_down: days of rest after an outcome; the day of the outcome is day one.

A call whose outcome is unknown counts as the worst: it may have been a conversation. A message
cannot have been one.
"""

from collections.abc import Iterator
from datetime import timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.channel import VOICE, Channel
from strategy.domain.directive import CoolDown
from strategy.domain.local_time import local_day, start_of_day
from strategy.domain.outcome import Outcome
from strategy.domain.reason import Reason
from strategy.limits.case import Case

_SPOKEN = VOICE | {Channel.VISIT}


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for rest in case.directives(CoolDown, proposal.channel):
        ends = [
            start_of_day(local_day(a.at, zone) + timedelta(days=rest.days), zone)
            for a in case.history.attempts
            if _starts(rest, a)
            for zone in case.party.zones
        ]
        if ends and proposal.at < max(ends):
            yield Reason(
                "cool_down",
                f"{rest.rule.title}: rest of {rest.days} days",
                rest.rule,
                until=max(ends),
            )


def _starts(rest: CoolDown, attempt: Attempt) -> bool:
    unknown = attempt.outcome is Outcome.UNKNOWN and attempt.channel in _SPOKEN
    return unknown or attempt.outcome in rest.after
