"""Reads typed values from the tree of a rule file, noting every mistake with its place.

A mistake is noted once and a harmless stand-in returned, so that reading goes on and one run
shows everything that is wrong. Files with a mistake never become rules, so no stand-in is used.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import TypeVar

from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.local_time import LocalWindow
from strategy.rules.say import Text, closest
from strategy.rules.source import Hole, Item, Listing, Problems, Scalar, Table

Word = TypeVar("Word", bound=StrEnum)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


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
    """Typed reading. `thing` is what messages are about: a noun of `messages/things.py`, or a key
    in backquotes."""

    def entries(
        self, item: Item, thing: str, required: Collection[str], optional: Collection[str] = ()
    ) -> Entries:
        if not isinstance(item, Table):
            self._wrong(item, "wrong-type.table", thing=thing)
            return Entries(Hole(item.line, item.column), {}, {})
        known = [*required, *optional]
        keys: dict[str, Scalar] = {}
        values: dict[str, Item] = {}
        for key, value in item.entries:
            if key.value in known:
                keys[str(key.value)], values[str(key.value)] = key, value
            else:
                word = str(key.value)
                self.add(key, "unknown-key", thing=thing, key=word, closest=closest(word, known))
        for name in required:
            if name not in values:
                self.add(item, "missing-key", thing=thing, key=name)
        return Entries(item, keys, values)

    def unknown(self, at: Item, thing: str, word: str, known: Iterable[str]) -> None:
        self.add(at, "unknown-word", thing=thing, word=word, closest=closest(word, known))

    def items(self, item: Item, thing: str) -> tuple[Item, ...]:
        """The items of a list; a single value counts as a list of one."""
        if isinstance(item, Hole):
            return ()
        found = item.items if isinstance(item, Listing) else (item,)
        if not found:
            self.add(item, "empty.list", thing=thing)
        return found

    def text(self, item: Item, thing: str, pattern: str = "", example: str = "") -> str:
        value = item.value if isinstance(item, Scalar) else None
        if not isinstance(value, str):
            self._wrong(item, "wrong-type.text", thing=thing)
            return ""
        if not value.strip():
            self.add(item, "empty.text", thing=thing)
        elif pattern and not re.fullmatch(pattern, value):
            self.add(item, "bad-text", thing=thing, text=value, example=example)
        return value

    def whole(self, item: Item, thing: str, low: int, high: int) -> int:
        value = item.value if isinstance(item, Scalar) else None
        if type(value) is not int:
            self._wrong(item, "wrong-type.whole", thing=thing, low=low, high=high)
            return low
        if not low <= value <= high:
            self.add(item, "out-of-range", thing=thing, value=value, low=low, high=high)
            return low
        return value

    def day(self, item: Item, thing: str, prefix: str = "") -> date | None:
        """A quoted local day, `2026-09-01`; or, after a year as `prefix`, `09-01`."""
        value = item.value if isinstance(item, Scalar) else None
        if isinstance(item, Hole):
            return None
        text = f"{prefix}{value}"
        try:
            if isinstance(value, str) and len(text) == 10:
                return date.fromisoformat(text)
        except ValueError:
            pass
        if prefix:
            self.add(item, "bad-date.of-year", found=_shown(item), year=prefix.rstrip("-"))
        else:
            self.add(item, "bad-date", thing=thing, found=_shown(item))
        return None

    def flag(self, item: Item, thing: str) -> bool:
        value = item.value if isinstance(item, Scalar) else None
        if not isinstance(value, bool):
            self._wrong(item, "wrong-type.flag", thing=thing)
            return False
        return value

    def word(self, item: Item, thing: str, words: type[Word]) -> Word:
        """One word of an enumeration."""
        first = next(iter(words))
        value = self.text(item, thing)
        if not value:
            return first
        if value in list(words):
            return words(value)
        self.unknown(item, thing, value, words)
        return first

    def words(self, item: Item, thing: str, words: type[Word]) -> frozenset[Word]:
        """One word or a list of them, none twice."""
        found: set[Word] = set()
        for one in self.items(item, thing):
            word = self.word(one, thing, words)
            if word in found and isinstance(one, Scalar) and one.value == word:
                self.add(one, "duplicate-word", key=str(word))
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
            self.add(item, "bad-time.pair")
            return stand_in
        start, end = (self._clock(one) for one in item.items)
        if start is None or end is None:
            return stand_in
        if start == end:
            self.add(item, "bad-time.nothing")
            return stand_in
        if start == 1440:
            self.add(item, "bad-time.midnight")
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
        quoted = isinstance(item, Scalar) and not item.plain
        self.add(item, "bad-time.clock" if quoted else "bad-time.quotes", found=_shown(item))
        return None

    def _wrong(self, item: Item, message: str, **arguments: object) -> None:
        if isinstance(item, Hole):
            return  # said already
        text = item.value if isinstance(item, Scalar) and not item.plain else None
        found = f'`"{text}"`' if text is not None else _shown(item)
        self.add(item, message, found=found, **arguments)


def _shown(item: Item) -> Text:
    if isinstance(item, Listing):
        return Text("a list", "列表")
    if not isinstance(item, Scalar):
        return Text("keys with values", "键和值")
    shown = f"`{str(item.value).lower() if isinstance(item.value, bool) else item.value}`"
    return Text(shown, shown)
