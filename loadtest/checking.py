"""Runs the checker in a process of its own: again and again beside the load, and at its end."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any

from loadtest.scenario import HOME
from strategy.errors import StrategyError

_MOST_FAILURES = 3


def check_once(folder: Path) -> dict[str, Any]:
    """What the checker found. Raises `StrategyError` where it could not run."""
    command = [sys.executable, "-m", "loadtest.check", str(folder)]
    done = subprocess.run(
        command, cwd=HOME, capture_output=True, text=True, preexec_fn=lambda: os.nice(10)
    )
    if done.returncode not in (0, 2):
        raise StrategyError(f"the checker could not run: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Checking:
    """Checks from `start` to `stop`, with pauses. `violations` are those of all rounds."""

    def __init__(self, folder: Path, every_s: float) -> None:
        self._folder, self._every_s = folder, every_s
        self.rounds = 0
        self.violations: list[dict[str, str]] = []
        self.failure, self._failed = "", 0
        self._stop = Event()
        self._thread = Thread(target=self._run, name="checking")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        if self.failure:
            raise StrategyError(self.failure)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                found = check_once(self._folder)
            except StrategyError as error:
                # A server that was just killed leaves a log that only a writer can recover.
                self._failed += 1
                if self._failed == _MOST_FAILURES:
                    self.failure = str(error)
                    return
                continue
            self._failed = 0
            self.violations += found["violations"]
            self.rounds += 1
