"""The value of every plan as a share of the proven bound, with its time and memory."""

from typing import Any

from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.check import check
from planner_peers.measured import peak_mib, row, timed
from planner_peers.orders import greedy_peers
from planner_peers.ours import pass_seconds, planned, warm
from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.problem import BookProblem, Float32s


def run(case: Case) -> dict[str, Any]:
    warm()
    _warm_peers()
    (book, overdue), generated = timed(
        lambda: synthetic_book(case.accounts, case.seed, case.tightness)
    )
    book_mib = peak_mib()
    plan, ours = planned(book, case.seed)
    return {
        "scripts": book.scripts,
        "parties": book.parties,
        "generated_s": generated["wall_s"],
        "book_mib": book_mib,
        "bound": plan.bound,
        "plans": {"planner": ours, **greedy_rows(book, overdue, plan, case.seed)},
        "pass_s": pass_seconds(book, plan),
    }


def greedy_rows(
    book: BookProblem, overdue: Float32s, plan: BookPlan, seed: int
) -> dict[str, dict[str, Any]]:
    rows = {}
    for name, peer in greedy_peers(book, overdue, plan, seed).items():
        found, seconds = timed(peer)
        asked = found.asked / book.parties
        rows[name] = row(check(book, found), seconds, asked=asked, peak_mib=peak_mib())
    return rows


def _warm_peers() -> None:
    book, overdue = synthetic_book(400, 0)
    plan, _ = planned(book, 0)
    greedy_rows(book, overdue, plan, 0)
