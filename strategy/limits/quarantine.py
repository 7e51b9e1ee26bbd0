"""quarantine: where the service's own checks disagreed, nothing happens until someone looked."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.event import EventKind
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    last = case.history.last(proposal.account_id, EventKind.QUARANTINE, EventKind.QUARANTINE_ENDED)
    if last is not None and last.kind is EventKind.QUARANTINE:
        since = f"{last.at:%Y-%m-%d %H:%M} UTC"
        yield Reason("quarantine", f"the checks disagreed on {since}: somebody must look")
