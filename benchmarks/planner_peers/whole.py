"""CP-SAT and HiGHS on the full model, and our general core, where the full model still fits.

Fewer scripts than elsewhere, so that every option can be a variable; all solvers see all options of
the same book. Each gets `SECONDS` of processor time on one thread, building its model included, and
may overrun by one step of its own.
"""

import time
from typing import Any

import numpy as np
import solvers
from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.check import check
from planner_peers.full_model import FullModel
from planner_peers.measured import peak_mib, row, timed
from planner_peers.ours import planned, warm
from planner_peers.value import greedy_rows
from strategy.optimizer.choice import solve_choice
from strategy.optimizer.choice_problem import ChoiceProblem

SCRIPTS = 24
SECONDS = 20.0


def run(case: Case) -> dict[str, Any]:
    warm()
    book, overdue = synthetic_book(case.accounts, case.seed, case.tightness, SCRIPTS)
    plan, ours = planned(book, case.seed)
    model, built = timed(lambda: FullModel(book))
    rows = {"planner": ours, **greedy_rows(book, overdue, plan, case.seed)}

    def core_after(
        problem: ChoiceProblem, seed: int, seconds: float, stop: solvers.Stop
    ) -> solvers.Answer:
        found = solve_choice(
            problem, seed=seed, effort=seconds, start=model.chosen(plan), stop=stop
        )
        return solvers.Answer(found.options, found.bound)

    def solved(solver: solvers.Solver) -> dict[str, Any]:
        end = time.process_time() + SECONDS
        answer, seconds = timed(
            lambda: solver(model.problem, case.seed, SECONDS, lambda: time.process_time() > end)
        )
        told = answer.bound is not None and np.isfinite(answer.bound)
        more = {"bound": model.cents(answer.bound) if told else None, "peak_mib": peak_mib()}
        if answer.chosen is None:
            return {"value": None, "faults": ["no answer"], "touches": 0, **seconds, **more}
        return row(check(book, model.plan(answer.chosen)), seconds, **more)

    rows["core"] = solved(solvers.core)
    rows["core after planner"] = solved(core_after)
    rows["cp_sat"] = solved(solvers.cp_sat)
    rows["highs"] = solved(solvers.highs)
    return {
        "scripts": SCRIPTS,
        "parties": book.parties,
        "options": model.problem.options,
        "built": built,
        "seconds_each": SECONDS,
        "bound": min(r["bound"] for r in rows.values() if r.get("bound") is not None),
        "plans": rows,
    }
