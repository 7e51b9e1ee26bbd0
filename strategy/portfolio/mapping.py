"""A mapping file: which column becomes which field. Read whole, so that all faults show at once."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from strategy import marked_yaml
from strategy.domain.local_time import zone as iana_zone
from strategy.errors import InputError
from strategy.portfolio.import_fields import (
    ATTEMPT_FIELDS,
    FIELDS,
    FILLERS,
    Field,
    attribute_field,
)
from strategy.portfolio.protected import is_protected
from strategy.rules.catalogue import BUILT_IN, Catalogue

FORMAT = 1
_KEYS = (
    "format",
    "zone",
    "currency",
    "keep",
    "fields",
    "attributes",
    "attempts",
    "fill",
    "notes",
)


@dataclass(frozen=True, slots=True)
class Take:
    """Where a field's text comes from: exactly one of column, constant, row number.

    `row_number` is the prefix before the number. `codes` translates; a text that is not in it is
    unknown. `zero_below` takes negative money as 0. `place` is `file:line:col`.
    """

    place: str
    column: str | None = None
    constant: str | None = None
    row_number: str | None = None
    unit: str | None = None
    codes: dict[str, str] | None = None
    zero_below: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Rows to keep: the number in `column` is within [ge, le], or its text is one of `among`."""

    place: str
    column: str
    ge: int | None = None
    le: int | None = None
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """`zone` is the lender's calendar. `fill` names what is simulated. `attributes` are fields that
    rule files declare, as in `declared`. `attempts` reads the file of past attempts; empty: there
    is none."""

    zone: str
    currency: str
    keep: Keep | None
    fields: dict[str, Take]
    attributes: dict[str, Take]
    attempts: dict[str, Take]
    declared: Catalogue
    fill: tuple[str, ...]
    notes: tuple[str, ...]

    def columns(self) -> dict[str, str]:
        """Each column of the accounts used, with the place in the mapping that uses it first."""
        used = _columns([*self.fields.values(), *self.attributes.values()])
        return used | ({self.keep.column: self.keep.place} if self.keep else {})

    def attempt_columns(self) -> dict[str, str]:
        """The same for the file of past attempts."""
        return _columns(list(self.attempts.values()))


def _columns(takes: Sequence[Take]) -> dict[str, str]:
    return {take.column: take.place for take in reversed(takes) if take.column}


def read_mapping(path: Path, declared: Catalogue = BUILT_IN) -> Mapping:
    """`declared` are the fields of the rule files given, which `attributes` may fill.

    Raises `InputError` with `file:line:col` of every fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None
    tree = marked_yaml.load(text, str(path))
    if not isinstance(tree, CommentedMap):
        raise InputError(f"{path}:1:1", "must be a mapping with `fields`")
    parser = _Parser(path, {name: field for name, field in declared.items() if field.attribute})
    mapping = parser.mapping(tree)
    if parser.faults:
        first, *rest = parser.faults
        raise InputError(first[0], "; ".join([first[1], *(f"{p}: {what}" for p, what in rest)]))
    return mapping


class _Parser:
    """Walks the tree once and collects faults as (place, what)."""

    def __init__(self, path: Path, declared: Catalogue) -> None:
        self.path = path
        self.declared = declared
        self.faults: list[tuple[str, str]] = []

    def mapping(self, tree: CommentedMap) -> Mapping:
        self._known(tree, _KEYS)
        if tree.get("format") != FORMAT:
            self._fault(tree, "format", f"`format` must be {FORMAT}")
        zone = self._text(tree, "zone", required=True) or ""
        if zone:
            try:
                iana_zone(zone)
            except ValueError as error:
                self._fault(tree, "zone", str(error))
        fill = self._texts(tree, "fill")
        for filler in fill:
            if filler not in FILLERS:
                self._fault(tree, "fill", f"`{filler}` cannot be filled{_close(filler, FILLERS)}")
        return Mapping(
            zone,
            self._text(tree, "currency", required=True) or "",
            self._keep(tree),
            self._fields(tree, "fields", FIELDS, fill),
            self._attributes(tree),
            self._attempts(tree, fill),
            self.declared,
            fill,
            self._texts(tree, "notes"),
        )

    def _fields(
        self, tree: CommentedMap, key: str, fields: dict[str, Field], fill: tuple[str, ...]
    ) -> dict[str, Take]:
        node = tree.get(key)
        if not isinstance(node, CommentedMap):
            self._fault(tree, key, f"`{key}` must map each field to where it comes from")
            return {}
        self._known(node, tuple(fields))
        for name, field in fields.items():
            if name in node and field.filler in fill:
                self._fault(node, name, f"`{name}` has a source and is also filled: keep one")
            if field.required and name not in node and field.filler not in fill:
                or_fill = f", or `{field.filler}` under `fill`" if field.filler else ""
                self._fault(tree, key, f"`{name}` is missing: add it{or_fill}")
        return {n: self._take(node, n, fields[n]) for n in node if n in fields}

    def _attributes(self, tree: CommentedMap) -> dict[str, Take]:
        if "attributes" not in tree:
            return {}
        if not self.declared:
            what = "no rule file declares fields: give the folder that does with --rules"
            self._fault(tree, "attributes", what)
            return {}
        fields = {name: attribute_field(field) for name, field in self.declared.items()}
        return self._fields(tree, "attributes", fields, ())

    def _attempts(self, tree: CommentedMap, fill: tuple[str, ...]) -> dict[str, Take]:
        if "attempts" not in tree:
            return {}
        if "history" in fill:
            self._fault(tree, "attempts", "`history` is also filled: keep one")
        return self._fields(tree, "attempts", ATTEMPT_FIELDS, ())

    def _take(self, parent: CommentedMap, name: str, field: Field) -> Take:
        place, node = self._place(parent, name), parent[name]
        if not isinstance(node, CommentedMap):
            self._fault(parent, name, f"`{name}` must be like `{{column: NAME}}`")
            return Take(place)
        self._known(node, ("column", "constant", "row_number", "unit", "codes", "below_zero"))
        sources = [key for key in ("column", "constant", "row_number") if key in node]
        if len(sources) != 1:
            self._fault(parent, name, f"`{name}` needs one of column, constant, row_number")
        if "constant" in node and not field.constant:
            self._fault(node, "constant", f"`{name}` cannot be the same for every row")
        if "row_number" in node and not field.row_number:
            self._fault(node, "row_number", f"`{name}` cannot be a row number")
        self._unit(parent, name, node, field)
        rule = self._text(node, "below_zero")
        if "below_zero" in node and (rule != "zero" or "NT$" not in field.units):
            self._fault(node, "below_zero", "only money takes this rule, and only as `zero`")
        return Take(
            place,
            self._column(node),
            self._text(node, "constant"),
            self._text(node, "row_number"),
            self._text(node, "unit"),
            self._codes(node),
            rule == "zero",
        )

    def _unit(self, parent: CommentedMap, name: str, node: CommentedMap, field: Field) -> None:
        unit = node.get("unit")
        if field.units and unit not in field.units:
            key, holder = ("unit", node) if "unit" in node else (name, parent)
            self._fault(holder, key, f"`{name}` needs a `unit`: one of {', '.join(field.units)}")
        if unit is not None and not field.units:
            self._fault(node, "unit", f"`{name}` takes no unit")

    def _column(self, node: CommentedMap) -> str | None:
        column = self._text(node, "column")
        if column is not None and is_protected(column):
            self._fault(
                node,
                "column",
                f"`{column}` is a protected column: nothing may be derived from it; take it out",
            )
        return column

    def _codes(self, node: CommentedMap) -> dict[str, str] | None:
        codes = node.get("codes")
        if codes is None:
            return None
        if not isinstance(codes, CommentedMap) or not codes:
            self._fault(node, "codes", "`codes` must map each text of the source to a value")
            return None
        for key, value in codes.items():
            if not isinstance(key, str) or not isinstance(value, str):
                self._fault(codes, key, f"put quotes around `{key}` and its value: codes are text")
        return {str(key): str(value) for key, value in codes.items()}

    def _keep(self, tree: CommentedMap) -> Keep | None:
        node = tree.get("keep")
        if node is None:
            return None
        if not isinstance(node, CommentedMap):
            self._fault(tree, "keep", "`keep` must be like `{column: NAME, ge: 1}`")
            return None
        self._known(node, ("column", "ge", "le", "in"))
        column = self._column(node)
        if column is None:
            self._fault(tree, "keep", "`keep` needs a `column`")
        for bound in ("ge", "le"):
            if bound in node and type(node[bound]) is not int:
                self._fault(node, bound, f"`{bound}` must be a whole number")
        if ("in" in node) == ("ge" in node or "le" in node):
            self._fault(tree, "keep", "`keep` needs bounds (`ge`, `le`) or a list (`in`)")
        among = self._texts(node, "in") if "in" in node else None
        return Keep(self._place(tree, "keep"), column or "", node.get("ge"), node.get("le"), among)

    def _text(self, node: CommentedMap, key: str, *, required: bool = False) -> str | None:
        value = node.get(key)
        if key not in node:
            if required:
                self._fault(node, key, f"`{key}` is missing")
            return None
        if not isinstance(value, str) or not (value or key == "row_number"):
            self._fault(node, key, f"`{key}` must be text: put quotes around it")
            return None
        return str(value)

    def _texts(self, node: CommentedMap, key: str) -> tuple[str, ...]:
        value = node.get(key, CommentedSeq())
        if not isinstance(value, CommentedSeq) or not all(isinstance(v, str) for v in value):
            self._fault(node, key, f"`{key}` must be a list of texts: put quotes around numbers")
            return ()
        return tuple(str(v) for v in value)

    def _known(self, node: CommentedMap, names: Iterable[str]) -> None:
        for key in node:
            if key not in names:
                self._fault(node, key, f"unknown key `{key}`{_close(str(key), names)}")

    def _fault(self, node: CommentedMap, key: Any, what: str) -> None:
        self.faults.append((self._place(node, key), what))

    def _place(self, node: CommentedMap, key: Any) -> str:
        line, column = node.lc.key(key) if key in node else (node.lc.line, node.lc.col)
        return f"{self.path}:{line + 1}:{column + 1}"


def _close(word: str, known: Iterable[str]) -> str:
    match = difflib.get_close_matches(word, list(known), 1)
    return f": did you mean `{match[0]}`?" if match else f": use one of {', '.join(known)}"
