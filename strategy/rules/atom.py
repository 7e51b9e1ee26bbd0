"""Atoms: the smallest questions a condition asks, each exactly true or false for any facts.

A fact that is absent, of the wrong type, a word outside its field's choices, or an amount in
another currency is missing, and then the atom is `if_missing`. Every atom exists twice: as a
Python closure and as a polars expression; the proof compares them on every boundary.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from strategy.domain.facts import Fact
from strategy.rules.catalogue import Field, FieldKind

Test = Callable[[Mapping[str, Fact]], bool]
INT64 = (-(2**63), 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number or amount lies in [low, high] (None: no bound), or not in it.

    Amounts are in cents of `currency`; it is empty for fields that are no money.
    """

    field: Field
    low: int | None
    high: int | None
    inside: bool
    if_missing: bool
    currency: str = ""

    def __str__(self) -> str:
        low, high = (self._shown(bound) for bound in (self.low, self.high))
        if self.low is not None and self.low == self.high:
            return f"{self.field.name} {'=' if self.inside else '!='} {low}"
        if self.high is None:
            return f"{self.field.name} >= {low}"
        if self.low is None:
            return f"{self.field.name} <= {high}"
        return f"{self.field.name} {'in' if self.inside else 'not in'} {low}..{high}"

    def _shown(self, bound: int | None) -> str:
        if bound is None or not self.currency:
            return str(bound)
        return f"{bound // 100}.{bound % 100:02d} {self.currency}"

    def negated(self) -> "Between":
        """The opposite on present values; what a missing value means turns around as well."""
        if self.low is not None and self.high is not None:
            return replace(self, inside=not self.inside, if_missing=not self.if_missing)
        low = None if self.high is None else self.high + 1
        high = None if self.low is None else self.low - 1
        return replace(self, low=low, high=high, if_missing=not self.if_missing)

    def scalar(self) -> Test:
        name, currency = self.field.name, self.currency
        missing, inside = self.if_missing, self.inside
        low = INT64[0] if self.low is None else self.low
        high = INT64[1] if self.high is None else self.high
        first, last = INT64

        def test(facts: Mapping[str, Fact]) -> bool:
            value = facts.get(name)
            if type(value) is not int or not first <= value <= last:
                return missing
            if currency and facts.get("currency") != currency:
                return missing
            return (low <= value <= high) is inside

        return test

    def expression(self) -> pl.Expr:
        """The same over columns typed by `strategy.rules.batch.columns`; never null."""
        value = pl.col(self.field.name)
        known = value.is_not_null()
        if self.currency:
            known &= (pl.col("currency") == self.currency).fill_null(False)
        holds = pl.lit(True)
        if self.low is not None:
            holds &= value >= self.low
        if self.high is not None:
            holds &= value <= self.high
        return pl.when(known).then(holds if self.inside else ~holds).otherwise(self.if_missing)

    def boundaries(self) -> tuple[Fact, ...]:
        """Values around every bound, the extremes, and none."""
        near = [b + step for b in (self.low, self.high) if b is not None for step in (-1, 0, 1)]
        return (*sorted({*near, 0, *INT64}), None)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A word or truth value is among `values`, or is not."""

    field: Field
    values: tuple[str | bool, ...]
    inside: bool
    if_missing: bool

    def __str__(self) -> str:
        words = [str(v).lower() if isinstance(v, bool) else v for v in self.values]
        if len(words) == 1:
            return f"{self.field.name} {'=' if self.inside else '!='} {words[0]}"
        return f"{self.field.name} {'in' if self.inside else 'not in'} [{', '.join(words)}]"

    def negated(self) -> "OneOf":
        if self.field.kind is FieldKind.FLAG:
            turned = tuple(not value for value in self.values)
            return replace(self, values=turned, if_missing=not self.if_missing)
        return replace(self, inside=not self.inside, if_missing=not self.if_missing)

    def scalar(self) -> Test:
        field, missing = self.field, self.if_missing
        name, inside, values = field.name, self.inside, frozenset(self.values)

        def flag(facts: Mapping[str, Fact]) -> bool:
            value = facts.get(name)
            return (value in values) is inside if type(value) is bool else missing

        def choice(facts: Mapping[str, Fact]) -> bool:
            value = facts.get(name)
            return known.get(value, missing) if type(value) is str else missing

        def code(facts: Mapping[str, Fact]) -> bool:
            value = facts.get(name)
            return (value in values) is inside if type(value) is str and value else missing

        if field.kind is FieldKind.FLAG:
            return flag
        known = {word: (word in values) is inside for word in field.choices}
        return choice if field.kind is FieldKind.CHOICE else code

    def expression(self) -> pl.Expr:
        field, value = self.field, pl.col(self.field.name)
        known = value.is_not_null()
        if field.kind is FieldKind.CHOICE:
            known &= value.is_in(list(field.choices)).fill_null(False)
        elif field.kind is FieldKind.CODE:
            known &= (value != "").fill_null(False)
        holds = pl.lit(False)
        for one in self.values:
            holds |= value == one
        return pl.when(known).then(holds if self.inside else ~holds).otherwise(self.if_missing)

    def boundaries(self) -> tuple[Fact, ...]:
        """Every value the field can take, one it cannot, and none."""
        field = self.field
        if field.kind is FieldKind.FLAG:
            return (False, True, None)
        return (*sorted({*field.choices, *map(str, self.values)}), "", "zz-unknown", None)


Atom = Between | OneOf
