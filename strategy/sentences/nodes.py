"""Nodes of the tree of YAML, made of the words of a sentence, places included."""

import re
from typing import Any

from lark import Token
from lark.tree import Meta

from strategy.rules.source import Item, Listing, Scalar, Table


def spaced(token: Token) -> str:
    """Its words with one space between them."""
    return re.sub(r"\s+", " ", str(token))


def place(token: Token) -> tuple[int, int]:
    return token.line or 1, token.column or 1


def at(meta: Meta) -> tuple[int, int]:
    """Where a part begins that has no word of its own in the tree."""
    return getattr(meta, "line", 1), getattr(meta, "column", 1)


def text(token: Token) -> Scalar:
    return Scalar(str(token), *place(token), plain=False)


def table(*entries: tuple[str, Item]) -> Table:
    first = entries[0][1]
    keyed = tuple((Scalar(key, value.line, value.column), value) for key, value in entries)
    return Table(keyed, first.line, first.column)


def with_entry(one: Table, key: str, value: Item) -> Table:
    added = (Scalar(key, value.line, value.column), value)
    return Table((*one.entries, added), one.line, one.column)


def listing(items: list[Any]) -> Listing:
    return Listing(tuple(items), items[0].line, items[0].column)


def named(names: list[str], tokens: list[Token]) -> Listing:
    """Names where the tokens stand."""
    pairs = zip(names, tokens, strict=True)
    return listing([Scalar(name, *place(token)) for name, token in pairs])
