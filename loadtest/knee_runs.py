"""The knee measured: a ramp says roughly where it is, one visit to each of the loads around that
says where to look, and several visits to loads around that what it is. Every run takes as long.

Runs take turns, one sweep over the loads each, so that a machine that gets slower meets all alike.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from loadtest import figures, limits
from loadtest.knee import Step, knee_of, middle, near, spread, sweep
from loadtest.measure import load, used_of
from loadtest.own_ledger import OwnLedger
from loadtest.own_server import OwnServer, servers_on
from loadtest.scenario import Interruptions, Scenario
from loadtest.settings import Settings

_REST = 0.5
"""Of a visit's time: nothing is asked, so that what waits is done before the next visit."""


@dataclass(frozen=True, slots=True)
class _Run:
    settings: Settings
    servers: Sequence[OwnServer]


def find_knee(
    settings: Settings, rules: Sequence[Path], prepared: OwnLedger, runs: int
) -> dict[str, Any]:
    """Each run on a copy of the prepared ledger, with servers of its own."""
    with ExitStack() as stack:
        own = [
            stack.enter_context(_run(settings, rules, prepared, number))
            for number in range(1, runs + 1)
        ]
        found = _knees(settings.scenario, own)
    holds, core_ms = [run["holds"] for run in found], [run["core_ms"] for run in found]
    return {
        "p99_ms": settings.scenario.passes.p99_ms,
        "holds": round(median(holds), 1),
        "spread": round(spread(holds), 3),
        "core_ms": round(median(core_ms), 2),
        "core_ms_spread": round(spread(core_ms), 3),
        "runs": found,
    }


@contextmanager
def _run(
    settings: Settings, rules: Sequence[Path], prepared: OwnLedger, number: int
) -> Iterator[_Run]:
    folder = Path(settings.folder) / f"knee-{number}"
    folder.mkdir()
    with (
        prepared.copied(folder) as place,
        servers_on(place, settings.scenario, rules, folder) as up,
    ):
        own = msgspec.structs.replace(settings, folder=str(folder), ahead_s=up[0].ahead_s)
        yield _Run(own, up)


def _knees(scenario: Scenario, runs: Sequence[_Run]) -> list[dict[str, Any]]:
    knee, line = scenario.knee, scenario.passes.p99_ms
    ramps = [_visited(run, "ramp", knee.ramp, knee.step_s, 0.0) for run in runs]
    looks = _around(scenario, runs, "look", ramps, 1)
    return [
        _found(ramp, steps, line)
        for ramp, steps in zip(
            ramps, _around(scenario, runs, "near", looks, knee.visits), strict=True
        )
    ]


def _around(
    scenario: Scenario, runs: Sequence[_Run], name: str, before: Sequence[list[Step]], visits: int
) -> list[list[Step]]:
    """For each run the steps around the knee that its steps before told."""
    knee, line = scenario.knee, scenario.passes.p99_ms
    around = [near(knee_of(steps, line)[0] / scenario.decisions_an_arrival) for steps in before]
    seen: list[list[list[Step]]] = [[[] for _ in loads] for loads in around]
    for visit in range(visits):
        for run, loads, steps in zip(runs, around, seen, strict=True):
            order = sweep(loads, visit)
            rates = [loads[n] for n in order]
            visited = _visited(run, f"{name}-{visit + 1}", rates, knee.visit_s, _REST)
            for n, step in zip(order, visited, strict=True):
                steps[n].append(step)
    return [[middle(one, line) for one in steps] for steps in seen]


def _found(ramp: list[Step], steps: list[Step], line: float) -> dict[str, Any]:
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
    run: _Run, name: str, rates: Sequence[float], length: float, rest: float
) -> list[Step]:
    """One step for each rate, of `length` seconds; after it nothing for `rest` of that time."""
    settings = run.settings
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
    calls, watch, _ = load(own, run.servers)
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
