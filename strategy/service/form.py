"""Reads the fields of a message and collects everything that is wrong with them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from types import TracebackType
from typing import Never, TypeVar, cast

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from strategy.domain.local_time import zone
from strategy.service.faults import BadMessage, FieldFault, quoted

E = TypeVar("E", bound=StrEnum)

MOST_CHARACTERS = 128
MOST_CENTS = 10**14
"""A million million of any currency; more is a mistake of unit."""

_LINE_ENDS = str.maketrans("\t\r\n", "   ")

_ABSENT: Never = cast(Never, None)
"""Stands for what could not be read. Nothing built on it leaves: `Form.__exit__` raises."""


class Form:
    """One message being read, as a context manager: `BadMessage` at its end tells every fault.

    No value is ever guessed: what is missing or wrong is a fault.
    """

    def __init__(self, path: str = "", faults: list[FieldFault] | None = None) -> None:
        self._path = path
        self._faults: list[FieldFault] = [] if faults is None else faults

    def __enter__(self) -> "Form":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is None and self._faults:
            raise BadMessage(tuple(self._faults))

    def part(self, name: str) -> "Form":
        """The form of a message inside this one; its faults are told with the others."""
        return Form(f"{self._path}{name}.", self._faults)

    def fault(self, field: str, what: str) -> None:
        self._faults.append(FieldFault(self._path + field, what))

    def text(self, field: str, value: str, most: int = MOST_CHARACTERS) -> str:
        """1 to `most` characters that can be printed."""
        if not value:
            self.fault(field, "is missing")
        elif len(value) > most:
            self.fault(field, f"has {len(value)} characters, at most {most}")
        elif not value.isprintable():
            self.fault(field, "has characters that cannot be printed")
        return value

    def document(self, field: str, value: str, most: int) -> str:
        """Lines of text, at most `most` characters."""
        self.text(field, value.translate(_LINE_ENDS), most)
        return value

    def optional_text(self, field: str, value: str) -> str | None:
        return self.text(field, value) if value else None

    def word(self, field: str, value: str, words: type[E]) -> E:
        """One of the words of a list."""
        with suppress(ValueError):
            return words(value)
        found = f"{quoted(value)} is unknown" if value else "is missing"
        self.fault(field, f"{found}; write one of {', '.join(words)}")
        return _ABSENT

    def optional_word(self, field: str, value: str, words: type[E], otherwise: E) -> E:
        """One of the words of a list; `otherwise` where nothing is written."""
        return self.word(field, value, words) if value else otherwise

    def choice(self, field: str, number: int, choices: Mapping[int, E]) -> E:
        """One of the values of a protobuf enum; unspecified and unknown numbers are faults."""
        if number in choices:
            return choices[number]
        found = f"has the unknown value {number}" if number else "is unspecified"
        self.fault(field, f"{found}; choose one of {', '.join(choices.values())}")
        return _ABSENT

    def optional_choice(self, field: str, number: int, choices: Mapping[int, E]) -> E | None:
        return self.choice(field, number, choices) if number else None

    def instant(self, field: str, message: Message) -> datetime:
        """A UTC instant; microseconds are kept, smaller parts are dropped."""
        if not message.HasField(field):
            self.fault(field, "is missing")
            return _ABSENT
        stamp: Timestamp = getattr(message, field)
        if 0 <= stamp.nanos < 1_000_000_000:
            with suppress(ValueError, OverflowError):
                return stamp.ToDatetime(tzinfo=UTC)
        self.fault(field, "is no valid instant")
        return _ABSENT

    def optional_instant(self, field: str, message: Message) -> datetime | None:
        return self.instant(field, message) if message.HasField(field) else None

    def day(self, field: str, value: str) -> date:
        """An ISO 8601 day."""
        with suppress(ValueError):
            if len(value) == len("2026-03-31"):
                return date.fromisoformat(value)
        found = f"{quoted(value)} is no day" if value else "is missing"
        self.fault(field, f"{found}; write it like `2026-03-31`")
        return _ABSENT

    def optional_day(self, field: str, value: str) -> date | None:
        return self.day(field, value) if value else None

    def cents(self, field: str, value: int) -> int:
        """Money that is not negative."""
        if value < 0:
            self.fault(field, "is negative")
        elif value > MOST_CENTS:
            self.fault(field, f"is more than {MOST_CENTS} cents")
        return value

    def zone(self, field: str, value: str) -> str:
        """A known IANA zone."""
        try:
            zone(value)
        except ValueError:
            self.fault(field, f"unknown time zone {quoted(value)}")
        return value
