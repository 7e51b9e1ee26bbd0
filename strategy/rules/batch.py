"""Facts of many accounts as typed columns, so that batch and online read them alike."""

import polars as pl

from strategy.errors import InputError
from strategy.rules.catalogue import Catalogue, Field, FieldKind

_STORED: dict[FieldKind, pl.DataType] = {
    FieldKind.WHOLE: pl.Int64(),
    FieldKind.MONEY: pl.Int64(),
    FieldKind.FLAG: pl.Boolean(),
    FieldKind.CHOICE: pl.String(),
    FieldKind.CODE: pl.String(),
}


def columns(frame: pl.DataFrame, fields: Catalogue) -> pl.DataFrame:
    """Every field as a column of its type; one that is absent is missing in every row.

    Whole numbers and money (cents) become Int64, words String. Raises `InputError` where a column
    holds another type: numbers in text or with fractions are not guessed at.
    """
    return frame.select(_column(frame, field) for field in fields.values())


def _column(frame: pl.DataFrame, field: Field) -> pl.Expr:
    stored = _STORED[field.kind]
    if field.name not in frame.columns:
        return pl.lit(None, dtype=stored).alias(field.name)
    found = frame.schema[field.name]
    if found == pl.Null or _alike(found, stored):
        return pl.col(field.name).cast(stored, strict=False)
    raise InputError(f"column `{field.name}`", f"must hold {field.kind.value}, not {found}")


def _alike(found: pl.DataType, stored: pl.DataType) -> bool:
    if stored == pl.Int64:
        return found.is_integer()
    if stored == pl.String:
        return found == pl.String or isinstance(found, pl.Categorical | pl.Enum)
    return found == stored
