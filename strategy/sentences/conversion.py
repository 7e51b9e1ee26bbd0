"""A whole rule file in another form: YAML, English or Chinese, its comments included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import fill, indent
from typing import Any

from strategy.rules.catalogue import Catalogue
from strategy.rules.comment import Comment
from strategy.rules.language import Language
from strategy.rules.source import Item, Listing, RuleFile, Table
from strategy.rules.yaml_text import data, flow, list_item
from strategy.sentences.document import METADATA
from strategy.sentences.write import Writer


@dataclass(slots=True)
class _Part:
    """An entry of the header or an item of a list, from its first line to its last."""

    kind: str
    said: dict[str, Any]
    first: int
    last: int
    comments: list[str] = field(default_factory=list)


class Form(StrEnum):
    """How a whole file can be written."""

    YAML = "yaml"
    EN = "en"
    ZH = "zh"

    @property
    def ending(self) -> str:
        return ".yaml" if self is Form.YAML else f".{self}.txt"


Source = tuple[Table, Sequence[Comment]]
"""The tree of a file, and its comments."""


def convert(name: str, sources: Sequence[Source], form: Form, fields: Catalogue) -> RuleFile:
    """The file of this name in another form. Of a workbook there is a source for each sheet; their
    headers agree, and the first is written. Raises `InputError` for the rare text that no sentence
    can hold."""
    for other in Form:
        name = name.removesuffix(other.ending)
    header, parts, after = _parts(*sources[0])
    for source in sources[1:]:
        more_header, more, more_after = _parts(*source)
        more[0].comments[:0] = [*after, *_above(more_header)]
        parts, after = parts + more, more_after
    if form is Form.YAML:
        blocks = _as_yaml(header, parts)
    else:
        blocks = _as_sentences(header, parts, Writer(Language(form), fields))
    if after:
        blocks.append("\n".join(after))
    return RuleFile(name + form.ending, "\n\n".join(blocks) + "\n")


def _as_sentences(header: list[_Part], parts: list[_Part], writer: Writer) -> list[str]:
    items = [[*part.comments, writer.item(part.kind, part.said)] for part in parts]
    top = [*_above(header), writer.header(_joined(header))]
    return ["\n".join(block) for block in (top, *items)]


def _as_yaml(header: list[_Part], parts: list[_Part]) -> list[str]:
    """The header, and the lists in the order in which they begin."""
    top = [*_above(header), *(_key(key, value) for key, value in _joined(header).items())]
    blocks = ["\n".join(top)]
    for kind in dict.fromkeys(part.kind for part in parts):
        items = ["\n".join(_item(part)) for part in parts if part.kind == kind]
        blocks.append(f"{kind}:\n" + ("\n\n" if kind == "rules" else "\n").join(items))
    return blocks


def _key(key: str, value: Any) -> str:
    """A key of the header; a list that is too long for one line is broken into several."""
    line = f"{key}: {flow(value)}"
    if len(line) <= 100 or not isinstance(value, list):
        return line
    codes = indent(fill(", ".join(map(flow, value)), 95, break_on_hyphens=False), "    ")
    return f"{key}:\n  [\n{codes},\n  ]"


def _item(part: _Part) -> Iterator[str]:
    yield from (f"  {comment}" for comment in part.comments)
    yield list_item(part.said, one_line=part.kind != "rules")


def _parts(tree: Table, comments: Sequence[Comment]) -> tuple[list[_Part], list[_Part], list[str]]:
    """The header, the items in the order of the file, and the comments below all of them.

    A comment goes above what it stands in or beside, else above what follows it.
    """
    header: list[_Part] = []
    parts: list[_Part] = []
    for key, value in tree.entries:
        if key.value in METADATA and isinstance(value, Listing):
            parts += [_Part(str(key.value), data(o), o.line, _last(o)) for o in value.items]
        else:
            said = {str(key.value): data(value)}
            header.append(_Part("", said, key.line, _last(value)))
    parts.sort(key=lambda part: part.first)
    everything = sorted([*header, *parts], key=lambda part: part.first)
    after: list[str] = []
    for comment in comments:
        part = next((part for part in everything if part.last >= comment.line), None)
        (after if part is None else part.comments).append(comment.text)
    return header, parts, after


def _above(header: Iterable[_Part]) -> list[str]:
    return [comment for part in header for comment in part.comments]


def _joined(header: Iterable[_Part]) -> dict[str, Any]:
    return {key: value for part in header for key, value in part.said.items()}


def _last(item: Item) -> int:
    """The last line on which something of it begins."""
    if isinstance(item, Table):
        below: list[Item] = [one for key, value in item.entries for one in (key, value)]
    else:
        below = list(item.items) if isinstance(item, Listing) else []
    return max([item.line, *map(_last, below)])
