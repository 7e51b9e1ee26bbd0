"""Rows of a CSV (also .csv.gz) or Parquet file as text, each with its place in the file.

Nothing is coerced: CSV stays the text it is, Parquet columns of a type without one exact text
form are refused.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import polars as pl

from strategy.errors import InputError


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`line` is where the row starts: the line of a CSV file (the header is on line 1), or the
    row of a Parquet file. `number` counts rows from 1. `fault` says why it could not be read."""

    line: int
    number: int
    values: dict[str, str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    columns: tuple[str, ...]
    rows: Iterator[SourceRow]


def open_source(path: Path, wanted: Sequence[str]) -> Source:
    """Opens by file name. Only the `wanted` columns of Parquet are read and type-checked."""
    if path.name.endswith((".csv", ".csv.gz")):
        return _open_csv(path)
    if path.suffix == ".parquet":
        return _open_parquet(path, wanted)
    raise InputError(str(path), "must end in .csv, .csv.gz or .parquet")


def _open_csv(path: Path) -> Source:
    rows = _csv_rows(path)
    header = next(rows)  # the first row carries the header as its keys
    return Source(tuple(header.values), rows)


def _csv_rows(path: Path) -> Iterator[SourceRow]:
    """First a row whose keys are the header, then the data."""
    try:
        with _open_text(path) as file:
            reader = csv.reader(file, strict=True)
            names = _header(path, reader)
            yield SourceRow(1, 0, dict.fromkeys(names, ""))
            number = 0
            while True:
                line = reader.line_num + 1
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    number += 1
                    yield SourceRow(line, number, {}, _unreadable(error, line, reader.line_num))
                    continue
                number += 1
                yield _csv_row(line, number, names, values)
    except FileNotFoundError:
        raise InputError(str(path), "there is no such file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None


def _open_text(path: Path) -> TextIO:
    # bytes that are no UTF-8 become lone surrogates, so that the row they are in can be named
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        names = next(reader, None)
    except csv.Error as error:
        raise InputError(f"{path}:1", f"the header cannot be read: {error}") from None
    if not names:
        raise InputError(f"{path}:1", "there is no header: the first line must name the columns")
    if any(_no_utf8(name) for name in names):
        raise InputError(f"{path}:1", "the header is not UTF-8: save the file as UTF-8")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{path}:1", f"column `{'`, `'.join(twice)}` is there twice")
    return names


def _csv_row(line: int, number: int, names: list[str], values: list[str]) -> SourceRow:
    fault = None
    if not values:
        fault = "the line is empty"
    elif len(values) != len(names):
        fault = f"has {len(values)} values, the header has {len(names)}"
    elif any(_no_utf8(value) for value in values):
        fault = "is not UTF-8"
    return SourceRow(line, number, dict(zip(names, values, strict=False)), fault)


def _unreadable(error: csv.Error, first: int, last: int) -> str:
    lines = f" (lines {first} to {last} were read as one row)" if last > first else ""
    return f"is no CSV: {error}{lines}"


def _no_utf8(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _open_parquet(path: Path, wanted: Sequence[str]) -> Source:
    try:
        schema = pl.read_parquet_schema(path)
        chosen = [name for name in schema if name in set(wanted)]
        frame = pl.read_parquet(path, columns=chosen)
    except FileNotFoundError:
        raise InputError(str(path), "there is no such file") from None
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(str(path), f"is no parquet file: {error}") from None
    wrong = [
        f"column `{name}` is {schema[name]}: store it as text, whole number, decimal or date"
        for name in chosen
        if not _has_exact_text(schema[name])
    ]
    if wrong:
        raise InputError(str(path), "; ".join(wrong))
    text = frame.select(pl.all().cast(pl.String).fill_null(""))
    rows = (
        SourceRow(number, number, values)
        for number, values in enumerate(text.iter_rows(named=True), 1)
    )
    return Source(tuple(schema), rows)


def _has_exact_text(dtype: pl.DataType) -> bool:
    exact = {pl.String, pl.Boolean, pl.Date, pl.Categorical, pl.Enum, pl.Null}
    return dtype.is_integer() or dtype.is_decimal() or dtype.base_type() in exact
