"""One load on one server: watched, checked beside and after, and told in figures."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from loadtest import figures, limits
from loadtest.checking import Checking, check_once
from loadtest.generator import Generator
from loadtest.meanwhile import Meanwhile
from loadtest.own_server import OwnServer
from loadtest.scenario import Interruptions
from loadtest.settings import Settings
from loadtest.watch import Sample, Watch
from strategy.errors import StrategyError

LONGEST_DRAIN_S = 60.0


def load(
    settings: Settings, servers: Sequence[OwnServer]
) -> tuple[list[figures.Call], Watch, Meanwhile]:
    """The calls that were made, and what was seen and done meanwhile; the first server is watched,
    the one that nobody kills where there are several."""
    generator = Generator(settings, ",".join(server.address for server in servers))
    watch = Watch(lambda: (servers[0].pid, servers[0].metrics), generator.pids)
    meanwhile = Meanwhile(settings.scenario, servers)
    watch.start()
    meanwhile.start()
    try:
        generator.finish(settings.scenario.seconds + LONGEST_DRAIN_S)
    finally:
        watch.stop()
        meanwhile.stop()
    calls = figures.read_calls(Path(settings.folder))
    if not calls:
        raise StrategyError(f"no call was made; see {settings.folder}/locust.log")
    return calls, watch, meanwhile


def measured(calls: list[figures.Call], watch: Watch, settings: Settings) -> dict[str, Any]:
    """Latencies of decisions, errors of all calls, what was full, and all of it over time."""
    asked = figures.decisions(calls)
    # Before the first call and after the last nothing is asked of anybody.
    during = [s for s in watch.samples if calls[0].due <= s.at * 1e6 <= calls[-1].due]
    used = used_of(during, settings)
    seconds = (calls[-1].due - calls[0].due) / 1e6 or 1.0
    return {
        "calls_per_s": round(len(calls) / seconds, 1),
        "decisions_per_s": round(figures.decided(calls) / seconds, 1),
        **figures.latency(asked),
        "batch_p99_ms": figures.latency(figures.batches(calls))["p99_ms"],
        "late_ms": figures.late_ms(calls),
        "error_rate": figures.error_rate(calls),
        "saturation": limits.saturation(used),
        "use": used,
        "first_limit": limits.first_limit(used),
        "calls": figures.by_name(calls),
        "over_time": figures.over_time(calls),
        "samples": [s._asdict() | {"at": round(s.at - calls[0].due / 1e6, 2)} for s in during],
    }


def used_of(samples: list[Sample], settings: Settings) -> dict[str, float]:
    return limits.use(samples, settings.workers, os.cpu_count() or 1)


def echo(settings: Settings, servers: Sequence[OwnServer]) -> dict[str, Any]:
    """The same arrivals against a method that does nothing."""
    scenario = msgspec.structs.replace(settings.scenario, meanwhile=Interruptions())
    bare = msgspec.structs.replace(
        settings, scenario=scenario, echo=True, folder=f"{settings.folder}/echo"
    )
    calls, watch, _ = load(bare, servers)
    return measured(calls, watch, bare)


def checked_load(settings: Settings, servers: Sequence[OwnServer]) -> dict[str, Any]:
    """The real load: figures, and what the checker found during it and after it."""
    folder, began = Path(settings.folder), time.monotonic()
    checking = Checking(folder, settings.scenario.check_every_s)
    checking.start()
    try:
        calls, watch, meanwhile = load(settings, servers)
    finally:
        checking.stop()
    final = check_once(folder)
    found = measured(calls, watch, settings)
    every = [tuple(v.values()) for v in [*checking.violations, *final["violations"]]]
    return found | {
        "seconds": round(time.monotonic() - began, 1),
        "violations": len(set(every)),
        "meanwhile": meanwhile.done,
        "check": final | {"violations": sorted(set(every)), "rounds": checking.rounds + 1},
    }
