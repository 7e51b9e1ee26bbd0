"""Rule text into a tree that remembers where every word stands.

YAML 1.2 without its surprises: a repeated key, an anchor, a tag, a fraction, a date, an empty
value and a number such as `0755` are mistakes here. Nothing is ever constructed from the text.
"""

import re
from dataclasses import dataclass, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from strategy.rules.broken_yaml import broken
from strategy.rules.diagnostic import Diagnostic, diagnose
from strategy.rules.language import Speech, speech_of_yaml

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_CORE = "tag:yaml.org,2002:"
_MISREAD = {
    "int": "wrong-type.digits",
    "float": "wrong-type.fraction",
    "bool": "wrong-type.ambiguous",
    "timestamp": "wrong-type.date",
    "value": "wrong-type.unquoted",
}


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One rule file: a readable name such as `rules/cn/contact-time.yaml`, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word, whole number or truth value. `plain`: it stood there without quotes."""

    value: str | int | bool
    line: int
    column: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple["Item", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    entries: tuple[tuple[Scalar, "Item"], ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Hole:
    """Where something is missing or unreadable and that has been said already."""

    line: int
    column: int


Item = Scalar | Listing | Table | Hole


class Problems:
    """Collects the mistakes of one file. Who parses it says first how it speaks.

    `sheet` is set where lines and columns are rows and columns of a spreadsheet. The cell is then
    named as well, after `sheet`: `Nights!C5`, or `C5` where that is empty.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.speech = Speech()
        self.found: list[Diagnostic] = []
        self.sheet: str | None = None

    def add(self, at: Item, message: str, /, **arguments: object) -> None:
        """`message` is one of `MESSAGES`, such as `bad-time.midnight`."""
        found = diagnose(self.file, at.line, at.column, message, arguments, self.speech)
        self.take(found, at)

    def take(self, found: Diagnostic, at: Item) -> None:
        """What was found in a part of the file, told at this place."""
        found = replace(found, file=self.file, line=at.line, column=at.column)
        if self.sheet is not None:
            cell = f"{self.sheet}{column_letters(at.column)}{at.line}"
            found = replace(found, what=f"{cell}: {found.what}")
        self.found.append(found)


def column_letters(column: int) -> str:
    """1 is `A`, 27 is `AA`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def parse(text: str, problems: Problems) -> Item:
    """The tree of one YAML document; what cannot be read becomes a `Hole` and a problem."""
    problems.speech = speech_of_yaml(text)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        found = broken(error)
        hole = Hole(found.line, found.column)
        problems.add(hole, found.message, **found.arguments)
        return hole
    except ReaderError as error:
        before = text[: error.position]
        hole = Hole(before.count("\n") + 1, len(before) - before.rfind("\n"))
        problems.add(hole, "syntax.unprintable", character=f"U+{error.character:04X}")
        return hole
    except (YAMLError, ValueError) as error:
        problems.add(Hole(1, 1), "syntax.yaml", problem=str(error).splitlines()[0])
        return Hole(1, 1)
    except RecursionError:
        problems.add(Hole(1, 1), "syntax.deep")
        return Hole(1, 1)
    if root is None:
        problems.add(Hole(1, 1), "empty.file")
        return Hole(1, 1)
    return _item(root, problems)


def _item(node: Node, problems: Problems) -> Item:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    here = Hole(line, column)
    if node.anchor is not None:
        problems.add(here, "anchor")
        return here
    if not str(node.tag).startswith(_CORE):
        problems.add(here, "tag", tag=node.tag)
        return here
    if isinstance(node, ScalarNode):
        return _scalar(node, here, problems)
    if isinstance(node, SequenceNode):
        return Listing(tuple(_item(child, problems) for child in node.value), line, column)
    assert isinstance(node, MappingNode)
    entries: dict[str, tuple[Scalar, Item]] = {}
    for key_node, value_node in node.value:
        value = _item(value_node, problems)
        key = _item(key_node, problems)
        if isinstance(key, Hole):
            continue
        if not isinstance(key, Scalar) or not isinstance(key.value, str):
            problems.add(key, "wrong-type.key")
        elif key.value in entries:
            first = entries[key.value][0].line
            problems.add(key, "duplicate-key", word=key.value, line=first)
        else:
            entries[key.value] = key, value
    return Table(tuple(entries.values()), line, column)


def _scalar(node: ScalarNode, here: Hole, problems: Problems) -> Item:
    kind, text, plain = str(node.tag).removeprefix(_CORE), node.value, node.style is None
    if kind in ("str", "merge"):  # `<<` is an unknown key like any other
        return Scalar(text, here.line, here.column, plain)
    if kind == "int" and _WHOLE.fullmatch(text):
        return Scalar(int(text), here.line, here.column)
    if kind == "bool" and text in ("true", "false"):
        return Scalar(text == "true", here.line, here.column)
    if kind == "null":
        problems.add(here, "empty.value")
    elif kind in _MISREAD:
        problems.add(here, _MISREAD[kind], text=text)
    else:
        problems.add(here, "tag", tag=f"!!{kind}")
    return here
