"""The same problem and seed, planned twice on all cores and once on one: the same plan?"""

import hashlib
from typing import Any

import numba
import numpy as np
from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.ours import planned, warm
from strategy.optimizer.priced.book_plan import BookPlan


def run(case: Case) -> dict[str, Any]:
    warm()
    book, _ = synthetic_book(case.accounts, case.seed, case.tightness)
    rows = {}
    most = numba.config.NUMBA_NUM_THREADS
    for name, threads in (("first", most), ("second", most), ("one thread", 1)):
        numba.set_num_threads(threads)
        plan, row = planned(book, case.seed)
        rows[name] = row | {"threads": threads, "sha256": digest(plan)}
    same = len({row["sha256"] for row in rows.values()}) == 1
    return {"bound": plan.bound, "plans": rows, "same": same}


def digest(plan: BookPlan) -> str:
    """Of every touch, the value, the bound and the prices, to the last bit."""
    found = hashlib.sha256(np.array([plan.value, plan.bound]).tobytes() + plan.prices.tobytes())
    for part in (plan.account, plan.channel, plan.slot, plan.script):
        found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()
