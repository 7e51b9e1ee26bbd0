"""Excel workbooks as CSV, one file a sheet, cells where they stood.

Rules are text: they are hashed, signed, sent and kept as text. So a workbook becomes text when it
is read, and whatever text cannot show (formulas, merged and hidden cells) is refused.
"""

import csv
import io
import warnings
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from zipfile import BadZipFile, ZipFile

from strategy.errors import InputError
from strategy.rules.diagnostic import Diagnostic, RuleError
from strategy.rules.language import Speech
from strategy.rules.source import Hole, Problems, RuleFile
from strategy.tables.grid import MAX_COLUMNS, MAX_ROWS, Grid, is_comment, language_of

MAX_BYTES = 5_000_000
_MAX_UNPACKED = 20_000_000


def read_workbook(data: bytes, name: str) -> tuple[RuleFile, ...]:
    """A file `NAME/SHEET.csv` for each sheet that says something, in their order.

    Sheets whose name begins with `#` are left out. Raises `InputError` for what is no workbook and
    `RuleError` for every cell that says something else to people than to this program.
    """
    _check_size(data, name)
    files, found = [], list[Diagnostic]()
    for sheet in _open(data, name).worksheets:
        if sheet.title.startswith("#"):
            continue
        file = f"{name}/{sheet.title}.csv"
        if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
            what = f"reaches beyond {MAX_ROWS} rows or {MAX_COLUMNS} columns"
            raise InputError(f"`{file}`", f"{what}; delete the empty cells around the table")
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
        if not any(any(row) and not is_comment(row) for row in rows):
            continue
        problems = Problems(file)
        problems.sheet = f"{sheet.title}!"
        problems.speech = Speech(language_of(rows))
        _check_sheet(sheet, rows, problems)
        found += problems.found
        files.append(RuleFile(file, _csv(rows)))
    if found:
        raise RuleError(found)
    if not files:
        raise InputError(f"`{name}`", "no sheet of this workbook says anything")
    return tuple(files)


def _check_size(data: bytes, name: str) -> None:
    """A small file may unpack to a huge one, and so may entities that an XML part declares."""
    if len(data) > MAX_BYTES:
        raise InputError(f"`{name}`", f"is larger than {MAX_BYTES:,} bytes")
    try:
        with ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MAX_UNPACKED:
                what = f"unpacks to more than {_MAX_UNPACKED:,} bytes"
                raise InputError(f"`{name}`", what)
            for part in parts.namelist():
                if b"<!DOCTYPE" in parts.read(part).replace(b"\0", b""):
                    raise InputError(f"`{name}`", f"`{part}` in it declares a document type")
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        remedy = "save it as `.xlsx`, without a password"
        raise InputError(f"`{name}`", f"is no Excel workbook; {remedy}") from error


def _open(data: bytes, name: str) -> Any:
    from openpyxl import load_workbook  # a quarter of a second, for those who have workbooks

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as drop-down lists that it does not keep
            return load_workbook(io.BytesIO(data), keep_links=False)
    except Exception as error:  # it raises whatever a broken part makes it stumble over
        raise InputError(f"`{name}`", f"is no workbook that can be read: {error}") from error


def _text(cell: Any) -> str:
    """What the sheet shows, where that does not depend on the country of the reader."""
    value, shown_as = cell.value, str(cell.number_format)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() if "%" in shown_as:
            return f"{value * 100:g}%"
        case int() | float():
            whole = str(int(value)) if value == int(value) else str(value)
            return whole.zfill(len(shown_as)) if set(shown_as) == {"0"} else whole
        case datetime():
            return str(value).removesuffix(" 00:00:00")
        case time():
            return value.isoformat("minutes")
        case _:
            return str(value).strip()


def _check_sheet(sheet: Any, rows: Grid, problems: Problems) -> None:
    """Only rows that say something are looked at: a remark may be merged over many columns."""
    said = {line for line, row in enumerate(rows, 1) if any(row) and not is_comment(row)}
    used = {column for line in said for column, text in enumerate(rows[line - 1], 1) if text}
    if sheet.sheet_state != "visible":
        problems.add(Hole(1, 1), "hidden.sheet")
    for line in sorted(said & _hidden_rows(sheet)):
        problems.add(Hole(line, 1), "hidden.row")
    for column in sorted(used & set(_hidden_columns(sheet))):
        problems.add(Hole(1, column), "hidden.column")
    for merged in sheet.merged_cells.ranges:
        if said & set(range(merged.min_row, merged.max_row + 1)):
            problems.add(Hole(merged.min_row, merged.min_col), "merged", cells=merged.coord)
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.row in said):
        if cell.data_type == "f":
            problems.add(Hole(cell.row, cell.column), "formula")
        elif cell.data_type == "e":
            problems.add(Hole(cell.row, cell.column), "formula.error", error=cell.value)


def _hidden_rows(sheet: Any) -> set[int]:
    return {number for number, row in sheet.row_dimensions.items() if row.hidden}


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for column in sheet.column_dimensions.values():
        if column.hidden:
            yield from range(column.min, min(column.max, MAX_COLUMNS) + 1)


def _csv(rows: Grid) -> str:
    """Cells where they stood, without the empty ones behind the last of a row or of the sheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    last = max(index for index, row in enumerate(rows, 1) if any(row))
    for row in rows[:last]:
        filled = max((index for index, cell in enumerate(row, 1) if cell), default=0)
        writer.writerow(row[:filled])
    return written.getvalue()
