"""Bans held against the person's clock: at the grant, and in the last instant of the lease."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from loadtest.check.calendar import clock, local
from loadtest.check.rows import Tried
from loadtest.check.violation import Violation
from strategy.domain.directive import Forbid

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def broken(permit: Tried, ban: Forbid, person: dict[str, Any]) -> Iterator[Violation]:
    point = next(p for p in person["contact_points"] if p["id"] == permit.point)
    if (ban.owners and point["owner"] not in ban.owners) or (
        ban.kinds and point["kind"] not in ban.kinds
    ):
        return
    for at in (permit.granted, max(permit.granted, permit.expires - 1)):
        if ban.consent_lifts and _agreed(person, permit.channel, at):
            continue
        for zone in person["zones"]:
            if _holds(ban, local(at, zone)):
                what = f"{ban.rule.id}: {permit.channel} at {clock(at, zone)} {zone}"
                yield Violation("ban", permit.id, what)
                return


def _holds(ban: Forbid, wall: datetime) -> bool:
    minute = wall.hour * 60 + wall.minute
    today, yesterday = wall.date(), wall.date() - timedelta(days=1)
    if not ban.windows:
        return _on(ban, today)
    for window in ban.windows:
        if window.start < window.end:
            if window.start <= minute < window.end and _on(ban, today):
                return True
        elif (minute >= window.start and _on(ban, today)) or (
            minute < window.end and _on(ban, yesterday)
        ):
            return True
    return False


def _on(ban: Forbid, day: date) -> bool:
    """Whether the ban is for this local day; a year without a table of holidays is banned."""
    if not ban.weekdays and ban.calendar is None:
        return True
    if _DAYS[day.weekday()] in ban.weekdays:
        return True
    return ban.calendar is not None and (
        day.year not in ban.calendar.years or day in ban.calendar.days
    )


def _agreed(person: dict[str, Any], channel: str, at: int) -> bool:
    when = local(at, "UTC")
    return any(
        c["channel"] == channel
        and c["any_hour"]
        and datetime.fromisoformat(c["granted_at"]) <= when
        and (c["until"] is None or when < datetime.fromisoformat(c["until"]))
        for c in person["consents"]
    )
