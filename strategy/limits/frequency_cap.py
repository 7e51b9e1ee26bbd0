"""frequency_cap: at most so many counted attempts in so many local days.

The window of N days holds the day asked about and the N - 1 before it, by the person's own
midnights, in each zone the person may be in; the strictest zone decides. An attempt whose
outcome is unknown counts as everything. A window that reaches back before the recorded history
cannot be checked, so it refuses.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.directive import Cap, CapKey
from strategy.domain.local_time import local_day, start_of_day
from strategy.domain.outcome import counts_as
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for cap in case.directives(Cap, proposal.channel):
        yield from _history_missing(cap, proposal, case)
        yield from _used_up(cap, proposal, case)


def counted(cap: Cap, proposal: Proposal, case: Case) -> list[Attempt]:
    """Attempts of the history that this cap adds up for this proposal, of any day."""
    return [
        a
        for a in case.history.attempts
        if a.channel in cap.channels and counts_as(a.outcome, cap.count) and _same(cap, proposal, a)
    ]


def used(cap: Cap, proposal: Proposal, case: Case) -> int:
    """How much of the cap is used on the day of `proposal.at`, in the strictest zone."""
    attempts = counted(cap, proposal, case)
    return max(len(_in_window(cap, attempts, proposal.at, z)) for z in case.party.zones)


def _same(cap: Cap, proposal: Proposal, attempt: Attempt) -> bool:
    match cap.key:
        case CapKey.PARTY:
            return True
        case CapKey.ACCOUNT:
            return attempt.account_id == proposal.account_id
        case CapKey.CONTACT_POINT:
            return attempt.contact_point_id == proposal.contact_point.id


def _in_window(cap: Cap, attempts: list[Attempt], at: datetime, zone: str) -> list[datetime]:
    # Anything later than the window's first day counts, also what is later than `at`.
    first = local_day(at, zone) - timedelta(days=cap.days - 1)
    return sorted(a.at for a in attempts if local_day(a.at, zone) >= first)


def _used_up(cap: Cap, proposal: Proposal, case: Case) -> Iterator[Reason]:
    attempts = counted(cap, proposal, case)
    reopens: list[datetime] = []
    most = 0
    for zone in case.party.zones:
        inside = _in_window(cap, attempts, proposal.at, zone)
        if len(inside) >= cap.maximum:
            most = max(most, len(inside))
            leaves = local_day(inside[len(inside) - cap.maximum], zone)
            reopens.append(start_of_day(leaves + timedelta(days=cap.days), zone))
    if reopens:
        days = "one day" if cap.days == 1 else f"{cap.days} days"
        yield Reason(
            "frequency_cap",
            f"{cap.rule.title}: {most} of {cap.maximum} {cap.count} in {days} "
            f"to this {cap.key.replace('_', ' ')}",
            cap.rule,
            until=max(reopens),
            values=(("counted", str(most)), ("maximum", str(cap.maximum))),
        )


def _history_missing(cap: Cap, proposal: Proposal, case: Case) -> Iterator[Reason]:
    known = case.party.history_from
    if known is None:
        yield Reason(
            "history_missing",
            f"{cap.rule.title}: past attempts were never imported, so the cap cannot be checked",
            cap.rule,
        )
        return
    for zone in case.party.zones:
        first = local_day(proposal.at, zone) - timedelta(days=cap.days - 1)
        if start_of_day(first, zone) < known:
            whole = local_day(known, zone)
            if start_of_day(whole, zone) < known:
                whole += timedelta(days=1)
            yield Reason(
                "history_missing",
                f"{cap.rule.title}: past attempts are known only since {known:%Y-%m-%d %H:%M} UTC",
                cap.rule,
                until=start_of_day(whole + timedelta(days=cap.days - 1), zone),
            )
            return
