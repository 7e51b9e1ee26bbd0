"""ban_days: on which local days a ban holds, and when it does there.

A window that crosses midnight belongs to the day on which it starts. Where a clock change makes a
boundary ambiguous, the ban begins at the earlier and ends at the later instant.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from strategy.domain.calendar import WEEKDAYS
from strategy.domain.directive import Forbid
from strategy.domain.local_time import LocalWindow, local_day, zone

_ALL_DAY = LocalWindow(0, 1440)
AHEAD = timedelta(days=8)
"""How far the next ban is looked for: on the same weekday of next week at the latest."""


def daily(ban: Forbid) -> bool:
    """Whether it holds on every day."""
    return not ban.weekdays and ban.calendar is None


def unknown_year(ban: Forbid, at: datetime, ends: datetime, zone_name: str) -> int | None:
    """A year in which somebody may be asked for but whose holidays nobody wrote down."""
    if ban.calendar is None:
        return None
    day, last = local_day(at, zone_name) - timedelta(days=1), local_day(ends, zone_name)
    while day <= last:
        if not ban.calendar.knows(day):
            return day.year
        day += timedelta(days=1)
    return None


def next_time(ban: Forbid, at: datetime, zone_name: str) -> tuple[datetime, datetime] | None:
    """The first stretch [start, end) of the ban that is not over at `at`, UTC instants."""
    day = local_day(at, zone_name) - timedelta(days=1)
    while day <= local_day(at, zone_name) + AHEAD:
        found = [one for one in _times(ban, day, zone_name) if at < one[1]]
        if found:
            return min(found)
        day += timedelta(days=1)
    return None


def _times(ban: Forbid, day: date, zone_name: str) -> Iterator[tuple[datetime, datetime]]:
    holiday = ban.calendar is not None and day in ban.calendar.days
    if not holiday and WEEKDAYS[day.weekday()] not in ban.weekdays:
        return
    for window in ban.windows or (_ALL_DAY,):
        start = min(_instants(day, window.start, zone_name))
        later = window.end <= window.start
        end_day = day + timedelta(days=1) if later or window.end == 1440 else day
        yield start, max(_instants(end_day, window.end % 1440, zone_name))


def _instants(day: date, minute: int, zone_name: str) -> tuple[datetime, datetime]:
    """The UTC instants that a local time may mean; twice the same on ordinary days."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone(zone_name))
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
