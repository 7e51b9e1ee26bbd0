"""The pages for rule authors are run as they are written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```(text file=(?P<file>\S+)|console)\n(?P<body>.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", ["writing-rules.md", "writing-rules.zh.md", "decision-tables.md"])
def test_a_newcomer_who_follows_the_page_sees_what_it_says(page: str, tmp_path: Path) -> None:
    shutil.copytree(HOME / "rules", tmp_path / "rules")
    shutil.copy(HOME / "docs/examples/capacity.yaml", tmp_path)
    blocks = list(BLOCK.finditer((HOME / "docs" / page).read_text(encoding="utf-8")))
    assert len(blocks) > 5
    for block in blocks:
        if block["file"]:
            path = tmp_path / block["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["body"], encoding="utf-8")
        else:
            for command, expected in re.findall(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", block["body"]):
                assert _matches(expected, _run(command, tmp_path)), command


def _run(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command.split(),
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


def _matches(expected: str, found: str) -> bool:
    """`…` stands for anything."""
    pattern = ".*".join(map(re.escape, expected.strip().split("…")))
    assert re.fullmatch(pattern, found.strip(), re.DOTALL), f"{found}\nis not\n{expected}"
    return True
