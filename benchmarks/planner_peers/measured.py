"""Seconds and memory of this process."""

import resource
import time
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


def timed(call: Callable[[], Result]) -> tuple[Result, dict[str, float]]:
    """What a call returns, and its seconds: by the clock, and of all processors together."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return result, {
        "wall_s": round(time.perf_counter() - wall, 6),
        "cpu_s": round(time.process_time() - cpu, 3),
    }


def peak_mib() -> int:
    """The most memory that this process has had so far, the book it was given included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def row(checked: Any, seconds: dict[str, float], **more: Any) -> dict[str, Any]:
    """One plan in a result. A value counts only if the checker found no fault."""
    return {
        "value": checked.value if not checked.faults else None,
        "faults": checked.faults,
        "touches": checked.touches,
        **seconds,
        **more,
    }
