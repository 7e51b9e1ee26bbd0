"""Text of a source file to typed values. Each raises `ValueError` saying what is wrong with it.

Exact or refused: no thousands separators, no exponents, no fractions of a cent.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from strategy.domain.instant import parse_instant
from strategy.domain.local_time import start_of_day
from strategy.domain.local_time import zone as iana_zone
from strategy.errors import InputError
from strategy.portfolio.import_fields import DAYS_A_MONTH_LATE, MONEY_UNITS

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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


def history_start(text: str, lender_zone: str, as_of: datetime) -> datetime:
    """An instant with offset, or a day that starts at midnight in the lender's zone."""
    if _DAY.fullmatch(text):
        start = start_of_day(day(text), lender_zone)
    else:
        try:
            start = parse_instant(text, "history_from")
        except InputError as error:
            raise ValueError(error.what) from None
    if start > as_of:
        raise ValueError("is after the portfolio's own instant")
    return start


def yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError("is neither `yes` nor `no`: translate it with `codes`")
    return text == "yes"
