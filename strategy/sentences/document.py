"""A file of sentences: its header, its sentences, and what is said below each of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from strategy.rules.language import Language
from strategy.rules.say import closest
from strategy.rules.source import Hole, Item, Listing, Problems, RuleFile, Scalar, Table

_PAIR = re.compile(r"(\s*)([^:：]{1,20}?)\s*[:：]\s*(.*?)\s*")
HEADER = {
    "pack": ("pack", "规则包"),
    "kind": ("kind", "类型"),
    "jurisdictions": ("jurisdictions", "法域"),
}
META = {
    "title": ("title", "标题"),
    "force": ("force", "效力"),
    "citation": ("citation", "依据"),
    "confidence": ("confidence", "可信度"),
    "owner": ("owner", "负责人"),
    "note": ("note", "备注"),
    "valid_from": ("valid from", "生效日"),
    "valid_to": ("valid to", "失效日"),
}
WORDS = {
    "law": ("law", "法律"),
    "house": ("house", "内部"),
    "closed": ("closed", "封闭"),
    "statute": ("statute", "法律"),
    "regulation": ("regulation", "规章"),
    "presumption": ("presumption", "推定"),
    "standard": ("standard", "标准"),
    "guideline": ("guideline", "指引"),
    "practice": ("practice", "惯例"),
    "primary": ("primary", "原文"),
    "secondary": ("secondary", "转引"),
}
TRANSLATED = {
    "kind": ("law", "house", "closed"),
    "force": ("statute", "regulation", "presumption", "standard", "guideline", "practice"),
    "confidence": ("primary", "secondary"),
}
"""Keys whose values have a word in each language."""


@dataclass(slots=True)
class Sentence:
    """One sentence as written, where it starts, and the metadata below it."""

    text: str
    line: int
    column: int
    meta: list[tuple[Scalar, Item]] = field(default_factory=list)


def split(
    file: RuleFile, language: Language, problems: Problems
) -> tuple[list[tuple[Scalar, Item]], list[Sentence]]:
    """Header entries and sentences; a line that is neither is a problem. A comment is a line of its
    own, or stands beside a sentence: in a title or a note `#` is text.
    """
    header: list[tuple[Scalar, Item]] = []
    sentences: list[Sentence] = []
    open_one: Sentence | None = None
    side = 0 if language is Language.EN else 1
    stop = "." if language is Language.EN else "。"
    for number, line in enumerate(file.text.removeprefix("\ufeff").splitlines(), 1):
        line = line.rstrip()
        if not line or line.lstrip().startswith("#"):
            continue
        column = len(line) - len(line.lstrip()) + 1
        known = META if sentences else HEADER
        entry = None
        if open_one is None or column > 1:  # below an unfinished sentence its metadata ends it
            entry = _entry(line, number, language, known)
        if entry is not None:
            (sentences[-1].meta if sentences else header).append(entry)
            open_one = None
            continue
        if open_one is None and (column > 1 if sentences else _is_pair(line)):
            word = re.split("[:：]", line)[0].strip()
            key = "unknown-key.header" if known is HEADER else "unknown-key.below"
            meant = closest(word, (pair[side] for pair in known.values()))
            problems.add(Hole(number, column), key, word=word, closest=meant)
            continue
        said = line.split("#")[0].rstrip()
        if open_one is not None:
            open_one.text += "\n" + said
        else:
            open_one = Sentence(said.lstrip(), number, column)
            sentences.append(open_one)
        if said.endswith(stop):
            open_one = None
    return header, sentences


def root(header: list[tuple[Scalar, Item]], rules: Iterator[Table] | list[Table]) -> Table:
    """The tree of the file, as of YAML. That there are no rules has been said already."""
    schema = Scalar("schema", 1, 1), Scalar("collections-rules/1", 1, 1)
    items = tuple(rules)
    listed = Listing(items, items[0].line, items[0].column) if items else Hole(1, 1)
    return Table((schema, *header, (Scalar("rules", 1, 1), listed)), 1, 1)


def _entry(
    line: str, number: int, language: Language, known: dict[str, tuple[str, str]]
) -> tuple[Scalar, Item] | None:
    found = _PAIR.fullmatch(line)
    side = 0 if language is Language.EN else 1
    keys = {pair[side]: key for key, pair in known.items()}
    if found is None or found[2] not in keys:
        return None
    key, column = keys[found[2]], found.start(3) + 1
    place = Scalar(key, number, found.start(2) + 1)
    if key == "jurisdictions":
        codes = re.split(r"[,，、]\s*", found[3])
        return place, Listing(tuple(Scalar(c, number, column) for c in codes), number, column)
    spoken = {WORDS[word][side]: word for word in TRANSLATED.get(key, ())}
    return place, Scalar(spoken.get(found[3], found[3]), number, column, plain=False)


def _is_pair(line: str) -> bool:
    """Whether a line before the first sentence was meant for the header."""
    return re.fullmatch(r"[^\W\d]+( [^\W\d]+)?\s*[:：].*", line) is not None
