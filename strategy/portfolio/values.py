"""Text of a source file to typed values. Each raises `ValueError` saying what is wrong with it.

Exact or refused: no thousands separators, no exponents, no fractions of a cent.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from strategy.domain.instant import parse_instant
from strategy.domain.local_time import LocalWindow, start_of_day
from strategy.domain.local_time import zone as iana_zone
from strategy.errors import InputError
from strategy.portfolio.import_fields import DAYS_A_MONTH_LATE, MONEY_UNITS

Word = TypeVar("Word", bound=StrEnum)

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_MOST_CHARACTERS = 128
_MOST_CENTS = 10**15
_MOST_DAYS_LATE = 36_525


def cents(text: str, unit: str) -> int:
    """Integer cents of an amount in `unit`."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("is no number: write digits, at most one `.`, no separators")
    amount = Decimal(text) * MONEY_UNITS[unit]
    if abs(amount) > _MOST_CENTS:
        raise ValueError(f"is more than {_MOST_CENTS} cents: is the unit right?")
    if amount != amount.to_integral_value():
        raise ValueError("has fractions of a cent")
    return int(amount)


def whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError("is no whole number")
    return int(text)


def due_date(text: str, unit: str, today: date) -> date:
    """The oldest unpaid due date, which must lie before `today` in the lender's zone."""
    if unit == "date":
        due = day(text)
        if due >= today:
            raise ValueError(f"is not overdue on {today}")
    else:
        late = whole(text) * (DAYS_A_MONTH_LATE if unit == "months_late" else 1)
        if late < 1:
            raise ValueError("is not overdue: filter such rows with `keep`")
        if late > _MOST_DAYS_LATE:
            raise ValueError("is over a century late: is the unit right?")
        due = today - timedelta(days=late)
    return due


def day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is no date: write it like `2026-09-30`") from None


def zones(text: str) -> tuple[str, ...]:
    """IANA zones separated by `|`."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split("|")))
    for name in names:
        if not name:
            raise ValueError("has an empty time zone in it")
        iana_zone(name)
    return names


def hours(text: str) -> LocalWindow:
    """Local hours of the day, `21:00-08:30`; the end is not part of them."""
    found = _HOURS.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        hour, minute, end_hour, end_minute = map(int, found.groups())
        if minute > 59 or end_minute > 59:
            raise ValueError
        return LocalWindow(60 * hour + minute, 60 * end_hour + end_minute)
    except ValueError:
        raise ValueError(f"`{text}` are no hours of the day: write `21:00-08:30`") from None


def windows(text: str) -> tuple[LocalWindow, ...]:
    """Local hours separated by `|`."""
    return tuple(hours(one.strip()) for one in text.split("|"))


def history_start(text: str, lender_zone: str, as_of: datetime) -> datetime:
    """An instant with offset, or a day that starts at midnight in the lender's zone."""
    start = start_of_day(day(text), lender_zone) if _DAY.fullmatch(text) else _instant(text)
    if start > as_of:
        raise ValueError("is after the portfolio's own instant")
    return start


def until(text: str, lender_zone: str) -> datetime:
    """An instant with offset, or the end of a day in the lender's zone."""
    if not _DAY.fullmatch(text):
        return _instant(text)
    try:
        return start_of_day(day(text) + timedelta(days=1), lender_zone)
    except OverflowError:
        raise ValueError("is too far away: leave it empty where there is no end") from None


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text, "instant")
    except InputError as error:
        raise ValueError(error.what) from None


def instant(text: str, lender_zone: str) -> datetime:
    """An instant with its offset, or the lender's own wall clock: `2026-09-30 18:05:00`."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no time: write it like `2026-09-30 18:05:00`") from None
    if wall.tzinfo is None:
        wall = wall.replace(tzinfo=iana_zone(lender_zone))
        if wall.utcoffset() != wall.replace(fold=1).utcoffset():
            raise ValueError("is no or two instants, the clocks change: add its offset")
    return wall.astimezone(UTC)


def words(text: str, known: type[Word]) -> frozenset[Word]:
    """Words separated by `|`."""
    return frozenset(word(one.strip(), known) for one in text.split("|"))


def word(text: str, known: type[Word]) -> Word:
    if text not in list(known):
        raise ValueError(f"is none of {', '.join(known)}: translate it with `codes`")
    return known(text)


def name(text: str) -> str:
    """What the service takes as a name or a code."""
    if len(text) > _MOST_CHARACTERS or not text.isprintable():
        raise ValueError(f"must be at most {_MOST_CHARACTERS} characters that can be printed")
    return text


def yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError("is neither `yes` nor `no`: translate it with `codes`")
    return text == "yes"
