"""Reads `cap`: what is counted, for whom, in which window, and how much of it is allowed."""

from enum import StrEnum

from strategy.domain.channel import VOICE, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Cap, CapKey, CapWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.reason import RuleRef
from strategy.rules.read_ban import exempt
from strategy.rules.reader import Entries, Reader

CAP_KEYS = ("days", "hours", "calendar", "uncounted", "kinds", "pooled", "exempt")
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
    length, window = _window(reader, e)
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
        length if window is CapWindow.DAYS else 0,
        window,
        uncounted,
        reader.words(e["kinds"], "kind", ContactKind) if "kinds" in e else frozenset(),
        reader.flag(e["pooled"], "`pooled`") if "pooled" in e else True,
        exempt(reader, e),
        length if window is CapWindow.HOURS else 0,
    )


def _window(reader: Reader, e: Entries) -> tuple[int, CapWindow]:
    given = [key for key in ("days", "hours", "calendar") if key in e]
    if len(given) > 1:
        reader.add(e.keys[given[1]], "bad-directive.both-windows", key=given[0], other=given[1])
    elif not given:
        reader.add(e.at, "missing-key.window")
    if "calendar" in e:
        return _WINDOWS[reader.word(e["calendar"], "window", CalendarWindow)]
    if "hours" in e:
        return reader.whole(e["hours"], "`hours`", 1, 744), CapWindow.HOURS
    return reader.whole(e["days"], "`days`", 1, 366), CapWindow.DAYS
