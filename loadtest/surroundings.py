"""Where a run happened: machine, versions, code, rules."""

import os
import platform
import sqlite3
import subprocess
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import psutil

from loadtest.scenario import HOME


def surroundings(ledger: Path) -> dict[str, str]:
    """By name, as a report shows it."""
    with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True)) as db:
        (book,) = db.execute(
            "SELECT hash FROM rulebook_change ORDER BY number DESC LIMIT 1"
        ).fetchone()
    packages = ("collections-strategy", "grpcio", "locust")
    return {
        "machine": f"{_cpu()}, {os.cpu_count()} cores, {psutil.virtual_memory().total >> 30} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in packages},
        "commit": _commit(),
        "rulebook": book,
    }


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.machine())


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
