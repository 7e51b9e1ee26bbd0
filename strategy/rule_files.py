"""The one place that opens rule files."""

from collections.abc import Sequence
from pathlib import Path

from strategy.errors import InputError
from strategy.rule_forms import PARSERS
from strategy.rules.source import RuleFile
from strategy.tables.parser import WORKBOOK
from strategy.tables.workbook import MAX_BYTES, read_workbook

_ENDS = (".yaml", *PARSERS, WORKBOOK)
_MISNAMED = {
    ".yml": "rule files end in `.yaml`; rename it",
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".ods"), "save the workbook as `.xlsx`"),
    ".tsv": "tables end in `.csv`, whatever parts their cells; rename it",
}
_OPEN_IN_EXCEL = "~$"
"""Begins the name of the file by which Excel marks a workbook that somebody has open."""

__all__ = ["RuleFile", "read_rule_file", "read_rule_files", "read_test_files"]


def read_rule_files(dirs: Sequence[Path]) -> tuple[RuleFile, ...]:
    """Every `*.yaml`, `*.en.txt`, `*.zh.txt`, `*.csv` and `*.xlsx` below the folders, sorted by
    name; folders called `tests` are left out.

    A file is named by its path as given (`rules/cn/contact-time.yaml`), the sheet of a workbook as
    if that were a folder (`rules/mine/evening.xlsx/Sheet1.csv`). Raises `InputError` for a folder
    that is missing or holds no rule file, for a file that is not UTF-8 text, for a workbook that
    text cannot show, and for `*.yml` and the like, which would otherwise be left out unnoticed.
    """
    found: dict[Path, tuple[RuleFile, ...]] = {}
    for folder in dirs:
        if not folder.is_dir():
            raise InputError(f"`{folder}`", "there is no such folder of rule files")
        below = sorted(path for path in folder.rglob("*") if _is_rule_file(path, folder))
        paths = [path for path in below if path.name.endswith(_ENDS)]
        if not paths:
            ends = ", ".join(f"*{end}" for end in _ENDS)
            raise InputError(f"`{folder}`", f"there are no rule files ({ends}) in this folder")
        for path in below:  # a rule that is silently left out would be a ban that is not in force
            if why := _why_misnamed(path):
                raise InputError(f"`{path}`", why)
        for path in paths:
            if path.resolve() not in found:
                found[path.resolve()] = read_rule_file(path)
    return tuple(sorted((one for files in found.values() for one in files), key=_name))


def read_rule_file(path: Path) -> tuple[RuleFile, ...]:
    """One rule file; of a workbook, a file for each sheet. Raises `InputError`."""
    if path.suffix == WORKBOOK:
        return read_workbook(_bytes(path), path.as_posix())
    return (RuleFile(path.as_posix(), _text(path)),)


def read_test_files(dirs: Sequence[Path]) -> tuple[RuleFile, ...]:
    """Every `*.yaml` in folders called `tests` below the folders, sorted by name."""
    paths = {path for folder in dirs for path in folder.rglob("*.yaml")}
    tests = [path for path in paths if path.parent.name == "tests"]
    return tuple(RuleFile(path.as_posix(), _text(path)) for path in sorted(tests))


def _is_rule_file(path: Path, folder: Path) -> bool:
    if path.name.startswith(_OPEN_IN_EXCEL):
        return False
    return path.is_file() and "tests" not in path.relative_to(folder).parts


def _why_misnamed(path: Path) -> str:
    end = path.suffix.lower()
    if end in (".yaml", ".csv", WORKBOOK) and end != path.suffix:
        return f"rule files end in `{end}`; rename it"
    return _MISNAMED.get(end, "")


def _name(file: RuleFile) -> str:
    return file.name


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 text (byte {error.start})"
        if path.suffix == ".csv":
            what += (
                "; in Excel, save it as `CSV UTF-8 (Comma delimited)` or as a workbook"
                " · 请在 Excel 中另存为`CSV UTF-8（逗号分隔）`或工作簿"
            )
        raise InputError(f"`{path}`", what) from error
    except OSError as error:
        raise InputError(f"`{path}`", f"cannot be read: {error.strerror}") from error


def _bytes(path: Path) -> bytes:
    """At most one byte more than a workbook may have, so that a huge one is not read whole."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"`{path}`", f"cannot be read: {error.strerror}") from error
