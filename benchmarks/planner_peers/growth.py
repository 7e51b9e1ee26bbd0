"""How seconds grow with accounts."""

from typing import Any

import numpy as np

LEAST = 10_000
"""Below, what does not depend on the book takes most of the time."""


def mean_seconds(cases: list[dict[str, Any]], peer: str, clock: str = "wall_s") -> dict[int, float]:
    """By accounts, over seeds and tightness."""
    found: dict[int, list[float]] = {}
    for case in cases:
        if case["part"] == "value" and peer in case.get("plans", {}):
            found.setdefault(case["accounts"], []).append(case["plans"][peer][clock])
    return {n: float(np.mean(seconds)) for n, seconds in sorted(found.items())}


def exponent(seconds: dict[int, float]) -> float | None:
    """Least squares on logarithms from `LEAST` accounts: seconds grow as accounts to this power."""
    large = {n: s for n, s in seconds.items() if n >= LEAST and s > 0}
    if len(large) < 2:
        return None
    return float(np.polyfit(np.log(list(large)), np.log(list(large.values())), 1)[0])
