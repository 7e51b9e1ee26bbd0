"""hold: no contact until an event ends the state, or until a promise has had its time."""

from collections.abc import Iterator
from datetime import timedelta

from strategy.domain.attempt import Proposal
from strategy.domain.directive import Hold
from strategy.domain.local_time import start_of_day
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for hold in case.directives(Hold, proposal.channel):
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
