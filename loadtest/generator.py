"""Runs Locust in processes of its own, because it patches whatever process it is in."""

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from loadtest.own_server import no_settings
from loadtest.scenario import HOME
from loadtest.settings import Settings
from strategy.errors import StrategyError


class Generator:
    """One Locust process, or a master with workers where `settings.workers` is more than one."""

    def __init__(self, settings: Settings, host: str) -> None:
        folder = Path(settings.folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "locust.log"
        self._environment = {**no_settings(), "LOADTEST_RUN": str(settings.write())}
        self._open = ExitStack()
        command = ["--host", host, "--headless", "--only-summary", "--stop-timeout", "15"]
        if settings.workers == 1:
            self._all = [self._start(command)]
            return
        port = str(_free_port())
        command += ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        worker = ["--worker", "--master-host", "127.0.0.1", "--master-port", port]
        self._all = [self._start([*command, "--expect-workers", str(settings.workers)])]
        self._all += [self._start(worker) for _ in range(settings.workers)]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._all]

    def running(self) -> bool:
        return any(process.poll() is None for process in self._all)

    def finish(self, timeout: float) -> None:
        """Raises `StrategyError` where Locust itself failed; failed calls are in the samples."""
        with self._open:
            try:
                codes = [process.wait(timeout) for process in self._all]
            except subprocess.TimeoutExpired:
                codes = [-1]
            finally:
                for process in self._all:
                    process.kill()
                    process.wait()
        if any(code not in (0, 1) for code in codes):  # 1: calls failed
            raise StrategyError(f"the generator ended with {codes}; see {self._log}")

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        log = self._open.enter_context(self._log.open("ab"))
        command = [sys.executable, "-m", "locust", "-f", str(HOME / "loadtest" / "locustfile.py")]
        return subprocess.Popen(
            [*command, *words], stdout=log, stderr=log, env=self._environment, cwd=HOME
        )


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
