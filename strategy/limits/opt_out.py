"""opt_out: who said stop to a channel, a contact point or to everything, is left alone there."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.event import EventKind
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    said = [
        e
        for e in case.history.events
        if e.kind in (EventKind.OPT_OUT, EventKind.OPT_IN)
        and e.channel in (None, proposal.channel.value)
        and e.contact_point_id in (None, proposal.contact_point.id)
    ]
    if said and said[-1].kind is EventKind.OPT_OUT:
        yield Reason(
            "opt_out",
            f"the person opted out of {said[-1].channel or 'all contact'} "
            f"on {said[-1].at:%Y-%m-%d}",
        )
