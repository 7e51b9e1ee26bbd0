"""The results as a page of tables."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from planner_peers.growth import exponent, mean_seconds
from planner_peers.judge import verdicts
from planner_peers.schedule import TIGHTNESS

PEERS = {
    "planner": "price-directed planner",
    "fifo": "FIFO",
    "balance": "by balance",
    "tiers": "channel rules by tier",
    "value": "by expected value",
    "regret": "by regret",
    "density": "by value per capacity",
    "prices": "greedy at our prices",
}


def page(result: dict[str, Any]) -> str:
    cases = result["cases"]
    lines = [
        "# The planner beside its peers",
        "",
        "Made by `benchmarks/planner.py`; how to read it: `../README.md`. All books are synthetic.",
        "Verified values in % of the bound, mean (and least) of seeds; seconds by the clock.",
        "",
        f"{result['machine']['processor']}, {result['machine']['cores']} cores, "
        f"commit {result['commit']}.",
        "",
        *("- " + verdict.line() for verdict in verdicts(cases)),
    ]
    for n in sorted({c["accounts"] for c in cases if c["part"] == "value"}):
        lines += ["", *_value_table(cases, n)]
    lines += ["", *_growth_table(cases)]
    for case in cases:
        if case["part"] in ("whole", "flow") and "failed" not in case:
            lines += ["", *_case_table(case)]
    lines += ["", *_others(cases)]
    return "\n".join(lines) + "\n"


def _value_table(cases: list[dict[str, Any]], accounts: int) -> Iterator[str]:
    same = [c for c in cases if c["part"] == "value" and c["accounts"] == accounts]
    failed = sum("failed" in c for c in same)
    same = [c for c in same if "failed" not in c]
    yield f"## {accounts:,} accounts" + (f" ({failed} cases failed)" if failed else "")
    yield ""
    yield f"| | {' | '.join(TIGHTNESS)} | seconds | processor s | peak MiB |"
    yield "|---|" + "---:|" * (len(TIGHTNESS) + 3)
    for peer, title in PEERS.items():
        shares = [_shares([c for c in same if c["tightness"] == t], peer) for t in TIGHTNESS]
        plans = [c["plans"][peer] for c in same]
        if plans:
            wall, cpu, peak = (
                np.mean([p[key] for p in plans]) for key in ("wall_s", "cpu_s", "peak_mib")
            )
            yield f"| {title} | {' | '.join(shares)} | {wall:.2f} | {cpu:.2f} | {peak:.0f} |"
    if same:
        book = np.mean([c["book_mib"] for c in same])
        yield ""
        yield f"{len(same)} cases; peaks of the process; {book:.0f} MiB before planning."


def _shares(cases: list[dict[str, Any]], peer: str) -> str:
    """Mean, and the least, over seeds."""
    found = [100 * (c["plans"][peer]["value"] or 0) / c["bound"] for c in cases]
    if not found:
        return "-"
    return f"{np.mean(found):.2f} ({min(found):.2f})" if len(found) > 1 else f"{found[0]:.2f}"


def _growth_table(cases: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Growth"
    yield ""
    yield "Seconds grow as accounts to this power, fitted from 10,000 accounts on."
    yield ""
    for peer, title in PEERS.items():
        power = exponent(mean_seconds(cases, peer))
        if power is not None:
            yield f"- {title}: {power:.2f}"


def _case_table(case: dict[str, Any]) -> Iterator[str]:
    what = "the full model" if case["part"] == "whole" else "the problem reduced to a flow"
    size = f"{case['accounts']:,} accounts, {case['scripts']} scripts, {case['tightness']}"
    yield f"## {size}: {what}"
    yield ""
    if "options" in case:
        yield f"{case['options']:,} options; {case['seconds_each']:.0f} s of processor time each."
        yield ""
    yield "| | value % of bound | its own gap % | seconds | processor s |"
    yield "|---|---:|---:|---:|---:|"
    for name, plan in case["plans"].items():
        value, bound = plan["value"], plan.get("bound")
        share = "no answer" if value is None else f"{100 * value / case['bound']:.3f}"
        gap = "-" if value is None or not bound else f"{100 * (1 - value / bound):.3f}"
        yield f"| {name} | {share} | {gap} | {plan['wall_s']:.2f} | {plan['cpu_s']:.2f} |"


def _others(cases: list[dict[str, Any]]) -> Iterator[str]:
    yield "## One planner, other questions"
    yield ""
    for case in cases:
        if case["part"] in ("value", "whole", "flow"):
            continue
        if "failed" in case:
            yield f"- {case['name']}: failed"
        elif case["part"] == "cold-start":
            yield f"- {case['name']}: {case['wall_s']:.2f} s, processor {case['cpu_s']:.2f} s"
        else:
            plans = "; ".join(
                f"{name} {p['wall_s']:.1f} s, gap {100 * p['gap']:.3f} %"
                for name, p in case["plans"].items()
            )
            yield f"- {case['name']}: {plans}"
