"""The rows above the names of the columns: what the pack is called and what kind it is."""

import re
from dataclasses import replace

from strategy.rules.source import Hole, Item, Listing, Problems, Scalar
from strategy.sentences.document import TRANSLATED, WORDS
from strategy.tables.grid import HEADER, Grid, folded, half_width

_KEYS = {word: key for key, pair in HEADER.items() for word in pair}


def read_header(rows: Grid, problems: Problems) -> list[tuple[Scalar, Item]]:
    """A key in the first filled cell of a row, its value beside it."""
    found: dict[str, tuple[Scalar, Item]] = {}
    for line, row in enumerate(rows, 1):
        filled = [(column, cell) for column, cell in enumerate(row, 1) if cell]
        if not filled:
            continue
        (column, word), *values = filled
        at, key = Hole(line, column), _KEYS.get(folded(word))
        if key is None:
            problems.add(at, "unknown-key.above", word=word, known=list(HEADER))
        elif key in found:
            problems.add(at, "duplicate-key.above", word=word, row=found[key][0].line)
        else:
            found[key] = Scalar(key, line, column), _value(key, at, values, problems)
    return list(found.values())


def _value(key: str, key_at: Hole, values: list[tuple[int, str]], problems: Problems) -> Item:
    if not values:
        problems.add(key_at, "empty.beside")
        return key_at
    places = [
        Scalar(half_width(one), key_at.line, column, plain=False)
        for column, text in values
        for one in (re.split(r"[\s,，、;；]+", text) if key == "jurisdictions" else [text])
    ]
    if key == "jurisdictions":
        return Listing(tuple(places), places[0].line, places[0].column)
    if len(places) > 1:
        problems.add(Hole(key_at.line, places[1].column), "extra-cell")
    return replace(places[0], value=word_of(key, str(places[0].value)))


def word_of(key: str, text: str) -> str:
    """The word of rule files, where `text` is that word or what a language calls it."""
    spoken = {said: word for word in TRANSLATED.get(key, ()) for said in (word, *WORDS[word])}
    return spoken.get(half_width(text).casefold(), text)
