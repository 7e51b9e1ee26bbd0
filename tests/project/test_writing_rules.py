"""The pages for rule authors are run as they are written."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```(text file=(?P<file>\S+)|console)\n(?P<body>.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", ["writing-rules.md", "writing-rules.zh.md", "decision-tables.md"])
def test_a_newcomer_who_follows_the_page_sees_what_it_says(page: str, tmp_path: Path) -> None:
    shutil.copytree(HOME / "rules", tmp_path / "rules")
    for file in ("docs/examples/capacity.yaml", "server.py"):
        shutil.copy(HOME / file, tmp_path)
    blocks = list(BLOCK.finditer((HOME / "docs" / page).read_text(encoding="utf-8")))
    assert len(blocks) > 5
    free = f"127.0.0.1:{_free_port()}"
    with ExitStack() as servers:
        for block in blocks:
            body = block["body"].replace("127.0.0.1:50051", free)
            if block["file"]:
                path = tmp_path / block["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body, encoding="utf-8")
                continue
            for command, expected in re.findall(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", body):
                start = command.startswith("python server.py")
                said = servers.enter_context(_server(command, tmp_path)) if start else ""
                assert _matches(expected, said or _run(command, tmp_path)), command


def _run(command: str, folder: Path) -> str:
    done = subprocess.run(**_as_typed(command, folder), timeout=120, check=False)
    return done.stdout


@contextmanager
def _server(command: str, folder: Path) -> Iterator[str]:
    """Runs until the page ends; yields the first line it prints."""
    with subprocess.Popen(**_as_typed(command, folder)) as process:
        try:
            yield process.stdout.readline()
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _as_typed(command: str, folder: Path) -> dict[str, object]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {
        "args": command.split(),
        "cwd": folder,
        "env": {**os.environ, "PATH": path},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _matches(expected: str, found: str) -> bool:
    """`…` stands for anything."""
    pattern = ".*".join(map(re.escape, expected.strip().split("…")))
    assert re.fullmatch(pattern, found.strip(), re.DOTALL), f"{found}\nis not\n{expected}"
    return True
