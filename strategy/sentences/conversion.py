"""A whole rule file in another form: YAML, English or Chinese, its comments included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import fill, indent
from typing import Any

from strategy.rules.catalogue import Catalogue
from strategy.rules.comment import Comment, yaml_comments
from strategy.rules.source import Item, Listing, Problems, RuleFile, Table
from strategy.rules.yaml_text import data, flow, list_item
from strategy.sentences.document import METADATA
from strategy.sentences.layout import split
from strategy.sentences.lexicon import Language
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


def form_of(file: RuleFile) -> Form:
    """What does not end like a file of sentences is YAML."""
    return next((form for form in Form if file.name.endswith(form.ending)), Form.YAML)


def convert(file: RuleFile, tree: Table, form: Form, fields: Catalogue) -> RuleFile:
    """The file, whose tree this is, in another form. Raises `InputError` for the rare text that no
    sentence can hold."""
    name = file.name.removesuffix(form_of(file).ending) + form.ending
    header, parts, after = _parts(tree, _comments(file))
    if form is Form.YAML:
        blocks = _as_yaml(header, parts)
    else:
        blocks = _as_sentences(header, parts, Writer(Language(form), fields))
    if after:
        blocks.append("\n".join(after))
    return RuleFile(name, "\n\n".join(blocks) + "\n")


def _comments(file: RuleFile) -> list[Comment]:
    form = form_of(file)
    if form is Form.YAML:
        return yaml_comments(file.text)
    return split(file, Language(form), Problems(file.name)).comments


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
