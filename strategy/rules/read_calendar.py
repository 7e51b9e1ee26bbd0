"""Reads `calendars`: holidays as somebody wrote them down, year by year."""

import re
from datetime import date

from strategy.domain.calendar import HolidayCalendar
from strategy.rules.reader import Reader
from strategy.rules.source import Hole, Item, Scalar, Table

ID = ("[a-z][a-z0-9]*(-[a-z0-9]+)*", "cn-public")
_YEAR = re.compile(r"20[0-9]{2}")


def read_calendar(reader: Reader, item: Item) -> HolidayCalendar:
    """A calendar knows the years in its table, and nothing of any other."""
    e = reader.entries(item, "a calendar", ("id", "title", "source", "years"), ("note",))
    name = reader.text(e["id"], "calendar id", *ID)
    for key in ("title", "source", "note"):
        if key in e:
            reader.text(e[key], f"`{key}`")
    years, days = set[int](), set[date]()
    table = e["years"]
    if not isinstance(table, Table | Hole):
        reader.add(table, "wrong-type.years")
    for written, listed in table.entries if isinstance(table, Table) else ():
        year = _year(reader, written)
        if year is None:
            continue
        years.add(year)
        for one in reader.items(listed, f"`{year}`"):
            day = reader.day(one, "day", prefix=f"{year}-")
            if day is not None and day in days:
                reader.add(one, "duplicate-word", key=f"{day:%m-%d}")
            days |= {day} if day else set()
    return HolidayCalendar(name, frozenset(years), frozenset(days))


def _year(reader: Reader, key: Scalar) -> int | None:
    if isinstance(key.value, str) and _YEAR.fullmatch(key.value):
        return int(key.value)
    reader.add(key, "bad-text", thing="year", text=key.value, example='"2026"')
    return None
