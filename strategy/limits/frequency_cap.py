"""frequency_cap: at most so many counted attempts in so many local days or hours, or in a calendar
window.

A rolling window of N days holds the day asked about and the N - 1 before it, by the person's own
midnights, in each zone the person may be in; the strictest zone decides. A window of N hours holds
what is less than N hours old. An attempt whose outcome is unknown counts as everything. Where
several people owe an account, a cap per account counts the attempts to all of them. A window that
reaches back before the recorded history cannot be checked, so it refuses.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.directive import Cap, CapKey, CapWindow
from strategy.domain.history import SINCE_EVER
from strategy.domain.local_time import CLOCK_CHANGE, local_day, start_of_day
from strategy.domain.outcome import COUNTED
from strategy.domain.party import Party
from strategy.domain.reason import Reason
from strategy.limits.case import Case

_INSTANT = timedelta(microseconds=1)


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    days = _days(proposal, case)
    for cap in case.directives(Cap, proposal):
        if cap.kinds and proposal.contact_point.kind not in cap.kinds:
            continue
        begins = [_begins(cap, proposal.at, day, zone) for zone, day in days]
        since, known = min(begins), _known_from(cap, case)
        if known is None or since < known:
            yield _history_missing(cap, begins, known, case)
        # Anything later than the window's beginning counts, also what is later than `proposal.at`.
        inside = counted(cap, proposal, case, since)
        if len(inside) >= cap.maximum:
            yield from _used_up(cap, begins, sorted(a.at for a in inside), case)


def counted(
    cap: Cap, proposal: Proposal, case: Case, since: datetime = SINCE_EVER
) -> list[Attempt]:
    """Attempts of the history that this cap adds up for this proposal, from an instant on."""
    history = case.history
    shared = history.others if cap.key is CapKey.ACCOUNT else ()
    return [
        a
        for a in (*history.attempts, *shared)
        if a.at >= since
        and counts(cap, a)
        and (cap.pooled or a.agency == proposal.agency)
        and (not cap.kinds or _of_kind(cap, a, case.party))
        and _same(cap, proposal, a)
    ]


def counts(cap: Cap, attempt: Attempt) -> bool:
    """Whether attempts of this kind count for the cap, wherever and about whatever they were."""
    return (
        attempt.channel in cap.channels
        and attempt.outcome in COUNTED[cap.count]
        and attempt.outcome not in cap.uncounted
        and attempt.purpose not in cap.exempt
    )


def longest(cap: Cap) -> timedelta:
    """No attempt is in the window for longer, whatever the zone and its clock changes."""
    match cap.window:
        case CapWindow.HOURS:
            return timedelta(hours=cap.hours)
        case CapWindow.DAYS:
            return timedelta(days=cap.days) + CLOCK_CHANGE
        case CapWindow.WEEK:
            return timedelta(days=7) + CLOCK_CHANGE
        case CapWindow.MONTH:
            return timedelta(days=31) + CLOCK_CHANGE


def used(cap: Cap, proposal: Proposal, case: Case) -> int:
    """How much of the cap is used on the day of `proposal.at`, in the strictest zone."""
    begins = [_begins(cap, proposal.at, day, zone) for zone, day in _days(proposal, case)]
    return max(len(counted(cap, proposal, case, since)) for since in begins)


def _of_kind(cap: Cap, attempt: Attempt, party: Party) -> bool:
    """A contact point that is gone may have been of any kind."""
    point = party.contact_point(attempt.contact_point_id)
    return point is None or point.kind in cap.kinds


def _same(cap: Cap, proposal: Proposal, attempt: Attempt) -> bool:
    match cap.key:
        case CapKey.PARTY:
            return True
        case CapKey.ACCOUNT | CapKey.PARTY_ACCOUNT:
            return attempt.account_id == proposal.account_id
        case CapKey.CONTACT_POINT:
            return attempt.contact_point_id == proposal.contact_point.id


def _days(proposal: Proposal, case: Case) -> list[tuple[str, date]]:
    """The local day asked about in each zone."""
    return [(zone, local_day(proposal.at, zone)) for zone in case.party.zones]


def _begins(cap: Cap, at: datetime, day: date, zone: str) -> datetime:
    """The first instant of the window that is asked about at `at`, on this local day."""
    match cap.window:
        case CapWindow.HOURS:
            return at - timedelta(hours=cap.hours) + _INSTANT
        case CapWindow.DAYS:
            return start_of_day(day - timedelta(days=cap.days - 1), zone)
        case CapWindow.WEEK:
            return start_of_day(day - timedelta(days=day.weekday()), zone)
        case CapWindow.MONTH:
            return start_of_day(day.replace(day=1), zone)


def _leaves(cap: Cap, at: datetime, zone: str) -> datetime:
    """The first instant whose window no longer holds an attempt made at `at`."""
    day = local_day(at, zone)
    match cap.window:
        case CapWindow.HOURS:
            return at + timedelta(hours=cap.hours)
        case CapWindow.DAYS:
            return start_of_day(day + timedelta(days=cap.days), zone)
        case CapWindow.WEEK:
            return start_of_day(day + timedelta(days=7 - day.weekday()), zone)
        case CapWindow.MONTH:
            following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            return start_of_day(following, zone)


def _used_up(
    cap: Cap, begins: list[datetime], attempts: list[datetime], case: Case
) -> Iterator[Reason]:
    reopens: list[datetime] = []
    most = 0
    for zone, since in zip(case.party.zones, begins, strict=True):
        inside = [at for at in attempts if at >= since]
        if len(inside) >= cap.maximum:
            most = max(most, len(inside))
            reopens.append(_leaves(cap, inside[len(inside) - cap.maximum], zone))
    if reopens:
        yield Reason(
            "frequency_cap",
            f"{cap.rule.title}: {most} of {cap.maximum} {cap.count} in {_window(cap)} "
            f"{_WHOSE[cap.key]}",
            cap.rule,
            until=max(reopens),
            values=(("counted", str(most)), ("maximum", str(cap.maximum))),
        )


_WHOSE = {
    CapKey.PARTY: "to this party",
    CapKey.ACCOUNT: "to this account",
    CapKey.PARTY_ACCOUNT: "to this party about this account",
    CapKey.CONTACT_POINT: "to this contact point",
}


def _window(cap: Cap) -> str:
    if cap.window in (CapWindow.WEEK, CapWindow.MONTH):
        return f"one calendar {cap.window}"
    unit, length = ("hour", cap.hours) if cap.hours else ("day", cap.days)
    return f"one {unit}" if length == 1 else f"{length} {unit}s"


def _history_missing(
    cap: Cap, begins: list[datetime], known: datetime | None, case: Case
) -> Reason:
    if known is None:
        return Reason(
            "history_missing",
            f"{cap.rule.title}: past attempts were never imported, so the cap cannot be checked",
            cap.rule,
        )
    zones = zip(case.party.zones, begins, strict=True)
    return Reason(
        "history_missing",
        f"{cap.rule.title}: past attempts are known only since {known:%Y-%m-%d %H:%M} UTC",
        cap.rule,
        # the last instant nobody knows of may have been an attempt
        until=_leaves(cap, known - _INSTANT, next(z for z, since in zones if since < known)),
    )


def _known_from(cap: Cap, case: Case) -> datetime | None:
    own, others = case.party.history_from, case.history.others_from
    if cap.key is not CapKey.ACCOUNT:
        return own
    return None if own is None or others is None else max(own, others)
