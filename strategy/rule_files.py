"""The one place that opens rule files."""

from collections.abc import Sequence
from pathlib import Path

from strategy.errors import InputError
from strategy.rules.source import RuleFile

_ENDS = (".yaml", ".en.txt", ".zh.txt")

__all__ = ["RuleFile", "read_rule_file", "read_rule_files", "read_test_files"]


def read_rule_files(dirs: Sequence[Path]) -> tuple[RuleFile, ...]:
    """Every `*.yaml`, `*.en.txt` and `*.zh.txt` below the folders, sorted by name; folders called
    `tests` are left out.

    A file is named by its path as given (`rules/cn/contact-time.yaml`). Raises `InputError` for
    a folder that is missing or holds no rule file, for a file that is not UTF-8 text, and for
    `*.yml`, which would otherwise be left out unnoticed.
    """
    found: dict[Path, RuleFile] = {}
    for folder in dirs:
        if not folder.is_dir():
            raise InputError(f"`{folder}`", "there is no such folder of rule files")
        paths = [p for end in _ENDS for p in folder.rglob(f"*{end}") if _is_rule_file(p, folder)]
        if not paths:
            what = "there are no rule files (*.yaml, *.en.txt, *.zh.txt) in this folder"
            raise InputError(f"`{folder}`", what)
        misnamed = [path for path in folder.rglob("*.yml") if _is_rule_file(path, folder)]
        if misnamed:  # a rule that is silently left out would be a ban that is not in force
            raise InputError(f"`{misnamed[0]}`", "rule files end in `.yaml`; rename it")
        for path in paths:
            found.setdefault(path.resolve(), RuleFile(path.as_posix(), _text(path)))
    return tuple(sorted(found.values(), key=lambda file: file.name))


def read_rule_file(path: Path) -> RuleFile:
    """One rule file. Raises `InputError`."""
    return RuleFile(path.as_posix(), _text(path))


def read_test_files(dirs: Sequence[Path]) -> tuple[RuleFile, ...]:
    """Every `*.yaml` in folders called `tests` below the folders, sorted by name."""
    paths = {path for folder in dirs for path in folder.rglob("*.yaml")}
    tests = [path for path in paths if path.parent.name == "tests"]
    return tuple(RuleFile(path.as_posix(), _text(path)) for path in sorted(tests))


def _is_rule_file(path: Path, folder: Path) -> bool:
    return path.is_file() and "tests" not in path.relative_to(folder).parts


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"`{path}`", f"is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise InputError(f"`{path}`", f"cannot be read: {error.strerror}") from error
