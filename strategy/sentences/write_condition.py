"""Conditions as sentences say them: the twin of parsing them."""

import re
from collections.abc import Mapping
from typing import Any

from strategy.rules.catalogue import Catalogue, Field, FieldKind
from strategy.sentences.grammar import phrase, words_of
from strategy.sentences.wording import Wording, listed

_CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


class Conditions:
    """Writes the `when` of rule files, dicts and lists as YAML has them, over these fields."""

    def __init__(self, wording: Wording, fields: Catalogue) -> None:
        self._wording, self._fields = wording, fields

    def said(self, when: Mapping[str, Any], inside: bool = False) -> str:
        """The condition; `inside` another one it stands in brackets, so that nobody has to know
        whether `and` or `or` binds tighter."""
        key = next(key for key in when if key != "if_missing")
        if key in self._fields:
            return self._question(self._fields[key], when[key], when.get("if_missing"), False)
        if key == "not":
            return self._negated(when["not"])
        if len(when[key]) == 1:
            return self.said(when[key][0], inside)
        joint = self._wording.pick(f" {_JOINTS[key][0]} ", _JOINTS[key][1])
        text = joint.join(self.said(part, inside=True) for part in when[key])
        return self._wording.brackets(text) if inside else text

    def _negated(self, when: Mapping[str, Any]) -> str:
        key = next(key for key in when if key != "if_missing")
        if key in self._fields:
            return self._question(self._fields[key], when[key], when.get("if_missing"), True)
        return self._not(self.said(when))

    def _not(self, text: str) -> str:
        return self._wording.pick("it is not so that ", "并非") + self._wording.brackets(text)

    def _question(self, field: Field, value: Any, missing: bool | None, negated: bool) -> str:
        """`missing` is said of the question as it stands: turned around where it holds the `not`
        in itself, as in `is none of`."""
        name = phrase(field, self._wording.language)
        if field.kind is FieldKind.FLAG:
            holds = value["in"][0] if isinstance(value, dict) else value
            if holds is not True and missing is not None:
                missing = not missing
            text = name + self._missing(missing)
            return text if holds is not negated else self._not(text)
        space = self._wording.pick(" ", "")
        if field.kind in (FieldKind.CHOICE, FieldKind.CODE):
            question = self._chosen(self._spoken(field, value), negated)
        elif isinstance(value, dict) and "between" in value:
            question = self._between(value["between"], negated)
        elif isinstance(value, dict):
            ((word, bound),) = value.items()
            text = f"{name}{space}{self._compared(word, bound)}{self._missing(missing)}"
            return self._not(text) if negated else text
        else:
            question = self._compared("ne" if negated else "eq", value)
        turned = not missing if negated and missing is not None else missing
        return f"{name}{space}{question}{self._missing(turned)}"

    def _missing(self, missing: bool | None) -> str:
        if missing is None:
            return ""
        chinese = f"（缺失时{'是' if missing else '否'}）"
        return self._wording.pick(f" (if missing: {str(missing).lower()})", chinese)

    def _compared(self, word: str, bound: object) -> str:
        return f"{self._wording.word('COMPARE', word)}{self._wording.pick(' ', '')}{bound}"

    def _between(self, bounds: list[object], outside: bool) -> str:
        low, high = bounds
        if outside:
            return self._wording.pick(f"is outside {low} to {high}", f"不在{low}到{high}之间")
        return self._wording.pick(f"is between {low} and {high}", f"在{low}到{high}之间")

    def _spoken(self, field: Field, value: Any) -> list[str]:
        values = listed(value["in"] if isinstance(value, dict) else value)
        if field.kind is FieldKind.CHOICE:
            return [self._wording.pick(*words_of(field)[one]) for one in values]
        return [one if _CODE.fullmatch(one) else self._wording.quoted(one) for one in values]

    def _chosen(self, values: list[str], negated: bool) -> str:
        chinese = ("不属于" if negated else "属于") + "、".join(values)
        if len(values) == 1:
            return self._wording.pick(f"is {'not ' if negated else ''}{values[0]}", chinese)
        word = "none" if negated else "one"
        return self._wording.pick(f"is {word} of [{', '.join(values)}]", chinese)


_JOINTS = {"all": ("and", "且"), "any": ("or", "或")}
