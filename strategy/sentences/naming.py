"""Whether sentences can tell the fields of a catalogue apart by their phrases.

The grammar takes the longest phrase that fits, so two fields of one name, or a name that begins
another one, would be mistaken for each other without a word.
"""

from collections.abc import Iterator, Mapping

from strategy.rules.catalogue import Catalogue, Field, FieldKind
from strategy.rules.language import Language
from strategy.sentences.grammar import phrase, words_of

_JOINTS = {Language.EN: (" and ", " or ", " (if missing"), Language.ZH: ("且", "或", "（缺失时")}
_KEYWORDS = {Language.EN: "it is not so that", Language.ZH: "并非"}
_NOT_IN_WORDS = {Language.EN: ",[]#", Language.ZH: "、，#"}


Clash = tuple[str, Mapping[str, str]]
"""A message and its arguments."""


def clashes(fields: Catalogue, language: Language) -> Iterator[Clash]:
    """What cannot be told apart; `part` is the key that gives the phrase."""
    named = sorted((phrase(f, language), f.name, f) for f in fields.values())
    for index, (words, name, field) in enumerate(named):
        if not _can_begin(words, language):
            yield "phrase-clash.begins", {"phrase": words, "field": name, "part": language}
        for other_words, other, other_field in named[index + 1 :]:
            if not other_words.startswith(words):
                break
            rest = other_words.removeprefix(words)
            both = {"phrase": words, "field": name, "other_field": other, "part": language}
            if not rest:
                yield "phrase-clash.same", both
            elif not _same_terminal(field, other_field) or rest.startswith(_JOINTS[language]):
                yield "phrase-clash.prefix", {**both, "longer": other_words}
    for field in fields.values():
        yield from _words(field, language)


def _words(field: Field, language: Language) -> Iterator[Clash]:
    seen: dict[str, str] = {}
    for value, pair in words_of(field).items():
        word = pair[0 if language is Language.EN else 1]
        said = {"phrase": word, "field": field.name, "part": language}
        first = seen.setdefault(word, value)
        if first != value:
            yield "phrase-clash.words", {**said, "one": first, "two": value}
        elif any(sign in word for sign in _NOT_IN_WORDS[language]):
            yield "phrase-clash.list", said


def _same_terminal(one: Field, other: Field) -> bool:
    return one.kind is other.kind is not FieldKind.CHOICE


def _can_begin(words: str, language: Language) -> bool:
    return words[0].isalnum() and "#" not in words and not words.startswith(_KEYWORDS[language])
