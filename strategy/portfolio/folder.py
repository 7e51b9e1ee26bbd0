"""A portfolio on disk: parquet tables and `portfolio.json`. What `--portfolio P` takes."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from strategy.domain.book import Book
from strategy.domain.instant import parse_instant, to_micros
from strategy.domain.local_time import zone as iana_zone
from strategy.errors import InputError
from strategy.portfolio.checks import faults
from strategy.portfolio.older import FIRST, upgraded
from strategy.portfolio.rows import from_frames, to_frames
from strategy.portfolio.tables import SCHEMAS, Frames

FORMAT = 2
ABOUT = "portfolio.json"
TABLES = {1: FIRST, FORMAT: tuple(SCHEMAS)}
"""The tables of each format that can be read."""


def save(book: Book, folder: Path, notes: Sequence[str]) -> None:
    """Writes the book. `notes` say what in it is simulated, or else worth knowing.

    `portfolio.json` goes first and comes last, so that a folder half written cannot be loaded.
    Raises `InputError` for a book that `load` would refuse, and for more than one currency.
    """
    currencies = sorted({a.currency for a in book.accounts.values()})
    if len(currencies) > 1:
        raise InputError("currency", f"one currency a portfolio, not {', '.join(currencies)}")
    to_micros(book.as_of)  # refuses an instant without a zone
    _known(book.zone, "zone")
    frames = to_frames(book)
    _refuse(folder, faults(frames, book.as_of))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).unlink(missing_ok=True)
    for table, frame in frames.items():
        frame.write_parquet(folder / f"{table}.parquet")
    about = {
        "format": FORMAT,
        "as_of": book.as_of.astimezone(UTC).isoformat(),
        "zone": book.zone,
        "currency": currencies[0] if currencies else "",
        "counts": {table: frame.height for table, frame in frames.items()},
        "notes": list(notes),
    }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (folder / ABOUT).write_text(text, encoding="utf-8")


def load(folder: Path) -> Book:
    """Reads and checks a folder. Raises `InputError` naming file and row of every kind of fault."""
    about, as_of = _about(folder)
    frames: Frames = {}
    tables = TABLES[about["format"]]
    for table in tables:
        path = folder / f"{table}.parquet"
        try:
            frames[table] = pl.read_parquet(path)
        except FileNotFoundError:
            raise InputError(str(path), "is missing: generate or import again") from None
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise InputError(str(path), f"is no parquet file: {error}") from None
    frames = upgraded(frames)
    found = faults(frames, as_of)
    for table in tables:
        rows, told = frames[table].height, about["counts"].get(table)
        if rows != told:
            found.append(f"{table}.parquet: has {rows} rows, `{ABOUT}` says {told}")
    _refuse(folder, found)
    return from_frames(frames, as_of, about["zone"], about["currency"])


def digest(folder: Path) -> str:
    """SHA-256, in hex, over the files of the folder in fixed order, each with name and length."""
    sha = hashlib.sha256()
    about, _ = _about(folder)
    for name in (ABOUT, *(f"{table}.parquet" for table in TABLES[about["format"]])):
        try:
            content = (folder / name).read_bytes()
        except FileNotFoundError:
            raise InputError(str(folder / name), "is missing: this is no portfolio") from None
        sha.update(f"{name} {len(content)}\n".encode())
        sha.update(content)
    return sha.hexdigest()


def _about(folder: Path) -> tuple[dict[str, Any], datetime]:
    path = folder / ABOUT
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            str(folder), f"has no `{ABOUT}`: make a portfolio with `strategy generate` or `import`"
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(str(path), f"is no JSON: {error}") from None
    if not isinstance(about, dict) or about.get("format") not in list(TABLES):
        known = " or ".join(map(str, TABLES))
        raise InputError(str(path), f"must be an object with `format` {known}")
    for name, kind in (("as_of", str), ("zone", str), ("currency", str), ("counts", dict)):
        if not isinstance(about.get(name), kind):
            raise InputError(str(path), f"`{name}` is missing or not what it should be")
    _known(about["zone"], f"{path}: zone")
    return about, parse_instant(about["as_of"], f"{path}: as_of")


def _known(zone: str, field: str) -> None:
    try:
        iana_zone(zone)
    except ValueError as error:
        raise InputError(field, str(error)) from None


def _refuse(folder: Path, found: list[str]) -> None:
    if found:
        raise InputError(str(folder), "; ".join(found))
