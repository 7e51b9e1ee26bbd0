"""time_zone: a person whose zone is unknown, or could be too many hours apart, is not contacted."""

from collections.abc import Iterator
from datetime import timedelta

from strategy.domain.attempt import Proposal
from strategy.domain.local_time import is_aware, local
from strategy.domain.reason import Reason
from strategy.limits.case import Case

WIDEST = timedelta(hours=6)
"""New York to Honolulu in summer; beyond it hardly any hour is decent everywhere (policy)."""


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    if not is_aware(proposal.at):
        raise ValueError("the instant has no time zone")
    if not case.party.zones:
        yield Reason("time_zone", "the person's time zone is unknown")
        return
    try:
        offsets = [local(proposal.at, name).utcoffset() or timedelta() for name in case.party.zones]
    except ValueError as error:
        yield Reason("time_zone", str(error))
        return
    spread = max(offsets) - min(offsets)
    if spread > WIDEST:
        hours = spread.total_seconds() / 3600
        yield Reason(
            "time_zone",
            f"the person may be in zones {hours:g} hours apart, more than "
            f"{WIDEST.total_seconds() / 3600:g}",
            values=(("zones", ", ".join(case.party.zones)),),
        )
