"""The rows above the names of the columns: what the pack is called and what kind it is."""

import re
from dataclasses import replace

from strategy.rules.source import Hole, Item, Listing, Scalar
from strategy.sentences.document import HEADER, TRANSLATED, WORDS
from strategy.tables.bilingual import Teller
from strategy.tables.grid import Grid, folded, half_width

_KEYS = {word: key for key, pair in HEADER.items() for word in pair}


def read_header(rows: Grid, tell: Teller) -> list[tuple[Scalar, Item]]:
    """A key in the first filled cell of a row, its value beside it."""
    found: dict[str, tuple[Scalar, Item]] = {}
    for line, row in enumerate(rows, 1):
        filled = [(column, cell) for column, cell in enumerate(row, 1) if cell]
        if not filled:
            continue
        (column, word), *values = filled
        at, key = Hole(line, column), _KEYS.get(folded(word))
        if key is None:
            words = "、".join(tell.word(pair) for pair in HEADER.values())
            what = f"`{word}` belongs in no header", f"表头没有`{word}`这一项"
            remedy = (
                f"known: {words.replace('、', ', ')}; begin a remark with `#`",
                f"可用：{words}；说明文字请以`#`开头",
            )
            tell.add(at, "unknown-key", what, remedy)
        elif key in found:
            first = found[key][0].line
            what = f"`{word}` stands in row {first} already", f"`{word}`与第 {first} 行重复"
            tell.add(at, "duplicate-key", what, ("keep one of them", "请保留其中一行"))
        else:
            found[key] = Scalar(key, line, column), _value(key, at, values, tell)
    return list(found.values())


def _value(key: str, key_at: Hole, values: list[tuple[int, str]], tell: Teller) -> Item:
    if not values:
        what = "a value is missing beside this cell", "这一格旁边没有填写"
        return tell.add(key_at, "empty", what)
    places = [
        Scalar(half_width(one), key_at.line, column, plain=False)
        for column, text in values
        for one in (re.split(r"[\s,，、;；]+", text) if key == "jurisdictions" else [text])
    ]
    if key == "jurisdictions":
        return Listing(tuple(places), places[0].line, places[0].column)
    if len(places) > 1:
        what = "only one value belongs here", "这里只能填一个值"
        tell.add(Hole(key_at.line, places[1].column), "extra-cell", what)
    return replace(places[0], value=word_of(key, str(places[0].value)))


def word_of(key: str, text: str) -> str:
    """The word of rule files, where `text` is that word or what a language calls it."""
    spoken = {said: word for word in TRANSLATED.get(key, ()) for said in (word, *WORDS[word])}
    return spoken.get(half_width(text).casefold(), text)
