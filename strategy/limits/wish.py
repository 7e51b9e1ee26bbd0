"""wish: a person who asked not to be contacted here, or at these hours, is taken at their word."""

from collections.abc import Iterator
from datetime import datetime

from strategy.domain.attempt import Proposal
from strategy.domain.local_time import first_inside, first_outside
from strategy.domain.party import Wish
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for wish in _wishes(proposal, case):
        begins = _begins(wish, proposal.at, case)
        if begins > proposal.at and (proposal.ends is None or begins >= proposal.ends):
            continue
        hours = ", ".join(map(str, wish.windows)) or "at any hour"
        yield Reason(
            "wish",
            f"the person asked for no contact by `{proposal.channel}` on this "
            f"{proposal.contact_point.kind} contact point {hours}",
            until=_ends(wish, begins, case),
        )


def next_wish(proposal: Proposal, case: Case) -> datetime | None:
    """First instant from `proposal.at` on that the person does not want."""
    wishes = _wishes(proposal, case)
    return min((_begins(wish, proposal.at, case) for wish in wishes), default=None)


def _wishes(proposal: Proposal, case: Case) -> Iterator[Wish]:
    for wish in case.party.wishes:
        if (
            (not wish.channels or proposal.channel in wish.channels)
            and (not wish.kinds or proposal.contact_point.kind in wish.kinds)
            and (wish.until is None or proposal.at < wish.until)
        ):
            yield wish


def _begins(wish: Wish, at: datetime, case: Case) -> datetime:
    if not wish.windows:
        return at
    return min(first_inside(w, at, zone) for w in wish.windows for zone in case.party.zones)


def _ends(wish: Wish, at: datetime, case: Case) -> datetime | None:
    """When the person can be asked again; None: not while the wish stands."""
    for _ in range(2 * len(wish.windows) * len(case.party.zones) + 1):
        if not wish.windows or (wish.until is not None and at >= wish.until):
            return wish.until
        end = max(first_outside(w, at, zone) for w in wish.windows for zone in case.party.zones)
        if end == at:
            return at
        at = end
    return wish.until
