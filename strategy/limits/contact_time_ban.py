"""contact_time_ban: hours and days of the person's calendar in which contact is forbidden.

A window holds in every zone the person may be in. Windows are half-open: 22:00-08:00 blocks
22:00:00 and allows 08:00:00. Where the law lets consent lift the ban, the stored consent must
say that it covers these hours; consent to the channel alone does not. In a year whose holidays
nobody wrote down, a ban on holidays cannot be checked, so it refuses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from strategy.domain.attempt import Proposal
from strategy.domain.calendar import WEEKDAYS
from strategy.domain.directive import Forbid
from strategy.domain.local_time import end_of_day, first_inside, first_outside, local_day
from strategy.domain.reason import Reason
from strategy.limits.ban_days import daily, next_time, unknown_year
from strategy.limits.case import Case
from strategy.limits.channel_ban import concerns

_INSTANT = timedelta(microseconds=1)

MOST_REMEMBERED = 4096
"""Kinds of people and contact points whose open times are remembered with a set of directives."""


@dataclass(frozen=True, slots=True)
class _Open:
    """No ban holds at the UTC instants of [since, last], which lie in one day of each zone.

    `ban` is when the next one begins; None: not within a week.
    """

    since: datetime
    last: datetime
    ban: datetime | None


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    if _open(proposal, case) is not None:
        return
    last = proposal.ends or proposal.at
    for ban in _bans(proposal, case):
        if ban.calendar is not None:
            years = [unknown_year(ban, proposal.at, last, zone) for zone in case.party.zones]
            unknown = next((year for year in years if year is not None), None)
            if unknown is not None:
                what = f"the holidays of {unknown} are not in calendar `{ban.calendar.id}`"
                yield Reason("holidays_unknown", f"{ban.rule.title}: {what}", ban.rule)
                continue
        begins = _begins(ban, proposal.at, case)
        if begins is None or (
            begins > proposal.at and (proposal.ends is None or begins >= proposal.ends)
        ):
            continue
        yield Reason(
            "contact_time_ban",
            f"{ban.rule.title}: no `{proposal.channel}` {_shown(ban)}, the person's time",
            ban.rule,
            until=_ends(ban, begins, case),
            values=(("zones", ", ".join(case.party.zones)),),
        )


def next_ban(proposal: Proposal, case: Case) -> datetime | None:
    """First instant from `proposal.at` on at which a ban begins or already holds."""
    if (now := _open(proposal, case)) is not None:
        return now.ban
    begins = [_begins(ban, proposal.at, case) for ban in _bans(proposal, case)]
    return min((one for one in begins if one is not None), default=None)


def _open(proposal: Proposal, case: Case) -> _Open | None:
    """The open time in which the proposal lies; None: not known. Who asks in the same minutes for
    people in the same zones shares it: a ban that has not begun begins for all of them then.

    Within one day the same rules are in force, and a ban that consent lifts is not looked at here.
    """
    at, point, zones = proposal.at, proposal.contact_point, case.party.zones
    if proposal.ends is not None or not zones or any(c.any_hour for c in case.party.consents):
        return None
    known: dict[Any, _Open] = case.verdict.directives.remembered
    # A refusal asks about tomorrow as well; that must not push out what is known of today.
    key = "open", at.date(), proposal.channel, proposal.purpose, point.owner, point.kind, zones
    found = known.get(key)
    if found is None or not found.since <= at <= found.last:
        found = _open_from(at, proposal, case)
        if found is not None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[key] = found
    return found


def _open_from(at: datetime, proposal: Proposal, case: Case) -> _Open | None:
    begins = []
    for ban in _bans(proposal, case):
        if any(unknown_year(ban, at, at, zone) for zone in case.party.zones):
            return None
        begin = _begins(ban, at, case)
        if begin is not None:
            begins.append(begin)
    ban_at = min(begins, default=None)
    if ban_at is not None and ban_at <= at:
        return None
    last = min(end_of_day(local_day(at, zone), zone) for zone in case.party.zones)
    return _Open(at, last if ban_at is None else min(last, ban_at - _INSTANT), ban_at)


def _bans(proposal: Proposal, case: Case) -> Iterator[Forbid]:
    for ban in case.directives(Forbid, proposal):
        if not concerns(ban, proposal) or (not ban.windows and daily(ban)):
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


def _begins(ban: Forbid, at: datetime, case: Case) -> datetime | None:
    """When the ban next holds in any zone; None: not within a week."""
    if daily(ban):
        return min([first_inside(w, at, z) for w in ban.windows for z in case.party.zones])
    times = [next_time(ban, at, zone) for zone in case.party.zones]
    return min((max(at, one[0]) for one in times if one is not None), default=None)


def _ends(ban: Forbid, at: datetime, case: Case) -> datetime | None:
    """First instant outside every window in every zone; None if the ban never opens."""
    for _ in range(2 * (len(ban.windows) + 14) * len(case.party.zones) + 1):
        end = max(_outside(ban, at, zone) for zone in case.party.zones)
        if end == at:
            return at
        at = end
        if any(unknown_year(ban, at, at, zone) for zone in case.party.zones):
            return None
    return None


def _outside(ban: Forbid, at: datetime, zone: str) -> datetime:
    if daily(ban):
        return max(first_outside(w, at, zone) for w in ban.windows)
    found = next_time(ban, at, zone)
    return found[1] if found is not None and found[0] <= at else at


def _shown(ban: Forbid) -> str:
    days = [] if daily(ban) else [str(day) for day in sorted(ban.weekdays, key=WEEKDAYS.index)]
    if ban.calendar is not None:
        days.append(f"holidays ({ban.calendar.id})")
    return " ".join(filter(None, (", ".join(days), ", ".join(map(str, ban.windows)))))
