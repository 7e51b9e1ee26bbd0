"""Rule text into a tree that remembers where every word stands.

YAML 1.2 without its surprises: a repeated key, an anchor, a tag, a fraction, a date, an empty
value and a number such as `0755` are mistakes here. Nothing is ever constructed from the text.
"""

import re
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from strategy.rules.diagnostic import Diagnostic

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_CORE = "tag:yaml.org,2002:"


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
    """Collects the mistakes of one file.

    `sheet` is set where lines and columns are rows and columns of a spreadsheet. The cell is then
    named as well, after `sheet`: `Nights!C5`, or `C5` where that is empty.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Diagnostic] = []
        self.sheet: str | None = None

    def add(self, at: Item, code: str, what: str, remedy: str = "") -> None:
        if self.sheet is not None:
            what = f"{self.sheet}{column_letters(at.column)}{at.line}: {what}"
        self.found.append(Diagnostic(self.file, at.line, at.column, code, what, remedy))


def column_letters(column: int) -> str:
    """1 is `A`, 27 is `AA`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def parse(text: str, problems: Problems) -> Item:
    """The tree of one YAML document; what cannot be read becomes a `Hole` and a problem."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hole = Hole(mark.line + 1, mark.column + 1) if mark else Hole(1, 1)
        what = " ".join(part for part in (error.context, error.problem) if part)
        problems.add(hole, "syntax", what.replace("'<stream end>'", "the end of the file"))
        return hole
    except (YAMLError, ValueError) as error:
        problems.add(Hole(1, 1), "syntax", str(error).splitlines()[0])
        return Hole(1, 1)
    except RecursionError:
        problems.add(Hole(1, 1), "syntax", "lists or keys are nested too deeply")
        return Hole(1, 1)
    if root is None:
        problems.add(Hole(1, 1), "empty", "the file is empty")
        return Hole(1, 1)
    return _item(root, problems)


def _item(node: Node, problems: Problems) -> Item:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    here = Hole(line, column)
    if node.anchor is not None:
        problems.add(here, "anchor", "anchors and aliases are not used here", "write it out")
        return here
    if not str(node.tag).startswith(_CORE):
        problems.add(here, "tag", f"the tag `{node.tag}` is not used here", "remove it")
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
            problems.add(key, "wrong-type", "a key must be a word")
        elif key.value in entries:
            first = entries[key.value][0].line
            what = f"`{key.value}` stands here twice (first on line {first})"
            problems.add(key, "duplicate-key", what, "keep one of them")
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
        problems.add(here, "empty", "a value is missing here")
    elif kind == "int":
        remedy = "write digits only, without leading zeros"
        problems.add(here, "wrong-type", f"`{text}` is not a plain whole number", remedy)
    elif kind == "float":
        remedy = 'write a whole number, or an amount such as "500.00 CNY" in quotes'
        problems.add(here, "wrong-type", f"`{text}` has a fraction", remedy)
    elif kind == "bool":
        problems.add(here, "wrong-type", f"`{text}` is ambiguous", "write true or false")
    else:
        problems.add(here, "wrong-type", f"`{text}` could be read as a {kind}", "put it in quotes")
    return here
