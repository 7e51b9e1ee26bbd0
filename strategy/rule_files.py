"""The one place that opens rule files."""

from collections.abc import Sequence
from pathlib import Path

from strategy.errors import InputError
from strategy.rules.source import RuleFile

__all__ = ["RuleFile", "read_rule_files", "read_test_files"]


def read_rule_files(dirs: Sequence[Path]) -> tuple[RuleFile, ...]:
    """Every `*.yaml` below the folders, sorted by name; folders called `tests` are left out.

    A file is named by its path as given (`rules/cn/contact-time.yaml`). Raises `InputError` for
    a folder that is missing or holds no rule file, for a file that is not UTF-8 text, and for
    `*.yml`, which would otherwise be left out unnoticed.
    """
    found: dict[Path, RuleFile] = {}
    for folder in dirs:
        if not folder.is_dir():
            raise InputError(f"`{folder}`", "there is no such folder of rule files")
        paths = [path for path in folder.rglob("*.yaml") if _is_rule_file(path, folder)]
        if not paths:
            raise InputError(f"`{folder}`", "there are no rule files (*.yaml) in this folder")
        misnamed = [path for path in folder.rglob("*.yml") if _is_rule_file(path, folder)]
        if misnamed:  # a rule that is silently left out would be a ban that is not in force
            raise InputError(f"`{misnamed[0]}`", "rule files end in `.yaml`; rename it")
        for path in paths:
            found.setdefault(path.resolve(), RuleFile(path.as_posix(), _text(path)))
    return tuple(sorted(found.values(), key=lambda file: file.name))


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
