"""The pages about what the rule compiler says, one a code."""

import re
from dataclasses import dataclass
from pathlib import Path

from strategy.rule_forms import PARSERS
from strategy.rules.advice import advise
from strategy.rules.diagnostic import Diagnostic, RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "errors"
_BLOCK = re.compile(r"```(?:yaml|text)(?: file=(?P<file>\S+))?\n(?P<body>.*?)```", re.DOTALL)

Files = dict[str, str]


@dataclass(frozen=True)
class ErrorPage:
    """Texts of files by name, and what is said about them. `mended` are all files, mended or not.
    The Chinese part has files of its own, or speaks of the wrong ones with `language: zh`."""

    code: str
    wrong: Files
    said: str
    mended: Files
    chinese: Files
    said_in_chinese: str


def read_pages() -> list[ErrorPage]:
    return [_read(path) for path in sorted(FOLDER.glob("*.md")) if path.stem != "README"]


def told(files: Files) -> tuple[Diagnostic, ...]:
    """The mistakes in files; where there are none, the advice."""
    try:
        return advise(compile_rules([RuleFile(*one) for one in files.items()], PARSERS))
    except RuleError as error:
        return error.diagnostics


def _read(path: Path) -> ErrorPage:
    text = path.read_text(encoding="utf-8")
    _, wrong, mended, chinese = re.split(r"^## .*$", text, flags=re.MULTILINE)
    files, said = _blocks(wrong)
    own, said_in_chinese = _blocks(chinese)
    return ErrorPage(
        path.stem,
        files,
        said,
        {**files, **_blocks(mended)[0]},
        own or {name: text + "language: zh\n" for name, text in files.items()},
        said_in_chinese,
    )


def _blocks(section: str) -> tuple[Files, str]:
    blocks = list(_BLOCK.finditer(section))
    files = {one["file"]: one["body"] for one in blocks if one["file"]}
    return files, "".join(one["body"] for one in blocks if not one["file"]).strip()
