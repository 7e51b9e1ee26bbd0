"""One row of a table: a rule of its own, whatever the other rows say."""

import re
from collections.abc import Callable
from dataclasses import replace

from strategy.rules.catalogue import Field, FieldKind
from strategy.rules.language import Language
from strategy.rules.source import Hole, Item, Listing, Problems, Scalar, Table
from strategy.sentences.reading import Reading
from strategy.tables.cell import is_any, is_day_or_time, question, then, truth
from strategy.tables.columns import NEEDED, Columns
from strategy.tables.grid import half_width
from strategy.tables.header import word_of

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?( 00:00(:00)?)?")


class Rows:
    """Reads the rows of one table."""

    def __init__(self, words: Reading, columns: Columns, problems: Problems) -> None:
        self._words, self._columns, self._problems = words, columns, problems

    def rule(self, line: int, row: list[str]) -> Table:
        """The rule, with a `Hole` for each cell that is not understood."""
        cells = dict(enumerate(row, 1))
        entries: list[tuple[Scalar, Item]] = []
        asked: list[Item] = []
        for column, means in self._columns.items():
            at, text = Hole(line, column), cells.pop(column, "")
            text = "" if is_any(text) else text
            if isinstance(means, Field):
                if text:
                    asked.append(self._question(means, text, at))
            elif means is not None and (text or means in NEEDED):
                entries.append((Scalar(means, line, column), self._value(means, text, at)))
        for column, text in cells.items():
            if text:
                self._problems.add(Hole(line, column), "no-heading.cell")
        for key in (key for key in NEEDED if key not in self._columns.values()):
            entries.append((Scalar(key, line, 1), Hole(line, 1)))  # told at the heading
        entries.insert(0, (Scalar("when", line, 1), _all(asked, line)))
        return Table(tuple(entries), line, 1)

    def _question(self, field: Field, text: str, at: Hole) -> Item:
        if is_day_or_time(text):
            return self._refused(at, "wrong-type.made-a-date", text=text)
        if field.kind is not FieldKind.FLAG:
            return self._parsed(self._words.asked, question(field, text, self._language), at)
        said = truth(text)
        if said is None:
            return self._refused(at, "wrong-type.yes-or-no", text=text)
        key, value = Scalar(field.name, at.line, at.column), Scalar(said, at.line, at.column)
        return Table(((key, value),), at.line, at.column)

    def _value(self, key: str, text: str, at: Hole) -> Item:
        if not text:
            return self._refused(at, "empty.cell", row=at.line, key=key)
        if key == "then":
            return self._parsed(self._words.then, then(text, self._language), at)
        if key == "id":
            text = half_width(text)
        elif key.startswith("valid") and (found := _DAY.fullmatch(half_width(text))):
            year, month, day = (int(part) for part in found.groups()[:3])
            text = f"{year}-{month:02}-{day:02}"
        return Scalar(word_of(key, " ".join(text.split())), at.line, at.column, plain=False)

    def _parsed(self, read: Callable[[str, Problems], Item | None], text: str, at: Hole) -> Item:
        """What the grammar makes of the text; all of it stands in the cell."""
        inside = Problems(self._problems.file)
        inside.speech = self._problems.speech
        found = read(text, inside)
        for one in inside.found:
            self._problems.take(one, at)
        return at if found is None else _placed(found, at)

    @property
    def _language(self) -> Language:
        return self._problems.speech.language

    def _refused(self, at: Hole, message: str, **arguments: object) -> Hole:
        """The place, to stand in the tree for what is wrong there."""
        self._problems.add(at, message, **arguments)
        return at


def _all(asked: list[Item], line: int) -> Item:
    if not asked:
        return Scalar("always", line, 1)
    if len(asked) == 1:
        return asked[0]
    first = asked[0]
    both = Listing(tuple(asked), first.line, first.column)
    return Table(((Scalar("all", first.line, first.column), both),), first.line, first.column)


def _placed(item: Item, at: Hole) -> Item:
    line, column = at.line, at.column
    match item:
        case Scalar():
            return _word(item, at)
        case Listing():
            return Listing(tuple(_placed(one, at) for one in item.items), line, column)
        case Table():
            entries = ((_word(key, at), _placed(one, at)) for key, one in item.entries)
            return Table(tuple(entries), line, column)
        case Hole():
            return at


def _word(word: Scalar, at: Hole) -> Scalar:
    return replace(word, line=at.line, column=at.column)
