"""Pages whose commands are run as they are written, in a folder of their own."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"```(text file=(?P<file>\S+)|console)\n(?P<body>.*?)```", re.DOTALL)
COMMAND = re.compile(r"\$ (.*)\n((?:(?!\$ ).*\n)*)")


def run(command: str, folder: Path) -> str:
    done = subprocess.run(**_as_typed(command, folder), timeout=120, check=False)
    return done.stdout


@contextmanager
def server(command: str, folder: Path) -> Iterator[str]:
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


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def matches(expected: str, found: str) -> bool:
    """`…` stands for anything."""
    pattern = ".*".join(map(re.escape, expected.strip().split("…")))
    assert re.fullmatch(pattern, found.strip(), re.DOTALL), f"{found}\nis not\n{expected}"
    return True
