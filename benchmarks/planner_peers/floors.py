"""Three floors, each for more contacts than value alone would make, beside the plan without them.

30 % more calls of agents to three in ten accounts, 20 % more robot calls to another three in ten
(two in ten are in both), and a tenth more of the fourth channel to anybody.
"""

from typing import Any

import numpy as np
from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.check import check
from planner_peers.measured import peak_mib, row, timed
from planner_peers.ours import planned
from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.counted_book import Counted
from strategy.optimizer.priced.floors import count, plan_with_floors
from strategy.optimizer.priced.problem import BookProblem

FLOORS = ((0.0, 0.3, 0, 1.3), (0.1, 0.4, 1, 1.2), (0.0, 1.0, 3, 1.1))
"""Accounts from and to this share of a random order, channel, and contacts asked for over those of
the plan without floors."""


def run(case: Case) -> dict[str, Any]:
    small = synthetic_book(400, case.seed, case.tightness)[0]
    plan_with_floors(small, _asked(small, planned(small, case.seed)[0], case.seed))  # loads loops
    book, _ = synthetic_book(case.accounts, case.seed, case.tightness)
    free, without = planned(book, case.seed)
    floors = _asked(book, free, case.seed)
    found, seconds = timed(lambda: plan_with_floors(book, floors, seed=case.seed))
    peak, checked = peak_mib(), check(book, found.plan)
    reached = [count(found.plan, floor) for floor in floors]
    if any(made < floor.asked for made, floor in zip(reached, floors, strict=True)):
        checked.faults.append(f"{reached} contacts, not {[floor.asked for floor in floors]}")
    with_floors = row(
        checked, seconds, bound=found.plan.bound, gap=found.plan.gap, peak_mib=peak, reached=reached
    )
    return {
        "asked": [floor.asked for floor in floors],
        "without": [count(free, floor) for floor in floors],
        "plans": {"free": without, "floors": with_floors},
        "ratio": {clock: with_floors[clock] / without[clock] for clock in ("wall_s", "cpu_s")},
    }


def _asked(book: BookProblem, free: BookPlan, seed: int) -> list[Counted]:
    place = np.random.default_rng([seed, 7]).random(book.accounts)
    floors = []
    for start, end, channel, more in FLOORS:
        scripts = np.zeros(book.scripts, np.bool_)
        scripts[book.first_script[channel] : book.first_script[channel + 1]] = True
        floor = Counted((place >= start) & (place < end), scripts, 0)
        floors.append(Counted(floor.accounts, scripts, int(more * count(free, floor))))
    return floors
