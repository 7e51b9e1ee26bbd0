"""The cells of a table: CSV text to rows of trimmed texts, and what is common to all cells."""

import csv
import io
import re
from collections.abc import Iterator

from strategy.rules.comment import Comment
from strategy.rules.language import Language, Speech
from strategy.rules.source import Hole, Problems
from strategy.sentences import document

HEADER = {key: pair for key, pair in document.HEADER.items() if key != "reason"}
"""A closed pack has no rules, so it is no table."""
MAX_ROWS = 5_000
MAX_COLUMNS = 100
ID = ("id", "编号")
THEN = ("then", "则")

Grid = list[list[str]]
"""Rows of cells, both counted from 1 in places; a comment is an empty row."""

_FIRST_LINE = re.compile(r'^[,;\t ]*"?[^#",;\t\r\n ][^",;\t\r\n]*"?([,;\t])', re.MULTILINE)
_WIDE = {chr(code + 0xFEE0): chr(code) for code in range(ord("!"), ord("~") + 1)}
_PUNCTUATION = "（），；！？"  # these keep their width: the Chinese grammar asks for them
_HALF = str.maketrans({wide: half for wide, half in _WIDE.items() if wide not in _PUNCTUATION})


def read_grid(text: str, problems: Problems) -> Grid:
    """The rows up to the first one that cannot be read. The first line says what parts cells."""
    rows: Grid = []
    try:
        for cells in _cells(text):
            rows.append([] if is_comment(cells) else cells)
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as error:
        problems.speech = Speech(language_of(rows))
        problems.add(Hole(len(rows) + 1, 1), "syntax.quotes-of-cells", error=error)
    _check_size(rows, problems)
    return rows


def table_comments(text: str) -> list[Comment]:
    """The comments of a table that can be read, top to bottom; one may fill several cells."""
    return [
        Comment(line, " ".join(" ".join(row).split()))
        for line, row in enumerate(_cells(text), 1)
        if is_comment(row)
    ]


def is_comment(cells: list[str]) -> bool:
    """Whether the first cell that says something begins with `#`."""
    return next(filter(None, cells), "").startswith("#")


def heading_of(rows: Grid) -> int | None:
    """The index of the row that names the columns: the first with a word for `id` or `then`."""
    header = {word for pair in HEADER.values() for word in pair}
    for index, row in enumerate(rows):
        words = [folded(cell) for cell in row if cell]
        if words and words[0] not in header and {*ID, *THEN} & {*words}:
            return index
    return None


def language_of(rows: Grid) -> Language:
    """The language of the word for `then`; where there is none, that of the first cell."""
    index = heading_of(rows)
    words = [] if index is None else [folded(cell) for cell in rows[index]]
    for language, word in zip((Language.EN, Language.ZH), THEN, strict=True):
        if word in words:
            return language
    first = next((cell for row in rows for cell in row if cell), "")
    return Language.ZH if re.search("[\u4e00-\u9fff]", first) else Language.EN


def folded(cell: str) -> str:
    """A heading, however it is spelled: case, width, `_` for a space, `the`, a colon behind it."""
    words = half_width(cell).replace("_", " ").casefold().split()
    return " ".join(words).rstrip(": ").removeprefix("the ")


def half_width(text: str) -> str:
    """Full-width digits, letters and signs of comparison as those of the keyboard."""
    return text.translate(_HALF).replace("\u00a0", " ")


def _cells(text: str) -> Iterator[list[str]]:
    text = text.removeprefix("\ufeff")
    found = _FIRST_LINE.search(text)
    delimiter = found[1] if found else ","
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
        yield [cell.strip() for cell in row]


def _check_size(rows: Grid, problems: Problems) -> None:
    width = max(map(len, rows), default=0)
    if len(rows) <= MAX_ROWS and width <= MAX_COLUMNS:
        return
    problems.speech = Speech(language_of(rows))
    problems.add(Hole(1, 1), "too-big", rows=MAX_ROWS, columns=MAX_COLUMNS)
    del rows[MAX_ROWS:]
