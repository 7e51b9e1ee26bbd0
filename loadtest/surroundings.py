"""Where a run happened: machine, versions, code, rules."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from sqlite3 import sqlite_version as sqlite_version

import psutil

from loadtest.check.rows import rows_of
from loadtest.scenario import HOME
from strategy.ledger.opening import POSTGRESQL


def surroundings(place: str) -> dict[str, str]:
    """By name, as a report shows it; of the ledger at that place."""
    with rows_of(place) as rows:
        book = rows.rulebook()
    packages = ("collections-strategy", "grpcio", "locust")
    return {
        "machine": f"{_cpu()}, {os.cpu_count()} cores, {psutil.virtual_memory().total >> 30} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "database": "PostgreSQL" if place.startswith(POSTGRESQL) else f"SQLite {sqlite_version}",
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
