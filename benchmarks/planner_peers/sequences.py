"""Up to three touches of a party beside one touch, on the same book."""

from dataclasses import replace
from typing import Any

import numpy as np
from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.ours import planned, warm

TOUCHES = 3


def run(case: Case) -> dict[str, Any]:
    warm()
    warm(TOUCHES)
    book, _ = synthetic_book(case.accounts, case.seed, case.tightness)
    several = replace(
        book,
        touches=TOUCHES,
        touches_left=np.full_like(book.touches_left, TOUCHES),
        channel_left=np.full_like(book.channel_left, TOUCHES),
    )
    rows = {"single": planned(book, case.seed)[1], "sequences": planned(several, case.seed)[1]}
    ratio = {
        clock: rows["sequences"][clock] / rows["single"][clock] for clock in ("wall_s", "cpu_s")
    }
    return {"touches": TOUCHES, "plans": rows, "ratio": ratio}
