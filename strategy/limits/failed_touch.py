"""What a touch that does not reach the person closes to a later one.

A later touch of a plan is made only where those before it failed, and it is not known yet how: of
the outcomes that there may be, those count that close most.
"""

from strategy.domain.channel import MESSAGES, Channel
from strategy.domain.directive import Cap, CoolDown
from strategy.domain.directives import Directives
from strategy.domain.outcome import COUNTED, Outcome

_OF_CALLS = (Outcome.VOICEMAIL, Outcome.DROPPED, Outcome.NO_ANSWER, Outcome.BUSY)
_OF_MESSAGES = (Outcome.DELIVERED, Outcome.UNDELIVERED)


def failures(channel: Channel) -> tuple[Outcome, ...]:
    """How a touch by a channel may fail. News about a number (somebody else answers, or nobody can)
    is no mere failure: the limits look at the number anew."""
    return _OF_MESSAGES if channel in MESSAGES else _OF_CALLS


def counts(cap: Cap, channel: Channel) -> bool:
    """Whether a failed touch by a channel may count for a cap."""
    counting = COUNTED[cap.count] - cap.uncounted
    return channel in cap.channels and any(one in counting for one in failures(channel))


def begins(rest: CoolDown, channel: Channel) -> bool:
    """Whether a failed touch by a channel may begin a rest."""
    by = not rest.by or channel in rest.by
    return by and any(one in rest.after for one in failures(channel))


def worst_failures(channel: Channel, directives: Directives) -> tuple[Outcome, ...]:
    """The outcomes that count for more than any other: one is enough in nearly all rulebooks."""
    key = ("worst_failures", channel)
    found = directives.remembered.get(key)
    if found is None:
        closing = {outcome: _closes(outcome, channel, directives) for outcome in failures(channel)}
        most = {set_: outcome for outcome, set_ in reversed(closing.items())}
        found = directives.remembered[key] = tuple(
            outcome for set_, outcome in most.items() if not any(set_ < other for other in most)
        )
    worst: tuple[Outcome, ...] = found
    return worst


def _closes(outcome: Outcome, channel: Channel, directives: Directives) -> frozenset[int]:
    """Places of the caps that it counts for and of the rests that it begins."""
    return frozenset(
        place
        for place, one in enumerate(directives)
        if (
            isinstance(one, Cap)
            and channel in one.channels
            and outcome in COUNTED[one.count] - one.uncounted
        )
        or (
            isinstance(one, CoolDown) and (not one.by or channel in one.by) and outcome in one.after
        )
    )
