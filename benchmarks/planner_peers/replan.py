"""At 12:00 a channel loses half its capacity and 5 % of the accounts have changed: plan again.

What was planned before 12:00 has been done: it is pinned. From 12:00 agents have half their
minutes. Of the changed accounts a third has paid, so there is nothing to gain; the others are worth
half to one and a half times what they were. At most `MOST_CHANGED` of the parties may get another
treatment than in the plan in use.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.ours import planned, warm
from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.pins import Pins
from strategy.optimizer.priced.problem import BookProblem, Int32s, Present

NOON = 8
"""Slots of half an hour after 08:00."""
AGENT_CALL = 0
CHANGED_ACCOUNTS = 0.05
MOST_CHANGED = 0.10


def run(case: Case) -> dict[str, Any]:
    warm()
    _twice(replace(case, accounts=400))  # loads the loops that only a second plan needs
    return _twice(case)


def _twice(case: Case) -> dict[str, Any]:
    book, _ = synthetic_book(case.accounts, case.seed, case.tightness)
    plan, cold = planned(book, case.seed)
    touch = [part[:, 0].copy() for part in (plan.account, plan.channel, plan.slot, plan.script)]
    done = np.flatnonzero((touch[0] >= 0) & (touch[2] < NOON)).astype(np.int32)
    book = _at_noon(book, plan, done, case.seed)
    pins = Pins(done, *(part[done] for part in touch))
    start = np.append(plan.prices, 0.0)  # the last is the price of a change
    _, again = planned(book, case.seed, start=start, pins=pins)
    return {
        "most_changed": MOST_CHANGED,
        "changed": again["changed"] / book.parties,
        "pinned": len(done) / book.parties,
        "plans": {"cold": cold, "again": again},
        "ratio": {clock: again[clock] / cold[clock] for clock in ("wall_s", "cpu_s")},
    }


def _at_noon(book: BookProblem, plan: BookPlan, done: Int32s, seed: int) -> BookProblem:
    rng = np.random.default_rng([seed, 4])
    factor = np.ones(book.accounts, np.float32)
    changed = rng.random(book.accounts) < CHANGED_ACCOUNTS
    changed[np.isin(np.repeat(np.arange(book.parties), np.diff(book.first_account)), done)] = False
    paid = rng.random(book.accounts) < 1 / 3
    other = rng.uniform(0.5, 1.5, book.accounts)
    factor[changed] = np.where(paid, 0.0, other)[changed]
    book.gain[:] *= factor[:, None]  # in place: a big book is not held twice
    minutes = book.capacity.minutes.copy()
    minutes[AGENT_CALL, NOON:] /= 2
    open_from = np.full(book.parties, NOON, np.int16)
    open_from[done] = 0
    touch = (plan.account, plan.channel, plan.slot, plan.script)
    return replace(
        book,
        capacity=replace(book.capacity, minutes=minutes),
        open_from=open_from,
        present=Present(*(part[:, 0].copy() for part in touch), most_changed=MOST_CHANGED),
    )
