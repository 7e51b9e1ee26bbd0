"""How much it holds: steps of growing load, until the 99th percentile crosses the pass line.

Latency counts from when a call was due, so a step that the server cannot follow shows at once. The
knee lies between the last step that held and the first that did not, where the straight line
between the two percentiles (in logarithms) crosses.
"""

from collections.abc import Sequence
from math import log
from pathlib import Path
from shutil import copyfile
from statistics import median
from typing import Any, NamedTuple

import msgspec

from loadtest import figures, limits
from loadtest.measure import load, used_of
from loadtest.own_server import OwnServer
from loadtest.scenario import Interruptions
from loadtest.settings import LEDGER, Settings

KEPT_UP = 0.9
"""A step holds only if this share of its decisions was answered within the step and its line."""


class Step(NamedTuple):
    """Decisions a second that were due, answered, and their 99th percentile in milliseconds."""

    offered: float
    answered: float
    p99_ms: float
    first_limit: str


def knee_of(steps: Sequence[Step], p99_ms: float) -> tuple[float, bool]:
    """Decisions a second that hold, and whether the knee was found: False, it holds more or, where
    the first step broke, less.

    More load never makes calls faster; where a step says so, chance does, and it is evened out.
    """
    even = _rising([log(_p99(step, p99_ms)) for step in steps], [step.offered for step in steps])
    broken = next((n for n, one in enumerate(even) if one > log(p99_ms)), len(steps))
    if broken in (0, len(steps)):
        return steps[min(broken, len(steps) - 1)].offered, False
    low, high = steps[broken - 1].offered, steps[broken].offered
    way = (log(p99_ms) - even[broken - 1]) / (even[broken] - even[broken - 1])
    return float(low * (high / low) ** way), True


def _p99(step: Step, line: float) -> float:
    """A step that was not kept up with is over the line whatever its calls say."""
    return step.p99_ms if step.answered >= KEPT_UP * step.offered else max(line * 2, step.p99_ms)


def _rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest values that never fall: neighbours that do are replaced by their mean."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, count = value, weight, 1
        while pools and pools[-1][0] > mean:
            before, other, more = pools.pop()
            mean = (before * other + mean * total) / (other + total)
            total, count = total + other, count + more
        pools.append((mean, total, count))
    return [mean for mean, _, count in pools for _ in range(count)]


def find_knee(
    settings: Settings, rules: Sequence[Path], prepared: Path, runs: int
) -> dict[str, Any]:
    """Each run on a copy of the prepared ledger, with a server of its own."""
    found = [_run(settings, rules, prepared, number) for number in range(1, runs + 1)]
    holds = [run["holds"] for run in found]
    return {
        "p99_ms": settings.scenario.passes.p99_ms,
        "holds": round(median(holds), 1),
        "spread": round((max(holds) - min(holds)) / median(holds), 3),
        "runs": found,
    }


def _run(settings: Settings, rules: Sequence[Path], prepared: Path, number: int) -> dict[str, Any]:
    folder = Path(settings.folder) / f"knee-{number}"
    folder.mkdir()
    copyfile(prepared, folder / LEDGER)
    knee = settings.scenario.knee
    scenario = msgspec.structs.replace(
        settings.scenario,
        rate=knee.rate,
        seconds=knee.steps * knee.step_s,
        meanwhile=Interruptions(),
    )
    server = OwnServer(folder / LEDGER, rules, scenario.clock, folder / "server.log")
    server.start()
    try:
        own = msgspec.structs.replace(
            settings, scenario=scenario, folder=str(folder), ahead_s=server.ahead_s
        )
        calls, watch, _ = load(own, server)
    finally:
        server.stop()
    began, length = calls[0].due / 1e6, knee.step_s
    asked = figures.decisions(calls)
    steps = []
    for step in range(knee.steps):
        starts, ends = began + step * length, began + (step + 1) * length
        due = [call for call in asked if starts <= call.due / 1e6 < ends]
        done = sum(starts <= call.ended / 1e6 < ends for call in asked)
        seen = [sample for sample in watch.samples if starts < sample.at <= ends]
        steps.append(
            Step(
                round(len(due) / length, 1),
                round(done / length, 1),
                figures.latency(due)["p99_ms"],
                limits.first_limit(used_of(seen, own)),
            )
        )
    holds, crossed = knee_of(steps, scenario.passes.p99_ms)
    beyond = next((s for s in steps if s.offered > holds), steps[-1])
    return {
        "holds": round(holds, 1),
        "found": crossed,
        "first_limit": beyond.first_limit if crossed else "not reached",
        "steps": [step._asdict() for step in steps],
    }
