"""The knee measured: a ramp that says roughly where it is, then visits to loads around it."""

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

_MOST_TRIES = 2
"""How often loads are visited, where the first ones did not reach the knee."""

_REST = 0.5
"""Of a visit's time: nothing is asked, so that what waits is done before the next visit."""


def find_knee(
    settings: Settings, rules: Sequence[Path], prepared: OwnLedger, runs: int
) -> dict[str, Any]:
    """Each run on a copy of the prepared ledger, with servers of its own."""
    found = [_run(settings, rules, prepared, number) for number in range(1, runs + 1)]
    holds = [run["holds"] for run in found]
    return {
        "p99_ms": settings.scenario.passes.p99_ms,
        "holds": round(median(holds), 1),
        "spread": round(spread(holds), 3),
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
    for tries in range(1, _MOST_TRIES + 1):
        loads = near(holds / settings.scenario.decisions_an_arrival)
        order = sweeps(loads, knee.visits)
        rates = [loads[n] for n in order]
        seen = _visited(settings, servers, f"near-{tries}", rates, knee.visit_s, _REST)
        for load_ in range(len(loads)):
            visits = [step for n, step in zip(order, seen, strict=True) if n == load_]
            steps.append(middle(visits, line))
        steps.sort()
        holds, crossed = knee_of(steps, line)
        if crossed:
            break
    beyond = next((step for step in steps if step.offered > holds), steps[-1])
    return {
        "holds": round(holds, 1),
        "found": crossed,
        "first_limit": beyond.first_limit if crossed else "not reached",
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
        seen = [sample for sample in watch.samples if starts < sample.at <= starts + length]
        due = [call for call in calls if starts <= call.due / 1e6 < starts + length]
        limit = limits.first_limit(used_of(seen, own))
        steps.append(_step(own.scenario, rate, due, starts + length, limit))
    return steps


def _step(
    scenario: Scenario, rate: float, due: list[figures.Call], ends: float, limit: str
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
        limit,
    )
