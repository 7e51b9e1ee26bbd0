"""The assignments of a plan as a table on disk."""

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import Any

import polars as pl

from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.slot import Slot
from strategy.errors import InputError

_INSTANT = pl.Datetime("us", "UTC")
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.String,
    "party_id": pl.String,
    "contact_point_id": pl.String,
    "channel": pl.String,
    "slot_start": _INSTANT,
    "slot_end": _INSTANT,
    "script": pl.String,
    "value_cents": pl.Int64,
    "complaint_micro": pl.Int64,
    "cost_cents": pl.Int64,
    "touch": pl.Int64,
    "chance_micro": pl.Int64,
    "contact_micro": pl.Int64,
}


def write_table(path: Path, assignments: Iterable[Assignment], *, csv: bool = False) -> None:
    """Parquet; `csv` writes the same beside it."""
    rows = [_row(a) for a in assignments]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    table.write_parquet(path)
    if csv:
        table.write_csv(path.with_suffix(".csv"))


def read_table(path: Path) -> tuple[Assignment, ...]:
    """Raises `InputError` where it is no table of assignments."""
    try:
        table = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        what = f"is not a folder written by `strategy plan`: {error}"
        raise InputError(str(path.parent), what) from error
    if dict(table.schema) != _SCHEMA:
        raise InputError(str(path.parent), "was written by another version; plan again")
    return tuple(_assignment(row) for row in table.iter_rows())


def _row(a: Assignment) -> tuple[object, ...]:
    return (
        a.account_id,
        a.party_id,
        a.contact_point_id,
        a.channel.value,
        a.slot.start,
        a.slot.end,
        a.script,
        a.value_cents,
        a.complaint_micro,
        a.cost_cents,
        a.touch,
        a.chance_micro,
        a.contact_micro,
    )


def _assignment(row: tuple[Any, ...]) -> Assignment:
    account, party, point, channel, start, end, *rest = row
    slot = Slot(start.astimezone(UTC), end.astimezone(UTC))
    return Assignment(account, party, point, Channel(channel), slot, *rest)
