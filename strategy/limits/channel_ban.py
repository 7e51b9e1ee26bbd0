"""channel_ban: contact that a rule forbids at any hour while its facts hold."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.directive import Forbid
from strategy.domain.reason import Reason
from strategy.limits.ban_days import daily
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for ban in case.directives(Forbid, proposal):
        if concerns(ban, proposal) and not ban.windows and daily(ban):
            yield Reason("channel_ban", f"{ban.rule.title}: no `{proposal.channel}`", ban.rule)


def concerns(ban: Forbid, proposal: Proposal) -> bool:
    """Whether the ban is about contact points of this owner and kind."""
    point = proposal.contact_point
    return (not ban.owners or point.owner in ban.owners) and (
        not ban.kinds or point.kind in ban.kinds
    )
