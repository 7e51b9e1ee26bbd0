"""Min-cost flow where the problem reduces to it: one unit of one channel and slot for a touch.

Scripts, money, complaints and minutes of a conversation have no place in a flow network, so the
book is reduced until it fits: every try takes one unit of its channel and slot, as many as the
minutes there allow at the mean chance of contact, and nothing else is limited. A flow is optimal
then, and the planner is asked the same.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow
from planner_book import synthetic_book

from planner_peers.case import Case
from planner_peers.check import check
from planner_peers.flat import flat
from planner_peers.measured import peak_mib, row, timed
from planner_peers.orders import PeerPlan
from planner_peers.ours import planned, warm
from strategy.optimizer.priced.problem import BookProblem, Capacity

HUNDREDTHS = 100
"""Flows have whole costs: hundredths of a cent."""


def run(case: Case) -> dict[str, Any]:
    warm()
    full, _ = synthetic_book(case.accounts, case.seed, case.tightness)
    book = reduced(full)
    plan, ours = planned(book, case.seed)
    best_options(synthetic_book(400, case.seed)[0])  # compiled before it is timed
    found, seconds = timed(lambda: flow_plan(book))
    flow = check(book, found)
    return {
        "scripts": book.scripts,
        "parties": book.parties,
        "bound": min(plan.bound, flow.value + book.parties / HUNDREDTHS),
        "plans": {"planner": ours, "flow": row(flow, seconds, peak_mib=peak_mib())},
    }


def reduced(book: BookProblem) -> BookProblem:
    opened = (book.contact > 0).sum(axis=(0, 2))
    reached = book.contact.sum(axis=(0, 2), dtype=np.float64) / np.maximum(opened, 1)
    each = book.try_minutes + book.contact_minutes * reached
    capacity = book.capacity
    return replace(
        book,
        try_minutes=np.ones(book.channels),
        contact_minutes=np.zeros(book.channels),
        capacity=Capacity(
            minutes=np.floor(capacity.minutes / each[:, None]),
            script_period=np.full_like(capacity.script_period, np.inf),
            script_day=np.full_like(capacity.script_day, np.inf),
            channel_day=np.full_like(capacity.channel_day, np.inf),
            money=np.inf,
            complaints=np.inf,
        ),
    )


def flow_plan(book: BookProblem) -> PeerPlan:
    """Nodes: parties, cells of channel and slot, a source and a sink; nobody must be served."""
    value, account, script = best_options(book)
    party, cell = np.nonzero(value > 0)
    parties, cells = value.shape
    source, sink = parties + cells, parties + cells + 1
    everyone, every_cell = np.arange(parties), np.arange(cells)
    flow = min_cost_flow.SimpleMinCostFlow()

    def arcs(tail, head, room, cost) -> NDArray[np.int32]:  # type: ignore[no-untyped-def]
        wide = np.broadcast_arrays(tail, head, room, cost)
        kinds = (np.int32, np.int32, np.int64, np.int64)
        return flow.add_arcs_with_capacity_and_unit_cost(
            *(np.ascontiguousarray(w, k) for w, k in zip(wide, kinds, strict=True))
        )

    choices = arcs(party, parties + cell, 1, -value[party, cell])
    arcs(source, everyone, 1, 0)
    arcs(parties + every_cell, sink, book.capacity.minutes.ravel(), 0)
    arcs(source, [sink], parties, 0)
    flow.set_node_supply(source, parties)
    flow.set_node_supply(sink, -parties)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the flow was not solved")
    taken = flow.flows(choices) > 0
    touch = np.full((parties, 4), -1)
    p, j = party[taken], cell[taken]
    touch[p] = np.stack([account[p, j], j // book.slots, j % book.slots, script[p, j]], axis=1)
    return PeerPlan(*(touch[:, [k]] for k in range(4)), asked=0)


def best_options(book: BookProblem) -> tuple[NDArray[np.int64], ...]:
    """Hundredths of a cent, account and script of the best option of each party and cell."""
    shape = (book.parties, book.channels * book.slots)
    value, account = np.zeros(shape, np.int64), np.full(shape, -1, np.int32)
    script = np.full(shape, -1, np.int16)
    _best_options(flat(book), HUNDREDTHS, value, account, script)
    return value, account, script


@njit(cache=True, error_model="numpy")
def _best_options(book, unit, value, account, script):
    slots = book.contact.shape[2]
    for party in range(len(book.first_account) - 1):
        for a in range(book.first_account[party], book.first_account[party + 1]):
            for c in range(book.contact.shape[1]):
                for t in range(slots):
                    x = np.float64(book.contact[a, c, t])
                    if x <= 0:
                        continue
                    cents = book.try_cents[c] + book.contact_cents[c] * x
                    for s in range(book.first_script[c], book.first_script[c + 1]):
                        if book.gain[a, s] <= 0:
                            continue
                        risk = x * np.float64(book.complaint[a]) * book.tone[s]
                        worth = x * book.gain[a, s] - cents - book.complaint_cents * risk
                        more = np.int64(np.floor(worth * unit))
                        if more > value[party, c * slots + t]:
                            value[party, c * slots + t] = more
                            account[party, c * slots + t] = a
                            script[party, c * slots + t] = s
