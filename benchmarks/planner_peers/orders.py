"""The greedy peers: how people order a list today, and how a heuristic would."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_peers.flat import Flat, flat, rows_of, whole_units
from planner_peers.greedy import highest_next, in_order
from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.problem import BookProblem

ANY = np.array([[-1]])
AGENT, ROBOT, SMS, PUSH, EMAIL, MESSENGER = range(6)
LADDERS = np.array(
    [
        [PUSH, SMS, EMAIL, MESSENGER],  # up to 30 days, small balance: remind
        [SMS, ROBOT, MESSENGER, PUSH],  # up to 30 days, large balance
        [ROBOT, SMS, MESSENGER, EMAIL],  # 31 to 60 days, small
        [ROBOT, AGENT, SMS, MESSENGER],  # 31 to 60 days, large
        [ROBOT, AGENT, SMS, EMAIL],  # over 60 days, small
        [AGENT, ROBOT, SMS, EMAIL],  # over 60 days, large: people call
    ]
)
"""Channels that a tier tries in turn, from the first that has room for it."""
LARGE_CENTS = 500_000
DAYS = ((15, 0.55), (45, 0.25), (75, 0.12), (105, 0.08))
"""Days past due and the share of accounts; independent of the balance. An assumption."""


@dataclass
class PeerPlan:
    """(parties, 1), -1 for none; `asked`: how often a party looked for its best option."""

    account: NDArray[np.int64]
    channel: NDArray[np.int64]
    slot: NDArray[np.int64]
    script: NDArray[np.int64]
    asked: int


Peer = Callable[[], PeerPlan]


def greedy_peers(
    book: BookProblem, overdue: NDArray[np.float32], plan: BookPlan, seed: int
) -> dict[str, Peer]:
    """Each peer makes its own orders when it is called, so that they count in its time."""
    arrays, free = flat(book), np.zeros(len(rows_of(book.capacity)))

    def fixed(order: Callable[[], NDArray[np.int64]]) -> Peer:
        everyone = np.zeros(book.parties, np.int64)
        return lambda: _in_order(book, arrays, order(), everyone, ANY)

    def tiers() -> PeerPlan:
        days = _of_parties(book, days_past_due(book.accounts, seed))
        owed = _of_parties(book, overdue)
        tier = 2 * np.searchsorted([30, 60], days) + (owed > LARGE_CENTS)
        return _in_order(book, arrays, np.lexsort((-owed, -days)), tier, LADDERS)

    def by_score(price: NDArray[np.float64], density: bool = False, regret: bool = False) -> Peer:
        return lambda: _highest_next(book, arrays, [price], density, regret)

    return {
        "fifo": fixed(lambda: np.arange(book.parties)),
        "balance": fixed(lambda: np.argsort(-_of_parties(book, overdue), kind="stable")),
        "tiers": tiers,
        "value": by_score(free),
        "regret": by_score(free, regret=True),
        "density": by_score(_weights(book), density=True),
        "prices": lambda: _highest_next(book, arrays, [_prices(book, plan), free], False, False),
    }


def days_past_due(accounts: int, seed: int) -> NDArray[np.int64]:
    days, shares = zip(*DAYS, strict=True)
    return np.random.default_rng([seed, 3]).choice(days, accounts, p=shares)


def _of_parties(book: BookProblem, of_account: NDArray[np.generic]) -> NDArray[np.generic]:
    """The largest of a party's accounts."""
    return np.maximum.reduceat(of_account, book.first_account[:-1])


def _weights(book: BookProblem) -> NDArray[np.float64]:
    """One over each capacity: using all of one counts as much as using all of another."""
    capacity = rows_of(book.capacity)
    return np.where(np.isfinite(capacity), 1 / np.maximum(capacity, 1e-9), 0.0)


def _prices(book: BookProblem, plan: BookPlan) -> NDArray[np.float64]:
    price = np.zeros(len(rows_of(book.capacity)))
    at = dict(zip(("minutes", "script_period", "script_day"), flat(book).at, strict=False))
    shape = {"minutes": book.slots, "script_period": book.periods}
    start = {**at, "channel_day": flat(book).at[3], "money": flat(book).at[4]}
    start["complaints"] = flat(book).at[5]
    for row in plan.resources:
        width = shape.get(row.kind, 1)
        place = row.place[0] * width + (row.place[1] if len(row.place) > 1 else 0)
        price[start[row.kind] + place] = row.price
    return price


def _in_order(
    book: BookProblem,
    arrays: Flat,
    order: NDArray[np.int64],
    tier: NDArray[np.int64],
    ladder: NDArray[np.int64],
) -> PeerPlan:
    left, free = whole_units(book.capacity), np.zeros(len(rows_of(book.capacity)))
    touch = np.full((book.parties, 4), -1)
    asked = in_order(arrays, left, free, order, tier, ladder, touch)
    return _plan(touch, asked)


def _highest_next(
    book: BookProblem,
    arrays: Flat,
    prices: list[NDArray[np.float64]],
    density: bool,
    regret: bool,
) -> PeerPlan:
    """One time through for each of `prices`; those left alone before have another chance."""
    left = whole_units(book.capacity)
    touch = np.full((book.parties, 4), -1)
    asked = sum(highest_next(arrays, left, price, density, regret, touch) for price in prices)
    return _plan(touch, asked)


def _plan(touch: NDArray[np.int64], asked: int) -> PeerPlan:
    account, channel, slot, script = (touch[:, [k]] for k in range(4))
    return PeerPlan(account, channel, slot, script, asked)
