"""What the whole product takes to plan a simulated portfolio: processor seconds, seconds by the
clock and memory, phase by phase.

    python benchmarks/plan_portfolio.py --accounts 50000 --seed 7 --json result.json

`strategy generate` writes the portfolio in a process of its own, unless `--portfolio` names one.
Then this process does what `strategy plan` does: reads the folder, asks the rules and limits about
every account, plans, verifies with none of the optimizer's code, and writes the plan. `peak_mib` is
the most this process held by the end of a phase. The capacity is docs/examples/capacity.yaml with
each figure multiplied by the accounts per 10,000. Ends with 2 at a violation.
"""

import argparse
import gc
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import machine

from strategy.cli.plan import write_report
from strategy.domain.instant import parse_instant
from strategy.plan import plan_day
from strategy.plan_folder import load_inputs, save
from strategy.plan_progress import PlanProgress
from strategy.plan_summary import summarise

HOME = Path(__file__).resolve().parents[1]
AS_OF, DAY = "2026-11-23T20:00:00+08:00", "2026-11-24T00:00:00+08:00"
PER = 10_000
"""Accounts for which docs/examples/capacity.yaml is written."""


class Phases:
    """Seconds and memory of what is being done; one phase at a time."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []
        self._name = ""
        self._begun = (0.0, 0.0)

    def begin(self, name: str) -> None:
        """Ends the phase before; a name that is the present one changes nothing. Empty: ends."""
        if name == self._name:
            return
        now = (time.perf_counter(), time.process_time())
        if self._name:
            clock, processor = (b - a for a, b in zip(self._begun, now, strict=True))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            self.done.append(
                {
                    "phase": self._name,
                    "seconds": round(clock, 1),
                    "processor_seconds": round(processor, 1),
                    "peak_mib": peak,
                }
            )
            print(json.dumps(self.done[-1]), file=sys.stderr, flush=True)
        self._name, self._begun = name, now

    def tell(self, progress: PlanProgress) -> None:
        self.begin("solving" if progress.phase.startswith("solving") else progress.phase)


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        portfolio = arguments.portfolio or _generated(folder, arguments)
        result = _planned(folder, portfolio, arguments.seed)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    total = sum(phase["processor_seconds"] for phase in result["phases"])
    peak = max(phase["peak_mib"] for phase in result["phases"])
    print(
        f"plan_portfolio: {result['accounts']} accounts, {result['attempts']} attempts, gap "
        f"{result['gap']:.4%}, {result['violations']} violations, {total:.1f} processor seconds, "
        f"peak {peak} MiB (simulated)"
    )
    if result["violations"]:
        raise SystemExit(2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--portfolio", type=Path, help="a folder that `strategy generate` wrote")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _generated(folder: Path, arguments: argparse.Namespace) -> Path:
    out = folder / "portfolio"
    words = ("--accounts", arguments.accounts, "--seed", arguments.seed, "--as-of", AS_OF)
    code = "from strategy.cli.main import run; run()"
    command = [sys.executable, "-c", code, "generate", *map(str, words), "--out", str(out)]
    subprocess.run(command, cwd=HOME, check=True, stdout=sys.stderr)
    return out


def _capacity(accounts: int) -> str:
    """The example's, every number of attempts and the complaints multiplied."""
    text = (HOME / "docs" / "examples" / "capacity.yaml").read_text(encoding="utf-8")
    share = accounts / PER
    whole = r"((?:agent_call|attempts|小雨|sms): )(\d+)"
    text = re.sub(whole, lambda m: f"{m[1]}{round(int(m[2]) * share)}", text)
    complaints = r"(expected_complaints: )([\d.]+)"
    return re.sub(complaints, lambda m: f"{m[1]}{float(m[2]) * share:.6f}", text)


def _planned(folder: Path, portfolio: Path, seed: int) -> dict[str, Any]:
    phases = Phases()
    about = json.loads((portfolio / "portfolio.json").read_text(encoding="utf-8"))
    capacity = folder / "capacity.yaml"
    capacity.write_text(_capacity(about["counts"]["accounts"]), encoding="utf-8")
    phases.begin("reading")
    rules = (HOME / "rules" / "cn", HOME / "rules" / "house")
    inputs = load_inputs(portfolio, capacity, rules, parse_instant(DAY, "day"))
    gc.freeze()
    started = time.perf_counter()
    day = plan_day(inputs.book, inputs.rulebook, inputs.capacity, seed=seed, tell=phases.tell)
    took = time.perf_counter() - started
    phases.begin("writing")
    summary = summarise(day, inputs.capacity)
    save(folder / "plan", inputs, day, summary, seed=seed, seconds=took, csv=False)
    write_report(folder / "plan" / "report.html", inputs, day, summary, took)
    phases.begin("")
    return {
        "benchmark": "plan_portfolio",
        "accounts": summary.accounts,
        "seed": seed,
        "synthetic": True,
        "machine": machine("ortools", "numba", "polars"),
        "attempts": len(day.plan.assignments),
        "value_cents": day.plan.value_cents,
        "bound_cents": day.plan.bound_cents,
        "gap": day.plan.gap,
        "violations": len(day.violations),
        "phases": phases.done,
    }


if __name__ == "__main__":
    main()
