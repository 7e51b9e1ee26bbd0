"""Folders of format 1 as format 2: what they could not hold is empty.

Format 1 knew no wishes, no attributes and no co-borrowers; every attempt was the lender's own and
for collection, and no consent covered unusual hours.
"""

import polars as pl

from strategy.domain.attempt import Purpose
from strategy.portfolio.tables import SCHEMAS, Frames

FIRST = ("parties", "contact_points", "consents", "accounts", "attempts", "events")
"""The tables of format 1."""

_NOBODY = pl.lit([], dtype=pl.List(pl.String))
_COLUMNS: dict[str, dict[str, pl.Expr]] = {
    "accounts": {"liable": _NOBODY},
    "consents": {"any_hour": pl.lit(False)},
    "attempts": {"purpose": pl.lit(Purpose.COLLECTION.value), "agency": pl.lit("")},
}


def upgraded(frames: Frames) -> Frames:
    """The tables of format 2; those that have it already stay as they are."""
    if frames.keys() >= SCHEMAS.keys():
        return frames
    found = {table: pl.DataFrame(schema=schema) for table, schema in SCHEMAS.items()}
    for table, frame in frames.items():
        new = {k: v for k, v in _COLUMNS.get(table, {}).items() if k not in frame.columns}
        found[table] = frame.with_columns(**new)
    return found
