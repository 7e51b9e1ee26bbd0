"""Reads `forbid`: where, whom, at which hours and on which days nobody is contacted."""

from strategy.domain.attempt import Purpose
from strategy.domain.calendar import HolidayCalendar, Weekday
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import Forbid
from strategy.domain.reason import RuleRef
from strategy.rules.reader import Entries, Reader
from strategy.rules.source import Item, Scalar
from strategy.rules.vocabulary import Vocabulary

BAN_KEYS = (
    "window",
    "windows",
    "owners",
    "kinds",
    "weekdays",
    "holidays",
    "consent_lifts",
    "exempt",
)
_WEEKEND = frozenset({Weekday.SAT, Weekday.SUN})
SHORT_WEEKS = {"workdays": frozenset(Weekday) - _WEEKEND, "weekend": _WEEKEND}


def read_ban(reader: Reader, e: Entries, ref: RuleRef, known: Vocabulary) -> Forbid:
    windows = [reader.window(e["window"])] if "window" in e else []
    if "windows" in e:
        windows += [reader.window(one) for one in reader.items(e["windows"], "`windows`")]
        if "window" in e:
            reader.add(e.keys["window"], "bad-directive.both", key="window", other="windows")
    return Forbid(
        ref,
        reader.channels(e["forbid"]),
        tuple(windows),
        reader.words(e["owners"], "owner", Owner) if "owners" in e else frozenset(),
        reader.flag(e["consent_lifts"], "`consent_lifts`") if "consent_lifts" in e else False,
        reader.words(e["kinds"], "kind", ContactKind) if "kinds" in e else frozenset(),
        _weekdays(reader, e["weekdays"]) if "weekdays" in e else frozenset(),
        _calendar(reader, e["holidays"], known) if "holidays" in e else None,
        exempt(reader, e),
    )


def exempt(reader: Reader, e: Entries) -> frozenset[Purpose]:
    """Purposes that a directive does not bind. Whatever demands payment is never among them."""
    if "exempt" not in e:
        return frozenset()
    purposes = reader.words(e["exempt"], "purpose", Purpose)
    if Purpose.COLLECTION in purposes:
        reader.add(e["exempt"], "bad-directive.exempt", key=Purpose.COLLECTION)
    return purposes


def _weekdays(reader: Reader, item: Item) -> frozenset[Weekday]:
    if isinstance(item, Scalar) and item.value in SHORT_WEEKS:
        return SHORT_WEEKS[str(item.value)]
    return reader.words(item, "weekday", Weekday)


def _calendar(reader: Reader, item: Item, known: Vocabulary) -> HolidayCalendar | None:
    name = reader.text(item, "calendar id")
    if name and not known.calendars:
        reader.add(item, "unknown-word.no-calendar", word=name)
    elif name and name not in known.calendars:
        reader.unknown(item, "calendar", name, known.calendars)
    return known.calendars.get(name)
