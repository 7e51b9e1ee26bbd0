"""From a sentence that declares something to the tree that the same item in YAML gives."""

import re
from typing import Any

from lark import Token, Transformer, v_args
from lark.tree import Meta

from strategy.rules.language import Language
from strategy.rules.source import Item, Scalar, Table
from strategy.sentences.lexicon import TERMINALS
from strategy.sentences.nodes import at, listing, place, spaced, table, text

_CALLED = re.compile(r"[A-Za-z]+\s+|[\u4e00-\u9fff]+\s*")
"""The word before a name: `script`, `分群`."""


class DeclarationTree(Transformer[Token, Any]):
    """One method a rule of the grammar; the words of the domain become those of rule files."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        side = 0 if language is Language.EN else 1
        self._words = {
            name: {pair[side]: str(word) for word, pair in phrases.items()}
            for name, phrases in TERMINALS.items()
        }

    def segment(self, parts: list[Any]) -> Table:
        name, when = parts
        return table(("id", _name(name)), ("when", when))

    def script(self, parts: list[Any]) -> Table:
        name, channel, *said = parts
        rest = [one for one in said if one is not None]
        return table(("id", _name(name)), ("channel", self._scalar(channel)), *rest)

    def languages(self, parts: list[Token]) -> tuple[str, Item]:
        return "languages", listing([text(one) for one in parts])

    def mentions(self, parts: list[Token]) -> tuple[str, Item]:
        return "mentions", listing([self._scalar(one) for one in parts])

    @v_args(meta=True)
    def no_mentions(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "mentions", Scalar("none", *at(meta))

    def field(self, parts: list[Any]) -> Table:
        name, kind = parts
        return table(("name", _name(name)), *kind)

    @v_args(meta=True)
    def flag_type(self, meta: Meta, _: list[Any]) -> list[tuple[str, Item]]:
        return [_type("flag", meta)]

    @v_args(meta=True)
    def money_type(self, meta: Meta, _: list[Any]) -> list[tuple[str, Item]]:
        return [_type("money", meta)]

    @v_args(meta=True)
    def code_type(self, meta: Meta, _: list[Any]) -> list[tuple[str, Item]]:
        return [_type("code", meta)]

    @v_args(meta=True)
    def whole_type(self, meta: Meta, parts: list[Token | None]) -> list[tuple[str, Item]]:
        bounds = zip(("low", "high"), parts, strict=True)
        said = [(key, self._number(one)) for key, one in bounds if one is not None]
        return [_type("whole", meta), *said]

    @v_args(meta=True)
    def choice_type(self, meta: Meta, parts: list[Token]) -> list[tuple[str, Item]]:
        return [_type("choice", meta), ("choices", listing([text(one) for one in parts]))]

    def calendar(self, parts: list[Any]) -> Table:
        name, *years = parts
        listed = Table(tuple(years), years[0][0].line, years[0][0].column)
        return table(("id", _name(name)), ("years", listed))

    def year(self, parts: list[Token]) -> tuple[Scalar, Item]:
        year, *days = parts
        return text(year), listing([Scalar(_day(day), *place(day), plain=False) for day in days])

    def _number(self, token: Token) -> Scalar:
        money = token.type == "MONEY"
        return Scalar(str(token) if money else int(token), *place(token), plain=not money)

    def _word(self, token: Token) -> str:
        if token.type == "QUOTED":
            return token[1:-1]
        return self._words.get(token.type, {}).get(spaced(token), spaced(token))

    def _scalar(self, token: Token) -> Scalar:
        return Scalar(self._word(token), *place(token))


def called(token: Token) -> str:
    """The name in a token such as `script calm` or `人设“温和”`."""
    return _CALLED.sub("", token, count=1)


def _name(token: Token) -> Scalar:
    return Scalar(called(token), *place(token))


def _type(word: str, meta: Meta) -> tuple[str, Item]:
    return "type", Scalar(word, *at(meta))


def _day(token: Token) -> str:
    """Month and day as YAML writes them: `1月1日` is `01-01`."""
    return "-".join(f"{int(number):02d}" for number in re.findall("[0-9]+", token))
