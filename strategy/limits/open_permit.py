"""open_permit: while somebody holds a permit for a person, nobody else gets one."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    until = case.history.open_until
    if until is not None and proposal.at < until:
        yield Reason("open_permit", "another attempt to this person is under way", until=until)
