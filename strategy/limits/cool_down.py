"""cool_down: days of rest after an outcome or event; its own day is day one.

A call whose outcome is unknown counts as the worst: it may have been a conversation. A message
cannot have been one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.channel import VOICE, Channel
from strategy.domain.directive import CapKey, CoolDown
from strategy.domain.local_time import CLOCK_CHANGE, local_day, start_of_day
from strategy.domain.outcome import Outcome
from strategy.domain.reason import Reason
from strategy.limits.case import Case

_SPOKEN = VOICE | {Channel.VISIT}


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for rest in case.directives(CoolDown, proposal):
        ends = [
            _over(rest, at, zone)
            for at in _beginnings(rest, proposal, case)
            for zone in case.party.zones
        ]
        if ends and proposal.at < max(ends):
            length = f"{rest.days} days" if rest.days else "the rest of the week"
            yield Reason(
                "cool_down", f"{rest.rule.title}: rest of {length}", rest.rule, until=max(ends)
            )


def _beginnings(rest: CoolDown, proposal: Proposal, case: Case) -> Iterator[datetime]:
    mine = rest.key is not CapKey.PARTY
    shared = case.history.others if rest.key is CapKey.ACCOUNT else ()
    for attempt in starting(rest, (*case.history.attempts, *shared)):
        if not (mine and attempt.account_id != proposal.account_id):
            yield attempt.at
    for event in case.history.events:
        if event.kind in rest.after_events and not (
            mine and not event.concerns(proposal.account_id)
        ):
            yield event.at


def starting(rest: CoolDown, attempts: tuple[Attempt, ...]) -> list[Attempt]:
    """Those that begin the rest, whichever account they were about."""
    if not rest.after:
        return []
    return [
        a
        for a in attempts
        if (a.outcome in rest.after or (a.outcome is Outcome.UNKNOWN and a.channel in _SPOKEN))
        and (not rest.by or a.channel in rest.by)
    ]


def longest(rest: CoolDown) -> timedelta:
    """No rest is longer, whatever the zone and its clock changes."""
    return timedelta(days=rest.days or 7) + CLOCK_CHANGE


def _over(rest: CoolDown, began: datetime, zone: str) -> datetime:
    day = local_day(began, zone)
    days = rest.days or 7 - day.weekday()
    return start_of_day(day + timedelta(days=days), zone)
