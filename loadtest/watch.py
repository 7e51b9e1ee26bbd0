"""Samples the server and the generator while a load runs: CPU, memory, queues, batches."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import NamedTuple
from urllib.request import urlopen

import psutil
from prometheus_client.parser import text_string_to_metric_families

EVERY_S = 0.5


class Sample(NamedTuple):
    """At a second of our clock. CPU in cores since the sample before, memory in MiB, queues at that
    moment; `writing` is the share of time the ledger's writer worked, `batch` works an fsync."""

    at: float
    server_cores: float
    server_mib: float
    generator_cores: float
    machine_cores: float
    calls_waiting: float
    writes_waiting: float
    batches: float
    batch: float
    writing: float


class Watch:
    """Runs in a thread from `start` to `stop`; a server that is down is watched again when up."""

    def __init__(self, server: Callable[[], tuple[int, str]], generator: list[int]) -> None:
        """The server's process id and metrics address as of now; the generator's process ids."""
        self._server, self._generator = server, generator
        self.samples: list[Sample] = []
        self._stop = Event()
        self._thread = Thread(target=self._run, name="watch")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        before = self._read()
        while not self._stop.wait(EVERY_S):
            now = self._read()
            if before and now and before["pid"] == now["pid"]:
                self.samples.append(_between(before, now))
            before = now

    def _read(self) -> dict[str, float] | None:
        pid, metrics = self._server()
        with suppress(psutil.Error, OSError, ValueError):
            process, callers = psutil.Process(pid), map(psutil.Process, self._generator)
            found = {
                "pid": float(pid),
                "at": time.time(),
                "server": sum(process.cpu_times()[:2]),
                "mib": process.memory_info().rss / 2**20,
                "generator": sum(sum(one.cpu_times()[:2]) for one in callers),
                "machine": sum(psutil.cpu_times()) - psutil.cpu_times().idle,
            }
            with urlopen(f"http://{metrics}/metrics", timeout=2) as page:
                text = page.read().decode()
            for family in text_string_to_metric_families(text):
                if family.name.startswith("loadtest_"):
                    found[family.name] = family.samples[0].value
            return found
        return None


def _between(before: dict[str, float], now: dict[str, float]) -> Sample:
    seconds = now["at"] - before["at"]

    def per_second(name: str) -> float:
        return (now[name] - before[name]) / seconds

    batches = now["loadtest_batches"] - before["loadtest_batches"]
    works = now["loadtest_works"] - before["loadtest_works"]
    return Sample(
        at=now["at"],
        server_cores=per_second("server"),
        server_mib=now["mib"],
        generator_cores=per_second("generator"),
        machine_cores=per_second("machine"),
        calls_waiting=now["loadtest_calls_waiting"],
        writes_waiting=now["loadtest_writes_waiting"],
        batches=batches / seconds,
        batch=works / batches if batches else 0.0,
        writing=per_second("loadtest_writing_s"),
    )
