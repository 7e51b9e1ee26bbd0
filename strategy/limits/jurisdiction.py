"""jurisdiction: where no law pack covers the person, nothing is allowed."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    if case.verdict.refused is not None:
        yield Reason("jurisdiction", case.verdict.refused)
