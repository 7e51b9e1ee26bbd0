"""frequency_cap: at most so many counted attempts in so many local days, or in a calendar window.

A rolling window of N days holds the day asked about and the N - 1 before it, by the person's own
midnights, in each zone the person may be in; the strictest zone decides. An attempt whose
outcome is unknown counts as everything. A window that reaches back before the recorded history
cannot be checked, so it refuses.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.directive import Cap, CapKey, CapWindow
from strategy.domain.local_time import local_day, start_of_day
from strategy.domain.outcome import counts_as
from strategy.domain.party import Party
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    for cap in case.directives(Cap, proposal):
        if cap.kinds and proposal.contact_point.kind not in cap.kinds:
            continue
        yield from _history_missing(cap, proposal, case)
        yield from _used_up(cap, proposal, case)


def counted(cap: Cap, proposal: Proposal, case: Case) -> list[Attempt]:
    """Attempts of the history that this cap adds up for this proposal, of any day."""
    return [
        a
        for a in case.history.attempts
        if a.channel in cap.channels
        and counts_as(a.outcome, cap.count)
        and a.outcome not in cap.uncounted
        and a.purpose not in cap.exempt
        and (cap.pooled or a.agency == proposal.agency)
        and (not cap.kinds or _of_kind(cap, a, case.party))
        and _same(cap, proposal, a)
    ]


def used(cap: Cap, proposal: Proposal, case: Case) -> int:
    """How much of the cap is used on the day of `proposal.at`, in the strictest zone."""
    attempts = counted(cap, proposal, case)
    return max(len(_in_window(cap, attempts, proposal.at, z)) for z in case.party.zones)


def _of_kind(cap: Cap, attempt: Attempt, party: Party) -> bool:
    """A contact point that is gone may have been of any kind."""
    point = party.contact_point(attempt.contact_point_id)
    return point is None or point.kind in cap.kinds


def _same(cap: Cap, proposal: Proposal, attempt: Attempt) -> bool:
    match cap.key:
        case CapKey.PARTY:
            return True
        case CapKey.ACCOUNT:
            return attempt.account_id == proposal.account_id
        case CapKey.CONTACT_POINT:
            return attempt.contact_point_id == proposal.contact_point.id


def _first_day(cap: Cap, day: date) -> date:
    """The first day of the window that `day` closes, or lies in."""
    match cap.window:
        case CapWindow.DAYS:
            return day - timedelta(days=cap.days - 1)
        case CapWindow.WEEK:
            return day - timedelta(days=day.weekday())
        case CapWindow.MONTH:
            return day.replace(day=1)


def _leaves(cap: Cap, day: date) -> date:
    """The first day whose window no longer holds an attempt made on `day`."""
    match cap.window:
        case CapWindow.DAYS:
            return day + timedelta(days=cap.days)
        case CapWindow.WEEK:
            return day + timedelta(days=7 - day.weekday())
        case CapWindow.MONTH:
            return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _in_window(cap: Cap, attempts: list[Attempt], at: datetime, zone: str) -> list[datetime]:
    # Anything later than the window's first day counts, also what is later than `at`.
    first = _first_day(cap, local_day(at, zone))
    return sorted(a.at for a in attempts if local_day(a.at, zone) >= first)


def _used_up(cap: Cap, proposal: Proposal, case: Case) -> Iterator[Reason]:
    attempts = counted(cap, proposal, case)
    reopens: list[datetime] = []
    most = 0
    for zone in case.party.zones:
        inside = _in_window(cap, attempts, proposal.at, zone)
        if len(inside) >= cap.maximum:
            most = max(most, len(inside))
            last = local_day(inside[len(inside) - cap.maximum], zone)
            reopens.append(start_of_day(_leaves(cap, last), zone))
    if reopens:
        yield Reason(
            "frequency_cap",
            f"{cap.rule.title}: {most} of {cap.maximum} {cap.count} in {_window(cap)} "
            f"to this {cap.key.replace('_', ' ')}",
            cap.rule,
            until=max(reopens),
            values=(("counted", str(most)), ("maximum", str(cap.maximum))),
        )


def _window(cap: Cap) -> str:
    if cap.window is not CapWindow.DAYS:
        return f"one calendar {cap.window}"
    return "one day" if cap.days == 1 else f"{cap.days} days"


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
        if start_of_day(_first_day(cap, local_day(proposal.at, zone)), zone) < known:
            partly = local_day(known, zone)
            if start_of_day(partly, zone) == known:
                partly -= timedelta(days=1)
            yield Reason(
                "history_missing",
                f"{cap.rule.title}: past attempts are known only since {known:%Y-%m-%d %H:%M} UTC",
                cap.rule,
                until=start_of_day(_leaves(cap, partly), zone),
            )
            return
