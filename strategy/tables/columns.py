"""What each column of a table means, from the row that names them."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from strategy.rules.catalogue import Catalogue, Field
from strategy.rules.language import Language, Speech
from strategy.rules.source import Hole, Problems, column_letters
from strategy.sentences.document import META
from strategy.sentences.grammar import phrase
from strategy.sentences.words import speech_of_sentences
from strategy.tables.grid import ID, THEN, folded

NEEDED = ("id", "title", "then")
KEYS: Mapping[str, tuple[str, str]] = {"id": ID, "then": THEN, **META}

Columns = Mapping[int, Field | str | None]
"""Column → the field it asks, the key of a rule that it holds, or None where that is a mistake."""


def read_columns(row: list[str], line: int, fields: Catalogue, problems: Problems) -> Columns:
    """Every column with a heading; what is wrong with a heading is told once."""
    headings = _Headings(line, fields, problems)
    columns = {number: headings.meaning(number, cell) for number, cell in enumerate(row, 1) if cell}
    for key in NEEDED:
        if key not in columns.values():
            problems.add(Hole(line, 1), "missing-key.column", key=key)
    return columns


def speech_of_tables(language: Language, fields: Catalogue) -> Speech:
    """As sentences speak, but for what a table has a column for."""
    speech = speech_of_sentences(language, tuple(fields.values()))
    side = 0 if language is Language.EN else 1
    columns = {key: pair[side] for key, pair in KEYS.items()}
    return replace(speech, words={**speech.words, **columns})


class _Headings:
    def __init__(self, line: int, fields: Catalogue, problems: Problems) -> None:
        self._line, self._problems = line, problems
        language = problems.speech.language
        self._seen: dict[str, int] = {}
        self._known: dict[str, dict[str, Field | str]] = {}
        self._words: dict[str, str] = {}
        for key, pair in KEYS.items():
            self._learn(f"`{problems.speech.word(key)}`", key, pair)
        for field in fields.values():
            phrases = [phrase(field, one) for one in Language]
            named = f"`{field.name}` ({phrase(field, language)})"
            self._learn(named, field, (field.name, *phrases))

    def _learn(self, named: str, means: Field | str, words: tuple[str, ...]) -> None:
        for word in words:
            self._known.setdefault(folded(word), {})[named] = means
            self._words[folded(word)] = word

    def meaning(self, number: int, heading: str) -> Field | str | None:
        at = Hole(self._line, number)
        meant = self._known.get(folded(heading), {})
        if not meant:
            self._unknown(at, heading)
            return None
        if len(meant) > 1:
            self._problems.add(at, "phrase-clash.column", word=heading, meant=list(meant))
            return None
        (name,) = meant
        first = self._seen.setdefault(name, number)
        if first != number:
            self._problems.add(at, "duplicate-key.column", letters=column_letters(first))
            return None
        return meant[name]

    def _unknown(self, at: Hole, heading: str) -> None:
        close = get_close_matches(folded(heading), self._words, n=1, cutoff=0.5)
        if close:
            meant = self._words[close[0]]
            self._problems.add(at, "unknown-key.column", word=heading, meant=meant)
        else:
            known = [f"`{self._problems.speech.word(key)}`" for key in KEYS]
            self._problems.add(at, "unknown-key.strange-column", word=heading, known=known)
