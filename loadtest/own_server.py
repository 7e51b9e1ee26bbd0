"""A server process of the load test's own, on a ledger of its own; it can be killed and come back.

The clock is one for rehearsals: it starts at an instant of the scenario and runs at real speed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from loadtest.scenario import HOME, Scenario
from strategy.errors import StrategyError

ZONE = "Asia/Shanghai"


def no_settings() -> dict[str, str]:
    """The environment without the settings of another server, such as its certificate."""
    return {name: v for name, v in os.environ.items() if not name.startswith("STRATEGY_")}


@dataclass
class OwnServer:
    """`ledger` is its place. `began`: when, by our clock, its own stands at `clock`. `address` and
    `metrics` are HOST:PORT once it listens. `ahead_s`: its clock minus ours."""

    ledger: str
    rules: Sequence[Path]
    clock: datetime
    log: Path
    began: float = field(default_factory=time.time)
    address: str = "127.0.0.1:0"
    metrics: str = ""
    ahead_s: float = 0.0
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Raises `StrategyError` where it does not come up."""
        now = time.time()
        clock = self.clock + timedelta(seconds=now - self.began)
        command = [sys.executable, "-m", "loadtest.server", "--ledger", self.ledger]
        command += ["--zone", ZONE, "--listen", self.address, "--metrics", "127.0.0.1:0"]
        command += ["--clock-start", clock.isoformat()]
        command += [word for folder in self.rules for word in ("--rules", str(folder))]
        with self.log.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=HOME,
                env=no_settings(),
            )
        self.address = self._told("listening on ")
        # Its clock begins when the ledger is open, and a big one takes minutes on a busy machine.
        self.ahead_s = clock.timestamp() - time.time()
        self.metrics = self._told("metrics at http://").removesuffix("/metrics")

    def kill(self) -> None:
        """As a power cut would: kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._close()

    def reload_rules(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=60)
        self._close()
        if code != 0:
            raise StrategyError(f"the server ended with code {code}; see {self.log}")

    def _told(self, words: str) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(words):
            self._process.kill()
            self._process.wait()
            self._close()
            raise StrategyError(f"the server did not start; see {self.log}")
        return line.removeprefix(words).strip()

    def _close(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def servers_on(
    ledger: str, scenario: Scenario, rules: Sequence[Path], folder: Path
) -> Iterator[list[OwnServer]]:
    """As many as the scenario has, with one clock; stopped in the end."""
    began, servers = time.time(), list[OwnServer]()
    try:
        for number in range(1, scenario.replicas + 1):
            log = folder / ("server.log" if number == 1 else f"server-{number}.log")
            servers.append(OwnServer(ledger, rules, scenario.clock, log, began))
            servers[-1].start()
        yield servers
    finally:
        for server in servers:
            server.stop()
