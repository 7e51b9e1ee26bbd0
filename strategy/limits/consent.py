"""consent: a channel that needs stored consent is closed without it."""

from collections.abc import Iterator
from datetime import datetime

from strategy.domain.attempt import Proposal
from strategy.domain.directive import RequireConsent
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for need in case.directives(RequireConsent, proposal):
        if not _given(proposal, case):
            starts = [
                c.granted_at
                for c in case.party.consents
                if c.channel is proposal.channel and c.granted_at > proposal.at
            ]
            yield Reason(
                "consent",
                f"{need.rule.title}: no stored consent to `{proposal.channel}` at that time",
                need.rule,
                until=min(starts, default=None),
            )


def expires(proposal: Proposal, case: Case) -> datetime | None:
    """When the consent that a directive needs runs out (None: it does not, or none is needed)."""
    if not any(case.directives(RequireConsent, proposal)):
        return None
    return None if _open_ended(proposal, case) else max(_ends(proposal, case), default=None)


def _given(proposal: Proposal, case: Case) -> bool:
    last = proposal.ends or proposal.at
    return _open_ended(proposal, case) or any(last <= end for end in _ends(proposal, case))


def _open_ended(proposal: Proposal, case: Case) -> bool:
    return any(
        c.channel is proposal.channel and c.until is None and c.holds_at(proposal.at)
        for c in case.party.consents
    )


def _ends(proposal: Proposal, case: Case) -> list[datetime]:
    return [
        c.until
        for c in case.party.consents
        if c.channel is proposal.channel and c.until is not None and c.holds_at(proposal.at)
    ]
