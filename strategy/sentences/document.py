"""What stands in a file beside its sentences: the header, and the metadata below each of them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from strategy.rules.language import Language
from strategy.rules.say import closest
from strategy.rules.source import Hole, Item, Listing, Problems, Scalar, Table

Keys = Mapping[str, tuple[str, str]]
"""Key of a rule file → (English, Chinese)."""

HEADER: Keys = {
    "pack": ("pack", "规则包"),
    "kind": ("kind", "类型"),
    "jurisdictions": ("jurisdictions", "法域"),
    "reason": ("reason", "原因"),
}
META: Keys = {
    "title": ("title", "标题"),
    "force": ("force", "效力"),
    "citation": ("citation", "依据"),
    "confidence": ("confidence", "可信度"),
    "owner": ("owner", "负责人"),
    "note": ("note", "备注"),
    "valid_from": ("valid from", "生效日"),
    "valid_to": ("valid to", "失效日"),
}
OPENERS: Keys = {
    "fields": ("field", "字段"),
    "calendars": ("calendar", "日历"),
    "segments": ("segment", "分群"),
    "scripts": ("script", "话术"),
}
"""How the sentences of each list begin; a sentence that begins otherwise is a rule."""
METADATA: Mapping[str, Keys] = {
    "rules": META,
    "segments": {key: META[key] for key in ("title", "note")},
    "scripts": {
        "title": META["title"],
        "persona": ("persona", "人设"),
        "lift_bp": ("lift", "提升"),
        "complaint_bp": ("complaint risk", "投诉风险"),
        "note": META["note"],
    },
    "fields": {
        "about": ("about", "说明"),
        "unit": ("unit", "单位"),
        "pattern": ("pattern", "格式"),
        "en": ("english", "英文"),
        "zh": ("chinese", "中文"),
    },
    "calendars": {
        "title": META["title"],
        "source": ("source", "来源"),
        "note": META["note"],
    },
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
PERCENT = ("lift_bp", "complaint_bp")
"""Keys whose basis points are written in percent."""

_THINGS = {
    "rules": "a rule",
    "segments": "a segment",
    "scripts": "a script",
    "fields": "a field",
    "calendars": "a calendar",
}
_PAIR = re.compile(r"(\s*)([^:：]+?)\s*[:：]\s*(.*?)\s*")
_OF_CHOICE = re.compile(r"(english|chinese) of (\S+)|(\S+)的(英文|中文)")
_OF = " of "
"""Parts the language and the choice in the key of a phrase until all of them are known."""
_PERCENT = re.compile(r"(0|[1-9][0-9]{0,3})(?:\.([0-9]{1,2}))?[%％]")


def entry(line: str, number: int, known: Keys, problems: Problems) -> tuple[Scalar, Item] | None:
    """The key and value on a line; None where it begins with no key that is known here."""
    found = _PAIR.fullmatch(line)
    if found is None:
        return None
    side = 0 if problems.speech.language is Language.EN else 1
    keys = {pair[side]: key for key, pair in known.items()}
    word, place = found[2], (number, found.start(2) + 1)
    column = found.start(3) + 1
    value = Scalar(_text(found[3]), number, column, plain=False)
    choice = _OF_CHOICE.fullmatch(word)
    if choice is not None and "en" in known:
        said = keys[choice[1] or choice[4]]
        return Scalar(said + _OF + (choice[2] or choice[3]), *place), value
    if word not in keys:
        return None
    key = keys[word]
    if key == "jurisdictions":
        codes = re.split(r"[,，、]\s*", found[3])
        return Scalar(key, *place), Listing(
            tuple(Scalar(c, number, column) for c in codes), number, column
        )
    if key in PERCENT:
        return Scalar(key, *place), _basis_points(value, problems)
    spoken = {WORDS[one][side]: one for one in TRANSLATED.get(key, ())}
    said_so = spoken.get(str(value.value), value.value)
    return Scalar(key, *place), Scalar(said_so, number, column, plain=False)


def together(
    entries: Sequence[tuple[Scalar, Item]], problems: Problems
) -> list[tuple[Scalar, Item]]:
    """The entries, the words of choices in one table; one that is repeated is a problem."""
    found: dict[str, tuple[Scalar, Item]] = {}
    for key, value in entries:
        first = found.setdefault(str(key.value), (key, value))[0]
        if first is not key:
            problems.add(key, "duplicate-key.line", line=first.line)
    words: dict[str, Table] = {}
    for name in [name for name in found if _OF in name]:
        key, value = found.pop(name)
        said, choice = name.split(_OF)
        place = key.line, key.column
        one = words.get(choice, Table((), *place))
        words[choice] = replace(one, entries=(*one.entries, (Scalar(said, *place), value)))
    if words:
        phrases = tuple((Scalar(name, one.line, one.column), one) for name, one in words.items())
        at = phrases[0][0].line, phrases[0][0].column
        found["words"] = Scalar("words", *at), Table(phrases, *at)
    return list(found.values())


def root(
    header: Sequence[tuple[Scalar, Item]], language: Language, lists: Mapping[str, Sequence[Table]]
) -> Table:
    """The tree of the file, as of YAML that is told its mistakes in this language."""
    schema = Scalar("schema", 1, 1), Scalar("collections-rules/1", 1, 1)
    entries: list[tuple[Scalar, Item]] = [schema, *header]
    if language is not Language.EN:
        entries.append((Scalar("language", 1, 1), Scalar(language.value, 1, 1)))
    for key, items in lists.items():
        if items:
            listed = Listing(tuple(items), items[0].line, items[0].column)
            entries.append((Scalar(key, 1, 1), listed))
    return Table(tuple(entries), 1, 1)


def unknown(at: Hole, word: str, kind: str, problems: Problems) -> None:
    """Where a line says `word: …`, below a sentence of that kind; `kind` empty: in the header."""
    side = 0 if problems.speech.language is Language.EN else 1
    known = METADATA[kind] if kind else HEADER
    meant = closest(word, (pair[side] for pair in known.values()))
    if kind:
        problems.add(at, "unknown-key.below", word=word, thing=_THINGS[kind], closest=meant)
    else:
        problems.add(at, "unknown-key.header", word=word, closest=meant)


def _text(written: str) -> str:
    """Text as it stands, or, where spaces or lines matter, in quotes as JSON has them."""
    if len(written) > 1 and written[0] == written[-1] == '"':
        try:
            return str(json.loads(written))
        except ValueError:
            pass
    return written


def _basis_points(value: Scalar, problems: Problems) -> Item:
    found = _PERCENT.fullmatch(str(value.value))
    if found is not None:
        points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        return Scalar(points, value.line, value.column)
    problems.add(value, "bad-text", thing="percentage", text=value.value, example="115%")
    return Hole(value.line, value.column)
