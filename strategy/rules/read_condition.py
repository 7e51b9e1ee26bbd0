"""Reads the `when` of a rule: `always`, or all / any / not over atoms."""

import re

from strategy.rules.atom import Atom, Between, OneOf
from strategy.rules.catalogue import BUILT_IN, Catalogue, Field, FieldKind
from strategy.rules.condition import ALWAYS, AllOf, AnyOf, Condition
from strategy.rules.reader import Entries, Reader
from strategy.rules.say import closest
from strategy.rules.source import Hole, Item, Listing, Scalar, Table

_JOINTS = ("all", "any", "not")
_COMPARISONS = ("gt", "ge", "lt", "le", "between")
_CODE_LIKE = {"currency": "CNY", "jurisdiction": "CN", "language": "zh"}
_MONEY = re.compile(r"([0-9]{1,12})\.([0-9]{2}) ([A-Z]{3})")


def read_condition(
    reader: Reader, item: Item, fires_on_missing: bool, catalogue: Catalogue = BUILT_IN
) -> Condition:
    """The condition over the fields of `catalogue`, with `not` pushed into the atoms.

    A missing value makes an atom `fires_on_missing` as it stands in the finished condition, also
    below `not`; an explicit `if_missing` speaks of the atom as it is written.
    """
    if isinstance(item, Scalar) and item.value == "always":
        return ALWAYS
    return _Conditions(reader, fires_on_missing, catalogue).read(item, negated=False)


class _Conditions:
    def __init__(self, reader: Reader, fires_on_missing: bool, catalogue: Catalogue) -> None:
        self.reader = reader
        self.fires_on_missing = fires_on_missing
        self.catalogue = catalogue

    def read(self, item: Item, negated: bool) -> Condition:
        if isinstance(item, Hole):
            return ALWAYS
        if not isinstance(item, Table):
            self.reader.add(item, "wrong-type.condition")
            return ALWAYS
        known = [*_JOINTS, *self.catalogue]
        entries = self.reader.entries(item, "a condition", (), (*known, "if_missing"))
        names = [name for name in entries if name != "if_missing"]
        if len(names) != 1:
            if len(item.entries) == len(list(entries)):  # otherwise the reader has said it
                self.reader.add(item, "bad-condition.several")
            return ALWAYS
        (name,) = names
        if name in self.catalogue:
            return self._atom(self.catalogue[name], entries, negated)
        if "if_missing" in entries:
            self.reader.add(entries.keys["if_missing"], "bad-condition.if-missing")
        if name == "not":
            return self.read(entries[name], not negated)
        if not isinstance(entries[name], Listing | Hole):
            self.reader.add(entries[name], "wrong-type.conditions", key=name)
            return ALWAYS
        parts = tuple(
            self.read(part, negated) for part in self.reader.items(entries[name], f"`{name}`")
        )
        if len(parts) == 1:
            return parts[0]
        return AllOf(parts) if (name == "all") is not negated else AnyOf(parts)

    def _atom(self, field: Field, entries: Entries, negated: bool) -> Atom:
        if_missing = self.fires_on_missing is not negated
        if "if_missing" in entries:
            if_missing = self.reader.flag(entries["if_missing"], "`if_missing`")
        value = entries[field.name]
        if field.kind in (FieldKind.WHOLE, FieldKind.MONEY):
            atom: Atom = self._between(field, value, if_missing)
        else:
            atom = self._one_of(field, value, if_missing)
        atom = atom.negated() if negated else atom
        if atom.if_missing is not self.fires_on_missing and "if_missing" in entries:
            self._reversed(entries)
        return atom

    def _reversed(self, entries: Entries) -> None:
        if not self.fires_on_missing:
            self.reader.add(entries.keys["if_missing"], "fails-open.relief", key="if_missing")

    def _between(self, field: Field, item: Item, if_missing: bool) -> Between:
        low = high = None
        currency = ""
        if isinstance(item, Table):
            entries = self.reader.entries(item, f"`{field.name}`", (), _COMPARISONS)
            if len(list(entries)) != 1 and len(item.entries) == len(list(entries)):
                self.reader.add(item, "bad-condition.comparisons")
            for word in entries:
                if word == "between":
                    low, high, currency = self._pair(field, entries[word])
                    continue
                number, currency = self._number(field, entries[word])
                if word in ("gt", "ge"):
                    low = number + (word == "gt")
                else:
                    high = number - (word == "lt")
        else:
            low, currency = self._number(field, item)
            high = low
        return Between(field, low, high, True, if_missing, currency)

    def _pair(self, field: Field, item: Item) -> tuple[int, int, str]:
        if not isinstance(item, Listing) or len(item.items) != 2:
            if not isinstance(item, Hole):
                self.reader.add(item, "wrong-type.pair")
            return 0, 0, ""
        (low, one), (high, other) = (self._number(field, value) for value in item.items)
        if low > high:
            self.reader.add(item, "bad-condition.reversed")
        if one != other:
            self.reader.add(item, "bad-money.currencies", one=one, two=other)
        return low, high, one

    def _number(self, field: Field, item: Item) -> tuple[int, str]:
        if field.kind is FieldKind.WHOLE:
            return self.reader.whole(item, f"`{field.name}`", field.low, field.high), ""
        if isinstance(item, Hole):
            return 0, ""
        value = item.value if isinstance(item, Scalar) else ""
        found = _MONEY.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.reader.add(item, "bad-money", key=field.name)
            return 0, ""
        return int(found[1]) * 100 + int(found[2]), found[3]

    def _one_of(self, field: Field, item: Item, if_missing: bool) -> OneOf:
        if isinstance(item, Table):
            entries = self.reader.entries(item, f"`{field.name}`", ("in",))
            values = self.reader.items(entries["in"], f"`{field.name}`")
        elif isinstance(item, Listing):
            self.reader.add(item, "wrong-type.one-value", key=field.name)
            values = ()
        else:
            values = (item,)
        words = {self._value(field, value) for value in values}
        if field.kind is FieldKind.FLAG and len(words) > 1:
            self.reader.add(item, "bad-condition.flag", key=field.name)
        return OneOf(field, tuple(sorted(words)), True, if_missing)

    def _value(self, field: Field, item: Item) -> str | bool:
        if field.kind is FieldKind.FLAG:
            return self.reader.flag(item, f"`{field.name}`")
        if field.kind is FieldKind.CODE:
            code = self.reader.text(item, f"`{field.name}`")
            if code and not re.fullmatch(field.pattern or ".*", code):
                example = _CODE_LIKE.get(field.name, field.pattern)
                self.reader.add(item, "bad-text.code", key=field.name, text=code, example=example)
            return code
        value = self.reader.text(item, f"`{field.name}`")
        if value and value not in field.choices:
            meant = closest(value, field.choices)
            self.reader.add(item, "unknown-word.value", key=field.name, word=value, closest=meant)
        return value
