"""What each column of a table means, from the row that names them."""

from collections.abc import Mapping
from difflib import get_close_matches

from strategy.rules.catalogue import Catalogue, Field
from strategy.rules.source import Hole, column_letters
from strategy.sentences.document import META
from strategy.sentences.grammar import phrase
from strategy.sentences.lexicon import Language
from strategy.tables.bilingual import Said, Teller
from strategy.tables.grid import ID, THEN, folded

NEEDED = ("id", "title", "then")
KEYS: Mapping[str, Said] = {"id": ID, "then": THEN, **META}

Columns = Mapping[int, Field | str | None]
"""Column → the field it asks, the key of a rule that it holds, or None where that is a mistake."""


def read_columns(row: list[str], line: int, fields: Catalogue, tell: Teller) -> Columns:
    """Every column with a heading; what is wrong with a heading is told once."""
    headings = _Headings(line, fields, tell)
    columns = {number: headings.meaning(number, cell) for number, cell in enumerate(row, 1) if cell}
    for key in NEEDED:
        if key not in columns.values():
            word = tell.word(KEYS[key])
            what = f"no column is called `{word}`", f"缺少`{word}`一列"
            tell.add(Hole(line, 1), "missing-key", what)
    return columns


class _Headings:
    def __init__(self, line: int, fields: Catalogue, tell: Teller) -> None:
        self._line, self._tell = line, tell
        self._seen: dict[str, int] = {}
        self._known: dict[str, dict[str, Field | str]] = {}
        self._words: dict[str, str] = {}
        for key, pair in KEYS.items():
            self._learn(f"`{tell.word(pair)}`", key, pair)
        for field in fields.values():
            phrases = [phrase(field, language) for language in Language]
            named = f"`{field.name}` ({phrase(field, tell.language)})"
            self._learn(named, field, (field.name, *phrases))

    def _learn(self, named: str, means: Field | str, words: tuple[str, ...]) -> None:
        for word in words:
            self._known.setdefault(folded(word), {})[named] = means
            self._words[folded(word)] = word

    def meaning(self, number: int, heading: str) -> Field | str | None:
        at = Hole(self._line, number)
        meant = self._known.get(folded(heading), {})
        if not meant:
            what = f"no column is called `{heading}`", f"没有叫`{heading}`的列"
            self._tell.add(at, "unknown-key", what, self._close(heading))
            return None
        if len(meant) > 1:
            what = (
                f"`{heading}` could mean {' or '.join(meant)}",
                f"`{heading}`可以指{'或'.join(meant)}",
            )
            remedy = "write a name that only one of them has", "请写只属于其中一个的名称"
            self._tell.add(at, "phrase-clash", what, remedy)
            return None
        (name,) = meant
        first = self._seen.setdefault(name, number)
        if first != number:
            letters = column_letters(first)
            what = f"column {letters} means the same", f"与 {letters} 列重复"
            self._tell.add(at, "duplicate-key", what, ("keep one of them", "请保留其中一列"))
            return None
        return meant[name]

    def _close(self, heading: str) -> Said:
        close = get_close_matches(folded(heading), self._words, n=1, cutoff=0.5)
        if close:
            word = self._words[close[0]]
            return f"did you mean `{word}`?", f"是否想写`{word}`？"
        return (
            "a column is a field, such as `days past due`, or one of "
            + ", ".join(f"`{english}`" for english, _ in KEYS.values()),
            "列可以是字段，如`逾期天数`，或" + "、".join(f"`{zh}`" for _, zh in KEYS.values()),
        )
