"""Whether sentences can tell the fields of a catalogue apart by their phrases.

The grammar takes the longest phrase that fits, so two fields of one name, or a name that begins
another one, would be mistaken for each other without a word.
"""

from collections.abc import Iterator

from strategy.rules.catalogue import Catalogue, Field, FieldKind
from strategy.sentences.grammar import phrase, words_of
from strategy.sentences.lexicon import Language

_JOINTS = {Language.EN: (" and ", " or ", " (if missing"), Language.ZH: ("且", "或", "（缺失时")}
_KEYWORDS = {Language.EN: "it is not so that", Language.ZH: "并非"}
_NOT_IN_WORDS = {Language.EN: ",[]#", Language.ZH: "、，#"}


def clashes(fields: Catalogue, language: Language) -> Iterator[tuple[str, str]]:
    """(What is wrong, how to mend it), in the language of the sentences."""
    english = language is Language.EN
    key = "`en`" if english else "`zh`"
    remedy = f"give one of them another {key}" if english else f"请为其中一个换一个{key}"
    named = sorted((phrase(f, language), f.name, f) for f in fields.values())
    for index, (words, name, field) in enumerate(named):
        if not _can_begin(words, language):
            what = f"`{words}` cannot name the field `{name}`"
            yield what if english else f"`{words}`不能用作字段`{name}`的名称", remedy
        for other_words, other, other_field in named[index + 1 :]:
            if not other_words.startswith(words):
                break
            rest = other_words.removeprefix(words)
            if not rest:
                what = f"the fields `{name}` and `{other}` are both called `{words}`"
                yield what if english else f"字段`{name}`和`{other}`同名：`{words}`", remedy
            elif not _same_terminal(field, other_field) or rest.startswith(_JOINTS[language]):
                what = f"`{other_words}` (`{other}`) begins with `{words}` (`{name}`)"
                zh = f"`{other_words}`（`{other}`）以`{words}`（`{name}`）开头"
                yield what if english else zh, remedy
    for field in fields.values():
        yield from _words(field, language, key)


def _words(field: Field, language: Language, key: str) -> Iterator[tuple[str, str]]:
    english = language is Language.EN
    seen: dict[str, str] = {}
    for value, pair in words_of(field).items():
        word = pair[0 if english else 1]
        first = seen.setdefault(word, value)
        if first != value:
            what = f"`{first}` and `{value}` of `{field.name}` are both called `{word}`"
            zh = f"字段`{field.name}`的`{first}`和`{value}`同名：`{word}`"
        elif any(sign in word for sign in _NOT_IN_WORDS[language]):
            what = f"`{word}` cannot stand in a list of words of `{field.name}`"
            zh = f"`{word}`不能用在字段`{field.name}`的列表里"
        else:
            continue
        yield (what, f"give it another {key}") if english else (zh, f"请换一个{key}")


def _same_terminal(one: Field, other: Field) -> bool:
    return one.kind is other.kind is not FieldKind.CHOICE


def _can_begin(words: str, language: Language) -> bool:
    return words[0].isalnum() and "#" not in words and not words.startswith(_KEYWORDS[language])
