"""The price-directed planner, timed and checked."""

import time
from typing import Any

import numba
import numpy as np
from planner_book import synthetic_book

from planner_peers.check import check
from planner_peers.measured import peak_mib, row, timed
from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import BookProblem
from strategy.optimizer.priced.solve import plan_book

PASSES = 3


def warm(touches: int = 1) -> None:
    """Compiled loops are loaded before anything is timed."""
    plan_book(synthetic_book(400, 0, touches=touches)[0])


def planned(book: BookProblem, seed: int, **more: Any) -> tuple[BookPlan, dict[str, Any]]:
    """A plan and its row; `steps` tells seconds, phase, bound and value as the planner went on."""
    steps: list[tuple[float, str, float | None, float | None]] = []
    started = time.perf_counter()

    def note(phase: str, bound: float, value: float | None) -> None:
        seconds = round(time.perf_counter() - started, 3)
        steps.append((seconds, phase, bound if np.isfinite(bound) else None, value))

    plan, seconds = timed(lambda: plan_book(book, seed=seed, control=Control(note), **more))
    peak = peak_mib()
    checked = check(book, plan)
    if abs(checked.value - plan.value) > 1e-6 * (1 + abs(checked.value)):
        checked.faults.append(f"a value of {plan.value}, not {checked.value}")
    if checked.changed != plan.changed:
        checked.faults.append(f"{plan.changed} changes, not {checked.changed}")
    return plan, row(
        checked,
        seconds,
        changed=checked.changed,
        bound=plan.bound,
        gap=plan.gap,
        passes=plan.passes,
        peak_mib=peak,
        steps=steps,
    )


def pass_seconds(book: BookProblem, plan: BookPlan) -> dict[str, float]:
    """One full pass over the book at the plan's prices, the quickest of a few: on one core, and on
    all."""
    market = Market.of(book)
    found = {}
    for name, threads in (("one_core", 1), ("all_cores", numba.config.NUMBA_NUM_THREADS)):
        numba.set_num_threads(threads)
        runs = [
            timed(lambda: market.respond(plan.prices, market.everyone))[1] for _ in range(PASSES)
        ]
        found[name] = min(run["wall_s"] for run in runs)
    return found
