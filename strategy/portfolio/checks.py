"""Checks the tables of a portfolio folder before anything is built from them."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from strategy.domain.local_time import zone
from strategy.portfolio.tables import MAY_BE_EMPTY, REFERENCES, SCHEMAS, UNIQUE, WORDS, Frames

_AMOUNTS = (("accounts", "balance_cents"), ("accounts", "overdue_cents"))


def faults(frames: Frames, as_of: datetime) -> list[str]:
    """Every kind of fault with its first row (`file row n: what`, rows from 1); empty when good.

    Types are checked first: with a wrong type nothing else can be.
    """
    return list(_types(frames)) or list(_contents(frames, as_of))


def _types(frames: Frames) -> Iterator[str]:
    for table, schema in SCHEMAS.items():
        found = dict(frames[table].schema)
        for column, dtype in schema.items():
            if column not in found:
                yield f"{table}.parquet: column `{column}` is missing"
            elif found[column] != dtype:
                yield f"{table}.parquet: column `{column}` is {found[column]}, must be {dtype}"
        for column in found.keys() - schema.keys():
            yield f"{table}.parquet: unknown column `{column}`"


def _contents(frames: Frames, as_of: datetime) -> Iterator[str]:
    for table, schema in SCHEMAS.items():
        for column in schema:
            if (table, column) not in MAY_BE_EMPTY:
                yield from _rows(frames, table, column, pl.col(column).is_null(), "is empty")
    holes = pl.col("zones").list.contains(None)
    yield from _rows(frames, "parties", "zones", holes, "has an empty name in it")
    for (table, column), words in WORDS.items():
        bad = ~pl.col(column).is_in(list(words))
        yield from _rows(frames, table, column, bad, f"is none of {', '.join(words)}")
    for table in UNIQUE:
        yield from _rows(frames, table, "id", ~pl.col("id").is_first_distinct(), "is there twice")
    for table, column in _AMOUNTS:
        yield from _rows(frames, table, column, pl.col(column) < 0, "is negative")
    for table in ("attempts", "events"):
        yield from _rows(frames, table, "at", pl.col("at") > as_of, "is after the folder's as_of")
    yield from _references(frames)
    yield from _zones(frames["parties"])


def _rows(frames: Frames, table: str, column: str, bad: pl.Expr, what: str) -> Iterator[str]:
    rows = frames[table].with_row_index("row", offset=1).filter(bad)
    if rows.height:
        value = rows[column][0]
        more = f" (and {rows.height - 1} more rows)" if rows.height > 1 else ""
        place = f"{table}.parquet row {rows['row'][0]}: `{column}`"
        yield f"{place} {'' if value is None else f'`{value}` '}{what}{more}"


def _references(frames: Frames) -> Iterator[str]:
    parties = frames["parties"]["id"].implode()
    for table in SCHEMAS.keys() - {"parties"}:
        unknown = ~pl.col("party_id").is_in(parties)
        yield from _rows(frames, table, "party_id", unknown, "is not in parties.parquet")
    for table, column, into in REFERENCES:
        owner = frames[into].select(pl.col("id").alias(column), pl.col("party_id").alias("owner"))
        joined = frames[table].join(
            owner.unique(column), on=column, how="left", maintain_order="left"
        )
        wrong = pl.col(column).is_not_null() & pl.col("party_id").ne_missing(pl.col("owner"))
        yield from _rows(
            {table: joined}, table, column, wrong, f"is not in {into}.parquet for that party"
        )


def _zones(parties: pl.DataFrame) -> Iterator[str]:
    rows = parties.with_row_index("row", offset=1).select("row", "zones").explode("zones")
    for row, name in rows.drop_nulls().unique("zones", keep="first", maintain_order=True).rows():
        try:
            zone(name)
        except ValueError as error:
            yield f"parties.parquet row {row}: {error}"
