"""`strategy plan` for a small book from a cold start: a new process, compiled loops on disk."""

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planner_peers.case import Case

ROOT = Path(__file__).resolve().parents[2]
DAY, BEFORE = "2026-11-24T00:00:00+08:00", "2026-11-23T20:00:00+08:00"
RUNS = 3


def run(case: Case) -> dict[str, Any]:
    """The quickest of a few runs counts: the first may still compile."""
    with TemporaryDirectory() as folder:
        book, out = f"{folder}/book", f"{folder}/plan"
        size = ["--accounts", str(case.accounts), "--seed", str(case.seed)]
        _strategy("generate", *size, "--as-of", BEFORE, "--out", book)
        rules = ["--rules", "rules/cn", "--rules", "rules/house"]
        files = ["--portfolio", book, "--capacity", "docs/examples/capacity.yaml", *rules]
        runs = [_strategy("plan", *files, "--at", DAY, "--out", out) for _ in range(RUNS)]
    return {"runs": runs, **min(runs, key=lambda r: r["wall_s"])}


def _strategy(*words: str) -> dict[str, float]:
    wall, cpu = time.perf_counter(), _children()
    command = "from strategy.cli.main import run; run()"
    subprocess.run([sys.executable, "-c", command, *words], cwd=ROOT, check=True, stdout=sys.stderr)
    return {
        "wall_s": round(time.perf_counter() - wall, 3),
        "cpu_s": round(_children() - cpu, 3),
    }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
