"""What was promised, what was measured, and whether it holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

GREEDY = ("fifo", "balance", "tiers", "value", "regret", "density")
"""Orders without prices. `prices` is our own."""
Cases = list[dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """`measured` None: no case of this run measures it."""

    promise: str
    limit: float
    measured: float | None
    at_most: bool = True

    @property
    def word(self) -> str:
        if self.measured is None:
            return "NOT RUN"
        kept = self.measured <= self.limit if self.at_most else self.measured >= self.limit
        return "PASS" if kept else "MISS"

    def line(self) -> str:
        sign = "<=" if self.at_most else ">="
        measured = "-" if self.measured is None else f"{self.measured:.4g}"
        return f"{self.word:8}{self.promise}: {measured} ({sign} {self.limit:g})"


def verdicts(cases: Cases) -> list[Verdict]:
    def of(part: str, accounts: int | None = None) -> Cases:
        wanted = (c for c in cases if c["part"] == part and "failed" not in c)
        return [c for c in wanted if accounts is None or c["accounts"] == accounts]

    value = {n: of("value", n) for n in (1_000, 10_000, 100_000, 1_000_000)}
    tight = [c for c in of("value") if c["tightness"] == "tight"]
    million, replan = value[1_000_000], of("replan", 1_000_000)
    return [
        Verdict("gap at 10 k, %", 0.5, _most(value[10_000], _gap)),
        Verdict("gap at 100 k, %", 0.1, _most(value[100_000], _gap)),
        Verdict("gap at 1 M, %", 0.1, _most(million, _gap)),
        *(
            Verdict(
                f"tight, {n:,} accounts: value above the best greedy, %",
                5,
                _least([c for c in tight if c["accounts"] == n], _above_greedy),
                at_most=False,
            )
            for n in value
        ),
        Verdict("1 M in full passes of its own run", 60, _most(million, _in_passes)),
        Verdict("1 M over 100 k, seconds", 12, max(_growths(value), default=None)),
        Verdict("peak memory at 1 M, GiB", 6, _most(million, _gib)),
        Verdict("second core at the passes of 1 M", 1.6, _least(million, _cores), at_most=False),
        Verdict("other plans in three at 100 k", 0, _most(of("repeat"), _differ)),
        Verdict("replan at 1 M over cold", 0.35, _most(replan, lambda c: c["ratio"]["wall_s"])),
        Verdict("replan: share of parties changed", 0.1, _most(replan, lambda c: c["changed"])),
        Verdict(
            "three touches over one at 100 k",
            3,
            _most(of("sequences", 100_000), lambda c: c["ratio"]["wall_s"]),
        ),
        Verdict(
            "cold start for 1,000 accounts, seconds",
            3,
            _most(of("cold-start"), lambda c: c["wall_s"]),
        ),
        Verdict("plans that break a constraint", 0, float(sum(map(_broken, cases)))),
        Verdict("cases that failed", 0, float(sum("failed" in c for c in cases))),
    ]


def _most(cases: Cases, measure: Callable[[dict[str, Any]], float]) -> float | None:
    return max(map(measure, cases), default=None)


def _least(cases: Cases, measure: Callable[[dict[str, Any]], float]) -> float | None:
    return min(map(measure, cases), default=None)


def _gap(case: dict[str, Any]) -> float:
    """An unverified plan is worth nothing."""
    value = case["plans"]["planner"]["value"]
    return 100.0 * (1 - (value or 0.0) / case["bound"])


def _above_greedy(case: dict[str, Any]) -> float:
    plans = case["plans"]
    best = max(plans[name]["value"] or 0.0 for name in GREEDY)
    return 100.0 * ((plans["planner"]["value"] or 0.0) / best - 1)


def _in_passes(case: dict[str, Any]) -> float:
    return float(case["plans"]["planner"]["wall_s"] / case["pass_s"]["all_cores"])


def _growths(value: dict[int, Cases]) -> Iterator[float]:
    """Seconds of a million over those of the same seed and tightness at 100,000."""
    seconds = {
        (c["accounts"], c["seed"], c["tightness"]): c["plans"]["planner"]["wall_s"]
        for n in (100_000, 1_000_000)
        for c in value[n]
    }
    for (n, *rest), many in seconds.items():
        few = seconds.get((100_000, *rest))
        if n == 1_000_000 and few:
            yield many / few


def _gib(case: dict[str, Any]) -> float:
    return float(case["plans"]["planner"]["peak_mib"] / 1024)


def _cores(case: dict[str, Any]) -> float:
    return float(case["pass_s"]["one_core"] / case["pass_s"]["all_cores"])


def _differ(case: dict[str, Any]) -> float:
    return len({plan["sha256"] for plan in case["plans"].values()}) - 1.0


def _broken(case: dict[str, Any]) -> int:
    faults = [plan["faults"] for plan in case.get("plans", {}).values()]
    return sum(bool(found) and found != ["no answer"] for found in faults)
