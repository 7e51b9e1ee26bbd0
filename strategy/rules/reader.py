"""Reads typed values from the tree of a rule file, noting every mistake with its place.

A mistake is noted once and a harmless stand-in returned, so that reading goes on and one run
shows everything that is wrong. Files with a mistake never become rules, so no stand-in is used.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.local_time import LocalWindow
from strategy.rules.source import Hole, Item, Listing, Problems, Scalar, Table

Word = TypeVar("Word", bound=StrEnum)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def closest(word: str, known: Iterable[str]) -> str:
    """What the author may have meant, or everything there is."""
    known = list(known)
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}"


class Entries:
    """The entries of one table; a required key that is absent yields a `Hole`."""

    def __init__(self, at: Item, keys: dict[str, Scalar], values: dict[str, Item]) -> None:
        self.at, self.keys, self._values = at, keys, values

    def __getitem__(self, key: str) -> Item:
        return self._values.get(key, Hole(self.at.line, self.at.column))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


class Reader(Problems):
    """Typed reading. `what` names the thing in messages, as the author would call it."""

    def entries(
        self, item: Item, what: str, required: Collection[str], optional: Collection[str] = ()
    ) -> Entries:
        if not isinstance(item, Table):
            self._wrong(item, f"{what} must be keys with values")
            return Entries(Hole(item.line, item.column), {}, {})
        known = [*required, *optional]
        keys: dict[str, Scalar] = {}
        values: dict[str, Item] = {}
        for key, value in item.entries:
            if key.value in known:
                keys[str(key.value)], values[str(key.value)] = key, value
            else:
                self.unknown(key, "unknown-key", f"{what} has no key", str(key.value), known)
        for name in required:
            if name not in values:
                self.add(item, "missing-key", f"{what} needs `{name}`")
        return Entries(item, keys, values)

    def unknown(self, at: Item, code: str, what: str, word: str, known: Iterable[str]) -> None:
        self.add(at, code, f"{what} `{word}`", closest(word, known))

    def items(self, item: Item, what: str) -> tuple[Item, ...]:
        """The items of a list; a single value counts as a list of one."""
        if isinstance(item, Hole):
            return ()
        found = item.items if isinstance(item, Listing) else (item,)
        if not found:
            self.add(item, "empty", f"{what} is an empty list")
        return found

    def text(self, item: Item, what: str, pattern: str = "", example: str = "") -> str:
        value = item.value if isinstance(item, Scalar) else None
        if not isinstance(value, str):
            self._wrong(item, f"{what} must be text", "put it in quotes")
            return ""
        if not value.strip():
            self.add(item, "empty", f"{what} is empty")
        elif pattern and not re.fullmatch(pattern, value):
            self.add(item, "bad-text", f"`{value}` is no {what}", f"write it like `{example}`")
        return value

    def whole(self, item: Item, what: str, low: int, high: int) -> int:
        value = item.value if isinstance(item, Scalar) else None
        if type(value) is not int:
            self._wrong(item, f"{what} must be a whole number", f"from {low} to {high}, no quotes")
            return low
        if not low <= value <= high:
            self.add(item, "out-of-range", f"{what} is {value}, not from {low} to {high}")
            return low
        return value

    def day(self, item: Item, what: str, prefix: str = "") -> date | None:
        """A quoted local day, `2026-09-01`; `prefix` stands before what is written."""
        value = item.value if isinstance(item, Scalar) else None
        if isinstance(item, Hole):
            return None
        text = f"{prefix}{value}"
        try:
            if isinstance(value, str) and len(text) == 10:
                return date.fromisoformat(text)
        except ValueError:
            pass
        like = "2026-09-01"[len(prefix) :]
        self.add(item, "bad-date", f"{_shown(item)} is no {what}", f'write it like "{like}"')
        return None

    def flag(self, item: Item, what: str) -> bool:
        value = item.value if isinstance(item, Scalar) else None
        if not isinstance(value, bool):
            self._wrong(item, f"{what} must be true or false")
            return False
        return value

    def word(self, item: Item, what: str, words: type[Word]) -> Word:
        """One word of an enumeration."""
        first = next(iter(words))
        value = self.text(item, what)
        if not value:
            return first
        if value in list(words):
            return words(value)
        self.unknown(item, "unknown-word", f"unknown {what}", value, words)
        return first

    def words(self, item: Item, what: str, words: type[Word]) -> frozenset[Word]:
        """One word or a list of them, none twice."""
        found: set[Word] = set()
        for one in self.items(item, what):
            word = self.word(one, what, words)
            if word in found and isinstance(one, Scalar) and one.value == word:
                self.add(one, "duplicate-word", f"`{word}` stands in the list twice")
            found.add(word)
        return frozenset(found)

    def channels(self, item: Item) -> frozenset[Channel]:
        """`all`, `voice`, one channel, or a list of channels."""
        if isinstance(item, Scalar) and item.value == "all":
            return ALL_CHANNELS
        if isinstance(item, Scalar) and item.value == "voice":
            return VOICE
        return self.words(item, "channel", Channel)

    def window(self, item: Item) -> LocalWindow:
        """Two quoted local clock times; the first may be later: the window crosses midnight."""
        stand_in = LocalWindow(0, 1)
        if isinstance(item, Hole):
            return stand_in
        if not isinstance(item, Listing) or len(item.items) != 2:
            remedy = 'write two times in quotes: ["22:00", "08:00"]'
            self.add(item, "bad-time", "a window is a list of two times", remedy)
            return stand_in
        start, end = (self._clock(one) for one in item.items)
        if start is None or end is None:
            return stand_in
        if start == end:
            self.add(item, "bad-time", "the window starts and ends at the same time", "")
            return stand_in
        if start == 1440:
            self.add(item, "bad-time", "`24:00` can only end a window", 'write "00:00"')
            return stand_in
        return LocalWindow(start, end)

    def _clock(self, item: Item) -> int | None:
        """Minutes since midnight."""
        if isinstance(item, Hole):
            return None
        value = item.value if isinstance(item, Scalar) else ""
        if isinstance(item, Scalar) and isinstance(value, str) and not item.plain:
            if value == "24:00":
                return 1440
            if found := _CLOCK.fullmatch(value):
                return int(found[1]) * 60 + int(found[2])
        shown = f"`{value}`" if value != "" else "this"
        quoted = isinstance(item, Scalar) and not item.plain
        why = "is no time of day" if quoted else "is no time in quotes"
        self.add(item, "bad-time", f"{shown} {why}", 'write hours and minutes: "09:30"')
        return None

    def _wrong(self, item: Item, what: str, remedy: str = "") -> None:
        if isinstance(item, Hole):
            return  # said already
        self.add(item, "wrong-type", f"{what}, not {_shown(item)}", remedy)


def _shown(item: Item) -> str:
    if isinstance(item, Listing):
        return "a list"
    if not isinstance(item, Scalar):
        return "keys with values"
    return f"`{str(item.value).lower() if isinstance(item.value, bool) else item.value}`"
