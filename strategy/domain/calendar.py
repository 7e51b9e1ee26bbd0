"""Days of the week, and holidays as tables that somebody wrote down."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Weekday(StrEnum):
    """A local day of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEKDAYS = tuple(Weekday)
"""`WEEKDAYS[day.weekday()]` is the weekday of a date."""


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Holidays of the years in the table. Nothing is known of any other year."""

    id: str
    years: frozenset[int]
    days: frozenset[date]

    def knows(self, day: date) -> bool:
        return day.year in self.years
