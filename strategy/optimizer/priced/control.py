"""What a caller may say while a plan is made: how far to go, and when to stop."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from strategy.optimizer.priced.market import Market

Progress = Callable[[str, float, float | None], None]
"""Told the phase (`sample`, `prices`, `core`, `plan`; then `floors`), the proven bound (`inf`
before the first pass over the book) and the value of the plan, None before there is one; cents."""


def _silent(phase: str, bound: float, value: float | None) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Control:
    """`most_passes` limits the effort the same way on every machine; `stop` is asked between
    passes, for example whether a time is over. A planner that is stopped still returns the best
    feasible plan at its last prices, with a bound: that takes a few passes more. A plan that would
    take more than `most_bytes` of memory is refused before it starts."""

    progress: Progress = _silent
    stop: Callable[[], bool] = _never
    most_passes: float = 200.0
    most_bytes: float = math.inf

    def halted(self, market: Market) -> bool:
        return market.passes >= self.most_passes or self.stop()
