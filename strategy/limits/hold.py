"""hold: no contact until an event ends the state, or until a promise or some days are over."""

from collections.abc import Iterator
from datetime import timedelta

from strategy.domain.attempt import Proposal
from strategy.domain.directive import Hold
from strategy.domain.local_time import local_day, start_of_day
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for hold in case.directives(Hold, proposal):
        if hold.since:
            yield from _since(hold, proposal, case)
            continue
        if not hold.until_promise_due:
            yield Reason("hold", f"{hold.rule.title}: contact is on hold", hold.rule)
            continue
        promise = case.history.open_promise(proposal.account_id)
        if promise is None or promise.due is None:
            # The rule fired on an open promise; without its due date nobody can say when it ends.
            yield Reason("hold", f"{hold.rule.title}: the due date is unknown", hold.rule)
            continue
        over = promise.due + timedelta(days=hold.grace_days + 1)
        until = max(start_of_day(over, zone) for zone in case.party.zones)
        if proposal.at < until:
            yield Reason(
                "hold",
                f"{hold.rule.title}: promised for {promise.due}, {hold.grace_days} days of grace",
                hold.rule,
                until=until,
                values=(("due", str(promise.due)),),
            )


def _since(hold: Hold, proposal: Proposal, case: Case) -> Iterator[Reason]:
    began = case.history.last(proposal.account_id, *hold.since)
    if began is None:  # the rule fired, so it has begun; nobody recorded when
        yield Reason("hold", f"{hold.rule.title}: nobody knows since when", hold.rule)
        return
    days = timedelta(days=hold.days)
    zones = case.party.zones
    until = max(start_of_day(local_day(began.at, zone) + days, zone) for zone in zones)
    if proposal.at < until:
        yield Reason(
            "hold",
            f"{hold.rule.title}: {hold.days} days since {began.kind}",
            hold.rule,
            until=until,
            values=(("since", f"{began.at:%Y-%m-%d %H:%M} UTC"),),
        )
