"""contact_point: it must be the person's own, valid, of a known owner, and fit the channel."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.contact_point import SUITABLE, Owner
from strategy.domain.event import EventKind
from strategy.domain.outcome import Outcome
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    point = proposal.contact_point
    for wrong in _faults(proposal, case):
        yield Reason("contact_point", wrong, values=(("contact_point", point.id),))


def _faults(proposal: Proposal, case: Case) -> Iterator[str]:
    point = proposal.contact_point
    if case.party.contact_point(point.id) is None:
        yield "the contact point does not belong to this person"
    if not point.valid:
        yield "the contact point is marked invalid"
    if point.owner is Owner.UNKNOWN:
        yield "nobody knows whose contact point this is"
    if point.kind not in SUITABLE[proposal.channel]:
        yield f"a {point.kind} contact point cannot take `{proposal.channel}`"
    if any(
        e.kind is EventKind.WRONG_NUMBER and e.contact_point_id == point.id
        for e in case.history.events
    ) or any(
        a.outcome is Outcome.WRONG_PARTY and a.contact_point_id == point.id
        for a in case.history.attempts
    ):
        yield "somebody else answers at this contact point"
