"""The real server as a process of its own, on a free port of this machine."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from strategy.errors import StrategyError

SERVER = Path(__file__).resolve().parents[2] / "server.py"


@contextmanager
def running_server(
    rules: Sequence[Path], ledger: Path, zone: str, clock_start: datetime, log: Path
) -> Iterator[str]:
    """Start the server with a rehearsal clock; yields its address; stops it with SIGTERM.

    Its log goes to the file `log`. Raises `StrategyError` where it does not start or stop well.
    """
    command = [sys.executable, str(SERVER), "--ledger", f"sqlite:{ledger}", "--zone", zone]
    command += ["--listen", "127.0.0.1:0", "--clock-start", clock_start.isoformat()]
    for folder in rules:
        command += ["--rules", str(folder)]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=_no_settings()
        ) as process,
    ):
        try:
            yield _address(process.stdout, log)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=30)
    if code != 0:
        raise StrategyError(f"the server ended with code {code}; see {log}")


def _no_settings() -> dict[str, str]:
    """The environment without the settings of another server, such as its certificate."""
    return {name: v for name, v in os.environ.items() if not name.startswith("STRATEGY_")}


def _address(output: IO[str] | None, log: Path) -> str:
    line = output.readline() if output else ""
    if not line.startswith("listening on "):
        raise StrategyError(f"the server did not start; see {log}")
    return line.removeprefix("listening on ").strip()
