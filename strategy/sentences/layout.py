"""A file of sentences line by line: its header, its sentences with their metadata, its comments."""

import re
from dataclasses import dataclass, field

from strategy.rules.comment import Comment
from strategy.rules.language import Language, Speech
from strategy.rules.source import Hole, Item, Problems, RuleFile, Scalar
from strategy.sentences.document import HEADER, METADATA, OPENERS, entry, together, unknown

_COMMENT = re.compile(r'(?P<text>(?:[^"“#]|"[^"]*"|“[^”]*”|["“])*)(?P<comment>#.*)?')


@dataclass(slots=True)
class Sentence:
    """One sentence as written, the list that it belongs to, where it starts, and its metadata."""

    text: str
    kind: str
    line: int
    column: int
    meta: list[tuple[Scalar, Item]] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """What a file holds, in the order in which it stands there."""

    header: list[tuple[Scalar, Item]] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


def sentence_comments(file: RuleFile, language: Language) -> list[Comment]:
    """The comments of a file that can be read, top to bottom."""
    problems = Problems(file.name)
    problems.speech = Speech(language)
    return split(file, problems).comments


def split(file: RuleFile, problems: Problems) -> Layout:
    """The parts of a file; a line that is none is a problem. A comment is a line of its own, or
    stands beside a sentence: in a title or a note `#` is text.
    """
    language = problems.speech.language
    found = Layout()
    open_one: Sentence | None = None
    stop = "." if language is Language.EN else "。"
    for number, line in enumerate(file.text.removeprefix("\ufeff").splitlines(), 1):
        line = line.rstrip()
        if line.lstrip().startswith("#"):
            found.comments.append(Comment(number, line.lstrip()))
            continue
        if not line:
            continue
        column = len(line) - len(line.lstrip()) + 1
        last = found.sentences[-1] if found.sentences else None
        one = None
        if open_one is None or column > 1:  # below an unfinished sentence its metadata ends it
            keys = METADATA[last.kind] if last else HEADER
            one = entry(line, number, keys, problems)
        if one is not None:
            (last.meta if last else found.header).append(one)
            open_one = None
            continue
        kind = _kind(line, language)
        misplaced = column > 1 if last else kind == "rules" and _is_pair(line, stop)
        if open_one is None and misplaced:
            word = re.split("[:：]", line)[0].strip()
            unknown(Hole(number, column), word, last.kind if last else "", problems)
            continue
        said, comment = _apart(line)
        if comment:
            found.comments.append(Comment(number, comment))
        if open_one is not None:
            open_one.text += "\n" + said
        else:
            open_one = Sentence(said.lstrip(), kind, number, column)
            found.sentences.append(open_one)
        if said.endswith(stop):
            open_one = None
    found.header = together(found.header, problems)
    for sentence in found.sentences:
        sentence.meta = together(sentence.meta, problems)
    return found


def name_of(sentence: Sentence) -> str:
    """The name of what the sentence declares, also where the rest of it is not understood."""
    found = re.match(r"\s*(?:[A-Za-z]+\s+|[\u4e00-\u9fff]+\s*)([^\s:：]+)", sentence.text)
    return found[1] if found else ""


def _kind(line: str, language: Language) -> str:
    side, said = (0, line.strip().lower()) if language is Language.EN else (1, line.strip())
    after = r"\s+\S" if language is Language.EN else r"\s*[A-Za-z0-9]"
    opened = (kind for kind, pair in OPENERS.items() if re.match(pair[side] + after, said))
    return next(opened, "rules")


def _apart(line: str) -> tuple[str, str]:
    """A line of a sentence, and the comment beside it; between quotes `#` is text."""
    found = _COMMENT.fullmatch(line)
    assert found is not None
    return found["text"].rstrip(), found["comment"] or ""


def _is_pair(line: str, stop: str) -> bool:
    """Whether a line before the first sentence was meant for the header."""
    pair = re.fullmatch(r"[^\W\d]+( [^\W\d]+)?\s*[:：].*", line)
    return pair is not None and not line.endswith(stop)
