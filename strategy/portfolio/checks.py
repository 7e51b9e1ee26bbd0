"""Checks the tables of a portfolio folder before anything is built from them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import polars as pl

from strategy.domain.local_time import zone
from strategy.portfolio.tables import (
    ATTRIBUTE_VALUES,
    MAY_BE_EMPTY,
    REFERENCES,
    SCHEMAS,
    TEXTS,
    UNIQUE,
    WORD_LISTS,
    WORDS,
    Frames,
)
from strategy.portfolio.values import hours

_DAYS = ((date.min - date(1970, 1, 1)).days, (date.max - date(1970, 1, 1)).days)
"""The days there are in Python, from 1970; Parquet can hold others."""

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
            if schema[column] == pl.Date:
                days = {table: frames[table].with_columns(pl.col(column).to_physical())}
                strange = ~pl.col(column).is_between(*_DAYS)
                yield from _rows(days, table, column, strange, "days from 1970 is no day")
            if schema[column] == TEXTS:
                holes = pl.col(column).list.contains(None)
                yield from _rows(frames, table, column, holes, "has an empty text in it")
    for (table, column), words in WORDS.items():
        bad = ~pl.col(column).is_in(list(words))
        yield from _rows(frames, table, column, bad, f"is none of {', '.join(words)}")
    for (table, column), words in WORD_LISTS.items():
        strange = pl.element().is_in(list(words)).not_()
        bad = pl.col(column).list.eval(strange).list.any()
        yield from _rows(frames, table, column, bad, f"names none of {', '.join(words)}")
    for table in UNIQUE:
        yield from _rows(frames, table, "id", ~pl.col("id").is_first_distinct(), "is there twice")
    for table, column in _AMOUNTS:
        yield from _rows(frames, table, column, pl.col(column) < 0, "is negative")
    for table in ("attempts", "events"):
        yield from _rows(frames, table, "at", pl.col("at") > as_of, "is after the folder's as_of")
    yield from _attributes(frames)
    yield from _references(frames)
    yield from _texts(frames["parties"], "parties", "zones", zone)
    yield from _texts(frames["wishes"], "wishes", "windows", hours)


def _rows(frames: Frames, table: str, column: str, bad: pl.Expr, what: str) -> Iterator[str]:
    rows = frames[table].with_row_index("row", offset=1).filter(bad)
    if rows.height:
        value = rows.head(1)[column].to_list()[0]
        value = ", ".join(map(str, value)) if isinstance(value, list) else value
        more = f" (and {rows.height - 1} more rows)" if rows.height > 1 else ""
        place = f"{table}.parquet row {rows['row'][0]}: `{column}`"
        yield f"{place} {'' if value is None else f'`{value}` '}{what}{more}"


def _references(frames: Frames) -> Iterator[str]:
    parties = frames["parties"]["id"].implode()
    for table in (name for name, schema in SCHEMAS.items() if "party_id" in schema):
        unknown = ~pl.col("party_id").is_in(parties)
        yield from _rows(frames, table, "party_id", unknown, "is not in parties.parquet")
    named = frames["accounts"]["liable"].explode().drop_nulls().unique()
    strangers = named.filter(~named.is_in(parties)).to_list()
    strange = pl.col("liable").list.eval(pl.element().is_in(strangers)).list.any()
    yield from _rows(frames, "accounts", "liable", strange, "names nobody of parties.parquet")
    itself = pl.col("party_id").is_in(pl.col("liable"))
    yield from _rows(frames, "accounts", "liable", itself, "names the account's own party")
    for table, column, into in REFERENCES:
        whose = ["party_id", *(["liable"] if into == "accounts" else [])]
        owners = frames[into].select(pl.col("id").alias(column), pl.concat_list(whose).alias("of"))
        joined = frames[table].join(
            owners.unique(column), on=column, how="left", maintain_order="left"
        )
        theirs = pl.col("party_id").is_in(pl.col("of")).fill_null(False)
        wrong = pl.col(column).is_not_null() & ~theirs
        yield from _rows(
            {table: joined}, table, column, wrong, f"is not in {into}.parquet for that party"
        )


def _attributes(frames: Frames) -> Iterator[str]:
    unknown = ~pl.col("account_id").is_in(frames["accounts"]["id"].implode())
    what = "is not in accounts.parquet"
    yield from _rows(frames, "attributes", "account_id", unknown, what)
    twice = ~pl.struct("account_id", "name").is_first_distinct()
    yield from _rows(frames, "attributes", "name", twice, "is there twice for its account")
    given = pl.sum_horizontal(pl.col(column).is_not_null() for column in ATTRIBUTE_VALUES)
    one = f"must have one of {', '.join(ATTRIBUTE_VALUES)}"
    yield from _rows(frames, "attributes", "name", given != 1, one)
    kind = pl.coalesce(
        pl.when(pl.col(column).is_not_null()).then(pl.lit(column)) for column in ATTRIBUTE_VALUES
    )
    other = kind != kind.first().over("name")
    yield from _rows(frames, "attributes", "name", other, "is of another type in an earlier row")


def _texts(
    frame: pl.DataFrame, table: str, column: str, read: Callable[[str], object]
) -> Iterator[str]:
    """Every distinct text of a list column that `read` refuses."""
    rows = frame.with_row_index("row", offset=1).select("row", column).explode(column)
    for row, text in rows.drop_nulls().unique(column, keep="first", maintain_order=True).rows():
        try:
            read(text)
        except ValueError as error:
            yield f"{table}.parquet row {row}: {error}"
