"""Plain data as the text of a rule file in YAML."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from strategy.rules.source import Hole, Item, Listing, Scalar

_PLAIN = re.compile(r"[^\W\d]([\w ./·，；。（）-]*[\w.。）])?")
"""Text that begins with a letter and holds no sign that YAML could take for one of its own."""
_AMBIGUOUS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_FIRST = ("id", "name", "title")
_WIDTH = 100


def data(item: Item) -> Any:
    """The values in a tree without their places: dicts, lists, text, whole numbers, truth."""
    if isinstance(item, Scalar):
        return item.value
    if isinstance(item, Listing):
        return [data(one) for one in item.items]
    assert not isinstance(item, Hole)
    return {str(key.value): data(value) for key, value in item.entries}


def list_item(item: Mapping[str, Any], one_line: bool = False) -> str:
    """One item of a list such as `rules:`, indented by two spaces; `one_line` where it fits."""
    ordered = dict(sorted(item.items(), key=lambda entry: _rank(entry[0])))
    if one_line and len(flow(ordered)) <= _WIDTH - 4:
        return f"  - {flow(ordered)}"
    lines = [line for key, value in ordered.items() for line in _entry(key, value, 4)]
    return "  - " + "\n".join(lines).lstrip()


def flow(value: Any) -> str:
    """YAML on one line; text that could be read as anything else is quoted."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            plain = _PLAIN.fullmatch(value) and value.lower() not in _AMBIGUOUS
            return value if plain else _quoted(value)
        case Mapping():
            return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
        case _:
            return "[" + ", ".join(flow(one) for one in value) + "]"


def _rank(key: str) -> int:
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    """A key with its value on one line, or below it where it is too long for one."""
    line = f"{' ' * indent}{flow(key)}: {flow(value)}"
    if len(line) <= _WIDTH or not isinstance(value, Mapping | list):
        yield line
        return
    yield f"{' ' * indent}{flow(key)}:"
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _entry(inner, one, indent + 2)
    else:
        yield from (f"{' ' * indent}  - {flow(one)}" for one in value)


def _quoted(text: str) -> str:
    """In double quotes; what cannot be seen, or would end a line, is written as its number."""
    return "".join(
        f"\\U{ord(sign):08x}" if unicodedata.category(sign) in _UNSEEN else sign
        for sign in json.dumps(text, ensure_ascii=False)
    )
