"""quiet: whether anything in a person's past still bears on contact.

In a big book nothing does for most people: what was tried is too old, or counts for nothing, or is
less than the caps allow. The standing limits answer these as if they had no past, so one answer
serves all who are alike otherwise. A past that may bear on contact is not called quiet: then the
limits are asked.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.channel import Channel
from strategy.domain.directive import Cap, CoolDown, MinimumGap
from strategy.domain.directives import Directives
from strategy.domain.outcome import Outcome
from strategy.limits import cool_down, frequency_cap, minimum_gap
from strategy.limits.case import Case

_FOR_EVER = timedelta.max

Bearing = tuple[object, int, timedelta]
"""A limit closes where at least so many attempts are younger than this."""


def quiet(proposal: Proposal, case: Case) -> bool:
    """Whether the standing limits answer, at `proposal.at` or later, as if nothing had happened.

    The contact point must be the person's.
    """
    past = case.history
    if past.events or past.others or past.open_until is not None:
        return False
    directives, channel, at = case.verdict.directives, proposal.channel, proposal.at
    known: dict[Any, tuple[Bearing, ...]]
    known = directives.remembered.setdefault(("bearing", channel), {})
    found: Counter[object] = Counter()
    for attempt in past.attempts:
        kind = attempt.channel, attempt.outcome, attempt.purpose
        bearing = known.get(kind)
        if bearing is None:
            bearing = known[kind] = tuple(_bearing(attempt, channel, directives))
        age = at - attempt.at
        for limit, enough, reach in bearing:
            if age < reach:
                found[limit] += 1
                if found[limit] >= enough:
                    return False
    return True


def _bearing(attempt: Attempt, channel: Channel, directives: Directives) -> Iterator[Bearing]:
    """What an attempt of this kind, to whichever contact point, may help to close."""
    if attempt.outcome is Outcome.WRONG_PARTY:  # its contact point is not tried again
        yield "contact_point", 1, _FOR_EVER
    for place, one in enumerate(directives.of(Cap, channel)):
        if frequency_cap.counts(one, attempt):
            yield ("cap", place), one.maximum, frequency_cap.longest(one)
    for gap in directives.of(MinimumGap, channel):
        if minimum_gap.counts(gap, attempt):
            yield "gap", 1, minimum_gap.longest(gap)
    for rest in directives.of(CoolDown, channel):
        if cool_down.starting(rest, (attempt,)):
            yield "rest", 1, cool_down.longest(rest)
