"""A run beside an earlier one, and what makes the two hard to compare."""

import json
from pathlib import Path
from typing import Any

from strategy.errors import StrategyError

_COMPARED = ("decisions_per_s", "p50_ms", "p99_ms", "p999_ms", "error_rate", "saturation")
_SAME = ("name", "accounts", "workers", "scenario")
_SURROUNDINGS = ("machine", "python", "grpcio", "database", "commit", "rulebook")


def read_report(path: Path) -> dict[str, Any]:
    """The JSON of an earlier run, or the folder that holds it. Raises `StrategyError`."""
    file = path / "report.json" if path.is_dir() else path
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        for name in _COMPARED:
            float(found["load"][name])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StrategyError(f"--against: `{file}` is no report of a load test: {error}") from error
    return found


def compared(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """Figures of both with their change, and every circumstance that differs."""
    rows = [
        {"figure": name, "old": old["load"][name], "new": new["load"][name]} for name in _COMPARED
    ]
    if new.get("knee") and old.get("knee"):
        holds = {"old": old["knee"]["holds"], "new": new["knee"]["holds"]}
        rows.append({"figure": "holds, decisions a second", **holds})
    for row in rows:
        row["change"] = f"{row['new'] / row['old'] - 1:+.0%}" if row["old"] else ""
    differs = [name for name in _SAME if new[name] != old[name]]
    differs += [
        n for n in _SURROUNDINGS if new["surroundings"].get(n) != old["surroundings"].get(n)
    ]
    return {"at": old["at"], "rows": rows, "differs": differs}
