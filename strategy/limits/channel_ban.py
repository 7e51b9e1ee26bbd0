"""channel_ban: contact that a rule forbids at any hour while its facts hold."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.directive import Forbid
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for ban in case.directives(Forbid, proposal.channel):
        if ban.windows or (ban.owners and proposal.contact_point.owner not in ban.owners):
            continue
        yield Reason("channel_ban", f"{ban.rule.title}: no `{proposal.channel}`", ban.rule)
