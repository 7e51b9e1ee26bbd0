"""The only place where UTC instants become a party's local time, and back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CLOCK_CHANGE = timedelta(days=2)
"""More than any change of a zone's clocks: Samoa and Kwajalein left out whole days."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises `ValueError` when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone `{name}`") from error


def is_aware(instant: datetime) -> bool:
    return instant.tzinfo is not None and instant.utcoffset() is not None


def local(instant: datetime, zone_name: str) -> datetime:
    return instant.astimezone(zone(zone_name))


def local_day(instant: datetime, zone_name: str) -> date:
    return local(instant, zone_name).date()


@lru_cache(maxsize=16_384)
def start_of_day(day: date, zone_name: str) -> datetime:
    """First UTC instant of a local day.

    Where a clock change skips midnight, that is the change itself; where it repeats midnight, the
    first of the two.
    """
    return datetime.combine(day, time(), zone(zone_name)).astimezone(UTC)


def end_of_day(day: date, zone_name: str) -> datetime:
    """Last UTC instant of a local day, in whole microseconds."""
    return start_of_day(day + timedelta(days=1), zone_name) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class LocalWindow:
    """Half-open window of local clock minutes [start, end); start > end crosses midnight."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < 1440 and 0 <= self.end <= 1440 and self.start != self.end):
            raise ValueError(f"not a window of the day: {self.start} to {self.end} minutes")

    def covers(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


def first_outside(window: LocalWindow, at: datetime, zone_name: str) -> datetime:
    """First UTC instant from `at` on that the window does not cover, clock changes included."""
    return _first(window, at, zone_name, covered=False, boundary=window.end)


def first_inside(window: LocalWindow, at: datetime, zone_name: str) -> datetime:
    """First UTC instant from `at` on that the window covers, clock changes included."""
    return _first(window, at, zone_name, covered=True, boundary=window.start)


def _first(
    window: LocalWindow, at: datetime, zone_name: str, *, covered: bool, boundary: int
) -> datetime:
    instant = at.astimezone(UTC).replace(second=0, microsecond=0)
    found = _first_minute(window, instant, zone_name, covered, boundary)
    return at if found == instant else found


@lru_cache(maxsize=16_384)
def _first_minute(
    window: LocalWindow, instant: datetime, zone_name: str, covered: bool, boundary: int
) -> datetime:
    """As `_first`, from a whole minute on: whoever asks within one minute shares the answer."""
    minute = clock_minute(instant, zone_name)
    if window.covers(minute) is covered:
        return instant
    ahead = instant + timedelta(minutes=(boundary - minute) % 1440)
    if local(ahead, zone_name).utcoffset() == local(instant, zone_name).utcoffset():
        return ahead
    # The clock changes on the way, so the boundary may come earlier, later or not at all: walk.
    while window.covers(clock_minute(instant, zone_name)) is not covered:
        instant += timedelta(minutes=1)
    return instant


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def clock_minute(instant: datetime, zone_name: str) -> int:
    """Minutes since local midnight on the wall clock, seconds dropped."""
    wall = local(instant, zone_name)
    return wall.hour * 60 + wall.minute
