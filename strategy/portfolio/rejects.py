"""Rows that could not be read: where, which value, why."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REJECTS = "rejects.csv"


@dataclass(frozen=True, slots=True)
class Reject:
    """One fault of one row; a row with two faults gives two. `column` is empty when the row as
    a whole could not be read."""

    file: str
    line: int
    column: str
    value: str
    reason: str


def write_rejects(folder: Path, rejects: Sequence[Reject]) -> Path:
    """Writes `rejects.csv`, also when there are none, so that none of an earlier run stays."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REJECTS
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "line", "column", "value", "reason"))
        writer.writerows((r.file, r.line, r.column, r.value, r.reason) for r in rejects)
    return path
