"""Reads `fields`: facts that the lender imports with its accounts, beyond the built-in ones."""

from enum import StrEnum

from strategy.rules.catalogue import MOST_CENTS, Field, FieldKind
from strategy.rules.reader import Entries, Reader
from strategy.rules.source import Hole, Item, Table

NAME = ("[a-z][a-z0-9]*(_[a-z0-9]+)*", "collector")
_CHOICE = ("[a-z][a-z0-9]*([-_][a-z0-9]+)*", "debt_buyer")
_EXTREME = 10**15


class FieldType(StrEnum):
    """How the type of a field is written."""

    WHOLE = "whole"
    MONEY = "money"
    FLAG = "flag"
    CHOICE = "choice"
    CODE = "code"


_KIND = {one: FieldKind[one.name] for one in FieldType}
_OWN_KEYS = {
    FieldType.WHOLE: ("unit", "low", "high"),
    FieldType.CHOICE: ("choices", "words"),
    FieldType.CODE: ("pattern",),
}


def read_field(reader: Reader, item: Item) -> Field:
    """One declared field, an attribute of accounts."""
    own = ("unit", "low", "high", "choices", "words", "pattern")
    e = reader.entries(item, "a field", ("name", "type", "about", "en", "zh"), own)
    kind = reader.word(e["type"], "type", FieldType)
    if "type" in e:
        for key in own:
            if key in e and key not in _OWN_KEYS.get(kind, ()):
                reader.add(e.keys[key], "unknown-key.not-here", thing=f"a {kind} field", key=key)
    choices: tuple[str, ...] = ()
    if kind is FieldType.CHOICE and "type" in e:
        if "choices" not in e:
            reader.add(item, "missing-key", thing="a choice field", key="choices")
        listed = reader.items(e["choices"], "`choices`")
        choices = tuple(reader.text(one, "choice", *_CHOICE) for one in listed)
    low, high = _bounds(reader, e, kind)
    return Field(
        reader.text(e["name"], "field name", *NAME),
        _KIND[kind],
        reader.text(e["about"], "`about`"),
        reader.text(e["unit"], "`unit`") if "unit" in e else "",
        low,
        high,
        choices,
        reader.text(e["pattern"], "`pattern`") if "pattern" in e else "",
        reader.text(e["en"], "`en`"),
        reader.text(e["zh"], "`zh`"),
        _words(reader, e, choices),
        attribute=True,
    )


def _bounds(reader: Reader, e: Entries, kind: FieldType) -> tuple[int, int]:
    if kind is FieldType.MONEY:
        return 0, MOST_CENTS
    if kind is not FieldType.WHOLE:
        return 0, 0
    low = reader.whole(e["low"], "`low`", -_EXTREME, _EXTREME) if "low" in e else 0
    high = reader.whole(e["high"], "`high`", -_EXTREME, _EXTREME) if "high" in e else 1_000_000
    if low > high:
        reader.add(e.keys.get("high", e.keys["low"]), "out-of-range.bounds")
    return low, high


def _words(
    reader: Reader, e: Entries, choices: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    """(value, English, Chinese) of every choice; its own word where none is given."""
    said: dict[str, tuple[str, str]] = {}
    table = e["words"]
    if "words" in e and not isinstance(table, Table | Hole):
        reader.add(table, "wrong-type.words")
    for key, item in table.entries if isinstance(table, Table) else ():
        if key.value not in choices:
            reader.unknown(key, "choice", str(key.value), choices)
        phrase = reader.entries(item, f"`{key.value}`", ("en", "zh"))
        said[str(key.value)] = (
            reader.text(phrase["en"], "`en`"),
            reader.text(phrase["zh"], "`zh`"),
        )
    return tuple((value, *said.get(value, (value, value))) for value in choices)
