"""Reads `cap`: what is counted, for whom, in which window, and how much of it is allowed."""

from enum import StrEnum

from strategy.domain.channel import VOICE, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Cap, CapKey, CapWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.reason import RuleRef
from strategy.rules.read_ban import exempt
from strategy.rules.reader import Entries, Reader

CAP_KEYS = ("days", "calendar", "uncounted", "kinds", "pooled", "exempt")
_CAN_CONNECT = VOICE | {Channel.VISIT}


class CalendarWindow(StrEnum):
    """Windows of the person's own calendar."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_WINDOWS = {
    CalendarWindow.DAY: (1, CapWindow.DAYS),
    CalendarWindow.WEEK: (0, CapWindow.WEEK),
    CalendarWindow.MONTH: (0, CapWindow.MONTH),
}


def read_cap(reader: Reader, e: Entries, ref: RuleRef) -> Cap:
    channels = reader.channels(e["cap"])
    count = reader.word(e["count"], "count", Count)
    if count in (Count.CONNECTED, Count.CONVERSATIONS) and channels and not channels & _CAN_CONNECT:
        other = Count.TOUCHES
        reader.add(e["count"], "bad-directive.never-counts", key=count, other=other)
    days, window = _window(reader, e)
    uncounted = (
        reader.words(e["uncounted"], "outcome", Outcome) if "uncounted" in e else frozenset()
    )
    if Outcome.UNKNOWN in uncounted:
        reader.add(e["uncounted"], "fails-open.outcome", key=Outcome.UNKNOWN)
    return Cap(
        ref,
        channels,
        count,
        reader.word(e["per"], "cap key", CapKey),
        reader.whole(e["maximum"], "`maximum`", 1, 1_000),
        days,
        window,
        uncounted,
        reader.words(e["kinds"], "kind", ContactKind) if "kinds" in e else frozenset(),
        reader.flag(e["pooled"], "`pooled`") if "pooled" in e else True,
        exempt(reader, e),
    )


def _window(reader: Reader, e: Entries) -> tuple[int, CapWindow]:
    if "days" in e and "calendar" in e:
        at = e.keys["calendar"]
        reader.add(at, "bad-directive.both-windows", key="days", other="calendar")
    elif "days" not in e and "calendar" not in e:
        reader.add(e.at, "missing-key.window")
    if "calendar" in e:
        return _WINDOWS[reader.word(e["calendar"], "window", CalendarWindow)]
    return reader.whole(e["days"], "`days`", 1, 366), CapWindow.DAYS
