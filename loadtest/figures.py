"""Figures from samples. Latency counts from when a call was due, so waiting for a caller counts."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

DECISIONS = frozenset({"RequestPermit", "Decide", "Echo"})
BATCHES = frozenset({"DecideStream"})


class Call(NamedTuple):
    """One call, in microseconds of the generator's clock; a batch has several items."""

    name: str
    due: int
    started: int
    ended: int
    status: str
    items: int = 1

    @property
    def ms(self) -> float:
        return (self.ended - self.due) / 1000


def read_calls(folder: Path) -> list[Call]:
    """Of all generating processes, in the order in which they were due."""
    calls = []
    for path in folder.glob("samples-*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = (row for row in csv.reader(file) if len(row) == 6)
            calls += [Call(r[0], int(r[1]), int(r[2]), int(r[3]), r[4], int(r[5])) for r in rows]
    return sorted(calls, key=lambda call: call.due)


def decisions(calls: Iterable[Call]) -> list[Call]:
    """What somebody waits for before an attempt."""
    return [call for call in calls if call.name in DECISIONS]


def batches(calls: Iterable[Call]) -> list[Call]:
    return [call for call in calls if call.name in BATCHES]


def decided(calls: Iterable[Call]) -> int:
    """How many decisions that is, those of batches counted one by one."""
    return sum(call.items for call in calls if call.name in DECISIONS | BATCHES)


def latency(calls: Sequence[Call]) -> dict[str, float]:
    """Milliseconds; all 0 where there was no call."""
    times = np.array([call.ms for call in calls] or [0.0])
    p50, p99, p999 = np.percentile(times, (50, 99, 99.9))
    return {
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "p999_ms": round(float(p999), 2),
        "longest_ms": round(float(times.max()), 2),
    }


def late_ms(calls: Sequence[Call]) -> float:
    """The 99th percentile of how late calls left: every caller was busy, or the generator was."""
    return round(float(np.percentile([(c.started - c.due) / 1000 for c in calls] or [0], 99)), 2)


def error_rate(calls: Sequence[Call]) -> float:
    return sum(call.status != "OK" for call in calls) / max(1, len(calls))


def by_name(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """One row a method: how many, errors by status, latencies."""
    groups: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        groups[call.name].append(call)
    rows = []
    for name, group in sorted(groups.items()):
        bad = sorted({call.status for call in group} - {"OK"})
        errors = {status: sum(call.status == status for call in group) for status in bad}
        rows.append({"call": name, "count": len(group), "errors": errors, **latency(group)})
    return rows


def over_time(calls: Sequence[Call]) -> list[dict[str, float]]:
    """One row a second: calls due (offered), calls ended (achieved), latencies of those due."""
    if not calls:
        return []
    began = calls[0].due
    due: dict[int, list[Call]] = defaultdict(list)
    ended: dict[int, int] = defaultdict(int)
    for call in calls:
        due[(call.due - began) // 1_000_000].append(call)
        ended[(call.ended - began) // 1_000_000] += 1
    return [
        {"second": s, "offered": len(due[s]), "achieved": ended[s], **latency(due[s])}
        for s in range(max(*due, *ended, 0) + 1)
    ]
