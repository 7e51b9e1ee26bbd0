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
from loadtest.prepare import LEDGER
from loadtest.scenario import Interruptions
from loadtest.settings import Settings

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
    the first step broke, less."""
    for number, step in enumerate(steps):
        if step.p99_ms <= p99_ms and step.answered >= KEPT_UP * step.offered:
            continue
        if number == 0:
            return step.offered, False
        held = steps[number - 1]
        rise = log(max(step.p99_ms, p99_ms * 1.001) / held.p99_ms)
        way = min(1.0, log(p99_ms / held.p99_ms) / rise)
        return held.offered * (step.offered / held.offered) ** way, True
    return steps[-1].offered, False


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
