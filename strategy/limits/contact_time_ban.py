"""contact_time_ban: hours of the person's clock in which contact is forbidden.

A window holds in every zone the person may be in. Windows are half-open: 22:00-08:00 blocks
22:00:00 and allows 08:00:00. Where the law lets consent lift the ban, the stored consent must
say that it covers these hours; consent to the channel alone does not.
"""

from collections.abc import Iterator
from datetime import datetime

from strategy.domain.attempt import Proposal
from strategy.domain.directive import Forbid
from strategy.domain.local_time import first_inside, first_outside
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for ban in _bans(proposal, case):
        begins = _begins(ban, proposal.at, case)
        if begins > proposal.at and (proposal.ends is None or begins >= proposal.ends):
            continue
        windows = ", ".join(map(str, ban.windows))
        yield Reason(
            "contact_time_ban",
            f"{ban.rule.title}: no `{proposal.channel}` {windows}, the person's time",
            ban.rule,
            until=_ends(ban, begins, case),
            values=(("zones", ", ".join(case.party.zones)),),
        )


def next_ban(proposal: Proposal, case: Case) -> datetime | None:
    """First instant from `proposal.at` on at which a ban begins or already holds."""
    return min((_begins(b, proposal.at, case) for b in _bans(proposal, case)), default=None)


def _bans(proposal: Proposal, case: Case) -> Iterator[Forbid]:
    for ban in case.directives(Forbid, proposal.channel):
        if not ban.windows or (ban.owners and proposal.contact_point.owner not in ban.owners):
            continue
        last = proposal.ends or proposal.at
        if ban.consent_lifts and any(
            c.channel is proposal.channel
            and c.any_hour
            and c.holds_at(proposal.at)
            and (c.until is None or last <= c.until)
            for c in case.party.consents
        ):
            continue
        yield ban


def _begins(ban: Forbid, at: datetime, case: Case) -> datetime:
    return min(first_inside(w, at, z) for w in ban.windows for z in case.party.zones)


def _ends(ban: Forbid, at: datetime, case: Case) -> datetime | None:
    """First instant outside every window in every zone; None if the windows fill the day."""
    for _ in range(2 * len(ban.windows) * len(case.party.zones) + 1):
        end = max(first_outside(w, at, z) for w in ban.windows for z in case.party.zones)
        if end == at:
            return at
        at = end
    return None
