"""The knee measured: a ramp says roughly where it is, one visit to each of the loads around that
says where to look, and several visits to loads around that what it is. Every run takes as long."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from loadtest import figures, limits
from loadtest.knee import Step, knee_of, middle, near, spread, sweeps
from loadtest.measure import load, used_of
from loadtest.own_ledger import OwnLedger
from loadtest.own_server import OwnServer, servers_on
from loadtest.scenario import Interruptions, Scenario
from loadtest.settings import Settings

_REST = 0.5
"""Of a visit's time: nothing is asked, so that what waits is done before the next visit."""


def find_knee(
    settings: Settings, rules: Sequence[Path], prepared: OwnLedger, runs: int
) -> dict[str, Any]:
    """Each run on a copy of the prepared ledger, with servers of its own."""
    found = [_run(settings, rules, prepared, number) for number in range(1, runs + 1)]
    holds, core_ms = [run["holds"] for run in found], [run["core_ms"] for run in found]
    return {
        "p99_ms": settings.scenario.passes.p99_ms,
        "holds": round(median(holds), 1),
        "spread": round(spread(holds), 3),
        "core_ms": round(median(core_ms), 2),
        "core_ms_spread": round(spread(core_ms), 3),
        "runs": found,
    }


def _run(
    settings: Settings, rules: Sequence[Path], prepared: OwnLedger, number: int
) -> dict[str, Any]:
    folder = Path(settings.folder) / f"knee-{number}"
    folder.mkdir()
    with (
        prepared.copied(folder) as place,
        servers_on(place, settings.scenario, rules, folder) as up,
    ):
        own = msgspec.structs.replace(settings, folder=str(folder), ahead_s=up[0].ahead_s)
        return _knee(own, up)


def _knee(settings: Settings, servers: Sequence[OwnServer]) -> dict[str, Any]:
    knee, line = settings.scenario.knee, settings.scenario.passes.p99_ms
    ramp = _visited(settings, servers, "ramp", knee.ramp, knee.step_s, 0.0)
    holds, crossed = knee_of(ramp, line)
    steps: list[Step] = []
    for name, visits in (("look", 1), ("near", knee.visits)):
        loads = near(holds / settings.scenario.decisions_an_arrival)
        order = sweeps(loads, visits)
        rates = [loads[n] for n in order]
        seen = _visited(settings, servers, name, rates, knee.visit_s, _REST)
        visited = list(zip(order, seen, strict=True))
        steps = [middle([s for n, s in visited if n == one], line) for one in range(len(loads))]
        holds, crossed = knee_of(steps, line)
    beyond = next((step for step in steps if step.offered > holds), steps[-1])
    return {
        "holds": round(holds, 1),
        "found": crossed,
        "first_limit": beyond.first_limit if crossed else "not reached",
        "core_ms": round(median(step.core_ms for step in steps), 2),
        "ramp": [step._asdict() for step in ramp],
        "steps": [step._asdict() for step in steps],
    }


def _visited(
    settings: Settings,
    servers: Sequence[OwnServer],
    name: str,
    rates: Sequence[float],
    length: float,
    rest: float,
) -> list[Step]:
    """One step for each rate, of `length` seconds; after it nothing for `rest` of that time."""
    apart, points = length * (1 + rest), list[tuple[float, float]]()
    for number, rate in enumerate(rates):
        begins = number * apart
        points += [(begins, rate), (begins + length, rate)]
        if rest:
            points += [(begins + length, 0.0), (begins + apart, 0.0)]
    scenario = msgspec.structs.replace(
        settings.scenario,
        rate=tuple(points),
        seconds=len(rates) * apart,
        meanwhile=Interruptions(),
    )
    folder = f"{settings.folder}/{name}"
    own = msgspec.structs.replace(settings, scenario=scenario, folder=folder)
    calls, watch, _ = load(own, servers)
    began, steps = calls[0].due / 1e6, []
    for number, rate in enumerate(rates):
        starts = began + number * apart
        due = [call for call in calls if starts <= call.due / 1e6 < starts + length]
        seen = [sample for sample in watch.samples if starts < sample.at <= starts + apart]
        during = [sample for sample in seen if sample.at <= starts + length]
        limit = limits.first_limit(used_of(during, own))
        # With the rest: what waited at the end of the visit is worked off then.
        core_s = apart * used_of(seen, own)[limits.INTERPRETER]
        steps.append(_step(own.scenario, rate, due, starts + length, limit, core_s))
    return steps


def _step(
    scenario: Scenario,
    rate: float,
    due: list[figures.Call],
    ends: float,
    first_limit: str,
    core_s: float,
) -> Step:
    """By the scenario's rate rather than by what chance made due: a batch more or less is much."""
    offered = rate * scenario.decisions_an_arrival
    asked = figures.decisions(due)
    within = (ends + scenario.passes.p99_ms / 1000) * 1e6
    answered = sum(call.status == "OK" and call.ended <= within for call in asked)
    return Step(
        round(offered, 1),
        round(offered * answered / max(1, len(asked)), 1),
        figures.latency(asked)["p99_ms"],
        first_limit,
        round(1000 * core_s / max(1, figures.decided(due)), 2),
    )
